"""Issues as pages show them: cards that say what happened and what to do, and one time line of an issue.

Nothing here asks the database; whoever builds a card has its rows already.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import quote, urlsplit

from connectors.access import Viewer
from connectors.fields import SealBroken
from connectors.models import Activity, Mailbox, Verb
from connectors.translation import both, gettext, gettext_noop
from issues import catalogue, words
from issues.catalogue import Advice, Entry, Fixer
from issues.lifecycle import End, Status
from issues.models import Attempt, Cause, Issue, Resolution, ScopeChoices
from issues.privacy import Sight
from issues.versions import Question
from issues.words import Reader, Sign

ENDINGS: Mapping[str, str] = {
    Resolution.SYNCED: gettext_noop("is in Salesforce"),
    Resolution.GONE: gettext_noop("was deleted before it got to Salesforce"),
    Resolution.FILTERED: gettext_noop("stays out of Salesforce by a rule"),
    Resolution.MERGED: gettext_noop("is another copy of a message that we know"),
    Resolution.WORKS: gettext_noop("syncs again"),
}
_IN_MAILBOX: Mapping[str, str] = {
    Resolution.SYNCED: gettext_noop("is in {}"),
    Resolution.GONE: gettext_noop("was deleted before it got to {}"),
    Resolution.FILTERED: gettext_noop("stays out by a rule"),
}
_NOT_IN_STEP = gettext_noop("is not in step in {}")
_NOT_THERE: Mapping[str, str] = {
    ScopeChoices.ITEM: gettext_noop("is not in Salesforce"),
    ScopeChoices.MAILBOX: gettext_noop("has stopped syncing"),
    ScopeChoices.ORGANIZATION: gettext_noop("has stopped syncing with Salesforce"),
}
# What is in Salesforce and still needs somebody, and what stops nothing.
_OF_CODES: Mapping[str, str] = {
    "engine.ACCESS_ENDS": gettext_noop("ends soon, or has ended"),
    "engine.ACCESS_UNUSED": gettext_noop("has ceased for weeks"),
    "engine.CALENDAR_LOST": gettext_noop("cannot be read any more"),
    "engine.CALLS_RUN_LOW": gettext_noop("run low"),
    "engine.CONFLICTING_SOFTWARE": gettext_noop("may get in Syncapp’s way"),
    "engine.FILES_RUN_LOW": gettext_noop("is nearly full"),
    "engine.LOST_SHARING": gettext_noop("is hidden from us in Salesforce"),
    "engine.MASS_CHANGE": gettext_noop("waits for an answer"),
    "engine.NOT_ORGANIZER": gettext_noop("may be changed by its organizer only"),
    "engine.STORAGE_RUNS_LOW": gettext_noop("is nearly full"),
    "engine.SYNC_CONFLICT": gettext_noop("was changed on both sides"),
}
# Of what only some of the items of an organization wait for.
_OF_WARNINGS: Mapping[str, str] = {"salesforce.QUEUE_GONE": gettext_noop("owns no cases any more")}
# What has become of something that is no item of ours, and whose sync never stopped.
_ENDED: Mapping[tuple[str, str], str] = {
    ("engine.ACCESS_ENDS", Resolution.WORKS): gettext_noop("was renewed"),
    ("engine.ACCESS_UNUSED", Resolution.WORKS): gettext_noop("goes on"),
    ("engine.CALENDAR_LOST", Resolution.WORKS): gettext_noop("is not missed any more"),
    ("engine.CALLS_RUN_LOW", Resolution.WORKS): gettext_noop("are enough again"),
    ("engine.CONFLICTING_SOFTWARE", Resolution.WORKS): gettext_noop("used to get in Syncapp’s way"),
    ("engine.FILES_RUN_LOW", Resolution.WORKS): gettext_noop("has room again"),
    ("engine.STORAGE_RUNS_LOW", Resolution.WORKS): gettext_noop("has room again"),
    ("salesforce.QUEUE_GONE", Resolution.WORKS): gettext_noop("holds up no cases any more"),
}
_PROVIDERS: Mapping[str, str] = {
    "salesforce": "Salesforce",
    "salesforce_oauth": "Salesforce",
    "salesforce_soap": "Salesforce",
    "google": "Google",
    "google_oauth": "Google",
    "network": gettext_noop("the network"),
    "engine": "Syncapp",
}
_MAILS: Mapping[tuple[str, str], str] = {
    ("google", "email"): "Gmail",
    ("google", "event"): "Google Calendar",
    ("google", "task"): "Google Tasks",
    ("google", "contact"): "Google Contacts",
}
_WITHOUT_SUBJECT = gettext_noop("An e-mail without a subject")
_UNTITLED: Mapping[str, str] = {
    "event": gettext_noop("An event without a title"),
    "task": gettext_noop("A task without a title"),
    "contact": gettext_noop("A contact without a name"),
}


def provider_name(code: str) -> str:
    """Whose words a code stands for, as people call them."""
    provider = code.partition(".")[0]
    return gettext(_PROVIDERS.get(provider, provider))


def mail_name(provider: str, resource: str = "email") -> str:
    """What the page is called on which a mailbox shows such an item: “Open in …”."""
    return _MAILS.get((provider, resource or "email")) or gettext("the mailbox")


def reader_of(viewer: Viewer, mailbox: Mailbox | None, organization_id: int) -> Reader:
    """The roles that a viewer has towards an issue."""
    roles: set[Fixer] = set()
    if mailbox is not None and mailbox.owner_id is not None and mailbox.owner_id == viewer.user_id:
        roles.add(Fixer.END_USER)
    if viewer.is_admin_of(organization_id):
        roles |= {Fixer.MAILBOX_ADMIN, Fixer.SALESFORCE_ADMIN}
    return frozenset(roles)


def title_of(issue: Issue, sight: Sight) -> str:
    """What an issue is about, in a few words; what would make a reader see other words is taken out.

    For those who may not see it, what it is and of when: the mailbox and the number stand beside it.
    """
    if sight is not Sight.WHOLE:
        return words.outline(issue.resource, issue.first_at)
    return words.visible(issue.title).strip() or gettext(_UNTITLED.get(issue.resource, _WITHOUT_SUBJECT))


def ending_of(issue: Issue) -> str:
    """What has become of it; after the title it makes a sentence."""
    if issue.direction == words.TO_MAILBOX and issue.scope == ScopeChoices.ITEM:
        said = _IN_MAILBOX.get(issue.resolution) or _OF_CODES.get(issue.code) or _NOT_IN_STEP
        return gettext(said).format(words.place({issue.resource}))
    if ended := _ENDED.get((issue.code, issue.resolution)):
        return gettext(ended)
    warning = _OF_WARNINGS.get(issue.code) if issue.scope == ScopeChoices.ORGANIZATION else ""
    return gettext(ENDINGS.get(issue.resolution) or _OF_CODES.get(issue.code) or warning or _NOT_THERE[issue.scope])


def kept_from(issue: Issue, sight: Sight) -> str:
    """Why a reader sees no more of it, as a sentence; "" where they see everything."""
    if sight is Sight.WHOLE:
        return ""
    if issue.private:
        return gettext("It is marked private: what it says, and what was answered, is its owner’s alone.")
    return gettext(
        "What it says, and what was answered, is its owner’s: this organization does not show it to administrators."
    )


def links_of(issue: Issue, sight: Sight) -> list[tuple[str, str]]:
    """(label, address) of the record on both sides, as far as they are known, safe to follow and the reader's."""
    return [(opened_in(page), link) for page, link in pages_of(issue, sight)]


