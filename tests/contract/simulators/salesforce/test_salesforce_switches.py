"""What an administrator's org can have: each switch of the control door, thrown and mended, and how far it reaches."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from connectors.simulators.salesforce.org import INTEGRATION
from tests.contract.simulators.salesforce.bench import Bench, works

# -- each switch, thrown and mended

Switch = Callable[[Bench], tuple[tuple[str, dict[str, Any]], tuple[str, dict[str, Any]], Callable[[], object]]]


def _contact(b: Bench) -> str:
    return b.make("Contact")


def _on_contact(on: str, off: str, more: dict[str, Any], less: dict[str, Any]) -> Switch:
    """A switch on one contact, seen in an update of it."""

    def made(b: Bench) -> Any:
        contact = _contact(b)
        act = lambda: b.sf.Contact.update(contact, {"Title": "CEO"})  # noqa: E731 - a closure over the contact
        return (on, {"id": contact, **more}), (off, {"id": contact, **less}), act

    return made


def _plain(on: str, off: str, more: dict[str, Any], less: dict[str, Any], act: str = "lead") -> Switch:
    def made(b: Bench) -> Any:
        acts: dict[str, Callable[[], object]] = {
            "lead": b.lead,
            "limits": b.sf.limits,
            "describe Lead": b.sf.Lead.describe,
            "file": b.file,
            "message": b.message,
            "rating": lambda: b.lead(Rating="Hot"),
            "key": lambda: b.lead(Syncapp_Key__c="K1"),
        }
        return (on, more), (off, less), acts[act]

    return made


def _record_type(b: Bench) -> Any:
    made = b.control("record-type", object="Lead", name="Partner")["id"]
    on = ("record-type-access", {"id": made, "available": False})
    return on, ("record-type-access", {"id": made}), lambda: b.lead(RecordTypeId=made)


def _type_values(b: Bench) -> Any:
    made = b.control("record-type", object="Lead", name="Partner")["id"]
    b.control("add-field", object="Lead", name="Level__c", type="picklist", values=["A", "B"], restricted=True)
    where = {"id": made, "field": "Level__c"}
    return (
        ("record-type-values", where | {"values": ["B"]}),
        ("record-type-values", where),
        lambda: b.lead(RecordTypeId=made, Level__c="A"),
    )


RULE = {"object": "Lead", "name": "R1", "message": "no"}
OFF = {"name": "R1", "active": False}
RATING = {"object": "Lead", "field": "Rating"}
KEY = {"object": "Lead", "field": "Syncapp_Key__c"}
USER = {"username": INTEGRATION}

SWITCHES: dict[str, Switch] = {
    "validation": _plain("validation-rule", "rule", RULE, OFF),
    "trigger": _plain("trigger", "rule", RULE, OFF),
    "flow": _plain("flow", "rule", RULE, OFF),
    "removed rule": _plain("flow", "remove-rule", RULE, {"name": "R1"}),
    "required field": _plain("require-field", "unrequire-field", RATING, RATING),
    "picklist": _plain(
        "picklist", "restore-picklist", RATING | {"without": ["Hot"], "restricted": True}, RATING, "rating"
    ),
    "record type": _record_type,
    "type values": _type_values,
    "removed field": _plain("remove-field", "restore-field", KEY, KEY, "key"),
    "lock": _on_contact("lock", "unlock", {}, {}),
    "approval": _on_contact("approval-lock", "approval-unlock", {}, {}),
    "read-only record": _on_contact("record-access", "record-access", {"access": "read"}, {"access": "edit"}),
    "hidden record": _on_contact("record-access", "record-access", {"access": "none"}, {"access": "edit"}),
    "field access": _plain(
        "field-access", "field-access", RATING | {"access": "read"}, RATING | {"access": "edit"}, "rating"
    ),
    "object access": _plain(
        "object-access", "object-access", {"object": "Lead", "denied": ["create"]}, {"object": "Lead", "denied": []}
    ),
    "hidden object": _plain(
        "object-access",
        "object-access",
        {"object": "Lead", "denied": ["read"]},
        {"object": "Lead", "denied": []},
        "describe Lead",
    ),
    "storage": _plain("storage", "storage", {"full": True}, {"full": False}),
    "file storage": _plain("files", "files", {"full": True}, {"full": False}, "file"),
    "blocked files": _plain("files", "files", {"blocked": ["txt"]}, {"blocked": []}, "file"),
    "broken files": _plain("files", "files", {"broken": "UNKNOWN_EXCEPTION"}, {"broken": ""}, "file"),
    "read-only user": _plain("read-only-user", "read-only-user", USER, USER | {"on": False}),
    "no email": _plain(
        "email", "email", {"enhanced": False, "to_case": False}, {"enhanced": True, "to_case": True}, "message"
    ),
    "api exhausted": _plain("api-exhaust", "api-mend", {}, {}, "limits"),
    "api limit": _plain("api-limit", "api-mend", {"used": 9, "allowed": 9}, {}, "limits"),
    "api access": _plain("api-access", "api-access", {"off": "org"}, {"off": ""}, "limits"),
    "inactive user": _plain("user", "user", USER | {"active": False}, USER | {"active": True}, "limits"),
    "inactive org": _plain("login", "login", {"org_active": False}, {"org_active": True}, "limits"),
}


@pytest.mark.parametrize("name", SWITCHES)
def test_a_switch_troubles_and_its_opposite_mends(bench: Bench, name: str) -> None:
    (on, more), (off, less), act = SWITCHES[name](bench)
    bench.control(on, **more)
    troubled = works(act)
    bench.control(off, **less)
    assert (troubled, works(act)) == (False, True)


@pytest.mark.parametrize("name", SWITCHES)
def test_what_is_switched_on_is_listed_and_mended_by_its_key(bench: Bench, name: str) -> None:
    (on, more), _, act = SWITCHES[name](bench)
    bench.control(on, **more)
    (trouble,) = bench.control("troubles")
    assert bench.control("mend", key=trouble["key"]) == {"mended": [trouble["key"]]}
    assert (bench.control("troubles"), works(act)) == ([], True)


def test_everything_is_mended_at_once(bench: Bench) -> None:
    for name in ("validation", "lock", "storage", "inactive user"):
        (on, more), _, _ = SWITCHES[name](bench)
        bench.control(on, **more)
    assert len(bench.control("mend")["mended"]) == 4
    assert bench.control("troubles") == []


# -- how far a switch reaches


def test_a_lock_lets_go_after_its_tries(bench: Bench) -> None:
    contact = bench.make("Contact")
    bench.control("lock", id=contact, tries=2)
    assert [works(lambda: bench.sf.Contact.update(contact, {"Title": "CEO"})) for _ in range(3)] == [False, False, True]


def test_a_lock_holds_back_a_message_to_the_record(bench: Bench) -> None:
    contact = bench.make("Contact")
    bench.control("lock", id=contact)
    assert not works(lambda: bench.message(ToIds=[contact]))
    assert works(lambda: bench.message(ToIds=[bench.make("Contact")]))


def test_a_rule_strikes_only_what_its_pattern_finds(bench: Bench) -> None:
    bench.control("validation-rule", object="Lead", name="R1", field="Company", pattern="^Acme", message="no")
    assert (works(lambda: bench.lead(Company="Acme")), works(lambda: bench.lead(Company="Other"))) == (False, True)


def test_a_rule_for_missing_values(bench: Bench) -> None:
    bench.control("validation-rule", object="Lead", name="R1", field="Email", pattern="^$", message="no e-mail")
    assert (works(bench.lead), works(lambda: bench.lead(Email="a@b.example"))) == (False, True)


def test_a_rule_of_one_object_lets_others_be(bench: Bench) -> None:
    bench.control("validation-rule", object="Contact", name="R1", message="no")
    assert works(bench.lead)


@pytest.mark.parametrize(("event", "created", "updated"), [("AfterInsert", False, True), ("BeforeUpdate", True, False)])
def test_a_trigger_throws_at_its_event(bench: Bench, event: str, created: bool, updated: bool) -> None:
    old = bench.make("Lead")
    bench.control("trigger", object="Lead", name="T", event=event)
    assert (works(bench.lead), works(lambda: bench.sf.Lead.update(old, {"Title": "x"}))) == (created, updated)


def test_a_duplicate_rule_lets_through_who_insists_where_it_may(bench: Bench) -> None:
    insist = {"Sforce-Duplicate-Rule-Header": "allowSave=true"}
    data = {"LastName": "Meyer", "Company": "Acme"}
    bench.make("Lead")
    bench.control("duplicate-rule", object="Lead", name="D", allowSave=False)
    strict = works(lambda: bench.sf.Lead.create(data, headers=insist))
    bench.control("duplicate-rule", object="Lead", name="D", allowSave=True)
    assert (strict, works(lambda: bench.sf.Lead.create(data, headers=insist))) == (False, True)


def test_a_duplicate_rule_compares_the_fields_it_is_given(bench: Bench) -> None:
    bench.make("Lead", Email="a@b.example")
    bench.control("duplicate-rule", object="Lead", name="D", fields=["Email"])
    assert works(bench.lead)
    assert not works(lambda: bench.lead(LastName="Other", Email="A@B.example"))


def test_an_update_that_does_not_touch_the_compared_fields_is_no_duplicate(bench: Bench) -> None:
    old = [bench.make("Lead"), bench.make("Lead")][0]
    bench.control("duplicate-rule", object="Lead", name="D")
    assert works(lambda: bench.sf.Lead.update(old, {"Title": "CEO"}))


def test_an_allowance_comes_back_after_24_hours(bench: Bench) -> None:
    bench.control("login", session_timeout=10 * 86400)
    bench.sf.headers["Authorization"] = f"Bearer {bench.sim.token()}"
    bench.control("api-limit", used=100, allowed=100)
    bench.sim.timeline.move_to(86300)
    before = works(bench.sf.limits)
    bench.sim.timeline.move_to(86401)
    assert (before, works(bench.sf.limits)) == (False, True)


def test_an_allowance_is_used_up_until_a_place_on_the_clock(bench: Bench) -> None:
    bench.sim.timeline.move_to(100)
    bench.control("api-exhaust", until=1000)
    bench.sim.timeline.move_to(900)
    before = works(bench.sf.limits)
    bench.sim.timeline.move_to(1001)
    assert (before, works(bench.sf.limits)) == (False, True)


def test_the_allowance_stands_in_the_header_of_a_refusal_too(bench: Bench) -> None:
    bench.control("api-limit", used=7, allowed=7)
    response = bench.send("GET", "limits")
    assert response.headers["Sforce-Limit-Info"] == "api-usage=7/7"


def test_raced_records_are_deleted_right_after_the_query_that_shows_them(bench: Bench) -> None:
    contact, other = bench.make("Contact"), bench.make("Contact")
    bench.control("race", ids=[contact])
    bench.sf.query(f"SELECT Id FROM Contact WHERE Id = '{other}'")
    assert bench.row(contact)["IsDeleted"] is False
    assert bench.sf.query("SELECT Id FROM Contact")["totalSize"] == 2
    assert (bench.row(contact)["IsDeleted"], bench.row(other)["IsDeleted"]) == (True, False)


def test_expired_tokens_are_refused_and_new_ones_are_not(bench: Bench) -> None:
    assert bench.control("expire-tokens") == {"expired": 1}
    out = works(bench.sf.limits)
    bench.sf.headers["Authorization"] = f"Bearer {bench.sim.token()}"
    assert (out, works(bench.sf.limits)) == (False, True)


def test_a_fresh_grant_is_what_a_user_gets_who_connects_again(bench: Bench) -> None:
    answer = bench.control("grant", username=INTEGRATION)
    bench.sf.headers["Authorization"] = f"Bearer {answer['access_token']}"
    assert works(bench.sf.limits)
    assert bench.control("revoke-grant", username=INTEGRATION) == {"revoked": 1}
    assert not works(bench.sf.limits)


def test_a_hidden_record_is_in_no_query(bench: Bench) -> None:
    contact = bench.make("Contact")
    bench.control("record-access", id=contact, access="none")
    assert bench.sf.query("SELECT Id FROM Contact")["records"] == []


def test_a_hidden_field_is_in_no_description(bench: Bench) -> None:
    bench.control("field-access", **RATING, access="none")
    assert "Rating" not in {f["name"] for f in bench.sf.Lead.describe()["fields"]}


def test_a_required_field_says_so_in_its_description(bench: Bench) -> None:
    bench.control("require-field", **RATING)
    assert [f["nillable"] for f in bench.sf.Lead.describe()["fields"] if f["name"] == "Rating"] == [False]
