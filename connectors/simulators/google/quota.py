"""Quota units: what each method costs, and the windows in which a user and a project may spend them.

Sources: https://developers.google.com/workspace/gmail/api/reference/quota. Projects that were in use before
1 May 2026 keep 15,000 units a minute and user with `messages.get` at 5; later ones have 6,000 with it at 20.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from connectors.simulators.google.answers import PROJECT_NUMBER, ApiError, error_detail

WINDOW = 60.0
PROJECT_MINUTE = 1_200_000

_EVERY_PROJECT = {
    "getProfile": 1,
    "history.list": 2,
    "labels.get": 1,
    "labels.list": 1,
    "labels.create": 5,
    "labels.delete": 5,
    "labels.patch": 5,
    "labels.update": 5,
    "messages.attachments.get": 5,
    "messages.batchDelete": 50,
    "messages.batchModify": 50,
    "messages.delete": 10,
    "messages.get": 5,
    "messages.import": 25,
    "messages.insert": 25,
    "messages.list": 5,
    "messages.modify": 5,
    "messages.trash": 5,
    "messages.untrash": 5,
    "stop": 50,
    "threads.delete": 20,
    "threads.get": 10,
    "threads.list": 10,
    "threads.modify": 10,
    "threads.trash": 10,
    "threads.untrash": 10,
    "watch": 100,
}


@dataclass(frozen=True, kw_only=True)
class Tariff:
    user_minute: int
    units: dict[str, int]


TARIFFS = {
    "old": Tariff(user_minute=15_000, units=_EVERY_PROJECT),
    "new": Tariff(user_minute=6_000, units=_EVERY_PROJECT | {"messages.get": 20, "threads.get": 40}),
}


def _over(
    message: str, reason: str = "rateLimitExceeded", *, domain: str = "usageLimits", status: int = 403
) -> ApiError:
    detail = error_detail("RATE_LIMIT_EXCEEDED", service="gmail.googleapis.com") if status == 403 else None
    return ApiError(
        status=status,
        message=message,
        reason=reason,
        domain=domain,
        word="RESOURCE_EXHAUSTED",
        details=(detail,) if detail else (),
    )


def _metric(limit: str) -> str:
    return (
        f"Quota exceeded for quota metric 'Queries' and limit '{limit}' of service 'gmail.googleapis.com' "
        f"for consumer 'project_number:{PROJECT_NUMBER}'."
    )


def concurrent_calls() -> ApiError:
    return _over("Too many concurrent requests for user", domain="global", status=429)


# What Google has been seen to say, by the name under which the control door asks for it.
ANSWERS: dict[str, Callable[[float], ApiError]] = {
    "user-minute": lambda now: _over(_metric("Queries per minute per user")),
    "project-minute": lambda now: _over(_metric("Queries per minute")),
    "user-rate": lambda now: _over("User Rate Limit Exceeded", "userRateLimitExceeded"),
    "day": lambda now: _over("Daily Limit Exceeded", "dailyLimitExceeded"),
    "retry-after": lambda now: _over(
        f"User-rate limit exceeded.  Retry after {_stamp(now + 900)}", domain="global", status=429
    ),
    "exhausted": lambda now: _over("Resource has been exhausted (e.g. check quota).", domain="global", status=429),
}


def _stamp(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Window:
    """What was spent in the last seconds, 60 unless it is given another `length`."""

    length = WINDOW  # of the class, for worlds that were kept before

    def __init__(self) -> None:
        self._spent: deque[tuple[float, int]] = deque()
        self._sum = 0

    def add(self, now: float, units: int) -> None:
        self._spent.append((now, units))
        self._sum += units

    def sum(self, now: float) -> int:
        while self._spent and self._spent[0][0] <= now - self.length:
            self._sum -= self._spent.popleft()[1]
        return self._sum


class Quota:
    """Sliding windows of 60 s on the virtual clock. A refused call costs nothing: it was not carried out."""

    minutes = True  # whether what is done in a minute has an end; of the class, for worlds that were kept before

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._windows: defaultdict[str, Window] = defaultdict(Window)
        self.age = "new"
        self.used_up: dict[str, str] = {}  # account, "" for the project → name of an answer, until mended

    @property
    def tariff(self) -> Tariff:
        return TARIFFS[self.age]

    def units(self, operation: str) -> int:
        return self.tariff.units.get(operation, 5)

    def spent(self, who: str) -> int:
        """Units in the last minute, by an account or, with "", by the whole project."""
        return self._windows[who].sum(self._clock())

    def charge(self, account: str, operation: str) -> None:
        """Spends what the operation costs. Raises `ApiError` where a limit would be passed."""
        for who in ("", account):
            if who in self.used_up:
                raise ANSWERS[self.used_up[who]](self._clock())
        units = self.units(operation)
        if self.minutes and self.spent(account) + units > self.tariff.user_minute:
            raise ANSWERS["user-minute"](self._clock())
        if self.minutes and self.spent("") + units > PROJECT_MINUTE:
            raise ANSWERS["project-minute"](self._clock())
        self.add(account, units)

    def add(self, account: str, units: int) -> None:
        for who in {account, ""}:
            self._windows[who].add(self._clock(), units)

    def free(self, account: str) -> None:
        self.used_up.pop(account, None)
        self._windows.pop(account, None)
