"""Every text that people read can be said in another language, and is, where their browser asks for one."""

from __future__ import annotations

import ast
import inspect
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import translation

from connectors import clock
from connectors.models import Mailbox
from connectors.translation import both
from issues import catalogue, words
from syncapp.management.commands import makemessages
from tests.browser.places import PLACES
from tests.integration.pages import pseudo, scenery
from tests.integration.pages.reading import read

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_spoken")]

# The administration is for staff, and has words of the framework's own.
SELF_SERVICE = [name for name, place in PLACES.items() if not place.path.startswith("/admin/")]


def reader(user: User | None, language: str = pseudo.CODE) -> Client:
    client = Client(headers={"Accept-Language": language}, raise_request_exception=False)
    if user is not None:
        client.force_login(user)
    return client


@pytest.mark.parametrize("name", SELF_SERVICE)
def test_no_text_of_a_page_is_left_in_english(name: str) -> None:
    world, place = scenery.scene(8), PLACES[name]
    answer = reader(place.visitor(world)).get(place.address(world))
    assert answer.status_code == {"not-found": 404, "bulk-refused": 400}.get(name, 200)
    assert answer.headers["Content-Language"] == pseudo.CODE
    assert pseudo.untranslated(answer.content.decode()) == []


# -- A catalogue of one's own


GERMAN = {
    "My mailbox": "Mein Postfach",
    "Everything has been in step for %(time)s.": "Seit %(time)s ist alles im Gleichstand.",
    "%(number)s hour\0%(number)s hours": "%(number)s Stunde\0%(number)s Stunden",
    "A required field is empty": "Ein Pflichtfeld ist leer",
}


@pytest.fixture
def _german(_spoken: None, settings: Any, tmp_path: Path) -> None:
    folder = tmp_path / "de" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "django.mo").write_bytes(pseudo.compiled(GERMAN))
    settings.LANGUAGES = [("en", "English"), ("de", "Deutsch")]
    settings.LOCALE_PATHS = [tmp_path]


@pytest.fixture
def mia(mailbox: Mailbox, owner: User) -> User:
    Mailbox.everywhere.filter(pk=mailbox.pk).update(created_at=clock.now() - timedelta(hours=3))
    return owner


@pytest.mark.usefixtures("_german")
@pytest.mark.parametrize(
    ("asked", "language", "words"),
    [
        ("de", "de", "Seit 3 Stunden ist alles im Gleichstand."),
        ("fr, de-CH;q=0.9, en;q=0.8", "de", "Mein Postfach"),
        ("en-GB, de;q=0.5", "en", "Everything has been in step for 3 hours."),
        ("fr", "en", "My mailbox"),
        ("", "en", "My mailbox"),
    ],
)
def test_a_page_speaks_what_the_browser_asks_for(mia: User, asked: str, language: str, words: str) -> None:
    answer = reader(mia, asked).get("/")
    assert words in read(answer).words
    assert f'<html lang="{language}" dir="ltr"' in answer.content.decode()
    assert answer.headers["Content-Language"] == language
    assert "Accept-Language" in answer.headers["Vary"]


@pytest.mark.usefixtures("_german")
def test_what_one_was_answered_in_is_over_with_the_answer(mia: User) -> None:
    reader(mia, "de").get("/")
    assert translation.get_language() == "en"


@pytest.mark.usefixtures("_german")
def test_what_programs_are_told_stays_in_english(mia: User) -> None:
    answer = reader(mia, "de").get("/api/v1/codes/salesforce.required_field_missing/")
    assert answer.json()["title"] == "A required field is empty"
    assert "Content-Language" not in answer.headers
    assert "Accept-Language" not in answer.headers.get("Vary", "")


@pytest.mark.usefixtures("_german")
def test_a_code_is_told_in_the_reader_s_words_and_stays_what_it_is(mia: User) -> None:
    assert "Ein Pflichtfeld ist leer" in read(reader(None, "de").get("/codes/salesforce.required_field_missing/")).words
    assert catalogue.entry(scenery.REQUIRED).title == "A required field is empty"


@pytest.mark.usefixtures("_german")
def test_codes_are_found_by_the_reader_s_words() -> None:
    found = read(reader(None, "de").get("/codes/?q=Pflichtfeld")).links
    assert [address for words, address in found if words == "Ein Pflichtfeld ist leer"] == [
        "/codes/salesforce.required_field_missing/"
    ]


def test_a_language_that_is_written_from_the_right_says_so(settings: Any, mia: User) -> None:
    settings.LANGUAGES = [("en", "English"), ("ar", "Arabic")]
    assert '<html lang="ar" dir="rtl"' in reader(mia, "ar").get("/").content.decode()


# -- The proof itself


@pytest.mark.parametrize(
    ("html", "found"),
    [
        ("<p>\u27e6A text\u27e7</p>", []),
        ("<p>A text</p>", ["A text"]),
        ("<p>\u27e6A \u27e6nested\u27e7 text of <bdi>Ann</bdi>\u27e7 and more</p>", ["and more"]),
        ("<p>\u27e6It goes <a href='/'>over</a> tags\u27e7</p>", []),
        ("<p><bdi>Ann</bdi>, 1,204 \u00b7 SYNC-7 ann@ours.example</p>", []),
        ("<time title='28 November'>today</time>", []),
        ("<input placeholder='Search'><input type='submit' value='Go'><input value='typed'>", ["Search", "Go"]),
        ("<p>Salesforce</p><p>Open in Salesforce</p>", ["Open in"]),
        ("<td data-label='When'>\u27e6now\u27e7</td>", ["When"]),
    ],
)
def test_what_is_not_translated_is_found(html: str, found: list[str]) -> None:
    assert pseudo.untranslated(html) == found


# -- What translators are given


def test_whoever_makes_a_catalogue_finds_every_text_of_every_code() -> None:
    program = ast.parse(makemessages.source())
    found = {ast.literal_eval(line.value.args[0]) for line in program.body}  # type: ignore[attr-defined]  # calls
    with translation.override(pseudo.CODE):
        shown = [catalogue.shown(code) for code in catalogue.CATALOGUE]
    said = {text for each in shown for text in (each.title, each.plain, each.cause, each.why)}
    said |= {step.text for each in shown for step in each.steps}
    assert {f"{pseudo.OPENS}{text}{pseudo.CLOSES}" for text in found} == said


def test_texts_that_are_counted_are_looked_for_by_the_names_of_what_counts_them() -> None:
    names = [each.removeprefix("--keyword=") for each in makemessages.Command.xgettext_options]
    assert {"both:1,2", "plural:2,3"} <= set(names)
    assert [*inspect.signature(words.plural).parameters][:3] == ["value", "one", "many"]
    assert [*inspect.signature(both).parameters] == ["one", "many"]
