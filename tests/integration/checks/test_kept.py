"""First checks are kept, with why they were made; and made where an issue was opened or a day has passed."""

from __future__ import annotations

from typing import Any

import pytest
from django_q.models import OrmQ

from connectors import clock
from connectors.errors import Failure, Kind, Matched
from connectors.facts import App, Fact, Survey, Trace, Verdict
from connectors.fixers import Fixer
from connectors.memory import CRMS
from connectors.models import Mailbox, Organization
from issues.lifecycle import Status
from issues.models import Issue
from syncapp import checking, first_checks, tasks
from syncapp.checked import Checked, Why
from syncapp.models import Allowance, Breaker
from tests import builders
from tests.conftest import Time
from tests.integration.pages import scenery

pytestmark = pytest.mark.django_db
USED_UP = scenery.USED_UP


def says(organization: Organization, *facts: Fact, names: tuple[str, ...] = ()) -> None:
    """What the CRM will say of itself."""
    apps = frozenset(App(name=name, trace=Trace.TOKEN) for name in names)
    CRMS[organization.crm_org_id].surveyed = Survey(facts=facts, apps=apps)


def fact(verdict: Verdict = Verdict.BAD, name: str = "Lead", **more: Any) -> Fact:
    steps = () if verdict is Verdict.GOOD else ("Grant it.",)
    return Fact(name=name, verdict=verdict, text="Something is so.", steps=steps, **more)


def works_off() -> list[tuple[Any, ...]]:
    """The jobs that were asked for, done at once: what each was about."""
    rows = list(OrmQ.objects.order_by("pk"))
    OrmQ.objects.all().delete()
    done = []
    for row in rows:
        task = row.task
        if task["func"] in (checking.ORGANIZATION_JOB, checking.MAILBOX_JOB):
            getattr(tasks, task["func"].rpartition(".")[2])(*task["args"])
            done.append(task["args"])
    return done


def test_what_was_found_is_kept_with_when_and_why(organization: Organization) -> None:
    says(organization, fact())
    facts = checking.check_organization(organization, Why.CONNECTED)
    row = checking.last_of(organization)
    assert row is not None
    assert (row.why, row.made_at is not None) == ("connected", True)
    assert checking.facts_of(row) == checking.in_order(facts)


def test_the_next_look_takes_the_place_of_the_last(organization: Organization) -> None:
    says(organization, fact())
    checking.check_organization(organization)
    says(organization, fact(Verdict.GOOD))
    checking.check_organization(organization)
    (row,) = Checked.objects.all()
    assert {told["verdict"] for told in row.facts if told["name"] == "Lead"} == {"good"}


def test_before_anybody_looked_nothing_is_kept(organization: Organization) -> None:
    assert checking.last_of(organization) is None
    assert checking.facts_of(None) == []


@pytest.mark.parametrize("who", Fixer)
@pytest.mark.parametrize("verdict", Verdict)
def test_a_fact_is_read_as_it_was_kept(verdict: Verdict, who: Fixer) -> None:
    failure = Failure(provider="google", code="google.notFound", kind=Kind.UNKNOWN, matched=Matched.CODE)
    for each in (fact(verdict, who=who), fact(verdict, who=who, failure=failure)):
        assert checking.again(checking.kept(each)) == each


def test_what_a_provider_said_is_not_kept() -> None:
    failure = Failure(provider="google", code="google.notFound", kind=Kind.NOT_FOUND, said="SECRET")
    assert "SECRET" not in str(checking.kept(fact(failure=failure)))


def test_red_comes_first_and_what_nobody_can_ask_last() -> None:
    facts = [fact(verdict, verdict.value) for verdict in sorted(Verdict)]
    assert [each.verdict for each in checking.in_order(facts)] == list(checking.ORDER)
    assert set(checking.ORDER) == set(Verdict)


@pytest.mark.parametrize(("verdict", "well"), [(v, v in (Verdict.GOOD, Verdict.CLOSED)) for v in Verdict])
def test_all_is_well_where_nothing_is_red_or_amber(verdict: Verdict, well: bool) -> None:
    assert checking.is_well([fact(Verdict.GOOD), fact(verdict)]) is well


def test_a_crm_that_does_not_answer_is_a_fact_and_not_the_end(organization: Organization) -> None:
    crm = CRMS[organization.crm_org_id]
    crm.faults.waiting.append(Failure(provider="network", code="network.CONNECTION_RESET", kind=Kind.TRANSIENT))
    facts = {each.name: each.verdict for each in checking.check_organization(organization)}
    assert facts["Connection to Salesforce"] is Verdict.BAD
    assert facts["What is kept in step"] is Verdict.GOOD


def test_a_mailbox_has_checks_of_its_own(organization: Organization) -> None:
    mailbox = builders.mailbox(organization)
    checking.check_mailbox(mailbox)
    row = checking.last_of(mailbox)
    assert row is not None
    assert row.organization_id == organization.pk
    assert checking.last_of(organization) is None


# -- By themselves


