"""Persons of the People API as contacts, and back: which entry is which field, and what else stays as it is."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.contacts import NOWHERE, Contact, Place
from connectors.errors import Failure, Kind
from connectors.google import contact_body, contact_reading, contact_slots, contacts
from connectors.records import Ref
from syncapp.engine import content
from tests.builders import somebody, task

GROUP = "contactGroups/6e"
SOURCE = {"type": "CONTACT", "id": "ff", "etag": "#abc=", "updateTime": "2026-11-28T09:30:00.123456Z"}
PROFILE = {"type": "PROFILE", "id": "117", "etag": "#other"}
SAID: dict[str, Any] = {
    "resourceName": "people/c255",
    "etag": "%of-the-person",
    "metadata": {"sources": [PROFILE, SOURCE], "objectType": "PERSON"},
    "names": [{"givenName": "Ann", "familyName": "Meyer"}],
}


def read(**fields: Any) -> Contact:
    return contacts.contact(SAID | fields)


def write(before: Any, record: Contact, *fields: str) -> Any:
    """The one field of a person that is written."""
    (name,) = {_of(field) for field in fields}
    return contact_body.changed(SAID | {name: before}, record, fields)[name]


def _of(field: str) -> str:
    return next(name for name, (ours, _) in contact_body._WRITERS.items() if field in ours)


# -- What a contact is known by


def test_it_is_known_by_the_number_of_its_own_source() -> None:
    assert contacts.ref(SAID) == Ref(id="c255", version="#abc=")


def test_it_is_the_same_where_google_calls_the_person_otherwise() -> None:
    assert contacts.id_of(SAID | {"resourceName": "people/117"}) == "c255"


@pytest.mark.parametrize("metadata", [{}, {"sources": []}, {"sources": [PROFILE]}, {"sources": [{"type": "CONTACT"}]}])
def test_without_a_source_it_is_known_by_its_name(metadata: dict[str, Any]) -> None:
    assert contacts.ref(SAID | {"metadata": metadata}) == Ref(id="c255")


@given(st.integers(min_value=0, max_value=2**63))
def test_every_id_is_one(number: int) -> None:
    said = {"metadata": {"sources": [SOURCE | {"id": f"{number:x}"}]}}
    assert contacts.is_id(contacts.id_of(said))
    assert contacts.resource_name(contacts.id_of(said)) == f"people/c{number}"


@pytest.mark.parametrize("text", ["", "c", "255", "c25x", "people/c255", "c²", "c" + "1" * 21, "c255\n", "../c255"])
def test_what_is_no_id_is_none(text: str) -> None:
    assert not contacts.is_id(text)


def test_those_that_were_merged_into_it_are_named_and_it_itself_is_not() -> None:
    metadata = SAID["metadata"] | {"previousResourceNames": ["people/c7", "people/c255"]}
    assert contacts.former_ids(SAID | {"metadata": metadata}) == ["c7"]


@pytest.mark.parametrize(
    ("named", "inside"),
    [([], False), ([GROUP], True), (["contactGroups/myContacts"], False), (["contactGroups/myContacts", GROUP], True)],
)
def test_it_is_outside_but_in_our_group(named: list[str], inside: bool) -> None:
    memberships = [{"contactGroupMembership": {"contactGroupResourceName": each}} for each in named]
    said = SAID | {"memberships": [{"domainMembership": {"inViewerDomain": True}}, *memberships]}
    assert contacts.change(said, GROUP).outside is not inside
    assert contacts.change(said, "").outside


def test_a_deleted_one_is_a_tombstone() -> None:
    change = contacts.change(SAID | {"metadata": SAID["metadata"] | {"deleted": True}}, GROUP)
    assert (change.gone, change.record, change.ref.id) == (True, None, "c255")


@pytest.mark.parametrize(
    "wrong",
    [
        {"birthdays": [{"date": {"year": 2026, "month": 13, "day": 1}}]},
        {"birthdays": [{"date": {"year": "x", "month": 1, "day": 1}}]},
        {"names": ["Ann"]},
        {"emailAddresses": [7]},
        {"metadata": {"sources": [SOURCE | {"updateTime": "yesterday"}]}},
    ],
)
def test_what_cannot_be_read_comes_without_a_record(wrong: dict[str, Any]) -> None:
    ours = {"memberships": [{"contactGroupMembership": {"contactGroupResourceName": GROUP}}]}
    change = contacts.change(SAID | ours | wrong, GROUP)
    assert (change.ref.id, change.record, change.gone, change.outside) == ("c255", None, False, False)


def test_what_cannot_be_read_and_is_not_shared_is_outside_all_the_same() -> None:
    """So it is nobody's issue."""
    change = contacts.change(SAID | {"names": ["Ann"]}, "contactGroups/another")
    assert (change.record, change.outside) == (None, True)


