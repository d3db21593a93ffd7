"""The layout: small files and functions, arrows that point down, and few places that see every organization."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import grimp
import pytest

from tests.architecture import rules
from tests.architecture.sources import APPS, ROOT, Source, product, suite

MOST_LINES = 500
MEDIAN, LONG, MOST_LONG = 8, 30, 0.02  # lines of a function, and the share that may be longer

# Where rows of every organization are seen, and why. Faces are not among them.
ACROSS_ORGANIZATIONS = {
    "connectors.access": "whose memberships decide what the scope of a request is",
    "connectors.credentials": "the key of one mailbox or organization that the caller holds already",
    "connectors.journal": "writes lines for the organizations that the caller names",
    "connectors.models": "declares the manager",
    "connectors.tokens": "a token says whose request it is, before there is a scope",
    "issues.finding": "numbers of mailboxes narrow what is scoped already",
    "issues.ledger": "counts of the rows in hand",
    "issues.models": "declares the manager",
    "issues.services.bulk": "jobs and the tick, over all organizations",
    "issues.services.caring": "the cause in hand, and who administers its organization",
    "issues.services.carrying_out": "jobs, over all organizations",
    "issues.services.choosing": "the issues of the organization that the caller names",
    "issues.services.freezing": "jobs, over all organizations",
    "issues.services.closing": "is told the organization",
    "issues.services.deciding": "rows in hand",
    "issues.help_requests": "declares the manager",
    "issues.saved_filters": "declares the manager",
    "issues.services.helping": "requests in hand, and what the mail server said of them",
    "issues.services.moving": "rows in hand, and the tick",
    "issues.services.probing": "the tick",
    "issues.services.reporting": "is told the organization",
    "notifications.composing": "an incident's own organization",
    "notifications.models": "declares the manager",
    "notifications.services": "the outbox of all organizations",
    "syncapp.admin": "whether an owner belongs to the organization chosen in the form",
    "syncapp.engine.due": "an organization that the caller names: the gate and the tick have no scope yet",
    "syncapp.engine.crm_reading": "finds its own organization before there is a scope",
    "syncapp.engine.gates": "the job's own organization",
    "syncapp.engine.guarding": "the job's own issues",
    "syncapp.engine.job": "the job's own mailbox",
    "syncapp.engine.further": "lost calendars of whoever keeps none in step, also where nothing runs",
    "syncapp.engine.lease": "leases are taken before there is a scope, and reaped for all",
    "syncapp.engine.marks": "the job's own issues",
    "syncapp.engine.rationing": "how an order may go, of the organization that it is for: its job has no scope",
    "syncapp.engine.running": "a job is told a mailbox's id and learns whose it is",
    "syncapp.engine.stripping": "whoever takes headers alone, also where nothing runs",
    "syncapp.checked": "declares the manager",
    "syncapp.checking": "the tick and the clock, over all organizations; and a job learns whose mailbox it is",
    "syncapp.first_checks": "is told the organization",
    "syncapp.hints": "a provider says whose mailbox it is, before there is a scope; and whoever rests",
    "syncapp.lags": "the clock, over all organizations",
    "syncapp.management.commands.doctor": "the operator names the organization, or means all of them",
    "syncapp.management.choosing": "the operator names the organization or the mailbox, or means all of them",
    "syncapp.management.commands.token": "the operator names the organization",
    "syncapp.models": "declares the manager",
    "syncapp.services": "the tick and the reaper",
    "syncapp.verifying": "by the clock, over all organizations",
    "syncapp.waited": "declares the manager",
    "syncapp.watching": "the clockwork of all organizations, seen from outside",
}
# The demo owns its database.
DEMO = ("syncapp.demo", "syncapp.bench")
CLIENT_LIBRARIES = ("simple_salesforce", "googleapiclient", "httplib2")

LOADS_EVERYTHING = """
import json, sys
import syncapp.wsgi
from django.urls import get_resolver

