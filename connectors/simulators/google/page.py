"""The control page for people: accounts, the state of their access, and what is broken. No script.

Its forms carry the door's token: the page is served on loopback, to the person who runs the demo.
"""

from __future__ import annotations

from html import escape

from connectors.simulators.google.calendar import meetings
from connectors.simulators.google.calendar.store import Calendar, Event
from connectors.simulators.google.people.store import AddressBook, Contact
from connectors.simulators.google.tasks.store import TaskList, decoded
from connectors.simulators.google.troubles import Trouble, troubles
from connectors.simulators.google.webcontacts import title
from connectors.simulators.google.webtasks import line
from connectors.simulators.google.world import Account, World

NEWEST = 20  # events shown of a calendar, contacts of an account, or tasks of a list


def render(world: World, token: str) -> str:
    return (
        f'<h2 id="accounts">Accounts</h2>{_accounts(world, token)}'
        f'<h2 id="calendars">Calendars</h2>{_calendars(world)}'
        f'<h2 id="contacts">Contacts</h2>{_contacts(world)}'
        f'<h2 id="tasks">Tasks</h2>{_tasks(world)}'
        f'<h2 id="troubles">Troubles</h2>{_troubles(troubles(world), token)}'
        f"<h2>Break something</h2>{_switches(world, token)}"
    )


def _accounts(world: World, token: str) -> str:
    if not world.accounts:
        return "<p>There are no accounts yet.</p>"
    rows = "".join(_account(account, world, token) for account in world.accounts.values())
    return (
        '<table aria-labelledby="accounts"><thead><tr>'
        '<th scope="col">Account</th><th scope="col">Access</th><th scope="col">Change</th></tr></thead>'
        f"<tbody>{rows}</tbody></table>"
    )


def _account(account: Account, world: World, token: str) -> str:
    granted = any(world.grants.lives(grant) for grant in world.grants.of(account.email))
    verb, words = ("revoke", "Revoke access") if granted else ("restore-access", "Give access back")
    switch = _button(verb, words, token, about=account.email, account=account.email)
    return (
        f'<tr><th scope="row">{escape(account.name)}<br>{escape(account.email)}</th>'
        f"<td>{'● granted' if granted else '■ none'}<br>{len(account.mailbox.messages)} messages</td>"
        f"<td>{switch}</td></tr>"
    )


def _calendars(world: World) -> str:
    if not world.calendars.by_id:
        return "<p>There are no calendars yet.</p>"
    rows = "".join(_calendar(calendar) for calendar in world.calendars.by_id.values())
    return (
        '<table aria-labelledby="calendars"><thead><tr><th scope="col">Calendar</th>'
        '<th scope="col">Seen by</th><th scope="col">Events</th></tr></thead>'
        f"<tbody>{rows}</tbody></table>"
    )


def _calendar(calendar: Calendar) -> str:
    """A calendar with its newest events, deleted ones struck out."""
    seen = "<br>".join(f"{escape(email)} ({escape(role)})" for email, role in calendar.access.items())
    newest = sorted(calendar.events.values(), key=lambda event: -event.change)[:NEWEST]
    lines = "".join(f"<li>{_event_line(calendar, event)}</li>" for event in newest)
    return (
        f'<tr><th scope="row">{escape(calendar.summary)}</th><td>{seen}</td>'
        f"<td>{len(calendar.events)} events{f'<ul>{lines}</ul>' if lines else ''}</td></tr>"
    )


def _event_line(calendar: Calendar, event: Event) -> str:
    whole = meetings.fields(calendar, event)
    start = whole["start"].get("date") or whole["start"].get("dateTime")
    words = f"{start} {escape(str(whole.get('summary') or '(no title)'))}"
    return f"<del>{words}</del> (deleted)" if event.cancelled else words


def _contacts(world: World) -> str:
    books = [book for book in world.address_books.by_account.values() if book.contacts]
    if not books:
        return "<p>There are no contacts yet.</p>"
    rows = "".join(_book(book) for book in books)
    return (
        '<table aria-labelledby="contacts"><thead><tr><th scope="col">Account</th>'
        f'<th scope="col">Contacts</th></tr></thead><tbody>{rows}</tbody></table>'
    )


