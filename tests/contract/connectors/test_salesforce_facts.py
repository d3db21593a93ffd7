"""What an org says of itself: rights, demands, duplicate rules, the refresh token, other software."""

from __future__ import annotations

from dataclasses import replace

import pytest

from connectors import clock
from connectors.errors import ConnectorError, Kind
from connectors.facts import App, Fact, Trace, Verdict, Wishes
from connectors.records import Address, CaseWrite, EmailWrite, Link, Party, PersonWrite, RecordWrite, Resource
from connectors.salesforce import (
    app_facts,
    cases,
    contact_mapping,
    demand_facts,
    event_mapping,
    limit_facts,
    map_checks,
    mapping,
    right_facts,
    task_mapping,
    uses,
)
from connectors.salesforce.app_facts import REFRESH
from connectors.salesforce.demand_facts import DEMANDED, DUPLICATE_RULES, VALUES
from connectors.salesforce.owner_facts import OWNERS
from connectors.simulators.faults import Action, Fault
from connectors.simulators.salesforce.other_apps import APPS
from tests.builders import entry, event, task
from tests.contract.connectors.crm_contract import ANN, lead, message
from tests.contract.connectors.salesforce_event_stage import SalesforceEventStage
from tests.contract.connectors.salesforce_facts_stage import bench, give, open_bench, stage, survey, told
from tests.contract.simulators.salesforce.bench import Bench

OBJECTS = ("EmailMessage", "Event", "Task", "Lead", "Contact", "Case")
__all__ = ["bench", "open_bench", "stage"]  # fixtures


class TestCalls:
    def test_they_are_three(self, stage: SalesforceEventStage) -> None:
        connector, before = stage.open(), stage.calls()
        connector.survey()
        assert stage.calls() - before == 3

    def test_who_is_to_own_cases_takes_one_more(self, stage: SalesforceEventStage) -> None:
        connector, before = stage.open(), stage.calls()
        connector.survey(Wishes(owners=("005000000000001",)))
        assert stage.calls() - before == 4

    def test_nothing_is_written(self, stage: SalesforceEventStage, open_bench: Bench) -> None:
        before = len(stage.simulator.calls)
        survey(stage)
        assert [call for call in [*stage.simulator.calls][before:] if call.write] == []


