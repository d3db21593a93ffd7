"""What is broken in the made world, how it is mended, and how many mails each trouble ought to cause.

The outside oracle counts its expected mails from this table and from nothing else: each trouble is told once
to each recipient when it begins (`told`), and once more when a stopped sync runs again (`over`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from syncapp.demo.doors import Doors

Ids = Mapping[str, str]  # what the seeded records are called → their ids in Salesforce
Deed = Callable[[Doors, Ids], Any]


def nothing(doors: Doors, ids: Ids) -> None:
    """It is wrong by itself."""


@dataclass(frozen=True, kw_only=True)
class Trouble:
    """One thing that goes wrong. `group` names the messages it hits, `code` what becomes of them.

    `passes` troubles end by themselves, `mendable` ones when somebody acts; `why_not` says why one is not.
    """

    group: str
    code: str
    story: str
    break_it: Deed = nothing
    mend_it: Deed = nothing
    told: int = 1
    over: int = 0
    passes: bool = False
    why_not: str = field(default="")

    @property
    def mendable(self) -> bool:
        return not self.why_not


def rule(verb: str, **arguments: Any) -> Deed:
    return lambda doors, ids: doors.salesforce(verb, **arguments)


def off(name: str) -> Deed:
    return rule("rule", name=name, active=False)


def _people(*people: tuple[str, str, str]) -> Deed:
    """Somebody adds these contacts (first name, last name, address) by hand."""
    records = [{"FirstName": f, "LastName": last, "Email": address} for f, last, address in people]
    return rule("create-many", object="Contact", records=records)


def _limit_passes(doors: Doors, _: Ids) -> None:
    offset = doors.salesforce("clock")["offset"]
    doors.salesforce("api-exhaust", until=offset + 2 * 3600)


def _delete_oversized(doors: Doors, _: Ids) -> None:
    for address, account in doors.google("snapshot")["accounts"].items():
        for message in account["messages"]:
            if len(message["raw"]) > 1_000_000:
                doors.google("delete-message", account=address, id=message["id"])


TROUBLES = (
    Trouble(
        group="quote",
        code="salesforce.FIELD_CUSTOM_VALIDATION_EXCEPTION",
        story="A new validation rule wants a deal number in the subject of every quote.",
        break_it=rule(
            "validation-rule",
            object="EmailMessage",
            name="Quote_needs_deal_number",
            field="Subject",
            pattern=r"Quote no\. \d+(?!.*D-\d)",
            message="Put the deal number (D-…) into the subject of a quote.",
        ),
        mend_it=off("Quote_needs_deal_number"),
    ),
    Trouble(
        group="nameless",
        code="salesforce.REQUIRED_FIELD_MISSING",
        story="Three shops write without a name, and a lead needs a last name.",
        mend_it=_people(*(("", f"Shop {number}", f"orders@shop-{number}.example") for number in range(3))),
    ),
    Trouble(
        group="twin",
        code="salesforce.DUPLICATES_DETECTED",
        story="A duplicate rule finds that Petra Zeller is a lead already, under another address.",
        break_it=rule("duplicate-rule", object="Lead", name="Same_name_and_company", fields=["LastName", "Company"]),
        mend_it=off("Same_name_and_company"),
    ),
    Trouble(
        group="locked",
        code="salesforce.UNABLE_TO_LOCK_ROW",
        story="Somebody edits the account Velo Union for a while.",
        break_it=lambda doors, ids: doors.salesforce("lock", id=ids["Velo Union"], tries=6),
        told=0,
        passes=True,
    ),
    Trouble(
        group="left-owner",
        code="salesforce.INACTIVE_OWNER_OR_USER",
        story="Carlos has left; his Salesforce user is inactive, and he would own new leads.",
        break_it=lambda doors, ids: doors.salesforce("user", username=ids["Carlos"], active=False),
        mend_it=lambda doors, ids: doors.salesforce("user", username=ids["Carlos"], active=True),
    ),
    Trouble(
        group="long-name",
        code="salesforce.STRING_TOO_LONG",
        story="An association has a last name of 90 letters.",
        mend_it=_people(("", "Cycling Federation", "news@cycling-federation.example")),
    ),
    Trouble(
        group="bad-address",
        code="salesforce.INVALID_EMAIL_ADDRESS",
        story="A till sends as till@kasse, which is no address that Salesforce takes.",
        why_not="nobody can change the sender of a message that has arrived; it can only be ignored",
    ),
    Trouble(
        group="oversized",
        code="engine.MESSAGE_TOO_LARGE",
        story="A customer sent all the photos of the fair in one message.",
        mend_it=_delete_oversized,
    ),
    Trouble(
        group="trigger",
        code="salesforce.CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY",
        story="A trigger of the service team stumbles over warranty cases.",
        break_it=rule(
            "trigger",
            object="EmailMessage",
            name="WarrantyTagger",
            field="Subject",
            pattern="Warranty",
            message="System.NullPointerException: Attempt to de-reference a null object",
        ),
        mend_it=off("WarrantyTagger"),
    ),
    Trouble(
        group="ambiguous",
        code="engine.AMBIGUOUS_MATCH",
        story="Two contacts have the address office@pedalpost.example.",
        mend_it=lambda doors, ids: doors.salesforce("delete", id=ids["office twin"]),
    ),
    Trouble(
        group="hidden-account",
        code="salesforce.INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY",
        story="The account Hotel Seeblick is not shared with the integration user.",
        break_it=lambda doors, ids: doors.salesforce("record-access", id=ids["Hotel Seeblick"], access="none"),
        mend_it=lambda doors, ids: doors.salesforce("record-access", id=ids["Hotel Seeblick"], access="edit"),
    ),
    Trouble(
        group="deleted-contact",
        code="salesforce.ENTITY_IS_DELETED",
        story="Somebody deletes a contact in the very moment in which its mail is written.",
        break_it=lambda doors, ids: doors.salesforce("race", ids=[ids["first of Outdoor Larsen"]]),
        told=0,
        passes=True,
    ),
    Trouble(
        group="flow",
        code="salesforce.CANNOT_EXECUTE_FLOW_TRIGGER",
        story="A flow that sorts rental requests has an error.",
        break_it=rule(
            "flow",
            object="EmailMessage",
            name="Sort_rentals",
            field="Subject",
            pattern="Rental request",
            message="The flow failed to access the value for myVariable.Owner.Manager.",
        ),
        mend_it=off("Sort_rentals"),
    ),
    Trouble(
        group="lena",
        code="google_oauth.invalid_grant/revoked",
        story="Lena took our access to her mailbox away.",
        break_it=lambda doors, ids: doors.google("revoke", account=ids["Lena"]),
    ),
)

SECOND_MORNING = Trouble(
    group="limit",
    code="salesforce.REQUEST_LIMIT_EXCEEDED",
    story="Another integration uses up the API calls for two hours.",
    break_it=_limit_passes,
    told=1,
    over=1,
    passes=True,
)
