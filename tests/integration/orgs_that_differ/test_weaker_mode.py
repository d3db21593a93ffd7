"""An org that may have no fields of ours, and a customer who lives with that, over the wire."""

from __future__ import annotations

import pytest

from connectors import clock
from connectors.facts import Verdict
from connectors.models import Mailbox, Organization
from connectors.policies import MailMode
from connectors.simulators.faults import Fault
from syncapp import equipping, first_checks, services, verifying
from syncapp.models import Item
from tests.driving import codes, drain, statuses, synced
from tests.integration.orgs_that_differ.house import KNOWN, UNKNOWN, House
from tests.integration.orgs_that_differ.orgs import EVERYWHERE, MISSING, RIGHTS, each

pytestmark = pytest.mark.django_db
MAIL = sorted((*KNOWN, UNKNOWN, "case", "Lead: Stranger"))


@pytest.fixture
def bare(house: House) -> House:
    """Nothing but mail, in an org without our fields, which our user may not make."""
    each("remove-field", *EVERYWHERE)(house)
    Organization.everywhere.update(syncs_events=False)
    Mailbox.everywhere.update(mail_mode=MailMode.ACTIVITIES)
    return house


@pytest.fixture
def weaker(bare: House) -> House:
    """Its administrator has switched weaker mode on, and mail has come."""
    Organization.everywhere.update(weaker_mode=True)
    bare.arrives()
    bare.runs()
    return bare


def keys(house: House) -> list[str]:
    return [str(row["Syncapp_Key__c"]) for row in house.world.salesforce.org.store.rows("EmailMessage")]


def allow(house: House) -> None:
    for right in RIGHTS:
        house.control("permission", name=right, on=True)


def test_all_mail_arrives_and_nothing_is_an_issue(weaker: House) -> None:
    assert (weaker.arrived(), statuses(), synced()) == (MAIL, [], 4)


def test_messages_belong_to_their_people(weaker: House) -> None:
    related = {str(row["RelationId"]) for row in weaker.world.salesforce.org.store.rows("EmailMessageRelation")}
    leads = {str(row["Id"]) for row in weaker.world.salesforce.org.store.rows("Lead")}
    assert leads <= related


def test_further_runs_write_nothing(weaker: House) -> None:
    before = weaker.writes()
    weaker.runs(3)
    assert (weaker.writes() - before, weaker.arrived()) == (0, MAIL)


def test_what_stood_still_goes_on_by_itself_once_it_is_switched_on(bare: House) -> None:
    bare.arrives()
    bare.runs()
    assert (codes(), bare.arrived()) == ([MISSING], [])
    Organization.everywhere.update(weaker_mode=True)
    services.free_fields(bare.organization.pk)
    drain()
    bare.runs()
    assert (bare.arrived(), codes(), bare.organization.stopped_at) == (MAIL, [], None)


def test_an_answer_that_is_lost_makes_no_second_record(bare: House) -> None:
    """Of a lead, and of messages: Salesforce has carried the writes out."""
    Organization.everywhere.update(weaker_mode=True, keyless_at=clock.now())
    lost = {"action": "drop_after", "method": "POST", "path": "/composite/sobjects"}
    bare.world.salesforce.faults += [Fault.of(lost) for _ in range(3)]
    bare.arrives()
    bare.runs(4)
    bare.a_day_passes()
    assert all(fault.seen for fault in bare.world.salesforce.faults)
    assert (bare.arrived(), codes()) == (MAIL, [])


def test_the_first_checks_say_what_is_weaker_and_how_it_ends(weaker: House) -> None:
    (said,) = [fact for fact in first_checks.look(weaker.organization) if fact.name == "Weaker mode"]
    assert said.verdict is Verdict.ASK
    assert ("Message-ID" in said.text, "Make what is missing" in said.steps[0]) == (True, True)


def test_where_it_is_not_in_effect_they_say_nothing_of_it(house: House) -> None:
    Organization.everywhere.update(weaker_mode=True)
    assert "Weaker mode" not in [fact.name for fact in first_checks.look(house.organization)]


def test_where_the_fields_may_still_not_be_made_it_goes_on(weaker: House) -> None:
    equipping.equip(weaker.organization)
    assert weaker.organization.is_weaker


def test_once_they_are_made_it_is_over_and_nothing_is_made_twice(weaker: House) -> None:
    allow(weaker)
    equipping.equip(weaker.organization)
    assert not weaker.organization.is_weaker
    weaker.world.deliver(weaker.world.ada, "later")
    weaker.runs()
    assert weaker.arrived() == sorted((*MAIL, "later"))
    assert sum(key not in ("", "None") for key in keys(weaker)) == 1


def test_what_was_written_meanwhile_has_its_key_within_the_hour(weaker: House) -> None:
    allow(weaker)
    equipping.equip(weaker.organization)
    verifying.start_due()
    drain()
    assert sorted(keys(weaker)) == sorted(Item.everywhere.values_list("key", flat=True))
