"""The loads of a CRM in memory: closed ones move on with each look, and are written with the last one of `looks`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import count

from connectors.errors import ConnectorError, Failure, ItemError, Kind
from connectors.loads import Load, Loaded, Stage
from connectors.memory.failing import Faults, failure
from connectors.records import RecordWrite, Ref

FAILED = failure("salesforce.BULK_JOB_FAILED", Kind.INVALID, "the job is Aborted")


@dataclass(kw_only=True)
class Held:
    """One load; `content` None: it was not filled yet."""

    stage: Stage = Stage.OPEN
    content: Sequence[RecordWrite] | None = None
    looks: int = 0
    told: list[Loaded] = field(default_factory=list)
    failure: Failure | None = None


class MemoryCrmLoads:
    """`insert` writes one record, None where its key is taken. `passed_over` are the keys of those that a load leaves
    alone. Faults lose the answers of whatever changes something.
    """

    def __init__(self, faults: Faults, insert: Callable[[RecordWrite], Ref | ItemError | None]) -> None:
        self.held: dict[str, Held] = {}
        self.looks = 0  # that find a new load under way before it is done
        self.passed_over: set[str] = set()
        self._faults = faults
        self._insert = insert
        self._ids = count(1)

    def open(self) -> str:
        load_id = f"750{next(self._ids):015d}"
        self.held[load_id] = Held(looks=self.looks)
        self._faults.lose()
        return load_id

    def fill(self, load_id: str, writes: Sequence[RecordWrite]) -> None:
        held = self._of(load_id, Stage.OPEN)
        if held.content is not None:
            raise _refused("Found multiple contents")
        held.content = list(writes)
        self._faults.lose()

    def close(self, load_id: str) -> None:
        self._of(load_id, Stage.OPEN).stage = Stage.RUNNING
        self._faults.lose()

    def drop(self, load_id: str) -> None:
        held = self._of(load_id, Stage.OPEN, Stage.RUNNING)
        held.stage, held.failure = Stage.FAILED, FAILED
        self._faults.lose()

    def look(self, load_id: str) -> Load:
        held = self._of(load_id, *Stage)
        if held.stage is Stage.RUNNING and held.looks:
            held.looks -= 1
        elif held.stage is Stage.RUNNING:
            held.stage = Stage.DONE
            answers = [(w, self._insert(w)) for w in held.content or () if w.key not in self.passed_over]
            held.told = [Loaded(key=w.key, version=w.version, answer=a) for w, a in answers if a is not None]
        return Load(stage=held.stage, processed=len(held.told), failure=held.failure)

    def told(self, load_id: str) -> list[Loaded]:
        return self._of(load_id, Stage.DONE).told

    def _of(self, load_id: str, *stages: Stage) -> Held:
        held = self.held.get(load_id)
        if held is None:
            raise ConnectorError(failure("salesforce.NOT_FOUND", Kind.NOT_FOUND, f"no load {load_id}"))
        if held.stage not in stages:
            raise _refused(f"the load is {held.stage}")
        return held


def _refused(said: str) -> ConnectorError:
    return ConnectorError(failure("salesforce.INVALIDJOBSTATE", Kind.UNKNOWN, said))
