"""Mends a refusal of an item in place: what is to be filled in, who may do it, and the retry with it.

Whoever has the mailbox fills in only what they could write in Salesforce themselves. Where that cannot be known it is
for an administrator of the organization, whose word counts for all of its records.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from connectors import clock, settings_changes
from connectors.access import Viewer
from connectors.effects import commit, within_commit
from connectors.field_mapping import FieldMapping
from connectors.field_maps import FIXED, Fit, Target, Way
from connectors.fields import SealBroken
from connectors.fills import EMPTY, Blank, Fill, Sheet, Value, checked
from connectors.models import Organization
from connectors.translation import gettext, gettext_noop
from issues import catalogue, words
from issues import services as issues
from issues.access import sight_of
from issues.lifecycle import Status
from issues.models import BulkOperation, Issue, ScopeChoices
from issues.privacy import Sight
from syncapp.engine import gates, gauging, given
from syncapp.engine.lines import PATIENCE, SideFailed, crm_line
from syncapp.fitting import fits_beside
from syncapp.models import Item

# What a value of one of the record's own fields mends.
FILLABLE = frozenset(
    {
        "engine.FIELD_MAPPING_REFUSED",
        "salesforce.FIELD_CUSTOM_VALIDATION_EXCEPTION",
        "salesforce.INVALID_EMAIL_ADDRESS",
        "salesforce.INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
        "salesforce.NUMBER_OUTSIDE_VALID_RANGE",
        "salesforce.REQUIRED_FIELD_MISSING",
        "salesforce.STRING_TOO_LONG",
    }
)
UNASKED = gettext_noop("Salesforce could not be asked which fields there are ({}). Open this page again in a while.")
STANDS_STILL = gettext_noop("Salesforce cannot be asked at the moment: nothing is synced with it.")
RESTS = gettext_noop(
    "Salesforce is not asked while sync is paused. Once it goes on, what is to be filled in or chosen stands here."
)
LEFT_ALONE = gettext_noop("Salesforce keeps failing and is asked again {}. Open this page again then.")
NOTHING_GIVEN = gettext_noop("Fill in at least one of the fields.")
NOT_ASKED = gettext_noop("This is none of the fields that can be filled in here.")
DEFAULT = "default"  # what a flaw of the box for every record is called; no field in Salesforce begins so small
NO_DEFAULT = gettext_noop("None of these fields can have a value for every record.")


class Unfit(Exception):
    """What was filled in does not fit: a sentence for each field, "" for all of it. Nothing was kept."""

    def __init__(self, flaws: Mapping[str, str]) -> None:
        super().__init__(", ".join(flaws))
        self.flaws = dict(flaws)


@dataclass(frozen=True, kw_only=True)
class Offer:
    """What can be filled in of an issue, and by whom.

    `before` is what was refused, as text, by field: nothing for whoever may not read it. With `asks_administrator` the
    viewer is told that it is for somebody else, with `trouble` why nobody can do it now; then there are no blanks.
    """

    target: Target = Target.CONTACT
    blanks: tuple[Blank, ...] = ()
    before: Mapping[str, str] = field(default_factory=dict)
    sent: Mapping[str, Value] = field(default_factory=dict)
    may_default: bool = False
    asks_administrator: bool = False
    trouble: str = ""


@dataclass(frozen=True, kw_only=True)
class Asking:
    """On whose behalf Salesforce is asked for the viewer of an issue: `user_id` is theirs there, "" for administrators,
    who may write whatever Syncapp may. It is not asked where an administrator is to answer, nor in `trouble`."""

    user_id: str = ""
    asks_administrator: bool = False
    trouble: str = ""


def asking(viewer: Viewer, issue: Issue) -> Asking:
    """How the viewer, who sees the issue, asks."""
    administers = viewer.is_admin_of(issue.organization_id)
    user_id = issue.mailbox.crm_user_id if issue.mailbox else ""
    if not administers and not user_id:
        return Asking(asks_administrator=True)
    if trouble := not_asked(issue.organization):
        return Asking(trouble=trouble)
    return Asking(user_id="" if administers else user_id)


def not_asked(organization: Organization) -> str:
    """Why Salesforce is left in peace; "" where it may be asked."""
    if organization.stopped_at:
        return gettext(STANDS_STILL)
    if gates.rests(organization):
        return gettext(RESTS)
    row = gauging.left_alone(organization, organization.crm)
    return gettext(LEFT_ALONE).format(words.ago(row.probe_at, clock.now())) if row and row.probe_at else ""


def offer(viewer: Viewer, issue: Issue) -> Offer | None:
    """What the viewer, who sees the issue, can fill in; None where nothing of it is mended so.

    Salesforce is asked, in one or two requests, so this is for no transaction.
    """
    target = _target(issue) if viewer.may_write else None
    item = item_of(issue) if target is not None else None
    if target is None or item is None:
        return None
    asks = asking(viewer, issue)
    if asks.asks_administrator or asks.trouble:
        return Offer(target=target, asks_administrator=asks.asks_administrator, trouble=asks.trouble)
    record_id = item.record_id if item.resource == target.value else ""
    found = _asked(issue, target, record_id, asks.user_id)
    if isinstance(found, str):
        return Offer(target=target, trouble=found)
    if not found.blanks:
        return None
    if asks.user_id and found.may_edit is not True:
        return Offer(target=target, asks_administrator=True)
    return _offered(viewer, issue, target, found.blanks)


def may_be_filled_in(issue: Issue) -> bool:
    """Whether its page is worth a look for that, by what stands in every list; nobody is asked."""
    return issue.code in FILLABLE and bool(issue.fields) and issue.status != Status.RESOLVED


def _target(issue: Issue) -> Target | None:
    """What kind of record was refused, if values mend it."""
    of_item = issue.scope == ScopeChoices.ITEM
    if not of_item or not may_be_filled_in(issue):
        return None
    said = evidence_of(issue).get("target") or (issue.resource if issue.resource != Target.EMAIL else "")
    return Target(said) if said in {each.value for each in Target} else None


def evidence_of(issue: Issue) -> Mapping[str, object]:
    """What the refusal told; nothing where its seal does not open any more."""
    try:
        found = issue.evidence
    except SealBroken:
        return {}
    return found if isinstance(found, Mapping) else {}


def item_of(issue: Issue) -> Item | None:
    """What the issue is about, as long as it is there."""
    rows = Item.objects.filter(organization=issue.organization_id, key=issue.subject_key, gone_at=None)
    return rows.first()


def _asked(issue: Issue, target: Target, record_id: str, user_id: str) -> Sheet | str:
    """The blanks of what was refused, as Salesforce tells them; why not, where it does not."""
    line = crm_line(issue.organization, patience=PATIENCE)
    try:
        return line.call(
            "mending: look",
            lambda crm: crm.sheet(target, issue.fields, record_id=record_id, user_id=user_id),
        )
    except SideFailed as error:
        return unasked(error)
    finally:
        line.close()


def unasked(error: SideFailed) -> str:
    return gettext(UNASKED).format(catalogue.shown(error.failure.code).title)


def _offered(viewer: Viewer, issue: Issue, target: Target, blanks: tuple[Blank, ...]) -> Offer:
    said = evidence_of(issue).get("sent")
    named = {str(name).lower(): value for name, value in said.items()} if isinstance(said, Mapping) else {}
    sent: dict[str, Value] = {blank.name: named.get(blank.name.lower()) for blank in blanks}
    reads = sight_of(viewer, issue) is Sight.WHOLE
    before = {name: _words(value) for name, value in sent.items() if value not in EMPTY} if reads else {}
    may_default = viewer.is_admin_of(issue.organization_id) and any(blank.may_default for blank in blanks)
    return Offer(target=target, blanks=blanks, sent=sent, before=before, may_default=may_default)


def _words(value: Value) -> str:
    return ("no", "yes")[value] if isinstance(value, bool) else str(value)


# -- Taking what was filled in


def fills_of(offered: Offer, texts: Mapping[str, str]) -> tuple[Fill, ...]:
    """What was typed, by field, as it is kept. Raises `Unfit`."""
    names = {blank.name for blank in offered.blanks}
    flaws = dict.fromkeys((name for name in texts if name not in names), gettext(NOT_ASKED))
    values: dict[str, Value] = {}
    for blank in offered.blanks:
        try:
            values[blank.name] = checked(blank, texts.get(blank.name, ""))
        except ValueError as error:
            flaws[blank.name] = str(error)
    if flaws:
        raise Unfit(flaws)
    fills = tuple(Fill(field=n, value=v, instead=offered.sent.get(n), fresh=True) for n, v in values.items())
    telling = tuple(fill for fill in fills if fill.value not in EMPTY or fill.instead not in EMPTY)
    if not telling:
        raise Unfit({"": gettext(NOTHING_GIVEN)})
    return telling


def fill_in(
    issue: Issue, offered: Offer, texts: Mapping[str, str], *, as_default: bool = False, actor_id: int | None = None
) -> bool:
    """Keeps what was typed with the item and has it tried again with it; the last answer to a field counts. False if
    the issue is resolved by now. Raises `Unfit`.

    With `as_default` it is also written into every such record from now on that has nothing there, and what else was
    refused for the same reason is tried again. Salesforce is asked about that, so this is for no transaction.
    """
    fills = fills_of(offered, texts)
    lines = _default_lines(issue, offered, texts) if as_default else []
    filled = {fill.field for fill in fills}
    labels = ", ".join(blank.label for blank in offered.blanks if blank.name in filled)
    with commit("mending: fill in"):
        if not issues.answered(issue, f"Filled in: {labels}", actor_id=actor_id):
            return False
        keep_with_item(issue, lambda item: given.added(item.filled_in, offered.target, fills))
        for line in lines:
            settings_changes.save(line, ("fixed", "default", "crm_type", "crm_length"), actor_id)
        if lines:
            rest = issues.Choice(cause=issue.cause_id)
            issues.start_operation(issue.organization_id, BulkOperation.Verb.RETRY, rest, actor_id=actor_id)
    return True


@within_commit
def keep_with_item(issue: Issue, making: Callable[[Item], dict[str, Any]]) -> None:
    """Keeps what a person said with the item, as it is made of what is kept already."""
    rows = Item.objects.select_for_update().filter(organization=issue.organization_id, key=issue.subject_key)
    for item in rows:
        item.given = making(item)
        item.save(update_fields=["given"])


# -- For every record from now on


def _default_lines(issue: Issue, offered: Offer, texts: Mapping[str, str]) -> list[FieldMapping]:
    """The lines of the field mapping that write what was typed wherever there is nothing. Raises `Unfit`."""
    if not offered.may_default:
        raise Unfit({DEFAULT: gettext(NO_DEFAULT)})
    typed = {b.name: texts[b.name].strip() for b in offered.blanks if b.may_default and texts.get(b.name, "").strip()}
    lines = [_line(issue, offered.target, name, text) for name, text in typed.items()]
    if not lines:
        raise Unfit({DEFAULT: gettext(NO_DEFAULT)})
    flaws = {line.field: fit.trouble for line, fit in zip(lines, _fits(issue, lines), strict=True) if fit.trouble}
    if flaws:
        raise Unfit(flaws)
    return lines


def _line(issue: Issue, target: Target, name: str, text: str) -> FieldMapping:
    """The line of the field, with another default; a new one, which writes nothing but this, where there is none."""
    rows = FieldMapping.objects.filter(organization=issue.organization_id, target=target.value, field__iexact=name)
    line = rows.first() or FieldMapping(
        organization=issue.organization, target=target.value, source=FIXED, field=name, way=Way.NEW.value
    )
    setattr(line, "fixed" if line.source == FIXED else "default", text)
    return line


def _fits(issue: Issue, lines: Sequence[FieldMapping]) -> list[Fit]:
    """How these stand beside the organization's Salesforce and its other lines; their types are kept with them."""
    try:
        found = fits_beside(issue.organization, lines)
    except SideFailed as error:
        raise Unfit({"": unasked(error)}) from error
    for line, fit in zip(lines, found, strict=True):
        line.crm_type, line.crm_length = fit.type, fit.length
    return found