def _book(book: AddressBook) -> str:
    """An account with its newest contacts, deleted ones struck out."""
    newest = sorted(book.contacts.values(), key=lambda contact: -contact.latest.change)[:NEWEST]
    lines = "".join(f"<li>{_contact_line(contact)}</li>" for contact in newest)
    return f'<tr><th scope="row">{escape(book.owner)}</th><td>{len(book.contacts)} contacts<ul>{lines}</ul></td></tr>'


def _contact_line(contact: Contact) -> str:
    if contact.latest.deleted:
        return f"<del>{escape(contact.resource_name)}</del> (deleted)"
    return f'<a href="/person/c{contact.id}">{escape(title(contact))}</a>'


def _tasks(world: World) -> str:
    lists = [(book.owner, tasks) for book in world.task_books.by_account.values() for tasks in book.lists.values()]
    if not lists:
        return "<p>There are no tasks yet.</p>"
    rows = "".join(_task_list(owner, tasks) for owner, tasks in lists)
    return (
        '<table aria-labelledby="tasks"><thead><tr><th scope="col">List</th>'
        f'<th scope="col">Tasks</th></tr></thead><tbody>{rows}</tbody></table>'
    )


def _task_list(owner: str, tasks: TaskList) -> str:
    """A list with the tasks that changed last."""
    newest = sorted(tasks.tasks.values(), key=lambda task: -task.change)[:NEWEST]
    lines = "".join(f'<li><a href="/task/{decoded(task.id)}">{line(task)}</a></li>' for task in newest)
    shown = f"<ul>{lines}</ul>" if lines else ""
    name = f"{escape(tasks.title)}<br>{escape(owner)}"
    return f'<tr><th scope="row">{name}</th><td>{len(tasks.tasks)} tasks{shown}</td></tr>'


def _troubles(found: list[Trouble], token: str) -> str:
    if not found:
        return "<p>Nothing is broken.</p>"
    rows = "".join(_trouble(trouble, token) for trouble in found)
    return (
        '<table aria-labelledby="troubles"><thead><tr>'
        '<th scope="col">What is broken</th><th scope="col">Change</th></tr></thead>'
        f"<tbody>{rows}</tbody></table>"
    )


def _trouble(trouble: Trouble, token: str) -> str:
    mend = _button(trouble.mend, "Mend", token, about=trouble.sentence, **trouble.arguments)
    return f"<tr><td>{escape(trouble.sentence)}</td><td>{mend}</td></tr>"


# What can be broken for one account, and for all: verb → words on the button.
_FOR_ONE = {
    "suspend": "Suspend the account",
    "mail-off": "Switch Gmail off",
    "expire-tokens": "Expire its access tokens",
    "expire-history": "Make its history too old",
    "fill-quota": "Use up its quota of this minute",
    "calendar-off": "Switch Calendar off",
    "expire-sync": "Make its sync tokens too old",
    "fill-calendar": "Use up its Calendar quota of this minute",
    "expire-contacts": "Make its sync tokens of contacts too old",
    "fill-people": "Use up its Contacts quota of this minute",
    "fill-tasks": "Use up its Tasks quota",
}


def _switches(world: World, token: str) -> str:
    options = "".join(f'<option value="{escape(e)}">{escape(e)}</option>' for e in world.accounts)
    buttons = "".join(
        f'<p><button formaction="/_simulator/{verb}">{escape(words)}</button></p>' for verb, words in _FOR_ONE.items()
    )
    for_one = (
        f'<form method="post" action="/_simulator/suspend">{_hidden(token=token)}'
        f'<p><label>Account <select name="account">{options}</select></label></p>{buttons}</form>'
    )
    for_all = _button("switch-off-api", "Switch the Gmail API off for all", token)
    for_all += _button("no-calendar-api", "Switch the Calendar API off for all", token)
    for_all += _button("no-people-api", "Switch the People API off for all", token)
    for_all += _button("no-tasks-api", "Switch the Tasks API off for all", token)
    return (for_one if options else "") + for_all


def _button(verb: str, words: str, token: str, *, about: str = "", **arguments: str) -> str:
    label = f' aria-label="{escape(f"{words}: {about}")}"' if about else ""
    return (
        f'<form method="post" action="/_simulator/{verb}">{_hidden(token=token, **arguments)}'
        f"<button{label}>{escape(words)}</button></form>"
    )


def _hidden(**values: str) -> str:
    return "".join(f'<input type="hidden" name="{n}" value="{escape(v)}">' for n, v in values.items())
