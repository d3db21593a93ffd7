"""A contact in nobody's dialect: what it is called, and which address is its first."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.contacts import Contact, addresses_with

emails = st.sampled_from(["a@x.example", "b@x.example", "c@x.example", "d@x.example"])
several = st.lists(emails, unique=True, max_size=4)


def having(addresses: list[str]) -> Contact:
    return Contact(email=next(iter(addresses), ""), more_emails=tuple(addresses[1:]))


def after(addresses: list[str], email: str) -> list[str]:
    first, others = addresses_with(email, having(addresses))
    return [each for each in (first, *others) if each]


@given(several, emails)
def test_what_is_written_is_the_first_address(addresses: list[str], email: str) -> None:
    assert after(addresses, email)[0] == email


@given(several, emails)
def test_no_address_stands_twice(addresses: list[str], email: str) -> None:
    assert len(after(addresses, email)) == len(set(after(addresses, email)))


@given(several, emails)
def test_only_the_first_one_gives_way_and_only_to_a_new_one(addresses: list[str], email: str) -> None:
    lost = set(addresses) - set(after(addresses, email))
    assert lost == (set() if email in addresses else set(addresses[:1]))


@given(several, emails)
def test_writing_it_again_changes_nothing(addresses: list[str], email: str) -> None:
    once = after(addresses, email)
    assert after(once, email) == once


@given(several)
def test_no_address_takes_the_first_one_away(addresses: list[str]) -> None:
    assert after(addresses, "") == addresses[1:]


@pytest.mark.parametrize(
    ("contact", "name"),
    [
        (Contact(first=" Ann ", last="van  Meyer"), ("Ann", "van Meyer")),
        (Contact(first="Ann"), ("", "Ann")),
        (Contact(company="Customer  Ltd"), ("", "Customer Ltd")),
        (Contact(email="ann@x.example"), ("", "ann@x.example")),
        (Contact(phone="110"), ("", "")),
    ],
)
def test_one_without_a_last_name_is_called_by_what_there_is(contact: Contact, name: tuple[str, str]) -> None:
    assert contact.name == name
