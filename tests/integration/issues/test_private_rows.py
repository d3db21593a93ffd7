"""What was there before anybody wrote down what is private: hidden where it is known, and nowhere else."""

from __future__ import annotations

from importlib import import_module

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from connectors.models import Mailbox
from issues.models import Issue
from syncapp.engine import content
from syncapp.models import Filtered, Item
from tests import builders

pytestmark = pytest.mark.django_db
AT = "0016_private"


@pytest.fixture
def mailbox(db: None) -> Mailbox:
    return builders.mailbox(builders.organization())


def hide_known() -> None:
    """What the migration does with the rows, in its own view of the models."""
    apps = MigrationLoader(connection).project_state(("syncapp", AT)).apps
    import_module(f"syncapp.migrations.{AT}").hide_known(apps, None)


def item(mailbox: Mailbox, key: str, *, agreed: bool | None = None, rule: str = "") -> Item:
    """An event with its issue; `agreed` is what both sides last said of its being private."""
    secret = mailbox.organization.secret
    base = {"mailbox": {content.PRIVACY: content.hashed(agreed, secret)}} if agreed is not None else {}
    made = Item.everywhere.create(organization=mailbox.organization, resource="event", key=key, base=base)
    if rule:
        Filtered.everywhere.create(organization=mailbox.organization, item=made, rule=rule)
    builders.issue(mailbox.organization, mailbox=mailbox, subject_key=key, resource="event", said=f"words of {key}")
    return made


def test_what_is_known_to_be_private_is_hidden_and_nothing_else(mailbox: Mailbox) -> None:
    item(mailbox, "agreed", agreed=True)
    item(mailbox, "ruled", rule="private")
    item(mailbox, "open", agreed=False)
    item(mailbox, "cancelled", rule="cancelled")
    item(mailbox, "unknown")
    hide_known()
    assert set(Item.everywhere.filter(private=True).values_list("key", flat=True)) == {"agreed", "ruled"}
    assert set(Issue.everywhere.filter(private=True).values_list("subject_key", flat=True)) == {"agreed", "ruled"}


def test_words_that_may_be_about_it_are_gone_from_its_cause(mailbox: Mailbox) -> None:
    item(mailbox, "agreed", agreed=True)
    item(mailbox, "open", agreed=False)
    hide_known()
    said = {issue.subject_key: issue.cause.said for issue in Issue.everywhere.select_related("cause")}
    assert said == {"agreed": None, "open": "words of open"}


def test_each_organization_has_its_own_secret(mailbox: Mailbox) -> None:
    other = builders.mailbox(builders.organization())
    theirs = item(mailbox, "key", agreed=True)
    made = Item.everywhere.create(organization=other.organization, resource="event", key="key", base=theirs.base)
    hide_known()
    made.refresh_from_db()
    assert not made.private
