"""`manage.py verify --repair` on contacts: what people throw away, or do not share any more, stays in the CRM."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from syncapp.engine.reconciling import compare
from syncapp.engine.repairing import repair
from tests.integration.contacts.stage import ContactStage, ann, rules
from tests.integration.contacts.test_let_go import LETTING_GO
from tests.integration.events.stage import pending

BEHIND_OUR_BACK = {name: each for name, each in LETTING_GO.items() if name != "the group deleted"}
ways = pytest.mark.parametrize(("let_go", "rule"), BEHIND_OUR_BACK.values(), ids=list(BEHIND_OUR_BACK))


def repaired(stage: ContactStage) -> None:
    found = compare(stage.organization, 0).differences
    assert repair(stage.organization, found) == len(found) == 1
    stage.run(2)


@ways
def test_what_its_owner_lets_go_is_let_go_by_its_rule(
    stage: ContactStage, let_go: Callable[[ContactStage], object], rule: str
) -> None:
    stage.book.add(ann())
    stage.run()
    let_go(stage)
    repaired(stage)
    assert (stage.only().said.title, rules(), pending(), stage.is_quiet()) == (
        "Ann Smith",
        {"Ann Smith": rule},
        [],
        True,
    )


def test_nothing_that_is_not_shared_any_more_is_written_or_named(stage: ContactStage) -> None:
    ref = stage.book.add(ann())
    stage.run()
    stage.book.keep(ref)
    stage.book.edit(ref, text="Allergic to nuts.")
    assert [each.finding.fields for each in compare(stage.organization, 0).differences] == [()]
    repaired(stage)
    assert (stage.only().said.text, rules()) == ("", {"Ann Smith": "left_group"})


def test_what_was_changed_in_the_address_book_is_changed_in_the_crm(stage: ContactStage) -> None:
    ref = stage.book.add(ann())
    stage.run()
    stage.book.edit(ref, job="Head of Sales")
    repaired(stage)
    assert (stage.only().said.job, stage.are_equal()) == ("Head of Sales", True)
