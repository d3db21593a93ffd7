"""What the engine knows: items, their copies in mailboxes, intended writes, and how far each mailbox is."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from connectors import clock
from connectors.fields import EncryptedField, SealBroken
from connectors.models import Mailbox, Organization
from connectors.scoping import ScopedManager
from issues.models import Issue, ResourceChoices
from syncapp import checked, loads, waited  # noqa: F401 - tables as well

Base = dict[str, dict[str, str]]  # side → field → keyed hash


class Item(models.Model):
    """One real-world thing in an organization, however many mailboxes hold a copy.

    `key` is what makes it one: an HMAC of its identity, the unique key of its Salesforce record. Until a
    message could be read its identity is not known; then the item is `provisional` and its key stands for
    the mailbox's own id. `record_id` with `synced_at` is the proof that it is in Salesforce.

    An event that was born in Salesforce has the key of its record; `alias` is then the key of its identity in the
    calendars, once it has one. `base` is what both sides agreed on last, as a keyed hash of each field; empty until
    they did. `version` is the highest number that we ever gave a state of it; the CRM refuses lower ones. `sent` is
    what `base` comes to be once the CRM has taken the state of that number; empty where its answer is known.
    `gone_at` says that both sides have deleted it, `keyless` that its record was written without our key. `address_key`
    stands for the address of a contact, so that the same person is found on the other side. `private` says that it is,
    or was, marked so by somebody who has it. `given` is what people filled in where the CRM refused it (see
    `engine.given`).
    """

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="items")
    resource = models.CharField(max_length=10, choices=ResourceChoices, default=ResourceChoices.EMAIL)
    key = models.CharField(max_length=64)
    provisional = models.BooleanField(default=False)
    title = models.CharField(max_length=300, blank=True)
    private = models.BooleanField(default=False)
    conversation_key = models.CharField(max_length=64, blank=True)
    occurred_at = models.DateTimeField(null=True)
    content_hash = models.CharField(max_length=64, blank=True)
    record_id = models.CharField(max_length=18, blank=True)
    synced_at = models.DateTimeField(null=True)
    alias = models.CharField(max_length=64, blank=True)
    address_key = models.CharField(max_length=64, blank=True)
    base: models.JSONField[Base, Base] = models.JSONField(default=dict)
    sent: models.JSONField[Base, Base] = models.JSONField(default=dict)
    version = models.PositiveBigIntegerField(default=0)
    gone_at = models.DateTimeField(null=True)
    keyless = models.BooleanField(default=False)
    given = EncryptedField(binds=("key",), null=True)
    created_at = models.DateTimeField(default=clock.now)

    objects = ScopedManager()
    everywhere = models.Manager()

    class Meta:
        base_manager_name = "everywhere"
        indexes: ClassVar = [
            models.Index(fields=["organization", "id"], name="item_without_key", condition=Q(keyless=True)),
            models.Index(fields=["organization", "record_id"], name="item_of_record"),
            models.Index(fields=["id"], name="item_given", condition=Q(given__isnull=False)),
            models.Index(fields=["organization", "alias"], name="item_of_alias", condition=~Q(alias="")),
            models.Index(fields=["organization", "address_key"], name="item_of_address", condition=~Q(address_key="")),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organization", "key"], name="one_item"),
            models.CheckConstraint(name="synced_with_record", condition=Q(synced_at__isnull=True) | ~Q(record_id="")),
        ]

    def __str__(self) -> str:
        return self.title or self.key[:12]

    @property
    def filled_in(self) -> dict[str, Any] | None:
        """What was `given`; nothing where its seal does not open any more, which is no reason to write nothing."""
        try:
            return self.given or None
        except SealBroken:
            return None


class Binding(models.Model):
    """One mailbox's copy of an item, under the mailbox's own id.

    Of an event: `version` as the calendar had it last, `content_hash` of what it said then, `leads` whether it is the
    organizer's copy, `series` the calendar's id of the series, `generation` how often it had to be made anew under
    another id, `seen_at` when a page of the feed showed it last, `missing_since` when a full read did not, or when
    there was another reason to look at it by name.
    """

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    mailbox = models.ForeignKey(Mailbox, models.CASCADE, related_name="bindings")
    item = models.ForeignKey(Item, models.CASCADE, related_name="bindings")
    remote_id = models.CharField(max_length=1024)
    thread_id = models.CharField(max_length=200, blank=True)
    version = models.CharField(max_length=200, blank=True)
    content_hash = models.CharField(max_length=64, blank=True)
    leads = models.BooleanField(default=False)
    series = models.CharField(max_length=1024, blank=True)
    generation = models.PositiveSmallIntegerField(default=0)
    seen_at = models.DateTimeField(default=clock.now)
    missing_since = models.DateTimeField(null=True)
    gone_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=clock.now)

    objects = ScopedManager()
    everywhere = models.Manager()

    class Meta:
        base_manager_name = "everywhere"
        constraints: ClassVar = [models.UniqueConstraint(fields=["mailbox", "remote_id"], name="one_binding")]

    def __str__(self) -> str:
        return f"{self.remote_id} in mailbox {self.mailbox_id}"


class Conversation(models.Model):
    """The case that a conversation has in the CRM, by the key of that case. Without the row it is found by its key."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    key = models.CharField(max_length=64)
    record_id = models.CharField(max_length=18)
    created_at = models.DateTimeField(default=clock.now)

    objects = ScopedManager()
    everywhere = models.Manager()

    class Meta:
        base_manager_name = "everywhere"
        constraints: ClassVar = [models.UniqueConstraint(fields=["organization", "key"], name="one_case")]

    def __str__(self) -> str:
        return f"case {self.record_id}"


