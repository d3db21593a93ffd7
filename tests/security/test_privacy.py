"""What somebody else's item says is shown to no administrator who may not see it: a crawl over every address, with a
canary in every text of such an item, for every role."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest
from django.contrib.auth.models import User
from django.db import models
from django.test import Client

from connectors import tokens
from connectors.access import Viewer, viewer_of, viewer_with
from connectors.effects import commit
from connectors.models import Activity, ApiToken, Mailbox, Organization, Role
from connectors.scoping import scoped
from issues import services
from issues.access import seen_whole, sight_of, visible_issues
from issues.models import Attempt, Cause, Issue, Pick
from issues.privacy import Sight
from syncapp.models import Binding, Change, Filtered, Item, Overruled
from tests import builders
from tests.security.planting import Planted, plant, texts
from tests.security.routes import Route, addresses, line, routes

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Response

MARK, CANARY = "ownmark4k", "canaryc3z"
# Columns that tell that something failed and why, who said to leave it, and what it is called by us. All other texts of
# an item are what it says.
TELLS = {
    (Issue, "code"),
    (Issue, "fields"),
    (Issue, "ignored_reason"),
    (Issue, "subject_key"),
    (Issue, "conversation_key"),
    (Attempt, "code"),
    (Attempt, "request_id"),
    (Cause, "code"),
    (Cause, "fingerprint"),
    (Activity, "item_key"),
    (Activity, "cause"),
    (Activity, "code"),
    (Activity, "scope"),
    (Activity, "note"),
    (Pick, "person_id"),
    (Change, "code"),
    (Filtered, "rule"),
    (Overruled, "rule"),
}
OF_AN_ITEM: tuple[type[models.Model], ...] = (
    *(Issue, Attempt, Cause, Activity, Pick),
    *(Item, Binding, Change, Filtered, Overruled),
)


@pytest.fixture
def planted(db: None) -> Planted:
    """An organization whose member's item says nothing but the canary."""
    found = plant(MARK)
    for model in OF_AN_ITEM:
        row = found.rows[str(model._meta.model_name)]
        for column in texts(model):
            if (model, column.name) not in TELLS:
                said = _said(column, getattr(row, column.name))
                setattr(row, column.name, said)
        row.save()
    Issue.everywhere.update(scope="item", resource="email", mailbox=found.id_of("mailbox"), status="open")
    Organization.everywhere.update(names_items_to_admins=False)
    return found


def _said(column: models.Field[object, object], value: object) -> object:
    if isinstance(value, str):
        return value.replace(MARK, CANARY)
    return {CANARY: CANARY} if isinstance(value, dict) else [CANARY]


def _root(planted: Planted) -> User:
    return User.objects.create(username="root", is_staff=True, is_superuser=True)


def _signed_in(of: Callable[[Planted], User]) -> Callable[[Planted], Client]:
    def client(planted: Planted) -> Client:
        made = Client(raise_request_exception=False)
        made.force_login(of(planted))
        return made

    return client


def _with_token(planted: Planted) -> Client:
    _, secret = tokens.issue(planted.organization, "Crawl", may_write=True)
    return Client(raise_request_exception=False, headers={"Authorization": f"Bearer {secret}"})


OTHERS: dict[str, Callable[[Planted], Client]] = {
    "owner": _signed_in(lambda planted: planted.people[Role.OWNER]),
    "admin": _signed_in(lambda planted: planted.people[Role.ADMIN]),
    "superuser": _signed_in(_root),
    "token": _with_token,
    "anonymous": lambda _: Client(raise_request_exception=False),
}
FOUND = f"{MARK}-slug/1042/"  # of the address of its page, which stands wherever it is found
SEARCHES = ("/admin/issues/issue/?q={}", "/issues/?q={}", "/api/v1/issues/?q={}")


def _flaws(client: Client, planted: Planted) -> list[str]:
    return [where for where, answer in _crawl(client, planted) if CANARY in _heard(answer)]


def _crawl(client: Client, planted: Planted) -> Iterator[tuple[str, Response]]:
    for route in routes():
        for where in _asked(route, planted):
            yield where, client.get(where)


def _asked(route: Route, planted: Planted) -> Iterator[str]:
    for where in addresses(route, planted):
        yield where
        asked = "&".join(f"{name}={value}" for name, value in line(route).ask(planted).items())
        if asked:
            yield f"{where}?{asked}"
    if route.name in ("issues", "api-issue-list", "admin:issues_issue_changelist"):
        yield f"{addresses(route, planted)[0]}?status=open"


