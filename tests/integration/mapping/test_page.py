"""The page of the field mapping: what is saved, what is refused and why, and what is said before records move."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client

from connectors.field_mapping import FieldMapping
from connectors.models import Activity, Credential, Mailbox, Verb
from connectors.services import field_maps
from issues.models import BulkOperation
from syncapp.models import Item
from tests import builders
from tests.integration.bad_input.world import World
from tests.integration.mapping.conftest import LIST, Save, rows
from tests.integration.pages import scenery
from tests.integration.pages.reading import read

pytestmark = pytest.mark.django_db

ROOM = ("event", "location", "Room__c", "new")


def notes() -> list[str]:
    found = Activity.everywhere.filter(verb=Verb.SETTINGS_CHANGED).order_by("pk")
    return list(found.values_list("note", flat=True))


def mapping(world: World, **values: str) -> FieldMapping:
    stands = {"target": "event", "source": "location", "field": "Room__c", "way": "to_crm"}
    return FieldMapping.everywhere.create(organization=world.organization, **(stands | values))


# -- Saved


def test_a_line_is_saved_with_what_salesforce_says_of_its_field(fields: World, save: Save) -> None:
    save(field="room__c")
    assert rows() == [ROOM]
    made = FieldMapping.everywhere.get()
    assert (made.crm_type, made.crm_length) == ("string", 20)


def test_the_journal_says_who_mapped_what(fields: World, save: Save, ann: User) -> None:
    save()
    assert notes() == ["field mapping Event: Location → Room__c added"]
    assert Activity.everywhere.get(verb=Verb.SETTINGS_CHANGED).actor == ann


def test_what_is_changed_stands_there_with_what_it_was(fields: World, save: Save) -> None:
    save(mapping(fields, crm_length="20"), default="none yet")
    assert notes() == ["Event: Location → Room__c: if it is empty, write: nothing → none yet"]


def test_saving_without_a_change_writes_nothing(fields: World, save: Save) -> None:
    save(mapping(fields, crm_length="20"))
    assert notes() == []


def test_a_value_that_was_typed_for_something_else_is_not_kept(fields: World, save: Save) -> None:
    save(fixed="left over")
    assert FieldMapping.everywhere.get().fixed == ""


def test_saving_writes_nothing_in_salesforce(fields: World, save: Save) -> None:
    before = len(fields.salesforce.calls)
    save()
    assert [call for call in [*fields.salesforce.calls][before:] if call.write] == []


@pytest.mark.parametrize("code", ["engine.FIELD_MAPPING_REFUSED", "engine.FIELD_MAPPING_UNREAD"])
def test_what_waits_for_it_is_tried_again(fields: World, save: Save, code: str) -> None:
    builders.issue(fields.organization, mailbox=fields.ada, code=code)
    save()
    assert list(BulkOperation.everywhere.values_list("verb", "choice__code")) == [("retry", code)]


def test_where_nothing_waits_nothing_is_tried_again(fields: World, save: Save) -> None:
    save()
    assert not BulkOperation.everywhere.exists()


def test_what_waits_is_tried_again_when_a_line_goes(fields: World, boss: Client) -> None:
    row = mapping(fields)
    builders.issue(fields.organization, mailbox=fields.ada, code="engine.FIELD_MAPPING_REFUSED")
    boss.post(f"{LIST}{row.pk}/delete/", {"post": "yes"})
    assert (rows(), BulkOperation.everywhere.count()) == ([], 1)


# -- Refused


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"field": "Nowhere__c"}, "Event has no field Nowhere__c that Syncapp can see."),
        ({"field": "Subject"}, "Syncapp writes Subject itself"),
        ({"field": "not a name"}, "This is no API name."),
        ({"field": "IsAllDayEvent", "what": "event.title"}, "Syncapp writes IsAllDayEvent itself"),
        ({"what": "event.all_day"}, "Room__c is of type text"),
        ({"what": "event.fixed"}, "Write down the fixed value."),
        ({"what": "event.fixed", "fixed": "x" * 21}, "has 21 characters, and Room__c holds 20."),
        (
            {"what": "email.fixed", "fixed": "EMAE", "field": "Region__c"},
            "The fixed value “EMAE” is none of the values of Region__c: EMEA, APAC.",
        ),
        ({"what": "event.title", "way": "both"}, "only these go both ways: Location and Description."),
        ({"what": "email.subject", "way": "both"}, "Such a record goes to Salesforce only."),
        ({"what": "task.location"}, "task.location is not one of the available choices."),
    ],
)
def test_a_line_that_would_fail_is_refused_with_the_reason(
    fields: World, save: Save, values: dict[str, str], said: str
) -> None:
    page = save(**values)
    assert said in page.words
    assert rows() == []


def test_one_field_is_not_filled_twice(fields: World, save: Save) -> None:
    mapping(fields)
    page = save(what="event.title", field="ROOM__C")
    assert "Room__c is filled by “Location → Room__c” already" in page.words.replace("ROOM__C", "Room__c")
    assert len(rows()) == 1


def test_what_is_refused_stays_in_the_form(fields: World, save: Save) -> None:
    page = save(field="Nowhere__c", default="my default")
    assert page.forms[-1].fields["default"] == "my default"
    assert page.forms[-1].fields["field"] == "Nowhere__c"


def test_where_salesforce_does_not_answer_it_says_so_and_keeps_what_was_typed(fields: World, save: Save) -> None:
    fields.spoil("salesforce", "composite", action="answer", status=503, body="")
    page = save(default="my default")
    assert "Salesforce could not be asked" in page.words
    assert "Nothing is saved yet" in page.words
    assert (rows(), page.forms[-1].fields["default"]) == ([], "my default")
    save()
    assert rows() == [ROOM]


def test_without_access_to_salesforce_it_says_so(fields: World, save: Save) -> None:
    Credential.everywhere.filter(provider="salesforce").delete()
    assert "Salesforce could not be asked" in save().words


# -- Before records move


def in_step(world: World, number: int) -> None:
    now = world.organization.created_at
    for at in range(number):
        Item.everywhere.create(
            organization=world.organization, resource="event", key=f"{at:064x}", record_id="00U1", synced_at=now
        )


def test_before_something_gets_another_place_it_says_what_happens(fields: World, save: Save) -> None:
    in_step(fields, 2)
    page = save(way="both")
    assert "Nothing is rewritten at once. From now on “Location” of 2 events that are in step" in page.words
    assert rows() == []


def test_whoever_knows_may_do_it(fields: World, save: Save) -> None:
    save(way="both", understood="on")
    assert rows() == [("event", "location", "Room__c", "both")]


@pytest.mark.parametrize("values", [{"way": "to_crm"}, {"field": "Floor__c"}, {"what": "event.text"}])
def test_it_is_asked_when_something_moves_back_or_on_as_well(fields: World, save: Save, values: dict[str, str]) -> None:
    row = mapping(fields, way="both")
    assert "Nothing is rewritten at once." in save(row, **values).words
    row.refresh_from_db()
    assert (row.way, row.field, row.source) == ("both", "Room__c", "location")


def test_what_moves_nothing_is_not_asked(fields: World, save: Save) -> None:
    row = mapping(fields, way="both")
    save(row, too_long="refuse")
    row.refresh_from_db()
    assert row.too_long == "refuse"


def test_what_goes_both_ways_is_not_removed_by_a_click(fields: World, boss: Client) -> None:
    row = mapping(fields, way="both")
    assert boss.post(f"{LIST}{row.pk}/delete/", {"post": "yes"}).status_code == 403
    assert len(rows()) == 1


# -- Whose it is


@pytest.fixture
def theirs(world: World) -> FieldMapping:
    other = builders.organization(slug="rival", name="Rival Inc")
    return FieldMapping.everywhere.create(organization=other, target="event", source="location", field="Secret__c")


def test_lines_of_another_organization_are_not_there(theirs: FieldMapping, boss: Client) -> None:
    assert "Secret__c" not in read(boss.get(LIST)).words
    assert boss.get(f"{LIST}{theirs.pk}/change/").status_code == 302
    boss.post(f"{LIST}{theirs.pk}/delete/", {"post": "yes"})
    assert FieldMapping.everywhere.filter(pk=theirs.pk).exists()


def test_a_line_of_another_organization_is_not_changed_nor_its_salesforce_asked(
    theirs: FieldMapping, save: Save, world: World
) -> None:
    before = len(world.salesforce.calls)
    save(theirs, default="mine now")
    theirs.refresh_from_db()
    assert (theirs.default, len(world.salesforce.calls)) == ("", before)


def test_no_line_is_put_into_another_organization(theirs: FieldMapping, fields: World, save: Save) -> None:
    save(organization=str(theirs.organization_id))
    assert FieldMapping.everywhere.count() == 1


def test_whoever_is_no_administrator_asks_nobody(fields: World) -> None:
    client = Client()
    client.force_login(scenery.owner_of(fields.ada, "ada"))
    before = len(fields.salesforce.calls)
    client.post(f"{LIST}add/", {"what": "event.location", "field": "Room__c"})
    assert (rows(), len(fields.salesforce.calls)) == ([], before)


def test_whoever_looks_after_one_organization_means_that_one(boss: Client, world: World) -> None:
    page = read(boss.get(f"{LIST}add/"))
    chosen = [values["value"] for tag, values in page.tags if tag == "option" and "selected" in values]
    assert str(world.organization.pk) in chosen


def test_the_organization_leads_to_its_lines(boss: Client, world: World) -> None:
    page = read(boss.get(f"/admin/connectors/organization/{world.organization.pk}/change/"))
    assert page.address("Field mappings…").startswith(f"{LIST}?organization=")


def test_the_list_says_what_goes_where(fields: World, boss: Client) -> None:
    mapping(fields, source="fixed", fixed="EMEA", field="Floor__c")
    words = read(boss.get(LIST)).words
    assert "A fixed value: EMEA" in words
    assert "To Salesforce, at every write" in words


def test_a_mailbox_says_for_whom_records_are_written(world: World) -> None:
    """Read once for a job, and its owner only where a line wants one."""
    scenery.owner_of(world.ada, "ada", first_name="Ada", last_name="Adler")
    mapping(world, source="mailbox_owner")
    found = field_maps(world.organization, Mailbox.everywhere.get(pk=world.ada.pk))
    assert (found.mailbox, found.owner) == ("ada@ours.example", "Ada Adler")


# -- From an issue to its line


@pytest.mark.parametrize("code", ["engine.FIELD_MAPPING_REFUSED", "engine.FIELD_MAPPING_UNREAD"])
def test_the_issue_leads_whoever_can_mend_it_to_the_lines(world: World, boss: Client, code: str) -> None:
    issue = builders.issue(world.organization, mailbox=world.ada, code=code)
    page = read(boss.get(f"/issues/{world.organization.slug}/{issue.number}/"))
    assert page.address("Field mappings…") == f"{LIST}?organization={world.organization.slug}"


def test_its_owner_is_led_nowhere_that_is_closed(world: World) -> None:
    client = Client()
    client.force_login(scenery.owner_of(world.ada, "ada"))
    issue = builders.issue(world.organization, mailbox=world.ada, code="engine.FIELD_MAPPING_REFUSED")
    page = read(client.get(f"/issues/{world.organization.slug}/{issue.number}/"))
    assert LIST not in " ".join(address for _, address in page.links)