class TestRights:
    @pytest.mark.parametrize("name", OBJECTS)
    def test_all_is_well_in_an_org_that_was_prepared(self, stage: SalesforceEventStage, name: str) -> None:
        assert told(stage, name).verdict is Verdict.GOOD

    @pytest.mark.parametrize(
        ("name", "denied", "said"),
        [
            ("EmailMessage", "create", "make new ones"),
            ("Event", "create", "make new ones"),
            ("Event", "edit", "change them"),
            ("Event", "delete", "delete them"),
            ("Task", "edit", "change them"),
            ("Task", "delete", "delete them"),
            ("Lead", "create", "make new ones"),
            ("Case", "create", "make new ones"),
        ],
    )
    def test_what_is_closed_is_said(
        self, stage: SalesforceEventStage, bench: Bench, name: str, denied: str, said: str
    ) -> None:
        bench.control("object-access", object=name, denied=[denied])
        fact = told(stage, name)
        assert (fact.verdict, fact.steps) == (Verdict.BAD, (right_facts.GRANT,))
        assert fact.text.startswith(f"Syncapp may not {said}.")

    @pytest.mark.parametrize(
        ("name", "denied"),
        [("EmailMessage", "edit"), ("EmailMessage", "delete"), ("Lead", "edit"), ("Contact", "create")],
    )
    def test_what_we_never_do_may_be_closed(
        self, stage: SalesforceEventStage, bench: Bench, name: str, denied: str
    ) -> None:
        bench.control("object-access", object=name, denied=[denied])
        assert told(stage, name).verdict is Verdict.GOOD

    @pytest.mark.parametrize("name", OBJECTS)
    def test_an_object_that_is_hidden_is_said_and_why(
        self, stage: SalesforceEventStage, bench: Bench, name: str
    ) -> None:
        bench.control("object-access", object=name, denied=["read"])
        fact = told(stage, name)
        assert fact.verdict is Verdict.BAD
        assert fact.failure is not None

    @pytest.mark.parametrize(
        ("field", "access", "said"),
        [
            ("EmailMessage.Subject", "none", "Syncapp may not see Subject."),
            ("EmailMessage.Subject", "read", "Syncapp may not fill Subject."),
            ("Event.Location", "read", "Syncapp may not fill Location."),
            ("Task.TaskSubtype", "none", "Syncapp may not see TaskSubtype."),
            ("Task.Status", "read", "Syncapp may not fill Status."),
            ("Contact.Email", "none", "Syncapp may not see Email."),
            ("Case.Syncapp_Key__c", "none", "Syncapp may not see Syncapp_Key__c."),
        ],
    )
    def test_a_field_that_is_closed_is_named(
        self, stage: SalesforceEventStage, bench: Bench, field: str, access: str, said: str
    ) -> None:
        name, _, column = field.partition(".")
        bench.control("field-access", object=name, field=column, access=access)
        fact = told(stage, name)
        assert fact.verdict is Verdict.BAD
        assert fact.text.startswith(said)

    def test_of_cases_nothing_is_said_where_none_are_opened(self, stage: SalesforceEventStage, bench: Bench) -> None:
        bench.control("object-access", object="Case", denied=["create"])
        bench.control("require-field", object="Case", field="SuppliedCompany")
        facts_ = {fact.name: fact for fact in stage.open().survey(Wishes(opens_cases=False)).facts}
        assert ("Case" in facts_, facts_[DEMANDED].verdict) == (False, Verdict.GOOD)

    @pytest.mark.parametrize("brings", [True, False])
    def test_of_files_something_is_said_where_some_are_brought(
        self, stage: SalesforceEventStage, bench: Bench, *, brings: bool
    ) -> None:
        bench.control("object-access", object="ContentVersion", denied=["create"])
        told_ = {fact.name: fact.verdict for fact in stage.open().survey(Wishes(brings_files=brings)).facts}
        assert told_.get("ContentVersion") == (Verdict.BAD if brings else None)

    def test_where_files_may_be_brought_all_is_well(self, stage: SalesforceEventStage) -> None:
        told_ = {fact.name: fact.verdict for fact in stage.open().survey(Wishes(brings_files=True)).facts}
        assert (told_["ContentVersion"], told_[DEMANDED]) == (Verdict.GOOD, Verdict.GOOD)

    @pytest.mark.parametrize("to_case", [True, False])
    def test_an_org_without_enhanced_email_is_told_to_switch_it_on(
        self, stage: SalesforceEventStage, bench: Bench, *, to_case: bool
    ) -> None:
        bench.control("email", enhanced=False, to_case=to_case)
        fact = told(stage, "EmailMessage")
        assert (fact.verdict, fact.steps) == (Verdict.BAD, (right_facts.ENABLE,))
        assert told(stage, DEMANDED).verdict is Verdict.GOOD

    def test_one_hidden_field_is_not_taken_for_that(self, stage: SalesforceEventStage, bench: Bench) -> None:
        bench.control("field-access", object="EmailMessage", field="RelatedToId", access="none")
        assert told(stage, "EmailMessage").steps == (right_facts.GRANT,)

    def test_a_field_that_we_only_read_may_be_read_only(self, stage: SalesforceEventStage, bench: Bench) -> None:
        bench.control("field-access", object="Contact", field="Email", access="read")
        assert told(stage, "Contact").verdict is Verdict.GOOD


