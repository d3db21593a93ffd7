from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("syncapp", "0007_verify_schedule")]
    operations = [
        migrations.RemoveField(model_name="change", name="sent"),
        migrations.AddField(model_name="item", name="sent", field=models.JSONField(default=dict)),
    ]
