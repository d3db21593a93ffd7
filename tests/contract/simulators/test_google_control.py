"""The control door and its page: every trouble can be switched on, is listed, and can be mended."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from connectors.simulators.google import control
from tests.contract.simulators.google_world import ADA, BOB, CALLBACK, PROFILE, SCOPE, GoogleWorld, letter, running

MODIFY = f"{SCOPE}modify"


@pytest.fixture
def google(tmp_path: Path) -> Iterator[GoogleWorld]:
    with running(tmp_path) as world:
        world.account()
        yield world


def works(google: GoogleWorld) -> bool:
    """Whether the account's refresh token leads to an answer of the API."""
    answer = google.refresh()
    return answer.ok and google.get(PROFILE, token=answer.json()["access_token"]).ok


TROUBLES: dict[str, tuple[str, dict[str, Any]]] = {
    "revoke": ("restore-access", {"account": ADA}),
    "change-password": ("restore-access", {"account": ADA}),
    "token-trouble": ("mend-token", {"account": ADA, "kind": "bad-request"}),
    "suspend": ("unsuspend", {"account": ADA}),
    "withdraw-scope": ("restore-scope", {"account": ADA, "scope": MODIFY}),
    "mail-off": ("mail-on", {"account": ADA}),
    "block-domain": ("allow-domain", {"account": ADA}),
    "switch-off-api": ("switch-on-api", {}),
    "fill-quota": ("free-quota", {"account": ADA, "until_mended": True}),
}


@pytest.mark.parametrize("verb", TROUBLES)
def test_a_trouble_is_listed_with_what_mends_it(google: GoogleWorld, verb: str) -> None:
    mend, arguments = TROUBLES[verb]
    assert google.door("troubles") == []
    google.door(verb, **arguments)
    (trouble,) = google.door("troubles")
    assert trouble["mend"] == mend
    assert trouble["sentence"].endswith(".")
    assert not works(google)
    google.door(trouble["mend"], **trouble["arguments"])
    assert google.door("troubles") == []
    assert works(google)


def test_a_project_wide_quota_is_listed_and_mended_too(google: GoogleWorld) -> None:
    google.door("fill-quota", until_mended=True)
    (trouble,) = google.door("troubles")
    google.door(trouble["mend"], **trouble["arguments"])
    assert works(google)


def test_troubles_of_one_account_leave_the_others_alone(google: GoogleWorld) -> None:
    google.account(BOB)
    google.door("revoke", account=ADA)
    assert google.refresh(BOB).status_code == 200


def test_a_new_grant_works_while_the_revoked_one_does_not(google: GoogleWorld) -> None:
    google.door("revoke", account=ADA)
    fresh = google.door("grant", account=ADA)
    assert google.refresh().status_code == 400
    assert google.refresh(refresh_token=fresh["refresh_token"]).status_code == 200


def test_a_scope_that_is_withdrawn_is_missing_at_once(google: GoogleWorld) -> None:
    assert google.get(PROFILE).status_code == 200
    google.door("withdraw-scope", account=ADA, scope=MODIFY)
    assert google.get(PROFILE).status_code == 403


@pytest.mark.parametrize(
    ("verb", "arguments"),
    [
        ("revoke", {}),
        ("change-password", {}),
        ("withdraw-scope", {"scope": MODIFY}),
        ("token-trouble", {"kind": "rapt"}),
    ],
)
def test_a_new_consent_ends_the_trouble(google: GoogleWorld, verb: str, arguments: dict[str, str]) -> None:
    google.door(verb, account=ADA, **arguments)
    google.accounts[ADA] = google.door("grant", account=ADA)
    assert google.door("troubles") == []
    assert works(google)


def test_a_new_consent_does_not_move_the_administrator(google: GoogleWorld) -> None:
    google.door("token-trouble", account=ADA, kind="admin-policy")
    google.door("grant", account=ADA)
    assert [t["mend"] for t in google.door("troubles")] == ["mend-token"]


def test_tokens_of_one_account_or_of_all_can_be_ended(google: GoogleWorld) -> None:
    bob = google.account(BOB)["access_token"]
    assert google.door("expire-tokens", account=ADA) == {"ended": 1}
    assert (google.get(PROFILE).status_code, google.get(PROFILE, token=bob).status_code) == (401, 200)
    assert google.door("expire-tokens") == {"ended": 1}
    assert google.get(PROFILE, token=bob).status_code == 401


def test_a_deleted_account_is_gone_with_its_tokens(google: GoogleWorld) -> None:
    google.account(BOB)
    google.door("delete-account", account=ADA)
    assert google.get(PROFILE).status_code == 401
    assert google.refresh().json()["error_description"] == "Account has been deleted"
    assert list(google.door("snapshot")["accounts"]) == [BOB]


