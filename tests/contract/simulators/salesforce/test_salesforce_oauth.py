"""How an application gets in, stays in and is shut out."""

from __future__ import annotations

import base64
import hashlib
import hmac

import pytest
from simple_salesforce.exceptions import SalesforceExpiredSession

from connectors.simulators.salesforce.org import ADMINISTRATOR, INTEGRATION
from tests.contract.simulators.salesforce import logins
from tests.contract.simulators.salesforce.bench import VERSION, Bench, connect


def enters(b: Bench, token: str) -> bool:
    """Whether the plain library gets an answer with an access token."""
    try:
        return bool(connect(b.sim.base_url, token, b.http, version=VERSION).limits())
    except SalesforceExpiredSession:
        return False


def test_the_page_offers_allow_and_deny_for_each_active_user(bench: Bench) -> None:
    bench.make("User", Username="gone@acme.example", IsActive=False)
    page = logins.ask(bench, login_hint=ADMINISTRATOR)
    assert page.headers["Content-Type"].startswith("text/html")
    assert ">Allow</button>" in page.text
    assert ">Deny</button>" in page.text
    assert f'value="{ADMINISTRATOR}" selected' in page.text
    assert "gone@acme.example" not in page.text


def test_allow_sends_code_and_state_to_the_app(bench: Bench) -> None:
    response = logins.press(bench, "allow")
    assert response.status_code == 302
    assert set(logins.answered(response)) == {"code", "state"}


def test_a_code_is_worth_the_members_that_the_documentation_names(bench: Bench) -> None:
    answer = logins.granted(bench)
    assert set(answer) == {
        "access_token", "refresh_token", "instance_url", "id", "token_type", "issued_at", "signature", "scope",
    }  # fmt: skip
    assert answer["token_type"] == "Bearer"
    assert answer["instance_url"] == bench.sim.base_url
    assert enters(bench, answer["access_token"])


def test_the_signature_is_over_identity_and_time(bench: Bench) -> None:
    answer = logins.granted(bench)
    text = f"{answer['id']}{answer['issued_at']}".encode()
    digest = hmac.digest(logins.client(bench).secret.encode(), text, hashlib.sha256)
    assert base64.b64decode(answer["signature"]) == digest


def test_without_a_lasting_scope_there_is_no_refresh_token(bench: Bench) -> None:
    assert "refresh_token" not in logins.exchange(bench, logins.code(bench, scope="api")).json()


def test_an_access_token_ends_after_the_session_timeout(bench: Bench) -> None:
    bench.control("login", session_timeout=7200)
    token = logins.granted(bench)["access_token"]
    bench.sim.timeline.move_to(7190)
    before = enters(bench, token)
    bench.sim.timeline.move_to(7201)
    assert (before, enters(bench, token)) == (True, False)


def test_a_refresh_token_brings_a_new_access_token(bench: Bench) -> None:
    first = logins.granted(bench)
    second = logins.refresh(bench, first["refresh_token"]).json()
    assert second["access_token"] != first["access_token"]
    assert "refresh_token" not in second
    assert enters(bench, second["access_token"])


def test_rotation_replaces_the_refresh_token_each_time(bench: Bench) -> None:
    bench.control("login", rotation=True)
    first = logins.granted(bench)["refresh_token"]
    second = logins.refresh(bench, first).json()["refresh_token"]
    third = logins.refresh(bench, second).json()["refresh_token"]
    assert len({first, second, third}) == 3


def test_reuse_of_a_rotated_token_ends_the_access_tokens_of_the_grant(bench: Bench) -> None:
    bench.control("login", rotation=True)
    first = logins.granted(bench)
    second = logins.refresh(bench, first["refresh_token"]).json()
    logins.refresh(bench, first["refresh_token"])
    assert not enters(bench, second["access_token"])


def test_a_sixth_approval_ends_the_first(bench: Bench) -> None:
    tokens = [logins.granted(bench)["refresh_token"] for _ in range(6)]
    assert [logins.refresh(bench, token).status_code for token in tokens] == [400, 200, 200, 200, 200, 200]


def test_revoking_a_refresh_token_ends_everything_it_made(bench: Bench) -> None:
    answer = logins.granted(bench)
    assert bench.oauth("revoke", token=answer["refresh_token"]).status_code == 200
    assert not enters(bench, answer["access_token"])
    assert logins.refresh(bench, answer["refresh_token"]).status_code == 400


def test_revoking_an_access_token_leaves_the_grant(bench: Bench) -> None:
    answer = logins.granted(bench)
    bench.oauth("revoke", token=answer["access_token"])
    assert not enters(bench, answer["access_token"])
    assert logins.refresh(bench, answer["refresh_token"]).status_code == 200


def test_client_credentials_act_as_the_run_as_user(bench: Bench) -> None:
    answer = bench.oauth("token", **logins.app(bench), grant_type="client_credentials").json()
    assert answer["id"].endswith(bench.sim.org.integration_user)
    assert "refresh_token" not in answer
    assert enters(bench, answer["access_token"])


def test_a_signed_assertion_is_worth_an_access_token(bench: Bench) -> None:
    answer = logins.assertion(bench).json()
    assert set(answer) == {"access_token", "scope", "instance_url", "id", "token_type"}
    assert enters(bench, answer["access_token"])


def test_whoever_let_the_app_in_needs_no_administrator_for_an_assertion(bench: Bench) -> None:
    logins.granted(bench)
    assert logins.assertion(bench, approved=ADMINISTRATOR).status_code == 200


@pytest.mark.parametrize("path", ["/services/oauth2/userinfo", "identity"])
def test_a_token_tells_whose_it_is(bench: Bench, path: str) -> None:
    answer = logins.granted(bench)
    address = answer["id"].removeprefix(bench.sim.base_url) if path == "identity" else path
    profile = bench.send("GET", address, headers={"Authorization": f"Bearer {answer['access_token']}"}).json()
    assert (profile["preferred_username"], profile["organization_id"]) == (INTEGRATION, bench.sim.org.id)


def test_a_deactivated_user_is_out_at_once_and_in_again_when_active(bench: Bench) -> None:
    token = logins.granted(bench)["access_token"]
    bench.control("user", username=INTEGRATION, active=False)
    out = enters(bench, token)
    bench.control("user", username=INTEGRATION)
    assert (out, enters(bench, token)) == (False, True)


def test_an_app_may_show_its_secret_in_the_header(bench: Bench) -> None:
    app = logins.client(bench)
    address = f"{bench.sim.base_url}/services/oauth2/token"
    form = {"grant_type": "client_credentials"}
    right = bench.http.post(address, data=form, auth=(app.id, app.secret))
    wrong = bench.http.post(address, data=form, auth=(app.id, "wrong"))
    assert (right.status_code, wrong.status_code, wrong.json()["error"]) == (200, 401, "invalid_client")


def test_the_log_names_whose_token_was_made(bench: Bench) -> None:
    logins.granted(bench)
    assert (bench.sim.calls[-1].operation, bench.sim.calls[-1].account) == ("token", INTEGRATION)


def test_a_login_that_changes_nothing_is_no_write_in_the_log(bench: Bench) -> None:
    logins.granted(bench)
    assert [(c.operation, c.write) for c in bench.sim.calls] == [
        ("authorize", False), ("authorize", False), ("token", False),
    ]  # fmt: skip
