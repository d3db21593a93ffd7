"""Whoever guesses passwords is slowed down, and nobody else is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from django.core.cache import cache
from django.test import Client
from pytest_django import Settings

from syncapp.signing_in import OF_ACCOUNT, OF_ADDRESS
from tests.integration.pages import scenery

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Response

pytestmark = pytest.mark.django_db
HERE, THERE = "198.51.100.7", "203.0.113.9"


@pytest.fixture(autouse=True)
def _mia() -> Iterator[None]:
    scenery.person("mia")
    cache.clear()
    yield
    cache.clear()


def sign_in(username: str = "mia", password: str = scenery.PASSWORD, *, at: str = HERE, via: str = "") -> Response:
    headers = {"X-Forwarded-For": via} if via else {}
    return Client(REMOTE_ADDR=at, headers=headers).post("/login/", {"username": username, "password": password})


def guess(times: int, username: str = "mia", *, at: str = HERE, via: str = "") -> None:
    for number in range(times):
        sign_in(username, f"guess {number}", at=at, via=via)


def test_after_too_many_guesses_not_even_the_right_password_opens() -> None:
    guess(OF_ACCOUNT)
    answer = sign_in()
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "300"
    assert "Wait five minutes" in answer.content.decode()


def test_before_that_the_right_password_opens() -> None:
    guess(OF_ACCOUNT - 1)
    assert sign_in().status_code == 302


def test_a_name_in_other_letters_is_the_same_account() -> None:
    guess(OF_ACCOUNT, " MIA")
    assert sign_in().status_code == 429


def test_whoever_comes_from_elsewhere_is_not_locked_out() -> None:
    guess(OF_ACCOUNT, at=THERE)
    assert sign_in().status_code == 302


def test_another_account_at_the_same_address_is_not_locked_out() -> None:
    guess(OF_ACCOUNT, "somebody")
    assert sign_in().status_code == 302


def test_one_guess_at_each_of_many_accounts_is_too_many_as_well() -> None:
    for number in range(OF_ADDRESS):
        guess(1, f"person {number}")
    assert sign_in().status_code == 429


def test_signing_in_makes_the_account_s_count_start_again() -> None:
    guess(OF_ACCOUNT - 1)
    sign_in()
    guess(OF_ACCOUNT - 1)
    assert sign_in().status_code == 302


def test_a_made_up_forwarded_address_is_no_way_round() -> None:
    for number in range(OF_ACCOUNT):
        guess(1, via=f"192.0.2.{number}")
    assert sign_in().status_code == 429


def test_behind_a_proxy_its_word_counts(settings: Settings) -> None:
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "NUM_PROXIES": 1}
    guess(OF_ACCOUNT, via=f"192.0.2.1, {THERE}")
    assert sign_in(via=f"192.0.2.1, {HERE}").status_code == 302
    assert sign_in(via=f"192.0.2.2, {THERE}").status_code == 429


def test_all_addresses_of_one_network_are_one() -> None:
    for number in range(OF_ACCOUNT):
        guess(1, at=f"2001:db8:0:1::{number:x}")
    assert sign_in(at="2001:db8:0:1::ffff").status_code == 429
    assert sign_in(at="2001:db8:0:2::1").status_code == 302


def test_a_name_that_no_database_holds_is_a_wrong_name() -> None:
    assert sign_in("mia\0", "guess").status_code == 200
