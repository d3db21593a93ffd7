"""`manage.py verify` on messages: what was altered, deleted or doubled behind our back is named, and put right."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command

from connectors.memory import MemoryCrm, MemoryMailbox
from connectors.models import Activity, Mailbox, Organization, Verb
from connectors.records import Ref
from syncapp.engine import reconciling
from syncapp.models import Change, Item, Reconciliation
from tests import builders
from tests.builders import email
from tests.driving import CRM_DOWN, codes, drain, refusing, silent, sync, synced
from tests.integration.bad_input.world import World
from tests.integration.verifying.running import verify
from tests.integration.verifying.witness import tables, writes

pytestmark = pytest.mark.django_db


def in_step(mailbox: Mailbox, *subjects: str) -> dict[str, str]:
    """Messages that have got to the CRM: their records, by subject."""
    store = builders.store_of(mailbox)
    for subject in subjects:
        store.deliver(email(subject=subject))
    sync(mailbox)
    return records()


def records() -> dict[str, str]:
    return dict(Item.everywhere.exclude(record_id="").values_list("title", "record_id"))


@pytest.fixture
def three(mailbox: Mailbox, crm: MemoryCrm) -> dict[str, str]:
    return in_step(mailbox, "one", "two", "three")


# -- What is found


def test_both_sides_in_step_are_status_zero(three: dict[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    said = verify(capsys)
    assert (said.status, said.told["found"], said.number("compared")) == (0, 0, 3)


def test_what_was_deleted_and_doubled_is_named_and_nothing_else(
    three: dict[str, str], crm: MemoryCrm, capsys: pytest.CaptureFixture[str]
) -> None:
    crm.lose(three["one"])
    copy = crm.copy(three["two"])
    said = verify(capsys)
    assert (said.status, said.named) == (1, [("doubled", "two"), ("missing", "one")])
    by = {each["kind"]: each for each in said.findings}
    assert (by["missing"]["records"], by["doubled"]["records"]) == ([three["one"]], [copy.id])
    assert by["doubled"]["link"] == f"https://crm.invalid/{copy.id}"


def test_after_a_repair_and_one_run_nothing_is_found(
    three: dict[str, str], mailbox: Mailbox, crm: MemoryCrm, capsys: pytest.CaptureFixture[str]
) -> None:
    crm.lose(three["one"])
    crm.copy(three["two"])
    repaired = verify(capsys, "--repair")
    assert (repaired.status, repaired.number("requeued")) == (1, 2)
    sync(mailbox)
    said = verify(capsys)
    assert (said.status, said.named, synced(), len(crm.records), crm.others) == (0, [], 3, 3, {})
    assert silent() == []


def test_a_copy_with_our_key_is_a_double_too(
    three: dict[str, str], crm: MemoryCrm, capsys: pytest.CaptureFixture[str]
) -> None:
    crm.copy(three["two"], key=Item.everywhere.get(title="two").key)
    assert verify(capsys, "--repair").named == [("doubled", "two")]
    assert verify(capsys).status == 0


def test_a_record_whose_key_was_taken_is_written_anew(
    three: dict[str, str], mailbox: Mailbox, crm: MemoryCrm, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = crm.copy(three["one"])
    crm.lose(three["one"])
    Item.everywhere.filter(title="one").update(record_id=copy.id)
    said = verify(capsys, "--repair")
    assert (said.named, said.findings[0]["fields"]) == ([("altered", "one")], ["key"])
    sync(mailbox)
    assert (verify(capsys).status, len(crm.messages()), copy.id in records().values()) == (0, 3, False)


def test_a_record_that_came_back_under_another_id_is_adopted(
    three: dict[str, str], crm: MemoryCrm, capsys: pytest.CaptureFixture[str]
) -> None:
    back = crm.copy(three["one"], key=Item.everywhere.get(title="one").key)
    crm.lose(three["one"])
    assert verify(capsys, "--repair").named == [("altered", "one")]
    assert (records()["one"], verify(capsys).status, Change.everywhere.count()) == (back.id, 0, 0)


def test_only_what_is_in_step_by_our_account_is_compared(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm, capsys: pytest.CaptureFixture[str]
) -> None:
    crm.rules.append(refusing("bad"))
    in_step(mailbox, "good", "bad")
    assert (verify(capsys).number("compared"), codes()) == (1, ["salesforce.FIELD_CUSTOM_VALIDATION_EXCEPTION"])


def test_a_message_that_is_gone_on_both_sides_is_no_finding(
    three: dict[str, str], mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm, capsys: pytest.CaptureFixture[str]
) -> None:
    store.delete(Ref(id="m1"))
    sync(mailbox)
    crm.lose(three["one"])
    assert verify(capsys).status == 0


def test_what_could_not_be_written_again_is_never_taken_away(
    three: dict[str, str], mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm, capsys: pytest.CaptureFixture[str]
) -> None:
    store.delete(Ref(id="m1"))
    sync(mailbox)
    copy = crm.copy(three["one"])
    crm.lose(three["one"])
    Item.everywhere.filter(title="one").update(record_id=copy.id)
    said = verify(capsys, "--repair")
    assert (said.named, said.number("requeued"), list(crm.others)) == ([("altered", "one")], 0, [copy.id])


def test_what_somebody_works_on_meanwhile_is_no_finding(
    three: dict[str, str], mailbox: Mailbox, crm: MemoryCrm, monkeypatch: pytest.MonkeyPatch
) -> None:
    crm.lose(three["one"])
    whole = reconciling._messages

    def slow(*args: object) -> object:
        found = whole(*args)  # type: ignore[arg-type]
        Item.everywhere.filter(title="one").update(record_id="02s000000000009", version=2)
        return found

    monkeypatch.setattr(reconciling, "_messages", slow)
    assert reconciling.compare(mailbox.organization, 0).differences == []


# -- Looking and repairing


def test_looking_writes_one_row_and_nothing_else(
    three: dict[str, str], crm: MemoryCrm, capsys: pytest.CaptureFixture[str]
) -> None:
    crm.lose(three["one"])
    before, written = tables(), crm.writes
    verify(capsys)
    after = tables()
    assert [label for label in before if before[label] != after[label]] == ["syncapp.Reconciliation"]
    assert crm.writes == written


def test_a_repair_is_a_change_and_a_line_for_each(
    three: dict[str, str], crm: MemoryCrm, mailbox: Mailbox, capsys: pytest.CaptureFixture[str]
) -> None:
    crm.lose(three["one"])
    copy = crm.copy(three["two"])
    verify(capsys, "--repair")
    (change,) = Change.everywhere.all()
    assert (change.item.title, change.mailbox, change.item.synced_at) == ("one", mailbox, None)
    lines = Activity.everywhere.filter(verb=Verb.DIFFERENCE).order_by("title")
    assert [(line.title, line.note) for line in lines] == [
        ("one", f"missing in Salesforce: {three['one']}"),
        ("two", f"doubled in Salesforce: {copy.id}"),
    ]


def test_a_repair_wakes_the_mailbox(three: dict[str, str], crm: MemoryCrm, capsys: pytest.CaptureFixture[str]) -> None:
    crm.lose(three["one"])
    verify(capsys, "--repair")
    drain()
    assert synced() == 3


def test_many_pages_are_one_comparison(
    mailbox: Mailbox, crm: MemoryCrm, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(reconciling, "PAGE", 2)
    made = in_step(mailbox, *"abcde")
    crm.lose(made["a"])
    crm.lose(made["e"])
    said = verify(capsys)
    assert (said.named, said.number("compared")) == ([("missing", "a"), ("missing", "e")], 5)
    row = Reconciliation.everywhere.get()
    assert (row.whole, row.compared, row.missing, row.finished_at is None) == (True, 5, 2, False)


def test_a_crm_that_does_not_answer_is_not_status_zero(
    three: dict[str, str], crm: MemoryCrm, capsys: pytest.CaptureFixture[str]
) -> None:
    crm.faults.waiting.append(CRM_DOWN)
    said = verify(capsys)
    (one,) = said.told["organizations"].values()
    assert (said.status, one["failed"], said.told["found"]) == (1, {"memory_crm": CRM_DOWN.code}, 0)


def test_progress_goes_to_the_other_stream(
    organization: Organization, three: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("verify", "--json")
    streams = capsys.readouterr()
    assert len(streams.out.splitlines()) == 1
    assert f"{organization.slug}: 3 compared, 0 differ." in streams.err


def test_for_people_each_difference_is_a_line(
    organization: Organization, three: dict[str, str], crm: MemoryCrm, capsys: pytest.CaptureFixture[str]
) -> None:
    crm.lose(three["one"])
    with pytest.raises(SystemExit):
        call_command("verify")
    first, last = capsys.readouterr().out.splitlines()
    link = f"https://crm.invalid/{three['one']}"
    assert first == f"{organization.slug}: missing in Salesforce: “one” {three['one']} {link}"
    assert last == "3 compared: 0 altered, 1 missing, 0 doubled; 0 on their way to be repaired."


# -- Which organizations


def test_one_organization_is_compared_where_one_is_named(
    organization: Organization, three: dict[str, str], crm: MemoryCrm, capsys: pytest.CaptureFixture[str]
) -> None:
    other = builders.organization()
    crm.lose(three["one"])
    assert verify(capsys, "--organization", other.slug).status == 0
    assert verify(capsys, "--organization", organization.slug).status == 1
    assert set(verify(capsys).told["organizations"]) == {organization.slug, other.slug}


def test_bad_input_is_one_sentence_and_status_two(organization: Organization) -> None:
    with pytest.raises(CommandError) as caught:
        call_command("verify", "--organization", "nobody")
    assert caught.value.returncode == 2
    assert str(caught.value) == f"There is no organization “nobody”; there are: {organization.slug}."


# -- Over the wire


def test_at_salesforce_exactly_what_was_deleted_and_doubled_is_named_and_put_right(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    world.deliver(world.ada, "one", "two", "three")
    sync(world.ada)
    made = records()
    row = world.salesforce.org.store.get(made["two"]) or {}
    names = ("Subject", "MessageDate", "FromAddress", "MessageIdentifier", "Status", "Incoming")
    world.salesforce.control("create", {"object": "EmailMessage", "fields": {name: row[name] for name in names}})
    world.salesforce.control("delete", {"id": made["one"]})
    before = writes(world)
    said = verify(capsys)
    assert (said.status, said.named, writes(world)) == (1, [("doubled", "two"), ("missing", "one")], before)
    assert said.findings[0]["link"].startswith(world.salesforce.base_url)
    verify(capsys, "--repair")
    sync(world.ada)
    assert (verify(capsys).status, world.subjects()) == (0, ["one", "three", "two"])


def test_at_salesforce_nothing_that_we_write_looks_altered(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    """Whatever Salesforce makes of it: an odd subject, no subject, no sender, no Message-ID."""
    for message in (
        builders.email("ann@customer.example", world.ada.address, "  Zwei   Räume\u3000und ein Umlaut ü "),
        builders.email("ann@customer.example", world.ada.address, ""),
        builders.email("", "ann@customer.example", "nobody sent it"),
        builders.email("ann@customer.example", world.ada.address, "without an id", message_id=""),
        builders.email("ann@customer.example", world.ada.address, "long " * 120),
    ):
        world.deliver_email(world.ada, message)
    sync(world.ada)
    said = verify(capsys)
    assert (said.named, said.number("compared")) == ([], 5)
