"""Limits: each client has its own, and is told when to come back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.cache import cache
from pytest_django import Settings

from tests.integration.api.conftest import World
from tests.integration.api.world import Api, issue, kind, person, service


@pytest.fixture(autouse=True)
def _limits(settings: Settings) -> Iterator[None]:
    settings.API_RATES = {"read": "3/min", "write": "2/min", "anonymous": "2/min", "failed": "2/min"}
    cache.clear()
    yield
    cache.clear()


def _statuses(api: Api, path: str, times: int) -> list[int]:
    return [api.get(path).status_code for _ in range(times)]


def test_a_token_reads_so_often_and_no_more(world: World) -> None:
    assert _statuses(world.reader, "issues/", 5) == [200, 200, 200, 429, 429]


def test_who_asks_too_often_is_told_when_to_come_back(world: World) -> None:
    _statuses(world.reader, "issues/", 3)
    response = world.reader.get("issues/")
    assert kind(response) == "throttled"
    assert 1 <= int(response["Retry-After"]) <= 60
    assert f"Wait {response['Retry-After']} seconds" in response.json()["detail"]


def test_one_client_does_not_use_up_anothers_limit(world: World) -> None:
    _statuses(world.reader, "issues/", 4)
    assert [api.get("issues/").status_code for api in (world.writer, world.ann, world.bob)] == [200] * 3


def test_two_tokens_of_one_organization_have_an_account_each(world: World) -> None:
    _statuses(world.reader, "issues/", 4)
    assert service(world.acme).get("issues/").status_code == 200


def test_reading_leaves_the_limit_for_writing_alone(world: World) -> None:
    made = issue(world.acme, world.anns)
    _statuses(world.writer, "issues/", 4)
    assert [world.writer.post(f"issues/{made.pk}/retry/").status_code for _ in range(3)] == [200, 200, 429]


def test_what_was_refused_for_its_number_changes_nothing(world: World) -> None:
    made = issue(world.acme, world.anns)
    for _ in range(2):
        world.writer.post("issues/0/retry/")
    assert world.writer.post(f"issues/{made.pk}/retry/").status_code == 429
    made.refresh_from_db()
    assert made.status == "open"


def test_strangers_share_the_limit_of_their_address(db: None) -> None:
    assert _statuses(Api(), "codes/", 3) == [200, 200, 429]
    assert Api().client.get("/api/v1/codes/", REMOTE_ADDR="10.0.0.9").status_code == 200


def test_an_address_in_a_header_is_not_believed(db: None, settings: Settings) -> None:
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "NUM_PROXIES": 0}
    found = [Api().get("codes/", headers={"X-Forwarded-For": f"10.0.0.{n}"}).status_code for n in range(3)]
    assert found == [200, 200, 429]


def test_trying_tokens_is_slowed_down(world: World) -> None:
    guesses = [Api("msk_" + f"{n}" * 43) for n in range(4)]
    assert [api.get("issues/").status_code for api in guesses] == [401, 401, 429, 429]


def test_a_good_token_passes_where_bad_ones_were_tried(world: World) -> None:
    for n in range(4):
        Api("msk_" + f"{n}" * 43).get("issues/")
    assert world.reader.get("issues/").status_code == 200


def test_a_limit_can_be_lifted(world: World, settings: Settings) -> None:
    settings.API_RATES = {"read": None}
    assert set(_statuses(world.reader, "issues/", 6)) == {200}


def test_there_are_limits_without_any_setting(world: World, settings: Settings) -> None:
    del settings.API_RATES
    user = person(world.acme)
    api = Api(user=user)
    assert set(_statuses(api, "mailboxes/", 4)) == {200}
    assert cache.get(f"api:read:user:{user.pk}")  # counted, though far from the limit