def test_a_part_of_the_snapshot_is_what_the_snapshot_has_of_these_accounts(google: GoogleWorld) -> None:
    google.account(BOB)
    for email in (ADA, BOB):
        google.door("contact", account=email, contact={"names": [{"givenName": "Carol"}]}, group="Fair")
        google.door("task", account=email, task={"title": "Call Carol"})
        google.door("calendar-zone", account=email, time_zone="Europe/Vienna")
    whole = google.door("snapshot")
    for name in ("calendars", "contact_groups", "contacts", "tasks"):
        assert google.door("part", name=name) == whole[name]
        assert google.door("part", name=name, accounts=[BOB]) == {BOB: whole[name][BOB]}
        assert whole[name][BOB]


def test_without_limits_a_minute_has_room_for_every_message(google: GoogleWorld) -> None:
    google.door("fill-quota", account=ADA)
    google.door("fill-quota")
    google.door("gmail-minutes", limits="none")
    assert google.get(PROFILE).status_code == 200
    google.door("gmail-minutes")
    assert google.get(PROFILE).status_code == 403


def test_the_snapshot_holds_every_message_with_its_bytes_and_labels(google: GoogleWorld) -> None:
    google.door("label", account=ADA, name="Salesforce Emails/Sync Error")
    raw = letter("Whole")
    message_id = google.deliver(raw, ADA, BOB, labels=["INBOX"], internal_date=1_000)
    google.door("relabel", account=ADA, id=message_id, add=["Salesforce Emails/Sync Error"])
    accounts = google.door("snapshot")["accounts"]
    (message,) = accounts[ADA]["messages"]
    assert base64.urlsafe_b64decode(message.pop("raw")) == raw
    assert message == {
        "id": message_id,
        "threadId": message_id,
        "labels": ["INBOX", "Label_1"],
        "internalDate": "1000",
    }
    assert accounts[ADA]["labels"]["Label_1"] == "Salesforce Emails/Sync Error"
    assert len(accounts[BOB]["messages"]) == 1


def test_many_messages_are_delivered_at_once(google: GoogleWorld) -> None:
    messages = [
        {"accounts": [ADA], "raw": base64.urlsafe_b64encode(letter(f"{n}")).decode(), "labels": ["SENT"]}
        for n in range(3)
    ]
    placed = google.door("deliver-many", messages=messages)
    assert len({entry[ADA]["id"] for entry in placed}) == 3


def test_a_client_is_made_and_changed(google: GoogleWorld) -> None:
    google.door("client", client_id="second", secret="s", redirect_uris=[CALLBACK])
    assert google.door("client", client_id="second") == {"client_id": "second", "client_secret": "s"}
    tokens = google.door("grant", account=ADA, client_id="second")
    form = {k: tokens[k] for k in ("refresh_token", "client_id", "client_secret")}
    assert google.refresh(**form).status_code == 200


WRONG = {
    "no-such-verb": {},
    "account": {"email": "no address"},
    "grant": {"account": "nobody@example.com"},
    "deliver": {"accounts": [ADA], "raw": "no base64 (!)"},
    "deliver-many": {"messages": "one"},
    "relabel": {"account": ADA, "id": "1"},
    "label": {"account": ADA},
    "suspend": {"account": ADA, "as": "asleep"},
    "fill-quota": {"answer": "no", "until_mended": True},
    "concurrency": {"limit": "few"},
    "gmail-minutes": {"limits": "few"},
    "part": {"name": "accounts"},
    "client": {"redirect_uris": 5},
    "service-account": {"public_key": "no key"},
    "withdraw-scope": {"account": ADA},
    "revoke": {"account": 7},
}


def test_a_form_may_send_texts_for_lists(google: GoogleWorld) -> None:
    google.account(BOB)
    for email in (ADA, BOB):
        google.door("label", account=email, name="Salesforce Emails/Sync Error")
    raw = base64.b64encode(letter()).decode()
    form = {"accounts": f"{ADA}, {BOB}", "raw": raw, "labels": "INBOX,Salesforce Emails/Sync Error"}
    form |= {"token": google.simulator.door_token, "internal_date": "5"}
    assert google.request("POST", "/_simulator/deliver", token="", data=form).status_code == 303
    for account in google.door("snapshot")["accounts"].values():
        assert [(m["labels"], m["internalDate"]) for m in account["messages"]] == [(["INBOX", "Label_1"], "5")]


def test_a_key_that_is_not_rsa_is_refused(google: GoogleWorld) -> None:
    key = ec.generate_private_key(ec.SECP256R1()).public_key()
    pem = key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    with pytest.raises(ValueError, match="RSA"):
        google.simulator.control("service-account", {"public_key": pem})


