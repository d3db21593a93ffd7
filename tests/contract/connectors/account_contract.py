"""What every CRM connector promises of accounts that are looked for by their domains."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from connectors.relations import Sought
from tests.contract.connectors.crm_contract import ANN
from tests.contract.connectors.stage import CrmStage

BY_WEBSITE = Sought(account_fields=("Website",))


class AccountContract:
    """Each test gets a CRM of its own."""

    @pytest.mark.parametrize(
        "website",
        [
            "acme.example",
            "http://www.acme.example/about?x=1",
            "HTTPS://ACME.example",
            "www.acme.example",
            "http://acme.example:8080/",
            "shop@acme.example",
            "other.example, acme.example",
        ],
    )
    def test_an_account_is_found_by_the_domain_of_its_website(self, stage: CrmStage, website: str) -> None:
        acme = replace(stage.company(website), email="@acme.example")
        assert stage.open().find_people(["@acme.example"], BY_WEBSITE) == {"@acme.example": (acme,)}

    @pytest.mark.parametrize(
        "website",
        ["", "notacme.example", "shop.acme.example", "acme.example.evil.example", "http://x.example/acme.example"],
    )
    def test_one_that_merely_contains_the_domain_is_not(self, stage: CrmStage, website: str) -> None:
        stage.company(website)
        assert stage.open().find_people(["@acme.example"], BY_WEBSITE) == {"@acme.example": ()}

    def test_a_domain_with_letters_of_its_own_is_found_in_both_spellings(self, stage: CrmStage) -> None:
        entry = "@xn--mller-kva.example"
        written = [replace(stage.company(f"www.{each}.example"), email=entry) for each in ("müller", "xn--mller-kva")]
        assert set(stage.open().find_people([entry], BY_WEBSITE)[entry]) == set(written)

    def test_several_accounts_of_a_domain_come_by_age(self, stage: CrmStage) -> None:
        youngest, oldest, middle = (stage.company("acme.example", days_old=days) for days in (1, 9, 5))
        assert stage.open().find_people(["@acme.example"], BY_WEBSITE) == {"@acme.example": (oldest, middle, youngest)}

    def test_accounts_and_people_are_found_together(self, stage: CrmStage) -> None:
        acme, ann = stage.company("acme.example"), stage.contact(ANN)
        found = stage.open().find_people([ANN, "@acme.example", "@nobody.example"], BY_WEBSITE)
        assert found == {ANN: (ann,), "@acme.example": (acme,), "@nobody.example": ()}

    def test_no_account_is_found_where_none_is_sought(self, stage: CrmStage) -> None:
        stage.company("acme.example")
        assert stage.open().find_people(["@acme.example"]) == {"@acme.example": ()}

    @pytest.mark.parametrize("hostile", ["@x' OR Name LIKE '%", "@%", "@_", "@end\\", "@acme.example\n", "@"])
    def test_no_domain_hurts_its_neighbours_or_finds_another(self, stage: CrmStage, hostile: str) -> None:
        acme = stage.company("acme.example")
        found = stage.open().find_people([hostile, "@acme.example"], BY_WEBSITE)
        assert found == {hostile.lower(): (), "@acme.example": (acme,)}

    def test_when_an_account_was_last_active_is_told_where_it_is_asked_for(self, stage: CrmStage) -> None:
        acme = stage.last_active(stage.company("acme.example"), date(2026, 11, 3))
        told = stage.open().find_people([acme.email], replace(BY_WEBSITE, activity=True))
        assert told == {acme.email: (acme,)}
