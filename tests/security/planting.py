"""One row of every model of ours for an organization, with a canary in every text that it can hold.

Everything is found by looking at the models, so a model or a column that is new is planted too; where that does not
work by itself, `VALUES` says how. `texts()` tells the test what was to be planted, so that it can check.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.contrib.auth.models import User
from django.db import models

from connectors import clock
from connectors.fields import EncryptedField
from connectors.models import Membership, Organization, Role
from connectors.scoping import EVERYTHING, scoped

OURS = ("connectors", "issues", "notifications", "syncapp")
NUMBER = 1042  # of both organizations' issues, so that a page that asks for the number alone shows the wrong one
Key = tuple[str, str]

# Columns that cannot hold whatever one likes, or that decide whether a row is looked at.
VALUES: dict[Key, Any] = {
    **{(name, "open_issues"): 1 for name in ("organization", "mailbox", "cause")},  # the planted one
    ("organization", "crm"): "salesforce",
    ("organization", "names_items_to_admins"): True,
    ("organization", "crm_version"): "66.0",
    ("mailbox", "provider"): "google",
    ("credential", "provider"): "google",
    ("organization", "stopped_at"): clock.now,
    ("mailbox", "stopped_at"): clock.now,
    ("activity", "issue_number"): NUMBER,
    ("activity", "alert"): True,
    ("issue", "number"): NUMBER,
    ("delivery", "help_request"): None,  # it is about an incident
    ("helppicture", "content"): "iVBORw0KGgo=",
    ("helppicture", "kind"): "image/png",
    ("checked", "made_at"): clock.now,
    ("waited", "on"): lambda: clock.now().date(),
    ("checked", "facts"): [
        {"name": "Lead", "verdict": "bad", "text": "It is closed.", "steps": ["Open it."], "who": "nobody", "code": ""}
    ],
}


@dataclass(kw_only=True)
class Planted:
    """An organization, one row of every model (by model name), and who belongs to it."""

    mark: str
    organization: Organization
    people: dict[Role, User]
    rows: dict[str, models.Model] = field(default_factory=dict)

    def id_of(self, name: str) -> int:
        return int(self.rows[name].pk)


def all_models() -> list[type[models.Model]]:
    """Every model of ours, each after those that it points to."""
    waiting = [model for label in OURS for model in apps.get_app_config(label).get_models()]
    ordered: list[type[models.Model]] = []
    while waiting:
        ready = [model for model in waiting if not (_points_to(model) & set(waiting)) - {model}]
        ordered += ready
        waiting = [model for model in waiting if model not in ready]
    return ordered


def _points_to(model: type[models.Model]) -> set[Any]:
    return {each.related_model for each in model._meta.fields if each.is_relation}


def columns(model: type[models.Model]) -> list[models.Field[Any, Any]]:
    return [each for each in model._meta.fields if not each.primary_key]


def texts(model: type[models.Model]) -> Iterator[models.Field[Any, Any]]:
    """The columns that hold words of somebody: not those with a fixed set of them."""
    for column in columns(model):
        free = not column.choices and (_name(model), column.name) not in VALUES
        if free and isinstance(column, models.CharField | models.TextField | models.JSONField):
            yield column


def plant(mark: str) -> Planted:
    """A new organization full of `mark`, which is lower-case letters and digits, ten at most."""
    people = {role: _person(mark, role) for role in Role}
    planted = Planted(mark=mark, organization=Organization(), people=people)
    for model in all_models():
        row = model(**{each.attname: _value(planted, each) for each in columns(model)})
        row.save(force_insert=True)
        planted.rows[_name(model)] = row
        if isinstance(row, Organization):
            planted.organization = row
    _let_in(planted)
    return planted


def _person(mark: str, role: Role) -> User:
    names = {"username": f"{mark}-{role}", "first_name": f"{mark}first", "last_name": f"{mark}last"}
    staff = role is not Role.MEMBER
    return User.objects.create(email=f"{mark}@{mark}.example", is_staff=staff, **names)


def _let_in(planted: Planted) -> None:
    """Everybody gets a part; the member owns the mailbox. The planted membership was the member's."""
    for role, user in planted.people.items():
        Membership.everywhere.update_or_create(organization=planted.organization, user=user, defaults={"role": role})


def _name(model: type[models.Model]) -> str:
    return str(model._meta.model_name)


def _value(planted: Planted, column: models.Field[Any, Any]) -> Any:
    key = (_name(column.model), column.name)
    if key in VALUES:
        return VALUES[key]() if callable(VALUES[key]) else VALUES[key]
    if column.is_relation:
        target: Any = column.related_model
        return planted.people[Role.MEMBER].pk if target is User else planted.rows[_name(target)].pk
    if column in list(texts(column.model)):
        return _text(planted.mark, column)
    if column.null:
        return None
    if column.has_default():
        return column.get_default()
    return column.flatchoices[0][0] if column.choices else _plain(column)


def _text(mark: str, column: models.Field[Any, Any]) -> Any:
    """The mark in a shape that the column takes, with the column's name where there is room for it."""
    if isinstance(column, models.JSONField):
        return [mark] if column.get_default() == [] else {mark: mark}
    shapes: tuple[tuple[type[models.Field[Any, Any]], str], ...] = (
        (EncryptedField, f"{mark} sealed {column.name}"),
        (models.EmailField, f"{mark}@{mark}.example"),
        (models.URLField, f"https://{mark}.example/{column.name}"),
        (models.SlugField, f"{mark}-slug"),
        (models.CharField, f"{mark} {column.name}"),
        (models.TextField, f"{mark} {column.name}"),
    )
    text = next(shape for kind, shape in shapes if isinstance(column, kind))
    return text[: column.max_length].strip()


def _plain(column: models.Field[Any, Any]) -> Any:
    kinds: tuple[tuple[type[models.Field[Any, Any]], Callable[[], Any]], ...] = (
        (models.DateTimeField, clock.now),
        (models.BooleanField, lambda: False),
        (models.IntegerField, lambda: 1),
    )
    return next(made() for kind, made in kinds if isinstance(column, kind))


def everything_of(planted: Planted) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of an organization as they stand in the database, sealed ones too."""
    path = {"organization": "pk"}
    with scoped(EVERYTHING):
        return {
            _name(model): sorted(
                model._base_manager.filter(**{path.get(_name(model), "organization"): planted.organization.pk})
                .order_by("pk")
                .values_list(),
                key=repr,
            )
            for model in all_models()
        } | {"user": sorted(User.objects.filter(username__startswith=planted.mark).values_list(), key=repr)}
