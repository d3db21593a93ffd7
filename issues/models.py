"""Issues, what they have in common, every try, and bulk work on them.

Nothing here knows of items or changes: an issue names what it is about by the item's key and keeps the links
to both sides, so that the layer above may change how it syncs.
"""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from connectors import clock
from connectors.fields import EncryptedField
from connectors.models import Mailbox, Organization
from connectors.scoping import ScopedManager


class StatusChoices(models.TextChoices):
    """`issues.lifecycle.Status` in people's words."""

    OPEN = "open", "Open"
    RETRYING = "retrying", "Trying again"
    IGNORED = "ignored", "Ignored"
    RESOLVED = "resolved", "Resolved"


class ScopeChoices(models.TextChoices):
    ITEM = "item", "One item"
    MAILBOX = "mailbox", "A mailbox"
    ORGANIZATION = "organization", "The organization"


class ResourceChoices(models.TextChoices):
    """`connectors.records.Resource` in people's words; empty where the issue is about a mailbox as a whole."""

    EMAIL = "email", "E-mail"
    EVENT = "event", "Event"
    TASK = "task", "Task"
    CONTACT = "contact", "Contact"


class Resolution(models.TextChoices):
    """The proof that closed an issue."""

    SYNCED = "synced", "Written to Salesforce"
    GONE = "gone", "Gone on both sides"
    FILTERED = "filtered", "Left out by a rule"
    MERGED = "merged", "The same message as another one"
    WORKS = "works", "Sync runs again"