# -- Reading


def test_when_it_was_changed_is_that_of_its_own_source() -> None:
    assert read().changed_at == datetime(2026, 11, 28, 9, 30, 0, 123_456, UTC)


@pytest.mark.parametrize(
    ("data", "key"),
    [([], ""), ([{"key": "other", "value": "x"}], ""), ([{"key": "o"}, {"key": "syncapp", "value": "ab"}], "ab")],
)
def test_the_key_is_ours(data: list[dict[str, str]], key: str) -> None:
    assert read(clientData=data).key == key


@pytest.mark.parametrize(
    ("entries", "emails"),
    [
        ([], ()),
        ([{"value": " Ann@X.example "}], ("ann@x.example",)),
        ([{"value": "a@x"}, {"value": "b@x", "metadata": {"primary": True}}, {"value": "c@x"}], ("b@x", "a@x", "c@x")),
        ([{"value": "a@x"}, {"value": "b@x", "metadata": {"sourcePrimary": True}}], ("b@x", "a@x")),
        ([{"value": "a@x"}, {"value": "A@x"}, {"type": "work"}], ("a@x",)),
    ],
)
def test_the_primary_address_is_the_first(entries: list[dict[str, Any]], emails: tuple[str, ...]) -> None:
    assert read(emailAddresses=entries).emails == emails


NUMBERS = [
    {"value": "0", "type": "pager"},
    {"value": "1"},
    {"value": "2", "type": "Work"},
    {"value": "3", "type": "work"},
    {"value": "4", "type": "mobile"},
    {"value": "5", "type": "home"},
    {"value": "6", "type": "homeFax"},
    {"value": "7", "type": "workFax"},
]


def test_each_number_is_that_of_its_type() -> None:
    found = read(phoneNumbers=NUMBERS)
    assert (found.phone, found.mobile, found.home_phone, found.fax) == ("2", "4", "5", "7")


def test_one_without_a_type_is_that_of_the_work_where_no_other_is() -> None:
    found = read(phoneNumbers=[{"value": "0", "type": "main"}, {"value": "1"}, {"value": "6", "type": "homeFax"}])
    assert (found.phone, found.mobile, found.home_phone, found.fax) == ("1", "", "", "6")


@pytest.mark.parametrize(
    ("entry", "place"),
    [
        ({"streetAddress": "1 High Street", "city": "Rome"}, Place(street="1 High Street", city="Rome")),
        ({"streetAddress": "1", "extendedAddress": "b", "poBox": "9"}, Place(street="1\nb")),
        ({"formattedValue": "1 High Street\nRome"}, Place(street="1 High Street\nRome")),
        ({"city": "Rome", "formattedValue": "Rome, Italy"}, Place(city="Rome")),
        ({"country": "Italy", "countryCode": "IT"}, Place(country="Italy")),
        ({"countryCode": "IT"}, Place(country="IT")),
        ({"region": "RM", "postalCode": "00100"}, Place(region="RM", postcode="00100")),
    ],
)
def test_a_place_is_told_in_its_parts(entry: dict[str, str], place: Place) -> None:
    assert read(addresses=[{"type": "other", "city": "No"}, entry]).address == place
    assert read(addresses=[entry | {"type": "home"}]).other_address == place
    assert read(addresses=[entry | {"type": "home"}]).address == NOWHERE


