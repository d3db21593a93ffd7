"""The control door's verbs for what an org has switched on or installed: e-mail, a namespace, users who only read."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from connectors.simulators.salesforce import permissions
from connectors.simulators.salesforce.arguments import Arguments
from connectors.simulators.salesforce.org import Org
from connectors.simulators.salesforce.schema import SObject

OURS = "Syncapp_"
PREFIX = re.compile(r"[A-Za-z](?:_?[A-Za-z0-9]){0,14}")
# what only Enhanced Email has
RELATED = ("RelatedToId", "FromId", "ToIds", "CcIds", "BccIds")


def email(given: Arguments) -> dict[str, bool]:
    """Enhanced Email and Email-to-Case. Without the first, messages are on cases only; without both there are none."""
    org = given.org
    org.enhanced_email = given.flag("enhanced", default=org.enhanced_email)
    org.email_to_case = given.flag("to_case", default=org.email_to_case)
    message, relation = (org.schema.objects[name] for name in ("EmailMessage", "EmailMessageRelation"))
    message.hidden = not (org.enhanced_email or org.email_to_case)
    relation.hidden = not org.enhanced_email
    for field in [message.fields[name] for name in RELATED]:
        message.add(replace(field, hidden=not org.enhanced_email))
    message.add(replace(message.fields["ParentId"], nillable=org.enhanced_email))
    return {"enhanced": org.enhanced_email, "to_case": org.email_to_case}


def read_only_user(given: Arguments) -> dict[str, Any]:
    user_id, on = given.user(), given.flag("on")
    (given.org.read_only_users.add if on else given.org.read_only_users.discard)(user_id)
    return {"id": user_id, "on": on}


def namespace(given: Arguments) -> dict[str, Any]:
    """Our fields as a managed package brings them, with its prefix; without `prefix` as we make them by hand.

    With `own` it is the org's own namespace: fields that are made there have it, and requests may leave it out.
    """
    prefix = given.text("prefix", "")
    if prefix and not PREFIX.fullmatch(prefix):
        raise ValueError(f"“{prefix}” is no namespace: letters and digits, 15 at most")
    org, old, own = given.org, given.org.namespace, given.flag("own", default=False)
    for sobject in org.schema.objects.values():
        for name in list(_ours(sobject, old)):
            _rename(org, sobject, name, qualified(prefix, name.removeprefix(qualified(old, ""))))
        sobject.home = prefix if own else ""
    org.namespace = prefix
    row = org.store.get(org.id) or {}
    org.store.put("Organization", row | {"NamespacePrefix": prefix if own and prefix else None})
    return {"prefix": prefix}


def qualified(prefix: str, name: str) -> str:
    return f"{prefix}__{name}" if prefix else name


def _ours(sobject: SObject, prefix: str) -> Iterator[str]:
    return (name for name in sobject.fields if name.startswith(qualified(prefix, OURS)))


def _rename(org: Org, sobject: SObject, old: str, new: str) -> None:
    """A field under another name: in the object, in its records, and in what an administrator said of it."""
    field = sobject.drop(old)
    if field is None or old == new:
        return
    sobject.add(replace(field, name=new))
    for row in list(org.store.rows(sobject.name, deleted=True)):
        org.store.put(sobject.name, {new if name == old else name: value for name, value in row.items()})
    org.store.reindex(sobject.name)
    permissions.rename(org.store, sobject.name, old, new)
    for rule in org.rules.values():
        if (rule.object, rule.field) == (sobject.name, old):
            rule.field = new
    for told in (org.access.fields, org.picklists):
        _move(told, (sobject.name, old), (sobject.name, new))
    if (sobject.name, old) in org.required:
        org.required ^= {(sobject.name, old), (sobject.name, new)}


def _move(told: dict[tuple[str, str], Any], old: tuple[str, str], new: tuple[str, str]) -> None:
    if old in told:
        told[new] = told.pop(old)


VERBS: dict[str, Callable[[Arguments], Any]] = {
    "email": email,
    "read-only-user": read_only_user,
    "namespace": namespace,
}
