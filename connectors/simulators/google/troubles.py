"""What is broken at the moment, each with a sentence and the verb that mends it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

from connectors.simulators.google.control_access import PASSWORD_CHANGED, REVOKED_BY_USER
from connectors.simulators.google.world import Account, World


@dataclass(frozen=True, kw_only=True)
class Trouble:
    sentence: str
    mend: str
    arguments: dict[str, str] = field(default_factory=dict)

    def shown(self) -> dict[str, Any]:
        return asdict(self)


def troubles(world: World) -> list[Trouble]:
    found = [*_of_project(world)]
    for account in world.accounts.values():
        found += _of_account(account, world)
    return found


def _of_project(world: World) -> Iterator[Trouble]:
    if not world.api_on:
        yield Trouble(sentence="The Gmail API is switched off in the project.", mend="switch-on-api")
    for who, answer in world.quota.used_up.items():
        owner = who or "the whole project"
        yield Trouble(
            sentence=f"The quota of {owner} is used up ({answer}).", mend="free-quota", arguments={"account": who}
        )
    yield from _of_calendar(world)
    yield from _of_people(world)
    yield from _of_tasks(world)


def _of_calendar(world: World) -> Iterator[Trouble]:
    if not world.calendar_api_on:
        yield Trouble(sentence="The Google Calendar API is switched off in the project.", mend="calendar-api")
    for who, answer in world.calendar_quota.used_up.items():
        owner = who or "the whole project"
        yield Trouble(
            sentence=f"The Calendar quota of {owner} is used up ({answer}).",
            mend="free-calendar",
            arguments={"account": who},
        )


def _of_people(world: World) -> Iterator[Trouble]:
    if not world.people_api_on:
        yield Trouble(sentence="The People API is switched off in the project.", mend="people-api")
    for who, answer in world.people_quota.used_up.items():
        owner = who or "the whole project"
        yield Trouble(
            sentence=f"The Contacts quota of {owner} is used up ({answer}).",
            mend="free-people",
            arguments={"account": who},
        )


def _of_tasks(world: World) -> Iterator[Trouble]:
    if not world.tasks_api_on:
        yield Trouble(sentence="The Google Tasks API is switched off in the project.", mend="tasks-api")
    for who, answer in world.tasks_quota.used_up.items():
        owner = who or "the whole project"
        yield Trouble(
            sentence=f"The Tasks quota of {owner} is used up ({answer}).",
            mend="free-tasks",
            arguments={"account": who},
        )


def _lost_access(world: World, who: str) -> str:
    """Why the account's newest grant ended, if it was the door that ended it."""
    ended = [grant.ended for grant in world.grants.of(who)][-1:]
    return next((why for why in ended if why in (REVOKED_BY_USER, PASSWORD_CHANGED)), "")


def _of_account(account: Account, world: World) -> Iterator[Trouble]:
    who, arguments = account.email, {"account": account.email}
    lost = _lost_access(world, who)
    if lost:
        yield Trouble(sentence=f"{who} grants no access ({lost}).", mend="restore-access", arguments=arguments)
    if account.trouble:
        yield Trouble(
            sentence=f"Tokens of {who} are refused ({account.trouble}).", mend="mend-token", arguments=arguments
        )
    if account.suspended:
        yield Trouble(sentence=f"The account {who} is {account.suspended}.", mend="unsuspend", arguments=arguments)
    if account.withdrawn:
        scopes = ", ".join(sorted(account.withdrawn))
        yield Trouble(sentence=f"{who} has not granted {scopes}.", mend="restore-scope", arguments=arguments)
    if not account.mail:
        yield Trouble(sentence=f"Gmail is off for {who}.", mend="mail-on", arguments=arguments)
    if not account.calendar:
        yield Trouble(sentence=f"Calendar is off for {who}.", mend="calendar-on", arguments=arguments)
    if not account.domain_allows:
        yield Trouble(sentence=f"The domain of {who} blocks the app.", mend="allow-domain", arguments=arguments)
