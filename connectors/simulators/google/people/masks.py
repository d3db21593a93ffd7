"""Field masks: which fields of a person an answer shows, and which a change replaces.

The paths that are valid are those that the discovery document lists. A path is named in refusals as Google's
protocol buffers have it, `email_addresses`.
"""

from __future__ import annotations

import re
from functools import cache

from connectors.simulators.google import discovery
from connectors.simulators.google.people.errors import mask_path, mask_required, mask_unreadable

Mask = tuple[str, ...]


@cache
def readable() -> Mask:
    """The paths that `personFields` and `readMask` may have."""
    return _listed("BatchCreateContactsRequest", "readMask")


@cache
def updatable() -> Mask:
    return _listed("BatchUpdateContactsRequest", "updateMask")


def _listed(schema: str, name: str) -> Mask:
    declared = discovery.load("people", "v1").schemas[schema]["properties"][name]["description"]
    return tuple(re.findall(r"\* (\w+)", declared.partition("Valid values are:")[2]))


def wanted(text: str, name: str, *, required: bool = True) -> Mask:
    """The fields to show, all of them where none need be named. Raises `ApiError` 400."""
    return _read(text, name, "get", readable(), required=required) or readable()


def changed(text: str, name: str) -> Mask:
    """The fields to replace. Raises `ApiError` 400."""
    return _read(text, name, "updateContact", updatable(), required=True)


def skipped(text: str) -> bool:
    """Whether an empty `readMask` asks for no persons in the answer."""
    return not text.strip()


def _read(text: str, name: str, page: str, valid: Mask, *, required: bool) -> Mask:
    if not text.strip():
        if required:
            raise mask_required(name, page)
        return ()
    if not re.fullmatch(r"[\w.*,]+", text):
        raise mask_unreadable(discovery.snake(name), text)
    paths = tuple(dict.fromkeys(text.split(",")))
    for path in paths:
        if path not in valid:
            raise mask_path(name, discovery.snake(path), page)
    return paths
