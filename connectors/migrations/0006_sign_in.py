from django.db import migrations, models

CRM_FLOWS = [
    ("jwt", "Without a person, by Syncapp’s signature (JWT bearer)"),
    ("client", "Without a person, by the app’s secret (client credentials)"),
    ("consent", "As a person who signed in"),
]
MAIL_FLOWS = [
    ("consent", "Each person connects their own mailbox"),
    ("delegated", "The domain’s administrator lets Syncapp in (service account)"),
]


def crm_flow(default: str) -> models.Field:
    return models.CharField(
        choices=CRM_FLOWS, default=default, editable=False, max_length=10, verbose_name="sign-in to Salesforce"
    )


class Migration(migrations.Migration):
    """The organizations that are there already signed in as a person; new ones do it without."""

    dependencies = [("connectors", "0005_crm_version")]

    operations = [
        migrations.AddField("organization", "crm_flow", crm_flow("consent")),
        migrations.AlterField("organization", "crm_flow", crm_flow("jwt")),
        migrations.AddField(
            "organization",
            "mail_flow",
            models.CharField(
                choices=MAIL_FLOWS, default="consent", editable=False, max_length=10, verbose_name="sign-in to Google"
            ),
        ),
        migrations.AddField(
            "organization",
            "delegated_domains",
            models.JSONField(default=list, editable=False, verbose_name="domains that let Syncapp in"),
        ),
    ]
