"""Every page at two widths, in two colour schemes, with nothing, one and many rows: nothing is cut, nothing runs,
nothing is out of anybody's reach. The titles are long, foreign and hostile ones."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Visit
from tests.browser.looking import SCHEMES, SIZES, barriers, clipped, reports, show, sideways
from tests.browser.places import PLACES
from tests.integration.pages.scenery import scene
from tests.tiers import is_nightly

pytestmark = pytest.mark.browser

ROWS = (0, 1, 120)  # so many fill more than two pages of a list
ONE = 1
SEEN = [
    (name, rows)
    for name, place in PLACES.items()
    for rows in ((ONE,) if place.same_for_all else ROWS)
    if rows or not place.needs_issue
]
GATE = [(name, rows) for name, rows in SEEN if rows != ONE or PLACES[name].same_for_all]  # with none, and with many
# Both widths and both schemes are looked at in every run. Barriers are sought in one combination, in another one with
# other rows; all four belong to the second tier.
ALL = ((1360, "light"), (390, "dark"), (1360, "dark"), (390, "light"))
LOOKS = [
    pytest.param(name, rows, ALL[at % 4], id=f"{name}-{rows}-{'-'.join(map(str, ALL[at % 4]))}")
    for at, (name, rows) in enumerate(SEEN if is_nightly() else GATE)
]


def _open(visit: Visit, name: str, rows: int) -> Page:
    place, world = PLACES[name], scene(rows)
    return visit(place.address(world), place.visitor(world))


@pytest.mark.parametrize(("name", "rows", "look"), LOOKS)
def test_a_page_fits_shows_everything_and_obeys_the_policy(
    visit: Visit, name: str, rows: int, look: tuple[int, str]
) -> None:
    page = _open(visit, name, rows)
    for width in SIZES:
        for scheme in SCHEMES:
            show(page, width, scheme)
            where = f"at {width}, {scheme}"
            assert sideways(page) == 0, where
            assert clipped(page) == [], where
    assert reports(page) == []
    assert page.evaluate("window.pwned") is None
    show(page, *look)  # after the reports: axe itself puts a style sheet into pages that import one
    assert barriers(page) == [], look


@pytest.mark.slow
@pytest.mark.parametrize(("name", "rows"), SEEN)
def test_a_page_has_no_barriers_in_any_combination(visit: Visit, name: str, rows: int) -> None:
    page = _open(visit, name, rows)
    for width, scheme in ALL:
        show(page, width, scheme)
        assert barriers(page) == [], f"at {width}, {scheme}"
