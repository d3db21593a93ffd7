"""Which of the records that Salesforce takes for the same is meant, or that it is none of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from connectors.access import Viewer
from connectors.doubles import Double
from connectors.effects import commit
from connectors.field_maps import Target
from connectors.translation import gettext, gettext_noop
from issues import catalogue
from issues import services as issues
from issues.access import sight_of
from issues.lifecycle import Status
from issues.models import Issue
from issues.privacy import Sight
from syncapp.engine import given
from syncapp.engine.lines import PATIENCE, SideFailed, crm_line
from syncapp.mending import asking, evidence_of, item_of, keep_with_item

CODE = "salesforce.DUPLICATES_DETECTED"
UNASKED = gettext_noop("Salesforce could not be asked which records it means ({}). Open this page again in a while.")
NOT_OFFERED = gettext_noop("This record is not among those that can be chosen here.")
NOT_ALLOWED = gettext_noop("The duplicate rule does not let a second record through, or you may not make one.")
KINDS = {Target.CONTACT: ("contact",), Target.LEAD: ("contact", "lead")}  # what each may turn out to be


@dataclass(frozen=True, kw_only=True)
class Choices:
    """The records to choose among, and whether the refused one may be made all the same.

    With `asks_administrator` the viewer is told that it is for somebody else, with `trouble` why nobody can do it now.
    """

    target: Target
    doubles: tuple[Double, ...] = ()
    anyway: bool = False
    asks_administrator: bool = False
    trouble: str = ""


def choices(viewer: Viewer, issue: Issue) -> Choices | None:
    """What the viewer, who sees the issue, can choose; None where it is about no duplicates. Salesforce is asked, in
    three requests at the most, so this is for no transaction."""
    target = _target(issue)
    if target is None or not viewer.may_write or item_of(issue) is None:
        return None
    asks = asking(viewer, issue)
    if asks.asks_administrator or asks.trouble:
        return Choices(target=target, asks_administrator=asks.asks_administrator, trouble=asks.trouble)
    found = _asked(issue, target, asks.user_id)
    if asks.user_id and not found.trouble:
        mine = tuple(each for each in found.doubles if each.may_edit is True)
        found = replace(found, doubles=mine, asks_administrator=not mine and not found.anyway)
    return found if sight_of(viewer, issue) is Sight.WHOLE else _nameless(found)


def _target(issue: Issue) -> Target | None:
    """What kind of record is said to be there already."""
    if issue.code != CODE or issue.status == Status.RESOLVED:
        return None
    said = str(evidence_of(issue).get("object") or "").lower()
    return next((each for each in KINDS if each.value == said), None)


def _nameless(found: Choices) -> Choices:
    """Without what tells of an item that is not the viewer's to read."""
    return replace(found, doubles=tuple(replace(each, name="", detail="") for each in found.doubles))


def _asked(issue: Issue, target: Target, user_id: str) -> Choices:
    evidence = evidence_of(issue)
    listed = evidence.get("candidates")
    ids = [str(each) for each in listed] if isinstance(listed, list | tuple) else []
    line = crm_line(issue.organization, patience=PATIENCE)
    try:
        found = line.call("doubles: look", lambda crm: crm.doubles(ids, user_id=user_id))
        anyway = evidence.get("allow_save") is True
        if anyway and user_id:
            sheet = line.call("doubles: may they", lambda crm: crm.sheet(target, [], user_id=user_id))
            anyway = sheet.may_edit is True
    except SideFailed as error:
        return Choices(target=target, trouble=gettext(UNASKED).format(catalogue.shown(error.failure.code).title))
    finally:
        line.close()
    return Choices(target=target, doubles=_fitting(found, target), anyway=anyway)


def _fitting(found: Sequence[Double], target: Target) -> tuple[Double, ...]:
    return tuple(each for each in found if each.kind in KINDS[target])


def choose(
    issue: Issue, offered: Choices, *, record_id: str = "", anyway: bool = False, actor_id: int | None = None
) -> bool:
    """Keeps with the item which record is meant, or that it is none of them (`anyway`), and has it tried again. The
    last choice counts. False if the issue is resolved by now. Raises ValueError for what is not offered."""
    kind = next((each.kind for each in offered.doubles if each.id == record_id), "")
    if anyway and not offered.anyway:
        raise ValueError(gettext(NOT_ALLOWED))
    if not anyway and not kind:
        raise ValueError(gettext(NOT_OFFERED))
    note = "It is no duplicate; make it anyway" if anyway else f"Record {record_id} is meant"
    with commit("doubles: choose"):
        if not issues.answered(issue, note, actor_id=actor_id):
            return False
        picked = None if anyway else (kind, record_id)
        keep_with_item(issue, lambda item: given.chosen(item.filled_in, picked, offered.target.value))
    return True
