"""What every CRM connector promises about those who may own records. A subclass gives a `stage`."""

from __future__ import annotations

import pytest

from connectors.errors import Kind
from connectors.records import CrmUser
from tests.contract.connectors.crm_contract import refused
from tests.contract.connectors.stage import CrmStage, Trouble


def names(found: list[CrmUser]) -> list[str]:
    return [each.name for each in found]


class UserContract:
    """Each test gets a CRM of its own."""

    def test_somebody_is_told_with_name_and_address(self, stage: CrmStage) -> None:
        zoe = stage.colleague("Zoe Quill", "zoe@quills.example")
        assert stage.open().users("quill") == [CrmUser(id=zoe, name="Zoe Quill", email="zoe@quills.example")]

    @pytest.mark.parametrize("text", ["Zoe", "zoe quill", "QUILL", "zoe@quills.example", "@QUILLS.", " quill "])
    def test_a_part_of_name_or_address_finds_them(self, stage: CrmStage, text: str) -> None:
        stage.colleague("Zoe Quill", "zoe@quills.example")
        assert names(stage.open().users(text)) == ["Zoe Quill"]

    @pytest.mark.parametrize("length", [15, 18])
    def test_an_id_finds_whose_it_is(self, stage: CrmStage, length: int) -> None:
        zoe = stage.colleague("Zoe Quill", "zoe@quills.example")
        stage.colleague("Ben Quill", "ben@quills.example")
        assert names(stage.open().users(zoe[:length])) == ["Zoe Quill"]

    def test_they_come_by_name(self, stage: CrmStage) -> None:
        for name in ("Zoe Quill", "Ann Quill", "Mia Quill"):
            stage.colleague(name, f"{name[:3].lower()}@quills.example")
        assert names(stage.open().users("quill")) == ["Ann Quill", "Mia Quill", "Zoe Quill"]

    def test_who_is_not_active_any_more_is_not_told(self, stage: CrmStage) -> None:
        gone = stage.colleague("Zoe Quill", "zoe@quills.example", active=False)
        assert [stage.open().users(text) for text in ("quill", gone)] == [[], []]

    @pytest.mark.parametrize("text", ["%", "_uill", "Qu%ll", "o'neill", "\\", '"', "quill' OR Name LIKE '%"])
    def test_signs_stand_for_themselves(self, stage: CrmStage, text: str) -> None:
        stage.colleague("Zoe Quill", "zoe@quills.example")
        assert stage.open().users(text) == []

    def test_a_name_with_such_a_sign_is_found_by_it(self, stage: CrmStage) -> None:
        stage.colleague("Zoe O'Neill 100%_pure", "zoe@quills.example")
        assert [names(stage.open().users(text)) for text in ("o'neill", "0%_p")] == [["Zoe O'Neill 100%_pure"]] * 2

    @pytest.mark.parametrize("text", ["", "  \n"])
    def test_for_no_text_nobody_is_told(self, stage: CrmStage, text: str) -> None:
        stage.colleague("Zoe Quill", "zoe@quills.example")
        assert stage.open().users(text) == []

    def test_of_many_only_the_first_are_told(self, stage: CrmStage) -> None:
        for number in range(25):
            stage.colleague(f"Quill {number:02}", f"quill{number}@quills.example")
        assert names(stage.open().users("quill")) == [f"Quill {number:02}" for number in range(20)]

    def test_a_crm_that_is_down_says_so(self, stage: CrmStage) -> None:
        stage.strike(Trouble.DOWN)
        assert refused(lambda: stage.open().users("quill")).kind is Kind.TRANSIENT
