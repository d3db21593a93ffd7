"""How much of what an org may use is used up. Pure.

REST API Developer Guide, “Limits”, which takes the right to see setup; how many calls are left stands on every answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from connectors.bodies import mapping
from connectors.errors import Failure
from connectors.facts import Fact, Verdict
from connectors.records import Allowance

CALLS, RECORDS, FILES = "Calls to Salesforce", "Storage for records", "Storage for files"
MARK = 75  # percent, from where somebody is warned
SETUP = "Look at Setup > Company Information, or give our user “View Setup and Configuration” and look again."


@dataclass(frozen=True, kw_only=True)
class Limit:
    """`key` is its name in the answer; `steps` say how it is made wider."""

    name: str
    key: str
    unit: str
    warns: str
    full: str
    steps: tuple[str, ...]


LIMITS = (
    Limit(
        name=CALLS,
        key="DailyApiRequests",
        unit="calls of 24 hours",
        warns="engine.CALLS_RUN_LOW",
        full="Salesforce answers nobody before some are free again.",
        steps=(
            "In Reports > Administrative Reports > API Usage Last 7 Days, see which program uses them.",
            "Have that program ask less often, or buy more API calls from Salesforce.",
        ),
    ),
    Limit(
        name=RECORDS,
        key="DataStorageMB",
        unit="MB",
        warns="engine.STORAGE_RUNS_LOW",
        full="Salesforce takes no new record.",
        steps=(
            "In Setup > Storage Usage, see what fills it. Delete what nobody needs, and empty the recycle bin.",
            "Or buy more data storage from Salesforce.",
        ),
    ),
    Limit(
        name=FILES,
        key="FileStorageMB",
        unit="MB",
        warns="engine.FILES_RUN_LOW",
        full="Salesforce takes no new file.",
        steps=(
            "In Setup > Storage Usage, see which files fill it. Delete what nobody needs, and empty the recycle bin.",
            "Or bring fewer attachments: Organizations > the organization > “Attachments”.",
        ),
    ),
)


def limits(said: Mapping[str, Any] | Failure, allowance: Allowance) -> list[Fact]:
    """One fact for each. `allowance` is what the answers said of calls, for where the limits may not be seen."""
    return [_limit(each, said, _of(each, said, allowance)) for each in LIMITS]


def _of(limit: Limit, said: Mapping[str, Any] | Failure, allowance: Allowance) -> tuple[int, int] | None:
    """(used, allowed); None where nobody said."""
    told = {} if isinstance(said, Failure) else mapping(said.get(limit.key))
    most, left = told.get("Max"), told.get("Remaining")
    if isinstance(most, int) and isinstance(left, int) and most > 0:
        return most - left, most
    if limit.name == CALLS and allowance.allowed and allowance.used is not None:
        return allowance.used, allowance.allowed
    return None


def _limit(limit: Limit, said: Mapping[str, Any] | Failure, usage: tuple[int, int] | None) -> Fact:
    failure = said if isinstance(said, Failure) else None
    if usage is None:
        text = "How much of it is used could not be found out."
        return Fact(name=limit.name, verdict=Verdict.UNKNOWN, text=text, steps=(SETUP,), failure=failure)
    used, allowed = usage
    text = f"{used * 100 // allowed} % is used: {used:,} of {allowed:,} {limit.unit}."
    if used * 100 < MARK * allowed:
        return Fact(name=limit.name, verdict=Verdict.GOOD, text=text, warns=limit.warns)
    is_full = used >= allowed
    verdict, more = (Verdict.BAD, f" {limit.full}") if is_full else (Verdict.ASK, "")
    return Fact(name=limit.name, verdict=verdict, text=f"{text}{more}", steps=limit.steps, warns=limit.warns)
