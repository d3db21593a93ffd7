from django.db import migrations
from django.db.models import Count

COUNTERS = {"resolved": "resolved", "open": "failed_again", "retrying": "still_trying", "ignored": "ignored"}


def keep_counters(apps, schema_editor):
    """What orders without parts came to is counted once; those that run are looked through anew."""
    operations = apps.get_model("issues", "BulkOperation").everywhere
    issues = apps.get_model("issues", "Issue").everywhere
    rows = issues.exclude(operation=None).order_by().values_list("operation", "status").annotate(count=Count("pk"))
    for operation_id, status, count in list(rows):
        operations.filter(pk=operation_id).update(**{COUNTERS[status]: count})
    for operation in operations.filter(state="running").select_related("organization"):
        counters = dict.fromkeys(COUNTERS.values(), 0)
        up_to = operation.organization.last_issue_number
        operations.filter(pk=operation.pk).update(up_to=up_to, done=0, **counters)


class Migration(migrations.Migration):
    dependencies = [("issues", "0006_orders_in_parts")]

    operations = [migrations.RunPython(keep_counters, migrations.RunPython.noop)]
