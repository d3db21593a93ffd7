"""How far behind the sync was, day by day."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from connectors.models import Organization
from connectors.scoping import ScopedManager


class Waited(models.Model):
    """How long the oldest item of an organization had been waiting, when that was at its worst on a day (UTC).

    Looked at once an hour; a row with nothing says that somebody looked.
    """

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    on = models.DateField()
    seconds = models.PositiveIntegerField(default=0)

    objects = ScopedManager()
    everywhere = models.Manager()

    class Meta:
        base_manager_name = "everywhere"
        constraints: ClassVar = [models.UniqueConstraint(fields=["organization", "on"], name="one_wait_a_day")]

    def __str__(self) -> str:
        return f"{self.on}: {self.seconds} s"
