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
from connectors.sentences import joined, phrase
from connectors.translation import gettext_noop

CALLS = gettext_noop("Calls to Salesforce")
RECORDS, FILES = gettext_noop("Storage for records"), gettext_noop("Storage for files")
MARK = 75  # percent, from where somebody is warned
SETUP = gettext_noop(
    "Look at Setup > Company Information, or give our user “View Setup and Configuration” and look again."
)


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
        unit=gettext_noop("calls of 24 hours"),
        warns="engine.CALLS_RUN_LOW",
        full=gettext_noop("Salesforce answers nobody before some are free again."),
        steps=(
            gettext_noop("In Reports > Administrative Reports > API Usage Last 7 Days, see which program uses them."),
            gettext_noop("Have that program ask less often, or buy more API calls from Salesforce."),
        ),
    ),
    Limit(
        name=RECORDS,
        key="DataStorageMB",
        unit=gettext_noop("MB"),
        warns="engine.STORAGE_RUNS_LOW",
        full=gettext_noop("Salesforce takes no new record."),
        steps=(
            gettext_noop(
                "In Setup > Storage Usage, see what fills it. Delete what nobody needs, and empty the recycle bin."
            ),
            gettext_noop("Or buy more data storage from Salesforce."),
        ),
    ),
    Limit(
        name=FILES,
        key="FileStorageMB",
        unit=gettext_noop("MB"),
        warns="engine.FILES_RUN_LOW",
        full=gettext_noop("Salesforce takes no new file."),
        steps=(
            gettext_noop(
                "In Setup > Storage Usage, see which files fill it. Delete what nobody needs, and empty the recycle"
                " bin."
            ),
            gettext_noop("Or bring fewer attachments: Organizations > the organization > “Attachments”."),
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
        text = phrase("How much of it is used could not be found out.")
        return Fact(name=limit.name, verdict=Verdict.UNKNOWN, text=text, steps=(SETUP,), failure=failure)
    used, allowed = usage
    share, unit = used * 100 // allowed, phrase(limit.unit)
    usage_ = {"percent": share, "used": used, "allowed": allowed, "unit": unit}
    text = phrase("%(percent)s %% is used: %(used)s of %(allowed)s %(unit)s.", **usage_)
    if used * 100 < MARK * allowed:
        return Fact(name=limit.name, verdict=Verdict.GOOD, text=text, warns=limit.warns)
    is_full = used >= allowed
    verdict, more = (Verdict.BAD, [limit.full]) if is_full else (Verdict.ASK, [])
    return Fact(name=limit.name, verdict=verdict, text=joined([text, *more]), steps=limit.steps, warns=limit.warns)
