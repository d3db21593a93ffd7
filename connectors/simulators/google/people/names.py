"""A contact's name: its parts, what the server makes of them, and a free text taken apart.

What a client says in `displayName` is passed over; the server computes it from the parts. Where parts and
`unstructuredName` differ the parts win here; what Google does then is not on record.
"""

from __future__ import annotations

from typing import Any

_SPOKEN = ("honorificPrefix", "givenName", "middleName", "familyName", "honorificSuffix")


def completed(given: dict[str, Any]) -> dict[str, Any]:
    """The parts of a name, those of `unstructuredName` where nothing else was said."""
    parts = {name: value for name, value in given.items() if name != "unstructuredName"}
    if any(name in parts for name in _SPOKEN) or "unstructuredName" not in given:
        return parts
    first, _, last = str(given["unstructuredName"]).strip().rpartition(" ")
    return parts | ({"givenName": first, "familyName": last} if first else {"givenName": last})


def shown(parts: dict[str, Any]) -> dict[str, Any]:
    """The name as the API shows it, with the forms for display."""
    whole = " ".join(parts[name] for name in _SPOKEN if name in parts)
    first = " ".join(parts[name] for name in _SPOKEN if name in parts and name != "familyName")
    turned = f"{parts['familyName']}, {first}" if first and "familyName" in parts else whole
    forms = {"displayName": whole, "displayNameLastFirst": turned, "unstructuredName": whole}
    return parts | {name: text for name, text in forms.items() if text}
