"""Makes what an organization's CRM has to have for our records, and writes down what was made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from connectors import sentences
from connectors.effects import commit
from connectors.facts import Fact
from connectors.journal import entry, record
from connectors.models import Organization, Verb
from connectors.needs import Need, Standing
from connectors.records import Resource
from connectors.translation import gettext_noop
from issues import catalogue
from issues import services as issues
from issues.catalogue import Entry
from issues.models import BulkOperation
from issues.words import Sign
from syncapp.engine.lines import crm_line

MAIL_FIELDS = ("EmailMessage.Syncapp_Key__c", "EmailMessage.Syncapp_Attachments__c", "Lead.Syncapp_Key__c")
CASE_KEY = "Case.Syncapp_Key__c"  # without it mailboxes that open cases wait
RETRY = BulkOperation.Verb.RETRY
NOT_READY = "engine.CASES_NOT_READY"
MISSING = "salesforce.OWN_FIELD_MISSING"  # what stands still for want of one tries again as soon as somebody saw to it
SIGNS: Mapping[Standing, Sign] = {
    Standing.THERE: Sign(icon="dot", tone="green", word=gettext_noop("Is there")),
    Standing.MADE: Sign(icon="check", tone="green", word=gettext_noop("Made just now")),
    Standing.REFUSED: Sign(icon="bang", tone="red", word=gettext_noop("Is missing")),
    Standing.UNSEEN: Sign(icon="half", tone="amber", word=gettext_noop("May not be looked at")),
}


T = TypeVar("T", Need, Fact)


def may_go_without(organization: Organization, needs: list[Need]) -> bool:
    """Whether mail could go on in weaker mode, which nobody has switched on, while its fields may not be made."""
    return bool(needs) and not organization.weaker_mode and not _are_there(needs)


@dataclass(frozen=True, kw_only=True)
class Shown(Generic[T]):
    """A need or a fact for people to read; `entry` is the page of why it is missing, or could not be found out."""

    what: T
    sign: Sign
    entry: Entry | None


def told(what: T, sign: Sign) -> Shown[T]:
    return Shown(what=what, sign=sign, entry=catalogue.shown(what.failure.code) if what.failure else None)


def shown(needs: list[Need]) -> list[Shown[Need]]:
    """In their order."""
    return [told(replace(each, weaker=sentences.told(each.weaker)), SIGNS[each.standing]) for each in needs]


def equip(organization: Organization, *, actor_id: int | None = None) -> list[Need]:
    """How each thing stands that our records need; what was missing is made as far as we may. Raises `SideFailed`."""
    line, contacts = crm_line(organization), Resource.CONTACT in organization.both_ways
    try:
        needs = line.call("equip", lambda crm: crm.ensure_fields(syncs_contacts=contacts))
    finally:
        line.close()
    if issues.choose(organization.pk, RETRY, issues.Choice(code=MISSING)).exists():
        _try_again(organization, MISSING, actor_id)
    made = [need.name for need in needs if need.standing is Standing.MADE]
    if made:
        with commit("equip: note"):
            record(
                entry(
                    organization=organization,
                    verb=Verb.SETTINGS_CHANGED,
                    actor_id=actor_id,
                    note=f"made in Salesforce: {', '.join(made)}",
                )
            )
        if CASE_KEY in made:
            _try_again(organization, NOT_READY, actor_id)
    if organization.keyless_at is not None and _are_there(needs):
        with commit("equip: end of weaker mode"):
            Organization.objects.filter(pk=organization.pk).update(keyless_at=None)
        organization.keyless_at = None
    return needs


def _are_there(needs: list[Need]) -> bool:
    """Whether messages and leads can have their keys again."""
    standing = {need.name: need.standing for need in needs}
    return all(standing.get(name) in (Standing.THERE, Standing.MADE) for name in MAIL_FIELDS)


def _try_again(organization: Organization, code: str, actor_id: int | None) -> None:
    issues.start_operation(organization.pk, RETRY, issues.Choice(code=code), actor_id=actor_id)
