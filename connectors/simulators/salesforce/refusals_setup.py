"""Refusals of what an administrator sets up: rights first. (id, code, request, answer, source)."""

from __future__ import annotations

from connectors.simulators.salesforce.refusal_words import CHOICE, CLOSED, NO_ENTITY, OBJECTS, SEEN, UNFIT

FIELDS = f"{OBJECTS}sforce_api_objects_fieldpermissions.htm"
SETS = f"{OBJECTS}sforce_api_objects_permissionset.htm"
ASSIGNED = f"{OBJECTS}sforce_api_objects_permissionsetassignment.htm"
GRANTED = f"{OBJECTS}sforce_api_objects_objectpermissions.htm"
LOGINS = f"{OBJECTS}sforce_api_objects_loginhistory.htm"
TOKENS = f"{OBJECTS}sforce_api_objects_oauthtoken.htm"
APP = f"{OBJECTS}sforce_api_objects_connectedapplication.htm"
DUPLICATES = f"{OBJECTS}sforce_api_objects_duplicaterule.htm"
PACKAGES = (
    "https://developer.salesforce.com/docs/atlas.en-us.api_tooling.meta/api_tooling/"
    "tooling_api_objects_subscriberpackage.htm"
)
INFERRED = "for the rule; code and wording are inferred"


RIGHTS: tuple[tuple[str, str, str, str, str], ...] = (
    ("field-permissions-unseen", "INVALID_TYPE", "a query of FieldPermissions without View Setup", "400", FIELDS),
    ("object-permissions-unseen", "INVALID_TYPE", "a query of ObjectPermissions without View Setup", "400", GRANTED),
    ("permission-sets-unseen", "INVALID_TYPE", "a query of PermissionSet without any of its rights", "400", SETS),
    ("assignments-unseen", "INVALID_TYPE", "a query of PermissionSetAssignment without rights", "400", ASSIGNED),
    ("permission-set-no-right", NO_ENTITY, "a new permission set, setup seen only", "400, cannot be inserted", SETS),
    ("permission-set-name", UNFIT, "a name with a space", "400 Name", f"{SETS} {INFERRED}"),
    ("permission-set-taken", "DUPLICATE_DEVELOPER_NAME", "a name that is taken", "400 Name", f"{SETS} {INFERRED}"),
    ("permission-set-of-profile", CLOSED, "a change of a profile's own set", "403", f"{SETS} {INFERRED}"),
    ("permission-set-of-profile-gone", CLOSED, "its deletion", "403", f"{SETS} {INFERRED}"),
    ("permission-set-assigned", "DELETE_FAILED", "the deletion of a set that users have", "400", f"{SETS} {INFERRED}"),
    ("assignment-no-right", NO_ENTITY, "an assignment, setup seen only", "400, cannot be inserted", ASSIGNED),
    ("assignment-twice", "DUPLICATE_VALUE", "a set that the user has", "400, user and set named", SEEN),
    ("assignment-of-profile", UNFIT, "an assignment of a profile's own set", "400", f"{ASSIGNED} {INFERRED}"),
    ("assignment-to-one-who-left", "INACTIVE_OWNER_OR_USER", "an assignment to an inactive user", "400", SEEN),
    ("assignment-of-profile-gone", CLOSED, "the deletion of a profile's assignment", "403", f"{ASSIGNED} {INFERRED}"),
    ("field-permission-unknown", CHOICE, "a field that does not exist", "400 Field", FIELDS),
    ("field-permission-other-object", CHOICE, "a field of another object", "400 Field", FIELDS),
    ("field-permission-activity", CHOICE, "a field as one of Activity", "400: it stands on Event and Task", FIELDS),
    ("field-permission-system", CHOICE, "a field that the system fills", "400 Field", FIELDS),
    ("field-permission-required", CHOICE, "a field that every record must have", "400 Field", FIELDS),
    (
        "field-permission-edit",
        UNFIT,
        "reading taken away, editing not",
        "400, what it depends on",
        f"{FIELDS} {INFERRED}",
    ),
    ("field-permission-nothing", UNFIT, "a row that grants nothing", "400", f"{FIELDS} {INFERRED}"),
    ("field-permission-twice", "DUPLICATE_VALUE", "the same set and field again", "400", f"{FIELDS} {INFERRED}"),
    ("object-permission-unknown", CHOICE, "an object that such rights do not govern", "400 SobjectType", GRANTED),
    ("object-permission-depends", UNFIT, "Edit without Read", "400, what it depends on", SEEN),
    ("object-permission-twice", "DUPLICATE_VALUE", "the same set and object again", "400", f"{GRANTED} {INFERRED}"),
    ("field-not-granted", "INVALID_FIELD", "a write to a field that nobody granted", "400 No such column", FIELDS),
    (
        "field-granted-to-read",
        "INVALID_FIELD_FOR_INSERT_UPDATE",
        "a write to a field granted for reading",
        "400",
        FIELDS,
    ),
    ("object-not-granted", "INVALID_TYPE", "a query of an object that no set grants", "400", GRANTED),
    ("object-granted-to-read", NO_ENTITY, "a write where a set grants reading only", "400", GRANTED),
)

APPS: tuple[tuple[str, str, str, str, str], ...] = (
    ("login-application", "INVALID_FIELD", "a filter on a log-in's Application", "400, can not be filtered", LOGINS),
    ("login-user", "INVALID_FIELD", "a log-in's User.Name: UserId is no relationship", "400", LOGINS),
    ("login-old-version", "INVALID_TYPE", "LoginHistory in version 36 without Manage Users", "400", LOGINS),
    ("login-written", NO_ENTITY, "a new LoginHistory", "400, cannot be inserted", LOGINS),
    ("token-written", NO_ENTITY, "a new OauthToken", "400, cannot be inserted", TOKENS),
    ("token-deleted", CLOSED, "the deletion of an OauthToken", "403", TOKENS),
    ("token-of-another", "NOT_FOUND", "GET of somebody else's OauthToken", "404", TOKENS),
    (
        "connected-apps-unseen",
        "INVALID_TYPE",
        "a query of ConnectedApplication without View Setup",
        "400",
        f"{APP} {INFERRED}",
    ),
    (
        "packages-unseen",
        "INVALID_TYPE",
        "a query of InstalledSubscriberPackage without View Setup",
        "400",
        f"{PACKAGES} {INFERRED}",
    ),
    ("package-name", "INVALID_FIELD", "a filter on a package's name", "400, can not be filtered", PACKAGES),
    ("package-of-all-orgs", "MALFORMED_QUERY", "SubscriberPackage without an Id", "400", f"{PACKAGES} {INFERRED}"),
    ("duplicate-rules-unseen", "INVALID_TYPE", "a query of DuplicateRule without View Setup", "400", DUPLICATES),
    ("duplicate-rule-written", NO_ENTITY, "a new DuplicateRule", "400, cannot be inserted", DUPLICATES),
    ("package-written", "METHOD_NOT_ALLOWED", "a new InstalledSubscriberPackage", "405", PACKAGES),
)

ROWS = (*RIGHTS, *APPS)
