"""An address book that is read for the first time in several pages, so that its contacts go in a load."""

from __future__ import annotations

from connectors.contacts import Contact
from connectors.memory.crm_loads import Held
from syncapp.loads import BulkLoad, LoadState
from syncapp.models import Change
from tests.driving import sync
from tests.integration.contacts.stage import ContactStage

PAGE, LEAST = 2, 3
ENOUGH = 5  # contacts, on three pages
NAMES = [f"Person {number}" for number in range(ENOUGH)]


def person(last: str, **more: str) -> Contact:
    return Contact(last=last, email=f"{last.replace(' ', '').lower()}@customer.example", **more)  # type: ignore[arg-type]


def filled(stage: ContactStage, names: list[str] = NAMES) -> ContactStage:
    """Anna has these in her address book."""
    for name in names:
        stage.book.add(person(name))
    return stage


def looked(stage: ContactStage, times: int = 1) -> None:
    """Anna's mailbox is worked on, each time once the CRM may be asked for its load again."""
    for _ in range(times):
        stage.time.move(minutes=6)
        sync(stage.anna)


def loads() -> list[str]:
    return [load.state for load in BulkLoad.everywhere.order_by("pk")]


def the_load() -> BulkLoad:
    return BulkLoad.everywhere.get()


def under_way() -> bool:
    return BulkLoad.everywhere.filter(finished_at=None).exists()


def at_the_crm(stage: ContactStage) -> list[Held]:
    """All loads that the CRM was ever asked for."""
    return list(stage.crm.loads.held.values())


def names(stage: ContactStage) -> list[str]:
    """Who stands in the CRM."""
    return sorted(each.said.title for each in stage.at_crm())


def carried() -> int:
    return Change.everywhere.exclude(carried=None).count()


def at_rest(stage: ContactStage) -> bool:
    """Everybody is there once, nothing is left to do and no load under way; and one more run writes nothing."""
    return (
        names(stage) == sorted(NAMES)
        and not under_way()
        and not Change.everywhere.exists()
        and stage.are_equal()
        and set(loads()) <= {LoadState.DONE, LoadState.REFUSED}
    )
