"""Every text that people read can be said in another language, and is, where their browser asks for one."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils.translation import trans_real

from tests.browser.places import PLACES
from tests.integration.pages import pseudo, scenery

pytestmark = pytest.mark.django_db

# The administration is for staff, and has words of the framework's own. What checks found is kept, in English.
ELSEWHERE = ("/admin/", "/checks/")
SELF_SERVICE = [name for name, place in PLACES.items() if not place.path.startswith(ELSEWHERE)]


@pytest.fixture(autouse=True)
def _spoken(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The language that nobody speaks is one of those that pages can be had in."""
    settings.LANGUAGES = [("en", "English"), (pseudo.CODE, "Brackets")]
    monkeypatch.setitem(vars(trans_real)["_translations"], pseudo.CODE, pseudo.Pseudo())


def reader(user: User | None) -> Client:
    client = Client(headers={"Accept-Language": pseudo.CODE}, raise_request_exception=False)
    if user is not None:
        client.force_login(user)
    return client


@pytest.mark.parametrize("name", SELF_SERVICE)
def test_no_text_of_a_page_is_left_in_english(name: str) -> None:
    world, place = scenery.scene(8), PLACES[name]
    answer = reader(place.visitor(world)).get(place.address(world))
    assert answer.status_code < 500
    assert answer.headers["Content-Language"] == pseudo.CODE
    assert pseudo.untranslated(answer.content.decode()) == []
