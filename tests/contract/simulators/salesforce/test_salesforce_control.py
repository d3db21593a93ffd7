"""The control door: its verbs for records and fields, its answers, its snapshot, its page."""

from __future__ import annotations

import json
import pickle
import re
from typing import Any

import pytest
import requests

from connectors.simulators.salesforce import SalesforceSimulator
from connectors.simulators.salesforce import control as control_module
from connectors.simulators.salesforce.org import INTEGRATION
from connectors.simulators.salesforce.page import WORDS
from tests.contract.simulators.salesforce.bench import Bench, never, works
from tests.contract.simulators.salesforce.test_salesforce_switches import SWITCHES

KEY = {"object": "Lead", "field": "Syncapp_Key__c"}


def door(b: Bench, verb: str, token: str | None = None, **arguments: Any) -> requests.Response:
    headers = {"X-Simulator-Token": b.sim.door_token if token is None else token}
    return b.http.post(f"{b.sim.base_url}/_simulator/{verb}", json=arguments, headers=headers)


# -- fields and records


def test_a_custom_field_can_be_added_written_and_queried(bench: Bench) -> None:
    old = bench.make("Lead")
    bench.control("add-field", object="Lead", name="Region__c", length=10)
    made = bench.lead(Region__c="North")["id"]
    found = bench.sf.query("SELECT Id, Region__c FROM Lead ORDER BY Region__c NULLS LAST")["records"]
    assert [(r["Id"], r["Region__c"]) for r in found] == [(made, "North"), (old, None)]
    assert not works(lambda: bench.lead(Region__c="x" * 11))


def test_a_formula_is_read_and_never_written(bench: Bench) -> None:
    bench.control("add-field", object="Lead", name="Score__c", formula=True)
    said = described(bench, "Score__c")
    assert (said["calculated"], said["createable"], said["updateable"]) == (True, False, False)
    assert not works(lambda: bench.lead(Score__c="9"))


def test_a_text_area_may_hold_html(bench: Bench) -> None:
    bench.control("add-field", object="Lead", name="Rich__c", type="textarea", length=1000, rich=True)
    assert (described(bench, "Rich__c")["htmlFormatted"], described(bench, "Company")["htmlFormatted"]) == (True, False)


def test_a_lookup_points_at_what_it_was_made_for(bench: Bench) -> None:
    bench.control("add-field", object="Lead", name="Partner__c", type="reference", references=["Account"])
    assert described(bench, "Partner__c")["referenceTo"] == ["Account"]
    assert not works(lambda: bench.lead(Partner__c="a text"))
    assert not works(lambda: bench.lead(Partner__c=bench.make("Contact")))


def described(b: Bench, name: str) -> Any:
    return next(each for each in b.sf.Lead.describe()["fields"] if each["name"] == name)


def test_a_removed_field_keeps_its_values_for_when_it_comes_back(bench: Bench) -> None:
    made = bench.make("Lead", Syncapp_Key__c="K1")
    bench.control("remove-field", **KEY)
    gone = works(lambda: bench.sf.query("SELECT Syncapp_Key__c FROM Lead"))
    bench.control("restore-field", **KEY)
    assert (gone, bench.sf.Lead.get_by_custom_id("Syncapp_Key__c", "K1")["Id"]) == (False, made)


def test_records_are_made_past_every_rule(bench: Bench) -> None:
    bench.control("validation-rule", object="Lead", name="R1", message="no")
    made = bench.control("create", object="Lead", fields={"LastName": "M", "IsConverted": True})["id"]
    bench.control("update", id=made, fields={"Company": "Acme"})
    assert (bench.row(made)["IsConverted"], bench.row(made)["Company"]) == (True, "Acme")


def test_a_purged_record_never_was(bench: Bench) -> None:
    contact = bench.make("Contact")
    bench.control("purge", id=contact)
    assert bench.sf.query("SELECT Id FROM Contact", include_deleted=True)["records"] == []


def test_an_account_takes_its_contacts_into_the_recycle_bin_and_back(bench: Bench) -> None:
    account = bench.make("Account")
    contact = bench.make("Contact", AccountId=account)
    bench.control("delete", id=account)
    gone = bench.row(contact)["IsDeleted"]
    bench.control("undelete", id=account)
    assert (gone, bench.row(contact)["IsDeleted"]) == (True, False)


