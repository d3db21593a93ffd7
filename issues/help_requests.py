"""Tables of “Ask for help”: what somebody wrote of an issue, what goes out, and how far that is."""

from __future__ import annotations

import secrets
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from connectors import clock
from connectors.fields import EncryptedField
from connectors.models import Organization
from connectors.scoping import ScopedManager


def fresh_message_id() -> str:
    """What the mail of a request is known by, however often it has to be sent."""
    return f"<{secrets.token_hex(16)}@{settings.MAIL_DOMAIN}>"


class HelpState(models.TextChoices):
    DRAFT = "draft", _("Not sent yet")
    WAITING = "waiting", _("To be sent")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Could not be sent")


class HelpRequest(models.Model):
    """What somebody asks the organization's support, from the first look at it to the mail server's answer.

    `subject`, `text` and the pictures are what is sent, to the letter, and `message_id` is the mail's own, from the
    beginning. As long as it is a draft its author may change it; there is one for each issue and author.
    """

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    issue = models.ForeignKey("issues.Issue", models.CASCADE, related_name="help_requests")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    description = EncryptedField(binds=("issue_id",), null=True)
    with_words = models.BooleanField(default=False)
    address = models.EmailField()
    reply_to = models.EmailField(blank=True)
    subject = models.CharField(max_length=300)
    text = EncryptedField(binds=("issue_id",), null=True)
    message_id = models.CharField(max_length=200, unique=True, default=fresh_message_id)
    idempotency_key = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=10, choices=HelpState, default=HelpState.DRAFT)
    created_at = models.DateTimeField(default=clock.now)
    asked_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=200, blank=True)

    objects = ScopedManager()
    everywhere = models.Manager()

    class Meta:
        base_manager_name = "everywhere"
        ordering: ClassVar[list[str]] = ["-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["issue", "author"], name="one_draft", condition=Q(state="draft")),
            models.UniqueConstraint(
                fields=["organization", "idempotency_key"], name="one_request_per_key", condition=~Q(idempotency_key="")
            ),
        ]

    def __str__(self) -> str:
        return self.subject


class HelpPicture(models.Model):
    """A screenshot of a request, drawn anew by `issues.pictures`, in base64 behind a seal."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    request = models.ForeignKey(HelpRequest, models.CASCADE, related_name="pictures")
    content = EncryptedField(binds=("request_id",))
    kind = models.CharField(max_length=20)
    size = models.PositiveIntegerField()

    objects = ScopedManager()
    everywhere = models.Manager()

    class Meta:
        base_manager_name = "everywhere"
        ordering: ClassVar[list[str]] = ["pk"]

    def __str__(self) -> str:
        return f"{self.kind}, {self.size} bytes"
