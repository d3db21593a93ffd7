"""What is broken at the moment, each with a sentence and the verb that mends it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
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
    yield from _used_up("", world.quota.used_up, "free-quota")
    if not world.calendar_api_on:
        yield Trouble(sentence="The Google Calendar API is switched off in the project.", mend="calendar-api")
    yield from _used_up("Calendar ", world.calendar_quota.used_up, "free-calendar")
    if not world.people_api_on:
        yield Trouble(sentence="The People API is switched off in the project.", mend="people-api")
    yield from _used_up("Contacts ", world.people_quota.used_up, "free-people")
    if not world.tasks_api_on:
        yield Trouble(sentence="The Google Tasks API is switched off in the project.", mend="tasks-api")
    yield from _used_up("Tasks ", world.tasks_quota.used_up, "free-tasks")


def _used_up(service: str, used_up: Mapping[str, str], mend: str) -> Iterator[Trouble]:
    """By account, "" for the whole project; each with what is answered then."""
    for who, answer in used_up.items():
        sentence = f"The {service}quota of {who or 'the whole project'} is used up ({answer})."
        yield Trouble(sentence=sentence, mend=mend, arguments={"account": who})


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