def test_a_grant_of_nobodys_client_is_refused(google: GoogleWorld) -> None:
    with pytest.raises(ValueError, match="client"):
        google.simulator.control("grant", {"account": ADA, "client_id": "nobody"})


@pytest.mark.parametrize("verb", WRONG)
def test_wrong_arguments_are_answered_with_a_sentence(google: GoogleWorld, verb: str) -> None:
    headers = {"X-Simulator-Token": google.simulator.door_token}
    answer = google.session.post(f"{google.url}/_simulator/{verb}", json=WRONG[verb], headers=headers)
    assert answer.status_code == 400
    assert len(answer.json()["error"]) > 10


def test_an_unknown_label_stops_a_delivery_before_any_mailbox_has_it(google: GoogleWorld) -> None:
    google.account(BOB)
    google.door("label", account=ADA, name="Mine")
    headers = {"X-Simulator-Token": google.simulator.door_token}
    arguments = {"accounts": [ADA, BOB], "raw": base64.b64encode(letter()).decode(), "labels": ["Mine"]}
    answer = google.session.post(f"{google.url}/_simulator/deliver", json=arguments, headers=headers)
    assert answer.status_code == 400
    assert all(not a["messages"] for a in google.door("snapshot")["accounts"].values())


def test_every_verb_stands_in_the_table_of_its_docstring() -> None:
    lines = [line for line in (control.__doc__ or "").splitlines() if line.startswith("| ")]
    documented = {cell.strip() for line in lines[1:] for cell in (line.split("|")[1], line.split("|")[4])} - {""}
    assert documented == set(control.VERBS)


# -- The log of calls


def calls(google: GoogleWorld, since: int) -> list[dict[str, Any]]:
    return [{k: call[k] for k in ("operation", "account", "write", "parts", "status")} for call in _log(google)[since:]]


def _log(google: GoogleWorld) -> list[dict[str, Any]]:
    log: list[dict[str, Any]] = google.door("calls")
    return log


@pytest.mark.parametrize(
    ("method", "path", "operation", "write"),
    [
        ("GET", PROFILE, "profile", False),
        ("GET", "/gmail/v1/users/me/messages", "messages.list", False),
        ("GET", "/gmail/v1/users/me/labels", "labels.list", False),
        ("POST", "/gmail/v1/users/me/labels", "labels.create", True),
        ("POST", "/gmail/v1/users/me/messages/1/modify", "messages.modify", True),
        ("DELETE", "/gmail/v1/users/me/messages/1", "messages.delete", True),
        ("POST", "/gmail/v1/users/me/watch", "watch", False),
        ("POST", "/gmail/v1/users/me/stop", "stop", False),
        ("GET", "/gmail/v1/users/me/butterfly", "unknown", False),
    ],
)
def test_a_call_is_logged_as(google: GoogleWorld, method: str, path: str, operation: str, write: bool) -> None:
    before = len(_log(google))
    google.request(method, path)
    (line,) = calls(google, before)
    assert (line["operation"], line["write"]) == (operation, write)


def test_a_refused_write_is_logged_as_a_write(google: GoogleWorld) -> None:
    token = google.door("grant", account=ADA, scopes=[f"{SCOPE}readonly"])["access_token"]
    google.request("POST", "/gmail/v1/users/me/labels", json={"name": "A"}, token=token)
    (line,) = calls(google, 0)
    assert line == {"operation": "labels.create", "account": ADA, "write": True, "parts": 1, "status": 403}


def test_a_batch_is_one_line_with_the_number_of_its_parts(google: GoogleWorld) -> None:
    message_id = google.deliver()
    service = google.service()
    batch = service.new_batch_http_request()
    batch.add(service.users().getProfile(userId="me"))
    batch.add(service.users().messages().trash(userId="me", id=message_id))
    batch.execute()
    assert calls(google, 0) == [{"operation": "batch", "account": ADA, "write": True, "parts": 2, "status": 200}]


@pytest.mark.parametrize(("age", "units"), [("new", 20 + 1), ("old", 5 + 1)])
def test_each_part_of_a_batch_costs_its_own_quota_units(google: GoogleWorld, age: str, units: int) -> None:
    google.door("quota-age", age=age)
    service, message_id = google.service(), google.deliver()
    batch = service.new_batch_http_request()
    batch.add(service.users().getProfile(userId="me"))
    batch.add(service.users().messages().get(userId="me", id=message_id))
    batch.execute()
    assert ([call["units"] for call in _log(google)], google.simulator.world.quota.spent(ADA)) == ([units], units)


def test_a_refresh_is_logged_with_its_account(google: GoogleWorld) -> None:
    google.refresh()
    assert calls(google, 0) == [{"operation": "token", "account": ADA, "write": False, "parts": 1, "status": 200}]