class TestWhatWeFill:
    """The lists that rights are held against are those of what is written."""

    @staticmethod
    def filled(name: str) -> set[str]:
        (use,) = (each for each in uses.uses(Wishes(syncs_contacts=True)) if each.sobject == name)
        return {*use.filled, "attributes"}

    def test_of_messages(self) -> None:
        assert set(mapping.email_message(message())) <= self.filled("EmailMessage")

    def test_of_messages_on_cases(self) -> None:
        write = message()
        assert isinstance(write, EmailWrite)
        write = replace(write, case_id="500", links=(Link(party=Party.FROM, address=ANN, person_id="003"),))
        assert {"ParentId", "FromId"} <= set(mapping.email_message(write)) <= self.filled("EmailMessage")

    def test_of_cases(self) -> None:
        write = CaseWrite(key="k", subject="s", text="t", sender=Address(email=ANN, name="Ann"), contact_id="003")
        assert set(cases.record(replace(write, owner_id="00G"))) == self.filled("Case")

    def test_of_leads(self) -> None:
        write = lead()
        assert isinstance(write, PersonWrite)
        assert set(mapping.lead(write)) <= self.filled("Lead")

    def test_of_events(self, stage: SalesforceEventStage) -> None:
        write: RecordWrite = event_write(stage)
        assert set(event_mapping.new_event(write, event(), "003")) == self.filled("Event")

    def test_of_events_that_are_changed(self, stage: SalesforceEventStage) -> None:
        (use,) = (each for each in uses.USES if each.sobject == "Event")
        written = set(event_mapping.known_event(event_write(stage), event()))
        assert written - {"Id", "attributes"} == {*use.changed} - {"WhoId"}

    def test_of_tasks(self) -> None:
        write = RecordWrite(resource=Resource.TASK, key="k", version=1, record=task(), owner_id="005")
        assert set(task_mapping.new_task(write, task(), "Completed")) == self.filled("Task")

    def test_of_tasks_that_are_changed(self) -> None:
        (use,) = (each for each in uses.USES if each.sobject == "Task")
        write = RecordWrite(resource=Resource.TASK, key="k", version=1, record=task(), fields=task_mapping.SAID)
        assert set(task_mapping.known_task(write, task(), "Completed")) - {"Id", "attributes"} == {*use.changed}

    def test_of_contacts(self) -> None:
        write = RecordWrite(resource=Resource.CONTACT, key="k", version=1, record=entry(), owner_id="005")
        made = contact_mapping.new_contact(replace(write, account_id="001"), entry())
        assert set(made) == self.filled("Contact")

    def test_of_contacts_that_are_changed(self) -> None:
        (use, _) = uses.CONTACTS
        named = frozenset(contact_mapping.WRITTEN)
        write = RecordWrite(resource=Resource.CONTACT, key="k", version=1, record=entry(), fields=named)
        assert set(contact_mapping.known_contact(write, entry())) - {"Id", "attributes"} == {*use.changed}


def event_write(stage: SalesforceEventStage) -> RecordWrite:
    from tests.contract.connectors.event_crm_contract import write

    return write(stage.user(), event())


class TestDemands:
    def test_there_are_none_in_a_new_org(self, stage: SalesforceEventStage) -> None:
        assert told(stage, DEMANDED).verdict is Verdict.GOOD

    @pytest.mark.parametrize(
        "field", ["Lead.Title", "Event.Type", "EmailMessage.ReplyToEmailMessageId", "Case.SuppliedCompany"]
    )
    def test_a_field_that_we_never_fill_is_named(self, stage: SalesforceEventStage, bench: Bench, field: str) -> None:
        name, _, column = field.partition(".")
        bench.control("require-field", object=name, field=column)
        fact = told(stage, DEMANDED)
        assert fact.verdict is Verdict.BAD
        assert field in fact.text

    @pytest.mark.parametrize("field", ["Lead.FirstName", "Event.Location", "Contact.Title"])
    def test_what_we_fill_or_do_not_make_may_be_demanded(
        self, stage: SalesforceEventStage, bench: Bench, field: str
    ) -> None:
        name, _, column = field.partition(".")
        bench.control("require-field", object=name, field=column)
        assert told(stage, DEMANDED).verdict is Verdict.GOOD

    @pytest.mark.parametrize(
        ("described", "is_demanded"),
        [
            ({}, True),
            ({"nillable": True}, False),
            ({"createable": False}, False),
            ({"defaultedOnCreate": True}, False),
            ({"type": "boolean"}, False),
        ],
    )
    def test_what_has_a_value_anyway_is_not_demanded(self, described: dict[str, object], is_demanded: bool) -> None:
        plain = {"name": "A__c", "type": "string", "createable": True, "nillable": False, "defaultedOnCreate": False}
        assert map_checks.is_demanded(plain | described) is is_demanded


