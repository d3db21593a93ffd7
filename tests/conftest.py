"""What all tests share: a clock that is moved by hand, a scope, and empty worlds in memory."""

from __future__ import annotations

import gc
import os
import sys
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from coverage import Coverage
from hypothesis import settings

from connectors import clock
from connectors.memory import CRMS, MAILBOXES
from connectors.models import Organization
from connectors.salesforce import address_fields
from connectors.scoping import scoped
from tests import builders, tiers

if TYPE_CHECKING:
    from playwright.sync_api import Browser

# What tests start in processes of their own is the product at large, not what they are about: measured, it would take
# twice the time. Only pytest's own workers are.
if "PYTEST_XDIST_WORKER" in os.environ:
    os.environ.pop("COVERAGE_PROCESS_CONFIG", None)

# Every machine draws the same examples, and a slow one does not fail for being slow.
settings.register_profile("suite", deadline=None, derandomize=True, database=None)
settings.load_profile("suite")


CHROMIUM = Path("/usr/bin/chromium")
# Nothing here may look for updates, experiments or other hosts.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


_measured: set[str] = set()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leaves out what the other database plays, and lets long ones begin (see `tests.tiers`)."""
    here = [each for each in items if tiers.is_test_played_here(each.nodeid, _used_by(each))]
    played = set(here)
    if elsewhere := [each for each in items if each not in played]:
        config.hook.pytest_deselected(items=elsewhere)
    _measured.update(tiers.measured([each.nodeid for each in here]))
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    items[:] = [here[at] for at in tiers.long_first([each.nodeid for each in here], workers)]


def pytest_collection_finish(session: pytest.Session) -> None:
    """What 30,000 tests are made of stays to the end, and nobody has to look through it for garbage over and over:
    that, and looking as often as Python does by itself, takes a twentieth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def _used_by(item: pytest.Item) -> set[str]:
    return {*getattr(item, "fixturenames", ()), *(mark.name for mark in item.iter_markers())}


_TRACERS = sys.gettrace(), threading.gettrace()  # coverage's, where it measures


@pytest.fixture(autouse=True)
def _unmeasured(request: pytest.FixtureRequest) -> None:
    """Coverage itself would take milliseconds to stop, and to start again. What else may trace, a debugger, is left
    alone."""
    if Coverage.current() is None:
        return
    this, later = _TRACERS if request.node.nodeid in _measured else (None, None)
    sys.settrace(this)
    threading.settrace(later)


class Time:
    """Virtual time: real time and what a test adds to it."""

    def __init__(self) -> None:
        self._offset = 0.0

    @property
    def offset(self) -> float:
        """Seconds ahead of the real time, or behind it."""
        return self._offset

    def move(self, **by: float) -> None:
        """Moves the clock on, in the words of `timedelta`."""
        self.move_to(self.offset + timedelta(**by).total_seconds())

    def move_to(self, offset: float) -> None:
        """So many seconds ahead of the real time: the one door, so that whoever goes by this clock hears of it."""
        self._offset = offset

    def begin(self) -> None:
        """A world begins, at eight in the morning: the same days end at the same points, whenever that is played."""
        self.move_to(builders.seconds_until(builders.TODAY + timedelta(hours=8)))


@pytest.fixture(autouse=True)
def _empty_worlds() -> Iterator[None]:
    yield
    MAILBOXES.clear()
    CRMS.clear()
    address_fields.forget()


@pytest.fixture
def time() -> Iterator[Time]:
    moved = Time()
    with clock.using(lambda: moved.offset):
        yield moved


@pytest.fixture
def organization(db: None) -> Iterator[Organization]:
    """An organization with a CRM in memory, and its scope for the length of the test."""
    made = builders.organization()
    with scoped(made.pk):
        yield made


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One chromium for all tests of a process; playwright allows no second one beside it."""
    if not CHROMIUM.exists():
        pytest.skip("Debian's chromium is not installed (apt-get install chromium)")
    from playwright.sync_api import sync_playwright

    # Playwright's loop runs in this thread, and Django takes every query in it for one from asynchronous code.
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        started = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield started
        started.close()
