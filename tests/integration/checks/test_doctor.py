"""`manage.py doctor`: the first checks on the command line, for people and for programs."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from connectors.facts import Fact, Survey, Verdict
from connectors.memory import CRMS
from connectors.models import Mailbox, Organization
from syncapp.checked import Checked
from tests import builders

pytestmark = pytest.mark.django_db

RED = Fact(name="Lead", verdict=Verdict.BAD, text="It is closed.", steps=("Open it.",))


def doctor(*arguments: str) -> tuple[int, str, str]:
    """Exit status, and what was said on both streams."""
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command("doctor", *arguments, stdout=out, stderr=err)
    except SystemExit as end:
        return int(str(end.code)), out.getvalue(), err.getvalue()
    return 0, out.getvalue(), err.getvalue()


def told(*arguments: str) -> tuple[int, dict[str, Any]]:
    status, out, _ = doctor("--json", *arguments)
    found: dict[str, Any] = json.loads(out.splitlines()[-1])
    return status, found


@pytest.fixture
def box(acme: Organization) -> Mailbox:
    return builders.mailbox(acme, "mia@ours.example")


def is_red(organization: Organization) -> None:
    CRMS[organization.crm_org_id].surveyed = Survey(facts=(RED,))


def test_where_all_is_well_it_ends_well(box: Mailbox) -> None:
    status, found = told()
    assert (status, found["well"]) == (0, True)
    assert [(each["organization"], each["mailbox"]) for each in found["checks"]] == [
        ("acme", None),
        ("acme", "mia@ours.example"),
    ]


def test_what_needs_somebody_is_exit_1_and_stands_first(acme: Organization, box: Mailbox) -> None:
    is_red(acme)
    status, found = told("--organization", "acme")
    first = found["checks"][0]["facts"][0]
    assert (status, found["well"]) == (1, False)
    assert first == {
        "name": "Lead",
        "verdict": "bad",
        "text": "It is closed.",
        "steps": ["Open it."],
        "who": "salesforce_admin",
        "code": "",
    }


def test_people_read_a_line_with_who_and_how(acme: Organization) -> None:
    is_red(acme)
    status, out, _ = doctor()
    assert (status, "acme: bad      Lead: It is closed. Salesforce administrator: Open it." in out) == (1, True)


def test_one_mailbox_alone(acme: Organization, box: Mailbox) -> None:
    is_red(acme)
    status, found = told("--mailbox", "mia@ours.example")
    assert (status, [each["mailbox"] for each in found["checks"]]) == (0, ["mia@ours.example"])
    assert Checked.everywhere.get().mailbox == box


def test_of_many_it_says_how_far_it_is_beside_what_programs_read(box: Mailbox) -> None:
    _, out, err = doctor("--json")
    assert "2 of 2: acme, mia@ours.example" in err
    assert len(out.splitlines()) == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--organization", "nobody"), "There is no organization “nobody”"),
        (("--mailbox", "nobody@ours.example"), "There is no mailbox “nobody@ours.example”"),
        (("--mailbox", "mia@ours.example", "--organization", "nobody"), "There is no organization “nobody”"),
    ],
)
def test_what_is_not_there_is_one_sentence_and_status_2(box: Mailbox, arguments: tuple[str, ...], said: str) -> None:
    with pytest.raises(CommandError, match=said) as caught:
        doctor(*arguments)
    assert caught.value.returncode == 2


def test_an_address_that_two_organizations_have_asks_which(box: Mailbox) -> None:
    builders.mailbox(builders.organization(slug="rival"), "mia@ours.example")
    with pytest.raises(CommandError, match="Several organizations") as caught:
        doctor("--mailbox", "mia@ours.example")
    assert caught.value.returncode == 2