class TestPicklists:
    def test_a_new_org_has_all_values(self, stage: SalesforceEventStage) -> None:
        assert told(stage, VALUES).verdict is Verdict.GOOD

    @pytest.mark.parametrize(
        ("field", "value"), [("Event.ShowAs", "Busy"), ("Event.ShowAs", "Free"), ("Case.Origin", "Email")]
    )
    def test_a_value_that_is_not_taken_is_named(
        self, stage: SalesforceEventStage, bench: Bench, field: str, value: str
    ) -> None:
        name, _, column = field.partition(".")
        bench.control("picklist", object=name, field=column, without=[value], restricted=True)
        fact = told(stage, VALUES)
        assert fact.verdict is Verdict.BAD
        assert f"“{value}” in {field}" in fact.text

    def test_a_picklist_that_takes_any_value_may_lack_it(self, stage: SalesforceEventStage, bench: Bench) -> None:
        bench.control("picklist", object="Case", field="Origin", without=["Email"], restricted=False)
        assert told(stage, VALUES).verdict is Verdict.GOOD

    def test_what_is_hidden_is_told_as_that_alone(self, stage: SalesforceEventStage, bench: Bench) -> None:
        bench.control("object-access", object="Event", denied=["read"])
        assert told(stage, VALUES).verdict is Verdict.GOOD

    @pytest.mark.parametrize(
        ("field", "takes"),
        [
            ({"restrictedPicklist": True, "picklistValues": [{"value": "A", "active": True}]}, True),
            ({"restrictedPicklist": True, "picklistValues": [{"value": "A"}]}, True),
            ({"restrictedPicklist": True, "picklistValues": [{"value": "A", "active": False}]}, False),
            ({"restrictedPicklist": True, "picklistValues": [{"value": "B"}, None, 3]}, False),
            ({"restrictedPicklist": True}, False),
            ({"picklistValues": []}, True),
            ({}, True),
        ],
    )
    def test_a_value_is_taken_if_it_is_active_or_the_list_is_open(
        self, field: dict[str, object], *, takes: bool
    ) -> None:
        assert demand_facts._takes({"fields": [field | {"name": "P"}]}, "P", "A") is takes


class TestDuplicateRules:
    def test_who_does_not_see_setup_does_not_know(self, stage: SalesforceEventStage) -> None:
        fact = told(stage, DUPLICATE_RULES)
        assert (fact.verdict, fact.steps) == (Verdict.UNKNOWN, (demand_facts.SETUP,))

    def test_none_is_good(self, stage: SalesforceEventStage, open_bench: Bench) -> None:
        assert told(stage, DUPLICATE_RULES).verdict is Verdict.GOOD

    def test_one_for_leads_is_named(self, stage: SalesforceEventStage, open_bench: Bench) -> None:
        open_bench.control("duplicate-rule", object="Lead", name="Lead_Rule")
        fact = told(stage, DUPLICATE_RULES)
        assert fact.verdict is Verdict.ASK
        assert "Lead_Rule" in fact.text

    def test_one_for_contacts_does_no_harm(self, stage: SalesforceEventStage, open_bench: Bench) -> None:
        open_bench.control("duplicate-rule", object="Contact", name="Contact_Rule", fields=["LastName"])
        fact = told(stage, DUPLICATE_RULES)
        assert fact.verdict is Verdict.GOOD
        assert "Contact_Rule" in fact.text

    def test_one_that_is_off_is_none(self, stage: SalesforceEventStage, open_bench: Bench) -> None:
        open_bench.control("duplicate-rule", object="Lead", name="Lead_Rule")
        open_bench.control("rule", name="Lead_Rule", active=False)
        assert told(stage, DUPLICATE_RULES).verdict is Verdict.GOOD


