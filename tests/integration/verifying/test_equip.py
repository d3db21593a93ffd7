"""`manage.py equip`: what Syncapp needs in Salesforce, over the wire and in the journal."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from connectors.models import Activity, Mailbox, Organization, Verb
from connectors.policies import MailMode
from connectors.scoping import EVERYTHING, scoped
from issues.models import BulkOperation
from tests import builders
from tests.integration.bad_input.world import World

pytestmark = pytest.mark.django_db

RIGHTS = ("ViewSetup", "CustomizeApplication", "ManageProfilesPermissionsets", "AssignPermissionSets")
NAMES = [
    "EmailMessage.Syncapp_Key__c",
    "Lead.Syncapp_Key__c",
    "Case.Syncapp_Key__c",
    "ContentVersion.Syncapp_Key__c",
    "Activity.Syncapp_Key__c",
    "Activity.Syncapp_Version__c",
    "EmailMessage.Syncapp_Attachments__c",
    "Event.Syncapp_Stale",
    "Task.Syncapp_Stale",
]


def allow(world: World, *rights: str) -> None:
    for name in rights:
        world.salesforce.control("permission", {"name": name, "on": True})


def take_away(world: World, name: str) -> None:
    """Somebody removed the field, and what was granted of it."""
    sobject, _, field = name.partition(".")
    world.salesforce.control("remove-field", {"object": sobject, "field": field})


def equip(*arguments: str) -> tuple[int, str, str]:
    """Exit status, and what was said on both streams."""
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command("equip", *arguments, stdout=out, stderr=err)
    except SystemExit as end:
        return int(str(end.code)), out.getvalue(), err.getvalue()
    return 0, out.getvalue(), err.getvalue()


def told(arguments: Sequence[str] = ()) -> tuple[int, dict[str, Any]]:
    status, out, _ = equip("--json", *arguments)
    found: dict[str, Any] = json.loads(out.splitlines()[-1])["organizations"]
    return status, found


def test_what_waits_for_the_key_of_cases_goes_on_when_it_is_made(world: World) -> None:
    allow(world, *RIGHTS)
    take_away(world, "Case.Syncapp_Key__c")
    assert equip()[0] == 0
    rows = BulkOperation.everywhere.values_list("verb", "choice__code")
    assert [*rows] == [("retry", "engine.CASES_NOT_READY")]


def test_nothing_waits_for_other_fields(world: World) -> None:
    allow(world, *RIGHTS)
    take_away(world, "Lead.Syncapp_Key__c")
    assert equip()[0] == 0
    assert not BulkOperation.everywhere.exists()


def standings(world: World) -> tuple[int, dict[str, str]]:
    status, found = told()
    return status, {each["name"]: each["standing"] for each in found[world.organization.slug]}


def made() -> list[str]:
    with scoped(EVERYTHING):
        return list(Activity.objects.filter(verb=Verb.SETTINGS_CHANGED).values_list("note", flat=True))


def test_where_all_of_it_is_there_nothing_is_made(world: World) -> None:
    allow(world, "ViewSetup")
    assert standings(world) == (0, dict.fromkeys(NAMES, "there"))
    assert made() == []


def test_what_is_missing_is_made_and_noted(world: World) -> None:
    allow(world, *RIGHTS)
    take_away(world, "EmailMessage.Syncapp_Attachments__c")
    assert standings(world) == (0, dict.fromkeys(NAMES, "there") | {"EmailMessage.Syncapp_Attachments__c": "made"})
    assert made() == ["made in Salesforce: EmailMessage.Syncapp_Attachments__c"]


def test_what_may_not_be_made_says_what_goes_without_it(world: World) -> None:
    allow(world, "ViewSetup")
    take_away(world, "EmailMessage.Syncapp_Attachments__c")
    status, out, _ = equip()
    (line,) = (line for line in out.splitlines() if "refused" in line)
    assert status == 1
    assert "salesforce.INSUFFICIENT_ACCESS" in line
    assert line.endswith("The names of attachments are not shown.")


def test_an_org_that_does_not_answer_is_told_with_what_to_do(world: World) -> None:
    world.spoil("salesforce", "describe", action="answer", status=503, body="")
    status, _, err = equip()
    assert status == 1
    assert err.startswith(f"{world.organization.slug}: ")
    assert "Traceback" not in err


def test_one_organization_is_asked_alone(world: World) -> None:
    other = builders.organization()
    assert set(told(["--organization", other.slug])[1]) == {other.slug}


def test_an_organization_that_there_is_not_is_said_in_a_sentence(world: World) -> None:
    with pytest.raises(CommandError, match="There is no organization “nobody”") as caught:
        call_command("equip", "--organization", "nobody")
    assert caught.value.returncode == 2


# -- The first checks


def verdicts(world: World) -> tuple[int, dict[str, str]]:
    status, out, _ = equip("--look", "--json")
    found = json.loads(out.splitlines()[-1])["facts"][world.organization.slug]
    return status, {each["name"]: each["verdict"] for each in found}


def test_to_look_makes_nothing(world: World) -> None:
    allow(world, *RIGHTS)
    take_away(world, "EmailMessage.Syncapp_Attachments__c")
    status, found = verdicts(world)
    assert (status, found["EmailMessage"], made()) == (1, "bad", [])


@pytest.mark.parametrize(("mode", "is_told"), [(MailMode.ACTIVITIES, False), (MailMode.CASES, True)])
def test_cases_are_looked_at_where_a_mailbox_opens_some(world: World, mode: MailMode, *, is_told: bool) -> None:
    Mailbox.everywhere.filter(pk=world.ben.pk).update(mail_mode=mode)
    assert ("Case" in verdicts(world)[1]) is is_told


@pytest.mark.parametrize("brings", [False, True])
def test_files_are_looked_at_where_attachments_come_as_such(world: World, *, brings: bool) -> None:
    Organization.everywhere.filter(pk=world.organization.pk).update(brings_files=brings)
    assert ("ContentVersion" in verdicts(world)[1]) is brings


def test_cases_of_another_organization_are_none_of_ours(world: World) -> None:
    builders.mailbox(builders.organization(), mail_mode=MailMode.CASES)
    status, out, _ = equip("--look", "--json", "--organization", world.organization.slug)
    assert (status, '"name": "Case"' in out) == (0, False)


def test_what_is_unknown_is_told_and_is_no_failure(world: World) -> None:
    status, found = verdicts(world)
    assert (status, found["Duplicate rules"], found["Other sync software"]) == (0, "unknown", "unknown")


def test_a_fact_is_one_line_with_what_to_do(world: World) -> None:
    world.salesforce.control("require-field", {"object": "Event", "field": "Type"})
    status, out, _ = equip("--look")
    (line,) = (line for line in out.splitlines() if "Required fields" in line)
    assert status == 1
    assert line.startswith(f"{world.organization.slug}: bad      Required fields: New records must have Event.Type")
    assert line.endswith("do not require it. Or say what Syncapp is to write there: Field mappings > Add.")


def test_a_look_costs_four_calls(world: World) -> None:
    equip("--look")
    before = len(world.salesforce.calls)
    equip("--look")
    assert len(world.salesforce.calls) - before == 4


CONTACT_NAMES = {"Contact.Syncapp_Key__c", "Contact.Syncapp_Version__c", "Contact.Syncapp_Stale"}


@pytest.mark.parametrize("kept", [True, False])
def test_contacts_need_something_only_where_they_are_kept_in_step(world: World, kept: bool) -> None:
    Organization.everywhere.update(syncs_contacts=kept)
    allow(world, *RIGHTS)
    _, found = standings(world)
    assert (found.keys() >= CONTACT_NAMES) is kept
