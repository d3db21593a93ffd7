"""Shapes that several interfaces share, and the strictness of those that come in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from rest_framework import serializers

from connectors import clock
from connectors.models import Mailbox, Organization


class Strict(serializers.Serializer[Any]):
    """A body: fields that nobody knows are refused by name, beside everything else that is wrong with it."""

    def to_internal_value(self, data: Any) -> Any:
        unknown = {name: ["There is no such field."] for name in _names(data) if name not in self.fields}
        try:
            value = super().to_internal_value(data)
        except serializers.ValidationError as error:
            known: Any = error.detail  # a mapping: `data` is one, the parser sees to that
            raise serializers.ValidationError({**known, **unknown}) from None
        if unknown:
            raise serializers.ValidationError(unknown)
        return value


def _names(body: object) -> list[str]:
    return list(body) if isinstance(body, Mapping) else []


def later_than_now(moment: datetime) -> None:
    """A validator: refuses moments that have passed."""
    if moment <= clock.now():
        raise serializers.ValidationError("Give a moment in the future.")


@dataclass(frozen=True, kw_only=True)
class Stop:
    """Why nothing runs: what `scope` names, a mailbox or an organization, stands still since then."""

    since: datetime
    code: str
    probe_at: datetime | None
    scope: str


def stop_of(each: Mailbox | Organization, scope: str) -> Stop | None:
    """The stop of a mailbox or an organization; None while it runs."""
    if each.stopped_at is None:
        return None
    return Stop(since=each.stopped_at, code=each.stopped_by, probe_at=each.probe_at, scope=scope)


class StopShape(serializers.Serializer[Stop]):
    """Since when a sync stands still, and the code of what stopped it."""

    since = serializers.DateTimeField()
    code = serializers.CharField()
    probe_at = serializers.DateTimeField(allow_null=True, help_text="When sync tries again by itself.")


class MailboxRef(serializers.ModelSerializer[Mailbox]):
    """A mailbox, as others point at it."""

    url = serializers.HyperlinkedIdentityField(view_name="api-mailbox-detail")

    class Meta:
        model = Mailbox
        fields = ("id", "address", "url")


class OrganizationRef(serializers.CharField):
    """An organization, as others point at it: by its slug."""

    def __init__(self) -> None:
        super().__init__(source="organization.slug", read_only=True, help_text="Its slug.")


def or_none(value: str) -> str | None:
    """Columns hold "" where JSON says null."""
    return value or None


class TextOrNull(serializers.CharField):
    """A text that is null where the column is empty."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(read_only=True, allow_null=True, **kwargs)

    def to_representation(self, value: str) -> str | None:  # type: ignore[override]  # null is the point
        return or_none(value)


class ChoiceOrNull(serializers.ChoiceField):
    """One of some words, or null where the column is empty."""

    def __init__(self, choices: Any, **kwargs: Any) -> None:
        super().__init__(choices, read_only=True, allow_null=True, **kwargs)

    def to_representation(self, value: str) -> str | None:  # type: ignore[override]  # as above
        return or_none(value)
