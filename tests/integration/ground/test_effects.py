"""The two doors: nothing lasts without passing one, and no call leaves while a transaction is open."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection, transaction

from connectors.effects import commit, crash_points, outside, step, within_commit
from connectors.journal import entry, record
from connectors.models import Activity, Organization, Verb
from tests import builders

pytestmark = pytest.mark.django_db


class Crash(BaseException):
    """Not an `Exception`, so that nothing that means well catches it."""


def crashing_at(name: str) -> Callable[[str], None]:
    def hook(reached: str) -> None:
        if reached == name:
            raise Crash(name)

    return hook


def names() -> set[str]:
    return set(Organization.everywhere.values_list("name", flat=True))


def rename(organization: Organization, name: str) -> None:
    Organization.everywhere.filter(pk=organization.pk).update(name=name)


def test_a_call_inside_a_transaction_is_refused() -> None:
    with pytest.raises(RuntimeError, match="transaction is open"), commit("x"), outside("call"):
        pass


@pytest.mark.django_db(transaction=True)
def test_a_call_after_a_transaction_is_not() -> None:
    with commit("x"):
        pass
    with outside("call"):
        assert not connection.in_atomic_block


def test_after_a_failed_transaction_calls_may_leave_again() -> None:
    with pytest.raises(ValueError, match="broken"), commit("x"):
        raise ValueError("broken")
    with outside("call"):
        pass


def test_points_stand_on_both_sides_of_what_lasts() -> None:
    reached: list[str] = []
    with crash_points(reached.append):
        with commit("save"):
            reached.append("inside")
        with outside("send"):
            reached.append("outside")
        step("own")
    assert reached == [
        "save: before commit",
        "inside",
        "save: after commit",
        "send: before",
        "outside",
        "send: after",
        "own",
    ]


def test_a_transaction_inside_another_has_no_points_of_its_own() -> None:
    reached: list[str] = []
    with crash_points(reached.append), commit("outer"), commit("inner"):
        pass
    assert reached == ["outer: before commit", "outer: after commit"]


def test_what_the_inner_one_wrote_goes_with_the_outer_one() -> None:
    organization = builders.organization(name="before")

    def outer() -> None:
        with commit("outer"):
            with commit("inner"):
                rename(organization, "inner")
            raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        outer()
    assert names() == {"before"}


@pytest.mark.parametrize(("point", "kept"), [("save: before commit", "before"), ("save: after commit", "after")])
def test_a_crash_before_loses_it_and_a_crash_after_keeps_it(point: str, kept: str) -> None:
    organization = builders.organization(name="before")
    with pytest.raises(Crash), crash_points(crashing_at(point)), commit("save"):
        rename(organization, "after")
    assert names() == {kept}


def test_after_a_crash_the_doors_are_closed_behind_it() -> None:
    for point in ("save: before commit", "save: after commit"):
        with pytest.raises(Crash), crash_points(crashing_at(point)), commit("save"):
            pass
    with outside("call"):
        pass


def test_a_failed_call_passes_its_second_point_never() -> None:
    reached: list[str] = []
    with pytest.raises(OSError, match="gone"), crash_points(reached.append), outside("call"):
        raise OSError("gone")
    assert reached == ["call: before"]


def test_what_writes_for_its_caller_refuses_to_write_alone() -> None:
    organization = builders.organization()
    with pytest.raises(RuntimeError, match=r"record writes, but no commit\(\) is open"):
        record(entry(organization=organization, verb=Verb.SYNCED))
    assert not Activity.everywhere.exists()


def test_djangos_own_transaction_is_not_enough() -> None:
    organization = builders.organization()
    with pytest.raises(RuntimeError), transaction.atomic():
        record(entry(organization=organization, verb=Verb.SYNCED))


def test_inside_a_commit_it_writes_and_gives_back_what_it_made() -> None:
    @within_commit
    def twice(number: int, *, times: int = 2) -> int:
        return number * times

    with commit("x"):
        assert (twice(4), twice.__name__) == (8, "twice")


def test_the_journal_cuts_what_its_columns_do_not_hold() -> None:
    organization = builders.organization()
    with commit("x"):
        record(entry(organization=organization, verb=Verb.SYNCED, title="t" * 999, note="n" * 999))
    row = Activity.everywhere.get()
    assert (len(row.title), len(row.note)) == (300, 500)
