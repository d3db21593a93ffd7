"""What a refusal means, decided by data.

    Answer      what came back over the wire, or the exception that came instead
    Detail      one error inside it; an answer may carry several
    Rule        recognises a detail and says what it is; each connector has an ordered tuple, first match wins
    Failure     the verdict: provider, code, kind, and by what it was recognised
    ItemError   a failure of one record, returned in its place
    ConnectorError  a failure of the whole call, raised

A code names a page of the catalogue; a kind says what the machine does. No match is `UNKNOWN`, with
everything that was said preserved, and never success.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from enum import StrEnum


class Kind(StrEnum):
    """What the machine does about it."""

    TRANSIENT = "transient"  # the same again, later
    RATE_LIMITED = "rate_limited"  # nothing of the kind until the wait is over
    AUTH = "auth"  # the access is not accepted: renew it, else stop
    PERMISSION = "permission"  # the access is good, but not for this
    NOT_FOUND = "not_found"  # it is not there (any more)
    CONFLICT = "conflict"  # something else is there: read again, then decide
    CURSOR_EXPIRED = "cursor_expired"  # start the read anew
    INVALID = "invalid"  # never accepted as it is
    CONFIG = "config"  # how one of the two sides is set up does not allow it
    UNKNOWN = "unknown"  # kept, shown, and never taken for success


class Matched(StrEnum):
    """By what a rule recognised an answer; `reason` is also a field or shape that only this answer has."""

    CODE = "code"
    REASON = "reason"
    MESSAGE = "message"
    STATUS = "status"
    NONE = "none"


@dataclass(frozen=True, kw_only=True)
class Answer:
    """An HTTP answer as text. `operation` names what was asked where the same words mean two things.

    Header names are lower case. `body` is decoded, at most what the transport lets through.
    """

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str = ""
    operation: str = ""

    @property
    def redirects(self) -> bool:
        """Whether it sends us elsewhere; nobody follows."""
        return 300 <= self.status < 400 and bool(self.headers.get("location"))


@dataclass(frozen=True, kw_only=True)
class Detail:
    """One error as the provider put it. `companion` marks a record that only fell with another one.

    `reason` holds every name that the answer gives to this error beside its code. `wait` is in seconds:
    for how long the body asks us to wait, which counts where no header says it.
    """

    code: str = ""
    reason: str | tuple[str, ...] = ()
    message: str = ""
    fields: tuple[str, ...] = ()
    companion: bool = False
    evidence: Mapping[str, object] = field(default_factory=dict)
    wait: float | None = None


@dataclass(frozen=True, kw_only=True)
class Rule:
    """Recognises a detail by its code, its reason, its message or, as the last resort, by the status.

    Every condition that is set must hold; of several codes, reasons or statuses, one. `code` and `reason` compare in
    full, and the code "" is that of an answer without one; `message` searches, ignoring case, and `fields` is what the
    whole name of one of the fields is like that the detail names. `name` is the catalogue's code without the provider.
    """

    name: str
    kind: Kind
    provider: str = ""
    code: str | tuple[str, ...] = ()
    reason: str | tuple[str, ...] = ()
    message: str = ""
    fields: str = ""
    status: int | tuple[int, ...] = ()
    operation: str = ""

    @property
    def strongest(self) -> Matched:
        """The best thing that this rule goes by."""
        if self.code:
            return Matched.CODE
        if self.reason:
            return Matched.REASON
        return Matched.MESSAGE if self.message else Matched.STATUS

    def fits(self, detail: Detail, answer: Answer) -> bool:
        return (
            _meet(detail.code, self.code)
            and _meet(detail.reason, self.reason)
            and _meet(answer.status, self.status)
            and (not self.operation or answer.operation == self.operation)
            and (not self.fields or any(re.fullmatch(self.fields, name) for name in detail.fields))
            and (not self.message or bool(re.search(self.message, detail.message, re.IGNORECASE | re.DOTALL)))
        )


def _meet(given: object, wanted: object) -> bool:
    """Whether nothing is wanted, or something of what was given is."""
    return not _several(wanted) or not set(_several(given)).isdisjoint(_several(wanted))


def _several(value: object) -> tuple[object, ...]:
    return value if isinstance(value, tuple) else (value,)


@dataclass(frozen=True, kw_only=True)
class Failure:
    """What went wrong, ready for an issue. `code` is `provider.NAME`, a page of the catalogue.

    `retry_after` is in seconds, already clamped. `status` is 0 when no HTTP answer came. `said` is the
    provider's own words; they may hold customer content and are kept encrypted.
    """

    provider: str
    code: str
    kind: Kind
    said: str = ""
    matched: Matched = Matched.NONE
    status: int = 0
    request_id: str = ""
    retry_after: float | None = None
    fields: tuple[str, ...] = ()
    evidence: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class ItemError:
    """Stands where the result of one record would stand."""

    failure: Failure


class ConnectorError(Exception):
    """The whole call failed. `failure` says how; the text is safe for a log."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(f"{failure.code} ({failure.kind}, status {failure.status})")
        self.failure = failure


