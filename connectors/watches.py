"""What a provider was asked to tell of: a table beside those of `routes`."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from connectors import clock
from connectors.records import Resource
from connectors.scoping import ScopedManager


class Watch(models.Model):
    """A place in a mailbox of whose changes its provider was asked to tell (see `connectors.hints`).

    Written before the provider is asked, so that a lost answer leaves no channel that nobody knows. `promised_at` is
    when it last said yes, `asked_at` when it was asked last; hints come `until` then. `refused` is the code of its no.
    The token itself is kept nowhere: `token_digest` is its SHA-256, which is enough for 32 random bytes. A mailbox has
    one row for its messages, which is renewed; each channel of a calendar has a row of its own.
    """

    organization = models.ForeignKey("connectors.Organization", models.CASCADE, related_name="+")
    mailbox = models.ForeignKey("connectors.Mailbox", models.CASCADE, related_name="watches")
    resource = models.CharField(max_length=10, choices=[(each.value, each.value) for each in Resource])
    calendar = models.CharField(max_length=200, blank=True)
    channel_id = models.CharField(max_length=64, unique=True)
    token_digest = models.CharField(max_length=64, blank=True)
    target = models.CharField(max_length=400)
    remote_id = models.CharField(max_length=200, blank=True)
    asked_at = models.DateTimeField(default=clock.now)
    promised_at = models.DateTimeField(null=True)
    until = models.DateTimeField(default=clock.now)
    refused = models.CharField(max_length=120, blank=True)

    objects = ScopedManager()
    everywhere = models.Manager()

    class Meta:
        base_manager_name = "everywhere"
        verbose_name_plural = "watches"
        ordering: ClassVar[list[str]] = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["mailbox"], name="one_watch_of_mail", condition=models.Q(resource=Resource.EMAIL.value)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.resource} of {self.mailbox}"
