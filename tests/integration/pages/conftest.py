"""An organization with one mailbox, its owner and an administrator; and a second organization that must never show."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils.translation import trans_real

from connectors import clock
from connectors.models import Mailbox, Organization
from tests import builders
from tests.integration.pages import marked, pseudo, scenery


@pytest.fixture
def acme(db: None) -> Organization:
    return builders.organization(slug="acme", name="Acme")


@pytest.fixture
def mailbox(acme: Organization) -> Mailbox:
    good = clock.now() - timedelta(minutes=3)
    made = builders.mailbox(acme, "mia@ours.example", provider="google", good_at=good)
    scenery.connect(made)
    return made


@pytest.fixture
def owner(mailbox: Mailbox) -> User:
    return scenery.owner_of(mailbox, "mia", first_name="Mia", last_name="Meier")


@pytest.fixture
def admin(acme: Organization) -> User:
    return scenery.administrator(acme, "ann", first_name="Ann", last_name="Anders")


@pytest.fixture
def root(db: None) -> User:
    return scenery.person("root", is_staff=True, is_superuser=True)


@pytest.fixture
def others(db: None) -> Mailbox:
    """A mailbox of another organization, with an owner and an issue of its own."""
    theirs = builders.organization(slug="rival", name="Rival Inc")
    made = builders.mailbox(theirs, "zoe@rival.example", provider="google")
    scenery.owner_of(made, "zoe")
    scenery.fail(made, titles=("Rival secret",))
    return made


Signed = Callable[[User], Client]


@pytest.fixture
def signed() -> Signed:
    """A browser in which somebody is signed in."""

    def signed_in(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return signed_in


@pytest.fixture
def _spoken(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The language that nobody speaks is one of those that pages can be had in."""
    settings.LANGUAGES = [("en", "English"), (pseudo.CODE, "Brackets")]
    made_up = [text for each in scenery.FACTS for text in (each["name"], each["text"], *each["steps"])]
    monkeypatch.setitem(vars(trans_real)["_translations"], pseudo.CODE, pseudo.Pseudo({*marked.texts(), *made_up}))
