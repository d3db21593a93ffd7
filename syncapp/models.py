"""What the engine knows: items, their copies in mailboxes, intended writes, and how far each mailbox is."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from connectors import clock
from connectors.fields import EncryptedField
from connectors.models import Mailbox, Organization
from connectors.scoping import ScopedManager
from issues.models import Issue, ResourceChoices


class Item(models.Model):
    """One real-world thing in an organization, however many mailboxes hold a copy.

    `key` is what makes it one: an HMAC of its identity, the unique key of its Salesforce record. Until a
    message could be read its identity is not known; then the item is `provisional` and its key stands for
    the mailbox's own id. `record_id` with `synced_at` is the proof that it is in Salesforce.
    """

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="items")
    resource = models.CharField(max_length=10, choices=ResourceChoices, default=ResourceChoices.EMAIL)
    key = models.CharField(max_length=64)
    provisional = models.BooleanField(default=False)
    title = models.CharField(max_length=300, blank=True)
    conversation_key = models.CharField(max_length=64, blank=True)
    occurred_at = models.DateTimeField(null=True)
    content_hash = models.CharField(max_length=64, blank=True)
    record_id = models.CharField(max_length=18, blank=True)
    synced_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=clock.now)

    objects = ScopedManager()
    everywhere = models.Manager()

    class Meta:
        base_manager_name = "everywhere"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organization", "key"], name="one_item"),
            models.CheckConstraint(name="synced_with_record", condition=Q(synced_at__isnull=True) | ~Q(record_id="")),
        ]

    def __str__(self) -> str:
        return self.title or self.key[:12]


class Binding(models.Model):
    """One mailbox's copy of an item, under the mailbox's own id."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    mailbox = models.ForeignKey(Mailbox, models.CASCADE, related_name="bindings")
    item = models.ForeignKey(Item, models.CASCADE, related_name="bindings")
    remote_id = models.CharField(max_length=200)
    thread_id = models.CharField(max_length=200, blank=True)
    gone_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=clock.now)

    objects = ScopedManager()
    everywhere = models.Manager()

    class Meta:
        base_manager_name = "everywhere"
        constraints: ClassVar = [models.UniqueConstraint(fields=["mailbox", "remote_id"], name="one_binding")]

    def __str__(self) -> str:
        return f"{self.remote_id} in mailbox {self.mailbox_id}"


class ChangeState(models.TextChoices):
    PENDING = "pending", "To be written now"
    WAITING = "waiting", "Tried again by itself"
    FAILED = "failed", "Needs a person"


class Change(models.Model):
    """One intended write: outbox and dead letter in one. It goes when it is settled for good.

    At most one stands for each item and direction. `claims` counts the times somebody began to prepare it
    and never came to an end; `sent` says that a write may have reached Salesforce, so that the next one looks
    first. `payload` is the message as it was read, sealed; without one it has to be read again.
    """

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    mailbox = models.ForeignKey(Mailbox, models.CASCADE, related_name="changes")
    item = models.ForeignKey(Item, models.CASCADE, related_name="changes")
    direction = models.CharField(max_length=12, default="to_crm")
    state = models.CharField(max_length=10, choices=ChangeState, default=ChangeState.PENDING)
    payload = EncryptedField(binds=("item_id", "direction"), null=True)
    claims = models.PositiveSmallIntegerField(default=0)
    tries = models.PositiveSmallIntegerField(default=0)
    sent = models.BooleanField(default=False)
    next_attempt_at = models.DateTimeField(null=True)
    code = models.CharField(max_length=120, blank=True)
    issue = models.ForeignKey(Issue, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=clock.now)

    objects = ScopedManager()
    everywhere = models.Manager()

    class Meta:
        base_manager_name = "everywhere"
        constraints: ClassVar = [models.UniqueConstraint(fields=["item", "direction"], name="one_change")]
        indexes: ClassVar = [
            models.Index(fields=["mailbox", "state", "id"], name="change_of_mailbox"),
            models.Index(fields=["next_attempt_at"], name="change_due", condition=Q(state="waiting")),
        ]

    def __str__(self) -> str:
        return f"{self.get_state_display()}: item {self.item_id}"


class Filtered(models.Model):
    """An item that a named rule keeps out of Salesforce."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    item = models.OneToOneField(Item, models.CASCADE, related_name="filtered")
    rule = models.CharField(max_length=40)
    at = models.DateTimeField(default=clock.now)

    objects = ScopedManager()
    everywhere = models.Manager()

    class Meta:
        base_manager_name = "everywhere"
        verbose_name_plural = "filtered"
        indexes: ClassVar = [models.Index(fields=["organization", "rule"], name="filtered_by_rule")]

    def __str__(self) -> str:
        return self.rule


class Cursor(models.Model):
    """How far a mailbox has been read. It never passes an item that has no row of its own."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    mailbox = models.ForeignKey(Mailbox, models.CASCADE, related_name="cursors")
    resource = models.CharField(max_length=10, choices=ResourceChoices)
    value = models.TextField()
    moved_at = models.DateTimeField(default=clock.now)

    objects = ScopedManager()
    everywhere = models.Manager()

    class Meta:
        base_manager_name = "everywhere"
        constraints: ClassVar = [models.UniqueConstraint(fields=["mailbox", "resource"], name="one_cursor")]

    def __str__(self) -> str:
        return f"{self.resource} of mailbox {self.mailbox_id}"


