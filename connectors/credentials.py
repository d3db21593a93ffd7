"""Keys to both sides: stored sealed, opened for a call, refreshed by one process at a time.

Salesforce's refresh-token rotation revokes everything when an old token is used again, so two refreshers at
once, or one that crashes between the answer and our commit, lock a customer out. Hence: the right to refresh
is claimed in the database first, the answer is stored before anything uses it, and whoever comes second
waits for the first one's result.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from connectors import clock, flows, oauth
from connectors.effects import commit, outside
from connectors.errors import ConnectorError, Failure, Kind, Matched
from connectors.fields import SealBroken
from connectors.flows import DELEGATED, Flow
from connectors.google import oauth as google
from connectors.journal import entry, record
from connectors.models import Credential, Mailbox, Organization, Verb
from connectors.registry import Access
from connectors.services import endpoints, wire

REFRESH_CLAIM = timedelta(seconds=90)  # longer than a request may take in all
EARLY = timedelta(seconds=60)  # a token that ends sooner is renewed before it is used
PATIENCE = 100  # looks at another one's refresh, 0.2 s apart


def store(
    organization: Organization,
    provider: str,
    grant: oauth.Grant,
    *,
    mailbox: Mailbox | None = None,
    account: str = "",
    actor_id: int | None = None,
    lasting: Mapping[str, str] | None = None,
) -> Credential:
    """Keeps a fresh grant in place of what was there, and says so in the journal.

    `lasting` is what renews the access where no refresh token does (see `connectors.flows`).
    """
    found = Credential.everywhere.filter(organization=organization, provider=provider, mailbox=mailbox).first()
    credential = found or Credential(organization=organization, provider=provider, mailbox=mailbox)
    credential.account = account
    credential.renewed_at = clock.now()
    if lasting is not None:
        credential.grant = dict(lasting)
    _take(credential, grant)
    with commit("credential: store"):
        credential.save()
        record(
            entry(
                organization=organization,
                mailbox=mailbox,
                verb=Verb.CREDENTIAL_STORED,
                actor_id=actor_id,
                note=f"{provider}: {account}",
            )
        )
    return credential


def _take(credential: Credential, grant: oauth.Grant) -> None:
    if grant.refresh_token:
        credential.grant = {"refresh_token": grant.refresh_token}
    before = credential.access or {}
    instance_url = grant.instance_url or before.get("instance_url", "")
    credential.access = {"token": grant.access_token, "instance_url": instance_url}
    if credential.grant == DELEGATED:
        credential.access["resources"] = list(credential.organization.both_ways)
        credential.access["labels"] = credential.organization.labels_failed
    credential.scopes = list(grant.scopes) or credential.scopes
    credential.may_label = google.may_label(grant.scopes) if credential.provider == "google" else None
    credential.access_until = clock.now() + timedelta(seconds=grant.lifetime)
    credential.refreshing_until = None


def access(credential: Credential) -> Access:
    """What opens the provider right now; refreshed first when it is about to end. Raises `ConnectorError`."""
    return _opened(credential) if _is_good(credential) else refresh(credential)


def _is_good(credential: Credential) -> bool:
    """Whether the access in hand lasts, and is for all that we ask for: for calendars and tasks, too, once they are
    wanted."""
    if credential.access is None or credential.access_until is None:
        return False
    return _is_enough(credential, credential.access) and clock.now() < credential.access_until - EARLY


def _is_enough(credential: Credential, access: Mapping[str, Any]) -> bool:
    """Whether it was asked for whatever is wanted by now; what a person agreed to, only that person can widen."""
    if access.get("resources") is None:
        return bool(credential.grant != DELEGATED)
    organization = credential.organization
    labels = bool(access.get("labels")) or not organization.labels_failed
    return labels and {*access["resources"]} >= {*organization.both_ways}


def _opened(credential: Credential) -> Access:
    return Access(token=credential.access["token"], instance_url=credential.access["instance_url"])


def refresh(credential: Credential, *, pause: Callable[[float], None] = time.sleep) -> Access:
    """Another access token than the one in hand, made by us or by whoever is at it already. Raises `ConnectorError`.

    Whatever renews it, one at a time: with a refresh token two would lock each other out, and without one two calls
    are one too many.
    """
    known = credential.access_until
    for _ in range(PATIENCE):
        if _claim(credential):
            return _refresh(credential, known)
        pause(0.2)
        credential.refresh_from_db()
        if credential.access_until != known and credential.refreshing_until is None:
            return _opened(credential)
    raise ConnectorError(_refresher_hangs(credential))


def _claim(credential: Credential) -> bool:
    present = clock.now()
    with commit("credential: claim refresh"):
        rows = Credential.everywhere.filter(pk=credential.pk)
        free = rows.filter(refreshing_until=None) | rows.filter(refreshing_until__lt=present)
        return bool(free.update(refreshing_until=present + REFRESH_CLAIM))


def _refresh(credential: Credential, known: datetime | None) -> Access:
    """With the right to refresh in hand. A token that somebody else made meanwhile is as good as our own."""
    try:
        credential.refresh_from_db()
        if credential.access_until == known:
            if not _may_be_used(credential):
                raise ConnectorError(_no_leave())
            grant = ask(credential.provider, credential.grant, credential.organization, credential.mailbox)
            _keep(credential, grant)
        else:
            _give_back(credential)
    except Exception:
        _give_back(credential)
        if not _was_renewed(credential):
            raise
    return _opened(credential)


def _keep(credential: Credential, grant: oauth.Grant) -> None:
    """Stores what a refresh gave, unless a person renewed the access meanwhile: theirs is of a newer consent."""
    with commit("credential: store refresh"):
        newest = Credential.everywhere.select_for_update().get(pk=credential.pk)
        if newest.renewed_at == credential.renewed_at:
            _take(credential, grant)
            credential.save(
                update_fields=["grant", "access", "access_until", "refreshing_until", "may_label", "scopes"]
            )
            return
    credential.refresh_from_db()


def _give_back(credential: Credential) -> None:
    with commit("credential: give up refresh"):
        Credential.everywhere.filter(pk=credential.pk).update(refreshing_until=None)


def _was_renewed(credential: Credential) -> bool:
    """Whether the refusal was of a grant that is not the one in the row any more; the row is read again."""
    before = credential.renewed_at
    credential.refresh_from_db()
    return credential.renewed_at != before


def ask(
    provider: str, lasting: Mapping[str, str], organization: Organization, mailbox: Mailbox | None = None
) -> oauth.Grant:
    """What the provider gives for a grant right now; nothing is stored. Raises `ConnectorError`.

    A domain that does not let our service account label messages may let it read them.
    """
    request = flows.Request(
        provider=provider,
        lasting=lasting,
        endpoints=endpoints(),
        at=clock.now().timestamp(),
        subject=mailbox.address if mailbox else "",
        resources=organization.both_ways,
        labels=organization.labels_failed and lasting == DELEGATED,
    )
    try:
        return _asked(request)
    except ConnectorError as error:
        if not request.labels or error.failure.kind is not Kind.PERMISSION:
            raise
    return _asked(replace(request, labels=False))


def _asked(request: flows.Request) -> oauth.Grant:
    question = flows.question(request)
    with outside("credential: refresh"):
        return _put(question)


def _put(question: oauth.Question) -> oauth.Grant:
    from connectors.transport import Session

    with Session(wire()) as session:
        return oauth.ask(question, session)


def _no_leave() -> Failure:
    return Failure(
        provider="engine",
        code="engine.MAILBOX_NOT_CONNECTED",
        kind=Kind.AUTH,
        said="the organization does not have this mailbox read by the service account",
        matched=Matched.CODE,
    )


def _refresher_hangs(credential: Credential) -> Failure:
    return Failure(
        provider="network",
        code="network.READ_TIMEOUT",
        kind=Kind.TRANSIENT,
        said=f"somebody else is renewing the access to {credential.provider} and does not come back",
        matched=Matched.CODE,
    )


def of_mailbox(mailbox: Mailbox) -> Credential | None:
    """The credential for the mailbox itself; made at once where its domain lets our service account in."""
    found = Credential.everywhere.filter(mailbox=mailbox, provider=mailbox.provider).first()
    return found or (delegate(mailbox) if is_covered(mailbox) else None)


def is_covered(mailbox: Mailbox) -> bool:
    """Whether our service account may read the mailbox."""
    organization = mailbox.organization
    return (
        mailbox.provider == "google"
        and organization.mail_flow == Flow.DELEGATED
        and flows.covers(organization.delegated_domains, mailbox.address)
    )


def delegate(mailbox: Mailbox, *, actor_id: int | None = None) -> Credential:
    """Has our service account read the mailbox, in place of any access that there was; the next call asks for it."""
    place = {"organization": mailbox.organization, "provider": mailbox.provider, "mailbox": mailbox}
    credential = Credential.everywhere.filter(**place).first() or Credential(**place)
    credential.grant, credential.account = DELEGATED, mailbox.address
    credential.access = credential.access_until = credential.refreshing_until = credential.may_label = None
    credential.scopes = []
    credential.renewed_at = clock.now()
    with commit("credential: delegate"):
        credential.save()
        note = f"{mailbox.provider}: {mailbox.address}, by the service account"
        record(
            entry(
                organization=mailbox.organization,
                mailbox=mailbox,
                verb=Verb.CREDENTIAL_STORED,
                actor_id=actor_id,
                note=note,
            )
        )
    return credential


def forget_delegated(organization: Organization) -> int:
    """Drops the access of the service account to mailboxes that it may not read any more; how many."""
    rows = Credential.everywhere.filter(organization=organization, mailbox__isnull=False).select_related(
        "mailbox__organization"
    )
    stale = [row.pk for row in rows if not _may_be_used(row)]
    with commit("credential: forget delegated"):
        Credential.everywhere.filter(pk__in=stale).delete()
    return len(stale)


def _may_be_used(credential: Credential) -> bool:
    """Of the service account's access: whether it still has the leave of the mailbox's domain."""
    try:
        by_leave = credential.grant == DELEGATED
    except SealBroken:  # whoever asks with it hears of it
        return True
    return not by_leave or (credential.mailbox is not None and is_covered(credential.mailbox))


def of_crm(organization: Organization) -> Credential | None:
    """The credential for the organization's CRM."""
    return Credential.everywhere.filter(organization=organization, mailbox=None, provider=organization.crm).first()
