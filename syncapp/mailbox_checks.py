"""The first checks of a mailbox: what its provider and we ourselves tell of it, each with a verdict and what to do."""

from __future__ import annotations

from collections.abc import Iterator

from connectors import clock, credentials, flows, registry
from connectors.credentials import is_covered
from connectors.errors import Failure
from connectors.facts import Fact, Verdict
from connectors.fixers import Fixer
from connectors.flows import Flow
from connectors.models import Mailbox
from connectors.sentences import capital, joined, phrase
from connectors.translation import gettext_noop
from issues import display
from syncapp import own_facts, side_facts
from syncapp.engine.lines import KEYLESS, Lines, SideFailed

RENEW = gettext_noop("On your own page of Syncapp, press “Renew access” and allow what is asked for.")
ALLOW = gettext_noop(
    "In Google’s Admin console, allow the scopes that docs/operations.md names for Syncapp’s service account "
    "(Domain-wide delegation)."
)
WHO_IT_IS = gettext_noop("Open Mailboxes > the mailbox > “Salesforce user…”, and choose who this is.")
FULLNESS = gettext_noop(
    "Google tells no program that reads mail how full a mailbox is. Its owner sees it at one.google.com/storage."
)


def look(mailbox: Mailbox) -> list[Fact]:
    """Asks the provider once, and changes nothing; that it does not answer is a fact as well."""
    lines = Lines(mailbox, mailbox.organization)
    try:
        failure = _failure(lines)
    finally:
        lines.close()
    side = display.provider_name(mailbox.provider)
    return [*side_facts.reached(side, failure), *_access(mailbox, side), *_own(mailbox), *_fullness(mailbox)]


def _failure(lines: Lines) -> Failure | None:
    try:
        lines.mail.call("first checks of a mailbox", lambda mail: mail.check())
    except SideFailed as error:
        return error.failure
    return None


def _access(mailbox: Mailbox, side: str) -> list[Fact]:
    """What is known of our access without asking; nothing where there is none, which is told as that."""
    found = None if mailbox.provider in KEYLESS else credentials.of_mailbox(mailbox)
    if found is None:
        return []
    organization, covered = mailbox.organization, is_covered(mailbox)
    rights = flows.rights(
        mailbox.provider,
        Flow.DELEGATED if covered else Flow.CONSENT,
        resources=organization.both_ways,
        labels=organization.labels_failed,
    )
    who, step = (Fixer.MAILBOX_ADMIN, ALLOW) if covered else (Fixer.END_USER, RENEW)
    return [
        side_facts.allowed(side, rights, found.scopes, who, step),
        side_facts.used(side, found.access_until, clock.now(), who, step),
    ]


def _own(mailbox: Mailbox) -> Iterator[Fact]:
    """How it is set up here."""
    kept = own_facts.both_ways(mailbox.organization)
    texts = [own_facts.mail_becomes(is_cases=own_facts.becomes_cases(mailbox))]
    texts += [phrase("%(things)s are kept in step both ways.", things=capital(kept))] if kept else []
    yield Fact(name=own_facts.KEPT, verdict=Verdict.GOOD, text=joined(texts))
    if kept and not mailbox.crm_user_id:
        text = phrase("Nobody said who this is in Salesforce, so its %(things)s belong to nobody there.", things=kept)
        yield Fact(name=phrase("Salesforce user"), verdict=Verdict.ASK, text=text, steps=(WHO_IT_IS,))


def _fullness(mailbox: Mailbox) -> list[Fact]:
    """A question that nobody answers is told, so that nobody relies on it."""
    if mailbox.provider not in registry.MAIL or mailbox.provider in KEYLESS:
        return []
    return [Fact(name=phrase("Room in the mailbox"), verdict=Verdict.CLOSED, text=FULLNESS)]