class ChangeState(models.TextChoices):
    PENDING = "pending", "To be written now"
    WAITING = "waiting", "Tried again by itself"
    FAILED = "failed", "Needs a person"


class Change(models.Model):
    """One intended write: outbox and dead letter in one. It goes when it is settled for good.

    At most one stands for each item and direction. `claims` counts the times somebody began to prepare it
    and never came to an end. `payload` is the message as it was read, sealed; without one it has to be read again.
    `needs_mailbox` says that its mailbox is asked for its attachments when it is written, `bare` that
    nothing of what the message says stands in the payload.
    `gone` says that the side it comes from has deleted the item, `proof` by what we know. `mailbox` is the one to work
    on it. `revision` grows whenever the change comes to say something else, so that whoever worked on an older one does
    not end it. `asked` says, of what has no key in its mailbox, what we asked for there and since when ("at"), as long
    as nobody has heard the answer; `sending_since` says when, of what goes to the CRM without a key.
    """

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    mailbox = models.ForeignKey(Mailbox, models.CASCADE, related_name="changes")
    item = models.ForeignKey(Item, models.CASCADE, related_name="changes")
    direction = models.CharField(max_length=12, default="to_crm")
    gone = models.BooleanField(default=False)
    proof = models.CharField(max_length=200, blank=True)
    revision = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=10, choices=ChangeState, default=ChangeState.PENDING)
    payload = EncryptedField(binds=("item_id", "direction"), null=True)
    asked = EncryptedField(binds=("item_id", "direction"), null=True)
    needs_mailbox = models.BooleanField(default=False)
    bare = models.BooleanField(default=False)
    sending_since = models.DateTimeField(null=True)
    claims = models.PositiveSmallIntegerField(default=0)
    tries = models.PositiveSmallIntegerField(default=0)
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
    """How far a mailbox, or (`mailbox` empty) the organization's CRM, has been read.

    It never passes an item that has no row of its own. While everything is read anew, `full_since` is when that began.
    `users` are those of the CRM who had a mailbox here when it was read: what belongs to others was passed over.
    """

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    mailbox = models.ForeignKey(Mailbox, models.CASCADE, null=True, related_name="cursors")
    resource = models.CharField(max_length=10, choices=ResourceChoices)
    value = models.TextField(blank=True)
    full_since = models.DateTimeField(null=True)
    users: models.JSONField[list[str], list[str]] = models.JSONField(default=list)
    moved_at = models.DateTimeField(default=clock.now)

    objects = ScopedManager()
    everywhere = models.Manager()

    class Meta:
        base_manager_name = "everywhere"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["mailbox", "resource"], name="one_cursor"),
            models.UniqueConstraint(
                fields=["organization", "resource"], name="one_crm_cursor", condition=Q(mailbox__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.resource} of {self.mailbox or self.organization}"


class Lease(models.Model):
    """The right to work on a mailbox, or (`mailbox` empty) to read an organization's CRM, until a moment, under a
    number that only grows.

    Everybody who writes shows the number; a worker that slept through its lease shows an old one and is
    turned away. `wake_requested` is what somebody leaves who found the lease taken. `claims` counts those since the
    last whole run who took it and never gave it back. `hinted_at` stands while a job is on its way that a hint of the
    provider asked for: until somebody begins to read.
    """

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    mailbox = models.OneToOneField(Mailbox, models.CASCADE, null=True, related_name="lease")
    fence = models.PositiveBigIntegerField(default=0)
    claims = models.PositiveSmallIntegerField(default=0)
    owner = models.CharField(max_length=80, blank=True)
    until = models.DateTimeField(default=clock.now)
    wake_requested = models.BooleanField(default=False)
    hinted_at = models.DateTimeField(null=True)

    objects = ScopedManager()
    everywhere = models.Manager()

    class Meta:
        base_manager_name = "everywhere"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organization"], name="one_lease_of_reader", condition=Q(mailbox__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.mailbox or self.organization}, fence {self.fence}"


class Outcome(models.TextChoices):
    RUNNING = "", "Running"
    GOOD = "good", "Good"
    FAILED = "failed", "Failed"
    WROTE = "wrote", "Only wrote, did not read"


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


class Mark(models.Model):
    """A mark that stands on an event or a message because it failed.

    `before` is what an event looked like, and the label (its id) that a message has; "?" before anybody heard.
    """

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    binding = models.OneToOneField(Binding, models.CASCADE, related_name="mark")
    before = models.CharField(max_length=40, blank=True)
    at = models.DateTimeField(default=clock.now)

    objects = ScopedManager()
    everywhere = models.Manager()

    class Meta:
        base_manager_name = "everywhere"

    def __str__(self) -> str:
        return f"mark on {self.binding_id}"


class Overruled(models.Model):
    """The version of an item that lost where both sides had changed it: sealed, and kept as long as retention says.

    `side` is whose version it is, `fields` are those that were overruled, `rule` why: the organization's rule for
    conflicts, or the one by which the item was taken out of the CRM.
    """

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    item = models.ForeignKey(Item, models.CASCADE, related_name="overruled")
    side = models.CharField(max_length=10, choices=[("crm", "Salesforce"), ("mailbox", "The mailbox")])
    rule = models.CharField(max_length=40)
    fields: models.JSONField[list[str], list[str]] = models.JSONField(default=list)
    content = EncryptedField(binds=("item_id", "side"), null=True)
    at = models.DateTimeField(default=clock.now)

    objects = ScopedManager()
    everywhere = models.Manager()

    class Meta:
        base_manager_name = "everywhere"
        verbose_name_plural = "overruled"

    def __str__(self) -> str:
        return f"{self.get_side_display()}: {', '.join(self.fields)}"


class Reconciliation(models.Model):
    """One comparison of both sides of an organization, record by record, and what it found.

    `whole` says that everything was compared, and not a sample. Numbers of items: `compared`, `altered` (it differs
    from what was agreed on), `missing` on either side, `doubled` (several records of one item), `requeued`.
    `position` is the item up to which it has come.
    """

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="reconciliations")
    whole = models.BooleanField(default=False)
    started_at = models.DateTimeField(default=clock.now)
    finished_at = models.DateTimeField(null=True)
    compared = models.PositiveIntegerField(default=0)
    altered = models.PositiveIntegerField(default=0)
    missing = models.PositiveIntegerField(default=0)
    doubled = models.PositiveIntegerField(default=0)
    requeued = models.PositiveIntegerField(default=0)
    position = models.PositiveBigIntegerField(default=0)

    objects = ScopedManager()
    everywhere = models.Manager()

    class Meta:
        base_manager_name = "everywhere"
        ordering: ClassVar[list[str]] = ["-pk"]

    def __str__(self) -> str:
        return f"{self.organization} at {self.started_at:%Y-%m-%d %H:%M}"


class Ordered(models.Model):
    """An order for a mailbox or an organization that came with an Idempotency-Key, so that it is given once."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    key = models.CharField(max_length=64)
    what = models.CharField(max_length=60)
    at = models.DateTimeField(default=clock.now)

    objects = ScopedManager()
    everywhere = models.Manager()

    class Meta:
        base_manager_name = "everywhere"
        constraints: ClassVar = [models.UniqueConstraint(fields=["organization", "key"], name="one_order_per_key")]

    def __str__(self) -> str:
        return self.what


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
