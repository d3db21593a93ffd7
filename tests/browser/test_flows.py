"""What people do on the pages, with a mouse, with a thumb, with the keyboard, and without a script."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from connectors import clock
from issues.models import BulkOperation, Issue
from issues.services import run_operation
from tests.browser.conftest import Visit
from tests.browser.looking import Witness, barriers, clipped, sideways
from tests.browser.places import PLACES
from tests.integration.pages import scenery
from tests.integration.pages.reading import Page as Read
from tests.integration.pages.scenery import Scene, scene

pytestmark = pytest.mark.browser


@pytest.fixture
def world(transactional_db: None) -> Scene:
    made = scene(12)
    BulkOperation.everywhere.all().delete()
    return made


def at(name: str, world: Scene) -> tuple[str, Any]:
    place = PLACES[name]
    return place.address(world), place.visitor(world)


def test_a_person_signs_in_and_sees_their_mailbox(visit: Visit, world: Scene) -> None:
    page = visit("/")
    page.get_by_label("Username").fill("mia")
    page.get_by_label("Password").fill(scenery.PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="of your e-mails are not in Salesforce")).to_be_visible()


def test_a_thumb_tries_one_again_and_is_told_so(visit: Visit, world: Scene) -> None:
    page = visit(*at("issue", world), width=390, has_touch=True, is_mobile=True)
    page.get_by_role("button", name="Try again").tap()
    expect(page.get_by_role("status")).to_contain_text("is tried again now")


def test_ignoring_asks_for_a_reason_and_keeps_it(visit: Visit, world: Scene) -> None:
    page = visit(*at("issue", world))
    page.get_by_text("Ignore…").click()
    page.get_by_label("Why").fill("private lunch")
    page.get_by_label("For how long").select_option("for a week")
    page.get_by_role("button", name="Ignore SYNC-").click()
    expect(page.get_by_text("private lunch").first).to_be_visible()
    expect(page.get_by_text("comes back in 1 week")).to_be_visible()


def test_what_an_end_needs_is_asked_for_once_it_is_chosen(visit: Visit, world: Scene) -> None:
    page = visit(*at("issue-ignoring", world))
    for chosen, day, failures in (("", False, False), ("date", True, False), ("failures", False, True)):
        page.get_by_label("For how long").select_option(value=chosen)
        expect(page.locator("#id_day")).to_be_visible(visible=day)
        expect(page.locator("#id_failures")).to_be_visible(visible=failures)


def run_all() -> None:
    for operation in BulkOperation.everywhere.all():
        while not run_operation(operation.pk):
            pass


def start(page: Page) -> None:
    page.get_by_role("button", name="Try 7 again").click()
    expect(page.get_by_role("heading", name="Trying 7 again")).to_be_visible()


def counter(page: Page, name: str) -> Any:
    return page.locator(f"[data-count={name}]")


def test_an_order_is_watched_until_it_is_over(visit: Visit, world: Scene) -> None:
    page = visit(*at("bulk-of-a-code", world))
    start(page)
    run_all()
    expect(counter(page, "done")).to_have_text("7")
    expect(counter(page, "still_trying")).to_have_text("7")
    for issue in Issue.everywhere.filter(status="retrying"):
        scenery.resolve(issue)
    expect(page.get_by_role("heading", name="Tried 7 again")).to_be_visible()
    expect(page.get_by_text("All done: 7 resolved.")).to_be_visible()


def test_a_server_that_is_away_for_a_moment_is_asked_again(visit: Visit, world: Scene) -> None:
    page = visit(*at("bulk-of-a-code", world), troubled=True)
    page.route("**/progress/", lambda route: route.abort())
    start(page)
    expect(page.get_by_text("No answer at the moment; asking again.")).to_be_visible()
    page.unroute("**/progress/")
    expect(page.get_by_text("0 of 7 taken up.")).to_be_visible()


def test_pressing_twice_in_a_hurry_starts_one_order(visit: Visit, world: Scene) -> None:
    page = visit(*at("bulk-of-a-code", world))
    page.get_by_role("button", name="Try 7 again").dblclick(no_wait_after=True)
    page.wait_for_url("**/operations/*/")
    assert BulkOperation.everywhere.count() == 1


def test_the_selection_bar_appears_with_the_first_tick(visit: Visit, world: Scene) -> None:
    page = visit(*at("admin-issues", world))
    bar = page.get_by_role("region", name="Selection")
    expect(bar).to_be_hidden()
    for box in page.locator(".action-select").all()[:2]:
        box.check()
    expect(bar).to_be_visible()
    expect(bar).to_contain_text("2 of")
    assert barriers(page) == []
    bar.get_by_role("button", name="Try again…").click()
    expect(page.get_by_role("heading", name="again?")).to_be_visible()


@pytest.mark.parametrize("width", [1360, 390])
def test_a_chip_opens_its_choices_within_the_page(visit: Visit, world: Scene, width: int) -> None:
    page = visit(*at("admin-issues", world), width=width)
    page.locator("summary", has_text="Reason").click()
    assert sideways(page) == 0
    assert clipped(page) == []
    assert barriers(page) == []
    page.get_by_role("link", name="A required field is empty").first.click()
    expect(page.locator("summary.chosen")).to_contain_text("A required field is empty")


def test_one_chip_closes_when_another_opens(visit: Visit, world: Scene) -> None:
    page = visit(*at("admin-issues", world))
    for name in ("Status", "Reason"):
        page.locator("summary", has_text=name).click()
    expect(page.locator("details.filter[open]")).to_have_count(1)


def scheme_of(page: Page) -> str:
    return str(page.evaluate("getComputedStyle(document.documentElement).colorScheme"))


def test_the_choice_of_colours_holds_on_every_page(visit: Visit, world: Scene) -> None:
    page = visit(*at("home", world), scheme="light")
    assert scheme_of(page) == "light"
    page.get_by_role("button", name="Colours").click()
    assert scheme_of(page) == "dark"
    page.goto("/codes/")
    assert scheme_of(page) == "dark"
    page.get_by_role("button", name="Colours: dark. Change").click()
    assert scheme_of(page) == "light"


def test_the_admin_follows_the_same_choice(visit: Visit, world: Scene) -> None:
    page = visit(*at("admin", world), scheme="dark")
    page.get_by_role("button", name="Colours").click()
    page.goto("/issues/")
    assert scheme_of(page) == "light"


@pytest.mark.parametrize("name", ["home", "issue", "admin", "admin-issues", "sign-in"])
def test_the_keyboard_sees_where_it_is(visit: Visit, world: Scene, name: str) -> None:
    page = visit(*at(name, world))
    page.locator("body").evaluate("document.activeElement.blur()")
    for _ in range(8):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement === document.body"):
            break
        ring = page.evaluate(
            "(({outlineStyle, outlineWidth}) => [outlineStyle, outlineWidth])(getComputedStyle(document.activeElement))"
        )
        assert ring == ["solid", "2px"], page.evaluate("document.activeElement.outerHTML")


def test_the_first_stop_of_the_keyboard_skips_to_the_content(visit: Visit, world: Scene) -> None:
    page = visit(*at("home", world))
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


_SMALL = """() => [...document.querySelectorAll(
        'button, .push, .chip, input:not([type=hidden]), select, textarea, summary, .items a, .top-nav a')]
    .filter(element => element.checkVisibility() && element.getBoundingClientRect().height < 43.5)
    .map(element => `${element.outerHTML.slice(0, 120)} ${element.getBoundingClientRect().height}`)"""


@pytest.mark.parametrize("name", ["home", "issue-ignoring", "issues", "bulk-ignore", "sign-in", "code"])
def test_a_thumb_finds_targets_of_44_pixels(visit: Visit, world: Scene, name: str) -> None:
    page = visit(*at(name, world), width=390, has_touch=True, is_mobile=True)
    assert page.evaluate(_SMALL) == []


def test_exact_times_are_in_the_readers_zone(visit: Visit, world: Scene) -> None:
    page = visit(*at("issue", world), timezone_id="Asia/Tokyo")
    assert page.locator("time").first.get_attribute("title").endswith("Asia/Tokyo")  # type: ignore[union-attr]


LENGTHS = [
    *(timedelta(seconds=seconds) for seconds in (2, 70, 3500, 3660, 86000, 86500)),
    *(timedelta(days=days, minutes=1) for days in (6, 7, 13, 29, 30, 59, 364, 365, 800)),
]


def test_the_script_says_times_in_the_same_words_as_the_server(visit: Visit, world: Scene) -> None:
    issues = Issue.everywhere.filter(scope="item").order_by("pk")[: len(LENGTHS)]
    for issue, length in zip(issues, LENGTHS, strict=False):
        Issue.everywhere.filter(pk=issue.pk).update(last_at=clock.now() - length)
    path, user = at("issues", world)
    page = visit(path, user)
    by_script = page.locator("time").all_inner_texts()
    served = Read(page.request.get(path).text())
    by_server = [
        words for words in served.words.replace("Next try", "\n").split("\n") if words.endswith(("ago", "now"))
    ]
    assert [words for words in by_script if words.endswith(("ago", "now"))] == by_server


def test_times_stay_true_while_a_page_is_open(visit: Visit, world: Scene) -> None:
    page = visit("/login/")
    page.clock.install()
    path, user = at("issue", world)
    page.context.add_cookies(visit("/login/", user).context.cookies())  # type: ignore[arg-type]
    page.goto(path)
    first = page.get_by_role("complementary").locator("time").first
    expect(first).to_have_text("20 minutes ago")
    page.clock.fast_forward("05:00")
    expect(first).to_have_text("25 minutes ago")


@pytest.fixture
def scriptless(visit: Visit, world: Scene) -> Page:
    return visit(*at("issue", world), java_script_enabled=False)


def test_without_a_script_an_issue_is_tried_again(scriptless: Page) -> None:
    scriptless.get_by_role("button", name="Try again").click()
    expect(scriptless.get_by_text("It is being tried again right now.")).to_be_visible()


def test_without_a_script_an_issue_is_ignored(scriptless: Page) -> None:
    scriptless.get_by_text("Ignore…").click()
    scriptless.get_by_label("Why").fill("private")
    scriptless.get_by_role("button", name="Ignore SYNC-").click()
    expect(scriptless.get_by_text("private").first).to_be_visible()


def test_without_a_script_an_order_shows_its_end(visit: Visit, world: Scene) -> None:
    page = visit(*at("bulk-of-a-code", world), java_script_enabled=False)
    page.get_by_role("button", name="Try 7 again").click()
    run_all()
    for issue in Issue.everywhere.filter(status="retrying"):
        scenery.resolve(issue)
    expect(page.get_by_text("All done: 7 resolved.")).to_be_visible()


def test_without_a_script_dark_is_dark(visit: Visit, world: Scene) -> None:
    page = visit("/login/", scheme="dark", java_script_enabled=False)
    assert page.locator("body").evaluate("e => getComputedStyle(e).backgroundColor") == "rgb(15, 20, 25)"


# -- Settings that mean something only with others


@pytest.mark.parametrize(
    ("switch", "fields"),
    [
        ("brings_files", ("largest_file", "files_only", "files_never")),
        ("syncs_events", ("private_events", "absences", "event_conflicts")),
        ("syncs_tasks", ("event_conflicts",)),
        ("syncs_contacts", ("event_conflicts",)),
    ],
)
def test_a_setting_is_there_once_what_gives_it_a_meaning_is_ticked(
    visit: Visit, world: Scene, switch: str, fields: tuple[str, ...]
) -> None:
    page = visit(*at("admin-organization", world))
    for shown in (False, True, False):
        page.locator(f"#id_{switch}").set_checked(shown)
        for field in fields:
            expect(page.locator(f"#id_{field}")).to_be_visible(visible=shown)


# -- What the browser complains of


def test_what_a_script_complains_of_is_heard(visit: Visit, world: Scene) -> None:
    page = visit(*at("sign-in", world), troubled=True)
    witness = Witness(page)
    page.evaluate("console.error('no such thing')")
    with page.expect_event("pageerror"):
        page.evaluate("setTimeout(() => { throw new Error('it broke') }, 0)")
    assert witness.errors == ["no such thing", "it broke"]
