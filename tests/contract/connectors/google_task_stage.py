"""Task lists at the Google simulator, moved through the simulator's door: past our client, and past Google's API."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from connectors import clock
from connectors.google import task_reading
from connectors.records import Ref, Task
from connectors.simulators.authority import Certificate
from connectors.simulators.faults import Fault
from connectors.simulators.google import GoogleSimulator
from connectors.simulators.google.tasks import showing, writing
from connectors.simulators.google.tasks.store import TaskBook, TaskList
from tests.contract.connectors.google_stage import GoogleStage
from tests.contract.connectors.stage import CountingServer

SCOPES = ("https://www.googleapis.com/auth/gmail.readonly", "https://www.googleapis.com/auth/tasks")
DAY = 86_400.0
SCOPE_OF_EVENTS = "https://www.googleapis.com/auth/calendar.events"

OF_FIELD = {"title": "title", "text": "notes", "due": "due", "done": "status"}


def body(task: Task) -> dict[str, Any]:
    """The task as somebody at a screen would have entered it."""
    return {
        "title": task.title,
        "notes": task.text,
        "due": f"{task.due.isoformat()}T00:00:00Z" if task.due else None,
        "status": "completed" if task.done else "needsAction",
    }


@dataclass(kw_only=True)
class GoogleTaskStage(GoogleStage):
    """`named` are the ids of the lists that were made, by their names."""

    scopes: tuple[str, ...] = SCOPES
    named: dict[str, str] = field(default_factory=dict)

    def neighbour(self) -> GoogleTaskStage:
        return replace(self, written="bob@ours.example", named={})

    def pages_of(self, size: int) -> None:
        self.patch.setattr(task_reading, "PAGE", size)

    def add(self, task: Task, /, tasklist: str = "") -> Ref:
        return self.enter(body(task), tasklist)

    def enter(self, fields: dict[str, Any], tasklist: str = "", **more: Any) -> Ref:
        """A task in Google's own words."""
        where = {"list": self.list_id(tasklist)} if tasklist else {}
        return self.ref(self._door("task", account=self.address, task=fields, **where, **more)["id"])

    def list_id(self, tasklist: str) -> str:
        if tasklist not in self.named:
            self.named[tasklist] = self._door("task-list", account=self.address, title=tasklist)["id"]
        return self.named[tasklist]

    def drop_list(self, tasklist: str) -> None:
        self._door("delete-task-list", account=self.address, list=self.named.pop(tasklist))

    def edit(self, ref: Ref, **fields: Any) -> Ref:
        whole = body(replace(Task(title=""), **fields))
        return self.write(ref, {OF_FIELD[name]: whole[OF_FIELD[name]] for name in fields})

    def write(self, ref: Ref, fields: dict[str, Any]) -> Ref:
        """A change in Google's own words."""
        self._door("change-task", account=self.address, id=ref.id, task=fields)
        return self.ref(ref.id)

    def delete(self, ref: Ref) -> None:
        self._door("delete-task", account=self.address, id=ref.id)

    def move(self, ref: Ref, tasklist: str) -> Ref:
        target = self.list_id(tasklist)
        with self.simulator.lock:
            tasks, books = self.list_of(ref.id), self.simulator.world.task_books
            task = tasks.tasks[ref.id]
            writing.move(books, self.book, tasks, task, self.book.lists[target], parent="", previous="")
        return self.ref(ref.id)

    def touch(self, ref: Ref) -> Ref:
        return self.write(ref, {})

    def wait(self, days: int) -> None:
        """Access does not last for so long: there is new one."""
        timeline = self.simulator.timeline
        timeline.move_to(timeline.offset + days * DAY)
        self.token = self._door("grant", account=self.address, scopes=list(self.scopes))["access_token"]

    def living(self) -> list[str]:
        with self.simulator.lock:
            return [task.id for each in self.book.lists.values() for task in each.tasks.values() if not task.deleted]

    def forget_cursors(self) -> None:
        self.wait(60)

    def lose_answer(self) -> None:
        fault = {"action": "drop_after", "path": "^/batch", "writes": True}
        self.simulator.faults.append(Fault.of(fault))

    # -- Looking into the simulator

    @property
    def book(self) -> TaskBook:
        return self.simulator.world.task_books.of(self.address)

    def raw(self, ref: Ref) -> dict[str, Any]:
        """The task as Google shows it."""
        with self.simulator.lock:
            tasks = self.list_of(ref.id)
            return showing.task(tasks, tasks.tasks[ref.id], self.simulator.base_url)

    def ref(self, task_id: str) -> Ref:
        said = self.raw(Ref(id=task_id))
        return Ref(id=task_id, version=f"{self.list_of(task_id).id} {said['etag']} {said['updated']}")

    def list_of(self, task_id: str) -> TaskList:
        """The list that has the task, the deleted one only where no other has it."""
        having = [tasks for tasks in self.book.lists.values() if task_id in tasks.tasks]
        return min(having, key=lambda tasks: tasks.tasks[task_id].deleted)


@contextmanager
def standing(server: CountingServer, certificate: Certificate, patch: pytest.MonkeyPatch) -> Iterator[GoogleTaskStage]:
    """An account of its own behind the server; our clock goes with Google's."""
    simulator = GoogleSimulator()
    simulator.base_url = server.url
    server.simulator = simulator
    with clock.using(lambda: simulator.timeline.offset):
        made = GoogleTaskStage(server=server, certificate=certificate, simulator=simulator, patch=patch)
        yield made
        made.closing.close()
