"""Persons as the API shows them: a contact of the address book, or the account's own profile.

Only what the mask names is there, `metadata` too: without it nothing tells a deleted contact from an empty one. The
etag of a person holds that of its contact and the mask, as Google's does, so one that came with another mask is good.
"""

from __future__ import annotations

import base64
import binascii
from datetime import UTC, datetime
from typing import Any

from connectors.simulators.google.people import names
from connectors.simulators.google.people.masks import Mask, readable
from connectors.simulators.google.people.store import Contact, Version
from connectors.simulators.google.world import Account

MOST_IN_LISTS = 100  # e-mail addresses and phone numbers of a person in a list
PHOTO = "https://lh3.googleusercontent.com/cm/{}=s100"
TYPES = {
    "emailAddresses": ("home", "work", "other"),
    "phoneNumbers": ("home", "work", "mobile", "main", "pager", "other"),
    "organizations": ("work", "school"),
    "addresses": ("home", "work", "other"),
    "urls": ("home", "work", "blog", "profile", "other"),
}


def person(contact: Contact, version: Version, mask: Mask, *, listed: bool = False) -> dict[str, Any]:
    """A contact, or of a deleted one what is left. In a list there is an end to addresses and numbers."""
    found: dict[str, Any] = {"resourceName": contact.resource_name, "etag": etag(contact, version, mask)}
    if "metadata" in mask:
        found["metadata"] = _metadata(contact, version)
    if "photos" in mask:
        found["photos"] = [_photo(contact)]
    if version.deleted:
        return found
    for name in (name for name in mask if version.fields.get(name)):
        entries = version.fields[name]
        entries = entries[:MOST_IN_LISTS] if listed and name in ("emailAddresses", "phoneNumbers") else entries
        found[name] = [_entry(contact, name, entry) for entry in entries]
    return found


def etag(contact: Contact, version: Version, mask: Mask) -> str:
    seen = "".join(f"{readable().index(name):02x}" for name in sorted(mask))
    return f"%{base64.b64encode(f'{seen}:{contact.etag(version)}'.encode()).decode()}"


def source_etag(text: str) -> str:
    """The etag of the contact in that of a person; "" where the text is none."""
    try:
        return base64.b64decode(text.removeprefix("%"), validate=True).decode().partition(":")[2]
    except (ValueError, binascii.Error):
        return ""


def _metadata(contact: Contact, version: Version) -> dict[str, Any]:
    moment = datetime.fromtimestamp(version.at, UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    source = _source(contact) | {"etag": contact.etag(version), "updateTime": moment}
    return {"sources": [source], "objectType": "PERSON"} | ({"deleted": True} if version.deleted else {})


def _source(contact: Contact) -> dict[str, str]:
    return {"type": "CONTACT", "id": contact.source_id}


def _photo(contact: Contact) -> dict[str, Any]:
    """The picture that Google paints where there is none."""
    metadata = {"primary": True, "source": _source(contact)}
    return {"metadata": metadata, "url": PHOTO.format(contact.source_id), "default": True}


def _entry(contact: Contact, name: str, stored: dict[str, Any]) -> dict[str, Any]:
    entry = {key: value for key, value in stored.items() if key != "primary"}
    metadata: dict[str, Any] = {"source": _source(contact)}
    if stored.get("primary") and name != "memberships":
        metadata |= {"primary": True, "sourcePrimary": True}
    return {"metadata": metadata} | _with_forms(name, entry)


def _with_forms(name: str, entry: dict[str, Any]) -> dict[str, Any]:
    """What the server adds to an entry."""
    if name == "names":
        return names.shown(entry)
    if name == "memberships":
        group = entry["contactGroupMembership"]["contactGroupResourceName"]
        return {
            "contactGroupMembership": {
                "contactGroupId": group.partition("/")[2],
                "contactGroupResourceName": group,
            }
        }
    if name == "phoneNumbers" and str(entry.get("value", "")).startswith("+"):
        entry = entry | {"canonicalForm": "+" + "".join(c for c in entry["value"] if c.isascii() and c.isdigit())}
    if name in TYPES and entry.get("type"):
        kind = str(entry["type"])
        entry = entry | {"formattedType": kind.capitalize() if kind in TYPES[name] else kind}
    return entry


def profile(account: Account, mask: Mask) -> dict[str, Any]:
    """The account itself, `people/me`."""
    source = {"type": "PROFILE", "id": account.subject}
    whole = {"primary": True, "source": source, "sourcePrimary": True}
    first, _, last = account.name.partition(" ")
    parts = {"givenName": first} | ({"familyName": last} if last else {})
    fields: dict[str, Any] = {
        "metadata": {"sources": [source | {"etag": f"#{account.subject[-8:]}"}], "objectType": "PERSON"},
        "names": [{"metadata": whole} | names.shown(parts)],
        "emailAddresses": [{"metadata": whole | {"verified": True}, "value": account.email}],
    }
    shown = {name: fields[name] for name in mask if name in fields}
    return {"resourceName": f"people/{account.subject}", "etag": f"%{account.subject[-8:]}"} | shown
