"""What a person sees who follows a link into Google Contacts: one contact of one account, at `/person/ID`.

Google's address has the digits of the resource name, and shows the contact of whoever is signed in. Nobody signs in
here: the page is for the demo's user, and looks for the contact in every address book.
"""

from __future__ import annotations

from html import escape

from connectors.simulators.google.people import names
from connectors.simulators.google.people.groups import groups_of
from connectors.simulators.google.people.store import AddressBook, Contact
from connectors.simulators.google.world import World
from connectors.simulators.simulator import Call, Reply, Request

PATH = "/person/"
_VALUES = {
    "emailAddresses": "E-mail",
    "phoneNumbers": "Phone",
    "organizations": "Company",
    "urls": "Link",
    "biographies": "Notes",
}


def show(world: World, request: Request, call: Call) -> Reply:
    """The contact; 404 for one that is not there."""
    from connectors.simulators.door import document

    call.operation = "webcontacts"
    name = f"people/{request.path.removeprefix(PATH)}"
    for book in world.address_books.by_account.values():
        contact = book.living(name)
        if contact:
            call.account = book.owner
            shown = f"<h2>Contacts of {escape(book.owner)}</h2>{_shown(contact, _labels(book, contact))}"
            return Reply.html(document("Google", shown))
    return Reply.html(document("Google", "<p>There is no such contact.</p>"), 404)


def title(contact: Contact) -> str:
    """The name, else the first address."""
    fields = contact.latest.fields
    parts = (fields.get("names") or [{}])[0]
    address = str((fields.get("emailAddresses") or [{}])[0].get("value", ""))
    return str(names.shown(parts).get("displayName", "")) or address or "(no name)"


def _labels(book: AddressBook, contact: Contact) -> list[str]:
    """The names of the groups of people's own that it is in."""
    return [book.own[each].name for each in groups_of(contact) if each in book.own]


def _shown(contact: Contact, labels: list[str]) -> str:
    rows = [
        f'<tr><th scope="row">{words}</th><td>{escape(_words(entry))}</td></tr>'
        for field, words in _VALUES.items()
        for entry in contact.latest.fields.get(field, [])
    ]
    rows += [f'<tr><th scope="row">Label</th><td>{escape(label)}</td></tr>' for label in labels]
    return f"<article><h3>{escape(title(contact))}</h3><table>{''.join(rows)}</table></article>"


def _words(entry: dict[str, object]) -> str:
    said = [entry.get(name) for name in ("value", "title", "department", "name") if entry.get(name)]
    kind = f" ({entry['type']})" if entry.get("type") else ""
    return ", ".join(str(one) for one in said) + kind
