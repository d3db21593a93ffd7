"""What other sync software leaves in an org, and who may see it."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.simulators.salesforce.org import INTEGRATION
from connectors.simulators.salesforce.other_apps import APPS
from tests.contract.simulators.salesforce import logins
from tests.contract.simulators.salesforce import tooling_bench as t
from tests.contract.simulators.salesforce.bench import Bench, Case, case

NO_ENTITY = "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY"
INSTALLED = "SELECT SubscriberPackage.Name, SubscriberPackage.NamespacePrefix FROM InstalledSubscriberPackage"


def with_riva(b: Bench, **more: Any) -> Bench:
    b.control("other-app", name="Riva", **more)
    return b


def a_token(b: Bench) -> str:
    with_riva(b)
    return str(b.rows("OauthToken")[0]["Id"])


CASES: dict[str, Case] = {
    "login-application": case(
        lambda b: b.administrator().sf.query("SELECT Id FROM LoginHistory WHERE Application = 'Riva'"),
        400,
        "INVALID_FIELD",
        "*field 'Application' can not be filtered in a query call",
    ),
    "login-user": case(
        lambda b: b.administrator().sf.query("SELECT User.Name FROM LoginHistory"),
        400,
        "INVALID_FIELD",
        "*Didn't understand relationship 'User' in field path.*",
    ),
    "login-old-version": case(
        lambda b: b.sf.restful("../v36.0/query", params={"q": "SELECT Id FROM LoginHistory"}),
        400,
        "INVALID_TYPE",
        "*sObject type 'LoginHistory' is not supported.*",
    ),
    "login-written": case(
        lambda b: b.administrator().sf.LoginHistory.create({"Status": "Success"}),
        400,
        NO_ENTITY,
        "entity type cannot be inserted: Login History",
        (),
    ),
    "token-written": case(
        lambda b: b.administrator().sf.OauthToken.create({"AppName": "Mine"}),
        400,
        NO_ENTITY,
        "entity type cannot be inserted: OAuth Token",
        (),
    ),
    "token-deleted": case(
        lambda b: b.administrator().sf.OauthToken.delete(a_token(b)),
        403,
        "INSUFFICIENT_ACCESS_OR_READONLY",
        "insufficient access rights on object id",
        (),
    ),
    "token-of-another": case(
        lambda b: b.sf.OauthToken.get(a_token(b)), 404, "NOT_FOUND", "The requested resource does not exist"
    ),
    "connected-apps-unseen": case(
        lambda b: b.sf.query("SELECT Name FROM ConnectedApplication"),
        400,
        "INVALID_TYPE",
        "*sObject type 'ConnectedApplication' is not supported.*",
    ),
    "packages-unseen": case(
        lambda b: b.sf.restful("tooling/query", params={"q": INSTALLED}),
        400,
        "INVALID_TYPE",
        "*sObject type 'InstalledSubscriberPackage' is not supported.*",
    ),
    "package-name": case(
        lambda b: t.query(b, f"{INSTALLED} WHERE SubscriberPackage.Name = 'Riva'"),
        400,
        "INVALID_FIELD",
        "*field 'Name' can not be filtered in a query call",
    ),
    "package-of-all-orgs": case(
        lambda b: t.query(b, "SELECT Name FROM SubscriberPackage"),
        400,
        "MALFORMED_QUERY",
        "SubscriberPackage: a filter on Id is required",
    ),
    "package-written": case(
        lambda b: t.execute(b, "sobjects/InstalledSubscriberPackage", "POST", {}),
        405,
        "METHOD_NOT_ALLOWED",
        "HTTP Method 'POST' not allowed. Allowed are GET,HEAD",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_look_at_other_software_is_refused(bench: Bench, name: str) -> None:
    CASES[name].check(bench)


def names(answer: Any, column: str) -> list[str]:
    return [row[column] for row in answer["records"]]


@pytest.mark.parametrize("name", APPS)
def test_an_app_leaves_a_token_a_log_in_and_a_connected_app(bench: Bench, name: str) -> None:
    bench.control("other-app", name=name)
    sf = bench.administrator().sf
    assert names(sf.query("SELECT AppName FROM OauthToken"), "AppName") == [name]
    assert names(sf.query("SELECT Application FROM LoginHistory"), "Application") == [name]
    assert names(sf.query("SELECT Name FROM ConnectedApplication"), "Name") == [name]


@pytest.mark.parametrize("app", APPS.values(), ids=lambda app: app.name)
def test_an_app_with_a_namespace_is_installed_as_a_package(bench: Bench, app: Any) -> None:
    bench.control("other-app", name=app.name)
    found = [row["SubscriberPackage"] for row in t.query(bench, INSTALLED)["records"]]
    told = [(package["Name"], package["NamespacePrefix"]) for package in found]
    assert told == ([(app.name, app.namespace)] if app.namespace else [])


def test_a_package_is_found_by_its_id(bench: Bench) -> None:
    with_riva(bench)
    [row] = t.query(bench, "SELECT SubscriberPackageId FROM InstalledSubscriberPackage")["records"]
    found = t.query(bench, f"SELECT Name FROM SubscriberPackage WHERE Id = '{row['SubscriberPackageId']}'")
    assert names(found, "Name") == ["Riva"]


def test_a_user_without_rights_sees_no_tokens_of_others(bench: Bench) -> None:
    with_riva(bench)
    assert bench.sf.query("SELECT AppName FROM OauthToken")["totalSize"] == 0


def test_a_user_sees_its_own_tokens(bench: Bench) -> None:
    with_riva(bench, username=INTEGRATION)
    assert names(bench.sf.query("SELECT AppName FROM OauthToken"), "AppName") == ["Riva"]


def test_customize_application_shows_all_tokens(bench: Bench) -> None:
    with_riva(bench)
    bench.control("permission", name="CustomizeApplication")
    assert names(bench.sf.query("SELECT AppName FROM OauthToken"), "AppName") == ["Riva"]


@pytest.mark.parametrize(
    ("permission", "seen"), [("ManageUsers", 1), ("MonitorLoginHistory", 1), ("CustomizeApplication", 0)]
)
def test_log_ins_of_others_are_shown_to_who_may_manage_users(bench: Bench, permission: str, seen: int) -> None:
    with_riva(bench)
    bench.control("permission", name=permission)
    assert bench.sf.query("SELECT Id FROM LoginHistory")["totalSize"] == seen


def test_log_ins_are_filtered_by_their_time(bench: Bench) -> None:
    with_riva(bench, used=40 * 86400)
    soql = "SELECT Id FROM LoginHistory WHERE LoginTime = LAST_N_DAYS:{}"
    sf = bench.administrator().sf
    assert [sf.query(soql.format(days))["totalSize"] for days in (30, 60)] == [0, 1]


def test_an_app_that_is_gone_leaves_its_log_ins(bench: Bench) -> None:
    with_riva(bench)
    assert bench.control("other-app-gone", name="Riva")["gone"] == 3
    assert [len(bench.rows(name)) for name in ("OauthToken", "ConnectedApplication", "LoginHistory")] == [0, 0, 1]
    assert t.query(bench, INSTALLED)["size"] == 0


def test_an_app_can_leave_some_traces_only(bench: Bench) -> None:
    with_riva(bench, traces=["package"])
    assert bench.rows("OauthToken") == []
    assert t.query(bench, INSTALLED)["size"] == 1


def test_an_app_that_nobody_listed_leaves_traces_too(bench: Bench) -> None:
    bench.control("other-app", name="Home Grown Sync", namespace="homegrown")
    assert t.query(bench, INSTALLED)["records"][0]["SubscriberPackage"]["NamespacePrefix"] == "homegrown"


def test_a_trace_that_does_not_exist_is_refused_at_the_door(bench: Bench) -> None:
    with pytest.raises(ValueError, match="traces are some of"):
        with_riva(bench, traces=["cookie"])


def test_a_client_finds_its_own_log_in_among_the_others(bench: Bench) -> None:
    granted = logins.granted(bench)
    logins.refresh(bench, granted["refresh_token"])
    rows = bench.sf.query("SELECT Application, LoginType, UserId FROM LoginHistory")["records"]
    told = [(row["Application"], row["LoginType"], row["UserId"]) for row in rows]
    assert told == [("Syncapp", "Remote Access 2.0", bench.sim.org.integration_user)] * 2


def test_a_log_in_that_fails_is_not_written_down(bench: Bench) -> None:
    logins.exchange(bench, "no-code")
    assert bench.rows("LoginHistory") == []


def test_a_client_finds_its_own_token_among_the_others(bench: Bench) -> None:
    granted = logins.granted(bench)
    assert names(bench.sf.query("SELECT AppName FROM OauthToken"), "AppName") == ["Syncapp"]
    bench.oauth("revoke", token=granted["refresh_token"])
    assert bench.sf.query("SELECT AppName FROM OauthToken")["totalSize"] == 0
