"""SOQL as text: what parses, into what, and where the parser stops."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.simulators.salesforce.errors import Refused
from connectors.simulators.salesforce.soql import SIGNS, parse
from connectors.simulators.salesforce.soql_nodes import Aggregate, Comparison, Literal, Logic, Path, TypeOf


def where(condition: str) -> object:
    return parse(f"SELECT Id FROM Contact WHERE {condition}").where


def shape(condition: object) -> object:
    """A condition as nested tuples: what joins what."""
    if isinstance(condition, Logic):
        return (condition.operator, *map(shape, condition.parts))
    assert isinstance(condition, Comparison)
    assert isinstance(condition.left, Path)
    return condition.left.text


def value(text: str) -> Literal:
    found = where(f"Name = {text}")
    assert isinstance(found, Comparison)
    return found.values[0]


def stop(soql: str) -> str:
    """The last line of the refusal of a query."""
    with pytest.raises(Refused) as caught:
        parse(soql)
    assert caught.value.code == "MALFORMED_QUERY"
    return caught.value.message.rsplit("\n", 1)[-1]


def test_every_clause_in_its_order() -> None:
    query = parse(
        "SELECT Id, Account.Name, COUNT(Email) n FROM Contact c WHERE Name LIKE 'A%' GROUP BY Id, Account.Name "
        "HAVING COUNT(Email) > 1 ORDER BY Id DESC NULLS LAST, Name LIMIT 10 OFFSET 5"
    )
    fields = [item for item in query.items if not isinstance(item, TypeOf)]
    items = [item.text if isinstance(item, Path) else item.function for item in fields]
    assert items == ["Id", "Account.Name", "COUNT"]
    assert (query.object, query.alias, query.limit, query.offset) == ("Contact", "c", 10, 5)
    assert [g.text for g in query.groups] == ["Id", "Account.Name"]
    assert [(o.descending, o.nulls_last) for o in query.orders] == [(True, True), (False, False)]
    assert isinstance(query.having, Comparison)


def test_words_may_be_in_any_case() -> None:
    query = parse("select id from contact where name like 'a' order by id asc nulls first limit 1")
    assert (query.object, query.limit) == ("contact", 1)


def test_lines_and_tabs_are_spaces() -> None:
    assert parse("SELECT\n\tId\nFROM\r\nContact").object == "Contact"


@pytest.mark.parametrize("text", ["Group", "GROUP"])
def test_group_is_an_object_too(text: str) -> None:
    assert parse(f"SELECT Id FROM {text}").object == text


def test_count_alone_and_count_of_a_field_differ() -> None:
    alone, field = parse("SELECT COUNT() FROM Lead").items[0], parse("SELECT COUNT(Id) total FROM Lead").items[0]
    assert isinstance(alone, Aggregate)
    assert isinstance(field, Aggregate)
    assert (alone.path, field.path and field.path.text, field.alias) == (None, "Id", "total")


# -- conditions


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("A = 1 AND B = 1 AND C = 1", ("AND", "A", "B", "C")),
        ("A = 1 OR B = 1 OR C = 1", ("OR", "A", "B", "C")),
        ("(A = 1 AND B = 1) OR C = 1", ("OR", ("AND", "A", "B"), "C")),
        ("A = 1 AND (B = 1 OR C = 1)", ("AND", "A", ("OR", "B", "C"))),
        ("NOT A = 1", ("NOT", "A")),
        ("NOT (A = 1 OR B = 1)", ("NOT", ("OR", "A", "B"))),
        ("A = 1 AND (NOT B = 1)", ("AND", "A", ("NOT", "B"))),
        ("((A = 1))", "A"),
        ("A = 1 AND ((B = 1 AND (NOT C = 1)) OR D = 1)", ("AND", "A", ("OR", ("AND", "B", ("NOT", "C")), "D"))),
    ],
)
def test_what_joins_what(condition: str, expected: object) -> None:
    assert shape(where(condition)) == expected


@pytest.mark.parametrize(
    ("condition", "token"),
    [
        ("A = 1 AND B = 1 OR C = 1", "OR"),
        ("A = 1 OR B = 1 AND C = 1", "AND"),
        ("A = 1 AND NOT B = 1", "NOT"),
        ("NOT A = 1 AND B = 1", "AND"),
        ("A = 1 AND", "<EOF>"),
        ("(A = 1", "<EOF>"),
        ("A = 1)", ")"),
        ("A IN ()", ")"),
        ("A IN 1", "1"),
        ("A NOT LIKE 'x'", "NOT"),
        ("A == 1", "="),
        ("1 = A", "1"),
        ("A = :bind", ":"),
        ("A = 1; DROP", ";"),
        ("A IN (SELECT Id FROM Lead)", "SELECT"),
        ("COUNT(Id) > 1", "("),
    ],
)
def test_a_condition_that_is_none_is_refused_at_its_token(condition: str, token: str) -> None:
    assert stop(f"SELECT Id FROM Contact WHERE {condition}") == f"unexpected token: '{token}'"


@pytest.mark.parametrize(
    ("soql", "token"),
    [
        ("", "<EOF>"),
        ("SELECT FROM Contact", "FROM"),
        ("SELECT Id, FROM Contact", "FROM"),
        ("SELECT * FROM Contact", "*"),
        ("SELECT Id Contact", "Contact"),
        ("SELECT Id FROM", "<EOF>"),
        ("SELECT Id FROM Contact LIMIT -1", "-1"),
        ("SELECT Id FROM Contact LIMIT ten", "ten"),
        ("SELECT Id FROM Contact ORDER Name", "ORDER"),
        ("SELECT Id FROM Contact ORDER BY Name NULLS", "<EOF>"),
        ("SELECT Id FROM Contact HAVING Id = 1", "HAVING"),
        ("SELECT Id FROM Contact WITH SECURITY_ENFORCED", "WITH"),
        ("SELECT (SELECT Id FROM Contacts) FROM Account", "("),
        ("DELETE FROM Contact", "DELETE"),
        ("SELECT Id FROM Contact ALL ROWS", "ROWS"),
    ],
)
def test_a_query_that_is_none_is_refused_at_its_token(soql: str, token: str) -> None:
    assert stop(soql) == f"unexpected token: '{token}'"


@pytest.mark.parametrize(
    ("text", "operator"),
    [("=", "="), ("!=", "!="), ("<>", "!="), ("<", "<"), ("<=", "<="), (">", ">"), (">=", ">="), ("LIKE", "LIKE")],
)
def test_operators(text: str, operator: str) -> None:
    found = where(f"Name {text} 'x'")
    assert isinstance(found, Comparison)
    assert found.operator == operator


@pytest.mark.parametrize(("text", "operator"), [("IN", "IN"), ("NOT IN", "NOT IN"), ("not in", "NOT IN")])
def test_lists(text: str, operator: str) -> None:
    found = where(f"Name {text} ('a', 'b', null)")
    assert isinstance(found, Comparison)
    assert (found.operator, [v.value for v in found.values]) == (operator, ["a", "b", None])


# -- values


@pytest.mark.parametrize(
    ("text", "kind", "expected"),
    [
        ("'x'", "string", "x"),
        ("7", "number", 7),
        ("-7.5", "number", -7.5),
        ("+3", "number", 3),
        ("TRUE", "boolean", True),
        ("false", "boolean", False),
        ("NULL", "null", None),
        ("2026-11-22", "date", "2026-11-22"),
        ("2026-11-22T09:30:00Z", "datetime", "2026-11-22T09:30:00Z"),
        ("2026-11-22T09:30:00.000+0100", "datetime", "2026-11-22T09:30:00.000+0100"),
        ("TODAY", "range", ("TODAY", None)),
        ("last_n_days:30", "range", ("LAST_N_DAYS", 30)),
    ],
)
def test_literals(text: str, kind: str, expected: object) -> None:
    found = value(text)
    assert (found.kind, found.value) == (kind, expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r"'O\'Brien'", "O'Brien"),
        (r"'a\\b'", "a\\b"),
        (r"'a\nb\tc\rd'", "a\nb\tc\rd"),
        (r"'a\"b'", 'a"b'),
        (r"'a\u00e9b'", "aéb"),
        (r"'100\%'", f"100{SIGNS['%']}"),
        (r"'a\_b'", f"a{SIGNS['_']}b"),
        ("'Zeile\nzwei'", "Zeile\nzwei"),
        ("''", ""),
        ("'AND OR FROM'", "AND OR FROM"),
    ],
)
def test_escapes(text: str, expected: str) -> None:
    assert value(text).value == expected


@pytest.mark.parametrize("escape", ["\\q", "\\0", "\\uZZZZ", "\\&"])
def test_an_unknown_escape_is_refused(escape: str) -> None:
    assert "Illegal character sequence" in stop(f"SELECT Id FROM Contact WHERE Name = 'a{escape}'")


def test_a_doubled_quote_is_no_escape() -> None:
    assert stop("SELECT Id FROM Contact WHERE Name = 'O''Brien'") == "unexpected token: ''Brien''"


@given(st.text())
def test_any_text_that_is_escaped_comes_back(text: str) -> None:
    quoted = text.replace("\\", "\\\\").replace("'", "\\'")
    assert value(f"'{quoted}'").value == text


@given(st.text(max_size=60))
def test_no_text_makes_the_parser_stumble(text: str) -> None:
    with suppress(Refused):
        parse(text)


WORDS = ["SELECT", "Id", "FROM", "Lead", "WHERE", "NOT", "AND", "OR", "(", ")", "=", "'x'", "IN", "COUNT", ",", "7"]


@given(st.lists(st.sampled_from(WORDS), max_size=20))
def test_no_heap_of_words_makes_the_parser_stumble(words: list[str]) -> None:
    with suppress(Refused):
        parse(" ".join(words))


# -- where it stops


def test_the_place_is_told_by_row_and_column() -> None:
    with pytest.raises(Refused) as caught:
        parse("SELECT Id\nFROM Contact\nWHERE Name = = 'x'")
    assert "\nERROR at Row:3:Column:14\n" in caught.value.message


def test_of_a_long_query_only_the_neighbourhood_is_shown() -> None:
    with pytest.raises(Refused) as caught:
        parse(f"SELECT {', '.join(['Id'] * 50)} FROM Contact WHERE Name = = 'x' AND {'A = 1 AND ' * 50} B = 1")
    _, shown, pointer, _, _ = caught.value.message.split("\n")
    assert (len(shown), pointer) == (64, " " * 32 + "^")
    assert shown[32] == "="


def test_a_query_of_100000_characters_is_the_longest() -> None:
    padding = " " * (100_000 - len("SELECT Id FROM Contact"))
    assert parse(f"SELECT Id FROM Contact{padding}").object == "Contact"
    assert stop(f"SELECT Id FROM Contact{padding} ") == "SOQL statements cannot be longer than 100000 characters."


def test_typeof_has_its_branches_in_their_order() -> None:
    query = parse("SELECT Id, TYPEOF Who WHEN Contact THEN Id, Email WHEN Lead THEN Company ELSE Name END FROM Event")
    found = query.items[1]
    assert isinstance(found, TypeOf)
    assert (found.relationship.text, [(b.object, [f.text for f in b.fields]) for b in found.branches]) == (
        "Who",
        [("Contact", ["Id", "Email"]), ("Lead", ["Company"])],
    )
    assert [path.text for path in found.otherwise] == ["Name"]


def test_typeof_without_a_branch_is_refused() -> None:
    with pytest.raises(Refused) as caught:
        parse("SELECT TYPEOF Who ELSE Name END FROM Event")
    assert caught.value.message.endswith("unexpected token: 'ELSE'")


def test_a_field_may_be_called_typeof_where_no_name_follows() -> None:
    assert parse("SELECT Typeof, Id FROM Event").items[0] == Path(("Typeof",), 7)
