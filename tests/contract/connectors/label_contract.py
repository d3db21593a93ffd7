"""What every mail connector promises of labels; mixed into the classes of `mail_contract`."""

from __future__ import annotations

import pytest

from connectors.errors import Kind
from connectors.labels import FAILED
from connectors.records import Email, Ref, RemoteChange
from tests.builders import email
from tests.contract.connectors.mail_contract import EMAIL, GONE, caught_up, changes, contents, refused
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

    # -- The label of what failed

    def with_label(self, stage: MailStage, label: str, *refs: Ref) -> list[bool]:
        return [label in each.labels for each in stage.open().get(EMAIL, refs) if isinstance(each, Email)]

    def test_the_label_of_what_failed_is_made_with_the_one_above_it(self, stage: MailStage) -> None:
        label = stage.open().failed_label()
        names = {each.id: each.name for each in stage.open().labels()}
        assert names[label] == FAILED == "Salesforce Emails/Sync Error"
        assert "Salesforce Emails" in names.values()

    @pytest.mark.parametrize("name", [FAILED, FAILED.lower()])
    def test_a_label_of_that_name_that_is_there_is_taken(self, stage: MailStage, name: str) -> None:
        label = stage.label(name)
        assert stage.open().failed_label() == label

    def test_it_is_made_once(self, stage: MailStage) -> None:
        label = stage.open().failed_label()
        before = len(stage.open().labels())
        assert (stage.open().failed_label(), len(stage.open().labels())) == (label, before)

    def test_where_it_is_there_one_request_finds_it(self, stage: MailStage) -> None:
        stage.open().failed_label()
        connector, before = stage.open(), stage.calls()
        connector.failed_label()
        assert stage.calls() - before == 1

    def test_the_label_is_put_on_and_taken_off_what_is_named_and_nothing_else(self, stage: MailStage) -> None:
        refs = [stage.deliver(email()) for _ in range(3)]
        label = stage.open().failed_label()
        stage.open().label_failed(refs[:2], label, on=True)
        assert self.with_label(stage, label, *refs) == [True, True, False]
        stage.open().label_failed(refs[1:], label, on=False)
        assert self.with_label(stage, label, *refs) == [True, False, False]

    def test_many_messages_are_one_request(self, stage: MailStage) -> None:
        refs = [stage.deliver(email()) for _ in range(60)]
        connector = stage.open()
        label, before = connector.failed_label(), stage.calls()
        connector.label_failed(refs, label, on=True)
        assert stage.calls() - before == 1

    def test_nothing_to_label_is_nothing_asked(self, stage: MailStage) -> None:
        connector = stage.open()
        label, before = connector.failed_label(), stage.calls()
        connector.label_failed([], label, on=True)
        assert stage.calls() == before

    def test_a_label_that_was_renamed_is_still_the_same(self, stage: MailStage) -> None:
        label, ref = stage.open().failed_label(), stage.deliver(email())
        stage.rename_label(label, "Look at these")
        stage.open().label_failed([ref], label, on=True)
        assert self.with_label(stage, label, ref) == [True]

    @pytest.mark.parametrize("on", [True, False])
    def test_what_is_gone_keeps_no_other_message_from_its_label(self, stage: MailStage, on: bool) -> None:
        dropped, kept = stage.deliver(email()), stage.deliver(email())
        label = stage.open().failed_label()
        stage.relabel(kept, add=[] if on else [label])
        stage.delete(dropped)
        stage.open().label_failed([dropped, GONE, kept], label, on=on)
        assert self.with_label(stage, label, kept) == [on]

    def test_a_label_that_was_deleted_can_be_put_on_nothing(self, stage: MailStage) -> None:
        ref, label = stage.deliver(email()), stage.open().failed_label()
        stage.drop_label(label)
        assert refused(lambda: stage.open().label_failed([ref], label, on=True)).kind is Kind.NOT_FOUND
        assert stage.open().failed_label() != label

    def test_a_label_that_was_deleted_is_off_already(self, stage: MailStage) -> None:
        ref, label = stage.deliver(email()), stage.open().failed_label()
        stage.open().label_failed([ref], label, on=True)
        stage.drop_label(label)
        stage.open().label_failed([ref], label, on=False)
        assert self.with_label(stage, label, ref) == [False]

    @pytest.mark.parametrize("on", [True, False])
    def test_to_do_it_again_changes_nothing(self, stage: MailStage, on: bool) -> None:
        ref, label = stage.deliver(email()), stage.open().failed_label()
        for _ in range(2):
            stage.open().label_failed([ref], label, on=on)
        assert self.with_label(stage, label, ref) == [on]

    @pytest.mark.parametrize("on", [True, False])
    def test_it_is_no_change_of_a_message(self, stage: MailStage, on: bool) -> None:
        ref, label = stage.deliver(email()), stage.open().failed_label()
        stage.open().label_failed([ref], label, on=not on)
        said, cursor = contents(stage.open().get(EMAIL, [ref])), caught_up(stage.open())
        stage.open().label_failed([ref], label, on=on)
        assert contents(stage.open().get(EMAIL, [ref])) == said
        assert changes(list(stage.open().pull(EMAIL, cursor, None, [stage.label("Private")]))) == []
