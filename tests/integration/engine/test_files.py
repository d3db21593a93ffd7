"""Attachments that come to Salesforce as files, by an organization's rule."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from connectors.attachments import FileWrite
from connectors.effects import crash_points
from connectors.errors import Failure, Kind
from connectors.memory import MemoryCrm, MemoryMailbox, failure
from connectors.models import Activity, Mailbox, Organization, Verb
from connectors.records import Attachment, EmailWrite, Ref
from syncapp.models import Binding, Change
from tests.builders import email, store_of
from tests.conftest import Time
from tests.driving import CRM_DOWN, HICCUP, codes, filtered, refusing, states, sync, synced

pytestmark = pytest.mark.django_db

OFFER, PLAN = b"%PDF offer", b"plan"
AWAY = failure("network.READ_TIMEOUT", Kind.TRANSIENT, "salesforce")
BUSY = failure("salesforce.REQUEST_LIMIT_EXCEEDED", Kind.RATE_LIMITED, "too many")
BLOCKED = failure("salesforce.FILE_KIND_BLOCKED", Kind.INVALID, "not .exe")
FULL = failure("salesforce.STORAGE_LIMIT_EXCEEDED", Kind.CONFIG, "storage limit exceeded")
NO_FIELD = failure("salesforce.OWN_FIELD_MISSING", Kind.CONFIG, "No such column")


def settle(**values: object) -> None:
    """The settings of every organization."""
    Organization.everywhere.update(**({"brings_files": True} | values))


@pytest.fixture(autouse=True)
def brings(crm: MemoryCrm) -> None:
    settle()


def named(name: str, content: bytes = OFFER, kind: str = "application/pdf", **more: bool) -> tuple[Attachment, bytes]:
    return Attachment(name=name, content_type=kind, size=len(content), **more), content


def deliver(store: MemoryMailbox, *files: tuple[Attachment, bytes], **more: object) -> Ref:
    told = tuple(each for each, _ in files)
    return store.deliver(email(attachments=told, **more), *(content for _, content in files))  # type: ignore[arg-type]


def written(crm: MemoryCrm) -> EmailWrite:
    (write,) = [each for each in crm.records.values() if isinstance(each, EmailWrite)]
    return write


def taken(crm: MemoryCrm) -> dict[str, bytes]:
    """What the one message took along."""
    files = [crm.files[each] for each in written(crm).files]
    return {file.name: file.content for file in files}


def names(crm: MemoryCrm) -> list[str]:
    """The attachments of the one message, as they stand with it."""
    return [each.name for each in written(crm).email.attachments]


def refusing_files(words: str, why: Failure, *, times: int = -1) -> Callable[[FileWrite], Failure | None]:
    left = times

    def rule(file: FileWrite) -> Failure | None:
        nonlocal left
        if words not in file.name or left == 0:
            return None
        left -= 1
        return why

    return rule


@contextmanager
def troubled(crm: MemoryCrm, step: str, why: Failure) -> Iterator[None]:
    """The first call of that name fails as a whole."""
    done = list[str]()

    def trouble(name: str) -> None:
        if name == f"{step}: before" and not done:
            done.append(name)
            crm.faults.waiting.append(why)

    with crash_points(trouble):
        yield


def by_name() -> list[str]:
    return list(Activity.everywhere.filter(verb=Verb.BY_NAME).values_list("code", flat=True))


# -- What comes


def test_attachments_come_with_their_message(mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm) -> None:
    deliver(store, named("offer.pdf"), named("plan.txt", PLAN, "text/plain"))
    sync(mailbox)
    assert (taken(crm), names(crm)) == ({"offer.pdf": OFFER, "plan.txt": PLAN}, ["offer.pdf", "plan.txt"])
    assert (synced(), states(), by_name()) == (1, [], [])


def test_without_the_setting_nothing_comes_but_names(mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm) -> None:
    settle(brings_files=False)
    deliver(store, named("offer.pdf"))
    sync(mailbox)
    assert (crm.files, names(crm)) == ({}, ["offer.pdf"])


@pytest.mark.parametrize(
    ("rules", "file"),
    [
        ({"files_never": ["exe"]}, named("setup.EXE")),
        ({"files_only": ["docx"]}, named("offer.pdf")),
        ({"files_never": ["image/*"]}, named("photo", kind="image/png")),
        ({"largest_file": 1}, named("large.pdf", b"x" * (1024 * 1024 + 1))),
        ({}, named("logo.png", kind="image/png", inline=True)),
        ({}, named("empty.txt", b"")),
    ],
    ids=["never", "not wanted", "a type", "too large", "within the text", "empty"],
)
def test_what_the_rule_leaves_out_stays_by_its_name_and_costs_no_call(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm, rules: dict[str, object], file: tuple[Attachment, bytes]
) -> None:
    settle(**rules)
    deliver(store, file)
    before = store.calls
    sync(mailbox)
    assert (crm.files, names(crm), by_name()) == ({}, [file[0].name], [])
    assert store.calls - before == 2  # a page, a message


def test_of_several_those_come_that_are_wanted(mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm) -> None:
    settle(files_only=["pdf"])
    deliver(store, named("plan.txt", PLAN, "text/plain"), named("offer.pdf"))
    sync(mailbox)
    assert taken(crm) == {"offer.pdf": OFFER}


def test_what_a_rule_keeps_out_of_salesforce_brings_nothing(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm
) -> None:
    Organization.everywhere.update(no_match="filter")
    deliver(store, named("offer.pdf"), sender="stranger@else.example")
    sync(mailbox)
    assert (crm.files, filtered()) == ({}, {"no_match": 1})


def test_a_message_with_files_costs_one_call_of_the_mailbox_and_two_and_one_for_each_of_the_crm(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm
) -> None:
    deliver(store)
    sync(mailbox)
    without, asked = crm.calls, store.calls
    deliver(store, named("offer.pdf"), named("plan.txt", PLAN))
    sync(mailbox)
    assert (crm.calls - without, store.calls - asked) == (without + 4, 3)


def test_two_attachments_of_one_name_are_two_files(mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm) -> None:
    deliver(store, named("image.png", OFFER), named("image.png", PLAN))
    sync(mailbox)
    assert sorted(crm.files[each].content for each in written(crm).files) == sorted([OFFER, PLAN])


def test_a_copy_in_another_mailbox_brings_no_second_file(
    mailbox: Mailbox, second: Mailbox, store: MemoryMailbox, crm: MemoryCrm
) -> None:
    for each in (store, store_of(second)):
        deliver(each, named("offer.pdf"), message_id="one@customer.example")
    sync(mailbox, second)
    assert (len(crm.files), synced()) == (1, 1)


# -- What is refused


@pytest.mark.parametrize("why", [BLOCKED, FULL, NO_FIELD], ids=lambda why: why.code)
def test_a_file_that_is_refused_holds_nothing_back(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm, why: Failure
) -> None:
    crm.file_rules.append(refusing_files("exe", why))
    deliver(store, named("setup.exe"), named("offer.pdf"))
    deliver(store)
    sync(mailbox)
    assert (synced(), states(), codes(), by_name()) == (2, [], [], [why.code])


def test_its_name_stands_there_with_the_reason(mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm) -> None:
    crm.file_rules.append(refusing_files("exe", BLOCKED))
    deliver(store, named("setup.exe"), named("offer.pdf"))
    sync(mailbox)
    assert names(crm) == ["setup.exe (not brought: Salesforce does not take this kind of file)", "offer.pdf"]
    assert taken(crm) == {"offer.pdf": OFFER}


def test_what_passes_by_itself_is_waited_for(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm, time: Time
) -> None:
    crm.file_rules.append(refusing_files("offer", AWAY, times=2))
    deliver(store, named("offer.pdf"))
    for _ in range(3):
        sync(mailbox)
        time.move(hours=1)
    assert (taken(crm), codes(), by_name()) == ({"offer.pdf": OFFER}, [], [])


def test_after_three_tries_the_message_comes_without_the_file(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm, time: Time
) -> None:
    crm.file_rules.append(refusing_files("offer", AWAY))
    deliver(store, named("offer.pdf"))
    seen = []
    for _ in range(4):
        sync(mailbox)
        seen.append(synced())
        time.move(hours=1)
    assert (seen, codes(), by_name()) == ([0, 0, 0, 1], [], [AWAY.code])


def test_while_a_file_waits_other_messages_go_on(mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm) -> None:
    crm.file_rules.append(refusing_files("offer", AWAY))
    deliver(store, named("offer.pdf"))
    deliver(store, named("plan.txt"))
    deliver(store)
    sync(mailbox)
    assert (synced(), states()) == (2, ["waiting"])


def test_a_file_that_hangs_keeps_no_other_waiting(mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm) -> None:
    deliver(store, named("offer.pdf"))
    deliver(store, named("plan.txt", PLAN))
    with troubled(crm, "upload file", AWAY):
        sync(mailbox)
    assert (synced(), states(), [each.name for each in crm.files.values()]) == (1, ["waiting"], ["plan.txt"])


@pytest.mark.parametrize("why", [CRM_DOWN, BUSY], ids=lambda why: why.code)
@pytest.mark.parametrize("step", ["find files", "upload file"])
def test_what_stops_every_call_loses_nothing(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm, time: Time, step: str, why: Failure
) -> None:
    deliver(store, named("offer.pdf"))
    with troubled(crm, step, why):
        sync(mailbox)
    assert (synced(), by_name()) == (0, [])
    time.move(hours=1)
    sync(mailbox)
    assert (taken(crm), by_name()) == ({"offer.pdf": OFFER}, [])


def test_where_files_cannot_be_looked_for_their_names_come(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm
) -> None:
    deliver(store, named("offer.pdf"), named("plan.txt", PLAN))
    with troubled(crm, "find files", NO_FIELD):
        sync(mailbox)
    assert (synced(), by_name(), crm.files) == (1, [NO_FIELD.code] * 2, {})


@pytest.mark.parametrize(
    ("why", "tries"),
    [(HICCUP, 3), (failure("google.forbidden", Kind.PERMISSION, "not this one"), 0)],
    ids=["passes", "lasts"],
)
def test_what_the_mailbox_does_not_give_is_judged_as_what_salesforce_does_not_take(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm, time: Time, why: Failure, tries: int
) -> None:
    ref = deliver(store, named("offer.pdf"))

    def refuse(name: str) -> None:
        if name == "get attachments: before":
            store.unreadable[ref.id] = why

    seen = []
    with crash_points(refuse):
        for _ in range(tries + 1):
            sync(mailbox)
            seen.append(synced())
            time.move(hours=1)
    assert (seen, by_name(), crm.files) == ([0] * tries + [1], [why.code], {})


def test_a_message_that_reads_otherwise_now_comes_without_its_files(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm
) -> None:
    ref = deliver(store, named("offer.pdf"))
    store.bytes[ref.id] = (OFFER, PLAN)
    sync(mailbox)
    assert (synced(), by_name(), crm.files) == (1, ["engine.FILE_NOT_BROUGHT"], {})


# -- What happens meanwhile


def test_a_message_that_was_refused_finds_its_files_when_it_is_tried_again(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm, time: Time
) -> None:
    crm.rules.append(refusing("Renewal", CRM_DOWN, times=1))
    deliver(store, named("offer.pdf"))
    sync(mailbox)
    assert (synced(), len(crm.files)) == (0, 1)
    time.move(hours=1)
    sync(mailbox)
    assert (taken(crm), len(crm.files)) == ({"offer.pdf": OFFER}, 1)


@pytest.mark.parametrize(
    "point", ["upload file: after", "find files: after", "get attachments: after", "settle: before commit"]
)
def test_a_crash_makes_no_second_file(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm, point: str, time: Time
) -> None:
    deliver(store, named("offer.pdf"), named("plan.txt", PLAN))
    crashed = list[str]()

    def crash(name: str) -> None:
        if name == point and not crashed:
            crashed.append(name)
            raise KeyboardInterrupt(name)

    with crash_points(crash), pytest.raises(KeyboardInterrupt):
        sync(mailbox)
    time.move(hours=1)
    sync(mailbox)
    assert (len(crm.files), taken(crm)) == (2, {"offer.pdf": OFFER, "plan.txt": PLAN})


def test_a_message_that_left_its_mailbox_meanwhile_comes_without_its_files(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm
) -> None:
    ref = deliver(store, named("offer.pdf"))

    def leave(name: str) -> None:
        if name == "get attachments: before":
            del store.messages[ref.id]

    with crash_points(leave):
        sync(mailbox)
    assert (synced(), by_name(), len(crm.files)) == (1, ["engine.NOT_IN_MAILBOX"], 0)


def test_a_stopped_mailbox_keeps_back_what_needs_it_and_nothing_else(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm, time: Time
) -> None:
    crm.rules.append(refusing("Renewal", HICCUP, times=2))
    deliver(store, named("offer.pdf"))
    deliver(store)
    sync(mailbox)
    store.faults.waiting.extend([failure("google.authError", Kind.AUTH, "revoked")] * 9)
    sync(mailbox)
    time.move(hours=2)
    sync(mailbox)
    assert (synced(), list(Change.everywhere.values_list("needs_mailbox", flat=True))) == (1, [True])


def test_no_byte_of_a_file_is_kept(mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm) -> None:
    crm.rules.append(refusing("Renewal"))
    deliver(store, named("offer.pdf"))
    sync(mailbox)
    assert "%PDF" not in str(list(Change.everywhere.values("payload", "asked", "proof")))
    assert Binding.everywhere.count() == 1


def test_where_time_is_short_a_batch_brings_one_file_and_the_rest_comes_after_it(
    mailbox: Mailbox, store: MemoryMailbox, crm: MemoryCrm, settings: object
) -> None:
    settings.SYNC_JOB_SECONDS = 0  # type: ignore[attr-defined]
    deliver(store, named("offer.pdf"), named("plan.txt", PLAN))
    deliver(store, named("other.pdf"))
    deliver(store)
    sync(mailbox)
    assert (synced(), len(crm.files), states()) == (3, 3, [])
