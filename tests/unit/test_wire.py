from __future__ import annotations

import pytest

from connectors.wire import Wire, host_of

WIRE = Wire(hosts=frozenset({"gmail.googleapis.com", "localhost:8443", ".salesforce.com"}))


@pytest.mark.parametrize(
    "netloc",
    [
        "gmail.googleapis.com",
        "GMAIL.googleapis.com",
        "gmail.googleapis.com:443",
        "localhost:8443",
        "login.salesforce.com",
        "acme--uat.sandbox.my.salesforce.com",
        "acme.my.salesforce.com:443",
    ],
)
def test_allowed(netloc: str) -> None:
    assert WIRE.allows(netloc)


@pytest.mark.parametrize(
    "netloc",
    [
        "",
        "googleapis.com",
        "evil-gmail.googleapis.com",
        "gmail.googleapis.com.evil.example",
        "gmail.googleapis.com:8443",
        "localhost",
        "localhost:443",
        "salesforce.com",
        "evilsalesforce.com",
        "login.salesforce.com.evil.example",
        "login.salesforce.com:8080",
        # One library reads the host before the mark, another one behind it.
        "evil.example\\.salesforce.com",
        "evil.example@login.salesforce.com",
        "evil.example#.salesforce.com",
        "evil.example\t.salesforce.com",
        "evil.example%00.salesforce.com",
        "login.salesforce.com\n",
    ],
)
def test_not_allowed(netloc: str) -> None:
    assert not WIRE.allows(netloc)


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://gmail.googleapis.com", "gmail.googleapis.com"),
        ("https://localhost:8443/token?x=1", "localhost:8443"),
        ("https://localhost:99999", ""),
        ("https://localhost:0", ""),
        ("https://localhost:port", ""),
        ("https://[bad", ""),
        ("https://", ""),
        ("a word", ""),
        ("", ""),
    ],
)
def test_the_host_of_an_address_that_is_none_is_nothing(url: str, host: str) -> None:
    assert host_of(url) == host
