"""What is refused of a query, seen through the plain library."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.contract.simulators.salesforce.bench import Bench, Case, Refusal, case, miscounted, never

MALFORMED = "MALFORMED_QUERY"
FIELD = "INVALID_FIELD"
OPERATOR = "INVALID_QUERY_FILTER_OPERATOR"
ADVICE = "*Please reference your WSDL or the describe call for the appropriate names."


def asked(soql: str) -> Callable[[Bench], object]:
    return lambda b: b.sf.query(soql)


def placed(soql: str, code: str, column: int, message: str) -> Case:
    """A query of one line, and a refusal that shows the place: the line, a caret, row and column, the text."""
    start = max(0, column - 1 - 32)
    shown = soql[start : column - 1 + 32]
    caret = " " * (column - 1 - start) + "^"
    return case(asked(soql), 400, code, f"\n{shown}\n{caret}\nERROR at Row:1:Column:{column}\n{message}")


def many(b: Bench, number: int = 2001) -> None:
    b.control("create-many", object="Contact", records=[{"LastName": f"Name {n}"} for n in range(number)])


def a_field_hidden(b: Bench) -> object:
    b.control("field-access", object="Contact", field="Email", access="none")
    return b.sf.query("SELECT Email FROM Contact")


def an_object_hidden(b: Bench) -> object:
    b.control("object-access", object="Contact", denied=["read"])
    return b.sf.query("SELECT Id FROM Contact")


def locator_of_two_days_ago(b: Bench) -> object:
    many(b)
    first = b.sf.query("SELECT Id FROM Contact")
    b.control("login", session_timeout=10 * 86400)
    b.sf.session_id = b.sim.token()
    b.sf.headers["Authorization"] = f"Bearer {b.sf.session_id}"
    b.sim.timeline.move_to(b.sim.timeline.offset + 2 * 86400 + 1)
    return b.sf.query_more(first["nextRecordsUrl"], identifier_is_url=True)


def first_of_eleven(b: Bench) -> object:
    many(b)
    pages = [b.sf.query("SELECT Id FROM Contact") for _ in range(11)]
    return b.sf.query_more(pages[0]["nextRecordsUrl"], identifier_is_url=True)


def malformed_id(b: Bench) -> object:
    return b.sf.query(f"SELECT Id FROM Contact WHERE AccountId = '{miscounted(never('001'))}'")


def escape(text: str) -> str:
    return f"Invalid string literal '{text}'. Illegal character sequence '\\q' in string literal."


CASES: dict[str, Case] = {
    "soql-missing": case(lambda b: b.sf.restful("query"), 400, MALFORMED, "A query string has to be specified"),
    "soql-token": placed("SELECT Id FROM Contact WHERE", MALFORMED, 29, "unexpected token: '<EOF>'"),
    "soql-order-of-clauses": placed(
        "SELECT Id FROM Contact LIMIT 1 WHERE Name = 'x'", MALFORMED, 32, "unexpected token: 'WHERE'"
    ),
    "soql-and-or": placed(
        "SELECT Id FROM Contact WHERE Name = 'a' AND Title = 'b' OR Phone = 'c'",
        MALFORMED,
        57,
        "unexpected token: 'OR'",
    ),
    "soql-and-not": placed(
        "SELECT Id FROM Contact WHERE Name = 'a' AND NOT Title = 'b'", MALFORMED, 45, "unexpected token: 'NOT'"
    ),
    "soql-unquoted": placed("SELECT Id FROM Contact WHERE Name = Meyer", MALFORMED, 37, "unexpected token: 'MEYER'"),
    "soql-quote": case(
        asked("SELECT Id FROM Contact WHERE Name = 'O"),
        400,
        MALFORMED,
        "line 1:38 mismatched character '<EOF>' expecting '''",
    ),
    "soql-escape": placed("SELECT Id FROM Contact WHERE Name = 'a\\q'", MALFORMED, 37, escape("a\\q")),
    "soql-same-field-twice": placed("SELECT Id, Id FROM Contact", MALFORMED, 12, "duplicate field selected: Id"),
    "soql-not-grouped": placed(
        "SELECT Name, COUNT(Id) FROM Contact GROUP BY Title", MALFORMED, 8, "Field must be grouped or aggregated: Name"
    ),
    "soql-fields-all": placed(
        "SELECT FIELDS(ALL) FROM Contact",
        MALFORMED,
        8,
        "The SOQL FIELDS function must have a LIMIT of at most 200",
    ),
    "soql-no-column": placed(
        "SELECT Id, Shoe FROM Contact", FIELD, 12, f"No such column 'Shoe' on entity 'Contact'{ADVICE}"
    ),
    "soql-no-relationship": placed(
        "SELECT Boss.Name FROM Contact", FIELD, 8, f"Didn't understand relationship 'Boss' in field path{ADVICE}"
    ),
    "soql-hidden-field": case(a_field_hidden, 400, FIELD, f"*No such column 'Email' on entity 'Contact'{ADVICE}"),
    "soql-long-text": placed(
        "SELECT Id FROM EmailMessage WHERE TextBody = 'x'",
        FIELD,
        35,
        "field 'TextBody' can not be filtered in a query call",
    ),
    "soql-sort-long-text": placed(
        "SELECT Id FROM EmailMessage ORDER BY HtmlBody",
        FIELD,
        38,
        "field 'HtmlBody' can not be sorted in a query call",
    ),
    "soql-number-for-text": placed(
        "SELECT Id FROM Contact WHERE Name = 7",
        FIELD,
        37,
        "value of filter criterion for field 'Name' must be of type string and should be enclosed in quotes",
    ),
    "soql-quoted-datetime": placed(
        "SELECT Id FROM Contact WHERE CreatedDate > '2026-01-01T00:00:00Z'",
        FIELD,
        44,
        "value of filter criterion for field 'CreatedDate' must be of type dateTime "
        "and should not be enclosed in quotes",
    ),
    "soql-quoted-boolean": placed(
        "SELECT Id FROM Contact WHERE IsDeleted = 'false'",
        FIELD,
        42,
        "value of filter criterion for field 'IsDeleted' must be of type boolean and should not be enclosed in quotes",
    ),
    "soql-no-object": placed(
        "SELECT Id,Name,BillingCity,IsDeleted FROM Accout",
        "INVALID_TYPE",
        43,
        f"sObject type 'Accout' is not supported.{ADVICE}",
    ),
    "soql-hidden-object": case(
        an_object_hidden, 400, "INVALID_TYPE", f"*sObject type 'Contact' is not supported{ADVICE}"
    ),
    "soql-bad-id": case(malformed_id, 400, OPERATOR, "*invalid ID field: 001*"),
    "soql-like-on-id": placed(
        "SELECT Id FROM Contact WHERE Id LIKE '003%'", OPERATOR, 33, "invalid operator on id field"
    ),
    "soql-offset": case(
        asked("SELECT Id FROM Contact OFFSET 2001"),
        400,
        "NUMBER_OUTSIDE_VALID_RANGE",
        "Maximum SOQL offset allowed is 2000",
    ),
    "soql-locator": case(
        lambda b: b.sf.query_more("01gak0000000009AAA-2000"), 400, "INVALID_QUERY_LOCATOR", "invalid query locator"
    ),
    "soql-locator-old": case(locator_of_two_days_ago, 400, "INVALID_QUERY_LOCATOR", "invalid query locator"),
    "soql-locator-eleventh": case(first_of_eleven, 400, "INVALID_QUERY_LOCATOR", "invalid query locator"),
}

# an address ends at 16,384 bytes, so that only a composite's reference can make a query as long as this
TOO_LONG = Refusal(400, MALFORMED, "SOQL statements cannot be longer than 100000 characters.")


@pytest.mark.parametrize("name", CASES)
def test_a_query_is_refused(bench: Bench, name: str) -> None:
    CASES[name].check(bench)


def test_soql_too_long_is_refused_where_an_address_can_be_so_long(bench: Bench) -> None:
    soql = f"SELECT Id FROM Contact WHERE Name = '{'x' * 100_000}'"
    (part,) = bench.composite({"method": "GET", "url": f"query?q={soql.replace(' ', '+')}"})
    TOO_LONG.is_told_by(part["httpStatusCode"], part["body"][0])
