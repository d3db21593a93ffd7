"""A refused contact and everybody who may come by its issue, without a run of the engine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User
from django.test import Client

from connectors.fills import Blank, Sort
from connectors.models import Mailbox, Organization, Role
from issues.models import Issue
from syncapp.models import Item
from tests import builders
from tests.integration.api.world import Api, issue, person, service

USER = "005000000000001AAA"
LAST = Blank(name="LastName", label="Last Name", longest=80, required=True)
SECTOR = Blank(
    name="Sector__c", label="Sector", sort=Sort.CHOICE, options=(("tech", "Technology & more"),), may_default=True
)


@dataclass
class Refused:
    """`ann` owns the mailbox, `admin` the organization, `bob` neither; `writer` and `reader` are services."""

    acme: Organization
    mailbox: Mailbox
    issue: Issue
    item: Item
    people: dict[str, User]

    @property
    def crm(self) -> Any:
        return builders.crm_of(self.acme)

    @property
    def address(self) -> str:
        return f"/issues/acme/{self.issue.number}/"

    def api(self, who: str) -> Api:
        if who in ("writer", "reader"):
            return service(self.acme, may_write=who == "writer")
        return Api(user=self.people[who])

    def browser(self, who: str) -> Client:
        client = Client()
        client.force_login(self.people[who])
        return client

    def page(self, who: str) -> str:
        return self.browser(who).get(self.address).content.decode()

    def given(self) -> Any:
        return Item.everywhere.get().given


def refused(*, user_id: str = USER, editors: set[str] | None = None, **evidence: Any) -> Refused:
    acme = builders.organization(slug="acme")
    ann = person(acme, name="ann")
    mailbox = builders.mailbox(acme, "ann@ours.example", owner=ann, crm_user_id=user_id)
    item = Item.everywhere.create(organization=acme, resource="contact", key="k" * 64)
    said: dict[str, Any] = {"target": "contact", "sent": {"LastName": None, "Sector__c": "war <b>"}}
    made = issue(
        acme,
        mailbox,
        resource="contact",
        subject_key=item.key,
        fields=("LastName", "Sector__c"),
        evidence={**said, **evidence},
    )
    people = {"ann": ann, "bob": person(acme, name="bob"), "admin": person(acme, Role.ADMIN, "admin")}
    found = Refused(acme=acme, mailbox=mailbox, issue=made, item=item, people=people)
    found.crm.fills.blanks = {"LastName": LAST, "Sector__c": SECTOR}
    found.crm.fills.editors = {USER} if editors is None else editors
    return found
