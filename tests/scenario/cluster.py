"""A world behind real TLS, and the product's own job cluster beside it, in processes that can be killed."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django_q.models import OrmQ, Schedule

from connectors import clock
from connectors.models import Mailbox
from syncapp import services
from syncapp.models import Lease
from tests.integration.bad_input.world import World
from tests.processes import Program, own_settings, started, until

SHORT, LONG = 2, 60  # leases in seconds: how soon the work of a dead worker may be taken over
TOLD = (
    "GOOGLE_API_ROOT", "GOOGLE_TOKEN_URL", "GOOGLE_CLIENT_ID", "GOOGLE_CLIENT_SECRET", "SALESFORCE_LOGIN_URL",
    "SALESFORCE_CLIENT_ID", "SALESFORCE_CLIENT_SECRET", "PROVIDER_CA_BUNDLE",
)  # fmt: skip
CREW = 6  # the command, a guard, two workers, a pusher and a monitor


@dataclass(kw_only=True)
class Cluster:
    """Starts `manage.py jobs` on a database, as often as a test wants it."""

    world: World
    database: str
    folder: Path
    starts: int = field(default=0)
    witness: Path | None = None  # the folder of `tests.scenario.witness`, where somebody wants to know more

    @contextmanager
    def running(self, *, lease: int = SHORT, **more: str) -> Iterator[Program]:
        """The cluster for the length of a block; `more` settings as in the environment."""
        self.starts += 1
        environment = self.environment(lease) | more
        name = f"jobs-{self.starts}"
        with started("manage.py", "jobs", folder=self.folder, name=name, environment=environment) as program:
            until(lambda: len(program.everybody()) >= CREW or not program.is_running(), "the whole crew")
            assert program.is_running(), program.complained
            yield program

    def environment(self, lease: int) -> dict[str, str]:
        """What the test's own settings say of the simulators; a request may take its time."""
        watched = {
            "DJANGO_SETTINGS_MODULE": "tests.scenario.watched_settings",
            "WITNESS_FOLDER": str(self.witness),
        }
        return own_settings(
            self.database,
            **(watched if self.witness else {}),
            **{name: str(getattr(settings, name)) for name in TOLD},
            PROVIDER_EXTRA_HOSTS=",".join(settings.PROVIDER_EXTRA_HOSTS),
            SYNC_LEASE_SECONDS=str(lease),
        )

    # -- What happens

    def let_rest(self) -> None:
        """No mailbox is due for an hour: whatever runs now, a schedule did not ask for it."""
        Mailbox.everywhere.update(next_run_at=clock.now() + timedelta(hours=1))

    def hold_schedules(self) -> None:
        """None is due for an hour, however slow the machine: what happens, a schedule did not do it."""
        Schedule.objects.update(next_run=clock.now() + timedelta(hours=1))

    def ask_for(self, mailbox: Mailbox) -> None:
        services.enqueue_sync(mailbox.pk)

    def catch_writing(self, subject: str) -> int:
        """Waits until a message stands in Salesforce and its worker still waits to hear of it; that worker."""
        until(lambda: subject in self.world.subjects(), f"“{subject}” in Salesforce")
        return self.holder_of(self.world.ada)

    # -- How it stands

    def schedules_ran(self) -> bool:
        return bool(Schedule.objects.exclude(task=None).exists())

    def holder_of(self, mailbox: Mailbox) -> int:
        """The process that holds the lease; 0 for nobody."""
        return int(Lease.everywhere.get(mailbox=mailbox).owner.rpartition(":")[2] or 0)

    def settled(self) -> bool:
        """Nothing in the queue, and nobody at work."""
        return not OrmQ.objects.exists() and not Lease.everywhere.exclude(owner="").exists()

    def arrives(self, *subjects: str) -> float:
        """Waits until these are in Salesforce and all is quiet; after how many seconds they were."""
        passed = until(lambda: set(subjects) <= set(self.world.subjects()), f"{subjects} in Salesforce")
        until(self.settled, "an empty queue")
        return passed


def kill(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)
