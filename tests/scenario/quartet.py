"""Four events between one calendar and a CRM: as small as a world can be in which something has to be written on both
sides, so that thousands of schedules can be played.

Everything is in step. Then an event is new on either side, one is edited on both, and one is deleted in the calendar.
"""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.conf import settings
from django.core import mail
from django.db import transaction
from django_q.models import OrmQ

from connectors import clock
from connectors.memory import CRMS, MAILBOXES
from connectors.models import Organization
from syncapp.engine import settling
from syncapp.engine.crm_reading import read_crm
from syncapp.engine.running import Ending, run_job
from syncapp.models import Binding, Change, Cursor, Run
from tests.scenario.calendars import ANNA, USERS, EventScene
from tests.scenario.deaths import Restless
from tests.scenario.scene import Stage

ROUNDS = 12
LADDER = 400  # seconds; longer than the first waits of the ladder


class Quartet(EventScene):
    addresses = (ANNA,)

    def fill(self, organization: Organization) -> None:
        self.colleagues(organization)
        for title in ("merged", "to be deleted"):
            self.calendar(ANNA).add(self.event(title))

    @property
    def stages(self) -> Sequence[Stage]:
        return (Stage(outside=self._happens, inside=self.works),)

    def _happens(self) -> None:
        hers = self.calendar(ANNA)
        refs = {entry.event.title: entry.ref for entry in hers.entries.values()}
        hers.edit(refs["merged"], text="by Anna", title="by Anna")
        self.time.move(seconds=5)
        self.crm.events.edit(self.record("merged").id, location="by the CRM", title="by the CRM")
        hers.delete(refs["to be deleted"])
        hers.add(self.event("her own"))
        self.crm.events.create(self.event("visit"), owner_id=USERS[ANNA])

    def works(self) -> None:
        """Rounds of all work until nothing is left to do. Raises `Restless`."""
        mailbox = self.mailboxes[0]
        for _ in range(ROUNDS):
            self.time.move(seconds=max(settings.SYNC_LEASE_SECONDS, LADDER))
            began = clock.now()
            while read_crm(self.organization.pk):
                pass
            while (ended := run_job(mailbox.pk)) is Ending.AGAIN:
                pass
            was_read = Cursor.everywhere.filter(mailbox=None, moved_at__gte=began).exists()
            if was_read and ended is Ending.DONE and not self._something_is_left():
                OrmQ.objects.all().delete()  # hints that nobody needed
                return
        raise Restless("it never comes to rest")

    def second_pass(self) -> Counter[str]:
        before = Counter(self._totals())
        self.works()
        made = Counter(self._totals())
        made.subtract(before)
        return made

    def _something_is_left(self) -> bool:
        missing = Binding.everywhere.exclude(missing_since=None)
        return Change.everywhere.exists() or missing.exists() or Run.everywhere.filter(outcome="").exists()


@contextmanager
def leaving_no_trace(scene: EventScene) -> Iterator[None]:
    """Whatever happens inside: afterwards rows, stores, the clock and the mails are what they were."""
    (mailboxes, crms), offset, mails = copy.deepcopy((MAILBOXES, CRMS)), scene.time.offset, list(mail.outbox)
    settling.chance.seed(0)
    try:
        with transaction.atomic():
            yield
            transaction.set_rollback(True)
    finally:
        MAILBOXES.clear()
        MAILBOXES.update(mailboxes)
        CRMS.clear()
        CRMS.update(crms)
        scene.time.move_to(offset)
        scene.watch.found = []
        mail.outbox[:] = mails