def _heard(answer: Response) -> str:
    body = b"".join(answer) if answer.streaming else answer.content
    return "\n".join([*map(": ".join, answer.items()), body.decode(errors="replace")]).lower()


@pytest.mark.parametrize("role", OTHERS)
def test_what_an_item_of_somebody_else_says_is_shown_nowhere(planted: Planted, role: str) -> None:
    assert _flaws(OTHERS[role](planted), planted) == []


@pytest.mark.parametrize("role", ["owner", "admin", "superuser", "token"])
def test_what_is_private_is_shown_nowhere_even_where_the_organization_shows_items(planted: Planted, role: str) -> None:
    Organization.everywhere.update(names_items_to_admins=True)
    Cause.everywhere.update(said=None)  # nothing is written there about what is private
    Pick.everywhere.all().delete()  # an administrator made it
    Item.everywhere.update(private=True)
    with commit("test: private"):
        services.keep_private(planted.organization.pk, [Issue.everywhere.get().subject_key])
        Item.everywhere.update(private=True)
    assert _flaws(OTHERS[role](planted), planted) == []


def test_whose_it_is_sees_it(planted: Planted) -> None:
    Issue.everywhere.update(private=True)
    seen = _flaws(_signed_in(lambda planted: planted.people[Role.MEMBER])(planted), planted)
    assert {"/issues/", "/api/v1/issues/", "/api/v1/items/"} <= {where.partition("?")[0] for where in seen}


@pytest.mark.parametrize("role", ["owner", "admin", "superuser", "token"])
def test_where_the_organization_shows_items_they_are_seen(planted: Planted, role: str) -> None:
    Organization.everywhere.update(names_items_to_admins=True)
    assert "/api/v1/issues/" in _flaws(OTHERS[role](planted), planted)


@pytest.mark.parametrize("role", ["owner", "admin", "superuser"])
@pytest.mark.parametrize("where", SEARCHES)
def test_a_search_for_the_hidden_title_finds_what_a_search_for_nonsense_does(
    planted: Planted, role: str, where: str
) -> None:
    client = OTHERS[role](planted)
    title = Issue.everywhere.get().title
    there, not_there = (_heard(client.get(where.format(text))).replace(text, "") for text in (title, "x" * len(title)))
    assert FOUND not in there + not_there


@pytest.mark.parametrize("where", SEARCHES)
def test_its_number_finds_it(planted: Planted, where: str) -> None:
    assert FOUND in _heard(OTHERS["admin"](planted).get(where.format("1042")))


def test_nobody_answers_for_somebody_else_what_they_may_not_read(planted: Planted) -> None:
    asked = {"fields": {"title": {"crm": CANARY, "mailbox": CANARY}}, "choices": ["crm", "mailbox"]}
    issue = Issue.everywhere.get()
    issue.evidence = asked
    issue.save()
    client = OTHERS["admin"](planted)
    where = f"/api/v1/issues/{issue.pk}/decide/"
    assert client.post(where, {"choice": "crm"}, content_type="application/json").status_code == 403
    assert client.post(f"/issues/{planted.organization.slug}/1042/decide/", {"choice": "crm"}).status_code == 403


# -- What the database is asked for is what the table says


def _viewers(planted: Planted) -> list[Viewer]:
    token = ApiToken.everywhere.filter(organization=planted.organization).first()
    assert token is not None
    people = [*planted.people.values(), _root(planted)]
    return [*map(viewer_of, people), viewer_with(token)]


def test_a_search_reads_the_titles_that_are_shown_and_no_others(planted: Planted) -> None:
    stranger = builders.organization(names_items_to_admins=False)
    builders.issue(stranger, mailbox=builders.mailbox(stranger))
    for allowed in (False, True):
        other = builders.organization(names_items_to_admins=allowed)
        for mailbox in (None, Mailbox.everywhere.get(pk=planted.id_of("mailbox")), builders.mailbox(other)):
            for private in (False, True):
                of = mailbox.organization if mailbox else other
                scope = "organization" if mailbox is None else "item"
                builders.issue(of, mailbox=mailbox, private=private, scope=scope)
    for viewer in _viewers(planted):
        with scoped(viewer.organizations):
            rows = visible_issues(viewer).select_related("organization", "mailbox")
            shown = {issue.pk for issue in rows if sight_of(viewer, issue) is Sight.WHOLE}
            assert set(rows.filter(seen_whole(viewer)).values_list("pk", flat=True)) == shown
