"""What every mail connector promises. A subclass names its provider and gives a `stage`; the tests are here."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import ClassVar
from urllib.parse import unquote, urlsplit

import pytest

from connectors.errors import ConnectorError, Failure, ItemError, Kind
from connectors.protocol import MailConnector
from connectors.records import Email, Flag, Page, Ref, RemoteChange, Resource, Window
from tests.builders import email
from tests.contract.connectors.stage import MINUTES, SECONDS, MailStage, Trouble

EMAIL = Resource.EMAIL
DAY = timedelta(days=1)
NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)
SINCE_NEW_YEAR = Window(start=NEW_YEAR, end=NEW_YEAR + 400 * DAY)
EVER = Window(start=NEW_YEAR - 400 * DAY, end=NEW_YEAR + 400 * DAY)
GONE = Ref(id="18c0ffee00000000")
HOSTILE = ("a b", '"><script>alert(1)</script>', "a/../../b", "?x=1&y=2", "#there", "é\u202e", "%2e%2e", "a\r\nb: c")

Call = Callable[[MailConnector, str, Ref], object]
CALLS: dict[str, Call] = {
    "check": lambda connector, cursor, ref: connector.check(),
    "pull everything": lambda connector, cursor, ref: list(connector.pull(EMAIL, None)),
    "pull on": lambda connector, cursor, ref: list(connector.pull(EMAIL, cursor)),
    "get": lambda connector, cursor, ref: connector.get(EMAIL, [ref]),
    "labels": lambda connector, cursor, ref: connector.labels(),
    "failed label": lambda connector, cursor, ref: connector.failed_label(),
    "label failed": lambda connector, cursor, ref: connector.label_failed([ref], "Label_1", on=False),
}
every_call = pytest.mark.parametrize("call", CALLS.values(), ids=list(CALLS))


def nudged(cursor: str, by: int) -> str:
    """The cursor with its last number moved a little."""
    head, last, tail = re.split(r"(\d+)(?!.*\d)", cursor, maxsplit=1, flags=re.DOTALL)
    return f"{head}{int(last) + by}{tail}"


TAMPERED: dict[str, Callable[[str], str]] = {
    "empty": lambda cursor: "",
    "a word": lambda cursor: "cursor",
    "null": lambda cursor: "null",
    "a list": lambda cursor: "[]",
    "cut": lambda cursor: cursor[:-1],
    "longer": lambda cursor: f"{cursor}0",
    "twice": lambda cursor: cursor + cursor,
    "a little on": lambda cursor: nudged(cursor, 1),
    "a little back": lambda cursor: nudged(cursor, -1),
    "a number without quotes": lambda cursor: re.sub(r'"(\d+)"', r"\1", cursor) + " ",
    "odd digits": lambda cursor: cursor.translate({ord("1"): "¹", ord("2"): "²", ord("0"): "٠"}) + "²",
    "upper case": lambda cursor: cursor.upper(),
    "very long": lambda cursor: cursor + "9" * 5000,
    "half a surrogate": lambda cursor: f"{cursor}\ud83d",
}


def pages(connector: MailConnector, cursor: str | None = None, window: Window | None = None) -> list[Page]:
    return list(connector.pull(EMAIL, cursor, window))


def _pull_all(connector: MailConnector, resource: Resource, cursor: str) -> None:
    list(connector.pull(resource, cursor))


def changes(found: Sequence[Page]) -> list[RemoteChange]:
    return [change for page in found for change in page.changes]


def ids(found: Sequence[Page]) -> list[str]:
    return [change.ref.id for change in changes(found)]


def contents(found: Sequence[Email | ItemError]) -> list[Email]:
    """The messages among these, but for the labels that their mailbox has put on them."""
    return [replace(each, labels=frozenset()) for each in found if isinstance(each, Email)]


def caught_up(connector: MailConnector) -> str:
    """A cursor after everything that is there."""
    return pages(connector)[-1].cursor


def refused(ask: Callable[[], object]) -> Failure:
    with pytest.raises(ConnectorError) as caught:
        ask()
    return caught.value.failure


class MailConnectorContract:
    """Thirty facts and more. Each test gets a mailbox of its own."""

    provider: ClassVar[str]

    def fill(self, stage: MailStage, number: int) -> list[Ref]:
        """So many messages, oldest first."""
        return [stage.deliver(email(subject=f"Number {n}", date=NEW_YEAR + n * DAY)) for n in range(number)]

    # -- Who we are

    def test_it_is_what_the_registry_calls_it_and_reads_messages(self, stage: MailStage) -> None:
        connector = stage.open()
        assert (connector.key, EMAIL in connector.resources) == (self.provider, True)

    def test_check_names_the_account_in_lower_case(self, stage: MailStage) -> None:
        account = stage.open().check()
        assert (account.id, account.name.lower()) == (stage.address, stage.address)

    def test_check_is_one_request(self, stage: MailStage) -> None:
        connector, before = stage.open(), stage.calls()
        connector.check()
        assert stage.calls() - before == 1

    # -- A full read

    def test_an_empty_mailbox_is_whole_at_once_and_gives_a_cursor(self, stage: MailStage) -> None:
        found = pages(stage.open())
        assert (ids(found), found[-1].complete, bool(found[-1].cursor)) == ([], True, True)

    def test_a_full_read_has_every_message_once(self, stage: MailStage) -> None:
        stage.pages_of(2)
        refs = self.fill(stage, 5)
        assert sorted(ids(pages(stage.open()))) == sorted(ref.id for ref in refs)

    def test_a_full_read_comes_oldest_first(self, stage: MailStage) -> None:
        stage.pages_of(2)
        refs = self.fill(stage, 5)
        assert ids(pages(stage.open())) == [ref.id for ref in refs]

    def test_only_the_last_page_is_complete(self, stage: MailStage) -> None:
        stage.pages_of(2)
        self.fill(stage, 5)
        told = [page.complete for page in pages(stage.open())]
        assert told == [False] * (len(told) - 1) + [True]
        assert len(told) > 2

    def test_a_page_holds_no_more_than_a_page(self, stage: MailStage) -> None:
        stage.pages_of(2)
        self.fill(stage, 5)
        assert max(len(page.changes) for page in pages(stage.open())) == 2

    @pytest.mark.parametrize("at", range(4))
    def test_a_full_read_goes_on_from_each_of_its_cursors_in_another_process(self, stage: MailStage, at: int) -> None:
        """The cursor covers exactly what precedes it: nothing is lost, and nothing comes twice."""
        stage.pages_of(2)
        self.fill(stage, 7)
        whole = pages(stage.open())
        assert ids(pages(stage.open(), whole[at].cursor)) == ids(whole[at + 1 :])

    def test_what_arrives_during_a_full_read_is_not_lost(self, stage: MailStage) -> None:
        stage.pages_of(2)
        refs = self.fill(stage, 4)
        reading = stage.open().pull(EMAIL, None)
        found = [next(reading)]
        late = stage.deliver(email(subject="late"))
        found += list(reading)
        assert set(ids(found)) == {ref.id for ref in (*refs, late)}

    def test_a_full_read_leaves_out_what_came_before_its_window(self, stage: MailStage) -> None:
        stage.pages_of(1)
        stage.deliver(email(subject="old", date=NEW_YEAR - DAY))
        first = stage.deliver(email(subject="on the second", date=NEW_YEAR))
        later = stage.deliver(email(subject="new", date=NEW_YEAR + DAY))
        assert set(ids(pages(stage.open(), None, SINCE_NEW_YEAR))) == {first.id, later.id}

    @pytest.mark.parametrize("at", range(2))
    def test_a_window_holds_from_each_of_its_cursors_whatever_the_next_one_would_be(
        self, stage: MailStage, at: int
    ) -> None:
        stage.pages_of(1)
        for days in (-2, -1, 1, 2, 3):
            stage.deliver(email(subject=f"{days} days on", date=NEW_YEAR + days * DAY))
        whole = pages(stage.open(), None, SINCE_NEW_YEAR)
        assert ids(pages(stage.open(), whole[at].cursor, EVER)) == ids(whole[at + 1 :])

    def test_what_arrives_after_a_full_read_is_shown_whatever_its_date(self, stage: MailStage) -> None:
        cursor = pages(stage.open(), None, SINCE_NEW_YEAR)[-1].cursor
        late = stage.deliver(email(subject="moved here", date=NEW_YEAR - DAY))
        assert ids(pages(stage.open(), cursor, SINCE_NEW_YEAR)) == [late.id]

    # -- What changed since

    def test_where_nothing_happened_there_is_one_empty_page(self, stage: MailStage) -> None:
        self.fill(stage, 3)
        found = pages(stage.open(), caught_up(stage.open()))
        assert [(page.changes, page.complete) for page in found] == [((), True)]

    def test_only_what_is_new_comes_after_a_cursor(self, stage: MailStage) -> None:
        self.fill(stage, 3)
        cursor = caught_up(stage.open())
        new = stage.deliver(email(subject="new"))
        assert changes(pages(stage.open(), cursor)) == [RemoteChange(ref=new)]

    def test_changes_come_oldest_first(self, stage: MailStage) -> None:
        stage.pages_of(2)
        cursor = caught_up(stage.open())
        refs = self.fill(stage, 5)
        assert ids(pages(stage.open(), cursor)) == [ref.id for ref in refs]

    @pytest.mark.parametrize("at", range(3))
    def test_changes_go_on_from_each_cursor_in_another_process(self, stage: MailStage, at: int) -> None:
        stage.pages_of(2)
        cursor = caught_up(stage.open())
        refs = self.fill(stage, 6)
        whole = pages(stage.open(), cursor)
        assert ids(pages(stage.open(), whole[at].cursor)) == [ref.id for ref in refs[2 * (at + 1) :]]

    def test_a_page_of_changes_is_one_request(self, stage: MailStage) -> None:
        stage.pages_of(2)
        cursor = caught_up(stage.open())
        self.fill(stage, 6)
        before = stage.calls()
        found = pages(stage.open(), cursor)
        assert stage.calls() - before == len(found)

    def test_the_same_cursor_gives_the_same_again(self, stage: MailStage) -> None:
        cursor = caught_up(stage.open())
        self.fill(stage, 3)
        connector = stage.open()
        assert changes(pages(connector, cursor)) == changes(pages(connector, cursor))

    def test_a_deletion_is_a_tombstone(self, stage: MailStage) -> None:
        _, dropped = self.fill(stage, 2)
        cursor = caught_up(stage.open())
        stage.delete(dropped)
        assert changes(pages(stage.open(), cursor)) == [RemoteChange(ref=dropped, gone=True)]

    def test_what_came_and_went_between_two_reads_ends_as_gone(self, stage: MailStage) -> None:
        cursor = caught_up(stage.open())
        stage.delete(stage.deliver(email()))
        found = changes(pages(stage.open(), cursor))
        assert [change.gone for change in found][-1:] in ([], [True])

    def test_what_was_deleted_before_a_full_read_is_not_there(self, stage: MailStage) -> None:
        kept, dropped = self.fill(stage, 2)
        stage.delete(dropped)
        assert {c.ref.id for c in changes(pages(stage.open())) if not c.gone} == {kept.id}

    def test_a_label_alone_is_no_tombstone_and_changes_no_message(self, stage: MailStage) -> None:
        (ref,) = self.fill(stage, 1)
        connector = stage.open()
        before, cursor = connector.get(EMAIL, [ref]), caught_up(connector)
        stage.star(ref)
        assert not [change for change in changes(pages(connector, cursor)) if change.gone]
        assert contents(connector.get(EMAIL, [ref])) == contents(before)

    # -- Cursors that are none

    def test_a_cursor_of_another_mailbox_is_not_followed(self, stage: MailStage) -> None:
        neighbour = stage.neighbour()
        self.fill(neighbour, 2)
        self.fill(stage, 2)
        cursor = caught_up(neighbour.open())
        assert refused(lambda: pages(stage.open(), cursor)).kind is Kind.CURSOR_EXPIRED

    def test_a_cursor_of_another_resource_is_not_followed(self, stage: MailStage) -> None:
        connector = stage.open()
        others = [resource for resource in connector.resources if resource is not EMAIL]
        if not others:
            pytest.skip("a mailbox has one resource so far: e-mail")
        cursor = caught_up(connector)
        for other in others:
            assert refused(partial(_pull_all, connector, other, cursor)).kind is Kind.CURSOR_EXPIRED

    @pytest.mark.parametrize("spoil", TAMPERED.values(), ids=list(TAMPERED))
    def test_a_cursor_that_was_tampered_with_is_not_followed(
        self, stage: MailStage, spoil: Callable[[str], str]
    ) -> None:
        self.fill(stage, 3)
        connector = stage.open()
        cursor = caught_up(connector)
        assert refused(lambda: pages(connector, spoil(cursor))).kind is Kind.CURSOR_EXPIRED

    def test_a_cursor_that_the_provider_forgot_says_so(self, stage: MailStage) -> None:
        self.fill(stage, 2)
        cursor = caught_up(stage.open())
        stage.forget_cursors()
        assert refused(lambda: pages(stage.open(), cursor)).kind is Kind.CURSOR_EXPIRED

    def test_a_full_read_after_that_has_everything_and_a_cursor_that_works(self, stage: MailStage) -> None:
        refs = self.fill(stage, 2)
        stage.forget_cursors()
        found = pages(stage.open())
        new = stage.deliver(email())
        assert set(ids(found)) == {ref.id for ref in refs}
        assert ids(pages(stage.open(), found[-1].cursor)) == [new.id]

    # -- Reading

    def test_messages_come_in_the_order_in_which_they_were_asked_for(self, stage: MailStage) -> None:
        refs = self.fill(stage, 4)
        asked = [refs[2], refs[0], refs[3], refs[1]]
        found = stage.open().get(EMAIL, asked)
        assert [m.subject for m in found if isinstance(m, Email)] == [f"Number {n}" for n in (2, 0, 3, 1)]

    def test_one_that_is_gone_is_said_in_its_place_and_hurts_no_other(self, stage: MailStage) -> None:
        first, dropped, last = self.fill(stage, 3)
        stage.delete(dropped)
        one, two, three = stage.open().get(EMAIL, [first, dropped, last])
        assert isinstance(two, ItemError)
        assert two.failure.kind is Kind.NOT_FOUND
        assert [m.subject for m in (one, three) if isinstance(m, Email)] == ["Number 0", "Number 2"]

    def test_one_that_never_was_is_not_found(self, stage: MailStage) -> None:
        (found,) = stage.open().get(EMAIL, [GONE])
        assert isinstance(found, ItemError)
        assert found.failure.kind is Kind.NOT_FOUND

    def test_nothing_asked_is_nothing_answered(self, stage: MailStage) -> None:
        assert stage.open().get(EMAIL, []) == []

    def test_one_asked_for_twice_comes_twice(self, stage: MailStage) -> None:
        (ref,) = self.fill(stage, 1)
        one, two = stage.open().get(EMAIL, [ref, ref])
        assert one == two

    def test_more_than_fit_into_one_request_come_in_order(self, stage: MailStage) -> None:
        refs = self.fill(stage, 53)
        found = stage.open().get(EMAIL, refs)
        assert [m.subject for m in found if isinstance(m, Email)] == [f"Number {n}" for n in range(53)]

    def test_a_message_arrives_as_it_was_sent(self, stage: MailStage) -> None:
        sent = email(
            "müller@kunde.example",
            subject="Größe – 尺寸 👍",
            name="Zoë Müller",
            cc=("bob@customer.example",),
            text="Grüße\nübermorgen",
        )
        (found,) = stage.open().get(EMAIL, [stage.deliver(sent)])
        assert isinstance(found, Email)
        (content,) = contents([found])
        assert replace(content, thread="", text=content.text.strip()) == replace(sent, thread="")

    def test_messages_of_one_thread_share_its_name(self, stage: MailStage) -> None:
        first = email(message_id="first@tests", subject="Plans")
        answer = email(message_id="second@tests", subject="Plans", references=("first@tests",))
        found = stage.open().get(EMAIL, [stage.deliver(first), stage.deliver(answer)])
        names = {m.thread for m in found if isinstance(m, Email)}
        assert len(names) == 1
        assert names != {""}

    @pytest.mark.parametrize("flag", [Flag.DRAFT, Flag.SPAM, Flag.TRASH, Flag.SENT])
    def test_where_the_provider_filed_a_message_is_told(self, stage: MailStage, flag: Flag) -> None:
        filed, plain = stage.deliver(email(), flag), stage.deliver(email())
        found = [m.flags for m in stage.open().get(EMAIL, [filed, plain]) if isinstance(m, Email)]
        assert found == [frozenset({flag}), frozenset()]

    def test_what_is_filed_away_is_read_like_anything_else(self, stage: MailStage) -> None:
        """What stays out does so by a rule that people can see."""
        refs = [stage.deliver(email(), flag) for flag in (Flag.DRAFT, Flag.SPAM, Flag.TRASH)]
        assert set(ids(pages(stage.open()))) == {ref.id for ref in refs}

    # -- Addresses

    def test_an_address_leads_to_the_message(self, stage: MailStage) -> None:
        url = stage.open().url(EMAIL, Ref(id="18c0ffee"))
        assert url.startswith("https://")
        assert "18c0ffee" in url

    @pytest.mark.parametrize("id_", HOSTILE, ids=[f"hostile{n}" for n in range(len(HOSTILE))])
    def test_no_id_leads_elsewhere(self, stage: MailStage, id_: str) -> None:
        connector = stage.open()
        url, plain = connector.url(EMAIL, Ref(id=id_)), connector.url(EMAIL, Ref(id="18c0ffee"))
        assert urlsplit(url)[:2] == urlsplit(plain)[:2]
        assert not set(url) & set(" \"'<>\\`\r\n\t\u202e")
        assert id_ in unquote(url)

    # -- What stops a call

    @every_call
    @pytest.mark.parametrize("how", ["expired", "revoked"])
    def test_access_that_ended_is_said_at_the_first_proof(self, stage: MailStage, call: Call, how: str) -> None:
        (ref,) = self.fill(stage, 1)
        connector = stage.open()
        cursor = caught_up(connector)
        stage.end_access(how)
        before = stage.calls()
        assert refused(lambda: call(connector, cursor, ref)).kind is Kind.AUTH
        assert stage.calls() - before == 1

    @every_call
    @pytest.mark.parametrize("trouble", [Trouble.BROKEN, Trouble.DOWN, Trouble.HUNG_UP], ids=lambda t: t.name.lower())
    def test_what_passes_is_said_once_and_never_tried_again_in_here(
        self, stage: MailStage, call: Call, trouble: Trouble
    ) -> None:
        (ref,) = self.fill(stage, 1)
        connector = stage.open()
        cursor = caught_up(connector)
        stage.strike(trouble)
        before = stage.calls()
        assert refused(lambda: call(connector, cursor, ref)).kind is Kind.TRANSIENT
        assert stage.calls() - before == 1

    @every_call
    def test_a_wait_in_seconds_is_passed_on(self, stage: MailStage, call: Call) -> None:
        failure = self._busy(stage, call, Trouble.BUSY_FOR_SECONDS)
        assert (failure.kind, failure.retry_after) == (Kind.RATE_LIMITED, SECONDS)

    @every_call
    def test_a_wait_until_a_moment_is_passed_on_in_seconds(self, stage: MailStage, call: Call) -> None:
        failure = self._busy(stage, call, Trouble.BUSY_UNTIL)
        assert failure.kind is Kind.RATE_LIMITED
        assert 60 * (MINUTES - 5) < (failure.retry_after or 0) <= 60 * MINUTES + 1

    def _busy(self, stage: MailStage, call: Call, trouble: Trouble) -> Failure:
        (ref,) = self.fill(stage, 1)
        connector = stage.open()
        cursor = caught_up(connector)
        stage.strike(trouble)
        before = stage.calls()
        failure = refused(lambda: call(connector, cursor, ref))
        assert stage.calls() - before == 1
        return failure

    @every_call
    def test_after_a_trouble_the_same_connector_goes_on(self, stage: MailStage, call: Call) -> None:
        (ref,) = self.fill(stage, 1)
        connector = stage.open()
        cursor = caught_up(connector)
        stage.strike(Trouble.HUNG_UP)
        refused(lambda: call(connector, cursor, ref))
        call(connector, cursor, ref)

    @every_call
    def test_what_a_failure_says_names_its_page_and_never_the_token(self, stage: MailStage, call: Call) -> None:
        failure = self._busy(stage, call, Trouble.BUSY_FOR_SECONDS)
        assert failure.code.startswith(f"{failure.provider}.")
        assert "ya29." not in repr(failure)

    # -- The end

    def test_closing_gives_the_connections_back(self, stage: MailStage) -> None:
        connector = stage.open()
        connector.check()
        connector.close()
        assert stage.connections() == 0

    def test_closing_while_a_failure_is_in_hand_gives_them_back_as_well(self, stage: MailStage) -> None:
        connector = stage.open()
        stage.strike(Trouble.DOWN)
        with pytest.raises(ConnectorError) as caught:
            connector.check()
        connector.close()
        assert (stage.connections(), caught.value.failure.kind) == (0, Kind.TRANSIENT)

    def test_closing_twice_and_unused_harms_nobody(self, stage: MailStage) -> None:
        connector = stage.open()
        connector.close()
        connector.close()
        assert stage.open().check().id == stage.address