class TestRefreshToken:
    def test_who_does_not_see_setup_does_not_know(self, stage: SalesforceEventStage) -> None:
        fact = told(stage, REFRESH)
        assert (fact.verdict, bool(fact.failure)) == (Verdict.UNKNOWN, True)

    def test_who_signs_in_without_one_has_none_that_could_end(self, stage: SalesforceEventStage) -> None:
        facts_ = {fact.name: fact for fact in stage.open().survey(Wishes(keeps_token=False)).facts}
        assert facts_[REFRESH].verdict is Verdict.GOOD

    def test_that_no_limit_is_told_proves_nothing(self, stage: SalesforceEventStage, open_bench: Bench) -> None:
        open_bench.control("other-app", name="Syncapp", traces=["app"])
        assert told(stage, REFRESH).verdict is Verdict.UNKNOWN

    @pytest.mark.parametrize(("name", "verdict"), [("Syncapp for Acme", Verdict.ASK), ("Riva", Verdict.UNKNOWN)])
    def test_a_limit_counts_for_our_own_app(
        self, stage: SalesforceEventStage, open_bench: Bench, name: str, verdict: Verdict
    ) -> None:
        open_bench.control("other-app", name=name, traces=["app"])
        (row,) = stage.simulator.org.store.rows("ConnectedApplication")
        stage._put("ConnectedApplication", str(row["Id"]), RefreshTokenValidityPeriod=30)
        assert told(stage, REFRESH).verdict is verdict