class Lease(models.Model):
    """The right to work on a mailbox, until a moment, under a number that only grows.

    Everybody who writes shows the number; a worker that slept through its lease shows an old one and is
    turned away. `wake_requested` is what somebody leaves who found the lease taken.
    """

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    mailbox = models.OneToOneField(Mailbox, models.CASCADE, related_name="lease")
    fence = models.PositiveBigIntegerField(default=0)
    owner = models.CharField(max_length=80, blank=True)
    until = models.DateTimeField(default=clock.now)
    wake_requested = models.BooleanField(default=False)

    objects = ScopedManager()
    everywhere = models.Manager()

    class Meta:
        base_manager_name = "everywhere"

    def __str__(self) -> str:
        return f"mailbox {self.mailbox_id}, fence {self.fence}"


class Outcome(models.TextChoices):
    RUNNING = "", "Running"
    GOOD = "good", "Good"
    FAILED = "failed", "Failed"
    WROTE = "wrote", "Only wrote, reading stands still"


class Run(models.Model):
    """One execution of a mailbox's sync, over as many jobs as it takes. A killed worker's run goes on."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    mailbox = models.ForeignKey(Mailbox, models.CASCADE, related_name="runs")
    started_at = models.DateTimeField(default=clock.now)
    finished_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=10, choices=Outcome, default=Outcome.RUNNING, blank=True)
    code = models.CharField(max_length=120, blank=True)
    read = models.PositiveIntegerField(default=0)
    written = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    filtered = models.PositiveIntegerField(default=0)

    objects = ScopedManager()
    everywhere = models.Manager()

    class Meta:
        base_manager_name = "everywhere"
        ordering: ClassVar[list[str]] = ["-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["mailbox"], name="one_running_run", condition=Q(outcome="")),
        ]

    def __str__(self) -> str:
        return f"{self.mailbox} at {self.started_at:%Y-%m-%d %H:%M}"


class BreakerState(models.TextChoices):
    CLOSED = "closed", "Working"
    OPEN = "open", "Left alone"
    HALF_OPEN = "half_open", "Being tried"


class Breaker(models.Model):
    """What is known of a service that failed: of a provider for a whole organization, or (`mailbox` set) of the
    provider as one mailbox's access meets it. `engine.breaker` says what the columns mean and how they move.
    """

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="breakers")
    provider = models.CharField(max_length=20)
    mailbox = models.ForeignKey(Mailbox, models.CASCADE, null=True, related_name="breakers")
    state = models.CharField(max_length=10, choices=BreakerState, default=BreakerState.CLOSED)
    turn = models.PositiveBigIntegerField(default=0)
    in_a_row = models.PositiveIntegerField(default=0)
    recent = models.PositiveIntegerField(default=0)
    window_at = models.DateTimeField(null=True)
    failed_by = models.PositiveBigIntegerField(null=True)
    trips = models.PositiveIntegerField(default=0)
    opened_at = models.DateTimeField(null=True)
    probe_at = models.DateTimeField(null=True)
    code = models.CharField(max_length=120, blank=True)

    objects = ScopedManager()
    everywhere = models.Manager()

    class Meta:
        base_manager_name = "everywhere"
        verbose_name = "provider"
        ordering: ClassVar[list[str]] = ["provider", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organization", "provider"], name="one_breaker_of_provider", condition=Q(mailbox__isnull=True)
            ),
            models.UniqueConstraint(fields=["mailbox", "provider"], name="one_breaker_of_mailbox"),
        ]

    def __str__(self) -> str:
        return f"{self.provider} for {self.mailbox or self.organization}"


class Allowance(models.Model):
    """How much of its CRM's allowance of calls an organization's programs have used, as the CRM said last."""

    organization = models.OneToOneField(Organization, models.CASCADE, related_name="allowance")
    used = models.PositiveIntegerField()
    allowed = models.PositiveIntegerField()
    read_at = models.DateTimeField(default=clock.now)

    objects = ScopedManager()
    everywhere = models.Manager()

    class Meta:
        base_manager_name = "everywhere"

    def __str__(self) -> str:
        return f"{self.used} of {self.allowed} calls"


class Budget(models.Model):
    """What an organization has tried since the window began, first and by itself again (`engine.budget`)."""

    organization = models.OneToOneField(Organization, models.CASCADE, related_name="budget")
    since = models.DateTimeField(null=True)
    first_tries = models.PositiveIntegerField(default=0)
    retries = models.PositiveIntegerField(default=0)
    put_off = models.PositiveIntegerField(default=0)

    objects = ScopedManager()
    everywhere = models.Manager()

    class Meta:
        base_manager_name = "everywhere"

    def __str__(self) -> str:
        return f"{self.retries} retries since {self.since:%H:%M}" if self.since else "no retries"
