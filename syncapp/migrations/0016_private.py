import hashlib
import hmac

from django.db import migrations, models


def hide_known(apps, schema_editor):
    """What is known to be private by now: events that a rule keeps out for it, and those on which both sides agreed
    that they are. Of anything else nothing is known, and it is shown as before until its mailbox says otherwise."""
    Organization, Item = apps.get_model("connectors", "Organization"), apps.get_model("syncapp", "Item")
    Issue, Cause = apps.get_model("issues", "Issue"), apps.get_model("issues", "Cause")
    for organization in Organization.objects.only("pk", "secret"):
        agreed = hmac.new(bytes.fromhex(organization.secret), b"true", hashlib.sha256).hexdigest()[:32]
        events = Item.objects.filter(organization=organization, resource="event")
        known = models.Q(filtered__rule="private") | models.Q(base__mailbox__private=agreed)
        ids = list(events.filter(known).values_list("pk", flat=True))
        for start in range(0, len(ids), 500):
            rows = Item.objects.filter(pk__in=ids[start : start + 500])
            rows.update(private=True)
            hidden = Issue.objects.filter(organization=organization, subject_key__in=rows.values("key"))
            hidden.update(private=True)
            Cause.objects.filter(pk__in=hidden.values("cause")).update(said=None)


class Migration(migrations.Migration):

    dependencies = [
        ('issues', '0009_private'),
        ('syncapp', '0015_first_checks'),
    ]

    operations = [
        migrations.AddField(
            model_name='item',
            name='private',
            field=models.BooleanField(default=False),
        ),
        migrations.RunPython(hide_known, migrations.RunPython.noop),
    ]
