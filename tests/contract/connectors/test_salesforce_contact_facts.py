"""What an org says of writing contacts, where they are kept in step."""

from __future__ import annotations

import pytest

from connectors.facts import Fact, Verdict, Wishes
from connectors.salesforce.demand_facts import ADDRESSES, DEMANDED, DUPLICATE_RULES
from tests.contract.connectors.salesforce_event_stage import SalesforceEventStage
from tests.contract.connectors.salesforce_facts_stage import bench, open_bench, stage, survey
from tests.contract.simulators.salesforce.bench import Bench

__all__ = ["bench", "open_bench", "stage"]  # fixtures


class TestContacts:
    """Writing contacts is told of only where they are kept in step."""

    @staticmethod
    def told(stage: SalesforceEventStage, name: str) -> Fact:
        (fact,) = (each for each in stage.open().survey(Wishes(syncs_contacts=True)).facts if each.name == name)
        return fact

    def test_of_the_names_of_accounts_nothing_is_said_elsewhere(self, stage: SalesforceEventStage) -> None:
        assert "Account" not in {fact.name for fact in survey(stage).facts}

    @pytest.mark.parametrize("name", ["Contact", "Account"])
    def test_all_is_well_in_an_org_that_was_prepared(self, stage: SalesforceEventStage, name: str) -> None:
        assert self.told(stage, name).verdict is Verdict.GOOD

    def test_they_are_still_three_calls(self, stage: SalesforceEventStage) -> None:
        connector, before = stage.open(), stage.calls()
        connector.survey(Wishes(syncs_contacts=True))
        assert stage.calls() - before == 3

    @pytest.mark.parametrize(
        ("denied", "said"),
        [("create", "make new ones"), ("edit", "change them"), ("delete", "delete them")],
    )
    def test_what_is_closed_is_said(self, stage: SalesforceEventStage, bench: Bench, denied: str, said: str) -> None:
        bench.control("object-access", object="Contact", denied=[denied])
        fact = self.told(stage, "Contact")
        assert fact.verdict is Verdict.BAD
        assert fact.text.startswith(f"Syncapp may not {said}.")

    @pytest.mark.parametrize(
        ("field", "access", "said"),
        [
            ("Contact.Birthdate", "none", "Syncapp may not see Birthdate."),
            ("Contact.OtherStreet", "read", "Syncapp may not fill OtherStreet."),
            ("Contact.Syncapp_Version__c", "none", "Syncapp may not see Syncapp_Version__c."),
            ("Account.Name", "none", "Syncapp may not see Name."),
        ],
    )
    def test_a_field_that_is_closed_is_named(
        self, stage: SalesforceEventStage, bench: Bench, field: str, access: str, said: str
    ) -> None:
        name, _, column = field.partition(".")
        bench.control("field-access", object=name, field=column, access=access)
        fact = self.told(stage, name)
        assert fact.verdict is Verdict.BAD
        assert fact.text.startswith(said)

    def test_a_field_that_we_never_fill_is_named(self, stage: SalesforceEventStage, bench: Bench) -> None:
        bench.control("require-field", object="Contact", field="LeadSource")
        assert "Contact.LeadSource" in self.told(stage, DEMANDED).text

    def test_a_duplicate_rule_is_named(self, stage: SalesforceEventStage, open_bench: Bench) -> None:
        open_bench.control("duplicate-rule", object="Contact", name="Contact_Rule", fields=["LastName"])
        fact = self.told(stage, DUPLICATE_RULES)
        assert fact.verdict is Verdict.ASK
        assert (
            fact.text
            == "Contacts that Syncapp makes are checked by Contact_Rule. A rule that blocks refuses a contact."
        )

    def test_addresses_of_any_text_are_good(self, stage: SalesforceEventStage) -> None:
        assert self.told(stage, ADDRESSES).verdict is Verdict.GOOD

    def test_lists_of_countries_are_told(self, stage: SalesforceEventStage, bench: Bench) -> None:
        bench.control("countries", named={"Austria": []})
        fact = self.told(stage, ADDRESSES)
        assert (fact.verdict, len(fact.steps)) == (Verdict.ASK, 1)

    def test_whether_there_are_any_is_unknown_where_contacts_are_hidden(
        self, stage: SalesforceEventStage, bench: Bench
    ) -> None:
        bench.control("object-access", object="Contact", denied=["read"])
        assert self.told(stage, ADDRESSES).verdict is Verdict.UNKNOWN

    def test_of_leads_and_contacts_both_are_named(self, stage: SalesforceEventStage, open_bench: Bench) -> None:
        for kind in ("Lead", "Contact"):
            open_bench.control("duplicate-rule", object=kind, name=f"{kind}_Rule", fields=["LastName"])
        fact = self.told(stage, DUPLICATE_RULES)
        assert ("Lead_Rule" in fact.text, "Contact_Rule" in fact.text) == (True, True)
        assert fact.steps[0].startswith("Where Syncapp makes leads and contacts:")
