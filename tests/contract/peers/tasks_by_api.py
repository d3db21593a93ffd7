"""Tasks that are moved through Google's own API alone, whoever serves it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from connectors.google import client, tasks
from connectors.records import Ref, Task
from tests.contract.connectors.google_task_stage import OF_FIELD, body
from tests.contract.peers.google_by_api import GoogleByApi

LISTS, IN_LIST = "tasks/v1/users/@me/lists", "tasks/v1/lists"
CALLED = "Contract"  # lists of ours are called so, with a word more
ALL = "?showCompleted=true&showHidden=true&maxResults=100"
# A part of a batch that writes: looks go in batches as well.
WRITES = r"^(POST|PATCH|DELETE) /tasks/"


@dataclass(kw_only=True)
class TasksByApi(GoogleByApi):
    """A list of the test's own stands in for the one that is there from the beginning, which nobody can delete: there,
    what is deleted is told for months. `named` are the ids of the lists, by their names.
    """

    named: dict[str, str] = field(default_factory=dict)

    def begun(self) -> None:
        """Before anything else is done: takes away what an earlier run may have left."""
        for each in self._service("GET", f"{LISTS}?maxResults=1000").get("items", []):
            if each["title"].startswith(CALLED):
                self._service("DELETE", f"{LISTS}/{each['id']}")
        self.patch.setattr(client, "DEFAULT", self.list_id(""))

    def dropped(self) -> None:
        """Takes away what is left of the test."""
        for tasklist in [*self.named]:
            self.drop_list(tasklist)

    def add(self, task: Task, /, tasklist: str = "") -> Ref:
        said = {name: value for name, value in body(task).items() if value is not None}
        return self._told(self.list_id(tasklist), "POST", "", said)

    def list_id(self, tasklist: str) -> str:
        if tasklist not in self.named:
            made = self._service("POST", LISTS, json={"title": f"{CALLED} {tasklist}"})
            self.named[tasklist] = made["id"]
        return self.named[tasklist]

    def drop_list(self, tasklist: str) -> None:
        self._service("DELETE", f"{LISTS}/{self.named.pop(tasklist)}")

    def edit(self, ref: Ref, **fields: Any) -> Ref:
        whole = body(replace(Task(title=""), **fields))
        return self._write(ref, {OF_FIELD[name]: whole[OF_FIELD[name]] for name in fields})

    def delete(self, ref: Ref) -> None:
        self._service("DELETE", f"{IN_LIST}/{tasks.list_of(ref.version)}/tasks/{ref.id}")

    def move(self, ref: Ref, tasklist: str) -> Ref:
        target = self.list_id(tasklist)
        where = f"{IN_LIST}/{tasks.list_of(ref.version)}/tasks/{ref.id}/move?destinationTasklist={target}"
        return tasks.ref(target, self._service("POST", where))

    def touch(self, ref: Ref) -> Ref:
        return self._write(ref, {})

    def living(self) -> list[str]:
        listed = (self._service("GET", f"{IN_LIST}/{each}/tasks{ALL}") for each in self.named.values())
        return [each["id"] for said in listed for each in said.get("items", [])]

    def lose_answer(self) -> None:
        self.proxy.plan("drop_after", path="/batch", content=WRITES)

    def _write(self, ref: Ref, fields: dict[str, Any]) -> Ref:
        return self._told(tasks.list_of(ref.version), "PATCH", f"/{ref.id}", fields)

    def _told(self, tasklist: str, method: str, path: str, fields: dict[str, Any]) -> Ref:
        return tasks.ref(tasklist, self._service(method, f"{IN_LIST}/{tasklist}/tasks{path}", json=fields))

    def _service(self, method: str, path: str, **options: Any) -> Any:
        return self.ask(method, f"{self.own}{self.tasks}/{path}", **options)
