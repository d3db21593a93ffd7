"""The page on which an administrator makes tokens, sees which are used, and revokes them."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from connectors import clock, tokens
from connectors.models import Activity, ApiToken, Role, Verb
from tests.integration.api.conftest import World
from tests.integration.api.world import Api, person

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Response

PAGE = "/tokens/organizations/acme/"
SECRET = re.compile(r"msk_[A-Za-z0-9_-]{43}")
NEW = {"name": "Nightly report", "rights": "read", "days": "30"}


def read(answer: Response) -> str:
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]*>", "", answer.content.decode())))


def make(api: Api, **values: str) -> Response:
    return api.client.post(PAGE, NEW | values)


def made(api: Api, **values: str) -> str:
    """The token that the page shows."""
    answer = make(api, **values)
    assert answer.status_code == 200, read(answer)
    (secret,) = SECRET.findall(answer.content.decode())
    return str(secret)


def row(name: str = NEW["name"]) -> ApiToken:
    return ApiToken.everywhere.get(name=name)


@pytest.fixture
def clean(world: World) -> World:
    ApiToken.everywhere.all().delete()
    Activity.everywhere.all().delete()
    return world


# -- Making


def test_the_token_that_is_shown_opens_what_was_chosen(clean: World) -> None:
    secret = made(clean.admin)
    assert Api(secret).get("organizations/").json()["results"][0]["slug"] == "acme"
    assert Api(secret).post("organizations/acme/pause/").status_code == 403
    assert (row().may_write, row().created_by) == (False, person_of(clean.admin))
    assert timedelta(days=29) < row().expires_at - clock.now() <= timedelta(days=30)


def person_of(api: Api) -> Any:
    return api.get("organizations/").wsgi_request.user


def test_one_that_changes_may_change(clean: World) -> None:
    assert Api(made(clean.admin, rights="write")).post("organizations/acme/pause/").status_code == 200


def test_it_is_shown_this_once(clean: World) -> None:
    secret = made(clean.admin)
    for where in (PAGE, "/admin/", "/"):
        assert secret not in clean.admin.client.get(where, follow=True).content.decode()
    page = clean.admin.client.get(PAGE)
    assert f"{secret[: tokens.SHOWN]}…" in read(page)
    assert row().digest not in page.content.decode()
    assert page["Cache-Control"].count("no-store") == 1


def test_the_answer_with_the_token_stays_in_no_cache(clean: World) -> None:
    assert "no-store" in make(clean.admin)["Cache-Control"]


def test_nothing_that_is_kept_holds_the_token(clean: World) -> None:
    secret = made(clean.admin)
    kept = [str(value) for model in (ApiToken, Activity) for one in model.everywhere.values() for value in one.values()]
    assert [text for text in kept if secret in text] == []
    assert secret not in str(dict(clean.admin.client.session))


def test_sent_twice_it_makes_one(clean: World) -> None:
    made(clean.admin)
    again = make(clean.admin)
    assert (again.status_code, ApiToken.everywhere.count()) == (400, 1)
    assert "There is a token of this name already." in read(again)
    assert not SECRET.search(again.content.decode())


def test_the_name_of_one_that_is_over_is_free_again(clean: World) -> None:
    made(clean.admin)
    tokens.revoke(row())
    made(clean.admin)
    assert ApiToken.everywhere.count() == 2


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": "  "}, "name"),
        ({"name": "n" * 81}, "name"),
        ({"rights": "everything"}, "rights"),
        ({"days": "3650"}, "days"),
        ({"days": "x"}, "days"),
    ],
)
def test_what_makes_no_sense_is_said_at_its_field_and_what_was_typed_stays(
    clean: World, values: dict[str, str], field: str
) -> None:
    answer = make(clean.admin, **values)
    assert (answer.status_code, ApiToken.everywhere.count()) == (400, 0)
    assert list(answer.context["form"].errors) == [field]
    if field != "name":
        assert 'value="Nightly report"' in answer.content.decode()


def test_a_name_with_markup_is_shown_as_text(clean: World) -> None:
    answer = make(clean.admin, name="<b>robot</b>")
    assert "<b>robot</b>" not in answer.content.decode()
    assert "<b>robot</b>" in html.unescape(answer.content.decode())


# -- Seeing


def test_the_page_says_when_each_was_used(clean: World) -> None:
    secret = made(clean.admin)
    assert "never used" in read(clean.admin.client.get(PAGE))
    Api(secret).get("organizations/")
    page = read(clean.admin.client.get(PAGE))
    assert "used last just now" in page
    assert "1 token can be used now." in page


@pytest.mark.parametrize("ends", ["revoked", "over"])
def test_what_opens_nothing_any_more_is_listed_apart(clean: World, ends: str) -> None:
    made(clean.admin)
    if ends == "revoked":
        tokens.revoke(row())
    else:
        ApiToken.everywhere.update(expires_at=clock.now())
    page = read(clean.admin.client.get(PAGE))
    assert "No token can be used now." in page
    assert page.index("Over since") < page.rindex("Nightly report")
    assert "Revoke…" not in page


def test_those_of_others_are_not_listed(clean: World) -> None:
    tokens.issue(clean.strange, "Of strangers")
    assert "Of strangers" not in read(clean.admin.client.get(PAGE))


# -- Revoking


def revoke(api: Api, token: ApiToken, page: str = PAGE) -> Response:
    return api.client.post(f"{page}{token.pk}/revoke/")


def test_a_revoked_token_opens_nothing_from_then_on(clean: World) -> None:
    secret = made(clean.admin)
    answer = revoke(clean.admin, row())
    assert (answer.status_code, answer["Location"]) == (302, PAGE)
    assert Api(secret).get("organizations/").status_code == 401
    assert "“Nightly report” is revoked." in read(clean.admin.client.get(PAGE))


def test_the_journal_says_who_made_and_who_revoked_it(clean: World) -> None:
    made(clean.admin)
    other = person(clean.acme, Role.OWNER, "owner")
    revoke(Api(user=other), row())
    revoke(clean.admin, row())  # once more changes nothing
    lines = Activity.everywhere.filter(verb__in=(Verb.TOKEN_ISSUED, Verb.TOKEN_REVOKED)).order_by("pk")
    assert [(each.verb, str(each.actor)) for each in lines] == [("token_issued", "admin"), ("token_revoked", "owner")]
    assert all(each.note.startswith("Nightly report (msk_") for each in lines)


def test_one_of_somebody_else_is_not_there(clean: World) -> None:
    theirs, secret = tokens.issue(clean.strange, "Of strangers")
    assert revoke(clean.admin, theirs).status_code == 404
    assert revoke(clean.admin, theirs, "/tokens/organizations/strange/").status_code == 404
    assert Api(secret).get("organizations/").status_code == 200


def test_to_look_at_its_address_revokes_nothing(clean: World) -> None:
    made(clean.admin)
    assert clean.admin.client.get(f"{PAGE}{row().pk}/revoke/").status_code == 405
    assert row().revoked_at is None


# -- Rights


@pytest.mark.parametrize(
    ("who", "status"),
    [("admin", 200), ("ann", 403), ("nobody", 302), ("reader", 302), ("writer", 302), ("stranger", 302)],
)
@pytest.mark.parametrize("verb", ["look", "make", "revoke"])
def test_it_is_for_administrators(world: World, who: str, status: int, verb: str) -> None:
    token, _ = tokens.issue(world.acme, "Kept")
    api: Api = getattr(world, who)
    before = ApiToken.everywhere.count()
    if verb == "look":
        answer = api.client.get(PAGE, headers=api.headers)
    else:
        where, body = (PAGE, NEW) if verb == "make" else (f"{PAGE}{token.pk}/revoke/", {})
        answer = api.client.post(where, body, headers=api.headers)
    allowed = who == "admin"
    assert answer.status_code == (302 if allowed and verb == "revoke" else status)
    assert ApiToken.everywhere.count() == before + (allowed and verb == "make")
    assert ApiToken.everywhere.filter(pk=token.pk, revoked_at=None).exists() is not (allowed and verb == "revoke")


def test_an_administrator_of_another_organization_finds_nothing(clean: World) -> None:
    other = Api(user=person(clean.strange, Role.ADMIN, "eve"))
    assert other.client.get(PAGE).status_code == 404
    assert make(other).status_code == 404


def test_without_the_token_of_the_page_nothing_is_made(clean: World) -> None:
    user = person(clean.acme, Role.ADMIN, "careful")
    assert make(Api(user=user, checks_csrf=True)).status_code == 403
    assert not ApiToken.everywhere.exists()


def test_the_page_of_the_organization_leads_there(clean: World) -> None:
    root = Api(user=person(clean.acme, Role.OWNER, "root"))
    person_of(root)
    user = person_of(root)
    user.is_staff = True
    user.save()
    assert PAGE in root.client.get(f"/admin/connectors/organization/{clean.acme.pk}/change/").content.decode()
