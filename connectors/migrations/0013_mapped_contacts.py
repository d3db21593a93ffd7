from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("connectors", "0012_breadth")]

    operations = [
        migrations.AlterField(
            model_name="fieldmapping",
            name="target",
            field=models.CharField(
                choices=[
                    ("email", "E-mail message (EmailMessage)"),
                    ("event", "Event"),
                    ("task", "Task"),
                    ("contact", "Contact"),
                    ("lead", "Lead"),
                    ("case", "Case"),
                ],
                max_length=10,
                verbose_name="record in Salesforce",
            ),
        ),
    ]
