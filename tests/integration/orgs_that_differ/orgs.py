"""The orgs: how each differs, what Syncapp says of it, and what its administrator does then."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial

from connectors.facts import Verdict
from syncapp import equipping
from tests.integration.orgs_that_differ.house import ALL, CASE, KNOWN, MEETING, UNKNOWN, House

Deed = Callable[[House], object]
ORGANIZATION = "organization"  # what stands for the title where the whole sync stands still
KEYS = ("EmailMessage.Syncapp_Key__c", "Lead.Syncapp_Key__c", "Case.Syncapp_Key__c", "Event.Syncapp_Key__c")
OURS = (*KEYS, "Event.Syncapp_Version__c", "EmailMessage.Syncapp_Attachments__c")
EVERYWHERE = (*OURS, "Task.Syncapp_Key__c", "Task.Syncapp_Version__c")  # an event's fields are a task's as well
MADE = tuple(name.replace("Event.", "Activity.") for name in OURS)
RIGHTS = ("ViewSetup", "CustomizeApplication", "ManageProfilesPermissionsets", "AssignPermissionSets")
DEMANDED = ("Lead.Title", "Event.Type", "Case.SuppliedCompany", "EmailMessage.Region__c")
NOT_SHOWN = {"Event.ShowAs": "Busy", "Case.Origin": "Email"}

REQUIRED = "salesforce.REQUIRED_FIELD_MISSING"
PICKLIST = "salesforce.INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"
ONLY_READS = "salesforce.NO_RIGHT_TO_WRITE"
CLOSED = "salesforce.INVALID_FIELD_FOR_INSERT_UPDATE"
MISSING = "salesforce.OWN_FIELD_MISSING"
NO_EMAIL = "engine.ENHANCED_EMAIL_OFF"


@dataclass(frozen=True, kw_only=True)
class Org:
    """`refused` has the code of the issue of each title; `names` a word that the issue of each shows beside its page.

    `looks` are the first checks that are not good, of those that depend on nothing but this; `needs` what could not be
    made when Syncapp tried.
    """

    name: str
    differs: Deed
    mended: Deed
    refused: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    looks: Mapping[str, Verdict] = field(default_factory=dict)
    needs: tuple[str, ...] = ()
    arrived: tuple[str, ...] = ()  # although something is refused


def each(verb: str, *names: str, **more: object) -> Deed:
    """One verb of the control door for several fields."""

    def deed(house: House) -> None:
        for name in names:
            sobject, _, column = name.partition(".")
            house.control(verb, object=sobject, field=column, **more)

    return deed


def both(*deeds: Deed) -> Deed:
    def deed(house: House) -> None:
        for one in deeds:
            one(house)

    return deed


def _record_types(house: House) -> None:
    """Each object has one that offers everything but what we write."""
    for name, value in NOT_SHOWN.items():
        sobject, _, column = name.partition(".")
        house.control("picklist", object=sobject, field=column, restricted=True)
        made = house.control("record-type", object=sobject, name="Ours", active=True)["id"]
        house.control("record-type-values", id=made, field=column, values=OTHERS[value])


OTHERS = {"Busy": ["Free"], "Email": ["Phone", "Web"]}


def _types_offer_all(house: House) -> None:
    for name in NOT_SHOWN:
        sobject, _, column = name.partition(".")
        made = house.control("record-type", object=sobject, name="Ours", active=True)["id"]
        house.control("record-type-values", id=made, field=column, values=[])


def _picklists(house: House) -> None:
    for name, value in NOT_SHOWN.items():
        sobject, _, column = name.partition(".")
        house.control("picklist", object=sobject, field=column, without=[value], restricted=True)


def _demands(house: House) -> None:
    house.control("add-field", object="EmailMessage", name="Region__c")
    each("require-field", *DEMANDED)(house)


def _read_only(house: House, *, on: bool) -> None:
    house.control("read-only-user", username=house.user["username"], on=on)


def _person_accounts(house: House) -> None:
    """Whom Ada's mail comes from is an account of a person there."""
    types = house.control("person-accounts")
    fields = {"LastName": "Pia", "PersonEmail": "pia@home.example", "RecordTypeId": types["person"]}
    house.control("create", object="Account", fields=fields)


