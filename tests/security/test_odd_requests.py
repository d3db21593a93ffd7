"""Requests that nobody sends by a click: columns that no list shows, and texts that no database holds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.db import models
from django.test import Client
from django.urls import reverse

from connectors.models import Organization
from tests import builders
from tests.integration.pages import scenery

pytestmark = pytest.mark.django_db
ODD = ("\0", "a\0b", "-1", "9" * 30, "x" * 5_000)


@pytest.fixture
def acme() -> Organization:
    made = builders.organization(slug="acme")
    scenery.fail(builders.mailbox(made, provider="google"))
    return made


@pytest.fixture
def ann(acme: Organization) -> Client:
    return _browser(scenery.administrator(acme, "ann"))


@pytest.fixture
def root(acme: Organization) -> Client:
    return _browser(scenery.person("root", is_staff=True, is_superuser=True))


def _browser(user: User) -> Client:
    made = Client(raise_request_exception=False)
    made.force_login(user)
    return made


def _list_of(model: type[models.Model]) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")


def test_no_column_that_is_never_shown_can_be_asked_for_letter_by_letter(ann: Client, acme: Organization) -> None:
    known = ann.get(_list_of(Organization), {"secret__startswith": acme.secret[:4]})
    wrong = ann.get(_list_of(Organization), {"secret__startswith": "no"})
    assert known.status_code == wrong.status_code == 400


@pytest.mark.parametrize("model", list(admin.site._registry), ids=lambda model: model.__name__)
def test_no_list_is_narrowed_by_a_column_beside_its_filters(root: Client, model: type[models.Model]) -> None:
    asked = [f"{column.name}__isnull" for column in model._meta.concrete_fields]
    assert [name for name in asked if root.get(_list_of(model), {name: "1"}).status_code != 400] == []


NAMES = (
    "q",
    "o",
    "p",
    "e",
    "status",
    "type",
    "fixer",
    "code",
    "cause",
    "organization",
    "condition",
    "outcome",
    "state",
)


@pytest.mark.parametrize("model", list(admin.site._registry), ids=lambda model: model.__name__)
def test_odd_values_in_the_address_of_a_list_are_no_fault_of_ours(root: Client, model: type[models.Model]) -> None:
    answers = {(name, odd): root.get(_list_of(model), {name: odd}).status_code for name in NAMES for odd in ODD}
    assert [asked for asked, status in answers.items() if status >= 500] == []


ORDER = {"verb": "ignore", "organization": "acme", "all": "on", "confirmed": "1", "reason": "why", "until": ""}


@pytest.mark.parametrize("name", [*ORDER, "key", "ids", "cause", "conversation", "code"])
def test_odd_values_in_an_order_are_no_fault_of_ours(ann: Client, name: str) -> None:
    answers = [ann.post(reverse("bulk"), _with(ORDER, name, odd)).status_code for odd in ODD]
    assert [status for status in answers if status >= 500] == []


def _with(form: Mapping[str, Any], name: str, value: str) -> dict[str, Any]:
    return {**form, name: value}