class TestOtherSoftware:
    @pytest.mark.parametrize("name", APPS)
    def test_its_traces_are_seen(self, stage: SalesforceEventStage, open_bench: Bench, name: str) -> None:
        open_bench.control("other-app", name=name)
        expected = {Trace.TOKEN, Trace.LOGIN} | ({Trace.PACKAGE} if APPS[name].namespace else set())
        assert {app.trace for app in survey(stage).apps if app.name == name} == expected

    def test_who_sees_all_is_not_blind(self, stage: SalesforceEventStage, open_bench: Bench) -> None:
        assert survey(stage).blind == {}

    def test_who_sees_only_what_is_its_own_is_blind(self, stage: SalesforceEventStage, bench: Bench) -> None:
        bench.control("other-app", name="Riva")
        found = survey(stage)
        assert set(found.blind) == set(Trace)
        assert App(name="Riva", trace=Trace.TOKEN) not in found.apps

    @pytest.mark.parametrize(
        ("right", "trace"),
        [
            ("CustomizeApplication", Trace.TOKEN),
            ("ManageUsers", Trace.LOGIN),
            ("MonitorLoginHistory", Trace.LOGIN),
            ("ViewSetup", Trace.PACKAGE),
        ],
    )
    def test_a_right_shows_a_trace(self, stage: SalesforceEventStage, bench: Bench, right: str, trace: Trace) -> None:
        give(bench, right)
        assert set(survey(stage).blind) == set(Trace) - {trace}

    def test_log_ins_of_long_ago_are_no_trace(self, stage: SalesforceEventStage, open_bench: Bench) -> None:
        open_bench.control("other-app", name="Riva", traces=["login"], used=40 * 86_400)
        assert "Riva" not in {app.name for app in survey(stage).apps}

    def test_more_tokens_than_are_read_are_not_all(
        self, stage: SalesforceEventStage, open_bench: Bench, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        open_bench.control("other-app", name="Riva", traces=["token"])
        monkeypatch.setattr(app_facts, "TOKENS_SHOWN", 1)
        assert survey(stage).blind == {Trace.TOKEN: app_facts.CUT[Trace.TOKEN]}

    def test_pages_that_are_not_read_are_not_all(self, stage: SalesforceEventStage, open_bench: Bench) -> None:
        for name in ("Riva", "Ebsta", "Groove"):
            open_bench.control("other-app", name=name, traces=["login"])
        stage.pages_of(2)
        assert Trace.LOGIN in survey(stage).blind


class TestLastUse:
    @pytest.mark.parametrize("trace", ["token", "login"])
    def test_it_is_told_when_an_app_was_used_last(
        self, stage: SalesforceEventStage, open_bench: Bench, trace: str
    ) -> None:
        open_bench.control("other-app", name="Riva", traces=[trace], used=3600)
        (app,) = (each for each in survey(stage).apps if each.name == "Riva")
        assert app.used_at is not None
        assert abs((clock.now() - app.used_at).total_seconds() + stage.offset() - 3600) < 120

    @pytest.mark.parametrize("said", [None, "", "yesterday", 5])
    def test_what_is_no_moment_is_none(self, said: object) -> None:
        assert app_facts._moment(said) is None


class TestLimits:
    NAMES = (limit_facts.CALLS, limit_facts.RECORDS, limit_facts.FILES)

    def test_a_new_org_has_enough_of_everything(self, stage: SalesforceEventStage, open_bench: Bench) -> None:
        assert {told(stage, name).verdict for name in self.NAMES} == {Verdict.GOOD}

    @pytest.mark.parametrize(("name", "full"), [(limit_facts.RECORDS, "storage"), (limit_facts.FILES, "files")])
    def test_full_storage_is_told_with_the_steps(
        self, stage: SalesforceEventStage, open_bench: Bench, name: str, full: str
    ) -> None:
        open_bench.control(full, full=True)
        fact = told(stage, name)
        assert (fact.verdict, fact.text.startswith("100 % is used"), len(fact.steps)) == (Verdict.BAD, True, 2)


class TestOwnersOfCases:
    def owners(self, stage: SalesforceEventStage, *ids: str) -> list[Fact]:
        facts = stage.open().survey(Wishes(owners=ids)).facts
        return [fact for fact in facts if fact.name == OWNERS]

    def test_where_nobody_is_named_nothing_is_told(self, stage: SalesforceEventStage) -> None:
        assert self.owners(stage) == []

    def test_a_user_who_is_active_may_own_cases(self, stage: SalesforceEventStage) -> None:
        (fact,) = self.owners(stage, stage.user().id)
        assert fact.verdict is Verdict.GOOD

    @pytest.mark.parametrize("lost", ["00G000000000001", "005000000000001", "005000000000001AAA"])
    def test_who_is_not_there_is_named_with_where_to_choose_another(
        self, stage: SalesforceEventStage, lost: str
    ) -> None:
        active = stage.user().id
        (fact,) = self.owners(stage, lost, active)
        assert (fact.verdict, fact.text.startswith(f"{lost} may own no cases")) == (Verdict.BAD, True)
        assert active not in fact.text


class TestRefusals:
    def test_access_that_ended_stops_it(self, stage: SalesforceEventStage) -> None:
        connector = stage.open()
        stage.end_access("expired")
        with pytest.raises(ConnectorError) as caught:
            connector.survey()
        assert caught.value.failure.kind is Kind.AUTH

    def test_an_answer_that_is_none_is_no_good_news(self, stage: SalesforceEventStage) -> None:
        stage.simulator.faults.append(Fault(action=Action.ANSWER, path="/composite$", status=200, body="{}"))
        with pytest.raises(ConnectorError):
            survey(stage)


def test_the_limits_are_those_of_the_statements() -> None:
    assert app_facts.TOKENS.endswith(f"LIMIT {app_facts.TOKENS_SHOWN}")
    assert app_facts.LOGINS.endswith(f"LIMIT {app_facts.LOGINS_SHOWN}")
