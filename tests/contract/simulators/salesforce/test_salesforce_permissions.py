"""Permission sets, and what they grant: refusals first, then what users see for it."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.simulators.salesforce.org import INTEGRATION
from tests.contract.simulators.salesforce.bench import Bench, Case, case, works

KEY = "Lead.Syncapp_Key__c"
NO_ENTITY = "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY"
CHOICE = "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"
UNFIT = "FIELD_INTEGRITY_EXCEPTION"
CLOSED = "INSUFFICIENT_ACCESS_OR_READONLY"
SHUT = (
    "Unable to create/update fields: Syncapp_Key__c. Please check the security settings of this field "
    "and verify that it is read/write for your profile or permission set."
)


def named(b: Bench, name: str) -> str:
    """The id of a permission set."""
    return str(next(row["Id"] for row in b.rows("PermissionSet") if row["Name"] == name))


def owned(b: Bench) -> str:
    """The id of a profile's own permission set."""
    return str(next(row["Id"] for row in b.rows("PermissionSet") if row["IsOwnedByProfile"]))


def a_set(b: Bench, name: str = "Sales") -> str:
    return str(b.administrator().sf.PermissionSet.create({"Name": name, "Label": name})["id"])


def looked_at(b: Bench, name: str) -> object:
    return b.sf.query(f"SELECT Id FROM {name}")


def by_one_who_sees_setup(b: Bench) -> Bench:
    b.control("permission", name="ViewSetup")
    return b


def assigned(b: Bench, user: str, chosen: str) -> Any:
    return b.administrator().sf.PermissionSetAssignment.create({"AssigneeId": user, "PermissionSetId": chosen})


def granted(b: Bench, field: str, **rights: Any) -> Any:
    """A row of FieldPermissions in a new permission set."""
    row = {"ParentId": a_set(b), "SobjectType": field.partition(".")[0], "Field": field, "PermissionsRead": True}
    return b.administrator().sf.FieldPermissions.create(row | rights)


def reached(b: Bench, name: str, parent: str | None = None, **rights: bool) -> Any:
    row = {"ParentId": parent or a_set(b), "SobjectType": name, **rights}
    return b.administrator().sf.ObjectPermissions.create(row)


def grant_of(b: Bench, field: str) -> str:
    """The id of the row that lets the integration user see a field."""
    parent = named(b, "Syncapp")
    rows = b.rows("FieldPermissions")
    return str(next(row["Id"] for row in rows if (row["ParentId"], row["Field"]) == (parent, field)))


def reach_of(b: Bench, name: str) -> str:
    parent = named(b, "Syncapp")
    rows = b.rows("ObjectPermissions")
    return str(next(row["Id"] for row in rows if (row["ParentId"], row["SobjectType"]) == (parent, name)))


# -- refusals


def twice(b: Bench) -> object:
    return assigned(b, b.sim.org.integration_user, named(b, "Syncapp"))


def to_one_who_left(b: Bench) -> object:
    return assigned(b, b.user("gone", IsActive=False), a_set(b))


def profile_taken_away(b: Bench) -> object:
    mine = next(row for row in b.rows("PermissionSetAssignment") if row["AssigneeId"] == b.sim.org.administrator)
    return b.administrator().sf.PermissionSetAssignment.delete(mine["Id"])


def deleted_while_assigned(b: Bench) -> object:
    return b.administrator().sf.PermissionSet.delete(named(b, "Syncapp"))


def reading_taken_alone(b: Bench) -> object:
    return b.administrator().sf.FieldPermissions.update(grant_of(b, KEY), {"PermissionsRead": False})


def same_field_again(b: Bench) -> object:
    row = {"ParentId": named(b, "Syncapp"), "SobjectType": "Lead", "Field": KEY, "PermissionsRead": True}
    return b.administrator().sf.FieldPermissions.create(row)


def of_a_required_field(b: Bench) -> object:
    b.control("require-field", object="Lead", field="Syncapp_Key__c")
    return granted(b, KEY)


def written_without_a_grant(b: Bench) -> object:
    b.administrator().sf.FieldPermissions.delete(grant_of(b, KEY))
    return b.lead(Syncapp_Key__c="K1")


