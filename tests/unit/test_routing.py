"""Which messages belong to a case, and whose it is: by routes, in their order, and by the mailboxes' own settings."""

from __future__ import annotations

import pytest

from syncapp.engine.routing import Route, case_owner, covered, fits, says

SUPPORT, BILLING, ANNA = "00G000000000001AAA", "00G000000000002AAA", "005000000000001AAA"
BOX = "box@ours.example"


@pytest.mark.parametrize(
    ("pattern", "address", "is_meant"),
    [
        # A pattern without a star is that address.
        ("support@ours.example", "support@ours.example", True),
        ("support@ours.example", "support2@ours.example", False),
        ("support@ours.example", "my.support@ours.example", False),
        # Case does not matter on either side.
        ("Support@Ours.Example", "sUPPORT@ours.example", True),
        # A star stands for any characters, or none.
        ("billing+*@ours.example", "billing+7@ours.example", True),
        ("billing+*@ours.example", "billing+@ours.example", True),
        ("billing+*@ours.example", "billing@ours.example", False),
        ("billing*@ours.example", "billing@ours.example", True),
        ("*@ours.example", "anybody@ours.example", True),
        ("*-team@ours.example", "sales-team@ours.example", True),
        ("a*b*c@ours.example", "a1b2c@ours.example", True),
        ("a*b*c@ours.example", "abc@ours.example", True),
        ("a*b*c@ours.example", "acb@ours.example", False),
        # What begins and ends a pattern does not overlap in an address.
        ("aba*aba@ours.example", "ababa@ours.example", False),
        ("aba*aba@ours.example", "abaaba@ours.example", True),
        # It stays on its side of the @.
        ("support*@ours.example", "support@evil.example@ours.example", True),
        ("*@ours.example", "support@ours.example.evil.test", False),
        ("support*", "support@ours.example", False),
        # Also in the domain.
        ("support@*", "support@ours.example", True),
        ("support@*.example", "support@ours.example", True),
        ("support@*.ours.example", "support@ours.example", False),
        # A plus, a dot and brackets are themselves.
        ("a.b@ours.example", "axb@ours.example", False),
        ("[ab]@ours.example", "a@ours.example", False),
        ("?@ours.example", "a@ours.example", False),
    ],
)
def test_a_pattern_means_these_addresses(pattern: str, address: str, *, is_meant: bool) -> None:
    assert fits(pattern, address) is is_meant


def test_a_pattern_full_of_stars_takes_no_longer_than_any_other() -> None:
    assert not fits("*a" * 60 + "b@ours.example", "a" * 5000 + "@ours.example")


def route(pattern: str, owner: str = "", *, cases: bool = True) -> Route:
    return Route(pattern=pattern, opens_cases=cases, owner_id=owner)


SUPPORTING, BILLED = route("support@ours.example", SUPPORT), route("billing*@ours.example", BILLING)
LOGGED = route("support@ours.example", cases=False)
ALL = route("*@ours.example", ANNA)


@pytest.mark.parametrize(
    ("named", "routes", "cases", "owner"),
    [
        # Without routes the mailboxes say it: those that are named, else the one in hand.
        ((), (), {}, None),
        (("ann@ours.example",), (), {}, None),
        ((BOX,), (), {BOX: SUPPORT}, SUPPORT),
        ((), (), {BOX: SUPPORT}, SUPPORT),
        ((BOX,), (), {BOX: ""}, ""),
        (("other@ours.example",), (), {BOX: SUPPORT, "other@ours.example": BILLING}, BILLING),
        # A route opens cases in a mailbox that opens none.
        (("support@ours.example",), (SUPPORTING,), {}, SUPPORT),
        (("billing+7@ours.example",), (SUPPORTING, BILLED), {}, BILLING),
        # The rest is what its mailbox says.
        (("info@ours.example",), (SUPPORTING, BILLED), {}, None),
        (("info@ours.example",), (SUPPORTING, BILLED), {BOX: ANNA}, ANNA),
        # The first route that fits decides, in whatever order the header names the addresses.
        (("billing@ours.example", "support@ours.example"), (SUPPORTING, BILLED), {}, SUPPORT),
        (("support@ours.example", "billing@ours.example"), (BILLED, SUPPORTING), {}, BILLING),
        (("support@ours.example",), (ALL, SUPPORTING), {}, ANNA),
        # A route may also log what its mailbox would make cases of.
        (("support@ours.example",), (LOGGED,), {BOX: SUPPORT, "support@ours.example": SUPPORT}, None),
        # A route without an owner leaves it to Salesforce, whatever the mailbox says.
        (("support@ours.example",), (route("support@*"),), {BOX: SUPPORT}, ""),
        # An address that is named comes before the mailbox in which the message lies.
        (("billing@ours.example",), (route(BOX, SUPPORT), BILLED), {}, BILLING),
        # Where nobody is named (a list, a blind copy), the mailbox has its routes too.
        ((), (route(BOX, SUPPORT),), {}, SUPPORT),
        ((), (route(BOX, cases=False),), {BOX: SUPPORT}, None),
    ],
)
def test_the_owner_of_a_case(
    named: tuple[str, ...], routes: tuple[Route, ...], cases: dict[str, str], owner: str | None
) -> None:
    assert case_owner(named, BOX, routes, cases) == owner


@pytest.mark.parametrize(
    ("pattern", "above", "by"),
    [
        ("support@ours.example", [], None),
        ("support@ours.example", ["billing@ours.example"], None),
        ("support@ours.example", ["support@ours.example"], "support@ours.example"),
        ("support@ours.example", ["billing@*", "*@ours.example"], "*@ours.example"),
        ("support+*@ours.example", ["support*@ours.example"], "support*@ours.example"),
        # One that takes only some of it leaves the rest.
        ("support*@ours.example", ["support+*@ours.example"], None),
        ("*@ours.example", ["support@ours.example"], None),
    ],
)
def test_a_route_is_covered_by_one_above_that_takes_all_of_it(pattern: str, above: list[str], by: str | None) -> None:
    found = covered(route(pattern), [route(each) for each in above])
    assert (found.pattern if found else None) == by


@pytest.mark.parametrize(
    ("which", "above", "said"),
    [
        (SUPPORTING, [], f"Mail to or from support@ours.example becomes cases of the queue {SUPPORT}."),
        (ALL, [BILLED], f"Mail to or from *@ours.example becomes cases of the user {ANNA}."),
        (route("a@b"), [], "Mail to or from a@b becomes cases, owned by whom Salesforce's rules say."),
        (LOGGED, [], "Mail to or from support@ours.example is logged on the records of its people."),
        (SUPPORTING, [ALL], "Nothing: *@ours.example above takes all of it."),
    ],
)
def test_a_route_says_what_it_does(which: Route, above: list[Route], said: str) -> None:
    assert says(which, above) == said
