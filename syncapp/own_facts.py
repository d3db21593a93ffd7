"""First checks that need nobody's answer: how an organization is set up here, and what its last runs met."""

from __future__ import annotations

from collections.abc import Iterator

from connectors import clock
from connectors.credentials import is_covered
from connectors.facts import Fact, Verdict
from connectors.fixers import Fixer
from connectors.models import ApiToken, Credential, Mailbox, Organization
from connectors.policies import MailMode
from connectors.routes import Route
from connectors.scoping import scoped
from connectors.sentences import capital, in_a_row, joined, phrase, phrases
from connectors.translation import both, gettext_noop
from issues import catalogue, words
from syncapp import hint_checks, side_facts
from syncapp.engine import carrying
from syncapp.engine.lines import KEYLESS

WEAKER = gettext_noop(
    "Syncapp works without its own fields here. A message is known by its Message-ID, date, sender and subject, so "
    "what another program has logged already is taken for Syncapp's; names of attachments are not shown; and "
    "Salesforce itself does not refuse a second copy."
)
STRONGER = gettext_noop(
    "To end it, let Syncapp's user make the fields (Customize Application, Manage Profiles and Permission Sets, Assign "
    "Permission Sets) and press “Make what is missing”. What was written meanwhile gets its keys then."
)
NOT_LOADED = gettext_noop(
    "Salesforce took no bulk load from Syncapp. What is new is written 200 records at a time, which takes more of its "
    "API calls; a day later it is asked again."
)
ALLOWED = gettext_noop(
    "Look at Setup > Bulk Data Load Jobs whether other programs have used up the day's batches, and at the profile of "
    "Syncapp's user for API Enabled."
)
UNLABELLED = both(
    "Messages that could not be brought over get the label “Salesforce Emails/Sync Error” in Gmail, but not in "
    "%(number)s mailbox: the access to them is for reading alone.",
    "Messages that could not be brought over get the label “Salesforce Emails/Sync Error” in Gmail, but not in "
    "%(number)s mailboxes: the access to them is for reading alone.",
)
SIGN_IN_AGAIN = gettext_noop("Ask the owners to press “Renew access” on their own page. Nothing else waits for it.")
ALLOW_LABELS = gettext_noop(
    "In Google’s Admin console, let Syncapp’s service account use https://www.googleapis.com/auth/gmail.modify beside "
    "gmail.readonly (Domain-wide delegation). It is noticed within an hour."
)
CONNECT = gettext_noop("Ask the owners of these mailboxes to sign in to Syncapp and press “Connect this mailbox”.")
KEPT = gettext_noop("What is kept in step")
REPLACE = gettext_noop("Issue a new token with manage.py token, give it to whoever uses the old one, and revoke that.")


def facts(organization: Organization) -> Iterator[Fact]:
    """In the order in which people look at them."""
    with scoped(organization.pk):
        yield _kept(organization)
        yield from _unconnected(organization)
        yield from _mode(organization)
        yield from _loads(organization)
        yield from _labels(organization)
        yield from _tokens(organization)
        yield from hint_checks.facts(organization)


def opens_cases(organization: Organization) -> bool:
    """Whether any of its mail becomes cases, by what is set now."""
    modes = [MailMode.CASES.value, *([""] if organization.mail_mode == MailMode.CASES else [])]
    with scoped(organization.pk):
        by_mailbox = Mailbox.objects.filter(mail_mode__in=modes).exists()
        return by_mailbox or Route.objects.filter(mail_mode=MailMode.CASES).exists()


def becomes_cases(mailbox: Mailbox) -> bool:
    """Whether the mail of this mailbox becomes cases, unless a route says otherwise."""
    return (mailbox.mail_mode or mailbox.organization.mail_mode) == MailMode.CASES


def case_owners(organization: Organization) -> tuple[str, ...]:
    """The ids of those who are to own cases, each once."""
    with scoped(organization.pk):
        named = {
            *Mailbox.objects.exclude(case_owner_id="").values_list("case_owner_id", flat=True),
            *Route.objects.exclude(case_owner_id="").values_list("case_owner_id", flat=True),
        }
    return tuple(sorted(named))


