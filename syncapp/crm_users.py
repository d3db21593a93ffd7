"""Who the person of a mailbox is in Salesforce: found there by name or address, and kept once somebody has chosen.

What nobody may own in Salesforce, since the user who was meant is gone, is tried again once another one is chosen.
"""

from __future__ import annotations

from dataclasses import dataclass

from connectors import settings_changes
from connectors.effects import commit
from connectors.models import Mailbox
from connectors.records import CrmUser, Resource
from connectors.translation import gettext, gettext_noop
from connectors.wake import wake
from issues.models import Issue
from syncapp import services
from syncapp.connecting import Refusal
from syncapp.engine.lines import PATIENCE, SideFailed, crm_line
from syncapp.mending import not_asked, unasked
from syncapp.own_facts import becomes_cases

# Of no owner, or of one who may own nothing.
CODES = ("salesforce.INACTIVE_OWNER_OR_USER", "engine.OWNER_NOT_MAPPED")
LONGEST = 80  # characters that are sought for
NOT_OFFERED = gettext_noop("This is nobody who was found. Search again, and choose one of those who are found.")


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """Somebody in Salesforce; `elsewhere` is the address of another mailbox that is theirs already."""

    user: CrmUser
    elsewhere: str = ""


def search(mailbox: Mailbox, text: str) -> list[Candidate]:
    """Active users of Salesforce by name, address or id, 20 at the most; one request, so this is for no transaction.
    Raises `Refusal` where Salesforce does not tell."""
    if trouble := not_asked(mailbox.organization):
        raise Refusal(trouble)
    line = crm_line(mailbox.organization, patience=PATIENCE)
    try:
        found = line.call("find users", lambda crm: crm.users(text.strip()[:LONGEST]))
    except SideFailed as error:
        raise Refusal(unasked(error)) from error
    finally:
        line.close()
    theirs = _theirs(mailbox)
    return [Candidate(user=each, elsewhere=theirs.get(each.id[:15], "")) for each in found]


def _theirs(mailbox: Mailbox) -> dict[str, str]:
    """Whom other mailboxes belong to, by what an id begins with."""
    rows = Mailbox.objects.filter(organization=mailbox.organization_id).exclude(crm_user_id="").exclude(pk=mailbox.pk)
    return {user[:15]: address for user, address in rows.values_list("crm_user_id", "address")}


def choose(mailbox: Mailbox, text: str, user_id: str, actor_id: int | None) -> CrmUser:
    """Keeps whose mailbox it is, one of those whom `text` finds, and has tried again what waited for that. Asks
    Salesforce once more, so this is for no transaction. Raises `Refusal`, and then nothing has changed."""
    chosen = next((each.user for each in search(mailbox, text) if each.user.id == user_id), None)
    if chosen is None:
        raise Refusal(gettext(NOT_OFFERED))
    mailbox.crm_user_id = chosen.id
    with commit("mailbox: whose it is"):
        settings_changes.save(mailbox, ["crm_user_id"], actor_id)
        try_again(mailbox, actor_id)
    return chosen


def try_again(mailbox: Mailbox, actor_id: int | None) -> None:
    """What waited for another user is tried now; for whoever has just stored one, in the same transaction."""
    services.free_those(mailbox.organization_id, CODES, mailbox_id=mailbox.pk, actor_id=actor_id)
    wake(mailbox.pk)


def mends(issue: Issue) -> bool:
    """Whether choosing a user mends it. Who owns a case, its route says."""
    if issue.mailbox is None or issue.code not in CODES:
        return False
    return issue.resource != Resource.EMAIL or not becomes_cases(issue.mailbox)
