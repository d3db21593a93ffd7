"""What all pages share: the policy they live under, the errors, signing in, and that secrets are on none of them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.staticfiles import finders
from django.test import Client

from connectors.models import Mailbox
from tests.browser.places import PLACES
from tests.integration.pages import scenery
from tests.integration.pages.conftest import Signed
from tests.integration.pages.reading import Page, read

TEMPLATES = sorted(path for path in (settings.BASE_DIR / "templates").rglob("*.html") if "mail" not in path.parts)
STYLES = sorted((settings.BASE_DIR / "syncapp/static/syncapp").glob("*.css"))


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_template_styles_or_runs_anything_inline(path: Path) -> None:
    text = path.read_text("utf-8")
    assert not re.search(r"\sstyle=|<style|\son[a-z]+=|javascript:", text)
    assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", text))


@pytest.mark.parametrize("path", [*TEMPLATES, *STYLES], ids=lambda path: path.name)
def test_nothing_comes_from_outside(path: Path) -> None:
    found = re.findall(r"(?:src|href)=[\"'](https?://[^\"']*)|url\((https?:[^)]*)|@import", path.read_text("utf-8"))
    assert found == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_every_static_file_that_a_template_names_is_there(path: Path) -> None:
    named = re.findall(r"{% static ['\"]([^'\"]+)['\"]", path.read_text("utf-8"))
    assert [name for name in named if finders.find(name) is None] == []


def test_every_icon_that_is_named_is_in_the_sprite() -> None:
    sprite = set(re.findall(r'id="i-([a-z]+)"', (settings.BASE_DIR / "templates/icons.html").read_text("utf-8")))
    sources = [*TEMPLATES, *(settings.BASE_DIR / "issues").glob("*.py"), *(settings.BASE_DIR / "syncapp").glob("*.py")]
    text = "\n".join(path.read_text("utf-8") for path in sources)
    named = set(re.findall(r'{% icon "([a-z]+)"|icon="([a-z]+)"|icon\("([a-z]+)"\)', text))
    assert {name for names in named for name in names if name} <= sprite


# -- Colours


def variables(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", block))


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2, definition of contrast ratio)."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


TOKENS = (settings.BASE_DIR / "syncapp/static/syncapp/tokens.css").read_text("utf-8")
BLOCKS = [variables(block) for block in TOKENS.split("{") if "--bg:" in block]
PAIRS = [
    *((text, ground) for text in ("text", "muted", "accent", "red", "amber", "green") for ground in ("bg", "surface")),
    *((tone, f"{tone}-ground") for tone in ("red", "amber", "green")),
    *(("text", f"{tone}-ground") for tone in ("red", "amber", "green", "grey", "accent")),
    ("muted", "grey-ground"),
    ("accent-strong", "accent-ground"),
    ("on-accent", "accent"),
    ("on-accent", "accent-strong"),
]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), PAIRS)
def test_every_text_is_readable_on_its_ground(scheme: str, text: str, ground: str) -> None:
    colours = BLOCKS[0] if scheme == "light" else BLOCKS[0] | BLOCKS[1]
    assert contrast(colours[text], colours[ground]) >= 5.5


def test_dark_is_the_same_by_wish_of_the_system_and_by_choice() -> None:
    assert BLOCKS[1] == BLOCKS[2]


def test_no_other_style_sheet_has_colours_of_its_own() -> None:
    for path in STYLES:
        if path.name != "tokens.css":
            assert re.findall(r"#[0-9a-fA-F]{3,8}\b(?=[;, )])", path.read_text("utf-8")) == [], path.name


# -- Policy


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/login/", "/codes/", "/nothing/"])
def test_every_page_comes_with_the_strict_policy(client: Client, path: str) -> None:
    policy = client.get(path).headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


# -- Signing in and out


@pytest.mark.django_db
def test_whoever_signs_in_lands_where_they_wanted(client: Client) -> None:
    scenery.person("mia")
    form = read(client.get("/login/?next=/issues/")).forms[-1]
    values = form.fields | {"username": "mia", "password": scenery.PASSWORD}
    assert client.post("/login/", values).headers["Location"] == "/issues/"


@pytest.mark.django_db
@pytest.mark.parametrize("wanted", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_signing_in_never_leads_out_of_the_house(client: Client, wanted: str) -> None:
    scenery.person("mia")
    answer = client.post("/login/", {"username": "mia", "password": scenery.PASSWORD, "next": wanted})
    assert answer.headers["Location"] == "/"


@pytest.mark.django_db
def test_a_wrong_password_says_so_and_keeps_the_name(client: Client) -> None:
    scenery.person("mia")
    answer = client.post("/login/", {"username": "mia", "password": "wrong"})
    assert "Please enter a correct username and password" in read(answer).words
    assert 'value="mia"' in answer.content.decode()


@pytest.mark.django_db
def test_signing_out_needs_a_press_and_ends_the_session(signed: Signed) -> None:
    client = signed(scenery.person("mia"))
    assert client.get("/logout/").status_code == 405
    assert client.post("/logout/").headers["Location"] == "/login/"
    assert client.get("/").status_code == 302


# -- Errors


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/nothing/", "/codes/nothing/", "/issues/acme/", "/admin-of-somebody/"])
def test_an_address_without_a_page_says_so_kindly(client: Client, path: str) -> None:
    assert "There is nothing at this address" in read(client.get(path), 404).words


@pytest.mark.django_db
def test_a_fault_of_ours_is_said_to_be_ours_and_shows_no_trace(
    mailbox: Mailbox, owner: User, signed: Signed, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("SECRET-INSIDE")

    monkeypatch.setattr("syncapp.views.boxes", broken)
    client = signed(owner)
    client.raise_request_exception = False
    answer = client.get("/")
    assert "That was our mistake" in read(answer, 500).words
    assert "SECRET-INSIDE" not in answer.content.decode()


@pytest.mark.parametrize("name", ["400.html", "403_csrf.html", "500.html"])
def test_pages_for_bad_days_need_no_database_and_no_request(name: str) -> None:
    from django.template.loader import render_to_string

    assert "Nothing " in Page(render_to_string(name)).words


def test_the_sign_of_life_asks_nobody(client: Client) -> None:
    """Without a database: pytest-django refuses every query of a test that did not ask for one."""
    answer = client.get("/healthz")
    assert (answer.status_code, answer.content, answer.headers["Content-Type"]) == (
        200,
        b"ok\n",
        "text/plain; charset=utf-8",
    )


# -- Secrets


@pytest.mark.django_db
@pytest.mark.parametrize("name", PLACES)
def test_no_page_shows_a_key_of_either_side(name: str, signed: Signed, client: Client) -> None:
    world, place = scenery.scene(3), PLACES[name]
    visitor = place.visitor(world)
    answer: Any = (signed(visitor) if visitor else client).get(place.address(world))
    html = answer.content.decode()
    for secret in ("SECRET-REFRESH", "SECRET-ACCESS", world.organization.secret, "gAAAAA", "md5$"):
        assert secret not in html
