"""Every SOQL statement that the connector sends is one for a parser that others wrote, too.

The connector does all it can on a simulator, with what people write; the statements are those that arrived there.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from connectors import salesforce
from connectors.facts import Wishes
from connectors.records import Resource, Window
from connectors.relations import OpportunityRule, Sought
from connectors.salesforce import address_fields
from connectors.simulators.authority import Certificate
from connectors.simulators.salesforce import soql
from connectors.simulators.salesforce.soql_nodes import Query
from tests.builders import entry, event, task
from tests.contract.connectors.case_contract import case
from tests.contract.connectors.contact_crm_contract import write as contact_write
from tests.contract.connectors.crm_contract import ANN, lead, message
from tests.contract.connectors.event_crm_contract import write
from tests.contract.connectors.record_crm_contract import gone
from tests.contract.connectors.salesforce_event_stage import SalesforceEventStage, staged
from tests.contract.connectors.salesforce_record_stage import door
from tests.contract.connectors.stage import CountingServer
from tests.contract.connectors.task_crm_contract import write as task_write
from tests.contract.peers.foreign import ask

pytestmark = pytest.mark.peers

HOSTILE = (
    "o'neill@acme.example",
    'a"b\\c@acme.example',
    "x' OR Name LIKE '%",
    "%_{0}{:literal}",
    "日本@例え.jp",
    "a\nb",
    "end\\",
)


@pytest.fixture
def stage(salesforce_server: CountingServer, contract_certificate: Certificate) -> Iterator[SalesforceEventStage]:
    with staged(salesforce_server, contract_certificate) as made:
        yield made


@pytest.fixture
def arrived(stage: SalesforceEventStage, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    statements, parse = list[str](), soql.parse

    def heard(text: str) -> Query:
        statements.append(text)
        return parse(text)

    monkeypatch.setattr(soql, "parse", heard)
    do_everything(stage)
    return statements


def do_everything(stage: SalesforceEventStage) -> None:
    """Whatever makes the connector ask; that nothing it makes of this is left out, `test_nothing_is_left_out` sees."""
    crm, owner, window = stage.open(), stage.user(), _around(event().start)
    crm.find_people([ANN, *HOSTILE])
    stage.second_address(stage.contact("bob@acme.example"), "bob@home.example")
    address_fields.forget()
    entries = [f"@{each}" for each in ("acme.example", *HOSTILE)]
    crm.find_people([ANN, *HOSTILE, *entries], Sought(activity=True, account_fields=("Website", "BillingCity")))
    ann = stage.contact(ANN, account_id=stage.account())
    for rule in OpportunityRule:
        crm.find_people([ann.email], Sought(activity=True, opportunities=rule))
    letter, meeting = message(), write(owner, event(), stage.contact(ANN))
    for _ in range(2):
        crm.push([letter, lead(), case("%s", stage.queue("o'neill"))])
    crm.find_files([letter.key, *HOSTILE])
    crm.alike([letter.email, *(replace(letter.email, message_id=each) for each in ("", *HOSTILE))])
    crm.queues()
    for text in ("Ann", owner.id, *HOSTILE):
        crm.users(text)
    (made,) = crm.push([meeting])
    crm.push([meeting])
    record_id = getattr(made, "id", "")
    crm.push([write(owner, event(title="moved"), record_id=record_id, version=3)])
    cursor = [page.cursor for page in crm.changes(Resource.EVENT, None, window)][-1]
    stage.pass_time(timedelta(minutes=10))
    list(crm.changes(Resource.EVENT, cursor, Window(start=window.start, end=window.end + timedelta(days=1))))
    crm.current(Resource.EVENT, [record_id])
    for resource, ids in ((Resource.EVENT, [record_id]), (Resource.EMAIL, list(stage.records().values()))):
        crm.find(resource, [letter.key, *HOSTILE], ids)
    crm.push([gone(meeting, record_id)])
    for hidden in (False, True):
        do_tasks(stage, window, hidden=hidden)
    for persons in (False, True):
        do_contacts(stage, window, persons=persons)
    mend(stage, ann.id)
    equip(stage)


def mend(stage: SalesforceEventStage, contact_id: str) -> None:
    """What people fill in and choose, and what they may read."""
    door(stage, "permission", name="ViewSetup", on=True)
    crm, user = stage.open(), stage.user().id
    for record_id in (contact_id, ""):
        crm.sheet("contact", ["LastName"], record_id=record_id, user_id=user)
    (made,) = crm.push([lead()])
    crm.doubles([contact_id, getattr(made, "id", "")], user_id=user)
    crm.readable(user, [contact_id])


def do_tasks(stage: SalesforceEventStage, window: Window, *, hidden: bool) -> None:
    """Likewise with tasks; which of them are calls may be hidden from us."""
    if hidden:
        door(stage, "field-access", object="Task", field="TaskSubtype", access="none")
    crm, owner = stage.open(), stage.user()
    writes = [task_write(owner, task(title, done=title == ANN)) for title in (ANN, *HOSTILE)]
    for _ in range(2):
        made = [getattr(each, "id", "") for each in crm.push(writes)]
    cursor = [page.cursor for page in crm.changes(Resource.TASK, None, window)][-1]
    list(crm.changes(Resource.TASK, cursor, window))
    crm.current(Resource.TASK, made)
    crm.find(Resource.TASK, HOSTILE, made)
    crm.push([gone(write, "") for write in writes])


def do_contacts(stage: SalesforceEventStage, window: Window, *, persons: bool) -> None:
    """Likewise with contacts; some of them may be persons."""
    if persons:
        door(stage, "person-accounts")
        address_fields.forget()
    crm, owner = stage.open(), stage.user()
    writes = [contact_write(owner, entry(word, email=f"{n}@acme.example")) for n, word in enumerate((ANN, *HOSTILE))]
    for _ in range(2):
        made = [getattr(each, "id", "") for each in crm.push(writes)]
    cursor = [page.cursor for page in crm.changes(Resource.CONTACT, None, window)][-1]
    list(crm.changes(Resource.CONTACT, cursor, window))
    crm.current(Resource.CONTACT, made)
    crm.find(Resource.CONTACT, HOSTILE, made)
    crm.accounts([ANN, *HOSTILE])
    crm.push([gone(write, "") for write in writes])


def equip(stage: SalesforceEventStage) -> None:
    """A field is missing, and we may make it; then all of them have the prefix of the org's own namespace."""
    with stage.simulator.lock:
        stage.simulator.control("remove-field", {"object": "EmailMessage", "field": "Syncapp_Attachments__c"})
        for name in ("ViewSetup", "CustomizeApplication", "ManageProfilesPermissionsets", "AssignPermissionSets"):
            stage.simulator.control("permission", {"name": name, "on": True})
    stage.open().ensure_fields()
    stage.open().survey(Wishes(owners=(stage.queue("sales"), stage.user().id)))
    with stage.simulator.lock:
        stage.simulator.control("namespace", {"prefix": "acme", "own": True})
    stage.open().ensure_fields()


