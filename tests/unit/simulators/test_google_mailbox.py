"""The store of one account: threads, labels and what its history tells."""

from __future__ import annotations

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from connectors.simulators.google.mailbox import HISTORY_KEPT, Mailbox, Record


class Clock:
    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def box(clock: Clock) -> Mailbox:
    return Mailbox("ada@example.com", clock)


def mail(subject: str = "Hello", message_id: str = "", answers: str = "") -> bytes:
    head = f"Subject: {subject}\n"
    head += f"Message-ID: <{message_id}>\n" if message_id else ""
    head += f"In-Reply-To: <{answers}>\n" if answers else ""
    return f"{head}\ntext".encode()


def test_the_first_message_of_a_thread_gives_it_its_id(box: Mailbox) -> None:
    first = box.add(mail("Renewal", "1@x"))
    assert first.thread_id == first.id
    assert len(first.id) == 16


def test_an_answer_joins_its_thread(box: Mailbox) -> None:
    first, second = box.add(mail("Renewal", "1@x")), box.add(mail("Re: renewal", "2@x", "1@x"))
    third = box.add(mail("AW: Renewal", "3@x", "2@x"))
    assert {second.thread_id, third.thread_id} == {first.id}


@pytest.mark.parametrize(
    ("subject", "answers"),
    [
        ("Something else", "1@x"),  # names the message, changes the subject
        ("Re: Renewal", ""),  # same subject, names nothing
        ("Re: Renewal", "9@x"),  # names what is not here
    ],
)
def test_a_thread_needs_both_the_reference_and_the_subject(box: Mailbox, subject: str, answers: str) -> None:
    first = box.add(mail("Renewal", "1@x"))
    assert box.add(mail(subject, "2@x", answers)).thread_id != first.id


def test_an_answer_to_a_deleted_message_starts_a_thread(box: Mailbox) -> None:
    first = box.add(mail("Renewal", "1@x"))
    box.remove(first)
    second = box.add(mail("Re: Renewal", "2@x", "1@x"))
    assert second.thread_id == second.id


def test_a_thread_can_be_given_or_refused(box: Mailbox) -> None:
    first = box.add(mail("Renewal", "1@x"))
    assert box.add(mail("Other"), thread_id=first.id).thread_id == first.id
    assert box.add(mail("Re: Renewal", answers="1@x"), thread_id="").thread_id != first.id
    assert box.thread_count() == 2


def test_messages_are_sorted_by_date_whenever_they_came(box: Mailbox) -> None:
    dates = [3_000, 1_000, 2_000]
    for date in dates:
        box.add(mail(), internal_date=date)
    assert [m.internal_date for m in box.newest_first()] == [3_000, 2_000, 1_000]


def test_what_comes_and_goes_between_two_looks_is_seen(box: Mailbox) -> None:
    first = box.add(mail())
    assert box.newest_first() == [first]
    second = box.add(mail(), internal_date=first.internal_date + 1)
    assert box.newest_first() == [second, first]
    box.remove(second)
    assert box.newest_first() == [first]


def test_a_message_without_a_date_of_its_own_has_the_clocks(box: Mailbox, clock: Clock) -> None:
    assert box.add(mail()).internal_date == int(clock.now * 1000)


def test_labels_are_told_apart_by_more_than_letter_case(box: Mailbox) -> None:
    label = box.add_label("Amazon")
    assert box.label_named("AMAZON") is label
    assert box.label_named("inbox") is box.labels["INBOX"]
    assert box.label_named("Amazon/Prime") is None


def test_ids_never_meet(box: Mailbox, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = iter([7, 7, 7, 8])
    plain = box._random.getrandbits
    monkeypatch.setattr(box._random, "getrandbits", lambda bits: next(drawn) if bits == 20 else plain(bits))
    assert box.add(mail()).id != box.add(mail()).id


def test_two_mailboxes_count_from_different_numbers(clock: Clock) -> None:
    assert Mailbox("a@x", clock).history_id != Mailbox("b@x", clock).history_id


def test_history_is_told_from_where_one_stands(box: Mailbox) -> None:
    box.add(mail())
    start = box.history_id
    second = box.add(mail())
    records = box.since(start)
    assert records is not None
    assert [r.message_id for r in records] == [second.id]
    assert box.since(box.history_id) == []


@pytest.mark.parametrize("offset", [-1, 1])
def test_history_outside_what_is_kept_cannot_be_told(box: Mailbox, offset: int) -> None:
    edge = box.horizon if offset < 0 else box.history_id
    assert box.since(edge) is not None
    assert box.since(edge + offset) is None


def test_a_record_is_forgotten_after_a_week(box: Mailbox, clock: Clock) -> None:
    start = box.history_id
    box.add(mail())
    known = box.history_id
    clock.now += HISTORY_KEPT - 1
    assert len(box.since(start) or []) == 1
    clock.now += 2
    assert box.since(start) is None
    assert box.since(known) == []


def test_expired_history_makes_the_present_cursor_old_as_well(box: Mailbox) -> None:
    box.add(mail())
    present = box.history_id
    box.expire_history()
    assert box.since(present) is None
    assert box.since(box.history_id) == []


def test_a_record_shows_one_change_of_one_message() -> None:
    record = Record(
        id=7, at=0.0, kind="labelsAdded", message_id="m", thread_id="t", message_labels=("A",), changed_labels=("A",)
    )
    assert record.shown() == {
        "id": "7",
        "messages": [{"id": "m", "threadId": "t"}],
        "labelsAdded": [{"message": {"id": "m", "threadId": "t", "labelIds": ["A"]}, "labelIds": ["A"]}],
    }


class Follower(RuleBasedStateMachine):
    """Whoever follows the history knows the mailbox, whatever happens to it."""

    def __init__(self) -> None:
        super().__init__()
        self.box = Mailbox("follower", Clock())
        self.cursor = self.box.history_id
        self.known: dict[str, set[str]] = {}

    @rule(labels=st.sets(st.sampled_from(["INBOX", "UNREAD", "SENT"])))
    def deliver(self, labels: set[str]) -> None:
        self.box.add(mail(), sorted(labels))

    @precondition(lambda self: self.box.messages)
    @rule(choice=st.randoms(use_true_random=False), label=st.sampled_from(["INBOX", "UNREAD", "STARRED"]))
    def toggle(self, choice: object, label: str) -> None:
        message = choice.choice(sorted(self.box.messages.values(), key=lambda m: m.id))  # type: ignore[attr-defined]  # a Random
        wanted = {"remove": [label]} if label in message.labels else {"add": [label]}
        self.box.relabel(message, **wanted)

    @precondition(lambda self: self.box.messages)
    @rule()
    def delete(self) -> None:
        self.box.remove(min(self.box.messages.values(), key=lambda m: m.id))

    @rule()
    def follow(self) -> None:
        records = self.box.since(self.cursor)
        assert records is not None
        for record in records:
            assert record.id > self.cursor
            self.cursor = record.id
            if record.kind == "messagesDeleted":
                del self.known[record.message_id]
            else:
                self.known[record.message_id] = set(record.message_labels)
        assert self.known == {m.id: set(m.labels) for m in self.box.messages.values()}

    @invariant()
    def the_cursor_never_passes_the_mailbox(self) -> None:
        assert self.cursor <= self.box.history_id


Follower.TestCase.settings = settings(max_examples=30, stateful_step_count=30, deadline=None)
TestFollower = Follower.TestCase