def _makes_fields(house: House) -> None:
    """The user gets the rights, and somebody presses “What Syncapp needs there…”."""
    for right in RIGHTS:
        house.control("permission", name=right, on=True)
    equipping.equip(house.organization)


BAD = Verdict.BAD
WRITTEN = dict.fromkeys(("EmailMessage", "Event", "Task", "Lead", "Case"), BAD)
ORGS = (
    Org(
        name="record types",
        differs=_record_types,
        mended=_types_offer_all,
        refused={MEETING: PICKLIST, CASE: PICKLIST},
        names={MEETING: "Busy", CASE: "Email"},
        arrived=(*KNOWN, UNKNOWN, "Lead: Stranger"),
    ),
    Org(
        name="extra required fields",
        differs=_demands,
        mended=each("unrequire-field", *DEMANDED),
        refused=dict.fromkeys(ALL, REQUIRED),
        names=dict.fromkeys(KNOWN, "Region__c") | {UNKNOWN: "Title", CASE: "SuppliedCompany", MEETING: "Type"},
        looks={"Required fields": BAD},
    ),
    Org(
        name="a picklist without our value",
        differs=_picklists,
        mended=each("restore-picklist", *NOT_SHOWN),
        refused={MEETING: PICKLIST, CASE: PICKLIST},
        names={MEETING: "Busy", CASE: "Email"},
        looks={"Picklists": BAD},
        arrived=(*KNOWN, UNKNOWN, "Lead: Stranger"),
    ),
    Org(name="person accounts", differs=_person_accounts, mended=lambda _: None, arrived=()),
    Org(
        name="no Enhanced Email",
        differs=lambda house: house.control("email", enhanced=False, to_case=True),
        mended=lambda house: house.control("email", enhanced=True),
        refused={ORGANIZATION: NO_EMAIL},
        looks={"EmailMessage": BAD},
        arrived=("Lead: Stranger",),
    ),
    Org(
        name="no e-mail at all",
        differs=lambda house: house.control("email", enhanced=False, to_case=False),
        mended=lambda house: house.control("email", enhanced=True),
        refused={ORGANIZATION: NO_EMAIL},
        looks={"EmailMessage": BAD},
        needs=("EmailMessage.Syncapp_Key__c", "EmailMessage.Syncapp_Attachments__c"),
        arrived=("Lead: Stranger",),
    ),
    Org(
        name="no permission to make custom fields",
        differs=each("remove-field", *EVERYWHERE),
        mended=_makes_fields,
        refused={ORGANIZATION: MISSING},
        looks=WRITTEN,
        needs=MADE,
    ),
    Org(
        name="no permission to see custom fields",
        differs=each("field-access", *EVERYWHERE, access="none"),
        mended=each("field-access", *EVERYWHERE, access="edit"),
        refused={ORGANIZATION: MISSING},
        looks=WRITTEN,
        needs=MADE,
    ),
    Org(
        name="no permission to fill custom fields",
        differs=each("field-access", *EVERYWHERE, access="read"),
        mended=each("field-access", *EVERYWHERE, access="edit"),
        refused={ORGANIZATION: CLOSED},
        names={ORGANIZATION: "Syncapp_Key__c"},
        looks=WRITTEN,
    ),
    Org(
        name="a read-only user",
        differs=partial(_read_only, on=True),
        mended=partial(_read_only, on=False),
        refused=dict.fromkeys(ALL, ONLY_READS),
        names={UNKNOWN: "Lead", CASE: "Case", MEETING: "Event"} | dict.fromkeys(KNOWN, "Email Message"),
        looks=WRITTEN,
    ),
    Org(
        name="a namespace of its own",
        differs=lambda house: house.control("namespace", prefix="acme", own=True),
        mended=lambda _: None,
    ),
    Org(
        name="the namespace prefix of a package",
        differs=lambda house: house.control("namespace", prefix="acme"),
        mended=lambda house: house.control("namespace", prefix=""),
        refused={ORGANIZATION: MISSING},
        looks=WRITTEN,
        needs=(*MADE, "ContentVersion.Syncapp_Key__c"),
    ),
)
