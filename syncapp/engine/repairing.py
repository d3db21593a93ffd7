"""What a comparison found is handed to the engine: a change for each item, through this one door.

A message that is not in the CRM is written again, from the mailbox that has it; one whose record was altered is taken
away first, since no message can be edited there. An event goes both ways: what somebody altered or deleted on one side
is an ordinary change from there, decided by the same table and rules as if the feed had told of it. A contact that is
otherwise in its address book is looked at once more by its mailbox: it may not be shared any more, and what is thrown
away there stays in the CRM. A second record of something is taken away, if it says nothing else than ours; the CRM
keeps it for a while in its recycle bin.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from connectors import clock
from connectors.effects import commit, within_commit
from connectors.journal import entry, record_all
from connectors.models import Activity, Mailbox, Organization, Verb
from connectors.records import Direction, Resource
from connectors.wake import wake
from issues import services as issues
from issues.models import ScopeChoices
from syncapp.engine import content
from syncapp.engine.comparing import RECORD, Kind
from syncapp.engine.conflicts import MAILBOX
from syncapp.engine.intending import Intent, intend
from syncapp.engine.lines import Lines
from syncapp.engine.reconciling import Difference
from syncapp.engine.record_planning import TOMBSTONE, leaders
from syncapp.models import Binding, Change, Item

PROOF = "The CRM says that it was deleted."
_PLACES = {"crm": "in Salesforce", "mailbox": "in the mailbox"}


def repair(organization: Organization, differences: Sequence[Difference]) -> int:
    """How many differences are on their way to be over. Raises `SideFailed`; what was done by then stays done."""
    homes = _homes(differences)
    able = [each for each in differences if _can_be_repaired(each, homes)]
    _discard(organization, _to_discard(organization, able))
    with commit("verify: requeue"):
        issues.take_turns([organization.pk])  # before its items, as everybody does
        _adopt(able)
        _again([each for each in able if _is_rewritten(each)], homes)
        _look_at([each for each in able if _is_looked_at(each)])
        intend(organization.pk, [intent for each in able if (intent := _intent(organization, each, homes))])
        record_all(_line(organization, each) for each in able)
    for mailbox_id in sorted({homes[each.item.pk].pk for each in able if each.item.pk in homes}):
        wake(mailbox_id)
    return len(able)


def _homes(differences: Iterable[Difference]) -> dict[int, Mailbox]:
    """The mailbox that works on each item: with the copy that leads, or the oldest that is left."""
    return {item: binding.mailbox for item, binding in leaders({each.item.pk for each in differences}).items()}


def _can_be_repaired(difference: Difference, homes: dict[int, Mailbox]) -> bool:
    """Nothing is taken away that could not be written again, and only who has a mailbox can be worked on."""
    return difference.finding.kind is Kind.DOUBLED or _is_moved(difference) or difference.item.pk in homes


def _is_moved(difference: Difference) -> bool:
    return difference.finding.fields == (RECORD,)


def _is_rewritten(difference: Difference) -> bool:
    wanted = difference.finding.kind in (Kind.MISSING, Kind.ALTERED) and not _is_moved(difference)
    return wanted and difference.item.resource == Resource.EMAIL


def _is_looked_at(difference: Difference) -> bool:
    return difference.item.resource == Resource.CONTACT and difference.finding.side == MAILBOX


# -- What is taken away


def _to_discard(organization: Organization, differences: Sequence[Difference]) -> dict[Resource, list[str]]:
    """Copies, and altered messages; but no record that is an item's by now."""
    copies = {r: d for d in differences if d.finding.kind is Kind.DOUBLED for r in d.finding.records}
    ours = Item.objects.filter(organization=organization, record_id__in=copies)
    for record_id in ours.values_list("record_id", flat=True):
        del copies[record_id]
    altered = {d.item.record_id: d for d in differences if _is_rewritten(d) and d.finding.kind is Kind.ALTERED}
    wanted: dict[Resource, list[str]] = {}
    for record_id, difference in (copies | altered).items():
        wanted.setdefault(Resource(difference.item.resource), []).append(record_id)
    return wanted


