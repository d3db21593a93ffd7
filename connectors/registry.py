"""Which connectors there are. A literal table; the client libraries behind it are imported on first use.

Nothing that the web process loads imports a client library, so every function here imports late.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import quote

from connectors.contacts import Contact
from connectors.field_maps import NO_MAPS, FieldMaps
from connectors.records import Event, Record, Resource, Task

if TYPE_CHECKING:
    from connectors.oauth import App
    from connectors.protocol import CrmConnector, MailConnector
    from connectors.wire import Wire


@dataclass(frozen=True, kw_only=True)
class Endpoints:
    """Addresses and registrations of all providers, and what we read at the most (bytes); from settings."""

    google_api_root: str
    google_web_root: str
    google_calendar_api_root: str
    google_calendar_web_root: str
    google_tasks_api_root: str
    google_tasks_web_root: str
    google_contacts_api_root: str
    google_contacts_web_root: str
    google_authorize_url: str
    google_token_url: str
    google_client_id: str
    google_client_secret: str = field(repr=False)
    google_service_account: str = field(repr=False)
    salesforce_login_url: str
    salesforce_client_id: str
    salesforce_client_secret: str = field(repr=False)
    salesforce_jwt_key: str = field(repr=False)
    salesforce_api_version: str
    largest_message: int


@dataclass(frozen=True, kw_only=True)
class Access:
    """What opens a provider right now: a token and, at Salesforce, where it is good."""

    token: str = field(repr=False)
    instance_url: str = ""


MAIL = ("google", "memory")
CRM = ("salesforce", "memory_crm")
# Of what a CRM takes many new records in one load (ADR 27).
LOADS = {"salesforce": frozenset({Resource.CONTACT}), "memory_crm": frozenset({Resource.CONTACT})}
TELLS = ("google", "memory")  # of changes, whoever wants to hear of them


def open_mail(
    provider: str,
    address: str,
    access: Access,
    endpoints: Endpoints,
    wire: Wire,
    calendars: Sequence[str] = (),
    *,
    headers_only: bool = False,
) -> MailConnector:
    """A connector for one mailbox, with these further calendars, which reads nothing else of messages if it is for
    `headers_only`. Raises KeyError for a provider that we do not know.
    """
    if provider == "google":
        from connectors.google.connector import GoogleConnector
        from connectors.google.links import Sites

        sites = Sites(
            mail_api=endpoints.google_api_root,
            mail_web=endpoints.google_web_root,
            calendar_api=endpoints.google_calendar_api_root,
            calendar_web=endpoints.google_calendar_web_root,
            tasks_api=endpoints.google_tasks_api_root,
            tasks_web=endpoints.google_tasks_web_root,
            contacts_api=endpoints.google_contacts_api_root,
            contacts_web=endpoints.google_contacts_web_root,
        )
        return GoogleConnector(
            address=address,
            token=access.token,
            sites=sites,
            largest_message=endpoints.largest_message,
            wire=wire,
            calendars=calendars,
            headers_only=headers_only,
        )
    if provider == "memory":
        from connectors.memory import MAILBOXES

        box = MAILBOXES[address]
        box.read_further, box.headers_only = tuple(calendars), headers_only
        return box
    raise KeyError(provider)


def open_crm(
    provider: str, access: Access, wire: Wire, *, org_id: str, version: str, maps: FieldMaps = NO_MAPS
) -> CrmConnector:
    """A connector for one CRM organization that speaks this version of its interface, and has its fields by `maps`.

    Raises KeyError for a provider that we do not know.
    """
    if provider == "salesforce":
        from connectors.salesforce.connector import SalesforceConnector

        return SalesforceConnector(
            token=access.token,
            instance_url=access.instance_url,
            version=version,
            wire=wire,
            org_id=org_id,
            maps=maps,
        )
    if provider == "memory_crm":
        from connectors.memory import CRMS

        return CRMS[org_id]
    raise KeyError(provider)


def crm_version(access: Access, endpoints: Endpoints, wire: Wire) -> str:
    """The newest version of its interface that a Salesforce org and we both know.

    Raises `ConnectorError`, and `connectors.salesforce.versions.NoVersion`.
    """
    from connectors.salesforce.connector import SalesforceConnector
    from connectors.salesforce.versions import chosen

    newest = endpoints.salesforce_api_version
    connector = SalesforceConnector(token=access.token, instance_url=access.instance_url, version=newest, wire=wire)
    try:
        return chosen(connector.versions(), newest)
    finally:
        connector.close()


def crm_loads(provider: str) -> frozenset[Resource]:
    """The resources of which the CRM takes loads."""
    return LOADS.get(provider, frozenset())


def crm_keeps(provider: str, record: Record, maps: FieldMaps = NO_MAPS) -> Record:
    """How it reads back once it was written to the CRM, which may shorten or round what it is given."""
    if provider == "salesforce":
        from connectors.salesforce import contact_mapping, event_mapping, mapped, task_mapping

        match record:
            case Event():
                return mapped.kept(event_mapping.kept(record), maps)
            case Task():
                return mapped.kept(task_mapping.kept(record), maps)
            case Contact():
                return mapped.kept(contact_mapping.kept(record), maps)
    return record


def mail_url(provider: str, address: str, endpoints: Endpoints, resource: Resource, remote_id: str) -> str:
    """Opens a message, an event, a task or a contact in the provider's own pages; needs no access."""
    if provider == "google":
        from connectors.google.links import contact_url, event_url, message_url, task_url

        if resource is Resource.EVENT:
            return event_url(endpoints.google_calendar_web_root, address, remote_id)
        if resource is Resource.TASK:
            return task_url(endpoints.google_tasks_web_root, address, remote_id)
        if resource is Resource.CONTACT:
            return contact_url(endpoints.google_contacts_web_root, address, remote_id)
        return message_url(endpoints.google_web_root, address, remote_id)
    return f"https://mailbox.invalid/{address}/{quote(remote_id, safe='')}"


def crm_url(provider: str, instance_url: str, record_id: str) -> str:
    """Opens a record (or, without an id, the start page) in the CRM's own pages; needs no access."""
    root = instance_url if provider == "salesforce" else "https://crm.invalid"
    return f"{root}/{quote(record_id, safe='')}" if root else ""


def app(provider: str, endpoints: Endpoints, *, resources: Collection[Resource] = (), labels: bool = False) -> App:
    """Our OAuth registration at a provider. `resources` are asked for beside messages, and with `labels` the right to
    label these. Raises KeyError where there is none.
    """
    if provider == "google":
        from connectors.google import oauth as google

        return google.app(
            authorize_url=endpoints.google_authorize_url,
            token_url=endpoints.google_token_url,
            client_id=endpoints.google_client_id,
            client_secret=endpoints.google_client_secret,
            resources=resources,
            labels=labels,
        )
    if provider == "salesforce":
        from connectors.salesforce import oauth as salesforce

        return salesforce.app(
            login_url=endpoints.salesforce_login_url,
            client_id=endpoints.salesforce_client_id,
            client_secret=endpoints.salesforce_client_secret,
        )
    raise KeyError(provider)
