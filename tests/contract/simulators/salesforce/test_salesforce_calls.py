"""How every call is answered, logged and broken."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import requests

from connectors.simulators.faults import Action, Fault
from connectors.simulators.salesforce.org import INTEGRATION
from tests.contract.simulators.salesforce.bench import ROOT, Bench, connect, lead, never


@pytest.mark.parametrize("path", ["limits", "query?q=nonsense", "wombats"])
def test_every_answer_has_a_request_id_and_the_usage(bench: Bench, path: str) -> None:
    first, second = bench.send("GET", path), bench.send("GET", path)
    assert first.headers["Sforce-Limit-Info"].startswith("api-usage=")
    assert len(first.headers["X-SFDC-Request-Id"]) == 32
    assert first.headers["X-SFDC-Request-Id"] != second.headers["X-SFDC-Request-Id"]


def test_a_refused_call_counts_and_a_call_without_a_token_does_not(bench: Bench) -> None:
    bench.control("api-limit", used=0)
    bench.send("GET", "query?q=nonsense")
    bench.send("GET", "limits", headers={"Authorization": "Bearer never"})
    assert bench.sim.org.usage.used(bench.sim.timeline.time()) == 1


@pytest.mark.parametrize("scheme", ["Bearer", "OAuth", "bearer"])
def test_a_token_may_be_shown_under_either_name(bench: Bench, scheme: str) -> None:
    assert bench.send("GET", "limits", headers={"Authorization": f"{scheme} {bench.sf.session_id}"}).ok


@pytest.mark.parametrize("path", ["limits", "limits/", "limits?nobody=knows", "sobjects/Lead", "sobjects/Lead/"])
def test_slashes_at_the_end_and_unknown_parameters_do_no_harm(bench: Bench, path: str) -> None:
    assert bench.send("GET", path).status_code == 200


def test_the_answer_names_the_version_that_was_asked(bench: Bench) -> None:
    contact = bench.make("Contact")
    for version in ("59.0", "67.0"):
        record = bench.send("GET", f"/services/data/v{version}/sobjects/Contact/{contact}").json()
        assert record["attributes"]["url"] == f"/services/data/v{version}/sobjects/Contact/{contact}"


def test_the_library_s_default_version_is_answered(bench: Bench) -> None:
    sf = connect(bench.sim.base_url, bench.sf.session_id, bench.http)
    assert sf.query("SELECT COUNT() FROM Lead")["totalSize"] == 0


def test_a_patch_can_travel_as_a_post(bench: Bench) -> None:
    contact = bench.make("Contact")
    response = bench.send("POST", f"sobjects/Contact/{contact}?_HttpMethod=PATCH", json={"Title": "CEO"})
    assert (response.status_code, bench.row(contact)["Title"]) == (204, "CEO")


def test_head_is_answered_as_get_without_a_body(bench: Bench) -> None:
    response = bench.send("HEAD", "limits")
    assert (response.status_code, response.content) == (200, b"")


def test_what_lies_beside_the_api_is_not_found(bench: Bench) -> None:
    assert bench.send("GET", "/services/async/67.0/job").status_code == 404


# -- the log

LOGGED: dict[str, tuple[Callable[[Bench], Any], bool]] = {
    "limits": (lambda b: b.sf.limits(), False),
    "query": (lambda b: b.sf.query("SELECT Id FROM Lead"), False),
    "queryAll": (lambda b: b.sf.query("SELECT Id FROM Lead", include_deleted=True), False),
    "describe": (lambda b: b.sf.Lead.describe(), False),
    "describe.global": (lambda b: b.sf.describe(), False),
    "sobject.create": (lambda b: b.lead(), True),
    "sobject.retrieve": (lambda b: b.send("GET", f"sobjects/Lead/{never('00Q')}"), False),
    "sobject.update": (lambda b: b.send("PATCH", f"sobjects/Lead/{never('00Q')}", json={}), True),
    "sobject.upsert": (lambda b: b.sf.Lead.upsert("Syncapp_Key__c/1", {"LastName": "M", "Company": "A"}), True),
    "sobject.delete": (lambda b: b.send("DELETE", f"sobjects/Lead/{never('00Q')}"), True),
    "collections.create": (lambda b: b.collection(lead()), True),
    "collections.update": (lambda b: b.collection(lead(), method="PATCH"), True),
    "collections.delete": (lambda b: b.send("DELETE", f"composite/sobjects?ids={never('00Q')}"), True),
    "collections.retrieve": (
        lambda b: b.send("POST", "composite/sobjects/Lead", json={"ids": [], "fields": ["Id"]}),
        False,
    ),
    "composite": (lambda b: b.composite({"method": "DELETE", "url": f"sobjects/Lead/{never('00Q')}"}), True),
    "versions": (lambda b: b.send("GET", "/services/data"), False),
}


@pytest.mark.parametrize("operation", LOGGED)
def test_the_log_says_what_was_asked_and_whether_it_meant_to_write(bench: Bench, operation: str) -> None:
    act, write = LOGGED[operation]
    act(bench)
    call = bench.sim.calls[-1]
    assert (call.operation, call.write) == (operation, write)


def test_the_log_names_the_user(bench: Bench) -> None:
    bench.sf.limits()
    assert bench.sim.calls[-1].account == INTEGRATION


@pytest.mark.parametrize(
    "spoil", [lambda b: b.control("expire-tokens"), lambda b: b.control("api-limit", used=1, allowed=1)]
)
def test_a_write_that_is_refused_at_the_door_is_a_write_in_the_log(bench: Bench, spoil: Any) -> None:
    spoil(bench)
    bench.send("POST", "composite/sobjects", json={"records": [lead()]})
    assert (bench.sim.calls[-1].operation, bench.sim.calls[-1].write) == ("collections.create", True)


# -- faults


def test_a_lost_answer_leaves_the_record_written(bench: Bench) -> None:
    bench.sim.faults.append(Fault(action=Action.DROP_AFTER, method="POST", path="sobjects"))
    with pytest.raises(requests.exceptions.ConnectionError):
        bench.lead(Syncapp_Key__c="K1")
    assert [row["Syncapp_Key__c"] for row in bench.rows("Lead")] == ["K1"]


def test_a_connection_cut_before_leaves_nothing(bench: Bench) -> None:
    bench.sim.faults.append(Fault(action=Action.DROP_BEFORE, method="POST", path="sobjects"))
    with pytest.raises(requests.exceptions.ConnectionError):
        bench.lead()
    assert bench.rows("Lead") == []


def test_a_location_is_where_the_record_can_be_read(bench: Bench) -> None:
    response = bench.send("POST", "sobjects/Lead", json={"LastName": "M", "Company": "A"})
    assert response.headers["Location"] == f"{ROOT}/sobjects/Lead/{response.json()['id']}"
    assert bench.send("GET", response.headers["Location"]).json()["LastName"] == "M"
