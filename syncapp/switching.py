"""Changing how an organization signs in: tried with one call first, then kept together with its access.

Signing in without a person proves nothing about who asks for it: a user name of an org, or its address, is no secret.
So who administers an organization may change how it gets into the org that it belongs to already; which org that is,
and which domains of Google are its own, is shown by a person's consent or said by whoever runs Syncapp (docs/adr/0012).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from connectors import credentials, flows, oauth, registry, settings_changes
from connectors.access import Viewer
from connectors.effects import commit, outside
from connectors.errors import ConnectorError
from connectors.flows import Flow
from connectors.models import Mailbox, Organization
from connectors.registry import Access
from connectors.salesforce.oauth import organization_of
from connectors.scoping import EVERYTHING
from connectors.services import endpoints, wire
from connectors.translation import gettext, gettext_noop
from syncapp import connecting, services
from syncapp.connecting import Refusal

UNCHANGED = gettext_noop("Nothing was changed.")
LACKING = gettext_noop("Syncapp is not set up for this: its settings lack {}. Ask whoever runs Syncapp.")
ORG_UNKNOWN = gettext_noop(
    "It is not known yet which Salesforce org this organization belongs to. Sign in to Salesforce as a person first, "
    "which shows that it is yours; afterwards nobody needs to be signed in."
)
OPERATORS_ONLY = gettext_noop(
    "Which domains let Syncapp in is said by whoever runs Syncapp, after they have asked the domain."
)


def lacking(provider: str, flow: Flow) -> str:
    """Why this installation cannot sign in so, as a sentence; "" where it can."""
    missing = flows.lacking(provider, flow, endpoints())
    return gettext(LACKING).format(", ".join(missing)) if missing else ""


def sign_in_to_crm(organization: Organization, lasting: Mapping[str, str], viewer: Viewer) -> None:
    """Has the organization sign in to its Salesforce without a person from now on. Raises `Refusal`: nothing changes.

    `lasting` is what the credential will keep, see `connectors.flows`.
    """
    flow = flows.flow_of(lasting)
    _refuse_if(lacking("salesforce", flow))
    _refuse_if("" if organization.crm_org_id or viewer.administers is EVERYTHING else gettext(ORG_UNKNOWN))
    grant = _granted("salesforce", lasting, organization)
    user_id = _check_org(organization, grant)
    organization.crm_version, organization.crm_flow = connecting.version_of(grant), flow.value
    with commit("sign-in: keep"):
        settings_changes.save(organization, ["crm_flow", "crm_org_id", "crm_version"], viewer.user_id)
        services.renew(organization, "salesforce", grant, account=user_id, actor_id=viewer.user_id, lasting=lasting)


def let_domains_in(organization: Organization, domains: Sequence[str], viewer: Viewer) -> None:
    """Has our service account read the organization's mailboxes in these domains. Raises `Refusal`.

    Tried with the first of those mailboxes; mailboxes elsewhere stay as they are.
    """
    _refuse_if("" if viewer.administers is EVERYTHING else gettext(OPERATORS_ONLY))
    _refuse_if(lacking("google", Flow.DELEGATED))
    _refuse_if(_taken(organization, domains))
    covered = [box for box in _mailboxes(organization) if flows.covers(domains, box.address)]
    if not covered:
        told = gettext("There is no mailbox in %(domains)s to try it with. Add one first.")
        raise Refusal(told % {"domains": ", ".join(domains)})
    grant = _granted("google", flows.DELEGATED, organization, covered[0])
    connecting.check_mailbox(covered[0], Access(token=grant.access_token))
    _keep_mail(organization, Flow.DELEGATED, domains, viewer)
    for mailbox in covered:
        mailbox.organization = organization
        services.renew_by_leave(mailbox, viewer.user_id)


def let_people_connect(organization: Organization, viewer: Viewer) -> None:
    """Each mailbox is for its owner to connect from now on; what the service account had is dropped at once."""
    _keep_mail(organization, Flow.CONSENT, (), viewer)


def _keep_mail(organization: Organization, flow: Flow, domains: Sequence[str], viewer: Viewer) -> None:
    organization.mail_flow, organization.delegated_domains = flow.value, list(domains)
    with commit("sign-in: keep"):
        settings_changes.save(organization, ["mail_flow", "delegated_domains"], viewer.user_id)
        credentials.forget_delegated(organization)


def _refuse_if(sentence: str) -> None:
    if sentence:
        raise Refusal(sentence)


def _granted(
    provider: str, lasting: Mapping[str, str], organization: Organization, mailbox: Mailbox | None = None
) -> oauth.Grant:
    try:
        return credentials.ask(provider, lasting, organization, mailbox)
    except ConnectorError as error:
        raise Refusal(f"{connecting.sentence_of(error)} {gettext(UNCHANGED)}") from error


def _check_org(organization: Organization, grant: oauth.Grant) -> str:
    """The user behind the access, which has to be of the organization's own org and to be good for a call."""
    org_id, user_id = organization_of(grant.identity_url)
    told = _organization_behind(organization, grant)
    if not org_id or told[:15] != org_id[:15]:
        raise Refusal(gettext("Salesforce did not say which org this access is for. Nothing was changed."))
    known = organization.crm_org_id
    if known and known[:15] != org_id[:15]:
        told = gettext(
            "This leads into the Salesforce org %(org)s, but %(name)s belongs to %(known)s. Nothing was changed."
        )
        raise Refusal(told % {"org": org_id, "name": organization, "known": known})
    owner = Organization.objects.filter(crm_org_id__startswith=org_id[:15]).exclude(pk=organization.pk).first()
    if owner is not None and not known:
        told = gettext("The Salesforce org %(org)s belongs to %(name)s already. Nothing was changed.")
        raise Refusal(told % {"org": org_id, "name": owner})
    organization.crm_org_id = known or org_id
    return user_id


def _organization_behind(organization: Organization, grant: oauth.Grant) -> str:
    """The org's id, as one authenticated call tells it."""
    access = Access(token=grant.access_token, instance_url=grant.instance_url)
    try:
        connector = registry.open_crm(
            "salesforce", access, wire(), org_id=organization.crm_org_id, version=organization.crm_version
        )
        try:
            with outside("connect: who is it"):
                return connector.check().organization_id
        finally:
            connector.close()
    except ConnectorError as error:
        raise Refusal(f"{connecting.sentence_of(error)} {gettext(UNCHANGED)}") from error


def _mailboxes(organization: Organization) -> list[Mailbox]:
    return list(Mailbox.objects.filter(organization=organization, provider="google").order_by("address"))


def _taken(organization: Organization, domains: Sequence[str]) -> str:
    """A sentence if one of the domains is another organization's; "" if not."""
    for other in Organization.objects.exclude(pk=organization.pk).exclude(delegated_domains=[]):
        shared = sorted(set(other.delegated_domains) & set(domains))
        if shared:
            told = gettext("%(domains)s is read for %(name)s already. Nothing was changed.")
            return told % {"domains": ", ".join(shared), "name": other}
    return ""
