"""What the Google simulator knows: one cloud project with its clients, the accounts, and what is switched off."""

from __future__ import annotations

import secrets
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from connectors.simulators.google.answers import PROJECT_NUMBER, invalid
from connectors.simulators.google.calendar.limits import CalendarQuota
from connectors.simulators.google.calendar.store import Calendars
from connectors.simulators.google.grants import Grants
from connectors.simulators.google.mailbox import Mailbox
from connectors.simulators.google.people.limits import PeopleQuota
from connectors.simulators.google.people.store import AddressBooks
from connectors.simulators.google.pushes import Pushes
from connectors.simulators.google.quota import Quota
from connectors.simulators.google.tasks.limits import TasksQuota
from connectors.simulators.google.tasks.store import TaskBooks
from connectors.simulators.timeline import Timeline

CLIENT_ID = f"{PROJECT_NUMBER}-syncapp.apps.googleusercontent.com"
CLIENT_SECRET = "GOCSPX-of-the-simulator"
RENEWED_BY_CONSENT = ("rapt", "bad-request")
# Google advises against batches of more than 50 because their calls run at the same time
# (https://developers.google.com/workspace/gmail/api/guides/batch).
CONCURRENT_CALLS = 50


@dataclass(kw_only=True)
class Client:
    """An OAuth client of the project. `redirect_uris` are compared letter by letter, as Google does."""

    id: str
    secret: str
    name: str = "Syncapp"
    redirect_uris: list[str] = field(default_factory=list)


@dataclass(kw_only=True)
class ServiceAccount:
    """A robot. `public_key` is in PEM; `delegated` are the scopes with which the domain lets it act for its users."""

    email: str
    public_key: str
    delegated: frozenset[str] = frozenset()


@dataclass(kw_only=True)
class Account:
    """A person's account. `trouble` names a row of `oauth.TROUBLES` that the token endpoint answers with;
    `suspended` one of `oauth.SUSPENDED`; `withdrawn` are scopes that its tokens no longer have.
    """

    email: str
    name: str
    subject: str
    mailbox: Mailbox
    suspended: str = ""
    trouble: str = ""
    mail: bool = True
    calendar: bool = True
    domain_allows: bool = True
    withdrawn: set[str] = field(default_factory=set)

    def consent(self, scopes: Iterable[str]) -> None:
        """The person agrees anew: what they had withdrawn of this is granted, and they have just signed in."""
        self.withdrawn -= set(scopes)
        self.trouble = "" if self.trouble in RENEWED_BY_CONSENT else self.trouble

    @property
    def domain(self) -> str:
        return self.email.rpartition("@")[2]


@dataclass
class World:
    """All state of the simulator, changed only under its lock.

    It can be pickled and given to another simulator to go on with; whoever does puts the timeline that runs
    there in place of the one that came with it.
    """

    timeline: Timeline
    clients: dict[str, Client] = field(default_factory=dict)
    service_accounts: dict[str, ServiceAccount] = field(default_factory=dict)
    accounts: dict[str, Account] = field(default_factory=dict)
    api_on: bool = True
    calendar_api_on: bool = True
    people_api_on: bool = True
    tasks_api_on: bool = True
    concurrency: int = CONCURRENT_CALLS
    base_url: str = ""
    grants: Grants = field(init=False)
    quota: Quota = field(init=False)
    pages: PageTokens = field(init=False)
    calendars: Calendars = field(init=False)
    calendar_quota: CalendarQuota = field(init=False)
    address_books: AddressBooks = field(init=False)
    people_quota: PeopleQuota = field(init=False)
    task_books: TaskBooks = field(init=False)
    tasks_quota: TasksQuota = field(init=False)
    pushes: Pushes = field(init=False)

    def __post_init__(self) -> None:
        self.grants = Grants(self.now)
        self.quota = Quota(self.now)
        self.pages = PageTokens()
        self.pushes = Pushes(self.now)
        self._open_calendars()
        self._open_address_books()
        self._open_task_books()

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        if "calendars" not in state:  # kept by a simulator that had no Calendar yet
            self._open_calendars()
        if "address_books" not in state:  # likewise, of one that had no contacts
            self._open_address_books()
        if "task_books" not in state:
            self._open_task_books()
        if "pushes" not in state:
            self.pushes = Pushes(self.now)

    def _open_calendars(self) -> None:
        self.calendars = Calendars(self.now)
        self.calendar_quota = CalendarQuota(self.now)
        for email in self.accounts:
            self.calendars.primary(email)

    def _open_address_books(self) -> None:
        self.address_books = AddressBooks(self.now)
        self.people_quota = PeopleQuota(self.now)

    def _open_task_books(self) -> None:
        self.task_books = TaskBooks(self.now)
        self.tasks_quota = TasksQuota(self.now)

    def now(self) -> float:
        """Seconds since 1970 on the timeline that runs at present."""
        return self.timeline.time()

    def account(self, email: str) -> Account:
        """Raises ValueError with a sentence where there is none."""
        found = self.accounts.get(email.lower())
        if found is None:
            raise ValueError(f"there is no account “{email}”")
        return found

    def add_account(self, email: str, name: str) -> Account:
        """Raises ValueError if the address is taken or is none."""
        email = email.lower()
        if email in self.accounts or email.count("@") != 1:
            raise ValueError(f"“{email}” is taken or not an address")
        number = str(100_000_000_000_000_000_000 + len(self.accounts) * 7_919)
        account = Account(email=email, name=name, subject=number, mailbox=Mailbox(email, self.now))
        self.accounts[email] = account
        self.calendars.primary(email)
        return account


class PageTokens:
    """Tokens that mean something only to us, and only for the list that they were given out for."""

    KEPT = 10_000

    def __init__(self) -> None:
        self._places: dict[str, tuple[tuple[Any, ...], Any]] = {}
        self._order: deque[str] = deque()

    def issue(self, listing: tuple[Any, ...], place: Any) -> str:
        token = f"{secrets.randbelow(10**20):020d}"
        self._places[token] = (listing, place)
        self._order.append(token)
        if len(self._order) > self.KEPT:
            self._places.pop(self._order.popleft(), None)
        return token

    def open(self, token: str, listing: tuple[Any, ...]) -> Any:
        """The place that a token stands for. Raises `ApiError` 400 for one of another account, list or query."""
        owner, place = self._places.get(token, ((), None))
        if owner != listing:
            raise invalid("Invalid pageToken")
        return place