def _kept(organization: Organization) -> Fact:
    """What is kept in step, and how many exceptions there are."""
    other = (
        Mailbox.objects.filter(organization=organization)
        .exclude(mail_mode="")
        .exclude(mail_mode=organization.mail_mode)
        .count()
    )
    routes = Route.objects.filter(organization=organization).count()
    texts = [mail_becomes(is_cases=organization.mail_mode == MailMode.CASES)]
    if other:
        texts.append(
            phrases(
                other,
                "In %(number)s mailbox it becomes something else.",
                "In %(number)s mailboxes it becomes something else.",
            )
        )
    if routes:
        texts.append(
            phrases(
                routes,
                "%(number)s route says otherwise for some addresses.",
                "%(number)s routes say otherwise for some addresses.",
            )
        )
    if kept := both_ways(organization):
        texts.append(phrase("%(things)s are kept in step both ways.", things=capital(kept)))
    return Fact(name=KEPT, verdict=Verdict.GOOD, text=joined(texts))


def mail_becomes(*, is_cases: bool) -> str:
    return phrase("Mail becomes cases.") if is_cases else phrase("Mail becomes activities.")


def both_ways(organization: Organization) -> str:
    """“events and contacts”; "" where it is mail alone."""
    return in_a_row(phrase(words.many(resource)) for resource in organization.both_ways)


def _unconnected(organization: Organization) -> Iterator[Fact]:
    """Mailboxes that nobody let us into yet."""
    rows = (
        Mailbox.objects.filter(organization=organization, credentials=None)
        .exclude(provider__in=KEYLESS)
        .select_related("organization")
    )
    count = sum(not is_covered(mailbox) for mailbox in rows)
    if count:
        text = phrases(count, "%(number)s mailbox is not connected yet.", "%(number)s mailboxes are not connected yet.")
        yield Fact(name=phrase("Mailboxes"), verdict=Verdict.ASK, text=text, steps=(CONNECT,), who=Fixer.END_USER)


def _mode(organization: Organization) -> Iterator[Fact]:
    """That it works without our fields, while it does."""
    if organization.is_weaker:
        yield Fact(name=phrase("Weaker mode"), verdict=Verdict.ASK, text=WEAKER, steps=(STRONGER,))


def _loads(organization: Organization) -> Iterator[Fact]:
    """That Salesforce did not take a load the last time."""
    refused = carrying.refused(organization)
    if refused is not None:
        reason = phrase(catalogue.entry(refused.code).title)
        text = joined([NOT_LOADED, phrase("It said: %(reason)s.", reason=reason)])
        yield Fact(name=phrase("Bulk loads"), verdict=Verdict.ASK, text=text, steps=(ALLOWED,))


def _labels(organization: Organization) -> Iterator[Fact]:
    """That some mailboxes cannot have their failed messages labelled, where the organization wants that."""
    if not organization.labels_failed:
        return
    rows = Credential.objects.filter(organization=organization, may_label=False).select_related("mailbox__organization")
    covered = [is_covered(row.mailbox) for row in rows if row.mailbox is not None]
    if not covered:
        return
    steps = ([SIGN_IN_AGAIN] if not all(covered) else []) + ([ALLOW_LABELS] if any(covered) else [])
    text = phrases(len(covered), *UNLABELLED)
    name, who = phrase("Labels on failed messages"), Fixer.MAILBOX_ADMIN if any(covered) else Fixer.END_USER
    yield Fact(name=name, verdict=Verdict.ASK, text=text, steps=tuple(steps), who=who)


def _tokens(organization: Organization) -> Iterator[Fact]:
    """Tokens of the REST interface that end soon; those that have ended already opened nothing for a while."""
    present = clock.now()
    rows = ApiToken.objects.filter(organization=organization, revoked_at=None, expires_at__gt=present)
    for row in rows.filter(expires_at__lt=present + side_facts.SOON).order_by("expires_at"):
        yield side_facts.lasts(phrase("API token “%(name)s”", name=row.name), row.expires_at, present, REPLACE)
