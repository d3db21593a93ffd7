"""What must hold before anything starts: without good keys nothing could be kept or opened, and nobody would know."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from cryptography.fernet import Fernet
from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.core.checks import Warning as Caution
from django.http.request import split_domain_port, validate_host

from connectors import flows
from connectors.flows import Flow
from connectors.hints import flaws
from connectors.services import endpoints, push

HINT = (
    "`python -m syncapp env` writes a good key into a new .env; several stand with commas between them, newest first."
)


PUSH_HINT = "How it is set up stands in docs/operations.md: Hints of Google."


def the_keys_open(**_: Any) -> Sequence[CheckMessage]:
    """An error where `FIELD_ENCRYPTION_KEYS` is empty, and one for each key that is none; never the key itself."""
    keys = list(settings.FIELD_ENCRYPTION_KEYS)
    flaws = [f"Key {place} of FIELD_ENCRYPTION_KEYS is none." for place, key in enumerate(keys, 1) if not _opens(key)]
    if not keys:
        flaws = ["FIELD_ENCRYPTION_KEYS is empty."]
    return [Error(flaw, hint=HINT, id="connectors.E001") for flaw in flaws]


def _opens(key: str) -> bool:
    try:
        Fernet(key)
    except ValueError:
        return False
    return True


KEYS = {
    "SALESFORCE_JWT_KEY": ("a private RSA key in PEM of 2,048 bits or more, without a passphrase", "connectors.E002"),
    "GOOGLE_SERVICE_ACCOUNT": ("the key file of a service account as Google hands it out (JSON)", "connectors.E003"),
}
WAYS = {
    "Salesforce": (
        (Flow.CONSENT, "with consent"),
        (Flow.JWT, "with JWT bearer"),
        (Flow.CLIENT, "with client credentials"),
    ),
    "Google": ((Flow.CONSENT, "with consent"), (Flow.DELEGATED, "with a service account")),
}


def the_ways_in_are_whole(**_: Any) -> Sequence[CheckMessage]:
    """An error for each key that is none, and a warning where a provider was begun to be set up, and no way is whole.

    Names of settings are told, and never what is in them.
    """
    return [*_bad_keys(), *_half_ways()]


def the_hints_arrive(**_: Any) -> Sequence[CheckMessage]:
    """A warning for each setting for hints of providers that lets none of them arrive."""
    return [Caution(flaw, hint=PUSH_HINT, id="connectors.W002") for flaw in (*flaws(push()), *_closed_doors())]


def _closed_doors() -> Iterator[str]:
    """That hints come to a host for which nobody answers here: each would be refused, and no page would say so."""
    scheme, _, place = settings.PUSH_URL.partition("://")
    if scheme == "https" and not validate_host(split_domain_port(place)[0], settings.ALLOWED_HOSTS):
        yield "ALLOWED_HOSTS lacks the host of PUSH_URL, so that no hint is taken."


def _bad_keys() -> Iterator[CheckMessage]:
    for name, (wanted, number) in KEYS.items():
        if getattr(settings, name) and not flows.is_good(name, endpoints()):
            hint = f"{name}_FILE may name a file that holds it."
            yield Error(f"{name} is not {wanted}.", hint=hint, id=number)


def _half_ways() -> Iterator[CheckMessage]:
    for provider, ways in WAYS.items():
        lacks = {word: flows.lacking(provider.lower(), flow, endpoints()) for flow, word in ways}
        begun = {name for flow, _ in ways for name in flows.needs(provider.lower(), flow) if getattr(settings, name)}
        if begun and all(lacks.values()):
            told = "; ".join(f"{word} it lacks {', '.join(names)}" for word, names in lacks.items())
            yield Caution(f"Nobody can sign in to {provider}: {told}.", id="connectors.W001")