def _around(moment: datetime) -> Window:
    return Window(start=moment - timedelta(days=30), end=moment + timedelta(days=30))


def written() -> list[str]:
    """The patterns of all statements that stand in the connector's source."""
    sources = Path(salesforce.__file__).parent.glob("*.py")
    nodes = (node for path in sources for node in ast.walk(ast.parse(path.read_text())))
    texts = (str(node.value) for node in nodes if isinstance(node, ast.Constant))
    return [text for text in texts if text.startswith("SELECT ")]


def test_all_of_them_parse(arrived: list[str]) -> None:
    complaints = ask("soql.mjs", arrived)
    assert arrived
    assert [pair for pair in zip(arrived, complaints, strict=True) if pair[1]] == []


def test_nothing_is_left_out(arrived: list[str]) -> None:
    patterns = {
        text: re.compile(".*".join(map(re.escape, re.split(r"\{[^}]*\}", text))), re.DOTALL) for text in written()
    }
    assert patterns
    assert [text for text, pattern in patterns.items() if not any(map(pattern.fullmatch, arrived))] == []


@pytest.mark.parametrize("statement", ["SELECT FROM Contact", "SELECT Id FROM Contact WHERE Name = 'O'Neill'"])
def test_the_parser_sees_what_is_wrong(statement: str) -> None:
    assert all(ask("soql.mjs", [statement]))
