"""Who is told, of what, and whether the mail has left."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from connectors import clock
from connectors.models import Mailbox, Organization
from connectors.scoping import ScopedManager
from issues.help_requests import HelpRequest


class Recipient(models.Model):
    """Somebody who is told when something of the organization needs a person."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="recipients")
    address = models.EmailField()
    name = models.CharField(max_length=120, blank=True)
    active = models.BooleanField(default=True)

    objects = ScopedManager()
    everywhere = models.Manager()

    class Meta:
        base_manager_name = "everywhere"
        ordering: ClassVar[list[str]] = ["address"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["organization", "address"], name="one_recipient")]

    def __str__(self) -> str:
        return self.address


class Incident(models.Model):
    """What people are told once: a cause with open issues, or a sync that stands still, until it is over.

    `key` names it for good (`cause:<fingerprint>`, `mailbox:<address>`, `organization`), `ordinal` counts how
    often it has come; both make the Message-IDs, so a mail that is sent again is the same mail.
    """

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="incidents")
    key = models.CharField(max_length=300)
    ordinal = models.PositiveIntegerField(default=1)
    code = models.CharField(max_length=120)
    cause = models.CharField(max_length=64, blank=True)
    mailbox = models.ForeignKey(Mailbox, models.CASCADE, null=True, related_name="+")
    issue_number = models.PositiveIntegerField(null=True)
    opened_at = models.DateTimeField(default=clock.now)
    closed_at = models.DateTimeField(null=True)

    objects = ScopedManager()
    everywhere = models.Manager()

    class Meta:
        base_manager_name = "everywhere"
        ordering: ClassVar[list[str]] = ["-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organization", "key"], name="one_open_incident", condition=Q(closed_at__isnull=True)
            ),
            models.UniqueConstraint(fields=["organization", "key", "ordinal"], name="one_incident"),
        ]

    def __str__(self) -> str:
        return f"{self.key} ({self.ordinal})"


class Delivery(models.Model):
    """One mail to one recipient: about one incident, that it is there or that it is over, or a request for help."""

    class Kind(models.TextChoices):
        OPENED = "opened", "Something needs you"
        RECOVERED = "recovered", "It works again"
        HELP = "help", "Somebody asks for help"

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    incident = models.ForeignKey(Incident, models.CASCADE, null=True, related_name="deliveries")
    help_request = models.ForeignKey(HelpRequest, models.CASCADE, null=True, related_name="deliveries")
    kind = models.CharField(max_length=10, choices=Kind)
    address = models.EmailField()
    name = models.CharField(max_length=120, blank=True)
    message_id = models.CharField(max_length=200, unique=True)
    created_at = models.DateTimeField(default=clock.now)
    due_at = models.DateTimeField(default=clock.now)
    claimed_until = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=200, blank=True)

    objects = ScopedManager()
    everywhere = models.Manager()

    class Meta:
        base_manager_name = "everywhere"
        verbose_name_plural = "deliveries"
        ordering: ClassVar[list[str]] = ["-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="delivery_of_one_thing",
                condition=Q(incident__isnull=True, help_request__isnull=False)
                | Q(incident__isnull=False, help_request__isnull=True),
            )
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["due_at"], name="delivery_due", condition=Q(sent_at__isnull=True, failed_at__isnull=True)
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.address}"