@pytest.mark.parametrize("past", [[], [{"name": "Old Ltd", "title": "Boss"}]])
def test_the_present_employer_counts(past: list[dict[str, Any]]) -> None:
    found = read(organizations=[*past, {"name": "New Ltd", "department": "Buying", "current": True}])
    assert (found.company, found.job, found.department) == ("New Ltd", "", "Buying")


@pytest.mark.parametrize(
    ("day", "birthday"),
    [
        ({"year": 1980, "month": 2, "day": 29}, date(1980, 2, 29)),
        ({"month": 2, "day": 29}, None),
        ({"year": 1980}, None),
        ({}, None),
    ],
)
def test_a_birthday_has_a_year(day: dict[str, int], birthday: date | None) -> None:
    assert read(birthdays=[{"date": day, "text": "some day"}]).birthday == birthday


# -- Writing


def test_what_is_no_contact_is_not_written() -> None:
    with pytest.raises(TypeError):
        contact_body.new_body(task(), "key", GROUP)


def test_a_new_contact_is_in_our_group_and_has_our_key() -> None:
    body = contact_body.new_body(somebody(more_emails=("b@x.example",)), "ab", GROUP)
    assert contacts.is_in(body, GROUP)
    assert contacts.is_in(body, "contactGroups/myContacts")
    assert contacts.key(body) == "ab"


def test_of_a_new_contact_nothing_is_said_that_is_empty() -> None:
    assert set(contact_body.new_body(Contact(last="Meyer"), "ab", GROUP)) - {"memberships", "clientData"} == {
        "names",
        "emailAddresses",
    }


texts = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=8)
places = st.builds(Place, street=texts, city=texts, region=texts, postcode=texts, country=texts)
records = st.builds(
    Contact,
    first=texts,
    last=texts,
    email=st.sampled_from(["", "a@x.example"]),
    phone=texts,
    mobile=texts,
    home_phone=texts,
    fax=texts,
    job=texts,
    department=texts,
    company=texts,
    address=places,
    other_address=places,
    birthday=st.none() | st.dates(),
    text=texts,
)


@given(records)
def test_what_is_written_reads_back(record: Contact) -> None:
    body = contact_body.new_body(record, "", GROUP)
    assert contacts.contact(body) == record


@given(records, records, st.sets(st.sampled_from(sorted(contact_body.ALL))))
def test_the_named_fields_are_changed_and_no_others(before: Contact, after: Contact, fields: set[str]) -> None:
    said = contact_body.new_body(before, "", GROUP)
    found = contacts.contact(said | contact_body.changed(said, after, fields))
    wanted = content.with_fields(before, after, fields)
    assert found == contacts.contact(contact_body.new_body(wanted, "", GROUP))


@given(records, st.sets(st.sampled_from(sorted(contact_body.ALL))))
def test_writing_what_stands_there_changes_nothing(record: Contact, fields: set[str]) -> None:
    said = contact_body.new_body(record, "", GROUP)
    assert contacts.contact(said | contact_body.changed(said, record, fields)) == record


def test_what_stands_around_a_name_stays() -> None:
    before = {
        "honorificPrefix": "Dr.",
        "givenName": "Ann",
        "middleName": "Eve",
        "familyName": "Meyer",
        "honorificSuffix": "Jr.",
        "phoneticGivenName": "Än",
        "displayName": "Dr. Ann Eve Meyer Jr.",
        "displayNameLastFirst": "Meyer, Ann",
        "unstructuredName": "Dr. Ann Eve Meyer Jr.",
        "metadata": {"primary": True},
    }
    (after,) = write([before], Contact(first="Anna", last="Cole"), "name")
    assert after == {
        "honorificPrefix": "Dr.",
        "givenName": "Anna",
        "middleName": "Eve",
        "familyName": "Cole",
        "honorificSuffix": "Jr.",
        "phoneticGivenName": "Än",
    }