def pages_of(issue: Issue, sight: Sight) -> list[tuple[str, str]]:
    """(name of the page, address), likewise."""
    if sight is not Sight.WHOLE:
        return []
    page = mail_name(issue.mailbox.provider if issue.mailbox else "", issue.resource)
    sides = ((page, issue.mailbox_url), ("Salesforce", issue.crm_url))
    return [(name, link) for name, url in sides if (link := words.safe_link(url))]


def opened_in(page: str) -> str:
    """The words of a link to the record on one side."""
    return gettext("Open in %(page)s") % {"page": page}


def people_asked(issue: Issue, question: Question) -> list[dict[str, str]]:
    """Those among whom to choose, each with a link to their record where we know where that is."""
    at = urlsplit(words.safe_link(issue.crm_url))
    root = f"{at.scheme}://{at.netloc}" if at.netloc else ""
    return [
        {"said": said, "link": f"{root}/{quote(choice, safe='')}" if root else ""}
        for choice, said in question.choices
        if question.picks
    ]


_SEAL_BROKEN = gettext_noop("What was said can no longer be opened: the key that it was sealed with is gone.")


def said_by(attempt: Attempt) -> str:
    """The other side's own words; a sentence where their seal does not open any more."""
    try:
        return str(attempt.said or "")
    except SealBroken:
        return gettext(_SEAL_BROKEN)


def first_said(cause: Cause) -> str:
    """What was said when a cause came up for the first time, where administrators may see what items are about: it may
    be about anybody's. Words about a private item never get there."""
    if not cause.organization.names_items_to_admins:
        return ""
    try:
        return str(cause.said or "")
    except SealBroken:
        return gettext(_SEAL_BROKEN)


