"""Issues, what they have in common, every try, and bulk work on them.

Nothing here knows of items or changes: an issue names what it is about by the item's key and keeps the links
to both sides, so that the layer above may change how it syncs.
"""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from connectors import clock
from connectors.fields import EncryptedField
from connectors.models import Mailbox, Organization
from connectors.scoping import ScopedManager
from issues import help_requests, saved_filters  # noqa: F401 - tables as well
from issues.lifecycle import NEEDS_SOMEBODY

_NEEDED = Q(status__in=sorted(each.value for each in NEEDS_SOMEBODY))


class StatusChoices(models.TextChoices):
    """`issues.lifecycle.Status` in people's words."""

    OPEN = "open", _("Open")
    RETRYING = "retrying", _("Trying again")
    IGNORED = "ignored", _("Ignored")
    RESOLVED = "resolved", _("Resolved")


class ScopeChoices(models.TextChoices):
    ITEM = "item", _("One item")
    MAILBOX = "mailbox", _("A mailbox")
    ORGANIZATION = "organization", _("The organization")


class ResourceChoices(models.TextChoices):
    """`connectors.records.Resource` in people's words; empty where the issue is about a mailbox as a whole."""

    EMAIL = "email", _("E-mail")
    EVENT = "event", _("Event")
    TASK = "task", _("Task")
    CONTACT = "contact", _("Contact")


class Resolution(models.TextChoices):
    """The proof that closed an issue."""

    SYNCED = "synced", _("Written to Salesforce")
    GONE = "gone", _("Gone on both sides")
    FILTERED = "filtered", _("Left out by a rule")
    MERGED = "merged", _("The same message as another one")
    WORKS = "works", _("Sync runs again")


class EndChoices(models.TextChoices):
    """`issues.lifecycle.End` in people's words."""

    DATE = "date", _("Until a date")
    FAILURES = "failures", _("Until it failed so often again")
    CHANGE = "change", _("Until the item changes")
    NEVER = "never", _("For good")


class Cause(models.Model):
    """Issues of one organization that share a normalised reason. Its counter is kept with every change.

    `assignee` is who looks after it, `acknowledged_at` since when somebody (`acknowledged_by`; None: a service) knows
    of it. Once nothing of it is open any more, what comes afterwards has to be acknowledged anew; whose it is stays.
    """

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="causes")
    fingerprint = models.CharField(max_length=32)
    code = models.CharField(max_length=120)
    said = EncryptedField(binds=("fingerprint",), null=True)
    open_issues = models.PositiveIntegerField(default=0)
    first_at = models.DateTimeField(default=clock.now)
    last_at = models.DateTimeField(default=clock.now)
    probe_at = models.DateTimeField(null=True)
    assignee = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    assigned_at = models.DateTimeField(null=True)
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

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


class Tally(models.Model):
    """How many issues came and went within one hour: of a cause, or (`cause` None) of the organization as a whole.

    What came needs somebody since then, what went does not any more; an issue that found another cause went from one
    and came to the other, and the organization saw neither. So `open_issues` at the end of any hour is the number of
    now, less what came since, plus what went.
    """

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    cause = models.ForeignKey(Cause, models.CASCADE, null=True, related_name="tallies")
    hour = models.DateTimeField()
    came = models.PositiveIntegerField(default=0)
    went = models.PositiveIntegerField(default=0)

    objects = ScopedManager()
    everywhere = models.Manager()

    class Meta:
        base_manager_name = "everywhere"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["cause", "hour"], name="one_tally", condition=Q(cause__isnull=False)),
            models.UniqueConstraint(
                fields=["organization", "hour"], name="one_tally_of_all", condition=Q(cause__isnull=True)
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["hour"], name="tally_by_age")]

    def __str__(self) -> str:
        return f"{self.hour:%Y-%m-%d %H}: +{self.came} -{self.went}"


