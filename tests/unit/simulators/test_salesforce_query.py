"""What a query means over records."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.simulators.salesforce.errors import Refused
from tests.unit.simulators.salesforce_org import World


@pytest.fixture
def world() -> World:
    """Four contacts; the last has nothing but a name."""
    made = World()
    acme = made.make("Account", Name="Acme", NumberOfEmployees=50)
    beta = made.make("Account", Name="beta & co", NumberOfEmployees=7)
    common = {"HasOptedOutOfEmail": True}
    made.make("Contact", LastName="Adams", Title="CEO", Email="a@acme.example", AccountId=acme, **common)
    made.make("Contact", LastName="brown", Title="CTO", Email="B@beta.example", AccountId=beta)
    made.make("Contact", LastName="Clark", Title="CEO", AccountId=acme)
    made.make("Contact", LastName="100%_real")
    return made


ALL = ["Adams", "brown", "Clark", "100%_real"]


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("LastName = 'ADAMS'", ["Adams"]),
        ("LastName != 'adams'", ["brown", "Clark", "100%_real"]),
        ("LastName > 'b'", ["brown", "Clark"]),
        ("LastName <= 'adams'", ["Adams", "100%_real"]),
        ("Title = null", ["100%_real"]),
        ("Title = ''", ["100%_real"]),
        ("Title != null", ["Adams", "brown", "Clark"]),
        # what has no value is not equal to any value, nor less or greater
        ("Title != 'CEO'", ["brown", "100%_real"]),
        ("Title < 'z'", ["Adams", "brown", "Clark"]),
        ("(NOT Title = 'CEO')", ["brown", "100%_real"]),
        ("Title IN ('ceo', 'none')", ["Adams", "Clark"]),
        ("Title NOT IN ('ceo')", ["brown", "100%_real"]),
        ("Title IN ('cto', null)", ["brown", "100%_real"]),
        ("LastName LIKE 'a%'", ["Adams"]),
        ("LastName LIKE '%r%'", ["brown", "Clark", "100%_real"]),
        ("LastName LIKE '_lark'", ["Clark"]),
        ("LastName LIKE 'lark'", []),
        ("LastName LIKE '100\\%%'", ["100%_real"]),
        ("LastName LIKE '%\\_real'", ["100%_real"]),
        ("LastName LIKE '%\\%\\%%'", []),
        ("LastName = '100\\%\\_real'", ["100%_real"]),
        ("Title LIKE '%'", ["Adams", "brown", "Clark"]),
        ("HasOptedOutOfEmail = true", ["Adams"]),
        ("HasOptedOutOfEmail != true", ["brown", "Clark", "100%_real"]),
        ("Account.Name = 'ACME'", ["Adams", "Clark"]),
        ("Account.Name = 'beta & co'", ["brown"]),
        ("Account.Name = null", ["100%_real"]),
        ("Account.Name != 'Acme'", ["brown", "100%_real"]),
        ("Account.NumberOfEmployees > 10", ["Adams", "Clark"]),
        ("Account.NumberOfEmployees IN (7, 8)", ["brown"]),
        ("Account.Owner.IsActive = true", ["Adams", "brown", "Clark"]),
        ("Title = 'CEO' AND Email != null", ["Adams"]),
        ("Title = 'CTO' OR LastName = 'Clark'", ["brown", "Clark"]),
        ("Title = 'CEO' AND (Email = null OR LastName = 'x')", ["Clark"]),
        ("(Title = 'CEO' AND Email = null) OR LastName = 'brown'", ["brown", "Clark"]),
        ("(NOT (Title = 'CEO' OR Title = 'CTO'))", ["100%_real"]),
        ("CreatedDate = TODAY", ALL),
        ("CreatedDate < TODAY", []),
        ("Contact.LastName = 'Adams'", ["Adams"]),
    ],
)
def test_a_condition_finds(world: World, condition: str, expected: list[str]) -> None:
    assert world.names(condition) == expected


@pytest.mark.parametrize("cut", [15, 18])
def test_ids_of_both_lengths_find_the_same(world: World, cut: int) -> None:
    (acme,) = world.column("SELECT Id FROM Account WHERE Name = 'Acme'")
    assert world.names(f"AccountId = '{acme[:cut]}'") == ["Adams", "Clark"]
    assert world.names(f"AccountId NOT IN ('{acme[:cut]}')") == ["brown", "100%_real"]


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("LastName", ["100%_real", "Adams", "brown", "Clark"]),
        ("LastName DESC", ["Clark", "brown", "Adams", "100%_real"]),
        ("Title, LastName DESC", ["100%_real", "Clark", "Adams", "brown"]),
        ("Title NULLS LAST, LastName", ["Adams", "Clark", "brown", "100%_real"]),
        ("Title DESC NULLS LAST, LastName", ["brown", "Adams", "Clark", "100%_real"]),
        ("Account.Name DESC NULLS FIRST, LastName", ["100%_real", "brown", "Adams", "Clark"]),
    ],
)
def test_an_order(world: World, order: str, expected: list[str]) -> None:
    assert world.column(f"SELECT LastName FROM Contact ORDER BY {order}") == expected


@pytest.mark.parametrize(
    ("cut", "expected"),
    [
        ("LIMIT 2", ["Adams", "brown"]),
        ("LIMIT 2 OFFSET 1", ["brown", "Clark"]),
        ("OFFSET 3", ["100%_real"]),
        ("LIMIT 0", []),
    ],
)
def test_a_cut(world: World, cut: str, expected: list[str]) -> None:
    result = world.run(f"SELECT LastName FROM Contact {cut}")
    assert [r["LastName"] for r in result.records] == expected
    assert result.total == len(expected)


def test_an_alias_and_the_object_s_own_name_may_stand_before_a_field(world: World) -> None:
    assert world.column("SELECT c.LastName FROM Contact c WHERE c.Account.Name = 'Acme'") == ["Adams", "Clark"]


@pytest.mark.parametrize(
    "condition",
    [
        "Email = 'A@ACME.example'",
        "Email IN ('a@acme.example', 'b@BETA.example', 'c@gamma.example')",
        "Email IN ('a@acme.example', null)",
        "Email IN ('a@acme.example') AND Title = 'CEO'",
        "Title = 'CEO' AND Email IN ('a@acme.example')",
        "Email IN ('a@acme.example') OR Title = 'CTO'",
        "Contact.Email = 'a@acme.example'",
        "Account.Name = 'Acme'",
        "HasOptedOutOfEmail = true AND Title IN ('CEO')",
    ],
)
def test_what_an_index_finds_is_what_a_look_at_every_record_finds(world: World, condition: str) -> None:
    """None helps where everything is said to be otherwise twice."""
    found = world.column(f"SELECT LastName FROM Contact WHERE {condition}")
    assert found == world.column(f"SELECT LastName FROM Contact WHERE (NOT (NOT ({condition})))")


def test_a_record_is_found_by_its_id_in_either_length(world: World) -> None:
    result = world.run("SELECT Id FROM Contact WHERE LastName = 'Clark'").records[0]["Id"]
    for form in (result, result[:15]):
        assert world.column(f"SELECT LastName FROM Contact WHERE Id IN ('{form}')") == ["Clark"]


# -- what is shown


def test_parents_are_objects_of_their_own_and_null_where_there_is_none(world: World) -> None:
    result = world.run("SELECT LastName, Account.Name, Account.Owner.Username FROM Contact ORDER BY LastName LIMIT 2")
    missing, adams = result.records
    assert missing["Account"] is None
    assert (adams["Account"]["attributes"]["type"], adams["Account"]["Name"]) == ("Account", "Acme")
    assert adams["Account"]["Owner"]["Username"] == "admin@syncapp-demo.example"


def test_keys_are_spelled_as_the_schema_spells_them(world: World) -> None:
    assert list(world.run("SELECT lastname, account.name FROM contact LIMIT 1").records[0]) == [
        "attributes",
        "LastName",
        "Account",
    ]


def test_a_polymorphic_parent_is_seen_through_what_all_names_have(world: World) -> None:
    world.make("Lead", LastName="M", Company="A")
    (lead,) = world.run("SELECT Owner.Name, Owner.Type, Owner.IsActive FROM Lead").records
    assert (lead["Owner"]["attributes"]["type"], lead["Owner"]["Type"], lead["Owner"]["IsActive"]) == (
        "User",
        "User",
        True,
    )


def test_a_deleted_parent_is_no_parent(world: World) -> None:
    contact = world.make("Contact", LastName="Gone")
    world.make("EmailMessage", Subject="S", Status="3", ToIds=[contact])
    row = world.org.store.get(contact)
    assert row is not None
    world.org.store.put("Contact", row | {"IsDeleted": True})
    assert world.column("SELECT Relation.Name FROM EmailMessageRelation") == [None]


@pytest.mark.parametrize(("which", "has", "lacks"), [("ALL", "Syncapp_Key__c", ""), ("CUSTOM", "Syncapp_Key__c", "Id")])
def test_fields_stands_for_many(world: World, which: str, has: str, lacks: str) -> None:
    world.make("Lead", LastName="M", Company="A")
    (record,) = world.run(f"SELECT FIELDS({which}) FROM Lead LIMIT 200").records
    assert has in record
    assert lacks not in record


def test_fields_standard_needs_no_limit(world: World) -> None:
    world.make("Lead", LastName="M", Company="A")
    assert "Syncapp_Key__c" not in world.run("SELECT FIELDS(STANDARD) FROM Lead").records[0]


# -- functions


def test_count_alone_has_no_records(world: World) -> None:
    result = world.run("SELECT COUNT() FROM Contact WHERE Title = 'CEO'")
    assert (result.total, result.records) == (2, [])


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        ("COUNT(Id)", 4),
        ("COUNT(Email)", 2),
        ("COUNT_DISTINCT(Title)", 2),
        ("MAX(Account.NumberOfEmployees)", 50),
        ("MIN(Account.NumberOfEmployees)", 7),
        ("SUM(Account.NumberOfEmployees)", 107),
    ],
)
def test_a_function_over_everything(world: World, function: str, expected: Any) -> None:
    assert world.run(f"SELECT {function} FROM Contact").records == [
        {"attributes": {"type": "AggregateResult"}, "expr0": expected}
    ]


@pytest.mark.parametrize(
    ("function", "expected"), [("COUNT(Id)", 0), ("MAX(CreatedDate)", None), ("SUM(Amount)", None)]
)
def test_a_function_over_nothing(world: World, function: str, expected: Any) -> None:
    assert world.column(f"SELECT {function} FROM Opportunity") == [expected]


def test_groups_count_without_regard_to_case_and_null_is_a_group(world: World) -> None:
    world.make("Contact", LastName="Dove", Title="ceo")
    result = world.run("SELECT Title, COUNT(Id) n FROM Contact GROUP BY Title ORDER BY COUNT(Id) DESC, Title")
    assert [(r["Title"], r["n"]) for r in result.records] == [("CEO", 3), (None, 1), ("CTO", 1)]


def test_having_keeps_groups(world: World) -> None:
    soql = "SELECT Title FROM Contact WHERE Title != null GROUP BY Title HAVING COUNT(Id) > 1"
    assert world.column(soql) == ["CEO"]


def test_functions_without_a_name_are_numbered(world: World) -> None:
    (record,) = world.run("SELECT COUNT(Id), MAX(LastName) last, COUNT(Email) FROM Contact").records
    assert [key for key in record if key != "attributes"] == ["expr0", "last", "expr1"]


def test_a_group_by_a_parent_s_field(world: World) -> None:
    result = world.run("SELECT Account.Name, COUNT(Id) n FROM Contact GROUP BY Account.Name ORDER BY Account.Name")
    assert [(r["Name"], r["n"]) for r in result.records] == [(None, 1), ("Acme", 2), ("beta & co", 1)]


@pytest.mark.parametrize(
    "soql",
    [
        "SELECT COUNT(), Id FROM Contact",
        "SELECT COUNT() FROM Contact GROUP BY Title",
        "SELECT Id FROM Contact ORDER BY COUNT(Id)",
        "SELECT Title FROM Contact GROUP BY Title ORDER BY LastName",
        "SELECT FIELDS(Nonsense) FROM Contact",
        "SELECT Id FROM Contact WHERE CreatedDate = SOMEDAY",
        "SELECT Id FROM Contact WHERE CreatedDate = LAST_N_DAYS",
        "SELECT Id FROM Contact WHERE CreatedDate = TODAY:3",
        "SELECT Id FROM Contact WHERE CreatedDate = LAST_N_DAYS:99999999",
        "SELECT Id FROM Contact WHERE CreatedDate IN (TODAY)",
    ],
)
def test_what_cannot_be_meant_is_malformed(world: World, soql: str) -> None:
    with pytest.raises(Refused) as caught:
        world.run(soql)
    assert caught.value.code == "MALFORMED_QUERY"


@pytest.mark.parametrize("condition", ["CreatedDate > 2026-01-01", "Account.NumberOfEmployees = '7'", "AccountId = 7"])
def test_a_value_of_another_type_is_refused(world: World, condition: str) -> None:
    with pytest.raises(Refused, match="value of filter criterion") as caught:
        world.names(condition)
    assert caught.value.code == "INVALID_FIELD"


def test_relationships_may_be_five_deep_and_not_six(world: World) -> None:
    assert world.names(f"{'CreatedBy.' * 5}Name = 'Integration'") == ALL
    with pytest.raises(Refused, match="Didn't understand relationship"):
        world.run(f"SELECT {'CreatedBy.' * 6}Name FROM Contact")


# -- logic, against Python's own

TITLES = st.sampled_from(["CEO", "CTO", None])
SIMPLE = st.sampled_from(["Title = 'CEO'", "Title != 'CTO'", "Title = null", "Email != null"])
PYTHON: dict[str, Callable[[dict[str, Any]], bool]] = {
    "Title = 'CEO'": lambda c: c["Title"] == "CEO",
    "Title != 'CTO'": lambda c: c["Title"] != "CTO",
    "Title = null": lambda c: c["Title"] is None,
    "Email != null": lambda c: c["Email"] is not None,
}
CONDITIONS: Any = st.recursive(
    SIMPLE,
    lambda inner: st.one_of(
        st.tuples(st.just("NOT"), inner), st.tuples(st.sampled_from(["AND", "OR"]), inner, inner, inner)
    ),
    max_leaves=8,
)


def written(condition: Any) -> str:
    if isinstance(condition, str):
        return condition
    word, *parts = condition
    texts = [written(part) for part in parts]
    return f"(NOT {texts[0]})" if word == "NOT" else f"({f' {word} '.join(texts)})"


def holds(condition: Any, contact: dict[str, Any]) -> bool:
    if isinstance(condition, str):
        return PYTHON[condition](contact)
    word, *parts = condition
    results = [holds(part, contact) for part in parts]
    return {"NOT": not results[0], "AND": all(results), "OR": any(results)}[word]


@settings(max_examples=60, deadline=None)
@given(CONDITIONS, st.lists(st.tuples(TITLES, st.booleans()), max_size=6))
def test_logic_is_logic(condition: Any, people: list[tuple[str | None, bool]]) -> None:
    world = World()
    contacts = [
        {"LastName": f"N{n}", "Title": title, "Email": f"n{n}@acme.example" if mail else None}
        for n, (title, mail) in enumerate(people)
    ]
    for contact in contacts:
        world.make("Contact", **contact)
    assert world.names(written(condition)) == [c["LastName"] for c in contacts if holds(condition, c)]
