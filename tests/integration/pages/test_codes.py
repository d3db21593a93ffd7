from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client

from connectors.models import Mailbox
from issues.catalogue import CATALOGUE, Entry
from issues.links import code_url
from tests.integration.pages import scenery
from tests.integration.pages.conftest import Signed
from tests.integration.pages.reading import Page, read

pytestmark = pytest.mark.django_db

ENTRIES = sorted(CATALOGUE.values(), key=lambda entry: entry.id)


def page(client: Client, entry: Entry) -> Page:
    return read(client.get(f"/codes/{entry.slug}/"))


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.id)
def test_every_code_has_a_page_that_says_everything_of_it(client: Client, entry: Entry) -> None:
    said = page(client, entry).words
    folded = " ".join(said.split())
    for words in (entry.title, entry.plain, entry.cause, entry.why, entry.id, *(step.text for step in entry.steps)):
        assert " ".join(words.split()) in folded


def test_the_page_is_open_to_everybody(client: Client) -> None:
    assert client.get("/codes/").status_code == 200


def test_mails_point_at_the_page(client: Client) -> None:
    entry = CATALOGUE[scenery.RULE]
    assert client.get(code_url(entry.slug)).status_code == 200


def test_related_codes_are_a_click_away(client: Client) -> None:
    entry = CATALOGUE[scenery.RULE]
    found = page(client, entry)
    for code in entry.related:
        assert found.address(CATALOGUE[code].title) == f"/codes/{CATALOGUE[code].slug}/"


@pytest.mark.parametrize("slug", ["nothing", "salesforce.", "..", "%00", "a" * 2000])
def test_a_code_that_is_none_is_not_found(client: Client, slug: str) -> None:
    assert client.get(f"/codes/{slug}/").status_code == 404


def test_the_list_names_every_code(client: Client) -> None:
    html = client.get("/codes/").content.decode()
    assert all(f"/codes/{entry.slug}/" in html for entry in ENTRIES)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("REQUIRED_FIELD_MISSING", "salesforce.REQUIRED_FIELD_MISSING"),
        ("required field", "salesforce.REQUIRED_FIELD_MISSING"),
        ("field REQUIRED", "salesforce.REQUIRED_FIELD_MISSING"),
        ("token has been expired or revoked", "google_oauth.invalid_grant/revoked"),
    ],
)
def test_people_find_a_code_by_its_name_and_by_its_words(client: Client, text: str, code: str) -> None:
    found = read(client.get("/codes/", {"q": text}))
    assert f"/codes/{CATALOGUE[code].slug}/" in [address for _, address in found.links]


def test_a_search_narrows_the_list(client: Client) -> None:
    found = read(client.get("/codes/", {"q": "token has been expired or revoked"}))
    assert len([address for _, address in found.links if address.startswith("/codes/") and address != "/codes/"]) < 5


def test_a_search_without_a_hit_says_so(client: Client) -> None:
    assert "0 codes with “xyzzy”" in read(client.get("/codes/", {"q": "xyzzy"})).words


def test_the_readers_own_issues_with_the_code_are_counted(mailbox: Mailbox, owner: User, signed: Signed) -> None:
    scenery.fail(mailbox, titles=("a", "b"))
    assert "2 open issues with this code" in page(signed(owner), CATALOGUE[scenery.RULE]).words


def test_other_peoples_issues_are_not_counted(others: Mailbox, owner: User, client: Client, signed: Signed) -> None:
    for browser in (client, signed(owner)):
        assert "with this code" not in page(browser, CATALOGUE[scenery.RULE]).words
