"""From the button on an issue's page to the mail in the support's mailbox, and what is said of it meanwhile."""

from __future__ import annotations

import html
import tomllib
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client
from django_q.models import OrmQ
from django_q.signing import SignedPackage

from connectors import clock
from connectors.errors import Kind
from connectors.facts import Fact, Survey, Verdict
from connectors.memory import MemoryCrm
from connectors.memory.failing import failure
from connectors.models import Activity, Credential, Mailbox, Organization, Verb
from connectors.scoping import EVERYTHING, scoped
from issues import catalogue
from issues.catalogue import CATALOGUE
from issues.help_requests import HelpPicture, HelpRequest, HelpState
from issues.models import Issue
from issues.services.helping import MOST_AN_HOUR
from notifications import services as notifications
from notifications.models import Delivery
from syncapp import __version__
from syncapp.checked import Checked
from syncapp.helping import Wish, letter
from syncapp.services import housekeeping
from tests import builders
from tests.conftest import Time
from tests.integration.help.conftest import ASK, PATH, PREVIEW, SUPPORT, looks, sends, shot, writes
from tests.integration.notifications.post_office import HANG_UP_AFTER, PostOffice
from tests.integration.pages import scenery
from tests.integration.pages.conftest import Signed
from tests.integration.pages.reading import read

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("supported", "issue")]


def the_request() -> HelpRequest:
    return HelpRequest.everywhere.select_related("issue").get()


def page_of(client: Client) -> str:
    return read(client.get(PATH)).words


# -- The button


def test_owner_and_administrator_have_the_button(mine: Client, admin: User, signed: Signed) -> None:
    for client in (mine, signed(admin)):
        assert read(client.get(PATH)).address("Ask for help") == ASK


def _asking_codes() -> list[str]:
    """Every code whose words send people to the button."""
    return [
        entry.id
        for entry in CATALOGUE.values()
        if any("sk for help" in text for text in (entry.why, *(step.text for step in entry.steps)))
    ]


def test_that_many_codes_send_people_to_the_button() -> None:
    assert len(_asking_codes()) == 14


@pytest.mark.parametrize("code", _asking_codes())
def test_whoever_is_sent_to_the_button_finds_it(mine: Client, mailbox: Mailbox, code: str) -> None:
    """The page of an issue, whatever it is about; and the card on the own page where its steps name the button."""
    scope = catalogue.entry(code).scope
    made = scenery.stop(mailbox, code) if scope == "mailbox" else scenery.fail(mailbox, code, ("A title",))[0]
    address = f"/issues/acme/{made.number}/"
    assert read(mine.get(address)).address("Ask for help") == f"{address}help/"
    if any("“Ask for help”" in step.text for step in catalogue.entry(code).steps):
        assert f"{address}help/" in [address for said, address in read(mine.get("/")).links if said == "Ask for help"]


def test_a_card_whose_steps_do_not_name_it_has_no_such_button(mine: Client) -> None:
    assert "Ask for help" not in [said for said, _ in read(mine.get("/")).links]


def test_what_is_resolved_asks_for_nothing(mine: Client, issue: Issue) -> None:
    scenery.resolve(issue)
    assert "Ask for help" not in [said for said, _ in read(mine.get(PATH)).links]
    assert mine.get(ASK).headers["Location"] == PATH


@pytest.mark.parametrize("path", [ASK, PREVIEW, f"{ASK}pictures/1/"])
def test_others_are_told_that_there_is_nothing(path: str, others: Mailbox, signed: Signed) -> None:
    assert others.owner is not None
    client = signed(others.owner)
    assert client.get(path).status_code == 404
    assert client.post(path, {"description": "x"}).status_code in (404, 405)


def test_a_stranger_is_sent_to_the_sign_in_page(client: Client) -> None:
    assert client.get(ASK).headers["Location"] == f"/login/?next={ASK}"


