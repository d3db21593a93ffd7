"""Titles are found by any part of them, and whatever happens to a title its index knows."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection

from connectors.models import Mailbox
from issues import searching
from issues.models import Issue
from tests import builders

pytestmark = pytest.mark.django_db


@pytest.fixture
def titled(mailbox: Mailbox) -> Callable[..., None]:
    """Issues with these titles."""

    def make(*titles: str) -> None:
        for number, title in enumerate(titles):
            builders.issue(mailbox.organization, mailbox=mailbox, title=title, subject_key=f"item-{number}")

    return make


def found(text: str) -> list[str]:
    return sorted(Issue.objects.filter(searching.holding(text)).values_list("title", flat=True))


@pytest.mark.parametrize(
    ("text", "titles"),
    [
        ("quarterly", ["Offer: Quarterly prices"]),
        ("QUARTERLY", ["Offer: Quarterly prices"]),
        ("uarte", ["Offer: Quarterly prices"]),
        ("rly pri", ["Offer: Quarterly prices"]),
        ("er", ["Offer: Quarterly prices", "Unter uns"]),
        ('a "b" c', ['Say a "b" c']),
        ("100 %", ["100 % off"]),
        ("100 _", []),
        ("AND OR NOT", []),
        ("title:", []),
        ("nothing", []),
    ],
)
def test_any_part_of_a_title_finds_it(titled: Callable[..., None], text: str, titles: list[str]) -> None:
    titled("Offer: Quarterly prices", "Unter uns", 'Say a "b" c', "100 % off")
    assert found(text) == titles


def test_letters_of_other_languages_have_their_cases_too(titled: Callable[..., None]) -> None:
    titled("Überweisung", "Заказ")
    assert (found("überw"), found("ЗАКАЗ")) == (["Überweisung"], ["Заказ"])


def test_a_title_that_changes_is_found_by_the_new_one_alone(titled: Callable[..., None]) -> None:
    titled("Quarterly prices")
    Issue.objects.update(title="Yearly prices")
    assert (found("quarterly"), found("yearly")) == ([], ["Yearly prices"])


def test_what_else_changes_makes_no_difference(titled: Callable[..., None]) -> None:
    titled("Quarterly prices")
    Issue.objects.update(failures=7)
    assert found("quarterly") == ["Quarterly prices"]


def test_what_is_gone_is_not_found(titled: Callable[..., None]) -> None:
    titled("Quarterly prices", "Quarterly report")
    Issue.objects.filter(title="Quarterly prices").delete()
    assert found("quarterly") == ["Quarterly report"]


def _altered() -> None:
    """As a migration of SQLite leaves the table: without triggers; and one title changes meanwhile."""
    with connection.cursor() as cursor:
        for name in ("added", "dropped", "altered"):
            cursor.execute(f"DROP TRIGGER {searching.TITLES}_{name}")
    Issue.objects.update(title="Yearly prices")


@pytest.mark.skipif(connection.vendor != "sqlite", reason="triggers are SQLite's part")
def test_a_migration_that_drops_the_triggers_mends_them(titled: Callable[..., None]) -> None:
    titled("Quarterly prices")
    _altered()
    assert found("quarterly") == ["Yearly prices"]
    searching.prepare()
    assert (found("quarterly"), found("yearly")) == ([], ["Yearly prices"])
    Issue.objects.update(title="Daily prices")
    assert found("daily") == ["Daily prices"]


@pytest.mark.skipif(connection.vendor != "sqlite", reason="triggers are SQLite's part")
def test_no_migration_has_left_it_without() -> None:
    """One that alters the table of issues drops them: let it end with `searching.prepare()`."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'issues_issue'")
        assert cursor.fetchone() == (3,)


def test_to_look_after_it_twice_changes_nothing(titled: Callable[..., None]) -> None:
    titled("Quarterly prices")
    searching.prepare()
    assert found("quarterly") == ["Quarterly prices"]


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite's plans are in pages/test_long_lists")
def test_the_index_is_the_one_that_a_search_takes(titled: Callable[..., None]) -> None:
    titled("Quarterly prices")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    assert searching.INDEX in Issue.everywhere.filter(searching.holding("quarterly")).order_by().explain()


def test_a_database_without_trigrams_finds_the_same(
    titled: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "_keeps_titles", lambda: False)
    titled("Quarterly prices")
    assert found("quarterly") == ["Quarterly prices"]
