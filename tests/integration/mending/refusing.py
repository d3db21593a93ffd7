"""What a CRM refuses for the sake of a field, as its rules in memory say it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from connectors.access import Viewer
from connectors.contacts import Contact
from connectors.errors import Failure, Kind
from connectors.fills import Blank, Sort
from connectors.memory import failure
from connectors.records import RecordWrite, Write
from connectors.scoping import EVERYTHING
from issues.models import Issue
from syncapp import mending
from tests.integration.contacts.stage import ContactStage, ann

DEPARTMENT = Blank(name="department", label="Department", required=True, longest=80)
REGION = Blank(name="Region__c", label="Region", sort=Sort.CHOICE, options=(("n", "North"),), may_default=True)
ROOT = Viewer(organizations=EVERYTHING, administers=EVERYTHING, may_write=True)


def missing(*names: str) -> Failure:
    said = f"Required fields are missing: [{', '.join(names)}]"
    return failure("salesforce.REQUIRED_FIELD_MISSING", Kind.INVALID, said, fields=names)


def wants_department(write: Write) -> Failure | None:
    """A contact without a department is refused."""
    contact = write.record if isinstance(write, RecordWrite) else None
    return missing("department") if isinstance(contact, Contact) and not contact.department else None


@dataclass
class Wants:
    """Refuses a record until people have filled in one of the CRM's own fields; new ones only, or always."""

    stage: ContactStage
    name: str

    def __call__(self, write: Write) -> Failure | None:
        kept = self.stage.crm.fills.kept.get(write.key, {})
        return None if kept.get(self.name) else missing(self.name)


def homeless(stage: ContactStage) -> Issue:
    """The issue of a contact of whom nobody knows the department."""
    stage.crm.fills.blanks = {"department": DEPARTMENT}
    stage.crm.rules.append(wants_department)
    stage.book.add(ann())
    stage.run()
    return Issue.everywhere.get(status="open")


def fill(issue: Issue, **texts: str) -> bool:
    """An administrator fills in these fields."""
    offered = mending.offer(ROOT, issue)
    assert offered is not None
    return mending.fill_in(issue, offered, texts)


def longest(name: str, most: int) -> Failure:
    said = f"{name}: data value too large (max length={most})"
    return replace(failure("salesforce.STRING_TOO_LONG", Kind.INVALID, said, fields=(name,)))
