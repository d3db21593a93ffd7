"""Tables of an organization that say where its mail goes, and which calendars and labels of a mailbox count."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from connectors import clock
from connectors.choices import MAIL_MODES, OWNER_ID
from connectors.labels import LONGEST
from connectors.policies import MailMode
from connectors.scoping import ScopedManager


class Route(models.Model):
    """What becomes of mail to or from some of an organization's own addresses, whatever their mailboxes are set to.

    The first one that fits counts, by `position`. `*` in a `pattern` stands for any characters on its side of the @.
    """

    organization = models.ForeignKey("connectors.Organization", models.CASCADE, related_name="routes")
    position = models.PositiveSmallIntegerField("order", default=10)
    pattern = models.CharField("mail of", max_length=254)
    mail_mode = models.CharField("becomes", max_length=10, choices=MAIL_MODES, default=MailMode.CASES.value)
    case_owner_id = models.CharField("owner of its cases", max_length=18, blank=True, validators=[OWNER_ID])

    objects = ScopedManager()
    everywhere = models.Manager()

    class Meta:
        base_manager_name = "everywhere"
        ordering: ClassVar[list[str]] = ["position", "pk"]

    def __str__(self) -> str:
        return self.pattern


class FurtherCalendar(models.Model):
    """A calendar of a mailbox beside its own that is kept in step. Where it is `wanted` no more, the row stays until a
    worker has let its events go."""

    organization = models.ForeignKey("connectors.Organization", models.CASCADE, related_name="+")
    mailbox = models.ForeignKey("connectors.Mailbox", models.CASCADE, related_name="further_calendars")
    remote_id = models.CharField("calendar id", max_length=200)
    name = models.CharField(max_length=200)
    wanted = models.BooleanField("kept in step", default=True)
    added_at = models.DateTimeField(default=clock.now)

    objects = ScopedManager()
    everywhere = models.Manager()

    class Meta:
        base_manager_name = "everywhere"
        verbose_name = "calendar"
        ordering: ClassVar[list[str]] = ["pk"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["mailbox", "remote_id"], name="one_calendar")]

    def __str__(self) -> str:
        return f"“{self.name}” of {self.mailbox}"


class MailboxLabels(models.Model):
    """The labels of a mailbox that its organization's settings name, as the mailbox said when it was asked last.

    `ids` has each name with the label's id, "" where there is none; `there` the ids of all labels, without their names,
    which are its owner's own business. `failed` is the id of the label on messages that failed, "" before any did.
    """

    organization = models.ForeignKey("connectors.Organization", models.CASCADE, related_name="+")
    mailbox = models.OneToOneField("connectors.Mailbox", models.CASCADE, related_name="+")
    ids: models.JSONField[dict[str, str], dict[str, str]] = models.JSONField(default=dict)
    there: models.JSONField[list[str], list[str]] = models.JSONField(default=list)
    failed = models.CharField(max_length=LONGEST, blank=True)
    looked_at = models.DateTimeField(default=clock.now)

    objects = ScopedManager()
    everywhere = models.Manager()

    class Meta:
        base_manager_name = "everywhere"
        verbose_name_plural = "labels of mailboxes"

    def __str__(self) -> str:
        return f"labels of {self.mailbox}"