def _discard(organization: Organization, wanted: dict[Resource, list[str]]) -> None:
    """Raises `SideFailed`. What the CRM refuses to delete is found again by the next comparison."""
    if not wanted:
        return
    lines = Lines(Mailbox.objects.filter(organization=organization).order_by("pk")[0], organization)
    try:
        for resource, ids in wanted.items():
            lines.crm.call("take records away", lambda crm, resource=resource, ids=ids: crm.discard(resource, ids))  # type: ignore[misc]
    finally:
        lines.close()


# -- What is worked on again


@within_commit
def _adopt(differences: Sequence[Difference]) -> None:
    """Our record was brought back under another id, has a higher number of ours than we remember, or its copy in the
    calendar has another version."""
    for each in differences:
        rows = Item.objects.filter(pk=each.item.pk, record_id=each.item.record_id)
        if _is_moved(each):
            rows.update(record_id=each.finding.records[0])
        elif each.ref is not None:  # what is written to the calendar is written on top of what stands there now
            Binding.objects.filter(item=each.item, remote_id=each.ref.id).update(version=each.ref.version)
        elif "version" in each.finding.fields and each.version:
            rows.filter(version__lt=each.version).update(version=each.version)


@within_commit
def _again(differences: Sequence[Difference], homes: dict[int, Mailbox]) -> None:
    """These messages are not in the CRM any more, and are read and decided anew."""
    for each in sorted(differences, key=lambda d: d.item.pk):
        item = each.item
        rows = Item.objects.filter(pk=item.pk, record_id=item.record_id, synced_at__isnull=False)
        if rows.update(synced_at=None, record_id=""):
            change = Change(organization_id=item.organization_id, mailbox=homes[item.pk], item=item)
            Change.objects.bulk_create([change], ignore_conflicts=True)


@within_commit
def _look_at(differences: Sequence[Difference]) -> None:
    """Each copy is asked for by name with the next run of its mailbox."""
    copies = [ref for each in differences for ref in each.finding.records]
    items = [each.item for each in differences]
    Binding.objects.filter(item__in=items, remote_id__in=copies, gone_at=None).update(missing_since=clock.now())


def _intent(organization: Organization, difference: Difference, homes: dict[int, Mailbox]) -> Intent | None:
    """Its difference as a change from the side where it is."""
    item, finding = difference.item, difference.finding
    if item.resource == Resource.EMAIL or finding.kind is Kind.DOUBLED or _is_moved(difference):
        return None
    if finding.fields == ("version",) or _is_looked_at(difference):
        return None
    if finding.side == "crm":
        proof = PROOF if difference.event is None else ""
        return Intent(
            item=item,
            direction=Direction.TO_MAILBOX,
            mailbox_id=homes[item.pk].pk,
            event=difference.event,
            proof=proof,
        )
    return _from_calendar(organization, difference, homes[item.pk].pk)


def _from_calendar(organization: Organization, difference: Difference, mailbox_id: int) -> Intent:
    """As its feed would tell it: what may not be seen by others leaves the CRM by its rule."""
    event, policy = difference.event, organization.private_events
    rule = content.kept_out(event, policy, organization.absences) if event else ""
    proof = f"rule {rule}" if rule else TOMBSTONE if event is None else ""
    shown = content.projected(event, policy) if event and not rule else None
    return Intent(item=difference.item, direction=Direction.TO_CRM, mailbox_id=mailbox_id, event=shown, proof=proof)


def _line(organization: Organization, difference: Difference) -> Activity:
    finding = difference.finding
    said = f"{finding.kind} {_PLACES[finding.side]}"
    about = finding.fields or finding.records
    return entry(
        organization=organization,
        verb=Verb.DIFFERENCE,
        item_key=difference.item.key,
        scope=ScopeChoices.ITEM,
        title=difference.item.title,
        note=f"{said}: {', '.join(about)}",
    )
