"""The rules can fail: each finds the small thing that breaks it, and lets be what only looks alike."""

from __future__ import annotations

import pytest

from tests.architecture import rules


@pytest.mark.parametrize(
    ("app", "text", "found"),
    [
        ("issues", "JOB = 'syncapp.tasks.sync_mailbox'", ["syncapp.tasks.sync_mailbox"]),
        ("connectors", "models.ForeignKey('issues.Cause')", ["issues.Cause"]),
        ("connectors", "f'notifications.tasks.{name}'", ["notifications.tasks."]),
        ("notifications", "import_module('syncapp.services')", ["syncapp.services"]),
        ("issues", "JOB = 'issues.tasks.run_operation'", []),
        ("syncapp", "JOB = 'notifications.tasks.deliver'", []),
        ("connectors", "'''The issues. They come later.'''", []),
        ("connectors", "NAME = 'syncapp'", []),
    ],
)
def test_a_name_that_reaches_up_in_a_string_is_found(app: str, text: str, found: list[str]) -> None:
    assert rules.names_reaching_up(app, text) == found


@pytest.mark.parametrize(
    ("text", "lengths"),
    [
        ("def f(): pass", [1]),
        ("@mark\ndef f():\n    '''Says.'''\n    return 1", [3]),
        ("class A:\n    def f(self):\n        def g():\n            pass\n        return g", [4, 2]),
        ("async def f():\n    pass", [2]),
        ("x = 1", []),
    ],
)
def test_functions_are_measured(text: str, lengths: list[int]) -> None:
    assert list(rules.function_lengths(text).values()) == lengths


def test_the_middle_and_the_share_of_long_functions() -> None:
    assert rules.middle_and_long([1, 9, 40, 31], 30) == (20, 0.5)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("rows = Issue.everywhere.filter(pk=1)", ["1: Issue.everywhere"]),
        ("rows = model.everywhere.all()", ["1: model.everywhere"]),
        ("queryset = Issue.everywhere.none()", []),
        ("rows = Issue.objects.all()", []),
    ],
)
def test_an_unscoped_query_is_found(text: str, found: list[str]) -> None:
    assert rules.unscoped_queries(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("from django.db.models.signals import post_save", ["django.db.models.signals.post_save"]),
        ("from django.dispatch import receiver", ["django.dispatch.receiver"]),
        ("import django.dispatch", ["django.dispatch"]),
        ("from django.core import signals", ["django.core.signals"]),
        ("import signal", []),
    ],
)
def test_a_signal_is_found(text: str, found: list[str]) -> None:
    assert rules.signal_imports(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("class Issue(Model):\n    def save(self): pass", ["Issue.save"]),
        ("class Issue(Model):\n    def delete(self): pass", ["Issue.delete"]),
        ("class Issue(Model):\n    def __str__(self): pass", []),
    ],
)
def test_a_model_that_acts_on_its_own_is_found(text: str, found: list[str]) -> None:
    assert rules.models_with_hooks(text) == found


def test_a_requirement_without_a_reason_is_found() -> None:
    text = 'dependencies = [\n  "a>=1",  # why it is here\n  "b>=1",\n  "c>=1",  #\n]\ndev = [\n  "d",\n]\n'
    assert rules.uncommented_requirements(text) == ['"b>=1",', '"c>=1",  #']


@pytest.mark.parametrize(
    ("imports", "circles"),
    [
        ({"a": {"b"}, "b": {"c"}, "c": set()}, []),
        ({"a": {"b"}, "b": {"a"}}, [{"a", "b"}]),
        ({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}}, [{"a", "b", "c"}]),
        ({"a": {"a"}}, [{"a"}]),
    ],
)
def test_circles_are_found(imports: dict[str, set[str]], circles: list[set[str]]) -> None:
    assert rules.cycles({name: frozenset(names) for name, names in imports.items()}) == circles
