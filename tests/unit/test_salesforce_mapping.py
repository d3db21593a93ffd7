from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.attachments import FileWrite
from connectors.records import Attachment, Email, EmailWrite, Link, Party, Person, PersonKind, PersonWrite
from connectors.salesforce import files, mapping
from connectors.salesforce.oauth import organization_of
from tests.builders import email

ANN, BOB = "ann@customer.example", "bob@partner.example"


def record(message: Email, *links: Link, **more: Any) -> dict[str, Any]:
    return mapping.email_message(EmailWrite(key="k1", email=message, incoming=True, links=links, **more))


def link(party: Party, address: str, person_id: str) -> Link:
    return Link(party=party, address=address, person_id=person_id)


def test_a_message_is_a_sent_one_with_our_key() -> None:
    made = record(email(message_id="1@x"))
    assert (made["attributes"], made["Status"]) == ({"type": "EmailMessage"}, "3")
    assert made["Syncapp_Key__c"] == "k1"
    assert made["MessageIdentifier"] == "<1@x>"


@pytest.mark.parametrize("incoming", [True, False])
def test_which_way_it_went_is_always_said(incoming: bool) -> None:
    made = mapping.email_message(EmailWrite(key="k", email=email(), incoming=incoming))
    assert made["Incoming"] is incoming


def test_what_has_no_value_is_left_out() -> None:
    made = record(email("", "", "", message_id="", text="", thread=""))
    assert set(made) == {"attributes", "Syncapp_Key__c", "Status", "Incoming", "MessageDate"}


def test_a_known_sender_is_a_relation_and_still_an_address() -> None:
    made = record(email(name="Ann"), link(Party.FROM, ANN, "003A"))
    assert (made["FromId"], made["FromAddress"], made["FromName"]) == ("003A", ANN, "Ann")


def test_an_unknown_sender_is_an_address_alone() -> None:
    made = record(email())
    assert made["FromAddress"] == ANN
    assert "FromId" not in made


def test_known_recipients_are_ids_and_unknown_ones_addresses() -> None:
    message = email(ANN, f"sales@ours.example {BOB}", cc=("x@x.example", "y@y.example"))
    made = record(message, link(Party.TO, BOB, "003B"), link(Party.CC, "y@y.example", "00QY"))
    assert (made["ToIds"], made["ToAddress"]) == (["003B"], "sales@ours.example")
    assert (made["CcIds"], made["CcAddress"]) == (["00QY"], "x@x.example")


def test_several_unknown_recipients_stand_in_one_field() -> None:
    assert record(email(to="a@x.example b@x.example"))["ToAddress"] == "a@x.example; b@x.example"


@pytest.mark.parametrize(
    ("count", "length", "kept"),
    [(3, 20, 3), (400, 8, 400), (401, 8, 400), (139, 27, 138), (401, 9, 363)],
    ids=["few", "just fits", "one too many", "fits to the letter", "cut inside an address"],
)
def test_of_a_long_list_as_many_whole_addresses_are_written_as_fit(count: int, length: int, kept: int) -> None:
    addresses = [f"{number:0{length - 2}}@x" for number in range(count)]
    line = mapping.in_one_line(addresses)
    assert line.split("; ") == addresses[:kept]
    assert len(line) <= mapping.LONGEST_ADDRESSES


def test_a_person_with_two_addresses_is_related_once() -> None:
    made = record(email(to=f"{ANN} {BOB}"), link(Party.TO, ANN, "003A"), link(Party.TO, BOB, "003A"))
    assert made["ToIds"] == ["003A"]


def test_a_relation_counts_for_its_part_only() -> None:
    made = record(email(ANN, ANN), link(Party.FROM, ANN, "003A"))
    assert "ToIds" not in made
    assert made["ToAddress"] == ANN


def test_the_account_is_what_it_relates_to() -> None:
    assert record(email(), account_id="001A")["RelatedToId"] == "001A"


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        (email(message_id="3@x", references=("1@x", "2@x")), "<1@x>"),
        (email(message_id="3@x"), "<3@x>"),
        (email(message_id="", thread="t1"), "t1"),
    ],
)
def test_a_thread_goes_by_the_message_that_began_it(message: Email, expected: str) -> None:
    assert record(message)["ThreadIdentifier"] == expected


# -- Limits of the fields


@given(st.text(max_size=50))
def test_units_are_what_utf_16_has(text: str) -> None:
    assert mapping.units(text) == len(text) + sum(ord(c) > 0xFFFF for c in text)


@pytest.mark.parametrize("text", ["", "x", "x" * 131_071, "x" * 131_072, "👍" * 65_536])
def test_a_text_that_fits_is_untouched(text: str) -> None:
    assert mapping.bodies(text, "")["TextBody"] == text


@pytest.mark.parametrize("text", ["x" * 131_073, "x" * 12_345_678, "👍" * 65_537, "x" + "👍" * 65_536, "x👍" * 100_000])
def test_a_text_that_is_too_long_fits_and_says_so(text: str) -> None:
    kept = mapping.bodies(text, "")["TextBody"]
    assert 131_071 <= mapping.units(kept) <= 131_072
    assert kept.endswith(f"[Shortened: the message has {len(text):,} characters. The whole of it is in the mailbox.]")
    assert text.startswith(kept.partition("\n\n[")[0])


