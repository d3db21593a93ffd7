"""`manage.py token`: a token is printed once, and ended by the start of it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command

from connectors import clock
from connectors.models import Activity, ApiToken, Organization
from tests import builders
from tests.integration.api.world import Api


@pytest.fixture
def acme(db: None) -> Organization:
    return builders.organization(slug="acme")


def _token(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    call_command("token", "--organization", "acme", "--name", "Report", *arguments)
    return capsys.readouterr().out.strip()


def test_it_prints_the_token_and_nothing_else(acme: Organization, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("token", "--organization", "acme", "--name", "Report")
    printed = capsys.readouterr()
    assert re.fullmatch(r"msk_[A-Za-z0-9_-]{43}\n", printed.out)
    assert "It reads until" in printed.err
    assert printed.out.strip() not in printed.err


def test_the_token_opens_the_interface(acme: Organization, capsys: pytest.CaptureFixture[str]) -> None:
    row = Api(_token(capsys)).get("organizations/").json()["results"][0]
    assert row["slug"] == "acme"


def test_without_write_it_only_reads(acme: Organization, capsys: pytest.CaptureFixture[str]) -> None:
    order = {"verb": "retry", "choice": {"all": True}}
    assert Api(_token(capsys)).post("operations/", order).status_code == 403
    assert Api(_token(capsys, "--write")).post("operations/", order).status_code == 202


@pytest.mark.parametrize(("arguments", "days"), [((), 90), (("--days", "1"), 1), (("--days", "366"), 366)])
def test_it_lives_as_long_as_it_is_told(
    acme: Organization, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], days: int
) -> None:
    _token(capsys, *arguments)
    lives = ApiToken.everywhere.get().expires_at - clock.now()
    assert timedelta(days=days, minutes=-1) < lives <= timedelta(days=days)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "--organization SLUG and --name NAME"),
        (["--organization", "acme"], "--organization SLUG and --name NAME"),
        (["--organization", "acne", "--name", "Report"], "There is no organization “acne”; there are: acme."),
        (["--organization", "acme", "--name", " "], "Give the token a name"),
        (["--organization", "acme", "--name", "Report", "--days", "0"], "from 1 to 366 days"),
        (["--organization", "acme", "--name", "Report", "--days", "367"], "from 1 to 366 days"),
        (["--revoke", "msk_"], "at least the first 12 characters"),
        (["--revoke", "msk_aaaaaaaa"], "no token starts with msk_aaaaaaaa"),
        (["--revoke", "msk_aaaaaaaa", "--organization", "acne"], "There is no organization “acne”"),
    ],
)
def test_what_makes_no_sense_is_refused_with_a_sentence(acme: Organization, arguments: list[str], says: str) -> None:
    with pytest.raises(CommandError, match=re.escape(says)):
        call_command("token", *arguments)
    assert not ApiToken.everywhere.exists()


@pytest.mark.parametrize("length", [12, 47])
def test_a_revoked_token_opens_nothing(acme: Organization, capsys: pytest.CaptureFixture[str], length: int) -> None:
    secret = _token(capsys)
    call_command("token", "--revoke", secret[:length])
    assert Api(secret).get("organizations/").status_code == 401


def test_the_message_of_a_revocation_does_not_repeat_the_token(
    acme: Organization, capsys: pytest.CaptureFixture[str]
) -> None:
    secret = _token(capsys)
    call_command("token", "--revoke", secret)
    printed = capsys.readouterr()
    assert secret[13:] not in printed.out + printed.err


def test_a_token_is_revoked_once(acme: Organization, capsys: pytest.CaptureFixture[str]) -> None:
    secret = _token(capsys)
    call_command("token", "--revoke", secret)
    with pytest.raises(CommandError, match="already"):
        call_command("token", "--revoke", secret)


def test_an_organization_narrows_what_is_revoked(acme: Organization, capsys: pytest.CaptureFixture[str]) -> None:
    builders.organization(slug="other")
    secret = _token(capsys)
    with pytest.raises(CommandError, match="no token starts"):
        call_command("token", "--revoke", secret, "--organization", "other")
    assert Api(secret).get("organizations/").status_code == 200


def test_two_tokens_with_one_start_are_both_left_alone(acme: Organization, capsys: pytest.CaptureFixture[str]) -> None:
    first, second = _token(capsys), _token(capsys)
    ApiToken.everywhere.update(prefix=first[:12])
    with pytest.raises(CommandError, match="several tokens start"):
        call_command("token", "--revoke", first)
    assert Api(second).get("organizations/").status_code == 200


def test_both_ends_of_its_life_stand_in_the_journal(acme: Organization, capsys: pytest.CaptureFixture[str]) -> None:
    secret = _token(capsys, "--write")
    call_command("token", "--revoke", secret)
    lines = list(Activity.everywhere.order_by("pk").values_list("verb", "note"))
    assert [verb for verb, _ in lines] == ["token_issued", "token_revoked"]
    assert all(note.startswith(f"Report ({secret[:12]}…) reads and writes until 20") for _, note in lines)
    assert all(secret[13:] not in note for _, note in lines)