@pytest.mark.parametrize(("contact", "left"), [(Contact(last="Cole"), {"familyName"}), (Contact(), set())], ids=str)
def test_a_name_that_is_emptied_goes(contact: Contact, left: set[str]) -> None:
    assert {
        key for entry in write([{"givenName": "Ann", "familyName": "Meyer"}], contact, "name") for key in entry
    } == left


ADDRESSES = [
    {"value": "Old@x.example", "type": "work", "displayName": "Ann at work", "formattedType": "Work"},
    {"value": "home@x.example", "type": "home", "displayName": "Ann at home"},
]
FIRST = {"metadata": {"sourcePrimary": True}}


def test_another_address_has_the_type_of_the_first_and_leaves_the_others() -> None:
    assert write(ADDRESSES, Contact(email="new@x.example"), "email") == [
        {"value": "new@x.example", "type": "work", "displayName": "Ann at work"} | FIRST,
        {"value": "home@x.example", "type": "home", "displayName": "Ann at home"},
    ]


def test_one_of_the_others_comes_to_the_front_as_it_is() -> None:
    assert write(ADDRESSES, Contact(email="home@x.example"), "email") == [
        {"value": "home@x.example", "type": "home", "displayName": "Ann at home"} | FIRST,
        {"value": "Old@x.example", "type": "work", "displayName": "Ann at work"},
    ]


def test_an_address_that_stands_there_twice_stands_there_once_at_the_front() -> None:
    twice = [*ADDRESSES, {"value": "HOME@x.example", "type": "other"}]
    assert [each["value"] for each in write(twice, Contact(email="home@x.example"), "email")] == [
        "home@x.example",
        "Old@x.example",
    ]


def test_the_same_address_is_left_as_it_is_written() -> None:
    assert write(ADDRESSES, Contact(email="old@x.example"), "email") == ADDRESSES


def test_a_number_is_written_where_it_was_read_and_the_others_stay() -> None:
    after = write(NUMBERS, Contact(phone="22", mobile="44", fax="77"), "phone", "mobile", "fax")
    assert [each["value"] for each in after] == ["0", "1", "22", "3", "44", "5", "6", "77"]
    assert [each.get("type") for each in after] == [each.get("type") for each in NUMBERS]


def test_a_number_without_a_type_stays_without_one() -> None:
    assert write([{"value": "1", "canonicalForm": "+491"}], Contact(phone="2"), "phone") == [{"value": "2"}]


def test_a_number_that_is_none_any_more_goes_alone() -> None:
    before = [{"value": "1", "type": "pager"}, {"value": "2", "type": "mobile"}]
    assert write(before, Contact(), "mobile") == before[:1]


@pytest.mark.parametrize(
    ("field", "kind"), [("phone", "work"), ("mobile", "mobile"), ("home_phone", "home"), ("fax", "workFax")]
)
def test_a_new_number_has_the_type_of_its_field(field: str, kind: str) -> None:
    assert write([], Contact(**{field: "1"}), field) == [{"value": "1", "type": kind}]  # type: ignore[arg-type]


PLACE = {
    "type": "work",
    "streetAddress": "1 High Street",
    "extendedAddress": "3rd floor",
    "poBox": "99",
    "city": "Rome",
    "countryCode": "IT",
    "formattedValue": "1 High Street, Rome",
    "formattedType": "Work",
}
KNOWN = Place(street="1 High Street\n3rd floor", city="Rome", country="IT")


