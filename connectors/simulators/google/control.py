"""The control door's verbs for Google. Arguments and answers are JSON; a form's texts are read as such.

`account` is an e-mail address, `labels` are ids or names, dates are milliseconds since 1970. Where a verb
switches a trouble on, the last column says what mends it.

| verb            | arguments                                      | answer                          | mended by      |
|-----------------|------------------------------------------------|---------------------------------|----------------|
| account         | email, name, scopes                            | refresh_token, access_token …   | delete-account |
| grant           | account, scopes                                | the same, new                   |                |
| client          | client_id, secret, redirect_uris               | client_id, client_secret        |                |
| service-account | email, scopes, public_key (PEM)                | a key file, if no key was given |                |
| label           | account, name                                  | id                              |                |
| deliver         | accounts, raw (base64), labels, internal_date  | {account: {id, threadId}}       |                |
| deliver-many    | messages: a list of what `deliver` takes       | a list of what `deliver` gives  |                |
| delete-message  | account, id                                    | {}                              |                |
| relabel         | account, id, add, remove                       | labelIds                        |                |
| expire-history  | account                                        | historyId                       |                |
| expire-tokens   | account (all without)                          | ended                           |                |
| revoke          | account                                        | ended                           | restore-access |
| change-password | account                                        | ended                           | restore-access |
| token-trouble   | account, kind: rapt, admin-policy, bad-request | {}                              | mend-token     |
| suspend         | account, as: disabled, deleted                 | {}                              | unsuspend      |
| withdraw-scope  | account, scope                                 | withdrawn                       | restore-scope  |
| mail-off        | account                                        | {}                              | mail-on        |
| block-domain    | account                                        | {}                              | allow-domain   |
| switch-off-api  |                                                | {}                              | switch-on-api  |
| fill-quota      | account (or all), answer, until_mended         | spent                           | free-quota     |
| quota-age       | age: old, new                                  | {}                              |                |
| gmail-minutes   | limits: usual, none                            | {}                              |                |
| concurrency     | limit (0: none)                                | limit                           |                |
| calendar        | account, summary, time_zone                    | id                              |                |
| calendar-zone   | account, time_zone                             | {}                              |                |
| share           | calendar, account, role (none takes it away)   | access                          |                |
| event           | account, calendar, event (as the API has it)   | id, iCalUID                     |                |
| event-file      | account, calendar, text or raw (base64)        | events, changed, altered, …     |                |
| change-event    | account, calendar, id, event (a patch)         | id, iCalUID                     |                |
| delete-event    | account, calendar, id                          | {}                              |                |
| expire-sync     | account, calendar                              | {}                              |                |
| calendar-off    | account                                        | {}                              | calendar-on    |
| no-calendar-api |                                                | {}                              | calendar-api   |
| fill-calendar   | account (or all), answer, until_mended         | spent                           | free-calendar  |
| calendar-minutes| limits: usual, none                            | {}                              |                |
| contact         | account, contact (as the API has it), group    | resourceName, etag              |                |
|                 |   (the name of one, no)                        |                                 |                |
| contact-many    | contacts: a list of what `contact` takes       | [of each the same]              |                |
| change-contact  | account, id, contact (the fields to replace)   | resourceName, etag              |                |
| delete-contact  | account, id                                    | {}                              |                |
| contact-group   | account, name, id (a contact, no), out (no)    | resourceName (of the group)     |                |
| delete-contact-group | account, id (of the group)                | {}                              |                |
| expire-contacts | account                                        | {}                              |                |
| contacts-delay  | account, seconds                               | seconds                         |                |
| no-people-api   |                                                | {}                              | people-api     |
| fill-people     | account (or all), answer, until_mended         | spent                           | free-people    |
| people-minutes  | limits: usual, none                            | {}                              |                |
| task-list       | account, title                                 | id                              |                |
| delete-task-list| account, list                                  | {}                              |                |
| task            | account, list, task, parent, previous          | id, etag                        |                |
| task-many       | tasks: a list of what `task` takes             | [of each the same]              |                |
| change-task     | account, id, task (a patch)                    | id, etag                        |                |
| delete-task     | account, id                                    | {}                              |                |
| clear-tasks     | account, list                                  | {}                              |                |
| tasks-etags     | etags: heeded, ignored                         | {}                              |                |
| no-tasks-api    |                                                | {}                              | tasks-api      |
| fill-tasks      | account (or all), answer, until_mended         | spent                           | free-tasks     |
| tasks-days      | limits: usual, none                            | {}                              |                |
| topic           | topic, endpoint, service_account, audience,    | topics                          |                |
|                 |   publisher: yes, no                           |                                 |                |
| push            | origin, copies, held, backwards                | waiting                         |                |
| pushed          |                                                | sent, waiting, channels, …      |                |
| unwatchable     | calendar (off takes it back)                   | {}                              |                |
| unverified      | host (off takes it back)                       | {}                              |                |
| troubles        |                                                | [{sentence, mend, arguments}]   |                |
| part            | name (of a part of the snapshot), accounts     | {account: what the snapshot has}|                |

`calendar` is the id of a calendar and `list` that of a task list, without it the account's own, or the default one,
is meant. `event-file` takes an iCalendar file and tells what became of each of its events: `events` are new, `changed`
had a UID that was there, `passed_over` are none; `altered` says in what events differ from their file. The `id` of a
contact is its resource name; lists tell of it as late as `contacts-delay` says. `contact-group` makes the group where
it is not there, and puts the contact with that `id` into it, or `out` of it. `fill-quota` spends what is left of the
current minute; with `until_mended` every call is refused with the named answer of `quota.ANSWERS`, or of `ANSWERS` in
the `limits` of `calendar`, `people` and `tasks`. Changes are told of once `push` says where all addresses lead
(`origin`, on loopback): each `copies` times, not while they are `held`, the newest first if `backwards`.
`restore-access` takes a revocation back, which Google itself cannot: it spares a demo the consent page. A new consent,
on the page or by `grant`, mends what was revoked, `withdraw-scope` for its scopes, and the token troubles rapt and
bad-request.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from functools import partial
from typing import Any

from connectors.simulators.google import (
    control_access,
    control_calendar,
    control_mail,
    control_people,
    control_push,
    control_tasks,
)
from connectors.simulators.google.arguments import Arguments, Verb
from connectors.simulators.google.calendar import showing
from connectors.simulators.google.calendar.store import Calendar
from connectors.simulators.google.content import base64url
from connectors.simulators.google.mailbox import Message
from connectors.simulators.google.people import groups
from connectors.simulators.google.people.masks import readable
from connectors.simulators.google.people.showing import person
from connectors.simulators.google.people.store import AddressBook
from connectors.simulators.google.tasks import showing as showing_tasks
from connectors.simulators.google.tasks.store import TaskBook, TaskList
from connectors.simulators.google.troubles import troubles
from connectors.simulators.google.world import World

VERBS: dict[str, Verb] = {
    **control_access.VERBS,
    **control_mail.VERBS,
    **control_calendar.VERBS,
    **control_people.VERBS,
    **control_tasks.VERBS,
    **control_push.VERBS,
    "troubles": lambda world, given: [t.shown() for t in troubles(world)],
    "part": lambda world, given: part(world, given.choice("name", PARTS, ""), given.texts("accounts")),
}


def carry_out(world: World, verb: str, arguments: dict[str, Any]) -> Any:
    """Raises KeyError for a verb that is not in the table, ValueError with a sentence for wrong arguments."""
    if verb not in VERBS:
        raise KeyError(f"Google's door has no verb “{verb}”; it has {', '.join(sorted(VERBS))}")
    return VERBS[verb](world, Arguments(verb, arguments))


def snapshot(world: World) -> dict[str, Any]:
    """Every account's labels, messages and contacts, every calendar and task list with what is in it, deleted ones too.

    `raw` is base64url of the untouched bytes; events, contacts and tasks are as their owner sees them. The groups of
    contacts are those that people have made, by their resource names.
    """
    return {
        "accounts": {
            account.email: {
                "name": account.name,
                "suspended": account.suspended,
                "historyId": str(account.mailbox.history_id),
                "labels": {label.id: label.name for label in account.mailbox.labels.values()},
                "messages": [_message(m) for m in account.mailbox.newest_first()],
            }
            for account in world.accounts.values()
        },
        **{name: part(world, name) for name in PARTS},
        "invitations": [dict(mail) for mail in world.calendars.invitations],
    }


def part(world: World, name: str, accounts: Collection[str] = ()) -> dict[str, Any]:
    """One of `PARTS` of the snapshot, of these accounts, or calendars, alone; of all where none is named."""
    return {owner: shown() for owner, shown in PARTS[name](world) if not accounts or owner in accounts}


Shown = Iterator[tuple[str, Callable[[], Any]]]  # whose it is, and what makes it


def _calendars(world: World) -> Shown:
    return ((c.id, partial(_calendar, c, world.base_url)) for c in world.calendars.by_id.values())


def _of_books(show: Callable[[AddressBook], Any]) -> Callable[[World], Shown]:
    return lambda world: ((owner, partial(show, book)) for owner, book in world.address_books.by_account.items())


def _tasks(world: World) -> Shown:
    return ((owner, partial(_task_lists, book, world.base_url)) for owner, book in world.task_books.by_account.items())


def _task_lists(book: TaskBook, base_url: str) -> list[dict[str, Any]]:
    return [_task_list(tasks, base_url) for tasks in book.lists.values()]


def _calendar(calendar: Calendar, base_url: str) -> dict[str, Any]:
    events = [showing.event(calendar, event, "owner", base_url=base_url) for event in calendar.events.values()]
    return {
        "owner": calendar.owner,
        "summary": calendar.summary,
        "timeZone": calendar.time_zone,
        "access": dict(calendar.access),
        "events": events,
    }


def _groups(book: AddressBook) -> dict[str, str]:
    return {groups.resource_name(group.id): group.name for group in book.own.values()}


def _contacts(book: AddressBook) -> list[dict[str, Any]]:
    return [person(contact, contact.latest, readable()) for contact in book.contacts.values()]


def _task_list(tasks: TaskList, base_url: str) -> dict[str, Any]:
    tasks.number()
    shown = [showing_tasks.task(tasks, task, base_url) for task in tasks.tasks.values()]
    return showing_tasks.task_list(tasks) | {"tasks": shown}


def _message(message: Message) -> dict[str, Any]:
    return {
        "id": message.id,
        "threadId": message.thread_id,
        "labels": [*message.labels],
        "internalDate": str(message.internal_date),
        "raw": base64url(message.raw),
    }


PARTS: dict[str, Callable[[World], Shown]] = {
    "calendars": _calendars,
    "contact_groups": _of_books(_groups),
    "contacts": _of_books(_contacts),
    "tasks": _tasks,
}