# -- the door itself


@pytest.mark.parametrize(
    ("verb", "arguments", "told"),
    [
        ("no-such-verb", {}, "no verb"),
        ("create", {"object": "Wombat", "fields": {}}, "no object"),
        ("create", {"object": "Lead", "fields": {"Nonsense": 1}}, "INVALID_FIELD"),
        ("create", {"object": "Lead", "fields": {"LastName": 7}}, "JSON_PARSER_ERROR"),
        ("lock", {}, "“id” is missing"),
        ("lock", {"id": never()}, "no record"),
        ("lock", {"id": "nonsense"}, "no record"),
        ("validation-rule", {"object": "Lead", "name": "R"}, "“message” is missing"),
        ("validation-rule", {"object": "Lead", "name": "R", "message": "m", "field": "Nope"}, "no field"),
        ("trigger", {"object": "Lead", "name": "T", "event": "Sometimes"}, "no event"),
        ("rule", {"name": "nope"}, "no rule"),
        ("record-access", {"id": never(), "access": "none"}, "no record"),
        ("object-access", {"object": "Lead", "denied": ["fly"]}, "denied is a list"),
        ("api-exhaust", {"until": "soon"}, "no number"),
        ("api-access", {"off": "moon"}, "off is"),
        ("user", {"username": "nobody"}, "no user"),
        ("add-field", {"object": "Lead", "name": "Plain"}, "no name"),
        ("add-field", {"object": "Lead", "name": "X__c", "type": "sound"}, "no type"),
        ("remove-field", {"object": "Lead", "field": "LastName"}, "standard field"),
        ("restore-field", {"object": "Lead", "field": "X__c"}, "did not lose"),
        ("mend", {"key": "nope"}, "no trouble"),
        ("client", {"client_id": "nope"}, "no client"),
        ("duplicate-rule", {"object": "Lead", "name": "D", "fields": ["Shoe"]}, "no fields"),
        ("field-access", {"object": "Lead", "field": "Title", "access": "some"}, "access is"),
        ("create", {"object": "Lead", "fields": [1]}, "no object"),
    ],
)
def test_a_wrong_argument_is_answered_with_a_sentence(bench: Bench, verb: str, arguments: Any, told: str) -> None:
    response = door(bench, verb, **arguments)
    assert response.status_code == 400
    assert told in response.json()["error"]


def test_the_documentation_names_every_verb_and_no_other() -> None:
    documented = set(re.findall(r"(?m)^ {4}(?=\S)([a-z, -]+?)(?: {2,}|$)", control_module.__doc__ or ""))
    named = {verb for line in documented for verb in line.split(", ")}
    undone = set(re.findall(r"([a-z-]+) undoes it", control_module.__doc__ or ""))
    assert named | undone == set(control_module.VERBS)


def test_the_door_wants_its_token(bench: Bench) -> None:
    assert door(bench, "troubles", token="wrong").status_code == 403
    assert door(bench, "troubles").json() == []


def test_accounts_tell_a_client_all_it_needs_to_connect(bench: Bench) -> None:
    told = bench.control("accounts")
    form = {"client_id": told["client_id"], "client_secret": told["client_secret"]}
    answer = bench.oauth("token", grant_type="client_credentials", **form).json()
    assert answer["instance_url"] == told["instance_url"]
    assert next(u["username"] for u in told["users"] if u["active"]) == INTEGRATION


def test_a_registered_app_is_the_one_that_is_meant_from_then_on(bench: Bench) -> None:
    bench.control("client", client_id="my-app", client_secret="my-secret", redirect_uris=["http://localhost/back"])
    token = bench.control("grant", username=INTEGRATION)["refresh_token"]
    form = {"client_id": "my-app", "client_secret": "my-secret", "refresh_token": token}
    assert bench.oauth("token", grant_type="refresh_token", **form).status_code == 200
    assert bench.control("accounts")["client_id"] == "my-app"


