"""Lists of contacts at Google that lag behind, or do not say all, and the looks by name that make up for it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from connectors import clock
from connectors.errors import ItemError, Kind
from connectors.records import Ref, RemoteChange
from tests.builders import somebody
from tests.contract.connectors.contact_mail_contract import new, patch
from tests.contract.connectors.contact_reading_contract import CONTACT, caught_up, pages, since
from tests.contract.connectors.event_reading_contract import failed, written
from tests.contract.connectors.google_contact_stage import GoogleContactStage
from tests.contract.connectors.list_contract import record
from tests.contract.connectors.test_google_contacts import asked, door, stage

__all__ = ["stage"]

MINUTES = 5 * 60.0


def late(stage: GoogleContactStage) -> None:
    door(stage, "contacts-delay", account=stage.address, seconds=MINUTES)


def later(stage: GoogleContactStage) -> None:
    stage.simulator.timeline.move_to(stage.simulator.timeline.offset + MINUTES + 1)


def by_name(stage: GoogleContactStage, ref: Ref) -> RemoteChange | ItemError:
    (found,) = stage.open().look(CONTACT, [ref])
    return found


def test_a_list_says_that_it_lags_and_by_name_what_we_wrote_is_shown(stage: GoogleContactStage) -> None:
    """Somebody's change is listed after ours, which came later, and was known first."""
    ref = stage.add(somebody())
    cursor = caught_up(stage.open())
    stage.edit(ref, job="Theirs")
    late(stage)
    (after,) = written(stage.open().push([patch(Ref(id=ref.id), job="Ours")]))
    told = [*pages(stage.open(), cursor), *pages(stage.open())]
    assert [(page.lags, record(each).job) for page in told for each in page.changes] == [(True, "Theirs")] * 2
    found = by_name(stage, ref)
    assert isinstance(found, RemoteChange)
    assert (found.ref, record(found).job) == (after, "Ours")


def test_who_left_while_the_list_lagged_is_outside_by_name(stage: GoogleContactStage) -> None:
    ref = stage.add(somebody())
    late(stage)
    stage.keep(ref)
    found = by_name(stage, ref)
    assert isinstance(found, RemoteChange)
    assert (found.ref.id, found.outside) == (ref.id, True)


def test_who_was_deleted_while_the_list_lagged_is_gone_by_name(stage: GoogleContactStage) -> None:
    ref = stage.add(somebody())
    cursor = caught_up(stage.open())
    stage.edit(ref, job="Theirs")
    late(stage)
    stage.delete(ref)
    assert not since(stage, cursor)[ref.id].gone
    assert failed(by_name(stage, ref)).kind is Kind.NOT_FOUND


def test_who_was_made_is_found_as_soon_as_lists_tell_of_it(stage: GoogleContactStage) -> None:
    pages(stage.open())
    late(stage)
    began, put = clock.now() - timedelta(minutes=1), new(somebody())
    (ref,) = written(stage.open().push([put]))
    told = [stage.open().twins(CONTACT, [somebody(key=put.key)], began)]
    later(stage)
    told.append(stage.open().twins(CONTACT, [somebody(key=put.key)], began))
    assert told == [[()], [(ref,)]]


def test_a_twin_that_is_gone_by_now_is_none(stage: GoogleContactStage) -> None:
    began, put = clock.now() - timedelta(minutes=1), new(somebody())
    (ref,) = written(stage.open().push([put]))
    late(stage)
    stage.delete(ref)
    assert stage.open().twins(CONTACT, [somebody(key=put.key)], began) == [()]


def test_twins_are_looked_for_no_further_back_than_asked(stage: GoogleContactStage) -> None:
    stage.pages_of(2)
    for n in range(6):
        stage.add(somebody(f"Number {n}"))
    stage.wait(1)
    stage.add(somebody())
    connector = stage.open()
    told = asked(stage, lambda: connector.twins(CONTACT, [somebody(key="x")], clock.now() - timedelta(hours=1)))
    assert told == ["people.connections.list"]


def test_who_has_no_contacts_at_all_has_no_twins(stage: GoogleContactStage) -> None:
    assert stage.open().twins(CONTACT, [somebody(key="x")], clock.now()) == [()]


@pytest.mark.parametrize(("several", "asks"), [(99, False), (100, True), (101, True)])
@pytest.mark.parametrize("field", ["emailAddresses", "phoneNumbers"])
def test_of_whom_a_list_may_not_show_all_is_asked_for_by_name(
    stage: GoogleContactStage, field: str, several: int, *, asks: bool
) -> None:
    """It shows a hundred addresses, or numbers, of each."""
    ref = stage.add(somebody())
    cursor = caught_up(stage.open())
    values = [{"value": f"{n}@customer.example" if field == "emailAddresses" else f"+43 {n}"} for n in range(several)]
    door(stage, "change-contact", account=stage.address, id=f"people/{ref.id}", contact={field: values})
    told = asked(stage, lambda: since(stage, cursor))
    assert told == ["people.connections.list", *(["people.getBatchGet"] if asks else [])]
    if field == "emailAddresses":
        assert len(record(since(stage, cursor)[ref.id]).emails) == several
