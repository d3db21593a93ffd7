"""What Calendar lets a user and a project do in a minute.

600 requests a user and 10,000 a project, in a sliding window, each request counting once:
https://developers.google.com/workspace/calendar/api/guides/quota. Apart from that a user who writes too much is
refused writes for hours, in Calendar's own words.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable

from connectors.simulators.google.answers import PROJECT_NUMBER, ApiError, error_detail
from connectors.simulators.google.calendar.errors import CalendarError
from connectors.simulators.google.quota import Window

SERVICE = "calendar-json.googleapis.com"
USER_MINUTE = 600
PROJECT_MINUTE = 10_000


def _metric(limit: str) -> ApiError:
    return ApiError(
        status=403,
        message=f"Quota exceeded for quota metric 'Queries' and limit '{limit}' of service '{SERVICE}' "
        f"for consumer 'project_number:{PROJECT_NUMBER}'.",
        reason="rateLimitExceeded",
        domain="usageLimits",
        word="RESOURCE_EXHAUSTED",
        details=(error_detail("RATE_LIMIT_EXCEEDED", service=SERVICE),),
    )


def _limit(message: str, reason: str, status: int = 403) -> ApiError:
    return CalendarError(status=status, message=message, reason=reason, domain="usageLimits")


# What Google has been seen to say, by the name under which the control door asks for it.
ANSWERS: dict[str, Callable[[], ApiError]] = {
    "user-minute": lambda: _metric("Queries per minute per user"),
    "project-minute": lambda: _metric("Queries per minute"),
    "rate": lambda: _limit("Rate Limit Exceeded", "rateLimitExceeded"),
    "user-rate": lambda: _limit("User Rate Limit Exceeded", "userRateLimitExceeded"),
    "too-many": lambda: _limit("Rate Limit Exceeded", "rateLimitExceeded", 429),
    "usage": lambda: _limit("Calendar usage limits exceeded.", "quotaExceeded"),
}


class CalendarQuota:
    """Sliding windows of 60 s on the virtual clock. A refused call costs nothing."""

    minutes = True  # whether what is done in a minute has an end; of the class, for worlds that were kept before

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._windows: defaultdict[str, Window] = defaultdict(Window)
        self.used_up: dict[str, str] = {}  # account, "" for the project → name of an answer, until mended

    def spent(self, who: str) -> int:
        return self._windows[who].sum(self._clock())

    def charge(self, account: str, *, write: bool) -> None:
        """Raises `ApiError` where a limit would be passed; the answer `usage` stops writes only."""
        for who in ("", account):
            answer = self.used_up.get(who, "")
            if answer and (write or answer != "usage"):
                raise ANSWERS[answer]()
        if self.minutes and self.spent(account) >= USER_MINUTE:
            raise ANSWERS["user-minute"]()
        if self.minutes and self.spent("") >= PROJECT_MINUTE:
            raise ANSWERS["project-minute"]()
        self.add(account, 1)

    def add(self, account: str, calls: int) -> None:
        for who in {account, ""}:
            self._windows[who].add(self._clock(), calls)

    def free(self, account: str) -> None:
        self.used_up.pop(account, None)
        self._windows.pop(account, None)