def test_the_snapshot_is_json_with_every_record_deleted_ones_too(bench: Bench) -> None:
    kept, gone = bench.make("Contact", Email="c@acme.example"), bench.make("Contact")
    bench.control("delete", id=gone)
    bench.message(ToIds=[kept])
    bench.control("validation-rule", object="Lead", name="R1", message="no")
    told = json.loads(json.dumps(bench.sim.snapshot()))
    assert [(r["Id"], r["IsDeleted"]) for r in told["records"]["Contact"]] == [(kept, False), (gone, True)]
    assert [r["RelationId"] for r in told["records"]["EmailMessageRelation"]] == [kept]
    assert [rule["name"] for rule in told["rules"]] == ["Syncapp_Stale"] * 3 + ["R1"]
    assert [trouble["kind"] for trouble in told["troubles"]] == ["validation"]


def test_the_rows_of_one_object_come_with_the_fields_that_are_asked_for(bench: Bench) -> None:
    kept, gone = bench.make("Contact", Email="c@acme.example"), bench.make("Contact")
    bench.control("delete", id=gone)
    named = bench.control("rows", object="Contact", fields=["Id", "Email"])
    assert named == [{"Id": kept, "Email": "c@acme.example"}, {"Id": gone, "Email": None}]
    assert bench.control("rows", object="Contact") == bench.sim.snapshot()["records"]["Contact"]


def test_the_rows_of_what_is_not_there_are_refused_with_a_sentence(bench: Bench) -> None:
    for wrong in ({"object": "Nothing"}, {"object": "Contact", "fields": ["Colour"]}):
        answer = door(bench, "rows", **wrong)
        assert (answer.status_code, len(answer.json()["error"]) > 10) == (400, True)


def test_an_org_can_be_put_away_and_gone_on_with(bench: Bench) -> None:
    bench.message(Syncapp_Key__c="K1")
    bench.control("lock", id=bench.make("Contact"))
    again = SalesforceSimulator(org=pickle.loads(pickle.dumps(bench.sim.org)))
    assert again.snapshot() == bench.sim.snapshot()
    assert again.control("troubles", {}) == bench.control("troubles")


# -- the page for people


def page(b: Bench) -> str:
    return b.http.get(f"{b.sim.base_url}/_simulator/").text


def test_the_page_shows_rules_troubles_and_records(bench: Bench) -> None:
    bench.make("Lead", LastName="<b>Meyer</b>")
    bench.control("validation-rule", object="Lead", name="R1", message="no & never")
    text = page(bench)
    assert "no &amp; never" in text
    assert "&lt;b&gt;Meyer&lt;/b&gt;" in text
    assert "<b>Meyer" not in text


def test_the_page_has_no_script_and_its_tables_have_heads(bench: Bench) -> None:
    bench.control("storage")
    text = page(bench)
    assert "<script" not in text
    assert text.count("<table") <= text.count("<thead")


@pytest.mark.parametrize("word", ["Mend", "Switch off"])
def test_a_button_of_the_page_mends(bench: Bench, word: str) -> None:
    for name in list(bench.sim.org.rules):
        bench.control("remove-rule", name=name)
    bench.control("validation-rule", object="Lead", name="R1", message="no")
    form = re.search(rf"<form method=post action=\"([^\"]+)\">((?:(?!</form>).)*)>{word}</button>", page(bench))
    assert form is not None
    fields = dict(re.findall(r'name="([^"]+)" value="([^"]*)"', form[2]))
    response = bench.http.post(f"{bench.sim.base_url}{form[1]}", data=fields, allow_redirects=False)
    assert (response.status_code, works(bench.lead)) == (303, True)


def test_the_page_shows_the_latest_records_first(bench: Bench) -> None:
    for number in range(12):
        bench.make("Lead", LastName=f"Number {number}")
    shown = re.findall(r"Number \d+", page(bench))
    assert shown == [f"Number {number}" for number in range(11, 1, -1)]


def test_the_page_has_a_word_for_every_trouble(bench: Bench) -> None:
    for name, switch in SWITCHES.items():
        (on, more), _, _ = switch(bench)
        bench.control(on, **(more | {"name": name} if "name" in more else more))
    kinds = {trouble["kind"] for trouble in bench.control("troubles")}
    assert kinds >= set(WORDS) - {"race", "duplicate"}
    assert all(WORDS[kind] in bench.sim.page() for kind in kinds)


def test_a_rule_that_is_off_can_be_switched_on_again(bench: Bench) -> None:
    bench.control("validation-rule", object="Lead", name="R1", message="no", active=False)
    assert "Switch on</button>" in page(bench)
    assert works(bench.lead)
