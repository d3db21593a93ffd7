"""Everything that lasts lies between two `step()`s: each commit in `commit()`, each effect in `outside()`."""

from __future__ import annotations

from textwrap import dedent

import pytest

from tests.architecture.effects import REMOTE, is_effect, is_write
from tests.architecture.guards import COMMIT, OUTSIDE, unguarded
from tests.architecture.sources import Source, product, within

# What somebody starts by hand: no flow of the product runs through it.
TOOLS = ("syncapp.demo", "syncapp.bench", "syncapp.management", "syncapp.__main__", "syncapp.env_file")
# The world itself, as it looks from inside `outside()`.
WORLD = (
    "connectors.google",
    "connectors.memory",
    "connectors.oauth",
    "connectors.salesforce",
    "connectors.simulators",
    "connectors.transport",
    "notifications.channels",
)
LET_BE_WRITTEN = {
    "connectors.effects": "opens the transactions of everybody else",
    "syncapp.demo.worker": "takes a row off the queue, as the cluster's own acknowledgement does",
    "syncapp.management.commands.jobs": "asks for two jobs before any flow begins",
    "syncapp.management.commands.simulators": "keeps the simulators' state in their own file",
}
LET_LEAVE = {
    "connectors.clock": "reads the file that carries the demo's virtual time",
    "issues.catalogue": "reads its own table at start",
    "syncapp.settings": "makes the folder of the database, before anything runs",
}
WITH_TABLES = [s for s in product() if ("django" in s.text or ".models import" in s.text) and not s.is_simulator]
IN_THE_FLOW = [s for s in product() if not within(s.name, *TOOLS, *WORLD)]


@pytest.mark.parametrize("source", [s for s in WITH_TABLES if s.name not in LET_BE_WRITTEN], ids=str)
def test_every_commit_lies_between_two_steps(source: Source) -> None:
    assert unguarded(source.text, COMMIT, is_write) == []


@pytest.mark.parametrize("source", [s for s in IN_THE_FLOW if s.name not in LET_LEAVE], ids=str)
def test_every_call_that_leaves_lies_between_two_steps(source: Source) -> None:
    assert unguarded(source.text, OUTSIDE, is_effect) == []


def test_no_exception_is_kept_that_nothing_needs() -> None:
    writing = {s.name for s in WITH_TABLES if unguarded(s.text, COMMIT, is_write)}
    leaving = {s.name for s in IN_THE_FLOW if unguarded(s.text, OUTSIDE, is_effect)}
    assert (writing, leaving) == (set(LET_BE_WRITTEN), set(LET_LEAVE))


def test_the_calls_of_a_connector_that_leave_are_known() -> None:
    mail = {"check", "labels", "find_calendar", "pull", "get", "contents", "look", "twins", "push", "mark"}
    mail |= {"failed_label", "label_failed"}
    mail |= {"watch", "unwatch"}
    crm = {
        "find_people",
        "changes",
        "current",
        "find",
        "discard",
        "queues",
        "users",
        "accounts",
        "ensure_fields",
        "survey",
    }
    crm |= {"readable"}
    crm |= {"find_files", "upload", "alike", "sign", "fits", "sheet", "doubles"}
    crm |= {"open_load", "fill_load", "close_load", "look_at_load", "told_of_load", "drop_load"}
    assert mail | crm == REMOTE


WRITTEN_BADLY = {
    "plainly": "def f(row): row.save()",
    "on a manager": "def f(): Item.objects.filter(pk=1).update(x=2)",
    "beside the block": "def f(row):\n    with commit('x'):\n        pass\n    row.delete()",
    "in another block": "def f(row):\n    with scoped(1):\n        row.save()",
    "in a transaction of its own": "def f():\n    with transaction.atomic():\n        pass",
    "as a job": "def f(): async_task('x')",
    "behind a private function": "def f(row): _g(row)\ndef _g(row): row.save()",
    "two functions deep": "def f(): _g()\ndef _g(): _h()\ndef _h(): Item.objects.create()",
    "once with and once without": (
        "def f():\n    with commit('x'):\n        _g()\ndef h(): _g()\ndef _g(): Item.objects.create()"
    ),
    "in a function that runs later": "def f(row):\n    with commit('x'):\n        def g(): row.save()",
    "at the top of a module": "Item.objects.create()",
    "in a method": "class A:\n    def f(self): self.row.save()",
}
WRITTEN_WELL = {
    "in the block": "def f(row):\n    with commit('x'):\n        row.save()",
    "in a block inside it": "def f(row):\n    with commit('x'):\n        if row:\n            row.save()",
    "with other managers": "def f(row):\n    with scoped(1), commit('x'):\n        row.save()",
    "under the mark": "@within_commit\ndef f(row): row.save()",
    "behind a marked function": "@within_commit\ndef f(row): _g(row)\ndef _g(row): row.save()",
    "in a private function called from the block": (
        "def f(row):\n    with commit('x'):\n        _g(row)\ndef _g(row): row.save()"
    ),
    "of a dictionary": "def f(**kwargs): kwargs.update(a=1)",
    "of a form that is not kept": "def f(formset): formset.save(commit=False)",
}
LEFT_BADLY = {
    "with a provider": "def f(connector): return connector.check()",
    "with a line's connector": "def f(self): return self.mail.push([])",
    "with the question handed over": "def f(ask, connector): return ask(connector)",
    "with a mail": "def f(mail): post(mail)",
    "with a file": "def f(path): path.write_text('x')",
    "with an opened file": "def f(name): return open(name)",
    "with a token": "def f(question): return oauth.ask(question)",
    "with a library": "def f(): return requests.get('x')",
    "beside the block": "def f(crm):\n    with outside('x'):\n        pass\n    crm.push([])",
    "inside a commit only": "def f(crm):\n    with commit('x'):\n        crm.push([])",
}
LEFT_WELL = {
    "in the block": "def f(connector):\n    with outside('x'):\n        return connector.check()",
    "over a line": "def f(job): return job.lines.mail.call('x', lambda mail: mail.get([]))",
    "behind a private function": "def f():\n    with outside('x'):\n        _g()\ndef _g(): return oauth.ask(1)",
    "without leaving": "def f(connector): return connector.url('x')",
}


@pytest.mark.parametrize("text", WRITTEN_BADLY.values(), ids=WRITTEN_BADLY)
def test_a_write_outside_of_a_commit_is_found(text: str) -> None:
    assert len(unguarded(dedent(text), COMMIT, is_write)) == 1


@pytest.mark.parametrize("text", WRITTEN_WELL.values(), ids=WRITTEN_WELL)
def test_a_write_inside_of_a_commit_is_let_be(text: str) -> None:
    assert unguarded(dedent(text), COMMIT, is_write) == []


@pytest.mark.parametrize("text", LEFT_BADLY.values(), ids=LEFT_BADLY)
def test_a_call_that_leaves_unseen_is_found(text: str) -> None:
    assert len(unguarded(dedent(text), OUTSIDE, is_effect)) == 1


@pytest.mark.parametrize("text", LEFT_WELL.values(), ids=LEFT_WELL)
def test_a_call_that_leaves_through_the_door_is_let_be(text: str) -> None:
    assert unguarded(dedent(text), OUTSIDE, is_effect) == []
