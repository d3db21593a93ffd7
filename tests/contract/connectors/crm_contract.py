"""What every CRM connector promises. A subclass names its provider and gives a `stage`; the tests are here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from itertools import count
from typing import ClassVar
from urllib.parse import unquote, urlsplit

import pytest

from connectors.errors import ConnectorError, Failure, ItemError, Kind
from connectors.field_maps import FieldMap, Target, Way
from connectors.needs import Standing
from connectors.protocol import CrmConnector
from connectors.records import Address, EmailWrite, Link, Participant, Party, Person, PersonWrite, Ref, Write
from connectors.relations import Sought
from tests.builders import email
from tests.contract.connectors.stage import MINUTES, SECONDS, CrmStage, Trouble

ANN = "ann@customer.example"
HOSTILE_ADDRESSES = (
    "o'brien@customer.example",
    "'",
    "' OR Email LIKE '%",
    '"quoted"@customer.example',
    "back\\slash@customer.example",
    "ends\\",
    "per%cent_@customer.example",
    "nul\x00@customer.example",
    "line\nbreak@customer.example",
    "müller@kunde.example",
    "no address at all",
    "",
    "x" * 5000 + "@customer.example",
)
HOSTILE_IDS = (
    "a b",
    '"><script>alert(1)</script>',
    "a/../../b",
    "?x=1&y=2",
    "#there",
    "é\u202e",
    "%2e%2e",
    "a\r\nb: c",
)
_keys = count(1)


def key() -> str:
    """64 hex digits, as the keys that we give to records."""
    return f"{next(_keys):064x}"


def message(subject: str = "Renewal", *links: Link, account_id: str = "", named: str = "") -> EmailWrite:
    return EmailWrite(
        key=named or key(),
        email=email(ANN, subject=subject),
        incoming=True,
        links=links,
        account_id=account_id,
    )


def lead(address: str = "new@prospect.example", *, named: str = "") -> PersonWrite:
    return PersonWrite(key=named or key(), email=address, first_name="New", last_name="Person", company="Prospect")


def link(person: Person, party: Party = Party.FROM) -> Link:
    return Link(party=party, person_id=person.id, address=person.email)


def refused(ask: Callable[[], object]) -> Failure:
    with pytest.raises(ConnectorError) as caught:
        ask()
    return caught.value.failure


def ids(results: list[Ref | ItemError]) -> list[str]:
    """The ids of what was written; nothing may have failed."""
    assert [result for result in results if isinstance(result, ItemError)] == []
    return [result.id for result in results if isinstance(result, Ref)]


Call = Callable[[CrmConnector], object]
CALLS: dict[str, Call] = {
    "check": lambda connector: connector.check(),
    "find people": lambda connector: connector.find_people([ANN]),
    "push a message": lambda connector: connector.push([message()]),
    "push a lead": lambda connector: connector.push([lead()]),
}
every_call = pytest.mark.parametrize("call", CALLS.values(), ids=list(CALLS))


class CrmConnectorContract:
    """Thirty facts and more. Each test gets a CRM of its own."""

    provider: ClassVar[str]

    # -- Who we are

    def test_it_is_what_the_registry_calls_it(self, stage: CrmStage) -> None:
        assert stage.open().key == self.provider

    def test_check_names_the_organization_and_the_account(self, stage: CrmStage) -> None:
        account = stage.open().check()
        assert account.organization_id == stage.org_id
        assert account.id
        assert account.name

    def test_check_is_one_request(self, stage: CrmStage) -> None:
        connector, before = stage.open(), stage.calls()
        connector.check()
        assert stage.calls() - before == 1

    def test_a_line_of_the_field_mapping_that_makes_no_sense_does_not_fit(self, stage: CrmStage) -> None:
        line = FieldMap(target=Target.EVENT, source="weather", field="Subject")
        found_by = FieldMap(target=Target.CONTACT, source="email", field="Fax", way=Way.BOTH)
        assert [bool(each.trouble) for each in stage.open().fits([line, line, found_by])] == [True, True, True]

    def test_records_that_may_be_the_same_are_told_by_name_and_those_that_are_gone_are_not(
        self, stage: CrmStage
    ) -> None:
        ann = stage.contact(ANN)
        found = stage.open().doubles(["003000000000999AAA", ann.id])
        assert [(each.id, each.kind, each.name, each.may_edit) for each in found] == [
            (ann.id, "contact", ann.name, None)
        ]

    def test_a_field_that_nobody_could_fill_in_is_left_out_and_nothing_is_said_of_users_unasked(
        self, stage: CrmStage
    ) -> None:
        found = stage.open().sheet("contact", ["Nothing__c", "Nothing__c"])
        assert (found.blanks, found.may_edit) == ((), None)

    # -- Looking for people

    def test_somebody_is_found_with_all_that_is_needed_to_relate_to_them(self, stage: CrmStage) -> None:
        ann = stage.contact(ANN, account_id=stage.account())
        assert stage.open().find_people([ANN]) == {ANN: (ann,)}

    def test_every_address_that_was_asked_for_is_a_key(self, stage: CrmStage) -> None:
        asked = [ANN, "nobody@customer.example", "bob@customer.example"]
        assert set(stage.open().find_people(asked)) == set(asked)

    def test_nobody_is_an_empty_answer(self, stage: CrmStage) -> None:
        assert stage.open().find_people(["nobody@customer.example"]) == {"nobody@customer.example": ()}

    def test_capitals_on_either_side_make_no_difference_and_no_second_key(self, stage: CrmStage) -> None:
        ann = stage.contact("Ann@Customer.example")
        assert stage.open().find_people(["ANN@customer.EXAMPLE", ANN]) == {ANN: (ann,)}

    def test_an_address_asked_for_twice_finds_each_person_once(self, stage: CrmStage) -> None:
        ann = stage.contact(ANN)
        assert stage.open().find_people([ANN, ANN]) == {ANN: (ann,)}

    def test_contacts_come_before_leads(self, stage: CrmStage) -> None:
        prospect, customer = stage.lead(ANN, days_old=9), stage.contact(ANN)
        assert stage.open().find_people([ANN]) == {ANN: (customer, prospect)}

    @pytest.mark.parametrize("kind", ["contact", "lead"])
    def test_the_oldest_of_a_kind_comes_first(self, stage: CrmStage, kind: str) -> None:
        make = stage.contact if kind == "contact" else stage.lead
        youngest, oldest, middle = (make(ANN, days_old=days) for days in (1, 9, 5))
        assert stage.open().find_people([ANN]) == {ANN: (oldest, middle, youngest)}

    def test_a_converted_lead_is_left_out(self, stage: CrmStage) -> None:
        stage.lead(ANN, converted=True)
        still = stage.lead(ANN)
        assert stage.open().find_people([ANN]) == {ANN: (still,)}

    @pytest.mark.parametrize("kind", ["contact", "lead"])
    def test_somebody_is_found_under_their_second_address(self, stage: CrmStage, kind: str) -> None:
        bob = (stage.contact if kind == "contact" else stage.lead)("bob@customer.example")
        found = stage.second_address(bob, "Bob@Home.example")
        assert stage.open().find_people(["bob@home.example"]) == {"bob@home.example": (found,)}

    def test_both_addresses_of_one_person_find_them(self, stage: CrmStage) -> None:
        ann = stage.contact(ANN)
        found = stage.second_address(ann, "ann@home.example")
        assert stage.open().find_people([ANN, "ann@home.example"]) == {ANN: (ann,), "ann@home.example": (found,)}

    def test_whose_first_address_it_is_comes_before_whose_second_one_it_is(self, stage: CrmStage) -> None:
        older = stage.second_address(stage.contact("bob@customer.example", days_old=9), ANN)
        prospect = stage.lead(ANN)
        assert stage.open().find_people([ANN]) == {ANN: (prospect, older)}

    def test_a_converted_lead_is_left_out_under_its_second_address_as_well(self, stage: CrmStage) -> None:
        stage.second_address(stage.lead("bob@customer.example"), "bob@work.example")
        stage.second_address(stage.lead("bob@prospect.example", converted=True), "bob@home.example")
        assert stage.open().find_people(["bob@home.example"]) == {"bob@home.example": ()}

    def test_somebody_who_was_removed_is_not_found(self, stage: CrmStage) -> None:
        stage.remove(stage.contact(ANN))
        assert stage.open().find_people([ANN]) == {ANN: ()}

    def test_an_apostrophe_is_part_of_an_address(self, stage: CrmStage) -> None:
        person = stage.contact("o'brien@customer.example")
        assert stage.open().find_people(["o'brien@customer.example"]) == {"o'brien@customer.example": (person,)}

    @pytest.mark.parametrize("hostile", HOSTILE_ADDRESSES, ids=[f"hostile{n}" for n in range(len(HOSTILE_ADDRESSES))])
    def test_no_address_hurts_its_neighbours_or_finds_somebody_else(self, stage: CrmStage, hostile: str) -> None:
        ann = stage.contact(ANN)
        assert stage.open().find_people([hostile, ANN]) == {hostile.lower(): (), ANN: (ann,)}

    def test_hundreds_of_addresses_at_once(self, stage: CrmStage) -> None:
        asked = [f"person{n}@customer.example" for n in range(777)]
        there = {n: stage.contact(asked[n]) for n in (0, 249, 250, 499, 500, 776)}
        found = stage.open().find_people(asked)
        assert list(found) == asked or set(found) == set(asked)
        assert {address: people for address, people in found.items() if people} == {
            asked[n]: (person,) for n, person in there.items()
        }

    def test_nobody_asked_for_is_nobody_found(self, stage: CrmStage) -> None:
        assert stage.open().find_people([]) == {}

    @pytest.mark.parametrize("kind", ["contact", "lead"])
    def test_when_somebody_was_last_active_is_told_where_it_is_asked_for(self, stage: CrmStage, kind: str) -> None:
        found = stage.last_active((stage.contact if kind == "contact" else stage.lead)(ANN), date(2026, 11, 3))
        never = stage.contact("bob@customer.example")
        told = stage.open().find_people([ANN, never.email], Sought(activity=True))
        assert told == {ANN: (found,), never.email: (never,)}
        assert stage.open().find_people([ANN]) == {ANN: (replace(found, active=None),)}

    # -- Writing

    def test_what_is_written_is_there_under_the_id_that_was_told(self, stage: CrmStage) -> None:
        write = message()
        (told,) = ids(stage.open().push([write]))
        assert stage.records() == {write.key: told}

    def test_results_come_in_the_order_of_the_writes(self, stage: CrmStage) -> None:
        writes = [message(f"Number {n}") for n in range(5)]
        told = ids(stage.open().push(writes))
        records = stage.records()
        assert told == [records[write.key] for write in writes]

    def test_leads_and_messages_may_come_mixed(self, stage: CrmStage) -> None:
        writes: list[Write] = [message(), lead("a@prospect.example"), message(), lead("b@prospect.example")]
        told = ids(stage.open().push(writes))
        there = stage.records() | stage.leads()
        assert told == [there[write.key] for write in writes]

    def test_more_than_fit_into_one_request(self, stage: CrmStage) -> None:
        writes = [message(f"Number {n}") for n in range(203)]
        told = ids(stage.open().push(writes))
        records = stage.records()
        assert told == [records[write.key] for write in writes]

    def test_nothing_to_write_is_nothing_written(self, stage: CrmStage) -> None:
        assert (stage.open().push([]), stage.records()) == ([], {})

    @pytest.mark.parametrize("at", [0, 1, 2])
    def test_a_bad_one_hurts_no_neighbour_wherever_it_stands(self, stage: CrmStage, at: int) -> None:
        stage.refuse("bad", "Pick an owner")
        writes = [message("bad" if n == at else "good") for n in range(3)]
        results = stage.open().push(writes)
        assert [isinstance(result, ItemError) for result in results] == [n == at for n in range(3)]
        assert set(stage.records()) == {write.key for n, write in enumerate(writes) if n != at}

    def test_a_bad_one_says_why(self, stage: CrmStage) -> None:
        stage.refuse("bad", "Pick an owner")
        (result,) = stage.open().push([message("bad")])
        assert isinstance(result, ItemError)
        assert (result.failure.kind, result.failure.code) == (
            Kind.INVALID,
            "salesforce.FIELD_CUSTOM_VALIDATION_EXCEPTION",
        )
        assert "Pick an owner" in result.failure.said

    def test_what_was_refused_can_be_pushed_again_once_it_is_mended(self, stage: CrmStage) -> None:
        stage.refuse("bad", "Pick an owner")
        write = message("bad")
        stage.open().push([write])
        stage.allow()
        (told,) = ids(stage.open().push([write]))
        assert stage.records() == {write.key: told}

    # -- Once and no second time

    @pytest.mark.parametrize("make", [message, lead], ids=["message", "lead"])
    def test_what_is_there_already_is_adopted(self, stage: CrmStage, make: Callable[[], Write]) -> None:
        write = make()
        first = ids(stage.open().push([write]))
        assert ids(stage.open().push([write])) == first
        assert [*stage.records().values(), *stage.leads().values()] == first

    def test_old_and_new_may_stand_in_one_push(self, stage: CrmStage) -> None:
        old = [message(f"old {n}") for n in range(3)]
        before = ids(stage.open().push(old))
        new = [message(f"new {n}") for n in range(2)]
        told = ids(stage.open().push([old[0], new[0], old[1], new[1], old[2]]))
        assert told[::2] == before
        assert len(stage.records()) == 5

    def test_what_is_adopted_is_left_as_it_is(self, stage: CrmStage) -> None:
        """Nobody outside overwrites a record with a message that claims to be the same."""
        ann, write = stage.contact(ANN), message()
        stage.open().push([write])
        ids(stage.open().push([message("Another", link(ann), named=write.key)]))
        assert stage.relations(write.key) == set()

    def test_one_key_twice_in_a_push_is_one_record(self, stage: CrmStage) -> None:
        write = message()
        one, two = ids(stage.open().push([write, write]))
        assert stage.records() == {write.key: one}
        assert one == two

    @pytest.mark.parametrize("make", [message, lead], ids=["message", "lead"])
    def test_a_lost_answer_is_a_passing_failure_and_nothing_is_sent_again(
        self, stage: CrmStage, make: Callable[[], Write]
    ) -> None:
        connector = stage.open()
        stage.lose_answer()
        before = stage.calls()
        assert refused(lambda: connector.push([make()])).kind is Kind.TRANSIENT
        assert stage.calls() - before == 1

    @pytest.mark.parametrize("make", [message, lead], ids=["message", "lead"])
    def test_after_a_lost_answer_the_next_push_finds_what_was_written(
        self, stage: CrmStage, make: Callable[[], Write]
    ) -> None:
        writes = [make() for _ in range(3)]
        stage.lose_answer()
        refused(lambda: stage.open().push(writes))
        there = stage.records() | stage.leads()
        assert ids(stage.open().push(writes)) == [there[write.key] for write in writes]
        assert (stage.records() | stage.leads()) == there

    # -- Relations

    def test_a_message_belongs_to_contacts_leads_and_the_account(self, stage: CrmStage) -> None:
        account_id = stage.account()
        ann, bob = stage.contact(ANN, account_id=account_id), stage.lead("bob@prospect.example")
        write = EmailWrite(
            key=key(),
            email=email(ANN, to="sales@ours.example bob@prospect.example"),
            incoming=True,
            links=(link(ann), link(bob, Party.TO)),
            account_id=account_id,
        )
        ids(stage.open().push([write]))
        assert stage.relations(write.key) == {ann.id, bob.id, account_id}

    @pytest.mark.parametrize("party", [Party.FROM, Party.TO, Party.CC, Party.BCC])
    def test_a_person_is_related_in_every_part(self, stage: CrmStage, party: Party) -> None:
        ann = stage.contact(ANN)
        other = Participant(party=Party.TO if party is Party.FROM else Party.FROM, address=Address(email="x@y.example"))
        people = (other, Participant(party=party, address=Address(email=ANN)))
        write = EmailWrite(key=key(), email=email(participants=people), incoming=True, links=(link(ann, party),))
        ids(stage.open().push([write]))
        assert stage.relations(write.key) == {ann.id}

    def test_a_message_to_a_lead_of_ours_belongs_to_it(self, stage: CrmStage) -> None:
        connector, wanted = stage.open(), lead(ANN)
        (lead_id,) = ids(connector.push([wanted]))
        (found,) = connector.find_people([ANN])[ANN]
        write = message("Renewal", link(found))
        ids(connector.push([write]))
        assert stage.relations(write.key) == {lead_id}

    def test_somebody_who_is_gone_at_the_write_fails_that_message_alone(self, stage: CrmStage) -> None:
        gone, there = stage.contact(ANN), stage.contact(ANN)
        stage.remove(gone)
        bad, good = message("Renewal", link(gone)), message("Renewal", link(there))
        first, second = stage.open().push([bad, good])
        assert isinstance(first, ItemError)
        assert isinstance(second, Ref)
        assert stage.records() == {good.key: second.id}

    def test_a_record_is_whole_or_not_there(self, stage: CrmStage) -> None:
        """Pushing it again with those who are left completes it."""
        gone, there = stage.contact(ANN), stage.contact("bob@customer.example")
        stage.remove(gone)
        write = message("Renewal", link(gone), link(there, Party.TO))
        stage.open().push([write])
        again = message("Renewal", link(there, Party.FROM), named=write.key)
        ids(stage.open().push([again]))
        assert stage.relations(write.key) == {there.id}

    # -- What it needs

    def test_what_our_records_need_is_there_or_hidden_from_us(self, stage: CrmStage) -> None:
        needs = stage.open().ensure_fields()
        assert needs
        assert {need.standing for need in needs} <= {Standing.THERE, Standing.UNSEEN}

    def test_what_it_says_of_itself_changes_nothing_and_costs_three_calls_at_most(self, stage: CrmStage) -> None:
        connector, calls, records = stage.open(), stage.calls(), stage.records()
        told = connector.survey()
        assert all(fact.name and fact.text for fact in told.facts)
        assert stage.calls() - calls <= 3
        assert stage.records() == records

    # -- Addresses

    def test_an_address_leads_to_the_record(self, stage: CrmStage) -> None:
        url = stage.open().url(Ref(id="003000000000001AAA"))
        assert url.startswith("https://")
        assert "003000000000001AAA" in url

    @pytest.mark.parametrize("id_", HOSTILE_IDS, ids=[f"hostile{n}" for n in range(len(HOSTILE_IDS))])
    def test_no_id_leads_elsewhere(self, stage: CrmStage, id_: str) -> None:
        connector = stage.open()
        url, plain = connector.url(Ref(id=id_)), connector.url(Ref(id="003000000000001AAA"))
        assert urlsplit(url)[:2] == urlsplit(plain)[:2]
        assert not set(url) & set(" \"'<>\\`\r\n\t\u202e")
        assert id_ in unquote(url)

    # -- The allowance

    def test_the_allowance_costs_no_call(self, stage: CrmStage) -> None:
        connector = stage.open()
        connector.find_people([ANN])
        before = stage.calls()
        connector.allowance()
        assert stage.calls() == before

    def test_the_allowance_is_unknown_before_the_first_answer(self, stage: CrmStage) -> None:
        told = stage.open().allowance()
        assert (told.used, told.allowed) == (None, None)

    # -- What stops a call

    @every_call
    @pytest.mark.parametrize("how", ["expired", "revoked"])
    def test_access_that_ended_is_said_at_the_first_proof(self, stage: CrmStage, call: Call, how: str) -> None:
        connector = stage.open()
        stage.end_access(how)
        before = stage.calls()
        assert refused(lambda: call(connector)).kind is Kind.AUTH
        assert stage.calls() - before == 1

    @every_call
    @pytest.mark.parametrize("trouble", [Trouble.BROKEN, Trouble.DOWN, Trouble.HUNG_UP], ids=lambda t: t.name.lower())
    def test_what_passes_is_said_once_and_never_tried_again_in_here(
        self, stage: CrmStage, call: Call, trouble: Trouble
    ) -> None:
        assert self._struck(stage, call, trouble).kind is Kind.TRANSIENT
        assert (stage.records(), stage.leads()) == ({}, {})

    @every_call
    def test_a_wait_in_seconds_is_passed_on(self, stage: CrmStage, call: Call) -> None:
        failure = self._struck(stage, call, Trouble.BUSY_FOR_SECONDS)
        assert (failure.kind, failure.retry_after) == (Kind.RATE_LIMITED, SECONDS)

    @every_call
    def test_a_wait_until_a_moment_is_passed_on_in_seconds(self, stage: CrmStage, call: Call) -> None:
        failure = self._struck(stage, call, Trouble.BUSY_UNTIL)
        assert failure.kind is Kind.RATE_LIMITED
        assert 60 * (MINUTES - 5) < (failure.retry_after or 0) <= 60 * MINUTES + 1

    @every_call
    def test_what_a_failure_says_names_its_page(self, stage: CrmStage, call: Call) -> None:
        failure = self._struck(stage, call, Trouble.BUSY_FOR_SECONDS)
        assert failure.code.startswith(f"{failure.provider}.")

    def _struck(self, stage: CrmStage, call: Call, trouble: Trouble) -> Failure:
        connector = stage.open()
        stage.strike(trouble)
        before = stage.calls()
        failure = refused(lambda: call(connector))
        assert stage.calls() - before == 1
        return failure

    @every_call
    def test_after_a_trouble_the_same_connector_goes_on(self, stage: CrmStage, call: Call) -> None:
        connector = stage.open()
        stage.strike(Trouble.HUNG_UP)
        refused(lambda: call(connector))
        call(connector)

    # -- The end

    def test_closing_gives_the_connections_back(self, stage: CrmStage) -> None:
        connector = stage.open()
        connector.check()
        connector.close()
        assert stage.connections() == 0

    def test_closing_while_a_failure_is_in_hand_gives_them_back_as_well(self, stage: CrmStage) -> None:
        connector = stage.open()
        stage.strike(Trouble.DOWN)
        with pytest.raises(ConnectorError) as caught:
            connector.find_people([ANN])
        connector.close()
        assert (stage.connections(), caught.value.failure.kind) == (0, Kind.TRANSIENT)

    def test_closing_twice_and_unused_harms_nobody(self, stage: CrmStage) -> None:
        connector = stage.open()
        connector.close()
        connector.close()
        assert stage.open().check().organization_id == stage.org_id
