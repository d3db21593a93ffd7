"""What befalls a worker at a point of its way: it dies, or the call that it makes there fails."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from dataclasses import replace as changed

from connectors.errors import ConnectorError, Failure, Kind
from connectors.memory import failure
from tests.scenario.deaths import Crash

DIES = "dies"
# Calls to either side, and whether it is that of the CRM.
CALLS = {
    "read page": False,
    "read events": False,
    "find missing events": False,
    "look at what was made": False,
    "push to calendar": False,
    "mark events": False,
    "find label": False,
    "label messages": False,
    "read crm events": True,
    "look at events": True,
    "find people": True,
    "push events": True,
}
READS = frozenset({"read events", "read crm events"})
RESET = failure("network.CONNECTION_RESET", Kind.TRANSIENT, "reset by peer")
SLOW_DOWN = {
    False: changed(failure("google.rateLimitExceeded", Kind.RATE_LIMITED, "Rate Limit Exceeded"), retry_after=30.0),
    True: changed(failure("salesforce.SERVER_UNAVAILABLE", Kind.TRANSIENT, "too busy"), retry_after=30.0),
}
EXPIRED = {
    False: failure("google.fullSyncRequired", Kind.CURSOR_EXPIRED, "Sync token is no longer valid"),
    True: failure("salesforce.INVALID_REPLICATION_DATE", Kind.CURSOR_EXPIRED, "startDate before org replication date"),
}


@dataclass(frozen=True, order=True, kw_only=True)
class Trouble:
    """What happens at the `nth` time (from 1) that a point is reached."""

    point: str
    nth: int = 1
    what: str = DIES

    def __str__(self) -> str:
        return f"{self.what} at “{self.point}”, time {self.nth}"


def failure_of(trouble: Trouble) -> Failure:
    is_crm = CALLS[trouble.point.rpartition(":")[0]]
    by_name = {"reset": RESET, "throttled": SLOW_DOWN[is_crm], "cursor expired": EXPIRED[is_crm]}
    return by_name[trouble.what]


def faults_at(point: str) -> tuple[str, ...]:
    """Which calls may fail here: before it reaches the other side, or after that, so that only the answer is lost."""
    call, _, when = point.rpartition(": ")
    if call not in CALLS:
        return ()
    if when == "after":
        return ("reset",)
    return ("reset", "throttled", *(("cursor expired",) if call in READS else ()))


def troubled(troubles: Iterable[Trouble]) -> Callable[[str], None]:
    """A hook that brings these about, each once."""
    reached: Counter[str] = Counter()
    left = {(each.point, each.nth): each for each in troubles}

    def hook(point: str) -> None:
        reached[point] += 1
        trouble = left.pop((point, reached[point]), None)
        if trouble is None:
            return
        if trouble.what == DIES:
            raise Crash(str(trouble))
        raise ConnectorError(failure_of(trouble))

    return hook
