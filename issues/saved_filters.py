"""Filters of the list of issues that somebody keeps under a name of their own."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from connectors.models import Organization
from connectors.scoping import ScopedManager

MOST = 30  # of one person in one organization: more is no help to anybody
NAME = 60


class SavedFilter(models.Model):
    """What narrows the list of issues, as its address says it, kept by one person for one organization.

    It is theirs alone, and shows nothing that they would not see without it.
    """

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    name = models.CharField(max_length=NAME)
    query = models.TextField()

    objects = ScopedManager()
    everywhere = models.Manager()

    class Meta:
        base_manager_name = "everywhere"
        constraints: ClassVar = [models.UniqueConstraint(fields=["organization", "user", "name"], name="one_filter")]

    def __str__(self) -> str:
        return self.name
