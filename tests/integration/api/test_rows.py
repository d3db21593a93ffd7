"""The rows of the list of issues, which plain code makes, are what the shape of one issue says, to the letter."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from rest_framework.request import Request
from rest_framework.views import APIView

from connectors import clock
from connectors.models import Organization
from connectors.rest.scope import viewer_in
from connectors.scoping import scoped
from issues.access import visible_issues
from issues.models import Issue
from issues.rest.shapes import IssueShape
from tests.integration.api.conftest import World
from tests.integration.api.world import RULE, Api, issue, stop

WHEN = {"regressed_at": clock.now(), "next_attempt_at": clock.now() + timedelta(minutes=5)}
# What a row can hold: columns of an issue that is like no other here.
KINDS: dict[str, dict[str, Any]] = {
    "plain": {},
    "private": {"private": True},
    "with links": {"crm_url": "https://acme.example/02s", "mailbox_url": "https://mail.example/1"},
    "without anything": {"resource": "", "conversation_key": "", "mailbox_url": "", "fields": [], "title": ""},
    "of no mailbox": {"mailbox": None},
    "with moments": WHEN,
    "another code": {"code": RULE},
    "a code that is none any more": {"code": "salesforce.NEVER_HEARD_OF"},
    "ignored for good": {"status": "ignored", "ignored_reason": "Spam", "ignored_end": "never"},
    "ignored for a while": {
        "status": "ignored",
        "ignored_reason": "“Later”",
        "ignored_end": "failures",
        "ignored_failures": 3,
        "ignored_until": clock.now(),
    },
    "resolved": {"status": "resolved", "resolution": "synced", "proof": "02s1", "resolved_at": clock.now()},
    "retrying": {"status": "retrying", "resource": "event", "title": "会議 <b>"},
}


def shaped(answer: Any) -> list[Any]:
    """What the shape says of the issues that whoever asked may see."""
    request = APIView().initialize_request(answer.wsgi_request)
    request._request.viewer = answer.wsgi_request.viewer  # type: ignore[attr-defined]  # where the middleware put it
    return [dict(IssueShape(each, context={"request": request}).data) for each in _rows(request)]


def _rows(request: Request) -> list[Issue]:
    viewer = viewer_in(request)
    with scoped(viewer.organizations):
        return list(visible_issues(viewer).select_related("organization", "mailbox", "ignored_by").order_by("-pk"))


@pytest.mark.parametrize("allowed", [True, False], ids=["shown to administrators", "kept from them"])
@pytest.mark.parametrize("who", ["admin", "ann", "reader"])
def test_a_row_is_what_the_shape_says(world: World, who: str, allowed: bool) -> None:
    for values in KINDS.values():
        made = issue(world.acme, world.anns)
        Issue.everywhere.filter(pk=made.pk).update(**values)
    Issue.everywhere.filter(ignored_end="failures").update(ignored_by=world.anns.owner)
    stop(world.bobs)
    Organization.everywhere.update(names_items_to_admins=allowed)
    api: Api = getattr(world, who)
    answer = api.get("issues/", limit=200)
    with scoped([world.acme.pk]):
        expected = shaped(answer)
    found = answer.json()["results"]
    assert len(found) == len(expected) >= len(KINDS) - 1  # a member does not see the one of no mailbox
    for row, wanted in zip(found, expected, strict=True):
        assert row == _plain(wanted)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    return [_plain(each) for each in value] if isinstance(value, list) else value


def test_a_list_that_nothing_narrows_refuses_what_it_does_not_know(world: World) -> None:
    assert world.reader.get("issues/", colour="red").status_code == 400
    assert world.reader.get("issues/", q="").status_code == 200
