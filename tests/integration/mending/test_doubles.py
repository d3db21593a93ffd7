"""What Salesforce takes for a duplicate: a person says which record is meant, or that it is none of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from connectors.errors import Failure, Kind
from connectors.memory import Verdict, failure
from connectors.models import Mailbox
from connectors.policies import NoMatch
from connectors.records import EmailWrite, Person, PersonKind, PersonWrite, RecordWrite, Write
from connectors.scoping import scoped
from issues.models import Issue
from syncapp import doubles
from syncapp.models import Item
from tests import builders
from tests.driving import codes, statuses, sync
from tests.integration.contacts.stage import ContactStage, ann, rules
from tests.integration.events.stage import ANNA, BEN
from tests.integration.mending.refusing import ROOT

PETRA = Person(kind=PersonKind.LEAD, id="00Q000000000009AAA", email="petra@old.example", name="Petra Zeller")


def double(of: str, found: Sequence[str], *, allow_save: bool = True) -> Failure:
    evidence = {"rule": "D", "object": of, "allow_save": allow_save, "candidates": list(found)}
    said = failure("salesforce.DUPLICATES_DETECTED", Kind.CONFLICT, "Use one of these records?")
    return replace(said, evidence=evidence)


def blocks(of: str, found: Sequence[str], *, allow_save: bool = True) -> Verdict:
    """A rule that finds these for every new record, and lets it through where a person says so and the rule does."""

    def rule(write: Write) -> Failure | None:
        is_new = isinstance(write, PersonWrite) or (isinstance(write, RecordWrite) and not write.record_id)
        through = getattr(write, "anyway", False) and allow_save
        return double(of, found, allow_save=allow_save) if is_new and not through else None

    return rule


def choose(issue: Issue, **said: Any) -> bool:
    offered = doubles.choices(ROOT, issue)
    assert offered is not None
    return doubles.choose(issue, offered, **said)


# -- Contacts


def refused(stage: ContactStage, owner: str = ANNA) -> tuple[Issue, str]:
    """Ann is in the address book, and in the CRM under another address; the CRM's rule finds her."""
    there = stage.crm.contacts.create(ann(email="ann@old.example", phone=""), owner).id
    stage.crm.rules.append(blocks("Contact", [there]))
    stage.book.add(ann())
    stage.run()
    return Issue.everywhere.get(status="open"), there


def test_a_contact_becomes_one_with_the_record_that_is_meant(stage: ContactStage) -> None:
    issue, there = refused(stage, owner=ANNA)
    assert choose(issue, record_id=there)
    stage.run(3)
    assert (codes(), list(stage.crm.contacts.living)) == ([], [there])
    assert Item.everywhere.exclude(record_id="").get().record_id == there


def test_a_record_of_somebody_elses_is_left_to_them(stage: ContactStage) -> None:
    issue, there = refused(stage, owner=BEN)
    choose(issue, record_id=there)
    stage.run(2)
    assert (codes(), list(stage.crm.contacts.living), rules()) == ([], [there], {"Ann Smith": "someone_elses"})


def test_a_new_one_is_made_where_it_is_none_of_them(stage: ContactStage) -> None:
    issue, there = refused(stage, owner=BEN)
    assert choose(issue, anyway=True)
    stage.run()
    assert (codes(), len(stage.at_crm())) == ([], 2)
    assert there in stage.crm.contacts.living


def test_what_is_not_offered_is_refused_and_changes_nothing(stage: ContactStage) -> None:
    issue, _ = refused(stage, owner=BEN)
    stage.crm.rules[:] = [blocks("Contact", [], allow_save=False)]
    with pytest.raises(ValueError, match="not among those"):
        choose(issue, record_id="003000000000009AAA")
    issue.evidence = {**issue.evidence, "allow_save": False}
    with pytest.raises(ValueError, match="does not let a second record"):
        choose(issue, anyway=True)
    assert (statuses(), Item.everywhere.filter(given=None).count()) == (["open"], Item.everywhere.count())


# -- Leads


@pytest.fixture
def mailbox(db: None) -> Mailbox:
    acme = builders.organization(no_match=NoMatch.LEAD)
    made = builders.mailbox(acme, "mia@ours.example")
    crm = builders.crm_of(acme)
    crm.people.append(PETRA)
    crm.rules.append(blocks("Lead", [PETRA.id]))
    builders.store_of(made).deliver(builders.email("petra@new.example", made.address, "Order 1"))
    sync(made)
    return made


def test_a_message_goes_to_the_lead_that_is_meant(mailbox: Mailbox) -> None:
    with scoped(mailbox.organization_id):
        choose(Issue.everywhere.get(), record_id=PETRA.id)
    sync(mailbox)
    crm = builders.crm_of(mailbox.organization)
    (message,) = [each for each in crm.records.values() if isinstance(each, EmailWrite)]
    assert ([link.person_id for link in message.links], codes()) == ([PETRA.id], [])
    assert [each for each in crm.people if each.kind is PersonKind.LEAD] == [PETRA]
    assert Item.everywhere.get().given is None


def test_a_second_lead_is_made_where_it_is_somebody_else(mailbox: Mailbox) -> None:
    with scoped(mailbox.organization_id):
        choose(Issue.everywhere.get(), anyway=True)
    sync(mailbox)
    leads = [each.email for each in builders.crm_of(mailbox.organization).people]
    assert (leads, codes()) == (["petra@old.example", "petra@new.example"], [])


def test_a_lead_that_is_gone_by_then_is_asked_about_anew(mailbox: Mailbox) -> None:
    with scoped(mailbox.organization_id):
        choose(Issue.everywhere.get(), record_id=PETRA.id)
    builders.crm_of(mailbox.organization).remove(PETRA)
    sync(mailbox)
    assert (codes(), Item.everywhere.get().given) == (["salesforce.ENTITY_IS_DELETED"], None)
