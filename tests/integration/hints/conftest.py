from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from connectors.scoping import EVERYTHING, scoped
from tests.conftest import Time
from tests.integration.events.stage import Stage, staged

HOST = "https://syncapp.example.com"
TOPIC = "projects/p/topics/mail"
ROBOT = "pusher@p.iam.gserviceaccount.com"


@pytest.fixture
def stage(db: None, time: Time) -> Iterator[Stage]:
    """Two mailboxes with calendars, and nothing that is set up for hints."""
    with scoped(EVERYTHING):
        yield staged(time)


@pytest.fixture
def told(stage: Stage, settings: Settings) -> Stage:
    """The same, with everything set up."""
    settings.PUSH_URL, settings.GOOGLE_PUSH_TOPIC, settings.GOOGLE_PUSH_ACCOUNT = HOST, TOPIC, ROBOT
    return stage