def test_an_issue_of_the_organization_has_it_looked_at_once(organization: Organization) -> None:
    checking.check_organization(organization)
    scenery.stop_all(organization)
    Issue.everywhere.update(first_at=clock.now())
    tasks.tick()
    tasks.tick()
    assert works_off() == [(organization.pk, "issue")]
    tasks.tick()
    assert works_off() == []


def test_a_job_that_got_lost_is_asked_for_again(organization: Organization, time: Time) -> None:
    scenery.stop_all(organization)
    tasks.tick()
    OrmQ.objects.all().delete()
    time.move(minutes=11)
    tasks.tick()
    assert works_off() == [(organization.pk, "issue")]


@pytest.mark.parametrize("code", [first_checks.SOFTWARE, *first_checks.WARNED])
def test_what_a_look_found_out_asks_for_no_look(organization: Organization, code: str) -> None:
    scenery.stop_all(organization, code)
    tasks.tick()
    assert works_off() == []


def test_an_issue_of_an_item_asks_for_none(organization: Organization) -> None:
    scenery.fail(builders.mailbox(organization))
    tasks.tick()
    assert works_off() == []


def test_a_day_later_it_is_looked_at_by_itself(organization: Organization, time: Time) -> None:
    checking.check_organization(organization)
    time.move(hours=23)
    assert checking.ask_each_day() == 0
    time.move(hours=2)
    assert (checking.ask_each_day(), checking.ask_each_day()) == (1, 0)
    assert works_off() == [(organization.pk, "regular")]


@pytest.mark.parametrize("column", ["paused_at", "stopped_at"])
def test_who_rests_is_not_looked_at_each_day(organization: Organization, column: str) -> None:
    Organization.everywhere.filter(pk=organization.pk).update(**{column: clock.now()})
    assert checking.ask_each_day() == 0


def test_who_was_deleted_meanwhile_is_no_trouble(organization: Organization) -> None:
    tasks.check_organization(organization.pk + 1, Why.REGULAR.value)
    tasks.check_mailbox(1_000_000, Why.CONNECTED.value)
    assert not Checked.objects.exists()


def test_a_mailbox_that_was_connected_is_looked_at_by_a_worker(organization: Organization) -> None:
    mailbox: Mailbox = builders.mailbox(organization)
    checking.ask_for_mailbox(mailbox)
    assert works_off() == [(mailbox.pk, "connected")]
    assert checking.last_of(mailbox) is not None


# -- Warnings before failure


def issues_of(organization: Organization) -> list[tuple[str, str]]:
    rows = Issue.everywhere.filter(organization=organization).order_by("code")
    return list(rows.values_list("code", "status"))


@pytest.mark.parametrize("code", first_checks.WARNED)
def test_a_warning_is_an_issue_that_ends_by_itself(organization: Organization, code: str) -> None:
    says(organization, fact(Verdict.ASK, warns=code))
    checking.check_organization(organization)
    checking.check_organization(organization)
    organization.refresh_from_db()
    assert issues_of(organization) == [(code, Status.OPEN)]
    assert organization.stopped_at is None
    says(organization, fact(Verdict.GOOD, warns=code))
    checking.check_organization(organization)
    assert issues_of(organization) == [(code, Status.RESOLVED)]


def test_what_cannot_be_seen_any_more_proves_nothing(organization: Organization) -> None:
    says(organization, fact(Verdict.ASK, warns="engine.STORAGE_RUNS_LOW"))
    checking.check_organization(organization)
    says(organization, fact(Verdict.UNKNOWN))
    checking.check_organization(organization)
    assert issues_of(organization) == [("engine.STORAGE_RUNS_LOW", Status.OPEN)]


@pytest.mark.parametrize(("used", "opened"), [(74, []), (75, [Status.OPEN]), (99, [Status.OPEN])])
def test_where_runs_saw_the_calls_run_low_that_is_told_without_a_call(
    organization: Organization, time: Time, used: int, opened: list[Status]
) -> None:
    checking.check_organization(organization)
    Allowance.everywhere.create(organization=organization, used=used, allowed=100)
    time.move(hours=1)
    assert [checking.ask_each_day(), checking.ask_each_day()] == [0, 0]
    assert [status for _, status in issues_of(organization)] == opened


def test_once_the_calls_are_free_again_a_look_ends_the_warning(organization: Organization, time: Time) -> None:
    row = Allowance.everywhere.create(organization=organization, used=80, allowed=100)
    checking.ask_each_day()
    Allowance.everywhere.filter(pk=row.pk).update(used=10)
    says(organization, fact(Verdict.GOOD, warns="engine.CALLS_RUN_LOW"))
    checking.ask_each_day()
    works_off()
    assert issues_of(organization) == [("engine.CALLS_RUN_LOW", Status.RESOLVED)]


def test_a_crm_that_is_left_alone_is_not_looked_at_by_the_clock(organization: Organization) -> None:
    Breaker.everywhere.create(organization=organization, provider="memory_crm", state="open")
    assert checking.ask_each_day() == 0


def test_who_was_warned_is_looked_at_each_hour(organization: Organization, time: Time) -> None:
    says(organization, fact(Verdict.ASK, warns="engine.STORAGE_RUNS_LOW"))
    checking.check_organization(organization)
    time.move(hours=1)
    assert checking.ask_each_day() == 1
