"""What Gmail has beside the contract of labels: how the label looks, what it costs, and what its door refuses."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from connectors.errors import Kind
from connectors.google import labelling
from connectors.labels import FAILED
from connectors.simulators.authority import Certificate
from connectors.simulators.faults import Fault
from connectors.simulators.google import GoogleSimulator
from tests.builders import email
from tests.contract.connectors.google_stage import GoogleStage
from tests.contract.connectors.mail_contract import refused
from tests.contract.connectors.stage import CountingServer

READING = "https://www.googleapis.com/auth/gmail.readonly"
ABOVE = "Salesforce Emails"


@pytest.fixture
def stage(
    google_server: CountingServer, contract_certificate: Certificate, monkeypatch: pytest.MonkeyPatch
) -> Iterator[GoogleStage]:
    simulator = GoogleSimulator()
    simulator.base_url = google_server.url
    google_server.simulator = simulator
    made = GoogleStage(server=google_server, certificate=contract_certificate, simulator=simulator, patch=monkeypatch)
    yield made
    made.closing.close()


def spoil(stage: GoogleStage, path: str, status: int, body: Any, *, method: str = "POST", after: int = 0) -> None:
    """One call that is answered so."""
    fault = {"action": "answer", "method": method, "path": path, "status": status, "body": body, "after": after}
    stage.simulator.faults.append(Fault.of(fault))


def conflict() -> dict[str, Any]:
    said = "Label name exists or conflicts"
    return {"error": {"code": 409, "message": said, "errors": [{"message": said, "reason": "aborted"}]}}


def names(stage: GoogleStage) -> set[str]:
    return {each.name for each in stage.open().labels()}


def costs(stage: GoogleStage) -> list[tuple[str, int]]:
    return [(call.operation, call.units) for call in stage.simulator.calls]


def test_it_is_red_and_can_be_seen_in_lists_and_on_messages(stage: GoogleStage) -> None:
    label = stage.simulator.world.account(stage.address).mailbox.labels[stage.open().failed_label()]
    assert (label.name, label.color) == (FAILED, {"backgroundColor": "#fb4c2f", "textColor": "#ffffff"})
    assert (label.in_list, label.in_messages) == ("labelShow", "show")


def test_a_label_that_somebody_made_keeps_its_colour(stage: GoogleStage) -> None:
    label = stage.label(FAILED)
    stage.open().failed_label()
    assert stage.simulator.world.account(stage.address).mailbox.labels[label].color == {}


def test_what_it_costs_is_a_list_two_labels_and_one_change_of_many_messages(stage: GoogleStage) -> None:
    refs = [stage.deliver(email()) for _ in range(3)]
    connector = stage.open()
    connector.label_failed(refs, connector.failed_label(), on=True)
    asked = [("labels.list", 1), ("labels.create", 5), ("labels.create", 5), ("messages.batchModify", 50)]
    assert costs(stage) == asked


def test_more_than_gmail_takes_at_once_are_several_requests(stage: GoogleStage) -> None:
    stage.patch.setattr(labelling, "RELABELLED", 2)
    refs = [stage.deliver(email()) for _ in range(5)]
    connector = stage.open()
    label, before = connector.failed_label(), stage.calls()
    connector.label_failed(refs, label, on=True)
    assert stage.calls() - before == 3
    assert len(stage.simulator.world.account(stage.address).mailbox.messages) == 5


def test_a_thousand_messages_are_one_request(stage: GoogleStage) -> None:
    ref = stage.deliver(email())
    connector = stage.open()
    label, before = connector.failed_label(), stage.calls()
    connector.label_failed([*[replace(ref, id=f"{n:016x}") for n in range(1, 1000)], ref], label, on=True)
    assert stage.calls() - before == 1
    assert label in stage.simulator.world.account(stage.address).mailbox.messages[ref.id].labels


def test_where_the_label_above_cannot_be_made_it_does_without(stage: GoogleStage) -> None:
    spoil(stage, "/labels$", 409, conflict())
    stage.open().failed_label()
    assert names(stage) & {ABOVE, FAILED} == {FAILED}


def test_somebody_who_made_it_in_the_same_moment_is_a_conflict_that_passes(stage: GoogleStage) -> None:
    spoil(stage, "/labels$", 409, conflict(), after=1)
    assert refused(stage.open().failed_label).kind is Kind.CONFLICT
    assert stage.open().failed_label()


def test_who_may_only_read_is_told_so_and_makes_nothing(stage: GoogleStage) -> None:
    without = replace(stage, written="dee@ours.example", scopes=(READING,))
    said = refused(without.open().failed_label)
    assert (said.code, said.kind) == ("google.insufficientPermissions", Kind.PERMISSION)
    assert not names(without) & {ABOVE, FAILED}


def test_who_may_only_read_can_put_no_label_on(stage: GoogleStage) -> None:
    without = replace(stage, written="dee@ours.example", scopes=(READING,))
    ref, label = without.deliver(email()), without.label(FAILED)
    said = refused(lambda: without.open().label_failed([ref], label, on=True))
    assert (said.code, said.kind) == ("google.insufficientPermissions", Kind.PERMISSION)


@pytest.mark.parametrize(
    "answer",
    [(200, "<html><body>Sign in to the hotel's network</body></html>"), (500, ""), (302, "")],
    ids=["page", "500", "302"],
)
def test_an_odd_answer_is_no_label(stage: GoogleStage, answer: tuple[int, str]) -> None:
    ref, label = stage.deliver(email()), stage.open().failed_label()
    spoil(stage, "/batchModify$", *answer)
    assert refused(lambda: stage.open().label_failed([ref], label, on=True)).code
