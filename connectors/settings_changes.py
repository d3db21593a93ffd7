"""Settings that people change, saved together with a line in the journal that says what changed, and by whom."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db import models
from django.db.models.options import Options

from connectors.effects import commit
from connectors.journal import entry, record
from connectors.models import Mailbox, Organization, Verb
from connectors.translation import as_written

SHOWN = 80  # characters of a value in the journal


def save(row: models.Model, names: Collection[str], actor_id: int | None) -> str:
    """Stores these fields of a row (all of them if it is new) and journals the difference.

    Returns the note as the journal has it; "" if nothing differs, and then nothing is written.
    """
    with commit("settings: save"):
        before = _stored(row)
        note = _created(row) if before is None else "; ".join(_differences(before, row, names))
        if before is None:
            row.save(force_insert=True)
        elif note:
            row.save(update_fields=sorted(names))
        if note:
            _journal(row, note, actor_id)
    return note


def delete(row: models.Model, actor_id: int | None) -> None:
    """Removes a row and journals that it is gone."""
    with commit("settings: delete"):
        _journal(row, f"{_options(row).verbose_name} {row} removed", actor_id)
        row.delete()


def _options(row: models.Model) -> Options[Any]:
    return row._meta  # noqa: SLF001  # documented, in spite of its underscore


def _stored(row: models.Model) -> models.Model | None:
    """The row as it stands in the database; None if it is new."""
    return _options(row).base_manager.filter(pk=row.pk).first() if row.pk else None


def _created(row: models.Model) -> str:
    return f"{_options(row).verbose_name} {row} added"


def _differences(before: models.Model, now: models.Model, names: Collection[str]) -> list[str]:
    """“name: Acme → Acme Ltd” for each field that differs, in the model's order."""
    fields = [field for field in _options(now).concrete_fields if field.name in names]
    with as_written():
        return [
            f"{_subject(now)}{field.verbose_name}: {_shown(before, field)} → {_shown(now, field)}"
            for field in fields
            if field.value_from_object(before) != field.value_from_object(now)
        ]


def _subject(row: models.Model) -> str:
    """Whose setting it is, where the journal's own columns do not say so."""
    return "" if isinstance(row, Organization | Mailbox) else f"{row}: "


def _shown(row: models.Model, field: models.Field[Any, Any]) -> str:
    """A value as people call it; choices and related rows by their names."""
    if isinstance(field, models.ForeignKey):
        value: object = getattr(row, field.name)
    else:
        named = getattr(row, f"get_{field.name}_display", None)
        value = named() if named else field.value_from_object(row)
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return text[:SHOWN] if text and value is not None else "nothing"


def _journal(row: models.Model, note: str, actor_id: int | None) -> None:
    organization_id = row.pk if isinstance(row, Organization) else row.__dict__["organization_id"]
    mailbox_id = row.pk if isinstance(row, Mailbox) else None
    record(
        entry(
            organization_id=organization_id,
            mailbox_id=mailbox_id,
            actor_id=actor_id,
            verb=Verb.SETTINGS_CHANGED,
            note=note,
        )
    )
