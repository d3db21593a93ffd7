"""What every mail connector promises of labels; mixed into the classes of `mail_contract`."""

from __future__ import annotations

import pytest

from connectors.records import Email, RemoteChange
from tests.builders import email
from tests.contract.connectors.mail_contract import EMAIL, caught_up, changes
from tests.contract.connectors.stage import MailStage


class LabelContract:
    """Each test gets a mailbox of its own."""

    def test_labels_are_told_by_id_and_name_in_one_request(self, stage: MailStage) -> None:
        wanted = {(stage.label("Private"), "Private"), (stage.label("Clients/Größe"), "Clients/Größe")}
        connector, before = stage.open(), stage.calls()
        assert {(each.id, each.name) for each in connector.labels()} >= wanted
        assert stage.calls() - before == 1

    def test_a_label_of_another_mailbox_is_not_told(self, stage: MailStage) -> None:
        stage.neighbour().label("Theirs")
        assert "Theirs" not in {each.name for each in stage.open().labels()}

    def test_a_message_says_which_labels_it_has(self, stage: MailStage) -> None:
        label, ref, plain = stage.label("Private"), stage.deliver(email()), stage.deliver(email())
        stage.relabel(ref, add=[label])
        found = [m.labels for m in stage.open().get(EMAIL, [ref, plain]) if isinstance(m, Email)]
        assert [label in labels for labels in found] == [True, False]

    @pytest.mark.parametrize("watched", [True, False])
    def test_a_label_that_is_put_on_is_shown_to_whoever_asks_for_it(self, stage: MailStage, watched: bool) -> None:
        label, ref = stage.label("Private"), stage.deliver(email())
        cursor = caught_up(stage.open())
        stage.relabel(ref, add=[label])
        found = list(stage.open().pull(EMAIL, cursor, None, [label] if watched else []))
        assert changes(found) == ([RemoteChange(ref=ref)] if watched else [])

    @pytest.mark.parametrize("watched", [True, False])
    def test_a_label_that_is_taken_away_is_shown_to_whoever_asks_for_it(self, stage: MailStage, watched: bool) -> None:
        label, ref = stage.label("Private"), stage.deliver(email())
        stage.relabel(ref, add=[label])
        cursor = caught_up(stage.open())
        stage.relabel(ref, remove=[label])
        found = list(stage.open().pull(EMAIL, cursor, None, [label] if watched else []))
        assert changes(found) == ([RemoteChange(ref=ref)] if watched else [])

    def test_other_labels_than_those_that_are_asked_for_are_nobodys_business(self, stage: MailStage) -> None:
        label, other, ref = stage.label("Private"), stage.label("Later"), stage.deliver(email())
        cursor = caught_up(stage.open())
        stage.relabel(ref, add=[other])
        assert changes(list(stage.open().pull(EMAIL, cursor, None, [label]))) == []

    def test_a_message_that_lost_its_label_and_went_is_gone(self, stage: MailStage) -> None:
        label, ref = stage.label("Private"), stage.deliver(email())
        cursor = caught_up(stage.open())
        stage.relabel(ref, add=[label])
        stage.delete(ref)
        assert changes(list(stage.open().pull(EMAIL, cursor, None, [label]))) == [RemoteChange(ref=ref, gone=True)]
