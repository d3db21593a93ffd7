"""Signing in to a provider on behalf of a mailbox or an organization: there, back, and checked.

The way there carries a state that is good once, for ten minutes, in this session alone, and a PKCE challenge.
On the way back the account behind the new access must be the one that it is for: an access to somebody else's
mailbox is refused, not stored.
"""

from __future__ import annotations

import secrets
from collections.abc import MutableMapping
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.urls import reverse

from connectors import clock, oauth, registry, settings_changes
from connectors.access import Viewer
from connectors.effects import commit, outside
from connectors.errors import ConnectorError
from connectors.flows import Flow
from connectors.models import Mailbox, Organization
from connectors.registry import Access
from connectors.services import endpoints, wire
from connectors.translation import gettext
from issues import catalogue
from syncapp import crm_version, services
from syncapp.engine.lines import SideFailed

KEEPS = timedelta(minutes=10)
_SLOT = "connecting"


class Refusal(Exception):
    """It did not work; the text says why and what to do, in words for the person who waits."""


@dataclass(frozen=True, kw_only=True)
class Errand:
    """What somebody left for: `target` is a mailbox's id at Google, an organization's at Salesforce."""

    provider: str
    target: int
    verifier: str
    until: float


def may_connect(viewer: Viewer, provider: str, target: int) -> Mailbox | Organization | None:
    """The mailbox or organization, if this viewer may connect it."""
    if provider == "salesforce":
        return Organization.objects.filter(pk=target).first() if viewer.is_admin_of(target) else None
    return Mailbox.objects.filter(viewer.mailboxes(), pk=target, provider=provider).first()


def leave(session: MutableMapping[str, Any], provider: str, target: Mailbox | Organization) -> str:
    """Where to send the browser; the errand waits in the session for its return."""
    state = secrets.token_urlsafe(24)
    until = (clock.now() + KEEPS).timestamp()
    errand = Errand(provider=provider, target=target.pk, verifier=oauth.new_verifier(), until=until)
    session[_SLOT] = {state: asdict(errand)}
    hint = target.address if isinstance(target, Mailbox) else ""
    organization = target.organization if isinstance(target, Mailbox) else target
    wanted, labels = organization.both_ways, organization.labels_failed
    app = registry.app(provider, endpoints(), resources=wanted, labels=labels)
    return oauth.consent_url(app, redirect=_redirect(provider), state=state, verifier=errand.verifier, hint=hint)


def come_back(
    session: MutableMapping[str, Any], viewer: Viewer, provider: str, query: dict[str, str]
) -> Mailbox | Organization:
    """Finishes an errand: exchanges the code, checks the account, stores the access. Raises `Refusal`."""
    errand = _errand(session, provider, query.get("state", ""))
    if "error" in query:
        raise Refusal(_sentence(f"{provider}_oauth.{query['error']}"))
    target = may_connect(viewer, provider, errand.target)
    if target is None:
        raise Refusal(gettext("You may not connect this. Ask an administrator of your organization."))
    try:
        with outside("connect: exchange"):
            grant = _exchange(provider, query.get("code", ""), errand.verifier)
    except ConnectorError as error:
        raise Refusal(sentence_of(error)) from error
    if isinstance(target, Mailbox):
        check_mailbox(target, Access(token=grant.access_token))
        _check_lasting(grant)
        services.renew(
            target.organization, provider, grant, mailbox=target, account=target.address, actor_id=viewer.user_id
        )
    else:
        account = _check_organization(target, grant)
        target.crm_version, target.crm_flow = version_of(grant), Flow.CONSENT.value
        with commit("connect: keep"):
            services.renew(target, provider, grant, account=account, actor_id=viewer.user_id)
            settings_changes.save(target, ["crm_flow", "crm_version"], viewer.user_id)
    return target


def _errand(session: MutableMapping[str, Any], provider: str, state: str) -> Errand:
    waiting = session.pop(_SLOT, {})
    found = waiting.get(state)
    if not found or found["provider"] != provider or found["until"] < clock.now().timestamp():
        raise Refusal(
            gettext("This sign-in was not started here or took longer than ten minutes. Please start it again.")
        )
    return Errand(**found)


def _redirect(provider: str) -> str:
    return f"{settings.PUBLIC_URL}{reverse('connect-callback', args=(provider,))}"


def _exchange(provider: str, code: str, verifier: str) -> oauth.Grant:
    from connectors.transport import Session

    app = registry.app(provider, endpoints())
    with Session(wire()) as http:
        return oauth.ask(oauth.exchange(app, code=code, verifier=verifier, redirect=_redirect(provider)), http)


def check_mailbox(mailbox: Mailbox, access: Access) -> None:
    """Raises `Refusal` unless this access is to that mailbox; one call."""
    connector = registry.open_mail(mailbox.provider, mailbox.address, access, endpoints(), wire())
    try:
        with outside("connect: who is it"):
            account = connector.check()
    except ConnectorError as error:
        raise Refusal(sentence_of(error)) from error
    finally:
        connector.close()
    if account.id != mailbox.address.lower():
        told = gettext(
            "You signed in as %(account)s, but this mailbox is %(mailbox)s. "
            "Nothing was changed. Sign in again and choose the right account."
        )
        raise Refusal(told % {"account": account.id, "mailbox": mailbox.address})


def _check_lasting(grant: oauth.Grant) -> None:
    if not grant.refresh_token:
        raise Refusal(
            gettext("The provider gave access for an hour only. Remove Syncapp from your account, then sign in again.")
        )


def _check_organization(organization: Organization, grant: oauth.Grant) -> str:
    from connectors.salesforce.oauth import organization_of

    org_id, user_id = organization_of(grant.identity_url)
    if not org_id:
        raise Refusal(
            gettext("Salesforce did not say which org this access is for. Nothing was changed. Please sign in again.")
        )
    if organization.crm_org_id and org_id[:15] != organization.crm_org_id[:15]:
        told = gettext(
            "You signed in to the Salesforce org %(org)s, but %(name)s belongs to %(known)s. Nothing was changed."
        )
        raise Refusal(told % {"org": org_id, "name": organization, "known": organization.crm_org_id})
    if not grant.refresh_token:
        raise Refusal(
            gettext(
                "Salesforce gave access that cannot be renewed. Nothing was changed. Allow the app the OAuth scope "
                "“refresh_token, offline_access” in Salesforce, then sign in again."
            )
        )
    if not organization.crm_org_id:
        with commit("connect: remember org"):
            Organization.objects.filter(pk=organization.pk).update(crm_org_id=org_id)
        organization.crm_org_id = org_id
    return user_id


def version_of(grant: oauth.Grant) -> str:
    """What to speak with the org behind this access. Raises `Refusal` where the org or we are too old."""
    try:
        return crm_version.ask(Access(token=grant.access_token, instance_url=grant.instance_url))
    except crm_version.Apart as apart:
        raise Refusal(str(apart)) from apart
    except ConnectorError as error:
        raise Refusal(sentence_of(error)) from error


def sentence_of(error: ConnectorError | SideFailed) -> str:
    """What the page of its code says, and what to do first."""
    return _sentence(error.failure.code)


def _sentence(code: str) -> str:
    entry = catalogue.shown(code)
    return f"{entry.plain} {entry.steps[0].text}"
