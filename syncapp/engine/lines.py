"""The lines to both sides during a job: opened when first needed, renewed once when a token ends in the middle.

Every call leaves through `outside()`, so it stands between two crash points and never in a transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import replace
from typing import Generic, Protocol, TypeVar

from connectors import credentials, registry
from connectors.effects import outside
from connectors.errors import ConnectorError, Failure, Kind, Matched
from connectors.field_maps import FieldMaps
from connectors.fields import SealBroken
from connectors.models import Credential, Mailbox, Organization
from connectors.protocol import CrmConnector, MailConnector
from connectors.registry import Access
from connectors.routes import FurtherCalendar
from connectors.services import endpoints, field_maps, wire
from connectors.wire import Wire
from issues.catalogue import Scope


class _Closes(Protocol):
    def close(self) -> None: ...


C = TypeVar("C", bound=_Closes)
PATIENCE = 10.0  # seconds for each request where somebody waits for a page
T = TypeVar("T")

KEYLESS = frozenset({"memory", "memory_crm"})


def _nothing() -> None:
    pass


class SideFailed(Exception):
    """A call failed as a whole; `side` says whose it was."""

    def __init__(self, failure: Failure, side: Scope) -> None:
        super().__init__(failure.code)
        self.failure = failure
        self.side = side


class Line(Generic[C]):
    """The connector of one side, with the one renewal that a token which ends in mid-run deserves.

    `answered` says that a call went well since the line was opened. `keep` is called before every try, when a token
    that had to be renewed is in hand: what takes long lies behind it, and the call ahead.
    """

    def __init__(self, side: Scope, credential: Credential | None, open_: Callable[[Access], C], *, keyless: bool):
        self.side = side
        self._credential = credential
        self._open = open_
        self._keyless = keyless
        self._connector: C | None = None
        self.keep: Callable[[], None] = _nothing
        self.answered = False

    @property
    def instance_url(self) -> str:
        """Where the side lives, as its token said; "" before the first one, or if its seal is broken."""
        try:
            access = self._credential.access if self._credential else None
        except SealBroken:  # whoever calls the side hears of it; a link is not worth a stopped job
            return ""
        return str(access["instance_url"]) if access else ""

    def call(self, name: str, ask: Callable[[C], T]) -> T:
        """The answer to `ask(connector)`. Raises `SideFailed`."""
        try:
            return self._once(name, ask)
        except ConnectorError as error:
            if not self._may_renew(error.failure):
                raise SideFailed(error.failure, self.side) from error
        try:
            self._renew()
            return self._once(f"{name} again", ask)
        except ConnectorError as error:
            raise SideFailed(error.failure, self.side) from error

    def peek(self, at: Callable[[C], T]) -> T | None:
        """What the connector knows without asking anybody; None where the side was not asked in this job."""
        return at(self._connector) if self._connector is not None else None

    def _once(self, name: str, ask: Callable[[C], T]) -> T:
        connector = self._connector or self._opened()
        self.keep()
        with outside(name):
            answer = ask(connector)
        self.answered = True
        return answer

    def _opened(self) -> C:
        access = Access(token="") if self._keyless else credentials.access(self._present())
        self._connector = self._open(access)
        return self._connector

    def _present(self) -> Credential:
        if self._credential is None:
            raise ConnectorError(_no_key(self.side))
        return self._credential

    def _may_renew(self, failure: Failure) -> bool:
        """A token that ended, said by the side itself; a refused refresh token is final."""
        return (
            failure.kind is Kind.AUTH
            and not failure.provider.endswith("_oauth")
            and self._credential is not None
            and self._connector is not None
        )

    def _renew(self) -> None:
        self.close()
        self._connector = self._open(credentials.refresh(self._present()))

    def close(self) -> None:
        connector, self._connector = self._connector, None
        if connector is not None:
            with suppress(OSError):
                connector.close()


class Lines:
    """Both sides of one mailbox, and what its organization mapped as long as they are open. `patience` is how many
    seconds a request may take in all, where that is less than what the settings say."""

    def __init__(self, mailbox: Mailbox, organization: Organization, *, patience: float | None = None) -> None:
        addresses, reach = endpoints(), _reach(patience)

        def mail(access: Access) -> MailConnector:
            _check_known(mailbox.provider, registry.MAIL)
            headers_only = organization.headers_only
            further = _further(mailbox)
            return registry.open_mail(
                mailbox.provider, mailbox.address, access, addresses, reach, further, headers_only=headers_only
            )

        self.mail: Line[MailConnector] = Line(
            Scope.MAILBOX, credentials.of_mailbox(mailbox), mail, keyless=_is_keyless(mailbox.provider, registry.MAIL)
        )
        self.field_maps = field_maps(organization, mailbox)
        self.crm = crm_line(organization, self.field_maps, patience=patience)

    def keep_with(self, keep: Callable[[], None]) -> None:
        """Has `keep` called before every try on either line."""
        self.mail.keep = self.crm.keep = keep

    @property
    def instance_url(self) -> str:
        """Where the CRM lives."""
        return self.crm.instance_url

    def close(self) -> None:
        self.mail.close()
        self.crm.close()


def _further(mailbox: Mailbox) -> list[str]:
    """The calendars beside its own that are kept in step."""
    if not mailbox.organization.syncs_events:
        return []
    rows = FurtherCalendar.objects.filter(mailbox=mailbox, wanted=True)
    return list(rows.values_list("remote_id", flat=True))


def _reach(patience: float | None) -> Wire:
    usual = wire()
    return usual if patience is None else replace(usual, total=min(patience, usual.total))


def crm_line(
    organization: Organization, maps: FieldMaps | None = None, *, patience: float | None = None
) -> Line[CrmConnector]:
    """The line to an organization's CRM, for whoever needs no mailbox. `patience` as of `Lines`."""
    reach, mapped = _reach(patience), field_maps(organization) if maps is None else maps

    def crm(access: Access) -> CrmConnector:
        _check_known(organization.crm, registry.CRM)
        return registry.open_crm(
            organization.crm,
            access,
            reach,
            org_id=organization.crm_org_id,
            version=organization.crm_version,
            maps=mapped,
        )

    keyless = _is_keyless(organization.crm, registry.CRM)
    return Line(Scope.ORGANIZATION, credentials.of_crm(organization), crm, keyless=keyless)


def _is_keyless(provider: str, known: Collection[str]) -> bool:
    """Whether no access is needed to open it; nor is one to find out that nobody knows the provider."""
    return provider in KEYLESS or provider not in known


def _check_known(provider: str, known: Collection[str]) -> None:
    """Raises `ConnectorError` for a provider that this version has no connector for."""
    if provider not in known:
        said = f"“{provider}” is none of {', '.join(known)}"
        code = "engine.PROVIDER_UNKNOWN"
        raise ConnectorError(Failure(provider="engine", code=code, kind=Kind.CONFIG, said=said, matched=Matched.CODE))


def _no_key(side: Scope) -> Failure:
    code = "engine.MAILBOX_NOT_CONNECTED" if side is Scope.MAILBOX else "engine.CRM_NOT_CONNECTED"
    return Failure(provider="engine", code=code, kind=Kind.AUTH, said="never connected", matched=Matched.CODE)