def load(patterns):
    for each in patterns:
        if hasattr(each, "url_patterns"):
            yield from load(each.url_patterns)
        else:
            yield each.callback

views = list(load(get_resolver().url_patterns))
print(json.dumps([len(views), sorted(name for name in sys.modules if "." not in name)]))
"""


@pytest.mark.parametrize("source", [*product(), *suite()], ids=str)
def test_no_file_is_longer_than_five_hundred_lines(source: Source) -> None:
    assert len(source.text.splitlines()) <= MOST_LINES


@pytest.mark.parametrize("source", product(), ids=str)
def test_no_string_names_something_in_a_higher_app(source: Source) -> None:
    assert rules.names_reaching_up(source.name.partition(".")[0], source.text) == []


@pytest.mark.parametrize("source", product(), ids=str)
def test_nothing_of_ours_goes_by_signals(source: Source) -> None:
    assert rules.signal_imports(source.text) == []


@pytest.mark.parametrize("source", [s for s in product() if s.name.endswith(".models")], ids=str)
def test_models_do_nothing_of_their_own(source: Source) -> None:
    assert rules.models_with_hooks(source.text) == []


def test_the_places_that_see_every_organization_are_these() -> None:
    seeing = {s.name for s in product() if rules.unscoped_queries(s.text) and not s.name.startswith(DEMO)}
    # Equal, not less: a line that nothing needs any more would let the next one in unseen.
    assert seeing == set(ACROSS_ORGANIZATIONS) - _declaring()


def _declaring() -> set[str]:
    """Modules that make the manager and never ask it."""
    return {name for name, why in ACROSS_ORGANIZATIONS.items() if why == "declares the manager"}


def test_no_modules_import_each_other_in_a_circle() -> None:
    graph = grimp.build_graph(*APPS, cache_dir=None, exclude_type_checking_imports=True)
    assert (
        rules.cycles({name: frozenset(graph.find_modules_directly_imported_by(name)) for name in graph.modules}) == []
    )


def test_functions_are_short(capsys: pytest.CaptureFixture[str]) -> None:
    lengths = {f"{s}.{name}": n for s in product() for name, n in rules.function_lengths(s.text).items()}
    middle, share = rules.middle_and_long(list(lengths.values()), LONG)
    longest = sorted(lengths, key=lambda name: -lengths[name])[:5]
    with capsys.disabled():
        print(f"\n{len(lengths)} functions: median {middle:g} lines, {share:.1%} over {LONG}; longest {longest}")
    assert middle <= MEDIAN
    assert share <= MOST_LONG


def test_there_is_more_test_than_product(capsys: pytest.CaptureFixture[str]) -> None:
    """The simulators are neither: the demo runs on them as the tests do."""
    proper = sum(len(s.text.splitlines()) for s in product() if not s.is_simulator)
    simulators = sum(len(s.text.splitlines()) for s in product() if s.is_simulator)
    testing = sum(len(s.text.splitlines()) for s in suite())
    with capsys.disabled():
        print(f"\nlines: product {proper}, simulators {simulators}, tests {testing}")
    assert testing > proper


def test_every_requirement_of_production_says_why() -> None:
    assert rules.uncommented_requirements((ROOT / "pyproject.toml").read_text("utf-8")) == []


def test_the_web_process_loads_no_client_library() -> None:
    views, loaded = _loaded_by(LOADS_EVERYTHING)
    assert views > 50
    assert [name for name in CLIENT_LIBRARIES if name in loaded] == []


def test_a_client_library_that_is_loaded_would_be_seen() -> None:
    _, loaded = _loaded_by("import connectors.google.client, connectors.registry\n" + LOADS_EVERYTHING)
    assert "httplib2" in loaded


def _loaded_by(program: str) -> tuple[int, list[str]]:
    """(number of views, top-level modules) of a fresh process."""
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings"}
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env=environment, check=True, capture_output=True, text=True
    )
    views, loaded = json.loads(done.stdout.splitlines()[-1])
    return views, loaded