class BulkOperation(models.Model):
    """One order for many issues: what was chosen, frozen, and how far it is.

    However often it is clicked or posted, there is one unfinished operation for the same choice
    (`choice_digest`), and one for the same `idempotency_key`. The issues that it is about are its parts: those up to
    the number `up_to` that fitted when they were looked through (`frozen_to`, until `frozen_at`); `total` is None where
    they are too many to be counted sooner. `done` were taken up; the counters after it say what became of these.
    `asked` says that a person or a client gave it, not the product by itself.
    `first_at` is when the first few were handed out, `waits_until` until when it gives way to the CRM's allowance.
    `steered_*` is who paused, resumed, cancelled or undid it last; the state says which of these it was.
    """

    class Verb(models.TextChoices):
        RETRY = "retry", _("Try again")
        IGNORE = "ignore", _("Ignore")

    class State(models.TextChoices):
        """`issues.ordering.State` in people's words."""

        CANARY = "canary", _("Trying a few first")
        HELD = "held", _("Waits for you")
        RUNNING = "running", _("Running")
        PAUSED = "paused", _("Paused")
        FINISHED = "finished", _("Finished")
        CANCELLED = "cancelled", _("Cancelled")
        UNDOING = "undoing", _("Being undone")
        UNDONE = "undone", _("Undone")

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="operations")
    verb = models.CharField(max_length=10, choices=Verb)
    choice: models.JSONField[dict[str, object], dict[str, object]] = models.JSONField(default=dict)
    choice_digest = models.CharField(max_length=64)
    idempotency_key = models.CharField(max_length=200, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    until = models.DateTimeField(null=True)
    ending = models.CharField(max_length=20, blank=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    asked = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=State, default=State.RUNNING)
    total = models.PositiveIntegerField(null=True)
    done = models.PositiveIntegerField(default=0)
    still_trying = models.PositiveIntegerField(default=0)
    resolved = models.PositiveIntegerField(default=0)
    failed_again = models.PositiveIntegerField(default=0)
    ignored = models.PositiveIntegerField(default=0)
    skipped = models.PositiveIntegerField(default=0)
    elsewhere = models.PositiveIntegerField(default=0)
    returned = models.PositiveIntegerField(default=0)
    up_to = models.PositiveIntegerField(default=0)
    frozen_to = models.PositiveIntegerField(default=0)
    frozen_at = models.DateTimeField(null=True)
    first_at = models.DateTimeField(null=True)
    moved_at = models.DateTimeField(default=clock.now)
    steered_at = models.DateTimeField(null=True)
    steered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    waits_until = models.DateTimeField(null=True)
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
                condition=Q(state__in=["canary", "held", "running", "paused"]),
            ),
            models.UniqueConstraint(
                fields=["organization", "idempotency_key"],
                name="one_operation_per_key",
                condition=~Q(idempotency_key=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_verb_display()}: {self.done} of {self.total}"


class OutcomeChoices(models.TextChoices):
    """`issues.ordering.Outcome` in people's words."""

    WAITING = "waiting", _("not taken up yet")
    TRYING = "trying", _("still trying")
    RESOLVED = "resolved", _("resolved")
    FAILED = "failed", _("failed again")
    IGNORED = "ignored", _("ignored")
    SKIPPED = "skipped", _("skipped")
    ELSEWHERE = "elsewhere", _("taken over")
    RETURNED = "returned", _("put back")


class SkippedChoices(models.TextChoices):
    """`issues.ordering.Skipped` in people's words."""

    RESOLVED = "resolved", _("closed before its turn came")
    TRYING = "trying", _("being tried already")
    ASIDE = "aside", _("set aside before its turn came")


class Issue(models.Model):
    """One item, one mailbox or one organization that needs a person.

    `subject_key` says what it is about: the item's key, `mailbox:<id>`, or `organization`. At most one
    unresolved issue stands for each subject and direction; the database sees to that. A resolved issue
    names its proof; the database sees to that too. `private` says that the item is, or was at any time, marked private
    by somebody who has it: what it says is then nobody's but its owner's.
    What is ignored says what ends it (`ignored_end`): a date
    (`ignored_until`), so many more failures as are left (`ignored_failures`), a change of the item, or nothing.
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
    private = models.BooleanField(default=False)
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
    ignored_end = models.CharField(max_length=10, choices=EndChoices, blank=True)
    ignored_failures = models.PositiveSmallIntegerField(null=True, blank=True)
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
            # Lists are newest first: of an organization, of a mailbox, of all; and the filters of what needs somebody.
            models.Index(fields=["organization", "-id"], name="issue_newest"),
            models.Index(fields=["status", "-id"], name="issue_by_status"),
            models.Index(fields=["-id"], name="issue_needs", condition=_NEEDED),
            models.Index(fields=["organization", "-id"], name="issue_needs_here", condition=_NEEDED),
            models.Index(fields=["mailbox", "-id"], name="issue_needs_in_mailbox", condition=_NEEDED),
            models.Index(fields=["organization", "resource", "-id"], name="issue_needs_by_type", condition=_NEEDED),
            models.Index(fields=["organization", "code", "-id"], name="issue_needs_by_code", condition=_NEEDED),
            models.Index(
                fields=["organization", "-id"],
                name="issue_needs_whole",
                condition=_NEEDED & Q(scope__in=["mailbox", "organization"]),
            ),
            models.Index(fields=["cause", "id"], name="issue_of_cause", condition=~Q(status="resolved")),
            models.Index(fields=["organization", "conversation_key"], name="issue_of_conversation"),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        """What people quote: in plain text in every message."""
        return f"SYNC-{self.number}"


class Part(models.Model):
    """One issue of an order: how it was when the order was given, and what became of it."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    operation = models.ForeignKey(BulkOperation, models.CASCADE, related_name="parts")
    issue = models.ForeignKey(Issue, models.CASCADE, related_name="parts")
    mailbox = models.ForeignKey(Mailbox, models.CASCADE, null=True, related_name="+")
    before = models.CharField(max_length=10, choices=StatusChoices)
    outcome = models.CharField(max_length=10, choices=OutcomeChoices, default=OutcomeChoices.WAITING)
    skipped = models.CharField(max_length=10, choices=SkippedChoices, blank=True)

    objects = ScopedManager()
    everywhere = models.Manager()

    class Meta:
        base_manager_name = "everywhere"
        constraints: ClassVar = [models.UniqueConstraint(fields=["operation", "issue"], name="one_part")]
        indexes: ClassVar = [
            models.Index(fields=["operation", "outcome", "mailbox", "issue"], name="part_by_outcome"),
        ]

    def __str__(self) -> str:
        return self.outcome


class Decision(models.Model):
    """What a person chose for an item that the rules could not decide; read when the item is worked on next.

    `choice` is one that the issue offered, such as `crm` or `mailbox`, or `fields` where a side was chosen for each
    field. `answer` has the sides by field, and what both said when they were chosen from: it counts for that alone. One
    stands for each issue: the last one.
    """

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    issue = models.OneToOneField(Issue, models.CASCADE, related_name="decision")
    choice = models.CharField(max_length=40)
    answer = EncryptedField(binds=("issue_id",), null=True)
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
