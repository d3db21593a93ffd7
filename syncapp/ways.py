"""The ways to sign in as a page offers them: each a card with its sentences and, where something is asked, a form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from connectors.flows import Flow
from connectors.models import Organization
from connectors.services import wire
from connectors.setting_fields import Domains
from connectors.translation import gettext, gettext_noop

SHARED_HOSTS = ("login.salesforce.com", "test.salesforce.com")


class Username(forms.Form):
    """As whom an assertion is made."""

    username = forms.CharField(
        max_length=80, label=_("User name in Salesforce"), help_text=_("Of the integration user, not of a person.")
    )

    def lasting(self) -> dict[str, str]:
        return {"flow": Flow.JWT.value, "username": self.cleaned_data["username"]}


class MyDomain(forms.Form):
    """Where the client credentials are shown."""

    domain = forms.CharField(
        max_length=200,
        label=_("Address of your Salesforce"),
        help_text=_("From Setup › My Domain, such as https://acme.my.salesforce.com"),
    )

    def clean_domain(self) -> str:
        """`https://host` alone, and only at a host that Salesforce or the installation's settings name."""
        typed = str(self.cleaned_data["domain"])
        try:
            parts = urlsplit(typed if "://" in typed else f"https://{typed}")
        except ValueError:
            raise ValidationError(gettext("This is no address.")) from None
        if parts.scheme != "https" or not wire().allows(parts.netloc):
            raise ValidationError(
                gettext("This is no address of Salesforce; it looks like https://acme.my.salesforce.com")
            )
        if parts.netloc.lower() in SHARED_HOSTS:
            raise ValidationError(gettext("This is the address of everybody. Yours stands in Setup › My Domain."))
        return f"https://{parts.netloc.lower()}"

    def lasting(self) -> dict[str, str]:
        return {"flow": Flow.CLIENT.value, "domain": self.cleaned_data["domain"]}


class LettingIn(forms.Form):
    """Domains whose administrators let our service account in."""

    domains = Domains(
        label=_("Domains that let Syncapp in"), help_text=_("One on each line; only mailboxes in them are read so.")
    )


FORMS: dict[Flow, type[forms.Form]] = {Flow.JWT: Username, Flow.CLIENT: MyDomain, Flow.DELEGATED: LettingIn}


@dataclass(frozen=True, kw_only=True)
class Way:
    """One card. `lacking` says why it cannot be taken; `link` is where a person goes instead of sending the form."""

    flow: Flow
    title: str
    text: Sequence[str]
    button: str
    in_use: bool = False
    lacking: str = ""
    link: str = ""
    form: Any = None


TEXTS: dict[tuple[str, Flow], tuple[str, tuple[str, ...], str]] = {
    ("salesforce", Flow.JWT): (
        gettext_noop("Without a person, by Syncapp’s signature (JWT bearer)"),
        (
            gettext_noop(
                "Best for most. Syncapp signs in by itself when it needs to; there is no access that could be lost."
            ),
            gettext_noop(
                "Before: the app in Salesforce has Syncapp’s certificate, and its policy lets the integration user in."
            ),
        ),
        gettext_noop("Sign in as this user"),
    ),
    ("salesforce", Flow.CLIENT): (
        gettext_noop("Without a person, by the app’s secret (client credentials)"),
        (
            gettext_noop("Simpler to set up, with a secret that both sides keep."),
            gettext_noop("Before: the app in Salesforce has this flow switched on, and names the user to run as."),
        ),
        gettext_noop("Sign in at this address"),
    ),
    ("salesforce", Flow.CONSENT): (
        gettext_noop("As a person"),
        (
            gettext_noop("You sign in to Salesforce as the integration user and allow Syncapp once."),
            gettext_noop("The access can end, and then somebody has to do it again."),
        ),
        gettext_noop("Sign in to Salesforce"),
    ),
    ("google", Flow.CONSENT): (
        gettext_noop("Each person connects their own mailbox"),
        (
            gettext_noop(
                "Everybody signs in to Google once and allows Syncapp. After a new password they do it again."
            ),
            gettext_noop(
                "Mailboxes that were read without a person stand still until their owners have connected them."
            ),
        ),
        gettext_noop("Have each person connect"),
    ),
    ("google", Flow.DELEGATED): (
        gettext_noop("The domain’s administrator lets Syncapp in (service account)"),
        (
            gettext_noop("Nobody has to connect anything, and new passwords change nothing."),
            gettext_noop(
                "Before: each domain’s administrator has listed Syncapp’s service account under"
                " “Domain-wide delegation”."
            ),
        ),
        gettext_noop("Read these domains"),
    ),
}
OFFERED = {"salesforce": (Flow.JWT, Flow.CLIENT, Flow.CONSENT), "google": (Flow.CONSENT, Flow.DELEGATED)}


def texts(provider: str, flow: Flow) -> tuple[str, list[str], str]:
    """(title, sentences, button) of a way, in the reader's words."""
    title, sentences, button = TEXTS[provider, flow]
    return gettext(title), [gettext(each) for each in sentences], gettext(button)


def in_use(provider: str, organization: Organization) -> Flow:
    return Flow(organization.crm_flow if provider == "salesforce" else organization.mail_flow)


def form_for(flow: Flow, organization: Organization, data: Any = None) -> Any:
    """The form of a way with what is known of the organization in it; None where nothing is asked."""
    made = FORMS.get(flow)
    known = organization.delegated_domains or organization.domains
    return made(data, initial={"domains": known} if flow is Flow.DELEGATED else None) if made else None