_RETRY_WORDS: Mapping[str, str] = {
    "engine.CONSECUTIVE_FAILURES": gettext_noop("Resume now"),
    "engine.MASS_CHANGE": gettext_noop("Yes, delete them"),
}
_TRY_AGAIN = gettext_noop("Try again")
_RENEW = "“Renew access”"
HELP = "“Ask for help”"


def retry_word(code: str) -> str:
    """The word on the button that tries again, as the catalogue's steps quote it."""
    return gettext(_RETRY_WORDS.get(code, _TRY_AGAIN))


def words_matter(entry: Entry) -> bool:
    """Whether the catalogue sends the reader to the other side's own words, so that they stand open at once."""
    return "own words" in catalogue.entry(entry.id).plain


def renewable(issue: Issue) -> str:
    """Whose access a fresh sign-in renews, where the steps ask for one: "mailbox", "salesforce", or ""."""
    if issue.scope == ScopeChoices.ITEM or issue.status == Status.RESOLVED:
        return ""
    entry = catalogue.entry(issue.code)
    if not any(_RENEW in step.text for step in entry.steps):
        return ""
    return "salesforce" if entry.provider.startswith("salesforce") else "mailbox"


def next_try(issue: Issue, present: datetime) -> tuple[datetime | None, str]:
    """When it is tried next: a moment, or words where there is no moment."""
    status = Status(issue.status)
    if status is Status.RETRYING:
        return None, gettext("now")
    if status is not Status.OPEN:
        return None, "–"
    at = issue.next_attempt_at or (issue.cause.probe_at if issue.scope == ScopeChoices.ITEM else None)
    if at is None or catalogue.entry(issue.code).retry is catalogue.Retry.NEVER:
        return None, gettext("when you ask")
    return max(at, present), ""


_IGNORED_UNTIL: Mapping[str, str] = {
    End.CHANGE: gettext_noop("until the item changes"),
    End.NEVER: gettext_noop("for good"),
}
_UNTIL_IT_FAILS = both("until it fails %(number)s more time", "until it fails %(number)s more times")


def ignored_until(issue: Issue) -> tuple[datetime | None, str]:
    """What ends it that it is ignored: a moment, or words."""
    if issue.ignored_end == End.FAILURES:
        return None, words.plural(issue.ignored_failures or 1, *_UNTIL_IT_FAILS)
    if issue.ignored_until:
        return issue.ignored_until, ""
    return None, gettext(_IGNORED_UNTIL.get(issue.ignored_end, _IGNORED_UNTIL[End.NEVER]))


@dataclass(frozen=True, kw_only=True)
class Card:
    """Issues of one cause in one mailbox, as its owner or an administrator meets them.

    `samples` are the newest few of the `count` issues; `openable` of them can be tried again now, the others
    are being tried already. `said` is the other side's answer to one of them.
    """

    entry: Entry
    samples: Sequence[Issue]
    count: int
    openable: int
    since: datetime
    reader: Reader
    said: str = ""

    @property
    def first(self) -> Issue:
        return self.samples[0]

    @property
    def single(self) -> Issue | None:
        """The issue itself where there is only one."""
        return self.first if self.count == 1 else None

    @property
    def others(self) -> int:
        """How many issues are not among the samples."""
        return self.count - len(self.samples)

    @property
    def stops(self) -> bool:
        return self.first.scope != ScopeChoices.ITEM

    @property
    def mine(self) -> bool:
        return self.entry.fixer in self.reader

    @property
    def sign(self) -> Sign:
        return words.sign(Status.OPEN if self.openable else Status.RETRYING, self.first.scope, self.first.code)

    @property
    def who(self) -> str:
        return words.who(self.entry.fixer, self.reader)

    @property
    def steps(self) -> tuple[words.StepGroup, ...]:
        return words.step_groups(self.entry, self.reader)

    @property
    def ignoring_is_best(self) -> bool:
        return self.entry.advice is Advice.IGNORE

    @property
    def asks(self) -> bool:
        """Whether trying again mends nothing: somebody has to choose between two versions, one issue at a time."""
        return self.first.code in words.CHOICES

    @property
    def picks(self) -> bool:
        """Whether the reader may pick one of several records; whose mailbox it is may not."""
        return self.first.code in words.PICKS and Fixer.MAILBOX_ADMIN in self.reader

    @property
    def provider(self) -> str:
        return provider_name(self.entry.id)

    @property
    def words_matter(self) -> bool:
        return words_matter(self.entry)

    @property
    def renewable(self) -> str:
        return renewable(self.first)

    @property
    def retry_word(self) -> str:
        return retry_word(self.first.code)

    @property
    def sends_for_help(self) -> bool:
        """Whether the steps send the reader to “Ask for help”, so that it is at hand."""
        return any(HELP in step.text for step in catalogue.entry(self.entry.id).steps)


