"""What the traces of other software mean, by the list of what is known."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from connectors.facts import LISTED, App, Fact, Survey, Trace, Verdict, enumerated, is_whole
from connectors.software import (
    ENDS,
    OFF,
    OTHERS,
    SOFTWARE,
    Effect,
    Software,
    conflicting,
    judged,
    listed,
    read,
    written,
)

KNOWN = (
    Software(name="Riva", effect=Effect.CONFLICTS, note="It syncs."),
    Software(name="HubSpot", effect=Effect.ASK),
    Software(name="Browser", effect=Effect.HARMLESS),
)


def seen(*names: str, trace: Trace = Trace.TOKEN, blind: dict[Trace, str] | None = None) -> Survey:
    return Survey(apps=frozenset(App(name=name, trace=trace) for name in names), blind=blind or {})


def verdicts(survey: Survey, known: tuple[Software, ...] = KNOWN) -> dict[str, Verdict]:
    return {fact.name: fact.verdict for fact in judged(survey, known)}


@pytest.mark.parametrize(
    ("app", "expected"),
    [
        ("Riva", {"Riva": Verdict.BAD}),
        ("riva cloud", {"Riva": Verdict.BAD}),
        ("Riva: for Salesforce", {"Riva": Verdict.BAD}),
        ("Private Ledger", {}),
        ("RivaX", {}),
        ("HubSpot Integration", {"HubSpot": Verdict.ASK}),
        ("Browser", {}),
        ("Something Else", {}),
        ("", {}),
    ],
)
def test_a_name_is_judged_by_the_list(app: str, expected: dict[str, Verdict]) -> None:
    assert verdicts(seen(app)) == expected | {OTHERS: Verdict.GOOD}


def test_what_conflicts_stands_first() -> None:
    assert list(verdicts(seen("HubSpot", "Riva"))) == ["Riva", "HubSpot", OTHERS]


def test_the_longer_name_counts() -> None:
    known = (*KNOWN, Software(name="Riva Reader", effect=Effect.HARMLESS))
    assert conflicting(seen("Riva Reader"), known) == []


def test_a_list_decides_and_nothing_else() -> None:
    assert conflicting(seen("Riva"), [Software(name="Riva", effect=Effect.HARMLESS)]) == []
    assert conflicting(seen("Acme Sync"), [Software(name="Acme Sync", effect=Effect.CONFLICTS)]) == ["Acme Sync"]


def test_signs_of_a_pattern_are_signs_of_the_name() -> None:
    assert conflicting(seen("anything"), [Software(name=".*", effect=Effect.CONFLICTS)]) == []


def test_it_is_said_where_something_was_seen() -> None:
    apps = {App(name="Riva", trace=Trace.TOKEN), App(name="Riva Cloud", trace=Trace.PACKAGE)}
    (riva, _) = judged(Survey(apps=frozenset(apps)), KNOWN)
    assert riva.text == "It was seen in the installed packages and in the apps that users let in. It syncs."


def apps(*traces: Trace, name: str = "Riva", used_at: datetime | None = None) -> Survey:
    return Survey(apps=frozenset(App(name=name, trace=trace, used_at=used_at) for trace in traces))


@pytest.mark.parametrize("trace", Trace)
def test_each_trace_has_its_way_of_switching_it_off(trace: Trace) -> None:
    (riva, _) = judged(apps(trace, name="Riva Cloud"), KNOWN)
    assert riva.steps == (OFF, ENDS[trace] % {"names": "“Riva Cloud”"})


def test_seen_in_several_places_it_is_switched_off_in_all_of_them() -> None:
    (riva, _) = judged(apps(*Trace), KNOWN)
    assert len(riva.steps) == 1 + len(Trace)


def test_what_belongs_to_salesforce_itself_has_its_own_way_of_switching_it_off() -> None:
    (fact, _) = judged(apps(Trace.LOGIN, name="Einstein Activity Capture"), SOFTWARE)
    assert "Einstein Activity Capture > Settings" in fact.steps[-1]


def test_it_is_said_when_it_was_last_used() -> None:
    old, new = datetime(2026, 3, 2, tzinfo=UTC), datetime(2026, 3, 9, tzinfo=UTC)
    seen_ = {App(name="Riva", trace=Trace.TOKEN, used_at=old), App(name="Riva", trace=Trace.LOGIN, used_at=new)}
    (riva, _) = judged(Survey(apps=frozenset(seen_)), KNOWN)
    assert "It was last used on 9 March 2026." in riva.text


def test_where_no_trace_tells_when_nothing_is_said_of_it() -> None:
    (riva, _) = judged(apps(Trace.PACKAGE), KNOWN)
    assert "last used" not in riva.text


def test_what_is_not_on_the_list_is_named() -> None:
    (rest,) = judged(seen("Acme Sync", "Browser"), KNOWN)
    assert "Not on the list: Acme Sync." in rest.text


def test_where_we_do_not_see_all_nothing_found_is_unknown() -> None:
    (rest,) = judged(seen(blind={Trace.LOGIN: "Look there."}), KNOWN)
    assert (rest.verdict, rest.steps[0]) == (Verdict.UNKNOWN, "Look there.")
    assert "the login history" in rest.text


def test_what_was_found_counts_also_where_we_do_not_see_all() -> None:
    survey = seen("Riva", blind={Trace.LOGIN: "Look there."})
    assert verdicts(survey) == {"Riva": Verdict.BAD, OTHERS: Verdict.UNKNOWN}


@pytest.mark.parametrize(("verdict", "whole"), [(v, v is not Verdict.BAD) for v in Verdict])
def test_only_what_is_bad_keeps_it_from_being_whole(verdict: Verdict, whole: bool) -> None:
    assert is_whole([Fact(name="a", verdict=verdict, text="b")]) is whole


def test_a_long_list_is_cut() -> None:
    names = [f"n{number}" for number in range(LISTED + 2)]
    assert enumerated(names).endswith(f"n{LISTED - 1} and 2 more")


def test_no_name_stands_twice_in_the_shipped_list() -> None:
    names = [each.name.lower() for each in SOFTWARE]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("name", ["Einstein Activity Capture", "Riva", "Cirrus Insight", "Salesloft", "Revenue Grid"])
def test_known_sync_software_conflicts_by_the_shipped_list(name: str) -> None:
    assert conflicting(seen(name), SOFTWARE) == [name]


# -- What an organization says of products


@pytest.mark.parametrize(
    ("line", "name", "effect"),
    [
        ("Riva: harmless", "Riva", Effect.HARMLESS),
        ("  Acme Sync :Conflicts ", "Acme Sync", Effect.CONFLICTS),
        ("Acme: the CRM: ask", "Acme: the CRM", Effect.ASK),
    ],
)
def test_a_line_is_a_product(line: str, name: str, effect: Effect) -> None:
    assert read(line) == Software(name=name, effect=effect)
    assert read(written(read(line))) == read(line)


@pytest.mark.parametrize("line", ["", "Riva", "Riva: ", ": harmless", "Riva: bad", "Riva harmless", "n" * 81 + ": ask"])
def test_what_is_no_line_is_said(line: str) -> None:
    with pytest.raises(ValueError, match=r"write it like|characters at most"):
        read(line)


def test_an_organization_overrules_the_shipped_list() -> None:
    assert conflicting(seen("Riva"), listed(["riva: harmless"])) == []
    assert conflicting(seen("Acme Sync"), listed(["Acme Sync: conflicts"])) == ["Acme Sync"]
    assert conflicting(seen("Riva"), listed([])) == ["Riva"]
