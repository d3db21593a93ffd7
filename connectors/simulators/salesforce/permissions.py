"""What a user may, read from the permission sets that are assigned to it.

Objects of setup are open to those who hold a user permission (Object Reference, "Special Access Rules" of each).
A custom field is seen by those alone to whom a FieldPermissions row grants it: one that was made by the API is
seen by nobody, its maker included, until somebody grants it. Standard fields are seen by all here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import product
from typing import Any

from connectors.simulators.salesforce import ids, values
from connectors.simulators.salesforce.permission_objects import GOVERNED, USER_PERMISSIONS, VERBS
from connectors.simulators.salesforce.standard import STANDARD_PROFILE
from connectors.simulators.salesforce.store import Row, Store

ADMINISTRATORS, STANDARD, MINIMUM = ids.mint("00e", 1), STANDARD_PROFILE, ids.mint("00e", 3)
PROFILES = {
    ADMINISTRATORS: "System Administrator",
    STANDARD: "Standard User",
    MINIMUM: "Minimum Access - API Only Integrations",
}
SYNCAPP = "Syncapp"

SETUP = ("ViewSetup",)
PEOPLE = ("ViewSetup", "AssignPermissionSets", "ManageUsers")
# (object, whether to write it) → user permissions of which one is needed
NEEDED: dict[tuple[str, bool], tuple[str, ...]] = {
    ("PermissionSet", False): PEOPLE,
    ("PermissionSet", True): ("ManageProfilesPermissionsets",),
    ("PermissionSetAssignment", False): PEOPLE,
    ("PermissionSetAssignment", True): ("AssignPermissionSets",),
    ("FieldPermissions", False): SETUP,
    ("FieldPermissions", True): ("ManageProfilesPermissionsets",),
    ("ObjectPermissions", False): SETUP,
    ("ObjectPermissions", True): ("ManageProfilesPermissionsets",),
    ("ConnectedApplication", False): SETUP,
    ("DuplicateRule", False): SETUP,
}
# object → the one whose rights are asked for in its place; what changes it changes that one
PART_OF = {"OpportunityContactRole": "Opportunity"}
OWN_LOGINS_SINCE = 37.0
# key prefix of records of which a user sees its own → user permissions of which one shows it all
ONES_OWN = {"0CQ": ("CustomizeApplication",), "0Ya": ("ManageUsers", "MonitorLoginHistory")}


def needed_once(name: str, version: float) -> tuple[str, ...]:
    """What older versions of the API demand of whoever asks for an object at all."""
    return ONES_OWN["0Ya"] if name == "LoginHistory" and version < OWN_LOGINS_SINCE else ()


def asked_for(verb: str, name: str) -> tuple[str, str]:
    """The right that lets a user do something to records of an object, and towards which object."""
    whole = PART_OF.get(name)
    return (verb, name) if whole is None else ("read" if verb == "read" else "edit", whole)


def of_user(store: Store, user_id: str) -> set[str]:
    """Ids of the permission sets that are assigned to a user, its profile's own among them."""
    return {row["PermissionSetId"] for row in _found(store, "PermissionSetAssignment", "AssigneeId", user_id)}


def has(store: Store, user_id: str, permission: str) -> bool:
    """Whether a user holds a user permission, such as `CustomizeApplication`."""
    return any((store.get(one) or {}).get(f"Permissions{permission}") for one in of_user(store, user_id))


def reaches(store: Store, user_id: str, verb: str, name: str) -> bool:
    """Whether a user may read, create, edit or delete records of an object."""
    return name not in GOVERNED or _granted(store, user_id, ("ObjectPermissions", "SobjectType", name), VERBS[verb])


def opens(store: Store, user_id: str, verb: str, field: str) -> bool:
    """Whether a user may read or edit a field, such as `Lead.Syncapp_Key__c`."""
    return not field.endswith("__c") or _granted(store, user_id, ("FieldPermissions", "Field", field), VERBS[verb])


def _granted(store: Store, user_id: str, place: tuple[str, str, str], verb: str) -> bool:
    own = of_user(store, user_id)
    return any(row["ParentId"] in own and row[f"Permissions{verb}"] for row in _found(store, *place))


