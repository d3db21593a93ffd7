"""The table of first checks: what they found last, for an organization and for each of its mailboxes."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from connectors import clock
from connectors.models import Mailbox, Organization
from connectors.scoping import ScopedManager


class Why(models.TextChoices):
    BY_HAND = "by_hand", _("asked for by somebody")
    CONNECTED = "connected", _("after it was connected")
    ISSUE = "issue", _("after an issue of the organization opened")
    REGULAR = "regular", _("by itself, once a day")


class Checked(models.Model):
    """The last first checks of a mailbox, or (`mailbox` empty) of the organization; `syncapp.checking` writes them.

    `facts` are kept as `checking.kept` writes them, in the order in which they were found; none before `made_at`.
    `asked_at` is when a job was asked for, so that a tick asks once.
    """

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    mailbox = models.ForeignKey(Mailbox, models.CASCADE, null=True, related_name="+")
    made_at = models.DateTimeField(null=True)
    asked_at = models.DateTimeField(null=True)
    why = models.CharField(max_length=10, choices=Why, default=Why.BY_HAND)
    facts: models.JSONField[list[dict[str, Any]], list[dict[str, Any]]] = models.JSONField(default=list)
    created_at = models.DateTimeField(default=clock.now)

    objects = ScopedManager()
    everywhere = models.Manager()

    class Meta:
        base_manager_name = "everywhere"
        verbose_name = "first checks"
        verbose_name_plural = "first checks"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["mailbox"], name="one_check_of_mailbox"),
            models.UniqueConstraint(
                fields=["organization"], name="one_check_of_organization", condition=Q(mailbox__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"first checks of {self.mailbox or self.organization}"