@dataclass(frozen=True, kw_only=True)
class Moment:
    """One line of a time line."""

    at: datetime
    icon: str
    tone: str
    what: str
    code: str = ""
    note: str = ""
    actor: str = ""
    facts: tuple[str, ...] = ()
    said: str = ""
    answer_kept: bool = False


_VERBS: Mapping[str, tuple[str, str, str]] = {
    Verb.SYNC_ERROR: ("bang", "amber", gettext_noop("Did not sync")),
    Verb.ISSUE_OPENED: ("bang", "grey", gettext_noop("Became an issue")),
    Verb.ISSUE_RESOLVED: ("check", "green", gettext_noop("Resolved")),
    Verb.RETRIED: ("again", "grey", gettext_noop("Tried again")),
    Verb.IGNORED: ("dash", "grey", gettext_noop("Ignored")),
    Verb.WOKEN: ("bang", "grey", gettext_noop("No longer ignored")),
    Verb.WAITING: ("clock", "grey", gettext_noop("Waits for another try")),
    Verb.STOPPED: ("square", "red", gettext_noop("Sync stopped")),
    Verb.RECOVERED: ("check", "green", gettext_noop("Sync runs again")),
    Verb.SYNCED: ("check", "green", gettext_noop("Written")),
    Verb.FILTERED: ("dash", "grey", gettext_noop("Left out by a rule")),
    Verb.HELP_ASKED: ("person", "grey", gettext_noop("Help asked for")),
    Verb.HELP_SENT: ("check", "green", gettext_noop("Request for help sent")),
    Verb.HELP_FAILED: ("bang", "amber", gettext_noop("Request for help could not be sent")),
}


def time_line(attempts: Iterable[Attempt], journal: Iterable[Activity], *, answers: bool) -> list[Moment]:
    """Attempts and journal as one line, the newest first.

    A failed try stands in both; it is shown once, with what each of them knows. `answers` says whether the
    reader may see the other side's own words.
    """
    tried = [_of_attempt(each, answers=answers) for each in attempts]
    known = {(moment.at, moment.code) for moment in tried}
    told = [_of_line(each) for each in journal if (each.at, each.code) not in known or each.verb != Verb.SYNC_ERROR]
    return sorted([*told, *tried], key=lambda moment: moment.at, reverse=True)


def _of_attempt(attempt: Attempt, *, answers: bool) -> Moment:
    icon, tone, what = _VERBS[Verb.SYNC_ERROR]
    status = f"HTTP {attempt.http_status}" if attempt.http_status else ""
    request = gettext("request %(id)s") % {"id": attempt.request_id} if attempt.request_id else ""
    return Moment(
        at=attempt.at,
        icon=icon,
        tone=tone,
        what=gettext(what),
        code=attempt.code,
        note=Verb.SYNC_ERROR.value,
        facts=tuple(fact for fact in (status, request) if fact),
        said=said_by(attempt) if answers else "",
        answer_kept=answers,
    )


def _of_line(line: Activity) -> Moment:
    icon, tone, what = _VERBS.get(line.verb, ("dot", "grey", ""))
    failed = line.verb == Verb.SYNC_ERROR
    return Moment(
        at=line.at,
        icon=icon,
        tone=tone,
        what=gettext(what) or line.get_verb_display().capitalize(),
        code=line.code if failed else "",
        note=line.verb if failed else line.note,
        actor=person(line.actor) if line.actor else "",
    )


def person(user: object) -> str:
    """A person as others call them."""
    full: str = getattr(user, "get_full_name", lambda: "")()
    return full or str(user)


@dataclass(frozen=True, kw_only=True)
class Shelf:
    """Cards of one type of thing, under one heading."""

    label: str
    icon: str
    count: int
    cards: list[Card] = field(default_factory=list)


_SHELVES: Mapping[str, tuple[str, str]] = {
    "email": (gettext_noop("E-mails"), "email"),
    "event": (gettext_noop("Events"), "event"),
    "task": (gettext_noop("Tasks"), "task"),
    "contact": (gettext_noop("Contacts"), "contact"),
    "": (gettext_noop("The mailbox itself"), "mailbox"),
}


def shelves(cards: Iterable[Card]) -> list[Shelf]:
    """Cards by type, each type once, in the order of its first card."""
    by_type: dict[str, list[Card]] = {}
    for card in cards:
        by_type.setdefault(card.first.resource, []).append(card)
    return [
        Shelf(
            label=gettext(_SHELVES.get(resource, _SHELVES[""])[0]),
            icon=_SHELVES.get(resource, _SHELVES[""])[1],
            count=sum(card.count for card in members),
            cards=members,
        )
        for resource, members in by_type.items()
    ]
