from django.db import migrations

from issues.searching import prepare


def index(apps, schema_editor):
    """Titles get an index to search, in the manner of each database."""
    prepare()


class Migration(migrations.Migration):
    dependencies = [("issues", "0014_decided_by_field")]

    operations = [migrations.RunPython(index, migrations.RunPython.noop)]
