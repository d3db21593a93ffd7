"""What is broken about events, tasks and contacts in the made world, how it is mended, and how many mails each trouble
ought to cause."""

from __future__ import annotations

from typing import Any

from syncapp.demo.doors import Doors
from syncapp.demo.placing import in_calendars, in_salesforce
from syncapp.demo.placing_contacts import in_books
from syncapp.demo.troubles import Deed, Ids, Trouble, off, rule

LONG_TITLE = "Round table on the future of cargo bikes"
MEDDLED = " (moved to the big hall)"
INVITATION = "Invitation 4 to "


def _rename(start: str, new: str) -> Deed:
    """The organizer gives every event whose title begins so another one."""

    def rename(doors: Doors, _: Ids) -> None:
        titles = {e.get("summary", "") for c in doors.google("snapshot")["calendars"].values() for e in c["events"]}
        for calendar, event in in_calendars(doors, [title for title in titles if title.startswith(start)]):
            doors.google("change-event", account=calendar, id=event["id"], event={"summary": new})

    return rename


def _records(doors: Doors, start: str) -> list[Any]:
    rows = doors.salesforce("snapshot")["records"]["Event"]
    return in_salesforce(doors, [row["Subject"] for row in rows if (row["Subject"] or "").startswith(start)])


def _meddle(doors: Doors, _: Ids) -> None:
    for row in _records(doors, INVITATION):
        doors.salesforce("update", id=row["Id"], fields={"Subject": row["Subject"] + MEDDLED})


def _put_back(doors: Doors, _: Ids) -> None:
    for row in _records(doors, INVITATION):
        doors.salesforce("update", id=row["Id"], fields={"Subject": row["Subject"].removesuffix(MEDDLED)})


def _lengthen(doors: Doors, _: Ids) -> None:
    for row in _records(doors, "Reminder: gate code"):
        doors.salesforce("update", id=row["Id"], fields={"DurationInMinutes": 15, "EndDateTime": None})


def _complete(*endings: str) -> Deed:
    """Whoever has a contact whose address ends so completes it in the address book."""

    def complete(doors: Doors, _: Ids) -> None:
        books = doors.google("snapshot")["contacts"].values()
        said = {each["value"] for book in books for person in book for each in person.get("emailAddresses", [])}
        for account, person in in_books(doors, [address for address in said if address.endswith(endings)]):
            address = {"value": f"{person['emailAddresses'][0]['value']}.example", "type": "work"}
            doors.google(
                "change-contact", account=account, id=person["resourceName"], contact={"emailAddresses": [address]}
            )

    return complete


EVENT_TROUBLES = (
    Trouble(
        group="offer-talk",
        code="salesforce.FIELD_CUSTOM_VALIDATION_EXCEPTION",
        story="A new validation rule wants a deal number in the title of every offer talk.",
        break_it=rule(
            "validation-rule",
            object="Event",
            name="Offer_talk_needs_deal_number",
            field="Subject",
            pattern=r"^Offer talk no\. \d+(?!.*D-\d)",
            message="Put the deal number (D-…) into the title of an offer talk.",
        ),
        mend_it=off("Offer_talk_needs_deal_number"),
    ),
    Trouble(
        group="offer-chore",
        code="salesforce.FIELD_CUSTOM_VALIDATION_EXCEPTION",
        story="The same rule stands on tasks: an offer has a deal number.",
        break_it=rule(
            "validation-rule",
            object="Task",
            name="Offer_needs_deal_number",
            field="Subject",
            pattern=r"^Write offer no\. \d+(?!.*D-\d)",
            message="Put the deal number (D-…) into the title of the task.",
        ),
        mend_it=off("Offer_needs_deal_number"),
    ),
    Trouble(
        group="long-title",
        code="salesforce.STRING_TOO_LONG",
        story="A round table has a title of more than 255 characters.",
        mend_it=_rename(LONG_TITLE, LONG_TITLE),
    ),
    Trouble(
        group="two-contacts",
        code="engine.AMBIGUOUS_MATCH",
        story="Somebody is invited whose address two contacts have; a message has told of it already.",
        told=0,
    ),
    Trouble(
        group="left-event",
        code="salesforce.INACTIVE_OWNER_OR_USER",
        story="Carlos has left, and his inactive user would own his events.",
    ),
    Trouble(
        group="route-flow",
        code="salesforce.CANNOT_EXECUTE_FLOW_TRIGGER",
        story="A flow that plans routes has an error.",
        break_it=rule(
            "flow",
            object="Event",
            name="Plan_routes",
            field="Subject",
            pattern="^Route check",
            message="The flow failed to access the value for myVariable.Vehicle.Depot.",
        ),
        mend_it=off("Plan_routes"),
    ),
    Trouble(
        group="no-length",
        code="google.timeRangeEmpty",
        story="Somebody enters a reminder without a length in Salesforce, which no calendar of Google's takes.",
        mend_it=_lengthen,
    ),
    Trouble(
        group="bad-entry",
        code="salesforce.INVALID_EMAIL_ADDRESS",
        story="Two people stand in address books under addresses that are not complete; a message has told of it.",
        told=0,
        mend_it=_complete("@hotline", "@desk"),
    ),
)

OUTSIDER = Trouble(
    group="outsider",
    code="google.forbiddenForNonOrganizer",
    story="Somebody renames a customer's invitation in Salesforce, which only the customer may do in the calendar.",
    break_it=_meddle,
    mend_it=_put_back,
)
