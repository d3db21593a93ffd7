"""What Tasks lets a project do in a day: 50,000 requests (https://developers.google.com/workspace/tasks/limits).

The details of the refusal are recorded, the rest of it is as other APIs of this age have it. There is a limit for a
user and a minute, too; its size Google shows in the console alone, so here only the door can use it up.
"""

from __future__ import annotations

from collections.abc import Callable

from connectors.simulators.google.answers import PROJECT_NUMBER, ApiError, error_detail, help_detail
from connectors.simulators.google.quota import Window

SERVICE = "tasks.googleapis.com"
DAY = 24 * 3600.0
PROJECT_DAY = 50_000
MORE = "https://cloud.google.com/docs/quotas/help/request_increase"


def _over(limit: str, quota_limit: str, unit: str, most: int) -> ApiError:
    named = {
        "service": SERVICE,
        "consumer": f"projects/{PROJECT_NUMBER}",
        "quota_metric": f"{SERVICE}/default",
        "quota_limit": quota_limit,
        "quota_limit_value": str(most),
        "quota_location": "global",
        "quota_unit": unit,
    }
    return ApiError(
        status=403,
        message=f"Quota exceeded for quota metric 'Queries' and limit '{limit}' of service '{SERVICE}' "
        f"for consumer 'project_number:{PROJECT_NUMBER}'.",
        reason="rateLimitExceeded",
        domain="usageLimits",
        word="RESOURCE_EXHAUSTED",
        details=(error_detail("RATE_LIMIT_EXCEEDED", **named), help_detail("Request a higher quota limit.", MORE)),
    )


def _day() -> ApiError:
    return _over("Queries per day", "defaultPerDayPerProject", "1/d/{project}", PROJECT_DAY)


def _user_minute() -> ApiError:
    return _over("Queries per minute per user", "defaultPerMinutePerUser", "1/min/{project}/{user}", 600)


ANSWERS: dict[str, Callable[[], ApiError]] = {"day": _day, "user-minute": _user_minute}


class TasksQuota:
    """A sliding window of a day on the virtual clock. A refused call costs nothing."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._window = Window()
        self._window.length = DAY
        self.used_up: dict[str, str] = {}  # account, "" for the project → name of an answer, until mended
        self.days = True  # whether what is done in a day has an end

    def spent(self) -> int:
        return self._window.sum(self._clock())

    def charge(self, account: str) -> None:
        """Raises `ApiError` where a limit would be passed."""
        for who in ("", account):
            if who in self.used_up:
                raise ANSWERS[self.used_up[who]]()
        if self.days and self.spent() >= PROJECT_DAY:
            raise _day()
        self.add(1)

    def add(self, calls: int) -> None:
        self._window.add(self._clock(), calls)

    def free(self, account: str) -> None:
        self.used_up.pop(account, None)
        if not account:
            self._window = Window()
            self._window.length = DAY
