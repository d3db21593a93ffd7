"""Settings, those of an organization as well, turned into values that the pure modules take."""

from __future__ import annotations

from dataclasses import replace

from django.conf import settings
from django.urls import reverse

from connectors.field_mapping import FieldMapping
from connectors.field_maps import OWNER, FieldMaps
from connectors.hints import Push
from connectors.models import Mailbox, Organization
from connectors.registry import Endpoints
from connectors.scoping import scoped
from connectors.wire import Wire, host_of

SALESFORCE_HOSTS = frozenset({".salesforce.com", ".my.salesforce.com", ".cloudforce.com"})


def endpoints() -> Endpoints:
    return Endpoints(
        google_api_root=settings.GOOGLE_API_ROOT,
        google_web_root=settings.GOOGLE_WEB_ROOT,
        google_calendar_api_root=settings.GOOGLE_CALENDAR_API_ROOT,
        google_calendar_web_root=settings.GOOGLE_CALENDAR_WEB_ROOT,
        google_tasks_api_root=settings.GOOGLE_TASKS_API_ROOT,
        google_tasks_web_root=settings.GOOGLE_TASKS_WEB_ROOT,
        google_contacts_api_root=settings.GOOGLE_CONTACTS_API_ROOT,
        google_contacts_web_root=settings.GOOGLE_CONTACTS_WEB_ROOT,
        google_authorize_url=settings.GOOGLE_AUTHORIZE_URL,
        google_token_url=settings.GOOGLE_TOKEN_URL,
        google_client_id=settings.GOOGLE_CLIENT_ID,
        google_client_secret=settings.GOOGLE_CLIENT_SECRET,
        google_service_account=settings.GOOGLE_SERVICE_ACCOUNT,
        salesforce_login_url=settings.SALESFORCE_LOGIN_URL,
        salesforce_client_id=settings.SALESFORCE_CLIENT_ID,
        salesforce_client_secret=settings.SALESFORCE_CLIENT_SECRET,
        salesforce_jwt_key=settings.SALESFORCE_JWT_KEY,
        salesforce_api_version=settings.SALESFORCE_API_VERSION,
        largest_message=settings.SYNC_LARGEST_MESSAGE_BYTES,
    )


def wire() -> Wire:
    """How to reach the providers: only their own hosts, and those that the installer added."""
    mail_and_calendar = (settings.GOOGLE_API_ROOT, settings.GOOGLE_CALENDAR_API_ROOT)
    apis = (*mail_and_calendar, settings.GOOGLE_TASKS_API_ROOT, settings.GOOGLE_CONTACTS_API_ROOT)
    own = {host_of(url) for url in (*apis, settings.GOOGLE_TOKEN_URL, settings.GOOGLE_CERTS_URL)}
    return Wire(
        hosts=frozenset(own) | SALESFORCE_HOSTS | frozenset(settings.PROVIDER_EXTRA_HOSTS),
        ca_bundle=settings.PROVIDER_CA_BUNDLE,
        proxy=settings.PROVIDER_PROXY,
        total=settings.SYNC_REQUEST_SECONDS,
        connect=min(5.0, settings.SYNC_REQUEST_SECONDS),
        read=min(30.0, settings.SYNC_REQUEST_SECONDS),
    )


def push() -> Push:
    """What is set up for hints of the providers; their addresses lie beneath the one under which they reach us."""
    url: str = settings.PUSH_URL
    told = Push(url=url, topic=settings.GOOGLE_PUSH_TOPIC, account=settings.GOOGLE_PUSH_ACCOUNT)
    if not url:  # a worker without hints need not load every page of the product to find an address
        return told
    return replace(
        told,
        audience=settings.GOOGLE_PUSH_AUDIENCE or f"{url}{reverse('push-mail')}",
        calendars_at=f"{url}{reverse('push-calendar')}",
    )


def field_maps(organization: Organization, mailbox: Mailbox | None = None) -> FieldMaps:
    """What an organization mapped, for the records of a mailbox: read once for a job."""
    with scoped(organization.pk):
        lines = tuple(row.line for row in FieldMapping.objects.filter(organization=organization).order_by("pk"))
    owner = mailbox.owner if mailbox and any(line.source == OWNER for line in lines) else None
    return FieldMaps(
        maps=lines,
        mailbox=mailbox.address if mailbox else "",
        owner=(owner.get_full_name() or owner.get_username()) if owner else "",
    )
