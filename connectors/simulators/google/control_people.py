"""Verbs of the control door that change what is in the address books and their groups, and what People lets people do.

A contact that is put, changed or deleted here is so by its owner, past every permission and etag; what cannot be a
contact at all is refused with Google's own sentence.
"""

from __future__ import annotations

import json
from typing import Any

from connectors.simulators.google import discovery
from connectors.simulators.google.answers import ApiError
from connectors.simulators.google.arguments import Arguments, Verb
from connectors.simulators.google.people import groups, writing
from connectors.simulators.google.people.checking import check_room
from connectors.simulators.google.people.limits import ANSWERS, METRICS
from connectors.simulators.google.people.masks import readable, updatable
from connectors.simulators.google.people.showing import etag
from connectors.simulators.google.people.store import AddressBook, Contact, Group
from connectors.simulators.google.world import World


def _contact(world: World, given: Arguments) -> dict[str, str]:
    book, body = _book(world, given), _body(given)
    try:
        check_room(book)
        fields = writing.new(book, body)
    except ApiError as refusal:
        raise ValueError(refusal.message) from None
    contact = book.put(world.address_books.new_id(), fields, world.now())
    if name := given.text("group", ""):
        groups.moved(book, contact, world.now(), into=_group(world, book, name).id)
    return _placed(contact)


def _contact_many(world: World, given: Arguments) -> list[dict[str, str]]:
    return [_contact(world, one) for one in given.each("contacts")]


def _change_contact(world: World, given: Arguments) -> dict[str, str]:
    """Replaces the fields that the argument has; an empty list takes one away."""
    book, contact, body = _book(world, given), _found(world, given), _body(given)
    try:
        mask = tuple(name for name in body if name in updatable())
        fields = writing.changed(book, contact, body, mask)
    except ApiError as refusal:
        raise ValueError(refusal.message) from None
    return _placed(book.put(contact.id, fields, world.now()))


def _delete_contact(world: World, given: Arguments) -> dict[str, Any]:
    _book(world, given).put(_found(world, given).id, {}, world.now(), deleted=True)
    return {}


def _contact_group(world: World, given: Arguments) -> dict[str, Any]:
    """Makes a group; with `id`, a contact's resource name, it only puts that contact into it, or with `out` takes it
    out. A group that is there is the same one.
    """
    book = _book(world, given)
    group = _group(world, book, given.text("name"))
    if given.text("id", ""):
        out, contact = given.flag("out"), _found(world, given)
        groups.moved(book, contact, world.now(), into="" if out else group.id, out_of=group.id if out else "")
    return {"resourceName": groups.resource_name(group.id)}


def _group(world: World, book: AddressBook, name: str) -> Group:
    """The one of that name, made where it is not there."""
    group = next((each for each in book.own.values() if each.name.casefold() == name.casefold()), None)
    try:
        return group or groups.made(book, f"{world.address_books.new_id():x}", {"name": name}, world.now())
    except ApiError as refusal:
        raise ValueError(refusal.message) from None


def _delete_contact_group(world: World, given: Arguments) -> dict[str, Any]:
    book = _book(world, given)
    try:
        groups.dropped(book, groups.named(book, given.text("id")), world.now())
    except ApiError as refusal:
        raise ValueError(refusal.message) from None
    return {}


def _expire_sync_tokens(world: World, given: Arguments) -> dict[str, Any]:
    _book(world, given).expire_tokens()
    return {}


def _delay(world: World, given: Arguments) -> dict[str, float]:
    """How late lists tell of what is written from now on."""
    seconds = given.number("seconds", 0) or 0
    if seconds < 0:
        raise ValueError("“seconds” is not less than 0")
    _book(world, given).delay = float(seconds)
    return {"seconds": float(seconds)}


def _book(world: World, given: Arguments) -> AddressBook:
    return world.address_books.of(world.account(given.text("account")).email)


def _body(given: Arguments) -> dict[str, Any]:
    """The contact as the API would take it."""
    api = discovery.load("people", "v1")
    method = next(m for m in api.methods if m.id == "people.people.createContact")
    try:
        return discovery.parse_body(api, method, json.dumps(given.record("contact")).encode())
    except ApiError as refusal:
        raise ValueError(refusal.message) from None


def _found(world: World, given: Arguments) -> Contact:
    contact = _book(world, given).living(given.text("id"))
    if contact is None:
        raise ValueError(f"there is no contact “{given.text('id')}”")
    return contact


def _placed(contact: Contact) -> dict[str, str]:
    return {"resourceName": contact.resource_name, "etag": etag(contact, contact.latest, readable())}


# -- Breaking and mending


def _api(*, on: bool) -> Verb:
    def switch(world: World, _: Arguments) -> dict[str, Any]:
        world.people_api_on = on
        return {}

    return switch


def _fill_quota(world: World, given: Arguments) -> dict[str, int]:
    """Spends what an account has left of a metric; with `until_mended` the account, or all, are refused."""
    email, quota = given.text("account", ""), world.people_quota
    who = world.account(email).email if email else ""
    if given.flag("until_mended") or not who:
        quota.used_up[who] = given.choice("answer", ANSWERS, "critical-read")
        return {"spent": 0}
    metric = given.choice("answer", METRICS, "critical-read")
    quota.add(who, metric, max(0, METRICS[metric].most - quota.spent(who, metric)))
    return {"spent": quota.spent(who, metric)}


def _free_quota(world: World, given: Arguments) -> dict[str, Any]:
    email = given.text("account", "")
    world.people_quota.free(world.account(email).email if email else "")
    return {}


def _minutes(world: World, given: Arguments) -> dict[str, Any]:
    """A granted quota is larger than the usual one; without any, a benchmark counts calls and no waits."""
    world.people_quota.minutes = given.choice("limits", ("usual", "none"), "usual") == "usual"
    return {}


VERBS: dict[str, Verb] = {
    "contact": _contact,
    "contact-many": _contact_many,
    "change-contact": _change_contact,
    "delete-contact": _delete_contact,
    "contact-group": _contact_group,
    "delete-contact-group": _delete_contact_group,
    "expire-contacts": _expire_sync_tokens,
    "contacts-delay": _delay,
    "no-people-api": _api(on=False),
    "people-api": _api(on=True),
    "fill-people": _fill_quota,
    "free-people": _free_quota,
    "people-minutes": _minutes,
}
