from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.domains import FREE, canonical, entry, named, of_company, spellings


@pytest.mark.parametrize(
    ("text", "domains"),
    [
        ("acme.example", {"acme.example"}),
        ("www.acme.example", {"www.acme.example", "acme.example"}),
        ("http://www.acme.example/about?x=1#top", {"www.acme.example", "acme.example"}),
        ("HTTPS://ACME.example:8443", {"acme.example"}),
        ("//acme.example/x", {"acme.example"}),
        ("acme.example/shop", {"acme.example"}),
        ("acme.example.", {"acme.example"}),
        ("ftp://user:secret@acme.example", {"acme.example"}),
        ("info@acme.example", {"acme.example"}),
        ("mailto:info@acme.example", {"acme.example"}),
        ("@acme.example", {"acme.example"}),
        ("acme.example; acme-shop.example,third.example\nfourth.example", None),
        ("shop.acme.example", {"shop.acme.example"}),  # what is above it is not named
        ("notacme.example", {"notacme.example"}),
        ("www.müller.example", {"www.xn--mller-kva.example", "xn--mller-kva.example"}),
        ("xn--mller-kva.example", {"xn--mller-kva.example"}),
        ("www.example", {"www.example"}),  # there is nothing below www
        ("", set()),
        ("n/a", set()),
        ("to be found out", set()),
        ("http://", set()),
        ("http://[", set()),
        ("192.0.2.1", set()),
        ("a" * 70 + ".example", set()),
        ("..", set()),
    ],
)
def test_a_text_names_the_hosts_that_stand_in_it(text: str, domains: set[str] | None) -> None:
    several = {"acme.example", "acme-shop.example", "third.example", "fourth.example"}
    assert named(text) == (several if domains is None else domains)


@given(st.text())
def test_no_text_breaks_it_and_all_that_it_names_is_a_domain(text: str) -> None:
    assert all(canonical(each) == each for each in named(text))


@pytest.mark.parametrize(
    "domain",
    [
        "gmail.com",
        "GMAIL.com",
        "outlook.com",
        "hotmail.co.uk",
        "yahoo.fr",
        "gmx.de",
        "icloud.com",
        "qq.com",
        "proton.me",
        "comcast.net",
        "mail.ru",
        "t-online.de",
        "live.com.au",
    ],
)
def test_where_anybody_may_have_a_mailbox_is_no_company(domain: str) -> None:
    assert of_company(domain) == ""


@pytest.mark.parametrize(
    "domain", ["", "localhost", "no domain", "x..example", "-x.example", "192.0.2.1", "a\x00.example"]
)
def test_what_is_no_domain_is_no_company(domain: str) -> None:
    assert of_company(domain) == ""


@pytest.mark.parametrize(
    ("domain", "found"),
    [
        ("Acme.example", "acme.example"),
        ("müller.example", "xn--mller-kva.example"),
        ("mail.gmail.com", "mail.gmail.com"),
        ("gmail.com.acme.example", "gmail.com.acme.example"),
    ],
)
def test_any_other_may_be_one(domain: str, found: str) -> None:
    assert of_company(domain) == found


def test_the_free_ones_are_domains_as_they_are_compared() -> None:
    assert {each for each in FREE if canonical(each) != each} == set()


@pytest.mark.parametrize(
    ("domain", "expected"),
    [("acme.example", ("acme.example",)), ("xn--mller-kva.example", ("xn--mller-kva.example", "müller.example"))],
)
def test_a_domain_is_looked_for_as_people_write_it(domain: str, expected: tuple[str, ...]) -> None:
    assert spellings(domain) == expected


def test_a_domain_is_asked_for_by_its_sign() -> None:
    assert entry("acme.example") == "@acme.example"