@dataclass(frozen=True, kw_only=True)
class Dialect:
    """How one provider words its refusals: reads details out of an answer, and the rules for them."""

    provider: str
    details: Callable[[Answer], Sequence[Detail]]
    rules: Sequence[Rule]
    request_id_header: str = ""

    def verdict(self, answer: Answer) -> Failure:
        """What this answer means as a whole: its first error that is not a mere companion answers."""
        details = self.details(answer)
        leading = next((d for d in details if not d.companion), None)
        return self.failure(leading or next(iter(details), Detail()), answer)

    def failure(self, detail: Detail, answer: Answer) -> Failure:
        """What one error of an answer means. Never raises; unknown words end as `UNKNOWN`."""
        rule = next((r for r in self.rules if r.fits(detail, answer)), None)
        provider = (rule and rule.provider) or self.provider
        return Failure(
            provider=provider,
            code=f"{provider}.{rule.name if rule else 'UNKNOWN'}",
            kind=rule.kind if rule else Kind.UNKNOWN,
            said=(detail.message or answer.body)[:LONGEST_WORDS],
            matched=rule.strongest if rule else Matched.NONE,
            status=answer.status,
            request_id=answer.headers.get(self.request_id_header, "") if self.request_id_header else "",
            retry_after=retry_after(answer.headers) or clamped(detail.wait),
            fields=detail.fields,
            evidence=detail.evidence,
        )


ASSERTION = "assertion"  # the operation of asking for access with a signed assertion (RFC 7523)
LONGEST_WAIT = 24 * 3600.0
LONGEST_WORDS = 2000


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds that a server asks us to wait, between 1 s and a day; `None` when it says nothing we can use.

    Both forms of RFC 9110, section 10.2.3: a number of seconds, or a date, which counts from the answer's
    own `Date` so that a wrong clock on either side does no harm.
    """
    raw = headers.get("retry-after", "").strip()
    if re.fullmatch(r"[0-9]+", raw):
        return clamped(float(raw))
    return clamped(seconds_between(headers.get("date", ""), raw))


def clamped(seconds: float | None) -> float | None:
    """A wait that we obey: between 1 s and a day; nothing, zero and less are no wait."""
    return min(max(seconds, 1.0), LONGEST_WAIT) if seconds and seconds > 0 else None


def seconds_between(start: str, end: str) -> float | None:
    """From one HTTP date to the other; `None` unless both are dates with a zone."""
    try:
        return (parsedate_to_datetime(end) - parsedate_to_datetime(start)).total_seconds()
    except (TypeError, ValueError, OverflowError, IndexError):
        return None


def codes(dialects: Iterable[Dialect]) -> set[str]:
    """Every catalogue code that the rules of these dialects can answer with."""
    return {f"{rule.provider or d.provider}.{rule.name}" for d in dialects for rule in d.rules}
