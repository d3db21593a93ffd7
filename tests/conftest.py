"""What all tests share: a clock that is moved by hand, a scope, and empty worlds in memory."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from hypothesis import settings

from connectors import clock
from connectors.memory import CRMS, MAILBOXES
from connectors.models import Organization
from connectors.scoping import scoped
from tests import builders

# Every machine draws the same examples, and a slow one does not fail for being slow.
settings.register_profile("suite", deadline=None, derandomize=True, database=None)
settings.load_profile("suite")


class Time:
    """Virtual time: real time and what a test adds to it."""

    def __init__(self) -> None:
        self.offset = 0.0

    def move(self, **by: float) -> None:
        """Moves the clock on, in the words of `timedelta`."""
        self.offset += timedelta(**by).total_seconds()


@pytest.fixture(autouse=True)
def _empty_worlds() -> Iterator[None]:
    yield
    MAILBOXES.clear()
    CRMS.clear()


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