def test_of_a_place_only_what_we_know_is_written() -> None:
    (after,) = write([PLACE], Contact(address=Place(street="2 Low Street", city="Rome", country="Italy")), "address")
    assert after == {"type": "work", "streetAddress": "2 Low Street", "poBox": "99", "city": "Rome", "country": "Italy"}


def test_a_street_that_is_the_same_keeps_its_two_lines_and_a_country_its_code() -> None:
    after = write([PLACE], Contact(address=Place(street=KNOWN.street, city="Milan", country="IT")), "address")
    assert after == [
        {
            "type": "work",
            "streetAddress": "1 High Street",
            "extendedAddress": "3rd floor",
            "poBox": "99",
            "city": "Milan",
            "countryCode": "IT",
        }
    ]


def test_what_was_told_as_a_whole_is_then_told_in_parts() -> None:
    before = [{"type": "home", "formattedValue": "1 High Street, Rome"}]
    after = write(before, Contact(other_address=Place(street="1 High Street", city="Rome")), "other_address")
    assert after == [{"type": "home", "streetAddress": "1 High Street", "city": "Rome"}]


def test_a_place_of_which_nothing_is_left_goes_and_one_with_a_box_stays() -> None:
    boxed, other = PLACE | {}, {"type": "home", "city": "Rome"}
    assert write([boxed, other], Contact(), "address", "other_address") == [{"type": "work", "poBox": "99"}]


def test_of_an_employer_only_what_we_know_is_written() -> None:
    before = [
        {"name": "Old Ltd"},
        {"name": "Ltd", "title": "Buyer", "location": "Rome", "current": True, "symbol": "L"},
    ]
    after = write(before, Contact(company="New Ltd", job="Boss"), "company", "job")
    assert after == [
        {"name": "Old Ltd"},
        {"name": "New Ltd", "title": "Boss", "location": "Rome", "current": True, "symbol": "L"},
    ]


def test_an_employer_of_whom_nothing_is_left_goes() -> None:
    assert write([{"title": "Buyer", "type": "work", "current": True}], Contact(), "job") == []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ([{"date": {"year": 1980, "month": 1, "day": 2}}], []),
        ([{"date": {"month": 1, "day": 2}}], [{"date": {"month": 1, "day": 2}}]),
    ],
)
def test_no_birthday_takes_none_away_whose_year_nobody_knows(before: Any, after: Any) -> None:
    assert write(before, Contact(), "birthday") == after


def test_the_entry_that_counts_is_the_same_for_reading_and_writing() -> None:
    for field, types in contact_slots.PHONES.items():
        at = contact_slots.typed(NUMBERS, types)
        assert at is not None
        assert getattr(read(phoneNumbers=NUMBERS), field) == NUMBERS[at]["value"]


# -- Single answers among others


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ({"httpStatusCode": 404, "status": {"code": 5, "message": "Requested entity was not found."}}, Kind.NOT_FOUND),
        ({"status": {"code": 5}}, Kind.NOT_FOUND),
        ({"status": {"code": 13, "message": "Internal"}}, Kind.TRANSIENT),
        ({"status": {"code": 8, "message": "Quota exceeded"}}, Kind.RATE_LIMITED),
        ({"httpStatusCode": 503}, Kind.TRANSIENT),
        ({}, Kind.UNKNOWN),
    ],
)
def test_what_is_said_of_one_is_read_like_any_refusal(said: dict[str, Any], kind: Kind) -> None:
    found = contact_reading._person("c1", said)
    assert isinstance(found, Failure)
    assert found.kind is kind


def test_who_was_merged_into_another_is_gone() -> None:
    other = {"resourceName": "people/c2", "metadata": {"sources": [{"type": "CONTACT", "id": "2", "etag": "#"}]}}
    found = contact_reading._person("c1", {"person": other})
    assert isinstance(found, Failure)
    assert found.kind is Kind.NOT_FOUND
    assert contact_reading._person("c2", {"person": other}) == other
