from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('syncapp', '0008_sent'),
    ]

    operations = [
        migrations.RemoveField(model_name="run", name="deleted"),
        migrations.AlterField(
            model_name='run',
            name='outcome',
            field=models.CharField(blank=True, choices=[('', 'Running'), ('good', 'Good'), ('failed', 'Failed'), ('wrote', 'Only wrote, did not read')], default='', max_length=10),
        ),
    ]