def written_with_half_a_grant(b: Bench) -> object:
    b.administrator().sf.FieldPermissions.update(grant_of(b, KEY), {"PermissionsEdit": False})
    return b.lead(Syncapp_Key__c="K1")


def queried_without_a_grant(b: Bench) -> object:
    b.administrator().sf.ObjectPermissions.delete(reach_of(b, "Lead"))
    return b.sf.query("SELECT Id FROM Lead")


def created_with_half_a_grant(b: Bench) -> object:
    only = {"PermissionsCreate": False, "PermissionsEdit": False, "PermissionsDelete": False}
    b.administrator().sf.ObjectPermissions.update(reach_of(b, "Lead"), only)
    return b.lead()


def unseen(name: str) -> Case:
    return case(lambda b: looked_at(b, name), 400, "INVALID_TYPE", f"*sObject type '{name}' is not supported.*")


def unfit_field(field: str, name: str = "Field Name", told: str = "Field") -> Case:
    """A row for a field that field-level security does not know."""
    shown = field if told == "Field" else field.partition(".")[0]
    text = f"{name}: bad value for restricted picklist field: {shown}"
    return case(lambda b: granted(b, field), 400, CHOICE, text, (told,))


CASES: dict[str, Case] = {
    "field-permissions-unseen": unseen("FieldPermissions"),
    "object-permissions-unseen": unseen("ObjectPermissions"),
    "permission-sets-unseen": unseen("PermissionSet"),
    "assignments-unseen": unseen("PermissionSetAssignment"),
    "permission-set-no-right": case(
        lambda b: by_one_who_sees_setup(b).sf.PermissionSet.create({"Name": "Sales", "Label": "Sales"}),
        400,
        NO_ENTITY,
        "entity type cannot be inserted: Permission Set",
        (),
    ),
    "permission-set-name": case(
        lambda b: a_set(b, "Sales people"), 400, UNFIT, "The Permission Set API Name can only contain*", ("Name",)
    ),
    "permission-set-taken": case(
        lambda b: a_set(b, "syncapp"),
        400,
        "DUPLICATE_DEVELOPER_NAME",
        "The name syncapp is already used by another permission set",
        ("Name",),
    ),
    "permission-set-of-profile": case(
        lambda b: b.administrator().sf.PermissionSet.update(owned(b), {"Label": "Mine"}),
        403,
        CLOSED,
        "You can't edit a permission set that a profile owns",
        (),
    ),
    "permission-set-of-profile-gone": case(
        lambda b: b.administrator().sf.PermissionSet.delete(owned(b)),
        403,
        CLOSED,
        "You can't delete a permission set that a profile owns",
        (),
    ),
    "permission-set-assigned": case(
        deleted_while_assigned, 400, "DELETE_FAILED", "Your attempt to delete Syncapp could not be completed*", ()
    ),
    "assignment-no-right": case(
        lambda b: by_one_who_sees_setup(b).sf.PermissionSetAssignment.create({}),
        400,
        NO_ENTITY,
        "entity type cannot be inserted: Permission Set Assignment",
        (),
    ),
    "assignment-twice": case(
        twice,
        400,
        "DUPLICATE_VALUE",
        "Duplicate PermissionSetAssignment. Assignee: 005*; Permission Set: 0PS*",
        ("AssigneeId", "PermissionSetId"),
    ),
    "assignment-of-profile": case(
        lambda b: assigned(b, b.sim.org.integration_user, owned(b)),
        400,
        UNFIT,
        "Can't assign a permission set that a profile owns",
        ("PermissionSetId",),
    ),
    "assignment-to-one-who-left": case(
        to_one_who_left, 400, "INACTIVE_OWNER_OR_USER", "operation performed with inactive user [005*]", ()
    ),
    "assignment-of-profile-gone": case(profile_taken_away, 403, CLOSED, "You can't take a user's profile away", ()),
    "field-permission-unknown": unfit_field("Lead.Shoe__c"),
    "field-permission-other-object": case(
        lambda b: granted(b, KEY, SobjectType="Contact"),
        400,
        CHOICE,
        f"Field Name: bad value for restricted picklist field: {KEY}",
        ("Field",),
    ),
    "field-permission-activity": unfit_field("Activity.Syncapp_Key__c", "SObject Type Name", "SobjectType"),
    "field-permission-system": unfit_field("Lead.SystemModstamp"),
    "field-permission-required": case(
        of_a_required_field, 400, CHOICE, f"Field Name: bad value for restricted picklist field: {KEY}", ("Field",)
    ),
    "field-permission-edit": case(
        reading_taken_alone,
        400,
        UNFIT,
        f"Permission Edit {KEY} depends on permission(s): Read {KEY}",
        ("PermissionsEdit",),
    ),
    "field-permission-nothing": case(
        lambda b: granted(b, KEY, PermissionsRead=False),
        400,
        UNFIT,
        f"Field permission {KEY} needs at least the permission to read",
        ("PermissionsRead",),
    ),
    "field-permission-twice": case(
        same_field_again, 400, "DUPLICATE_VALUE", "duplicate value found: <unknown>* record with id: 01k*", ()
    ),
    "object-permission-unknown": case(
        lambda b: reached(b, "EmailMessage", PermissionsRead=True),
        400,
        CHOICE,
        "SObject Type Name: bad value for restricted picklist field: EmailMessage",
        ("SobjectType",),
    ),
    "object-permission-depends": case(
        lambda b: reached(b, "Lead", PermissionsEdit=True),
        400,
        UNFIT,
        "Permission Edit Lead depends on permission(s): Read Lead",
        ("PermissionsEdit",),
    ),
    "object-permission-twice": case(
        lambda b: reached(b, "Lead", named(b, "Syncapp"), PermissionsRead=True),
        400,
        "DUPLICATE_VALUE",
        "duplicate value found: <unknown>* record with id: 110*",
        (),
    ),
    "field-not-granted": case(
        written_without_a_grant, 400, "INVALID_FIELD", "No such column 'Syncapp_Key__c' on sobject of type Lead"
    ),
    "field-granted-to-read": case(
        written_with_half_a_grant, 400, "INVALID_FIELD_FOR_INSERT_UPDATE", SHUT, ("Syncapp_Key__c",)
    ),
    "object-not-granted": case(queried_without_a_grant, 400, "INVALID_TYPE", "*sObject type 'Lead' is not supported.*"),
    "object-granted-to-read": case(
        created_with_half_a_grant, 400, NO_ENTITY, "entity type cannot be inserted: Lead", ()
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_right_is_refused(bench: Bench, name: str) -> None:
    CASES[name].check(bench)


# -- what they grant


def fields(b: Bench, name: str = "Lead") -> set[str]:
    return {field["name"] for field in getattr(b.sf, name).describe()["fields"]}


def test_a_new_org_shows_its_custom_fields_to_the_user_that_syncapp_works_as(bench: Bench) -> None:
    assert "Syncapp_Key__c" in fields(bench)


def test_a_field_whose_grant_is_deleted_is_gone_from_describe(bench: Bench) -> None:
    bench.administrator().sf.FieldPermissions.delete(grant_of(bench, KEY))
    assert "Syncapp_Key__c" not in fields(bench)


def test_it_is_gone_for_that_user_alone(bench: Bench) -> None:
    bench.administrator().sf.FieldPermissions.delete(grant_of(bench, KEY))
    assert "Syncapp_Key__c" in fields(bench.administrator())


def test_it_is_gone_from_queries(bench: Bench) -> None:
    bench.administrator().sf.FieldPermissions.delete(grant_of(bench, KEY))
    assert not works(lambda: bench.sf.query("SELECT Syncapp_Key__c FROM Lead"))


def test_a_second_set_that_grants_the_field_shows_it_again(bench: Bench) -> None:
    bench.administrator().sf.FieldPermissions.delete(grant_of(bench, KEY))
    granted(bench, KEY)
    assigned(bench, bench.sim.org.integration_user, named(bench, "Sales"))
    assert "Syncapp_Key__c" in fields(bench)


def test_a_grant_in_a_set_that_nobody_has_shows_nothing(bench: Bench) -> None:
    bench.administrator().sf.FieldPermissions.delete(grant_of(bench, KEY))
    granted(bench, KEY)
    assert "Syncapp_Key__c" not in fields(bench)


def test_a_set_that_is_taken_away_takes_its_fields_with_it(bench: Bench) -> None:
    chosen = named(bench, "Syncapp")
    rows = bench.rows("PermissionSetAssignment")
    mine = next(row["Id"] for row in rows if row["PermissionSetId"] == chosen)
    bench.administrator().sf.PermissionSetAssignment.delete(mine)
    assert "Syncapp_Key__c" not in fields(bench, "EmailMessage")


def test_a_field_that_may_only_be_read_says_so_in_describe(bench: Bench) -> None:
    bench.administrator().sf.FieldPermissions.update(grant_of(bench, KEY), {"PermissionsEdit": False})
    key = next(field for field in bench.sf.Lead.describe()["fields"] if field["name"] == "Syncapp_Key__c")
    assert (key["createable"], key["updateable"]) == (False, False)


def test_a_row_that_grants_nothing_any_more_is_deleted(bench: Bench) -> None:
    row = grant_of(bench, KEY)
    bench.administrator().sf.FieldPermissions.update(row, {"PermissionsRead": False, "PermissionsEdit": False})
    assert row not in {one["Id"] for one in bench.rows("FieldPermissions")}


def test_a_required_field_is_seen_without_a_grant(bench: Bench) -> None:
    bench.administrator().sf.FieldPermissions.delete(grant_of(bench, KEY))
    bench.control("require-field", object="Lead", field="Syncapp_Key__c")
    assert "Syncapp_Key__c" in fields(bench)


@pytest.mark.parametrize(("field", "expected"), [("Syncapp_Key__c", True), ("LastName", False), ("CreatedDate", False)])
def test_describe_says_to_which_fields_security_applies(bench: Bench, field: str, expected: bool) -> None:
    told = next(one for one in bench.sf.Lead.describe()["fields"] if one["name"] == field)
    assert told["permissionable"] is expected


def test_an_object_that_may_only_be_read_says_so_in_describe(bench: Bench) -> None:
    only = {"PermissionsCreate": False, "PermissionsEdit": False, "PermissionsDelete": False}
    bench.administrator().sf.ObjectPermissions.update(reach_of(bench, "Lead"), only)
    told = bench.sf.Lead.describe()
    assert (told["queryable"], told["createable"], told["updateable"], told["deletable"]) == (True, False, False, False)


def test_a_field_made_by_hand_is_seen_by_all(bench: Bench) -> None:
    bench.control("add-field", object="Lead", name="Region__c")
    assert "Region__c" in fields(bench)


def test_a_field_that_is_removed_takes_its_grants_with_it(bench: Bench) -> None:
    bench.control("remove-field", object="Lead", field="Syncapp_Key__c")
    assert KEY not in {row["Field"] for row in bench.rows("FieldPermissions")}


def test_the_sets_of_a_user_can_be_asked_for_by_name(bench: Bench) -> None:
    soql = f"SELECT PermissionSet.Name FROM PermissionSetAssignment WHERE Assignee.Username = '{INTEGRATION}'"
    found = bench.administrator().sf.query(f"{soql} AND PermissionSet.IsOwnedByProfile = false")
    assert [row["PermissionSet"]["Name"] for row in found["records"]] == ["Syncapp"]


def test_a_new_user_has_the_set_of_its_profile(bench: Bench) -> None:
    user = bench.user("seller")
    soql = f"SELECT PermissionSet.Profile.Name FROM PermissionSetAssignment WHERE AssigneeId = '{user}'"
    [row] = bench.administrator().sf.query(soql)["records"]
    assert row["PermissionSet"]["Profile"]["Name"] == "Standard User"


def test_a_set_goes_with_what_it_grants(bench: Bench) -> None:
    granted(bench, KEY)
    chosen = named(bench, "Sales")
    bench.administrator().sf.PermissionSet.delete(chosen)
    assert chosen not in {row["ParentId"] for row in bench.rows("FieldPermissions")}


def test_a_user_permission_of_a_set_opens_setup(bench: Bench) -> None:
    administrator = bench.administrator()
    administrator.sf.PermissionSet.update(named(bench, "Syncapp"), {"PermissionsViewSetup": True})
    assert bench.sf.query("SELECT Id FROM FieldPermissions WHERE Field = 'Lead.Syncapp_Key__c'")["totalSize"] == 3


def test_the_door_gives_a_user_permission_to_all(bench: Bench) -> None:
    bench.control("permission", name="ViewSetup")
    assert works(lambda: bench.sf.query("SELECT Id FROM FieldPermissions"))
