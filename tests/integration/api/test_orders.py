"""Orders for a mailbox or an organization over REST: told first, given once, and to be seen afterwards."""

from __future__ import annotations

import pytest

from connectors.models import Activity, Mailbox, Verb
from syncapp.models import Cursor
from tests.integration.api.conftest import World
from tests.integration.api.world import Api, issue, kind


def address(world: World, whom: str) -> str:
    return {"mailbox": f"mailboxes/{world.anns.pk}/", "organization": "organizations/acme/"}[whom]


WHOM = pytest.mark.parametrize("whom", ["mailbox", "organization"])


@WHOM
def test_pause_and_resume_are_seen_in_the_answer(world: World, whom: str) -> None:
    paused = world.writer.post(f"{address(world, whom)}pause/")
    resumed = world.writer.post(f"{address(world, whom)}resume/")
    assert [each.json()["paused_at"] is None for each in (paused, resumed)] == [False, True]


@WHOM
def test_what_an_order_would_do_is_told_before(world: World, whom: str) -> None:
    told = world.writer.get(f"{address(world, whom)}orders/").json()
    assert (told["resume"], set(told)) == (None, {"pause", "resume", "reread", "reset"})
    assert "It rests until somebody resumes it." in told["pause"]
    assert any("written twice" in sentence for sentence in told["reread"])


def test_what_is_told_counts(world: World) -> None:
    issue(world.acme, world.anns)
    (said,) = [s for s in world.ann.get(f"mailboxes/{world.anns.pk}/orders/").json()["reset"] if "issue" in s]
    assert said == "1 open issue is tried again; it closes when it is proved to be over."


def test_the_journal_says_who(world: World) -> None:
    world.ann.post(f"mailboxes/{world.anns.pk}/pause/")
    row = Activity.everywhere.get(verb=Verb.PAUSED)
    assert (str(row.actor), row.mailbox) == ("ann", world.anns)


def _rereads() -> int:
    return Activity.everywhere.filter(verb=Verb.RESET).count()


def test_one_key_is_one_order(world: World) -> None:
    for _ in range(3):
        assert world.writer.post(f"mailboxes/{world.anns.pk}/reread/", key="k").status_code == 200
    assert _rereads() == 1


def test_without_a_key_each_is_an_order(world: World) -> None:
    for _ in range(2):
        world.writer.post(f"mailboxes/{world.anns.pk}/reread/")
    assert _rereads() == 2


def test_a_repetition_does_not_undo_what_came_after(world: World) -> None:
    world.writer.post(f"mailboxes/{world.anns.pk}/pause/", key="k")
    world.writer.post(f"mailboxes/{world.anns.pk}/resume/")
    world.writer.post(f"mailboxes/{world.anns.pk}/pause/", key="k")
    assert Mailbox.everywhere.get(pk=world.anns.pk).paused_at is None


@pytest.mark.parametrize("first", ["mailboxes/{ann}/reset/", "mailboxes/{bob}/reread/", "organizations/acme/reread/"])
def test_the_key_of_another_order_is_refused(world: World, first: str) -> None:
    world.writer.post(first.format(ann=world.anns.pk, bob=world.bobs.pk), key="k")
    before = _rereads()
    refused = world.writer.post(f"mailboxes/{world.anns.pk}/reread/", key="k")
    assert (refused.status_code, kind(refused), _rereads()) == (422, "idempotency-key-reused", before)


def test_nor_may_it_be_the_key_of_an_order_for_issues(world: World) -> None:
    made = issue(world.acme, world.anns)
    world.writer.post(f"issues/{made.pk}/retry/", key="k")
    refused = world.writer.post(f"mailboxes/{world.anns.pk}/pause/", key="k")
    assert (refused.status_code, kind(refused)) == (422, "idempotency-key-reused")


def test_a_field_that_nobody_knows_is_refused_and_nothing_done(world: World) -> None:
    refused = world.writer.post(f"mailboxes/{world.anns.pk}/pause/", {"until": "tomorrow"})
    assert (refused.status_code, Activity.everywhere.filter(verb=Verb.PAUSED).exists()) == (400, False)


@pytest.mark.parametrize(("who", "status"), [("ann", 403), ("admin", 200), ("reader", 403), ("stranger", 404)])
def test_an_organization_takes_orders_from_its_administrators(world: World, who: str, status: int) -> None:
    client: Api = getattr(world, who)
    assert client.post("organizations/acme/pause/").status_code == status


def test_a_re_read_of_the_organization_forgets_the_cursors_of_its_own_mailboxes_alone(world: World) -> None:
    for mailbox in (world.anns, world.bobs, world.strangers):
        Cursor.everywhere.create(organization=mailbox.organization, mailbox=mailbox, resource="email", value="c")
    world.admin.post("organizations/acme/reread/")
    assert list(Cursor.everywhere.values_list("mailbox", flat=True)) == [world.strangers.pk]
