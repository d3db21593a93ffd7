"""Pictures of every page, for eyes: `pytest tests/browser/screenshots.py` writes them to `screenshots/`.

Not part of the suite: no run collects this file unless it is named. `-k admin-issues` takes some of the pages.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import Visit
from tests.browser.places import PLACES
from tests.integration.pages.scenery import scene

FOLDER = Path(__file__).resolve().parents[2] / "screenshots"
SIZES = {1360: "wide", 390: "phone"}


@pytest.mark.parametrize("rows", [0, 1, 40, 400])
@pytest.mark.parametrize("name", PLACES)
def test_picture(visit: Visit, name: str, rows: int, settings: Any) -> None:
    place = PLACES[name]
    world = scene(rows)
    if place.needs_issue and not rows:
        pytest.skip("there is no issue to look at")
    FOLDER.mkdir(exist_ok=True)
    page = visit(place.address(world), place.visitor(world))
    for width, size in SIZES.items():
        for scheme in ("light", "dark"):
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme=scheme)
            page.screenshot(path=FOLDER / f"{name}-{rows}-{size}-{scheme}.png", full_page=True)