def _found(store: Store, name: str, field: str, value: str) -> Iterator[Row]:
    """The rows that an indexed field finds; asked for every field of every write, so by the shortest way."""
    return (row for one in store.with_value(name, field, value) if (row := store.get(one)) is not None)


# -- what a new org has


def seed(store: Store, now: float) -> None:
    """Three profiles with their permission sets, and one for the user that Syncapp works as."""
    for name in PROFILES.values():
        profile = _put(store, "Profile", now, Name=name)
        _put(store, "PermissionSet", now, **_owned(profile, name))
    _put(store, "PermissionSet", now, Name=SYNCAPP, Label=SYNCAPP)
    parents = (set_of(store, ADMINISTRATORS), set_of(store, STANDARD), named(store, SYNCAPP))
    for name, parent in product(GOVERNED, parents):
        _put(store, "ObjectPermissions", now, ParentId=parent, SobjectType=name, **_all(VERBS.values()))
    for sobject in store.schema.objects.values():
        for field in [f.name for f in sobject.fields.values() if f.custom]:
            _grant(store, f"{sobject.name}.{field}", parents, now)


def _owned(profile: str, name: str) -> Row:
    rights = {
        ADMINISTRATORS: _all(USER_PERMISSIONS),
        STANDARD: _all(["ApiEnabled"]),
        MINIMUM: _all(["ApiEnabled"]),
    }
    label = f"X{profile[:15]}"
    row = {"Name": label, "Label": label, "Description": name, "ProfileId": profile, "IsCustom": False}
    return row | {"IsOwnedByProfile": True, "Type": "Profile"} | rights[profile]


def _all(names: Iterable[str]) -> dict[str, bool]:
    return {f"Permissions{name}": True for name in names}


def welcome(store: Store, user_id: str, profile: str, now: float) -> None:
    """Gives a new user the permission set of its profile."""
    _put(store, "PermissionSetAssignment", now, AssigneeId=user_id, PermissionSetId=set_of(store, profile))


def assign(store: Store, user_id: str, name: str, now: float) -> None:
    _put(store, "PermissionSetAssignment", now, AssigneeId=user_id, PermissionSetId=named(store, name))


def set_of(store: Store, profile: str) -> str:
    """The id of a profile's own permission set."""
    return str(store.having("PermissionSet", "ProfileId", profile)[0]["Id"])


def named(store: Store, name: str) -> str:
    return str(next(row["Id"] for row in store.rows("PermissionSet") if row["Name"] == name))


def show(store: Store, name: str, field: str, now: float) -> None:
    """Grants a field to all profiles, as whoever makes it by hand does on the last page of the wizard."""
    _grant(store, f"{name}.{field}", [set_of(store, profile) for profile in PROFILES], now)


def _grant(store: Store, field: str, parents: Iterable[str], now: float) -> None:
    held = {row["ParentId"] for row in store.having("FieldPermissions", "Field", field)}
    grant = {"SobjectType": field.partition(".")[0], "Field": field} | _all(["Read", "Edit"])
    for parent in [one for one in parents if one not in held]:
        _put(store, "FieldPermissions", now, ParentId=parent, **grant)


def forget(store: Store, name: str, field: str) -> None:
    """Drops what was granted of a field that is no more."""
    for row in store.having("FieldPermissions", "Field", f"{name}.{field}"):
        store.purge("FieldPermissions", row["Id"])


def rename(store: Store, name: str, old: str, new: str) -> None:
    """Carries what was granted of a field over to its new name."""
    for row in store.having("FieldPermissions", "Field", f"{name}.{old}"):
        store.put("FieldPermissions", row | {"Field": f"{name}.{new}"})


def _put(store: Store, name: str, now: float, **given: Any) -> str:
    """A record of setup, made by the platform."""
    sobject, stamp = store.schema.objects[name], values.moment(now)
    row = {f.name: f.default for f in sobject.fields.values()} | given | {"Id": store.new_id(sobject)}
    row |= {n: stamp for n in ("CreatedDate", "LastModifiedDate", "SystemModstamp") if n in sobject.fields}
    row |= {n: ids.mint("005", 1) for n in ("CreatedById", "LastModifiedById") if n in sobject.fields}
    store.put(name, row)
    return str(row["Id"])
