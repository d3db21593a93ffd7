"""The same of what a page says in answer to something: what is wrong, what was done, and what is over."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from connectors import clock
from connectors.models import Mailbox, Organization
from issues.models import BulkOperation, Issue
from tests import builders
from tests.integration.pages import pseudo, scenery
from tests.integration.pages.scenery import Scene
from tests.integration.pages.test_languages import reader

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_spoken")]

Answer = Callable[[Scene], Any]


def got(who: User | None, address: str) -> Any:
    return reader(who).get(address, follow=True)


def sent(who: User | None, address: str, **fields: Any) -> Any:
    """What stands there after a form was sent, with the messages that came of it."""
    return reader(who).post(address, fields, follow=True)


def issue_at(scene: Scene, rest: str = "") -> str:
    assert scene.issue is not None
    return f"/issues/{scene.organization.slug}/{scene.issue.number}/{rest}"


def asking_at(scene: Scene, rest: str = "") -> str:
    assert scene.asking is not None
    return f"/issues/{scene.organization.slug}/{scene.asking.number}/{rest}"


def changed(rows: Any, **values: Any) -> None:
    assert rows.update(**values)


def with_mailbox(**values: Any) -> Answer:
    """The first page of an owner whose mailbox is like that, without any issue."""

    def answer(scene: Scene) -> Any:
        organization = builders.organization()
        mailbox = builders.mailbox(organization, "zoe@ours.example", provider="google", **values)
        owner = scenery.owner_of(mailbox, "zoe")
        if values:
            scenery.connect(mailbox)
        return got(owner, "/")

    return answer


def resting(scene: Scene) -> Any:
    changed(Mailbox.everywhere.filter(pk=scene.mailbox.pk), paused_at=clock.now())
    return got(scene.owner, "/")


def all_resting(scene: Scene) -> Any:
    changed(Organization.everywhere.filter(pk=scene.organization.pk), paused_at=clock.now())
    return got(scene.owner, "/")


def stopped_for_all(scene: Scene) -> Any:
    scenery.stop_all(scene.organization)
    return got(scene.owner, "/")


def resolved(scene: Scene) -> Any:
    issue = Issue.everywhere.select_related("organization").get(pk=scene.issue.pk if scene.issue else 0)
    scenery.resolve(issue)
    return got(scene.owner, issue_at(scene))


def ignored(**values: str) -> Answer:
    def answer(scene: Scene) -> Any:
        return sent(scene.owner, issue_at(scene, "ignore/"), reason="Because", **values)

    return answer


def woken(scene: Scene) -> Any:
    ignored()(scene)
    return sent(scene.owner, issue_at(scene, "wake/"))


def decided(scene: Scene) -> Any:
    sides = {f"side-{name}": "crm" for name in scenery.VERSIONS["fields"]}
    return sent(scene.owner, asking_at(scene, "decide/"), choice="fields", **sides)


def kept_filter(scene: Scene) -> Any:
    sent(scene.owner, f"/issues/?organization={scene.organization.slug}&type=email", name="Mine")
    return sent(scene.owner, f"/issues/?organization={scene.organization.slug}&type=email&status=all", name="Mine")


def seen_by_a_colleague(scene: Scene) -> Any:
    return got(scenery.joins(scenery.person("colleague"), scene.organization), "/")


def without_support(scene: Scene, who: str) -> Any:
    changed(Organization.everywhere.filter(pk=scene.organization.pk), support_address="")
    return got(getattr(scene, who), issue_at(scene, "help/"))


def finished(**values: Any) -> Answer:
    def answer(scene: Scene) -> Any:
        changed(BulkOperation.everywhere.filter(pk=scene.operation_id or 0), **values)
        return got(scene.admin, f"/operations/{scene.operation_id}/")

    return answer


SITUATIONS: Mapping[str, Answer] = {
    "nobody's mailbox": seen_by_a_colleague,
    "not connected": with_mailbox(),
    "in step": with_mailbox(good_at=clock.now() - timedelta(minutes=3)),
    "read for the first time": with_mailbox(next_run_at=clock.now()),
    "not looked at for long": with_mailbox(good_at=clock.now() - timedelta(days=3)),
    "failing": with_mailbox(good_at=clock.now(), failed_runs=3),
    "resting": resting,
    "all resting": all_resting,
    "stopped for all": stopped_for_all,
    "resolved": resolved,
    "tried again": lambda scene: sent(scene.owner, issue_at(scene, "retry/")),
    "ignored for good": ignored(),
    "ignored until a day": ignored(until="30"),
    "ignored until it fails": ignored(until="failures", failures="5"),
    "ignored without a reason": lambda scene: sent(scene.owner, issue_at(scene, "ignore/"), until="date", day="x"),
    "ignored until yesterday": ignored(until="date", day="2020-01-01"),
    "ignored too often": ignored(until="failures", failures="0"),
    "woken": woken,
    "decided": decided,
    "decided by halves": lambda scene: sent(scene.owner, asking_at(scene, "decide/"), choice="fields"),
    "decided as nobody asked": lambda scene: sent(scene.owner, asking_at(scene, "decide/"), choice="x"),
    "a filter twice": kept_filter,
    "a list of one cause": lambda scene: got(
        scene.owner, f"/issues/?cause={scene.issue.cause_id if scene.issue else 0}&q=Renewal&mailbox=1&conversation=x"
    ),
    "nothing in a list": lambda scene: got(scene.owner, "/issues/?q=nothing-like-it&status=ignored"),
    "ignoring many without a reason": lambda scene: sent(
        scene.admin, "/bulk/", verb="ignore", organization=scene.organization.slug, all="1", confirmed="1"
    ),
    "many of a filter": lambda scene: got(
        scene.admin, f"/bulk/?verb=retry&organization={scene.organization.slug}&filter=1&type=email&status=needed"
    ),
    "many that are none": lambda scene: got(
        scene.admin, f"/bulk/?verb=ignore&organization={scene.organization.slug}&code=engine.UNKNOWN"
    ),
    "an order is over": finished(state="finished", total=8, done=8, resolved=5, failed_again=3),
    "an order is paused": finished(state="paused", total=8, done=2),
    "an order is cancelled": finished(state="cancelled", total=8, done=2, resolved=2),
    "an order is undone": finished(state="undone", verb="ignore", total=8, done=8, returned=6),
    "help, and nobody to ask": lambda scene: without_support(scene, "owner"),
    "help, and an administrator": lambda scene: without_support(scene, "admin"),
    "help without words": lambda scene: sent(scene.owner, issue_at(scene, "help/"), description=""),
    "a pause is ordered": lambda scene: sent(scene.owner, f"/orders/mailboxes/{scene.mailbox.pk}/pause/"),
    "a reset is looked at": lambda scene: got(scene.owner, f"/orders/mailboxes/{scene.mailbox.pk}/reset/"),
    "all of it is to rest": lambda scene: got(scene.admin, f"/orders/organizations/{scene.organization.slug}/pause/"),
    "all of it is to go on": lambda scene: got(scene.admin, f"/orders/organizations/{scene.organization.slug}/resume/"),
    "all is to be read again": lambda scene: got(
        scene.admin, f"/orders/organizations/{scene.organization.slug}/reread/"
    ),
    "calendars": lambda scene: got(scene.owner, f"/mailboxes/{scene.mailbox.pk}/calendars/"),
    "a calendar that is none": lambda scene: sent(
        scene.owner, f"/mailboxes/{scene.mailbox.pk}/calendars/", calendar="x"
    ),
    "a token is made": lambda scene: sent(
        scene.admin, f"/tokens/organizations/{scene.organization.slug}/", name="Nightly", rights="read", days="30"
    ),
    "a token without a name": lambda scene: sent(scene.admin, f"/tokens/organizations/{scene.organization.slug}/"),
    "a way that is refused": lambda scene: sent(
        scene.admin,
        f"/connect/organizations/{scene.organization.slug}/ways/salesforce/",
        flow="client_credentials",
        domain="https://login.salesforce.com",
    ),
    "sent here by another site": lambda scene: reader(scene.owner).get(
        f"/connect/google/{scene.mailbox.pk}/", headers={"Sec-Fetch-Site": "cross-site"}, follow=True
    ),
    "the wrong password": lambda scene: sent(None, "/login/", username="mia", password="wrong"),
    "not for you": lambda scene: got(scene.owner, f"/checks/organizations/{scene.organization.slug}/"),
    "codes that are searched": lambda scene: got(None, "/codes/?q=duplicate"),
    "a code of a mailbox": lambda scene: got(None, "/codes/google_oauth.invalid_grant-revoked/"),
    "a code of all": lambda scene: got(None, "/codes/salesforce.request_limit_exceeded/"),
}


@pytest.mark.parametrize("name", SITUATIONS)
def test_nothing_is_left_in_english(name: str) -> None:
    answer = SITUATIONS[name](scenery.scene(8))
    assert answer.status_code < 500
    assert "text/html" in answer.headers["Content-Type"]
    assert pseudo.untranslated(answer.content.decode()) == []


def test_a_page_that_failed_says_so_in_the_reader_s_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("issues.views.CATALOGUE", None)
    answer = got(None, "/codes/")
    assert answer.status_code == 500
    assert pseudo.untranslated(answer.content.decode()) == []


def test_a_form_from_elsewhere_is_refused_in_the_reader_s_words() -> None:
    client = Client(headers={"Accept-Language": pseudo.CODE}, enforce_csrf_checks=True)
    answer = client.post("/login/", {"username": "mia"})
    assert answer.status_code == 403
    assert pseudo.untranslated(answer.content.decode()) == []
