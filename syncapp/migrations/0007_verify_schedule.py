"""Both sides are compared each hour, a sample or the whole."""

from django.db import migrations


def wind_up(apps, schema_editor):
    apps.get_model("django_q", "Schedule").objects.update_or_create(
        name="verify", defaults={"func": "syncapp.tasks.verify", "schedule_type": "I", "minutes": 60}
    )


def run_down(apps, schema_editor):
    apps.get_model("django_q", "Schedule").objects.filter(name="verify").delete()


class Migration(migrations.Migration):
    dependencies = [("syncapp", "0006_lease_claims"), ("syncapp", "0002_queue")]
    operations = [migrations.RunPython(wind_up, run_down)]