@pytest.mark.parametrize("path", [ASK, PREVIEW])
def test_a_form_of_a_foreign_page_is_refused(owner: User, path: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(owner)
    assert client.post(path, {"description": "x"}).status_code == 403
    assert not HelpRequest.everywhere.exists()


# -- Without an address


def test_without_an_address_the_text_can_be_copied_and_the_page_says_who_enters_one(
    mine: Client, admin: User, supported: Organization
) -> None:
    Organization.everywhere.update(support_address="")
    said = read(mine.get(ASK)).words
    assert "An administrator of Acme (Ann Anders) has to enter the address" in said
    assert "Help with SYNC-1001" in said
    assert "salesforce.FIELD_CUSTOM_VALIDATION_EXCEPTION" in said


def test_an_administrator_is_led_to_where_it_is_entered(admin: User, signed: Signed, supported: Organization) -> None:
    Organization.everywhere.update(support_address="")
    found = read(signed(admin).get(ASK))
    assert found.address("the page of the organization") == f"/admin/connectors/organization/{supported.pk}/change/"


def test_without_an_address_nothing_is_kept(mine: Client) -> None:
    Organization.everywhere.update(support_address="")
    assert writes(mine).status_code == 200
    assert not HelpRequest.everywhere.exists()


# -- Looking first


def test_nothing_leaves_before_it_was_looked_at(mine: Client, office: PostOffice) -> None:
    assert writes(mine).headers["Location"] == PREVIEW
    assert notifications.deliver() == 0
    assert the_request().state == HelpState.DRAFT
    assert "asked for help" not in page_of(mine)


def test_what_was_looked_at_is_what_arrives_byte_for_byte(mine: Client, owner: User, office: PostOffice) -> None:
    writes(mine, "It fails.\nSince Monday: “always”, 株式会社.", shot(), shot("b.jpg", "red", "JPEG"))
    response = mine.get(PREVIEW)
    seen, shown = response.context["mail"], read(response)
    pictures = [mine.get(tag["src"]).content for name, tag in shown.tags if name == "img" and ASK in tag["src"]]
    assert seen.text in html.unescape(response.content.decode())
    sends(mine)
    assert notifications.deliver() == 1
    (mail,) = office.taken
    text, *files = [part for part in mail.walk() if not part.is_multipart()]
    assert text.get_content().replace("\r\n", "\n") == seen.text
    assert [part.get_content() for part in files] == pictures
    assert [part.get_filename() for part in files] == ["picture-1.png", "picture-2.png"]
    assert (mail["to"], mail["subject"], mail["reply-to"]) == (SUPPORT, seen.subject, owner.email)
    assert (mail["message-id"], mail["auto-submitted"]) == (the_request().message_id, "auto-generated")


def test_the_mail_says_what_support_needs(mine: Client, issue: Issue) -> None:
    scenery.fail_again(issue)
    writes(mine)
    text = looks(mine).words
    for words in (
        "Mia Meier asks for help with SYNC-1001.",
        "It fails since Monday.",
        "Number: SYNC-1001",
        "Page: http://localhost:8000/issues/acme/1001/",
        "Reason: salesforce.FIELD_CUSTOM_VALIDATION_EXCEPTION",
        "failed 2 times",
        "HTTP 400, request 4f1c0d",
        "mia@ours.example (google)",
        "Syncapp 0.1.0",
        "Django 5.2",
        "Salesforce API 66.0",
        "Gmail API v1",
        "--- First checks ---",
    ):
        assert words in text


def test_what_the_other_side_said_comes_only_where_it_is_wished(mine: Client) -> None:
    writes(mine)
    assert "Enter a cost centre" not in looks(mine).words
    writes(mine, with_words="on")
    assert "Enter a cost centre." in looks(mine).words


def test_another_window_that_changed_it_meanwhile_is_noticed(mine: Client) -> None:
    writes(mine)
    seen = looks(mine).forms[-1].fields["seen"]
    writes(mine, "Something else.")
    response = mine.post(PREVIEW, {"seen": seen}, follow=True)
    assert "Something has changed since you looked at it." in read(response).words
    assert the_request().state == HelpState.DRAFT


def test_an_address_that_was_changed_meanwhile_is_noticed(mine: Client) -> None:
    writes(mine)
    seen = looks(mine).forms[-1].fields["seen"]
    Organization.everywhere.update(support_address="new@support.example")
    response = mine.post(PREVIEW, {"seen": seen}, follow=True)
    assert "new@support.example" in read(response).words
    assert the_request().state == HelpState.DRAFT
    sends(mine)
    assert the_request().address == "new@support.example"


def test_an_address_that_was_taken_away_meanwhile_sends_nothing(mine: Client) -> None:
    writes(mine)
    Organization.everywhere.update(support_address="")
    assert (
        "Nobody has said yet where this is to go"
        in read(mine.post(PREVIEW, {"seen": looks(mine).forms[-1].fields["seen"]}, follow=True)).words
    )
    assert the_request().state == HelpState.DRAFT


def test_to_look_without_having_written_leads_to_the_form(mine: Client) -> None:
    assert mine.get(PREVIEW).headers["Location"] == ASK


def test_a_draft_is_its_authors_alone(mine: Client, admin: User, signed: Signed) -> None:
    writes(mine, "Mine.", shot())
    picture = HelpPicture.everywhere.get()
    other = signed(admin)
    assert other.get(PREVIEW).headers["Location"] == ASK
    assert other.get(f"{ASK}pictures/{picture.pk}/").status_code == 404
    assert "Mine." not in other.get(ASK).content.decode()


# -- Sending


def test_a_double_click_is_one_request_and_one_mail(mine: Client, office: PostOffice) -> None:
    writes(mine)
    seen = looks(mine).forms[-1].fields["seen"]
    for _ in range(2):
        assert mine.post(PREVIEW, {"seen": seen}).headers["Location"] == PATH
    assert (HelpRequest.everywhere.count(), Delivery.everywhere.count()) == (1, 1)
    assert notifications.deliver() == 1
    assert notifications.deliver() == 0
    assert len(office.taken) == 1


def test_the_job_that_sends_is_asked_for_with_it(mine: Client) -> None:
    writes(mine)
    assert not OrmQ.objects.exists()
    sends(mine)
    queued = [SignedPackage.loads(row.payload)["func"] for row in OrmQ.objects.all()]
    assert queued == ["notifications.tasks.deliver"]


def test_the_page_says_how_far_it_is(mine: Client, office: PostOffice, time: Time) -> None:
    writes(mine)
    sends(mine)
    assert "Mia Meier asked for help just now. It is on its way to help@support.example." in page_of(mine)
    office.answers.append("451 later")
    notifications.deliver()
    said = page_of(mine)
    assert "It could not be sent to help@support.example yet (SMTPDataError 451); next try in a moment." in said
    time.move(minutes=2)
    notifications.deliver()
    time.move(minutes=2)
    said = page_of(mine)
    assert "Sent to help@support.example 2 minutes ago." in said
    assert "Help asked for by Mia Meier" in said
    assert "Request for help sent" in said


def test_what_could_not_be_sent_is_sent_again_as_the_same_mail(mine: Client, office: PostOffice, time: Time) -> None:
    writes(mine, "Look.", shot())
    sends(mine)
    office.answers.append(HANG_UP_AFTER)
    notifications.deliver()
    time.move(seconds=61)
    notifications.deliver()
    assert office.message_ids == [the_request().message_id] * 2
    first, second = ([part.get_content() for part in mail.walk() if not part.is_multipart()] for mail in office.taken)
    assert first == second
    assert len(first) == 2
    assert (the_request().state, the_request().tries) == (HelpState.SENT, 2)


def test_what_is_refused_for_good_says_so_and_can_be_asked_anew(mine: Client, office: PostOffice) -> None:
    office.refused_recipients[SUPPORT] = "550 no such mailbox"
    writes(mine)
    sends(mine)
    notifications.deliver()
    assert the_request().state == HelpState.FAILED
    assert "It could not be sent to help@support.example (recipient refused with 550)." in page_of(mine)
    assert Activity.everywhere.filter(verb=Verb.HELP_FAILED).count() == 1
    office.refused_recipients.clear()
    writes(mine, "Once more.")
    sends(mine)
    assert notifications.deliver() == 1


def test_a_mail_server_that_is_away_for_two_days_is_given_up(mine: Client, time: Time, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    writes(mine)
    sends(mine)
    for _ in range(10):
        notifications.deliver()
        time.move(minutes=241)
    assert (the_request().state, the_request().tries) == (HelpState.FAILED, 10)


def test_the_journal_says_who_asked_and_nothing_of_what_they_wrote(mine: Client, owner: User) -> None:
    writes(mine, "A secret worry.")
    sends(mine)
    line = Activity.everywhere.get(verb=Verb.HELP_ASKED)
    assert (line.actor, line.issue_number, line.note) == (owner, 1001, "")


def test_nobody_floods_the_support(mine: Client, office: PostOffice, time: Time) -> None:
    for _ in range(MOST_AN_HOUR):
        writes(mine)
        sends(mine)
    writes(mine, "Once more.")
    response = mine.post(PREVIEW, {"seen": looks(mine).forms[-1].fields["seen"]}, follow=True)
    assert "You have asked for help 10 times within an hour." in read(response).words
    assert HelpRequest.everywhere.filter(state=HelpState.DRAFT).count() == 1
    time.move(minutes=61)
    assert sends(mine).headers["Location"] == PATH


def test_a_person_keeps_a_few_drafts(mine: Client, mailbox: Mailbox) -> None:
    made = scenery.fail(mailbox, titles=tuple("abcdefg"))
    for each in made:
        mine.post(f"/issues/acme/{each.number}/help/", {"description": "x"})
    left = HelpRequest.everywhere.order_by("pk").values_list("issue", flat=True)
    assert list(left) == [each.pk for each in made[-5:]]


def test_old_drafts_and_old_texts_go(mine: Client, office: PostOffice, time: Time) -> None:
    writes(mine, "Sent.", shot())
    sends(mine)
    notifications.deliver()
    writes(mine, "Not sent.", shot())
    time.move(hours=25)
    housekeeping()
    assert the_request().text is not None
    time.move(days=90)
    housekeeping()
    assert (the_request().text, the_request().description, HelpPicture.everywhere.count()) == (None, None, 0)
    assert the_request().state == HelpState.SENT
    assert "asked for help" in page_of(mine)


def test_a_letter_is_the_same_for_whoever_asks_twice(issue: Issue, owner: User) -> None:
    with scoped(EVERYTHING):
        wish = Wish(description="Same.", author=owner)
        assert letter(issue, wish) == letter(issue, wish)


@pytest.fixture
def surveyed(supported: Organization) -> MemoryCrm:
    """A CRM that can be asked, and says something of itself."""
    Credential.everywhere.create(organization=supported, provider=supported.crm, grant={}, access={})
    crm = builders.crm_of(supported)
    crm.surveyed = Survey(facts=(Fact(name="Required fields", verdict=Verdict.BAD, text="Region is required."),))
    return crm


def test_an_administrator_adds_what_salesforce_says_now(surveyed: MemoryCrm, admin: User, signed: Signed) -> None:
    client = signed(admin)
    writes(client)
    assert "Required fields" not in looks(client).words
    writes(client, looks="on")
    assert "Needs to be mended: Required fields. Region is required." in looks(client).words


def test_what_was_found_last_is_added_without_asking(surveyed: MemoryCrm, admin: User, signed: Signed) -> None:
    client = signed(admin)
    writes(client, looks="on")
    surveyed.surveyed = Survey()
    writes(client)
    assert "Needs to be mended: Required fields. Region is required." in looks(client).words


def test_a_salesforce_that_does_not_answer_is_no_reason_to_send_nothing(
    surveyed: MemoryCrm, admin: User, signed: Signed
) -> None:
    surveyed.faults.waiting.append(failure("network.CONNECTION_REFUSED", Kind.TRANSIENT))
    client = signed(admin)
    writes(client, looks="on")
    assert "Needs to be mended: Connection to Salesforce. " in looks(client).words


def test_an_owner_sends_what_was_found_in_the_own_mailbox(
    surveyed: MemoryCrm, supported: Organization, issue: Issue, mine: Client
) -> None:
    assert issue.mailbox is not None
    kept = {"verdict": "bad", "text": "So it is.", "steps": [], "who": "end_user", "code": ""}
    for mailbox, name in ((None, "Of the organization"), (issue.mailbox, "Of the mailbox")):
        Checked.everywhere.create(
            organization=supported, mailbox=mailbox, made_at=clock.now(), facts=[kept | {"name": name}]
        )
    writes(mine)
    assert "Needs to be mended: Of the mailbox. So it is." in looks(mine).words
    assert "Of the organization" not in looks(mine).words


def test_an_owner_cannot_have_salesforce_asked(mine: Client) -> None:
    assert "Ask Salesforce now" not in read(mine.get(ASK)).words


def test_the_version_that_is_told_is_that_of_the_package() -> None:
    project = tomllib.loads(Path(settings.BASE_DIR, "pyproject.toml").read_text("utf-8"))["project"]
    assert project["version"] == __version__
