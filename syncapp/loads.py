"""Tables of loads: many new records of one mailbox that its CRM takes at once and writes when it comes to it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import OuterRef, Q, Subquery

from connectors import clock
from connectors.models import Mailbox, Organization
from connectors.scoping import ScopedManager
from issues.models import ResourceChoices


class LoadState(models.TextChoices):
    GATHERING = "gathering", "More of it still comes in"
    READYING = "readying", "Its records are being looked up"
    READY = "ready", "To be handed over"
    OPEN = "open", "Being handed over"
    RUNNING = "running", "Being written by the CRM"
    DROPPING = "dropping", "To be stopped in the CRM"
    DONE = "done", "Over"
    REFUSED = "refused", "Not taken by the CRM"


class BulkLoad(models.Model):
    """One load, from the first page that brings something for it to its end.

    `until` is when whatever it carries is due by itself, whatever became of the load. `remote_id` is what the CRM calls
    it; `tries` counts how often somebody began to hand it over, or to stop it, `looks` how often the CRM was asked how
    it stands, next at `look_at`. Of so many `records` as were handed over so many are `processed`. `code` says why it
    came to nothing.
    """

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    mailbox = models.ForeignKey(Mailbox, models.CASCADE, related_name="loads")
    resource = models.CharField(max_length=10, choices=ResourceChoices)
    state = models.CharField(max_length=10, choices=LoadState, default=LoadState.GATHERING)
    remote_id = models.CharField(max_length=40, blank=True)
    until = models.DateTimeField()
    look_at = models.DateTimeField(null=True)
    looks = models.PositiveSmallIntegerField(default=0)
    tries = models.PositiveSmallIntegerField(default=0)
    records = models.PositiveIntegerField(default=0)
    processed = models.PositiveIntegerField(default=0)
    code = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField(default=clock.now)
    finished_at = models.DateTimeField(null=True)

    objects = ScopedManager()
    everywhere = models.Manager()

    class Meta:
        base_manager_name = "everywhere"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["mailbox", "resource"], name="one_gathering_load", condition=Q(state="gathering")
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["mailbox", "id"], name="load_under_way", condition=Q(finished_at=None)),
            models.Index(fields=["organization", "finished_at"], name="load_refused", condition=Q(state="refused")),
        ]

    def __str__(self) -> str:
        return f"{self.get_state_display()}: {self.resource} of mailbox {self.mailbox_id}"


def progress() -> dict[str, Subquery]:
    """What a list of mailboxes is told of the oldest load under way: of so many records (`loading`) of a resource
    (`loading_of`) so many are `loaded`; None where there is none."""
    told = BulkLoad.objects.filter(mailbox=OuterRef("pk"), finished_at=None, records__gt=0).order_by("pk")
    columns = {"loading": "records", "loaded": "processed", "loading_of": "resource"}
    return {name: Subquery(told.values(column)[:1]) for name, column in columns.items()}


class Carried(models.Model):
    """A change that a load carries, as it was at this `revision`. `version` is the number under which it is handed
    over, 0 as long as it is not prepared; `account_id` is the account that a contact is to be made with.

    It is out of the load as soon as the change says something else, or is due at another time than the load's `until`.
    """

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    load = models.ForeignKey(BulkLoad, models.CASCADE, related_name="carried")
    change = models.OneToOneField("syncapp.Change", models.CASCADE, related_name="carried")
    revision = models.PositiveIntegerField()
    version = models.PositiveBigIntegerField(default=0)
    account_id = models.CharField(max_length=18, blank=True)

    objects = ScopedManager()
    everywhere = models.Manager()

    class Meta:
        base_manager_name = "everywhere"
        verbose_name_plural = "carried"

    def __str__(self) -> str:
        return f"change {self.change_id} in load {self.load_id}"
