"""What every CRM connector promises about cases. A subclass names its provider and gives a `stage`."""

from __future__ import annotations

from typing import ClassVar

import pytest

from connectors.errors import ItemError, Kind
from connectors.records import Address, CaseWrite, EmailWrite, Queue, Ref
from tests.builders import email
from tests.contract.connectors.crm_contract import ANN, ids, key, link, message, refused
from tests.contract.connectors.stage import CrmStage, Trouble

WAYS = ("deleted", "unserved")


def case(subject: str = "Renewal", owner_id: str = "", *, named: str = "", contact_id: str = "") -> CaseWrite:
    sender = Address(email=ANN, name="Ann Meyer")
    return CaseWrite(
        key=named or key(), subject=subject, text="Hello", sender=sender, owner_id=owner_id, contact_id=contact_id
    )


def message_of(case_id: str, *, account_id: str = "") -> EmailWrite:
    return EmailWrite(key=key(), email=email(ANN), incoming=True, case_id=case_id, account_id=account_id)


class CaseContract:
    """Each test gets a CRM of its own."""

    provider: ClassVar[str]

    def test_cases_are_created_in_the_order_given(self, stage: CrmStage) -> None:
        writes = [case(f"Number {number}") for number in range(3)]
        made = ids(stage.open().push(writes))
        assert stage.cases() == {write.key: id_ for write, id_ in zip(writes, made, strict=True)}

    def test_a_second_push_finds_the_case(self, stage: CrmStage) -> None:
        write = case()
        assert ids(stage.open().push([write])) == ids(stage.open().push([write]))
        assert len(stage.cases()) == 1

    def test_after_a_lost_answer_the_next_push_finds_the_case(self, stage: CrmStage) -> None:
        write = case()
        stage.lose_answer()
        refused(lambda: stage.open().push([write]))
        assert ids(stage.open().push([write])) == list(stage.cases().values())

    def test_a_case_that_is_there_keeps_its_owner(self, stage: CrmStage) -> None:
        first, second = stage.queue("First"), stage.queue("Second")
        write = case(owner_id=first)
        stage.open().push([write])
        (found,) = ids(stage.open().push([case(owner_id=second, named=write.key)]))
        assert stage.owner_of(found) == first

    def test_a_case_belongs_to_its_queue(self, stage: CrmStage) -> None:
        queue = stage.queue("Support")
        (made,) = ids(stage.open().push([case(owner_id=queue)]))
        assert stage.owner_of(made) == queue

    def test_a_case_and_a_message_can_be_pushed_at_once(self, stage: CrmStage) -> None:
        opened, other = case(), message()
        first, second = ids(stage.open().push([opened, other]))
        assert (stage.cases(), stage.records()) == ({opened.key: first}, {other.key: second})

    @pytest.mark.parametrize("subject", ["", "x" * 1000, "\U0001f600" * 300, "line\nbreak"])
    def test_any_subject_makes_a_case(self, stage: CrmStage, subject: str) -> None:
        assert len(ids(stage.open().push([case(subject)]))) == 1

    # -- Its messages

    def test_a_message_stands_in_its_case(self, stage: CrmStage) -> None:
        (made,) = ids(stage.open().push([case()]))
        write = message_of(made)
        ids(stage.open().push([write]))
        assert stage.case_of(write.key) == made

    def test_a_message_without_a_case_stands_in_none(self, stage: CrmStage) -> None:
        write = message()
        ids(stage.open().push([write]))
        assert stage.case_of(write.key) == ""

    def test_a_message_of_a_case_may_know_an_account(self, stage: CrmStage) -> None:
        (made,) = ids(stage.open().push([case()]))
        write = message_of(made, account_id=stage.account())
        ids(stage.open().push([write]))
        assert stage.case_of(write.key) == made

    def test_a_message_of_a_case_belongs_to_its_people(self, stage: CrmStage) -> None:
        ann = stage.contact(ANN)
        (made,) = ids(stage.open().push([case(contact_id=ann.id)]))
        write = EmailWrite(key=key(), email=email(ANN), incoming=True, links=(link(ann),), case_id=made)
        ids(stage.open().push([write]))
        assert ann.id in stage.relations(write.key)

    # -- Queues

    def test_the_queues_are_told_by_name(self, stage: CrmStage) -> None:
        late, early = stage.queue("Support"), stage.queue("Billing")
        assert stage.open().queues() == [Queue(id=early, name="Billing"), Queue(id=late, name="Support")]

    def test_where_there_are_none_none_are_told(self, stage: CrmStage) -> None:
        assert stage.open().queues() == []

    @pytest.mark.parametrize("how", WAYS)
    def test_a_queue_that_may_own_no_cases_is_not_told(self, stage: CrmStage, how: str) -> None:
        stage.retire(stage.queue("Support"), how=how)
        assert stage.open().queues() == []

    @pytest.mark.parametrize("how", WAYS)
    def test_a_case_of_a_queue_that_is_gone_says_so(self, stage: CrmStage, how: str) -> None:
        queue = stage.queue("Support")
        stage.retire(queue, how=how)
        (said,) = stage.open().push([case(owner_id=queue)])
        assert isinstance(said, ItemError)
        assert (said.failure.code, said.failure.kind) == ("salesforce.QUEUE_GONE", Kind.CONFIG)

    @pytest.mark.parametrize("how", WAYS)
    def test_a_queue_that_is_gone_is_named_with_those_that_are_there(self, stage: CrmStage, how: str) -> None:
        gone, late, early = stage.queue("Old"), stage.queue("Support"), stage.queue("Billing")
        stage.retire(gone, how=how)
        (said,) = stage.open().push([case(owner_id=gone)])
        assert isinstance(said, ItemError)
        there = [{"id": early, "name": "Billing"}, {"id": late, "name": "Support"}]
        assert (said.failure.fields, said.failure.evidence) == ((gone,), {"queue": gone, "candidates": there})

    @pytest.mark.parametrize("how", WAYS)
    def test_a_queue_that_is_gone_fails_its_own_cases_alone(self, stage: CrmStage, how: str) -> None:
        gone, there = stage.queue("Old"), stage.queue("New")
        stage.retire(gone, how=how)
        first, second = stage.open().push([case(owner_id=gone), case(owner_id=there)])
        assert (type(first), type(second)) == (ItemError, Ref)

    def test_somebody_who_is_gone_is_no_queue_that_is_gone(self, stage: CrmStage) -> None:
        ann, queue = stage.contact(ANN), stage.queue("Support")
        stage.remove(ann)
        (said,) = stage.open().push([case(owner_id=queue, contact_id=ann.id)])
        assert isinstance(said, ItemError)
        assert said.failure.code != "salesforce.QUEUE_GONE"

    def test_a_trouble_while_queues_are_asked_for_is_told(self, stage: CrmStage) -> None:
        stage.strike(Trouble.HUNG_UP)
        assert refused(lambda: stage.open().queues()).kind is Kind.TRANSIENT
