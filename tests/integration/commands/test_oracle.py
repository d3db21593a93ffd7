"""The two accounts of a world: they agree when all is well, and each thing that must not be is seen by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from connectors.models import Mailbox
from issues.models import Issue
from syncapp.models import Binding, Filtered, Item
from tests.driving import sync
from tests.integration.commands.compared import Compared


def test_all_is_well(compared: Compared) -> None:
    found = compared.settled().account()
    assert found.broken == []
    counted = {name: found.values[name] for name in ("items", "synced", "records", "files", "copies", "mailboxes")}
    assert counted == {"items": 5, "synced": 5, "records": 5, "files": 5, "copies": 0, "mailboxes": 2}


PLANTED: dict[str, tuple[Callable[[Compared], None], dict[str, Any], set[str]]] = {
    "an item without a row of ours": (
        Compared.arrive_unread,
        {"silent": 1, "items": 6, "synced": 5},
        {"silent == 0", "items == synced + failed + held + filtered", "records >= 0.9 * items"},
    ),
    "a second record behind our back": (
        Compared.write_twice,
        {"duplicates": 1, "records": 6, "unpaired": {"ours_only": 0, "outside_only": 1}},
        {"duplicates == 0", "records == synced", "unpaired == 0"},
    ),
    "a record of nothing": (
        Compared.write_from_nowhere,
        {"duplicates": 0, "records": 6, "unpaired": {"ours_only": 0, "outside_only": 1}},
        {"records == synced", "unpaired == 0"},
    ),
    "a record that is gone": (
        Compared.lose_a_record,
        {"records": 4, "unpaired": {"ours_only": 1, "outside_only": 0}},
        {"records == synced", "unpaired == 0", "records >= 0.9 * items"},
    ),
    "a mail too many": (
        Compared.send_a_mail,
        {"mails_sent": 1, "mails_expected": 0},
        {"mails_sent == mails_expected"},
    ),
}


@pytest.mark.parametrize("name", PLANTED)
def test_what_must_not_be_is_seen(compared: Compared, name: str) -> None:
    plant, numbers, equations = PLANTED[name]
    plant(compared.settled())
    found = compared.account()
    assert {each: found.values[each] for each in numbers} == numbers
    of_messages = {f"email: {each}" for each in equations if not each.startswith(("records >=", "mails"))}
    assert set(found.broken) == equations | of_messages


def test_a_record_that_says_something_else_is_a_mismatch(compared: Compared) -> None:
    compared.settled().forge_a_subject()
    values = compared.account().values
    assert values["mismatched"] == 1
    assert list(values["mismatches"].values()) == [["subject"]]


def test_an_item_whose_row_was_lost_is_silent_though_its_record_is_there(compared: Compared) -> None:
    compared.settled()
    Item.everywhere.filter(title="one").delete()
    found = compared.account()
    assert (found.values["silent"], found.values["synced"], found.values["records"]) == (1, 4, 5)


def test_a_copy_in_a_second_mailbox_is_no_second_item(compared: Compared) -> None:
    compared.settled()
    (first, *_) = compared.doors.google("snapshot")["accounts"][compared.world.ada.address]["messages"]
    copy = first["raw"].replace("-", "+").replace("_", "/") + "=="
    compared.doors.google("deliver", accounts=[compared.world.ben.address], raw=copy)
    sync(compared.world.ben)
    found = compared.account()
    assert found.broken == []
    assert (found.values["items"], found.values["files"], found.values["copies"]) == (5, 6, 1)


class TestClasses:
    """Each class is told by its own rows."""

    @pytest.fixture
    def refusing(self, compared: Compared) -> Compared:
        """Salesforce refuses “two” and “three”, which have a t."""
        rule = {"object": "EmailMessage", "name": "Never", "field": "Subject", "pattern": "t", "message": "No."}
        compared.doors.salesforce("validation-rule", **rule)
        return compared.settled()

    def test_an_item_with_an_open_issue_has_failed(self, refusing: Compared) -> None:
        values = refusing.account().values
        assert (values["failed"], values["synced"]) == (2, 3)
        assert values["issues_by_code"] == {"salesforce.FIELD_CUSTOM_VALIDATION_EXCEPTION": 2}
        assert values["mails_expected"] == 2, "one kind of refusal, two recipients"

    def test_an_issue_of_an_item_holds_no_other_item_of_its_mailbox(self, refusing: Compared) -> None:
        refusing.arrive_unread()
        values = refusing.account().values
        assert (values["held"], values["silent"]) == (0, 1)

    def test_an_item_behind_a_stopped_mailbox_is_held_without_a_row(self, compared: Compared) -> None:
        compared.settled()
        compared.doors.google("revoke", account=compared.world.ada.address)
        compared.world.deliver(compared.world.ada, "later")
        sync(compared.world.ada)
        assert not Binding.everywhere.filter(item__title="later").exists()
        assert compared.account().values["held"] == 1

    def test_a_paused_mailbox_without_an_issue_holds_nothing(self, compared: Compared) -> None:
        """Only an issue says that somebody is to look; a mailbox that just stands still leaves its items silent."""
        compared.settled()
        Mailbox.everywhere.filter(pk=compared.world.ada.pk).update(stopped_at="2026-03-02T00:00Z")
        compared.arrive_unread()
        assert not Issue.everywhere.exists()
        assert (compared.account().values["held"], compared.account().values["silent"]) == (0, 1)

    def test_an_item_that_a_rule_keeps_out_is_filtered(self, compared: Compared) -> None:
        from tests import builders
        from tests.contract.connectors.google_stage import raw
        from tests.integration.commands.compared import encoded

        inside = raw(builders.email("cat@ours.example", "dog@ours.example", "among us"))
        compared.doors.google("deliver", accounts=[compared.world.ada.address], raw=encoded(inside))
        found = compared.settled().account()
        assert found.values["filtered"] == 1
        assert sum(found.values["filtered_by_rule"].values()) == Filtered.everywhere.count() == 1
