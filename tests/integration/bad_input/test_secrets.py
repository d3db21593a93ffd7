"""Keys that do not open: our own secret, a person's access, and token endpoints that answer something else."""

from __future__ import annotations

import pytest

from connectors.models import Credential
from issues import services as issues
from issues.models import Issue
from syncapp.engine.running import Ending
from tests.driving import codes, fresh, sync
from tests.integration.bad_input.answers import MEANINGLESS, Spoiling, answer
from tests.integration.bad_input.world import World, explained, only_issue

pytestmark = pytest.mark.django_db

REVOKED = {"error": "invalid_grant", "error_description": "Token has been expired or revoked."}
ENDED = {"error": "invalid_grant", "error_description": "expired access/refresh token"}


@pytest.mark.parametrize(
    ("setting", "code"),
    [
        ("GOOGLE_CLIENT_SECRET", "google_oauth.invalid_client"),
        ("GOOGLE_CLIENT_ID", "google_oauth.invalid_client"),
        ("SALESFORCE_CLIENT_SECRET", "salesforce_oauth.invalid_client"),
        ("SALESFORCE_CLIENT_ID", "salesforce_oauth.invalid_client_id"),
    ],
)
def test_a_wrong_secret_of_ours_is_one_issue_for_all_and_goes_away_with_the_right_one(
    world: World, setting: str, code: str
) -> None:
    right = getattr(world.settings, setting)
    world.connect(world.ada, lifetime=0)
    world.connect_salesforce(lifetime=0)
    world.deliver(world.ada, "first")
    setattr(world.settings, setting, "wrong")
    assert sync(world.ada) == [Ending.FAILED]
    found = only_issue()
    assert (found.code, found.scope) == (code, "organization")
    assert any(setting in step.text for step in explained(code).steps)
    setattr(world.settings, setting, right)
    issues.retry(Issue.everywhere.all())
    assert sync(world.ada, world.ben) == [Ending.DONE, Ending.DONE]
    assert (world.subjects(), codes()) == (["first"], [])


def test_a_revoked_access_stops_its_mailbox_at_once_and_no_other(world: World) -> None:
    world.google.control("revoke", {"account": world.ada.address})
    assert sync(world.ada) == [Ending.FAILED]
    found = only_issue()
    assert (found.code, found.scope, found.mailbox_id) == (
        "google_oauth.invalid_grant/revoked",
        "mailbox",
        world.ada.pk,
    )
    assert world.goes_on(world.ben, "beside")


@pytest.mark.parametrize("where", ["inside a 200", "with its own status"])
def test_a_refused_token_means_the_same_whatever_its_status(world: World, where: str) -> None:
    world.connect(world.ada, lifetime=0)
    world.spoil("google", "^/token$", **answer(REVOKED, 200 if where == "inside a 200" else 400))
    assert sync(world.ada) == [Ending.FAILED]
    assert only_issue().code == "google_oauth.invalid_grant/revoked"
    assert world.goes_on(world.ben, "beside")


def test_a_refused_token_of_salesforce_inside_a_200_is_no_success(world: World) -> None:
    world.connect_salesforce(lifetime=0)
    world.deliver(world.ada, "first")
    world.spoil("salesforce", "/token$", **answer(ENDED))
    assert sync(world.ada) == [Ending.FAILED]
    found = only_issue()
    assert (found.code, found.scope) == ("salesforce_oauth.invalid_grant/expired_token", "organization")


@pytest.mark.parametrize(("spoiling", "code"), [pytest.param(*row, id=name) for name, row in MEANINGLESS.items()])
def test_a_strange_answer_of_a_token_endpoint_costs_nobody_the_access(
    world: World, spoiling: Spoiling, code: str
) -> None:
    world.connect(world.ada, lifetime=0)
    world.deliver(world.ada, "first")
    before = Credential.everywhere.get(mailbox=world.ada).grant
    world.spoil("google", "^/token$", **spoiling)
    assert sync(world.ada) == [Ending.FAILED]
    assert (world.code(world.ada), codes(), fresh(world.ada).stopped_at) == (code, [], None)
    kept = Credential.everywhere.get(mailbox=world.ada)
    assert (kept.grant, kept.refreshing_until) == (before, None)
    assert sync(world.ada) == [Ending.DONE]
    assert world.subjects() == ["first"]


def test_a_stopped_organization_is_not_taken_for_mended_by_an_answer_that_says_nothing(world: World) -> None:
    """The probe asks who we are; a sign-in page in the place of the answer is no proof."""
    world.deliver(world.ada, "first")
    world.salesforce.control("storage", {"full": True})
    sync(world.ada)
    assert only_issue().code == "salesforce.STORAGE_LIMIT_EXCEEDED"
    world.salesforce.control("storage", {"full": False})
    world.spoil("salesforce", "/userinfo$", **answer({}))
    issues.retry(Issue.everywhere.all())
    assert sync(world.ada) == [Ending.FAILED]
    assert (codes(), world.subjects()) == (["salesforce.STORAGE_LIMIT_EXCEEDED"], [])
