"""What People lets a user do in a minute, counted in four metrics.

What a request costs is documented (https://developers.google.com/people/v1/contacts): who creates or changes also
reads, and a batch costs six reads and six writes and two hundred of the day's, however small it is. How much there is
Google shows each project in its console and nowhere else: 90 a minute and user is what several projects report, others
60 or 30. The day's writes of a contact are said to be 100,000 a user. Limits of a whole project are not known; the door
can use one up all the same. What it costs to read contact groups is not told: here it is what reading a contact costs.
The first page of a list in full has a quota of its own, whose size is not known either.

Writes of one user that run at the same time may fail at Google; how is not on record, so they do not here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from connectors.simulators.google.answers import PROJECT_NUMBER, ApiError, error_detail, help_detail
from connectors.simulators.google.quota import Window

SERVICE = "people.googleapis.com"
DAY = 24 * 3600.0
MORE = "https://cloud.google.com/docs/quotas/help/request_increase"


@dataclass(frozen=True, kw_only=True)
class Metric:
    """`words` are those of the message, `limit` and `id` those of its details; `most` is for a user."""

    words: str
    limit: str
    id: str
    most: int
    per_day: bool = False


METRICS = {
    "critical-read": Metric(
        words="Critical read requests (Contact and Profile Reads)",
        limit="CriticalReads",
        id="critical_read_requests",
        most=90,
    ),
    "critical-write": Metric(
        words="Critical write requests (Contact Creates and Updates)",
        limit="CriticalWrites",
        id="critical_write_requests",
        most=90,
    ),
    "write": Metric(
        words="Write requests (Contact Deletes and Contact Group Writes)", limit="Writes", id="write_requests", most=90
    ),
    "day": Metric(
        words="Daily Contact Writes (Total)",
        limit="DailyContactWrites",
        id="daily_contact_writes",
        most=100_000,
        per_day=True,
    ),
}

_READ = {"critical-read": 1}
_CHANGE = {"critical-read": 1, "critical-write": 1, "day": 1}
_BATCH = {"critical-read": 6, "critical-write": 6, "day": 200}
COSTS = {
    "people.connections.list": _READ,
    "people.get": _READ,
    "people.getBatchGet": _READ,
    "people.createContact": _CHANGE,
    "people.updateContact": _CHANGE,
    "people.deleteContact": {"write": 1},
    "people.batchCreateContacts": _BATCH,
    "people.batchUpdateContacts": _BATCH,
    "people.batchDeleteContacts": {"write": 10},
    **{f"contactGroups.{name}": _READ for name in ("list", "get")},  # of these nobody says it
    **{f"contactGroups.{name}": {"write": 1} for name in ("create", "update", "delete", "members.modify")},
}


def _over(metric: Metric) -> ApiError:
    """As recorded: https://github.com/mrmattwilkins/google-contacts-sync/issues/1."""
    period, unit = ("day", "1/d") if metric.per_day else ("minute", "1/min")
    named = {
        "service": SERVICE,
        "consumer": f"projects/{PROJECT_NUMBER}",
        "quota_metric": f"{SERVICE}/{metric.id}",
        "quota_limit": f"{metric.limit}Per{period.capitalize()}PerProjectPerUser",
        "quota_limit_value": str(metric.most),
        "quota_location": "global",
        "quota_unit": f"{unit}/{{project}}/{{user}}",
    }
    return ApiError(
        status=429,
        message=f"Quota exceeded for quota metric '{metric.words}' and limit '{metric.words} per {period} per user' "
        f"of service '{SERVICE}' for consumer 'project_number:{PROJECT_NUMBER}'.",
        reason="rateLimitExceeded",
        details=(
            error_detail("RATE_LIMIT_EXCEEDED", **named),
            help_detail("Request a higher quota limit.", MORE),
        ),
    )


def exhausted() -> ApiError:
    """As recorded: https://github.com/rapidwebltd/php-google-people-api/issues/45."""
    violation = {"subject": "QUOTA_EXCEEDED", "description": "FBS quota limit exceeded"}
    return ApiError(
        status=429,
        message="Resource has been exhausted (e.g. check quota).",
        reason="rateLimitExceeded",
        details=({"@type": "type.googleapis.com/google.rpc.QuotaFailure", "violations": [violation]},),
    )


# By the name under which the control door asks for it; `full-sync` strikes the first page of a list in full alone.
ANSWERS: dict[str, Callable[[], ApiError]] = {
    **{name: partial(_over, metric) for name, metric in METRICS.items()},
    "exhausted": exhausted,
    "full-sync": exhausted,
}


class PeopleQuota:
    """Sliding windows of a minute, or a day, on the virtual clock. A refused call costs nothing."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._windows: defaultdict[tuple[str, str], Window] = defaultdict(Window)
        self.used_up: dict[str, str] = {}  # account, "" for the project → name of an answer, until mended
        self.minutes = True  # whether what is done in a minute, or a day, has an end

    def spent(self, who: str, metric: str) -> int:
        return self._window(who, metric).sum(self._clock())

    def charge(self, account: str, operation: str, *, full_sync: bool) -> None:
        """Raises `ApiError` where a limit would be passed."""
        for who in ("", account):
            answer = self.used_up.get(who, "")
            if answer and _strikes(answer, operation, full_sync=full_sync):
                raise ANSWERS[answer]()
        costs = COSTS.get(operation, _READ)
        for name, units in costs.items():
            if self.minutes and self.spent(account, name) + units > METRICS[name].most:
                raise ANSWERS[name]()
        for name, units in costs.items():
            self.add(account, name, units)

    def add(self, account: str, metric: str, units: int) -> None:
        self._window(account, metric).add(self._clock(), units)

    def free(self, account: str) -> None:
        self.used_up.pop(account, None)
        for key in [key for key in self._windows if key[0] == account]:
            del self._windows[key]

    def _window(self, who: str, metric: str) -> Window:
        window = self._windows[who, metric]
        window.length = DAY if METRICS[metric].per_day else window.length
        return window


def _strikes(answer: str, operation: str, *, full_sync: bool) -> bool:
    """Whether an answer that the door asked for has to do with the operation."""
    if answer in METRICS:
        return answer in COSTS.get(operation, _READ)
    return answer == "exhausted" or full_sync
