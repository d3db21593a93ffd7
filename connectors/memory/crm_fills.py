"""What people fill in of records, as a CRM in memory takes it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any

from connectors.errors import Failure
from connectors.field_maps import target_of
from connectors.fills import Blank, Sheet, Value, laid_over
from connectors.memory.crm_contacts import TOGETHER
from connectors.records import RecordWrite, Write


@dataclass
class MemoryFills:
    """`blanks` are the fields that it knows, by name: what a record has itself is changed in the record, `kept` is the
    rest, by key. `editors` may change every record, nobody else any; with None it does not tell.
    """

    blanks: dict[str, Blank] = field(default_factory=dict)
    kept: dict[str, dict[str, Value]] = field(default_factory=dict)
    editors: set[str] | None = None

    def sheet(self, names: Sequence[str], user_id: str) -> Sheet:
        """See `CrmConnector.sheet`."""
        known = tuple(self.blanks[name] for name in dict.fromkeys(names) if name in self.blanks)
        may_edit = user_id in self.editors if user_id and self.editors is not None else None
        return Sheet(blanks=known, may_edit=may_edit)

    def filled(self, write: Write) -> Write:
        """The write with what people filled in."""
        about = write.record if isinstance(write, RecordWrite) else write
        if about is None or not write.fills:
            return write
        is_new = not (isinstance(write, RecordWrite) and write.record_id)
        before = dict(_written(write, about))
        after = laid_over(before | self.kept.get(write.key, {}), write.fills, is_new=is_new)
        own = {each.name for each in fields(about)}
        said = {name: "" if value is None else value for name, value in after.items() if name in own}
        changed = {name: value for name, value in said.items() if value != before.get(name)}
        self.kept[write.key] = {name: value for name, value in after.items() if name not in own}
        whole: Any = about
        made: Any = replace(whole, **changed)
        if not isinstance(write, RecordWrite):
            return made  # type: ignore[no-any-return]  # of the class that it was
        return replace(write, record=made, fields=write.fields | changed.keys())


def explained(write: Write, refused: Failure | None) -> Failure | None:
    """A refusal that names fields, with what was sent in them."""
    if refused is None or not refused.fields:
        return refused
    about = write.record if isinstance(write, RecordWrite) else write
    sent = {name: _plain(getattr(about, name, None)) for name in refused.fields}
    return replace(refused, evidence={**refused.evidence, "target": str(target_of(write)), "sent": sent})


def _written(write: Write, about: Any) -> Mapping[str, Any]:
    """What of a record is written: of one that is there, only what the write names."""
    names = [each.name for each in fields(about)]
    if isinstance(write, RecordWrite) and write.record_id:
        named = {part for name in write.fields for part in TOGETHER.get(name, (name,))}
        names = [name for name in names if name in named]
    return {name: getattr(about, name) for name in names}


def _plain(value: object) -> Value:
    return value if isinstance(value, str | int | float | bool) else None
