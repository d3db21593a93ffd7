"""Texts that are kept in English, and said in the reader's words later."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors import translation
from connectors.sentences import again, capital, in_a_row, joined, kept, phrase, phrases, told

GERMAN = {
    "%(name)s may not %(what)s.": "%(name)s darf nicht %(what)s.",
    "change them": "sie ändern",
    "It is full.": "Es ist voll.",
    "%(most)s and %(last)s": "%(most)s und %(last)s",
    "events": "Termine",
    "tasks": "Aufgaben",
    "%(things)s are kept.": "%(things)s werden gehalten.",
}


@pytest.fixture
def german(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(translation, "_one", lambda text: GERMAN.get(text, text))
    monkeypatch.setattr(translation, "_many", lambda one, many, count: f"%(number)s {'Tag' if count == 1 else 'Tage'}")
    monkeypatch.setattr(translation, "_separator", lambda: ".")


MAY_NOT = phrase("%(name)s may not %(what)s.", name="events", what=phrase("change them"))
BOTH = phrase("%(things)s are kept.", things=capital(in_a_row([phrase("tasks"), phrase("events")])))
SAID = [
    (MAY_NOT, "events may not change them.", "events darf nicht sie ändern."),
    (phrase("It is full."), "It is full.", "Es ist voll."),
    (phrases(1, "%(number)s day", "%(number)s days"), "1 day", "1 Tag"),
    (phrases(1204, "%(number)s day", "%(number)s days"), "1,204 days", "1.204 Tage"),
    (joined(["It is full.", phrase("events")]), "It is full. events", "Es ist voll. Termine"),
    (
        joined([phrase("tasks"), MAY_NOT], "; "),
        "tasks; events may not change them.",
        "Aufgaben; events darf nicht sie ändern.",
    ),
    (BOTH, "Tasks and events are kept.", "Aufgaben und Termine werden gehalten."),
    (phrase("100 % of it"), "100 % of it", "100 % of it"),
]


@pytest.mark.parametrize(("text", "english", "_"), SAID)
def test_a_phrase_is_its_english_words(text: str, english: str, _: str) -> None:
    assert text == english
    assert told(text) == english


@pytest.mark.usefixtures("german")
@pytest.mark.parametrize(("text", "_", "german_words"), SAID)
def test_what_was_kept_is_said_in_the_reader_s_words(text: str, _: str, german_words: str) -> None:
    assert told(again(json.loads(json.dumps(kept(text))))) == german_words


@pytest.mark.usefixtures("german")
def test_a_text_of_ours_needs_no_places() -> None:
    assert told("It is full.") == "Es ist voll."
    assert (kept("It is full."), again("It is full.")) == ("It is full.", "It is full.")


@pytest.mark.parametrize(
    ("names", "said"), [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")]
)
def test_names_in_a_row(names: list[str], said: str) -> None:
    assert in_a_row(names) == said


@given(st.text(), st.integers(min_value=0))
def test_data_comes_back_as_it_was(text: str, count: int) -> None:
    made = phrase("“%(text)s” and %(count)s", text=text, count=count)
    assert again(json.loads(json.dumps(kept(made)))) == made == f"“{text}” and {count:,}"
