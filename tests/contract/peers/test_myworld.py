"""The contracts of mail and of calendars on a Google that others wrote.

What it does otherwise than Google stands in `DEVIATIONS`, and of calendars in `OF_CALENDARS`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar

import pytest

from tests.contract.connectors.event_mail_contract import EventMailContract
from tests.contract.connectors.mail_contract import MailConnectorContract
from tests.contract.peers.conftest import Proxy
from tests.contract.peers.myworld_stage import MyworldEventStage, MyworldStage

pytestmark = pytest.mark.peers

NO_BATCH = "it knows no batch requests, and that is how messages are read"
READS = (
    "test_a_label_alone_is_no_tombstone_and_changes_no_message",
    "test_messages_come_in_the_order_in_which_they_were_asked_for",
    "test_one_that_is_gone_is_said_in_its_place_and_hurts_no_other",
    "test_one_that_never_was_is_not_found",
    "test_one_asked_for_twice_comes_twice",
    "test_more_than_fit_into_one_request_come_in_order",
    "test_a_message_arrives_as_it_was_sent",
    "test_messages_of_one_thread_share_its_name",
    "test_where_the_provider_filed_a_message_is_told",
    "test_after_a_trouble_the_same_connector_goes_on[get]",
)
DEVIATIONS: Mapping[str, str] = {
    "test_a_full_read_comes_oldest_first": "Gmail lists a mailbox newest first and offers no other order",
    "test_a_full_read_leaves_out_what_came_before_its_window": "it dates what is inserted by its own clock",
    "test_a_deletion_is_a_tombstone": "its history has no deletions",
    **dict.fromkeys(READS, NO_BATCH),
}


SINGLY = (
    *(
        f"test_after_a_trouble_the_same_connector_goes_on[{call}]"
        for call in ("get", "insert", "patch", "delete", "mark")
    ),
    "test_a_bad_one_hurts_no_neighbour_wherever_it_stands",
    "test_a_colour_that_somebody_chose_since_stays",
    "test_a_lost_answer_is_a_passing_failure_and_the_next_push_finds_what_was_written",
    "test_a_lost_answer_to_a_deletion_is_made_up_for",
    "test_a_mark_is_no_change_of_the_content",
    "test_a_mark_is_red_and_what_was_there_before_is_put_back",
    "test_a_mark_is_taken_off_whatever_the_version_is",
    "test_a_mark_that_is_made_twice_is_taken_off",
    "test_a_mark_whose_answer_nobody_heard_is_taken_off",
    "test_a_version_that_moved_alone_changes_no_content",
    "test_an_occurrence_that_is_moved_keeps_its_name",
    "test_an_old_version_is_a_conflict_and_overwrites_nobody",
    "test_deleting_what_is_gone_is_done",
    "test_events_stand_as_they_are_now_in_the_order_asked_for",
    "test_marking_what_is_marked_changes_nothing",
    "test_how_it_is_joined_stays_as_it_is",
    "test_more_than_fit_into_one_request",
    "test_more_than_fit_into_one_request_come_in_order",
    "test_nobody_is_invited",
    "test_occurrences_share_a_name_and_a_series",
    "test_one_key_in_two_calendars_is_two_events",
    "test_one_key_twice_in_a_push_is_one_event",
    "test_one_occurrence_is_changed_alone",
    "test_one_that_is_gone_hurts_no_other",
    "test_only_the_named_fields_are_written",
    "test_our_own_write_comes_back_with_its_key_and_version",
    "test_several_writes_are_one_request_and_answered_in_order",
    "test_the_version_that_was_told_is_good_for_the_next_change",
    "test_the_version_that_was_told_is_that_of_the_calendar",
    "test_those_who_are_invited_are_told_with_what_they_said",
    "test_what_a_person_changed_meanwhile_is_not_deleted",
    "test_what_is_deleted_is_gone_and_told_as_gone",
    "test_what_is_gone_is_not_changed",
    "test_what_is_inserted_has_no_conference",
    "test_what_is_inserted_is_there_as_it_was_meant",
    "test_what_is_inserted_twice_is_there_once",
    "test_what_is_no_meeting_says_what_it_is",
    "test_what_is_there_already_is_left_as_it_is",
    "test_what_was_deleted_for_good_needs_another_generation",
    "test_what_was_deleted_is_a_tombstone_and_what_never_was_is_not_found",
    "test_what_was_never_marked_keeps_its_colour",
    "test_when_an_event_was_last_changed_is_told",
    "test_whole_days_may_become_hours",
)
OF_CALENDARS: Mapping[str, str] = {
    "test_an_occurrence_that_is_cancelled_takes_no_other_along": "its changes lack occurrences that were cancelled",
    "test_what_goes_during_a_full_read_hides_nothing_else": "its pages are counted, and what is deleted moves them",
    **dict.fromkeys(
        (
            "test_how_a_meeting_is_joined_is_told_beside_its_text",
            "test_that_it_is_joined_otherwise_or_not_at_all_is_a_change",
        ),
        "it keeps no conference that an event is given",
    ),
    **dict.fromkeys(SINGLY, "it knows no batch requests, and that is how single events are read and written"),
}


def deviating(request: pytest.FixtureRequest, deviations: Mapping[str, str]) -> None:
    """Expects the test to fail if what it is about is done otherwise here."""
    reason = deviations.get(request.node.originalname) or deviations.get(request.node.name)
    if reason:
        request.node.add_marker(pytest.mark.xfail(reason=reason, strict=True))


class TestMyworld(MailConnectorContract):
    provider: ClassVar[str] = "google"

    @pytest.fixture(autouse=True)
    def _deviates(self, request: pytest.FixtureRequest) -> None:
        deviating(request, DEVIATIONS)

    @pytest.fixture
    def stage(self, myworld: tuple[Proxy, str], monkeypatch: pytest.MonkeyPatch) -> Iterator[MyworldStage]:
        proxy, own = myworld
        made = MyworldStage(proxy=proxy, own=own, patch=monkeypatch)
        yield made
        made.closing.close()


class TestMyworldCalendar(EventMailContract):
    provider: ClassVar[str] = "google"

    @pytest.fixture(autouse=True)
    def _deviates(self, request: pytest.FixtureRequest) -> None:
        deviating(request, OF_CALENDARS)

    @pytest.fixture
    def stage(self, myworld: tuple[Proxy, str], monkeypatch: pytest.MonkeyPatch) -> Iterator[MyworldEventStage]:
        proxy, own = myworld
        made = MyworldEventStage(proxy=proxy, own=own, patch=monkeypatch)
        yield made
        made.closing.close()