@pytest.mark.parametrize(
    ("html", "kept"), [("x" * 131_072, True), ("x" * 131_073, False), ("👍" * 65_536, True), ("👍" * 65_537, False)]
)
def test_half_an_html_text_is_worse_than_none(html: str, kept: bool) -> None:
    assert bool(mapping.bodies("words", html)["HtmlBody"]) is kept


def test_attachments_are_named_one_a_line() -> None:
    files = tuple(Attachment(name=name, content_type="x/y", size=1) for name in ("a.pdf", "b.pdf"))
    assert record(email(attachments=files))["Syncapp_Attachments__c"] == "a.pdf\nb.pdf"


@given(st.lists(st.text(max_size=400), max_size=200))
def test_names_of_attachments_fit_their_field(names: list[str]) -> None:
    assert mapping.units(mapping.names(names * 3)) <= 32_768


# -- Leads, people, moments


def test_a_lead_has_what_is_known_of_it() -> None:
    write = PersonWrite(key="k", email=ANN, first_name="", last_name="Smith", company="customer.example")
    assert mapping.lead(write) == {
        "attributes": {"type": "Lead"},
        "Syncapp_Key__c": "k",
        "LastName": "Smith",
        "Company": "customer.example",
        "Email": ANN,
    }


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (
            {"Id": "003A", "Name": "Ann", "AccountId": "001A"},
            Person(kind=PersonKind.CONTACT, id="003A", email="a@x.example", name="Ann", account_id="001A"),
        ),
        (
            {"Id": "003A", "Name": None, "AccountId": None},
            Person(kind=PersonKind.CONTACT, id="003A", email="a@x.example"),
        ),
        ({"Id": "003A"}, Person(kind=PersonKind.CONTACT, id="003A", email="a@x.example")),
    ],
)
def test_a_row_is_a_person(row: dict[str, Any], expected: Person) -> None:
    assert mapping.person(row, PersonKind.CONTACT, "a@x.example", secondary=False) == expected


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (datetime(2026, 3, 2, 9, 30, tzinfo=UTC), "2026-03-02T09:30:00.000+0000"),
        (datetime(2026, 3, 2, 9, 30, 5, 999_999, tzinfo=UTC), "2026-03-02T09:30:05.000+0000"),
        (datetime(2026, 3, 2, 1, tzinfo=timezone(timedelta(hours=5, minutes=30))), "2026-03-01T19:30:00.000+0000"),
        (datetime(1700, 1, 1, tzinfo=UTC), "1700-01-01T00:00:00.000+0000"),
    ],
)
def test_moments_are_written_as_salesforce_writes_them(moment: datetime, expected: str) -> None:
    assert mapping.timestamp(moment) == expected


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (
            "https://login.salesforce.com/id/00D5g000000AbCdEAK/0055g000001XyZzAAK",
            ("00D5g000000AbCdEAK", "0055g000001XyZzAAK"),
        ),
        ("https://login.salesforce.com/id/00D5g000000AbCd/0055g000001XyZz", ("00D5g000000AbCd", "0055g000001XyZz")),
        ("", ("", "")),
        ("https://login.salesforce.com/id/", ("", "")),
    ],
)
def test_who_we_are_stands_in_the_identity_url(url: str, expected: tuple[str, str]) -> None:
    assert organization_of(url) == expected


# -- Files


@pytest.mark.parametrize(
    ("name", "title", "path"),
    [
        ("Offer.pdf", "Offer", "Offer.pdf"),
        ("Übersicht Q1.tar.gz", "Übersicht Q1.tar", "Übersicht Q1.tar.gz"),
        ("no ending", "no ending", "no ending"),
        ("../etc/passwd.d/x.txt", ".._etc_passwd.d_x", ".._etc_passwd.d_x.txt"),
        (".hidden", ".hidden", ".hidden"),
        ("C:\\mail\\a.txt", "C__mail_a", "C__mail_a.txt"),
        ("line\r\nbreak.txt", "line__break", "line__break.txt"),
        ("...", "file", "file"),
        ("", "file", "file"),
    ],
)
def test_a_file_has_a_title_and_a_path_with_its_ending(name: str, title: str, path: str) -> None:
    made = files.version(FileWrite(key="k", name=name, content=b""))
    assert (made["Title"], made["PathOnClient"], made["Syncapp_Key__c"]) == (title, path, "k")


@pytest.mark.parametrize("letter", ["x", "ü", "😀"])
def test_however_long_a_name_is_its_ending_stays(letter: str) -> None:
    made = files.version(FileWrite(key="k", name=letter * 900 + ".pdf", content=b""))
    assert made["PathOnClient"].endswith(f"{letter}.pdf")
    assert (mapping.units(made["Title"]) <= 255, mapping.units(made["PathOnClient"]) <= 500) == (True, True)


def test_a_message_names_the_files_that_it_takes_along() -> None:
    assert record(email(), files=("069A", "069B"))["ContentDocumentIds"] == ["069A", "069B"]


def test_a_message_without_files_says_nothing_of_files() -> None:
    assert "ContentDocumentIds" not in record(email())