class Cause(models.Model):
    """Issues of one organization that share a normalised reason. Its counter is kept with every change."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="causes")
    fingerprint = models.CharField(max_length=32)
    code = models.CharField(max_length=120)
    said = EncryptedField(binds=("fingerprint",), null=True)
    open_issues = models.PositiveIntegerField(default=0)
    first_at = models.DateTimeField(default=clock.now)
    last_at = models.DateTimeField(default=clock.now)
    probe_at = models.DateTimeField(null=True)

    objects = ScopedManager()
    everywhere = models.Manager()

    class Meta:
        base_manager_name = "everywhere"
        ordering: ClassVar[list[str]] = ["-open_issues", "-last_at"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["organization", "fingerprint"], name="one_cause")]
        indexes: ClassVar = [
            models.Index(fields=["probe_at"], name="cause_to_probe", condition=Q(open_issues__gt=0)),
        ]

    def __str__(self) -> str:
        return self.code


class BulkOperation(models.Model):
    """One order for many issues: what was chosen, frozen, and how far it is.

    However often it is clicked or posted, there is one unfinished operation for the same choice
    (`choice_digest`), and one for the same `idempotency_key`.
    """

    class Verb(models.TextChoices):
        RETRY = "retry", "Try again"
        IGNORE = "ignore", "Ignore"

    class State(models.TextChoices):
        RUNNING = "running", "Running"
        FINISHED = "finished", "Finished"

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="operations")
    verb = models.CharField(max_length=10, choices=Verb)
    choice: models.JSONField[dict[str, object], dict[str, object]] = models.JSONField(default=dict)
    choice_digest = models.CharField(max_length=64)
    idempotency_key = models.CharField(max_length=200, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    until = models.DateTimeField(null=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    state = models.CharField(max_length=10, choices=State, default=State.RUNNING)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    last_id = models.BigIntegerField(default=0)
    up_to_id = models.BigIntegerField(default=0)
    created_at = models.DateTimeField(default=clock.now)
    finished_at = models.DateTimeField(null=True)

    objects = ScopedManager()
    everywhere = models.Manager()

    class Meta:
        base_manager_name = "everywhere"
        ordering: ClassVar[list[str]] = ["-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organization", "verb", "choice_digest"],
                name="one_running_operation",
                condition=Q(state="running"),
            ),
            models.UniqueConstraint(
                fields=["organization", "idempotency_key"],
                name="one_operation_per_key",
                condition=~Q(idempotency_key=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_verb_display()}: {self.done} of {self.total}"


class Issue(models.Model):
    """One item, one mailbox or one organization that needs a person.

    `subject_key` says what it is about: the item's key, `mailbox:<id>`, or `organization`. At most one
    unresolved issue stands for each subject and direction; the database sees to that. A resolved issue
    names its proof; the database sees to that too.
    """

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="issues")
    number = models.PositiveIntegerField()
    scope = models.CharField(max_length=12, choices=ScopeChoices)
    mailbox = models.ForeignKey(Mailbox, models.CASCADE, null=True, blank=True, related_name="issues")
    subject_key = models.CharField(max_length=80)
    resource = models.CharField(max_length=10, choices=ResourceChoices, blank=True)
    direction = models.CharField(max_length=12, default="to_crm")
    status = models.CharField(max_length=10, choices=StatusChoices, default=StatusChoices.OPEN)
    code = models.CharField(max_length=120)
    cause = models.ForeignKey(Cause, models.PROTECT, related_name="issues")
    title = models.CharField(max_length=300, blank=True)
    conversation_key = models.CharField(max_length=120, blank=True)
    mailbox_url = models.URLField(max_length=500, blank=True)
    crm_url = models.URLField(max_length=500, blank=True)
    fields: models.JSONField[list[str], list[str]] = models.JSONField(default=list)
    evidence = EncryptedField(binds=("subject_key",), null=True)
    failures = models.PositiveIntegerField(default=1)
    alerted_at = models.DateTimeField(null=True)
    first_at = models.DateTimeField(default=clock.now)
    last_at = models.DateTimeField(default=clock.now)
    next_attempt_at = models.DateTimeField(null=True, blank=True)
    ignored_until = models.DateTimeField(null=True, blank=True)
    ignored_reason = models.CharField(max_length=500, blank=True)
    ignored_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    regressed_at = models.DateTimeField(null=True, blank=True)
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolution = models.CharField(max_length=10, choices=Resolution, blank=True)
    proof = models.CharField(max_length=200, blank=True)
    probing = models.BooleanField(default=False)
    operation = models.ForeignKey(BulkOperation, models.SET_NULL, null=True, blank=True, related_name="issues")

    objects = ScopedManager()
    everywhere = models.Manager()

    class Meta:
        base_manager_name = "everywhere"
        ordering: ClassVar[list[str]] = ["-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organization", "number"], name="one_issue_number"),
            models.UniqueConstraint(
                fields=["organization", "subject_key", "direction"],
                name="one_unresolved_issue",
                condition=~Q(status="resolved"),
            ),
            models.CheckConstraint(
                name="resolved_on_proof",
                condition=~Q(status="resolved") | (~Q(proof="") & ~Q(resolution="") & Q(resolved_at__isnull=False)),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organization", "status", "-id"], name="issue_list"),
            models.Index(fields=["mailbox", "status", "-id"], name="issue_of_mailbox"),
            models.Index(fields=["cause", "id"], name="issue_of_cause", condition=~Q(status="resolved")),
            models.Index(fields=["organization", "conversation_key"], name="issue_of_conversation"),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        """What people quote: in plain text in every message."""
        return f"SYNC-{self.number}"


class Decision(models.Model):
    """What a person chose for an item that the rules could not decide; read when the item is worked on next.

    `choice` is one that the issue offered, such as `crm` or `mailbox`. One stands for each issue: the last one.
    """

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    issue = models.OneToOneField(Issue, models.CASCADE, related_name="decision")
    choice = models.CharField(max_length=40)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=clock.now)

    objects = ScopedManager()
    everywhere = models.Manager()

    class Meta:
        base_manager_name = "everywhere"

    def __str__(self) -> str:
        return self.choice


class Pick(models.Model):
    """Whose an address is that several people in the CRM have, or a domain (`@…`) that several accounts have, or which
    of several opportunities is meant with whoever has an address, as a person said: for every item from then on.

    `address_key` stands for what was asked, as the engine named it in its question. A pick counts as long as the record
    would still be offered.
    """

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    address_key = models.CharField(max_length=64, editable=False)
    address = EncryptedField(binds=("address_key",))
    person_id = models.CharField("record in Salesforce", max_length=18)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=clock.now)

    objects = ScopedManager()
    everywhere = models.Manager()

    class Meta:
        base_manager_name = "everywhere"
        verbose_name = "choice of whose an address is"
        verbose_name_plural = "choices of whose an address is"
        constraints: ClassVar = [models.UniqueConstraint(fields=["organization", "address_key"], name="one_pick")]

    def __str__(self) -> str:
        return self.person_id


class Attempt(models.Model):
    """One failed try, kept as long as its issue. The first one is never overwritten."""

    issue = models.ForeignKey(Issue, models.CASCADE, related_name="attempts")
    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    at = models.DateTimeField(default=clock.now)
    code = models.CharField(max_length=120)
    http_status = models.PositiveSmallIntegerField(null=True)
    request_id = models.CharField(max_length=120, blank=True)
    said = EncryptedField(binds=("issue_id",), null=True)

    objects = ScopedManager()
    everywhere = models.Manager()

    class Meta:
        base_manager_name = "everywhere"
        ordering: ClassVar[list[str]] = ["pk"]

    def __str__(self) -> str:
        return f"{self.code} at {self.at:%Y-%m-%d %H:%M:%S}"
