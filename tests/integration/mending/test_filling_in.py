"""A field that a person fills in where the CRM refused the record, through the engine on the pair in memory."""

from __future__ import annotations

import pytest

from connectors.contacts import Contact
from connectors.errors import Failure
from connectors.fields import Sealed
from connectors.fills import Blank, Sort
from connectors.models import Activity, Verb
from connectors.records import RecordWrite, Write
from issues import services as issues
from issues.models import Issue
from syncapp import mending
from syncapp.models import Item
from tests.driving import codes, statuses
from tests.integration.contacts.stage import ContactStage, ann
from tests.integration.mending.refusing import ROOT, Wants, fill, homeless, longest

EMAIL = Blank(name="email", label="Email", sort=Sort.EMAIL, longest=80)
JOB = Blank(name="job", label="Title", longest=10)
COST = Blank(name="Cost__c", label="Cost centre", required=True, longest=10)


def test_a_missing_department_is_filled_in_and_the_issue_is_gone(stage: ContactStage) -> None:
    issue = homeless(stage)
    assert fill(issue, department="Sales")
    stage.run()
    assert (codes(), statuses(), stage.only().said.department) == ([], ["resolved"], "Sales")


def test_what_was_filled_in_reaches_the_address_book_and_both_are_equal(stage: ContactStage) -> None:
    fill(homeless(stage), department="Sales")
    stage.run(3)
    assert (stage.there()[1].department, stage.are_equal()) == ("Sales", True)


def test_it_is_kept_sealed_and_the_journal_names_the_field_alone(stage: ContactStage) -> None:
    fill(homeless(stage), department="Sales")
    (raw,) = Item.everywhere.values_list("given", flat=True)
    assert isinstance(raw, Sealed)
    notes = Activity.everywhere.filter(verb=Verb.DECIDED).values_list("note", flat=True)
    assert list(notes) == ["Filled in: Department"]
    assert not Activity.everywhere.filter(note__contains="Sales").exists()


def test_once_it_is_written_a_department_from_the_mailbox_takes_its_place(stage: ContactStage) -> None:
    fill(homeless(stage), department="Sales")
    stage.run(2)
    stage.book.edit(stage.there()[0], department="Support")
    stage.run(2)
    assert (stage.only().said.department, codes()) == ("Support", [])


def test_a_refused_value_is_replaced_and_another_of_the_same_item_is_not(stage: ContactStage) -> None:
    def rule(write: Write) -> Failure | None:
        contact = write.record if isinstance(write, RecordWrite) else None
        return longest("job", 10) if isinstance(contact, Contact) and len(contact.job) > 10 else None

    stage.crm.rules.append(rule)
    stage.crm.fills.blanks = {"job": JOB}
    stage.book.add(ann(job="Head of everything"))
    stage.run()
    issue = Issue.everywhere.get()
    offered = mending.offer(ROOT, issue)
    assert offered is not None
    assert offered.before == {"job": "Head of everything"}
    fill(issue, job="Head")
    stage.run(3)
    assert (stage.only().said.job, codes()) == ("Head", [])
    stage.book.edit(stage.there()[0], job="Head of nothing at all")
    stage.run(2)
    assert codes() == ["salesforce.STRING_TOO_LONG"]


def test_a_refused_value_may_be_left_out(stage: ContactStage) -> None:
    def rule(write: Write) -> Failure | None:
        contact = write.record if isinstance(write, RecordWrite) else None
        is_bad = isinstance(contact, Contact) and contact.email.endswith("@odd")
        return longest("email", 3) if is_bad else None

    stage.crm.rules.append(rule)
    stage.crm.fills.blanks = {"email": EMAIL}
    stage.book.add(ann(email="ann@odd"))
    stage.run()
    fill(Issue.everywhere.get(), email="")
    stage.run()
    assert (codes(), stage.only().said.email) == ([], "")


def test_a_field_of_the_crm_alone_goes_with_the_record_and_stays_with_the_item(stage: ContactStage) -> None:
    """An update that leaves the field alone does not write over what people have changed there since."""
    stage.crm.rules.append(Wants(stage, "Cost__c"))
    stage.crm.fills.blanks = {"Cost__c": COST}
    stage.book.add(ann())
    stage.run()
    fill(Issue.everywhere.get(), Cost__c="4711")
    stage.run(2)
    (key,) = stage.crm.fills.kept
    assert (stage.crm.fills.kept[key], codes()) == ({"Cost__c": "4711"}, [])
    stage.crm.fills.kept[key] = {"Cost__c": "42"}
    stage.book.edit(stage.there()[0], phone="+1 555 0199")
    stage.run(2)
    assert (stage.crm.fills.kept[key], codes()) == ({"Cost__c": "42"}, [])


@pytest.mark.parametrize(
    ("texts", "flaws"),
    [
        ({"department": "  "}, {"department": "Salesforce wants something here."}),
        ({"department": "Sales", "OwnerId": "005"}, {"OwnerId": mending.NOT_ASKED}),
        ({"department": "x" * 81}, {"department": "This has 81 characters, and the field holds 80. Shorten it."}),
    ],
)
def test_what_does_not_fit_is_told_field_by_field_and_changes_nothing(
    stage: ContactStage, texts: dict[str, str], flaws: dict[str, str]
) -> None:
    issue = homeless(stage)
    with pytest.raises(mending.Unfit) as refused:
        fill(issue, **texts)
    assert (refused.value.flaws, statuses(), Item.everywhere.get().given) == (flaws, ["open"], None)


def test_nothing_at_all_is_no_answer(stage: ContactStage) -> None:
    issue = homeless(stage)
    stage.crm.fills.blanks = {"department": Blank(name="department", label="Department")}
    with pytest.raises(mending.Unfit) as refused:
        fill(issue, department="")
    assert refused.value.flaws == {"": mending.NOTHING_GIVEN}


def test_what_is_resolved_takes_no_answer(stage: ContactStage) -> None:
    issue = homeless(stage)
    offered = mending.offer(ROOT, issue)
    assert offered is not None
    stage.crm.rules.clear()
    issues.retry(Issue.everywhere.all())
    stage.run()
    assert not mending.fill_in(issue, offered, {"department": "Sales"})
    issue.refresh_from_db()
    assert (mending.offer(ROOT, issue), Item.everywhere.get().given) == (None, None)


def test_an_answer_that_is_refused_again_is_open_again_with_what_was_filled_in(stage: ContactStage) -> None:
    issue = homeless(stage)
    fill(issue, department="Sales")
    stage.crm.rules[:] = [Wants(stage, "Cost__c")]
    stage.crm.fills.blanks = {"Cost__c": COST}
    stage.run()
    issue.refresh_from_db()
    assert (issue.status, issue.fields) == ("open", ["Cost__c"])
    fill(issue, Cost__c="4711")
    stage.run()
    assert (stage.only().said.department, codes()) == ("Sales", [])


def test_a_crm_that_does_not_answer_is_said_and_no_form_shown(stage: ContactStage) -> None:
    from tests.driving import CRM_DOWN

    issue = homeless(stage)
    stage.crm.faults.waiting.append(CRM_DOWN)
    offered = mending.offer(ROOT, issue)
    assert offered is not None
    assert (offered.blanks, offered.trouble.startswith("Salesforce could not be asked")) == ((), True)
