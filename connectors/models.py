"""Organizations, their mailboxes, the keys to both sides, and the journal."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from connectors import attachments, clock, field_mapping, routes, watches  # noqa: F401 - three of them have tables
from connectors.calendars import Absences
from connectors.choices import (
    ABSENCES,
    AS_ITS_ORGANIZATION,
    CONFLICTS,
    CRM_FLOWS,
    MAIL_FLOWS,
    MAIL_MODES,
    NO_MATCH,
    OPPORTUNITIES,
    OWNER_ID,
    PRIVATE,
    SEVERAL,
    USER_ID,
)
from connectors.fields import EncryptedField
from connectors.flows import Flow
from connectors.policies import ConflictRule, MailMode, NoMatch, PrivateEvents
from connectors.records import Resource
from connectors.relations import OpportunityRule, SeveralMatch
from connectors.scoping import ScopedManager


def fresh_secret() -> str:
    """32 random bytes as hex."""
    return secrets.token_hex(32)


def websites() -> list[str]:
    """The field of an account by which it is found, unless an organization names others."""
    return ["Website"]


def newest_crm_version() -> str:
    """The newest version of Salesforce's interface that we are built for."""
    return str(settings.SALESFORCE_API_VERSION)


class Organization(models.Model):
    """A tenant: one Salesforce org and the mailboxes synced with it.

    `secret` makes the keys of its records. It never changes: with another one, everything that was ever
    written would be written again. `open_issues` is kept by `issues.services` alone, and so is `stopped_*`.
    `crm_version` is the newest version of Salesforce's interface that its org and we both know, as it was asked last.
    `crm_flow` and `mail_flow` say how we sign in (see `connectors.flows`); `delegated_domains` are those whose
    administrators let our service account in, as whoever runs the product has made sure.
    `other_software` overrules the shipped list of what conflicts with us, in lines that `connectors.software` reads.
    With `weaker_mode` it goes on where its CRM has none of our fields, as it was found at `keyless_at`.
    `next_read_at` is when its CRM is to be read again; `paused_at` stands while somebody has it rest.
    """

    slug = models.SlugField(unique=True, validators=[RegexValidator(r"^[a-z0-9-]+$")])
    name = models.CharField(max_length=120)
    domains: models.JSONField[list[str], list[str]] = models.JSONField(
        default=list, help_text="Its own e-mail domains; mail among them alone stays out of Salesforce."
    )
    no_match = models.CharField(max_length=10, choices=NO_MATCH, default=NoMatch.LOG.value)
    several_match = models.CharField(
        max_length=10,
        choices=SEVERAL,
        default=SeveralMatch.ASK.value,
        help_text="Contacts come before leads, and whose first address it is before whose second one it is, always.",
    )
    finds_accounts = models.BooleanField(
        "accounts by their domains",
        default=False,
        help_text="Mail of people who are no contacts is related to the account whose website has the domain of their"
        " address. Domains where anybody may have a mailbox, as gmail.com, never count, nor do your own.",
    )
    account_fields: models.JSONField[list[str], list[str]] = models.JSONField(
        "fields with the domains of an account", default=websites, blank=True
    )
    opportunity_rule = models.CharField(
        "opportunities",
        max_length=10,
        choices=OPPORTUNITIES,
        default=OpportunityRule.NONE.value,
        help_text="Where there is none, they belong to the account. What is in Salesforce stays where it is, even"
        " when the opportunity is closed.",
    )
    mail_mode = models.CharField(
        "mail becomes",
        max_length=10,
        choices=MAIL_MODES,
        default=MailMode.ACTIVITIES.value,
        help_text="In all mailboxes that say nothing else, and where no route fits.",
    )
    other_software: models.JSONField[list[str], list[str]] = models.JSONField(default=list, blank=True)
    labels_never: models.JSONField[list[str], list[str]] = models.JSONField(
        "labels that keep mail out",
        default=list,
        blank=True,
        help_text="Names. Mail with one of them stays out of Salesforce.",
    )
    labels_only: models.JSONField[list[str], list[str]] = models.JSONField(
        "labels that let mail in",
        default=list,
        blank=True,
        help_text="Names. Where there are any, mail without one of them stays out of Salesforce.",
    )
    labels_failed = models.BooleanField(
        "labels on failed messages",
        default=False,
        help_text="“Salesforce Emails/Sync Error”, as long as an issue is open. For this Syncapp asks for the right to"
        " change messages, and not only to read them. Mailboxes that are connected already go on as they are, without"
        " the label, until their owners renew their access.",
    )
    headers_only = models.BooleanField(
        "headers only",
        default=False,
        help_text="Subject, people and date go to Salesforce. What messages say, and hold, is not read at all.",
    )
    brings_files = models.BooleanField(
        "attachments", default=False, help_text="As files of Salesforce. Else they are there by their names."
    )
    largest_file = models.PositiveSmallIntegerField(
        "largest attachment",
        default=10,
        validators=[MinValueValidator(1), MaxValueValidator(attachments.LARGEST)],
        help_text="In megabytes. What is larger is there by its name.",
    )
    files_only: models.JSONField[list[str], list[str]] = models.JSONField(
        "kinds that are brought", default=list, blank=True, help_text="Endings or types. Where there are none, all."
    )
    files_never: models.JSONField[list[str], list[str]] = models.JSONField(
        "kinds that are never brought", default=list, blank=True, help_text="Endings or types."
    )
    syncs_events = models.BooleanField(
        "calendars",
        default=False,
        help_text="Beside e-mail. Each mailbox has to be connected anew afterwards, for its calendar.",
    )
    syncs_tasks = models.BooleanField(
        "tasks",
        default=False,
        help_text="Beside e-mail. Each mailbox has to be connected anew afterwards, for its tasks.",
    )
    syncs_contacts = models.BooleanField(
        "contacts",
        default=False,
        help_text="Of a mailbox those under the label “Salesforce”, of Salesforce those that belong to its user. Each "
        "mailbox has to be connected anew afterwards, for its contacts.",
    )
    event_conflicts = models.CharField(
        "conflicts",
        max_length=10,
        choices=CONFLICTS,
        default=ConflictRule.NEWEST.value,
        help_text="Whose version counts where both sides changed the same field of an event, a task or a contact.",
    )
    private_events = models.CharField(
        max_length=10,
        choices=PRIVATE,
        default=PrivateEvents.FILTER.value,
        help_text="Events that are there already are judged anew when their mailbox is read anew.",
    )
    absences = models.CharField(
        max_length=10,
        choices=ABSENCES,
        default=Absences.FILTER.value,
        help_text=(
            "What says in the calendar that somebody is out of office. It goes one way: what is changed of it in "
            "Salesforce is not taken. Those that are there already are judged anew when their mailbox is read anew."
        ),
    )
    weaker_mode = models.BooleanField(
        default=False,
        help_text="Only where that Salesforce may have no fields of Syncapp’s. Messages are then known by their"
        " Message-ID, date, sender and subject: what another program has logged already is taken for Syncapp’s, names"
        " of attachments are not shown, and Salesforce itself keeps no second copy out. Cases, events, tasks"
        " and contacts still need the fields.",
    )
    names_items_to_admins = models.BooleanField(
        default=False,
        help_text="Subjects, links and what Salesforce or Google answered, of items in other people’s mailboxes: on"
        " pages, in mails and over the API. Else administrators see that an item failed, and why. What is marked"
        " private stays its owner’s alone either way.",
    )
    support_address = models.EmailField(
        "address of support",
        blank=True,
        help_text="Where “Ask for help” on the page of an issue sends its mail: your own help desk, or whoever looks "
        "after Syncapp for you. Without it people are told to ask you.",
    )
    crm = models.CharField(max_length=20, default="salesforce")
    crm_org_id = models.CharField(max_length=18, blank=True)
    crm_version = models.CharField(
        "API version of Salesforce", max_length=6, default=newest_crm_version, editable=False
    )
    crm_flow = models.CharField(
        "sign-in to Salesforce", max_length=10, choices=CRM_FLOWS, default=Flow.JWT.value, editable=False
    )
    access_ends_on = models.DateField(
        null=True, blank=True, help_text="Of the certificate or the secret, as its page in Salesforce says."
    )
    mail_flow = models.CharField(
        "sign-in to Google", max_length=10, choices=MAIL_FLOWS, default=Flow.CONSENT.value, editable=False
    )
    delegated_domains: models.JSONField[list[str], list[str]] = models.JSONField(
        "domains that let Syncapp in", default=list, editable=False
    )
    is_demo = models.BooleanField(default=False)
    secret = models.CharField(max_length=64, default=fresh_secret, editable=False)
    open_issues = models.PositiveIntegerField(default=0, editable=False)
    last_issue_number = models.PositiveIntegerField(default=1000, editable=False)
    stopped_at = models.DateTimeField(null=True, blank=True, editable=False)
    stopped_by = models.CharField(max_length=120, blank=True, editable=False)
    probe_at = models.DateTimeField(null=True, blank=True, editable=False)
    paused_at = models.DateTimeField(null=True, blank=True, editable=False)
    next_read_at = models.DateTimeField(default=clock.now, editable=False)
    keyless_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    objects = ScopedManager("id")
    everywhere = models.Manager()

    class Meta:
        base_manager_name = "everywhere"
        ordering: ClassVar[list[str]] = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def file_rules(self) -> attachments.FileRules:
        """Which attachments come to the CRM as files."""
        return attachments.rules(
            on=self.brings_files and not self.headers_only,
            megabytes=self.largest_file,
            only=self.files_only,
            never=self.files_never,
        )

    @property
    def is_weaker(self) -> bool:
        """Whether its records are written without our fields for the time being."""
        return self.weaker_mode and self.keyless_at is not None

    @property
    def both_ways(self) -> tuple[Resource, ...]:
        """What is kept in step both ways here, in the order in which it is read."""
        kept = {
            Resource.EVENT: self.syncs_events,
            Resource.TASK: self.syncs_tasks,
            Resource.CONTACT: self.syncs_contacts,
        }
        return tuple(resource for resource, wanted in kept.items() if wanted)


# Organizations that keep anything in step both ways, whose CRM is read.
SYNCS_BOTH_WAYS = models.Q(syncs_events=True) | models.Q(syncs_tasks=True) | models.Q(syncs_contacts=True)


class Role(models.TextChoices):
    OWNER = "owner", _("Owner")
    ADMIN = "admin", _("Administrator")
    MEMBER = "member", _("Member")


class Membership(models.Model):
    """A person's part in an organization. Members see their own mailboxes; administrators see all of it."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=10, choices=Role, default=Role.MEMBER)

    objects = ScopedManager()
    everywhere = models.Manager()

    class Meta:
        base_manager_name = "everywhere"
        constraints: ClassVar = [models.UniqueConstraint(fields=["organization", "user"], name="one_membership")]

    def __str__(self) -> str:
        return f"{self.user} in {self.organization}"


class Mailbox(models.Model):
    """One account at a mail provider.

    `failed_runs` counts finished failed runs in a row. `stopped_*` and `probe_at` stand while a mailbox
    issue is open: nothing runs but a probe when it is due, and what waits behind it is held. `expected_at` is
    when the last job said the next one is to be; the tick, which moves `next_run_at` as it asks, leaves it alone.
    """

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="mailboxes")
    address = models.EmailField()
    name = models.CharField(max_length=120, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="mailboxes"
    )
    provider = models.CharField(max_length=20, default="google")
    crm_user_id = models.CharField(
        "Salesforce user", max_length=18, blank=True, validators=[USER_ID], help_text="Who the person is in Salesforce."
    )
    mail_mode = models.CharField(
        "Mail becomes",
        max_length=10,
        choices=[AS_ITS_ORGANIZATION, *MAIL_MODES],
        blank=True,
        default="",
        help_text="Cases are for a mailbox that several people share: each of its conversations becomes one.",
    )
    case_owner_id = models.CharField(
        "Owner of its cases",
        max_length=18,
        blank=True,
        validators=[OWNER_ID],
        help_text="The id of a queue or a user in Salesforce; empty for whoever is owner by its rules.",
    )
    open_issues = models.PositiveIntegerField(default=0, editable=False)
    failed_runs = models.PositiveIntegerField(default=0, editable=False)
    stopped_at = models.DateTimeField(null=True, blank=True, editable=False)
    stopped_by = models.CharField(max_length=120, blank=True, editable=False)
    probe_at = models.DateTimeField(null=True, blank=True, editable=False)
    paused_at = models.DateTimeField(null=True, blank=True, editable=False)
    next_run_at = models.DateTimeField(default=clock.now, editable=False, db_index=True)
    expected_at = models.DateTimeField(default=clock.now, editable=False)
    tried_at = models.DateTimeField(null=True, blank=True, editable=False)
    good_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    objects = ScopedManager()
    everywhere = models.Manager()

    class Meta:
        base_manager_name = "everywhere"
        verbose_name_plural = "mailboxes"
        ordering: ClassVar[list[str]] = ["address"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["organization", "address"], name="one_mailbox")]

    def __str__(self) -> str:
        return self.address


class Credential(models.Model):
    """The right to act at a provider: for one mailbox, or (`mailbox` empty) for the whole Salesforce org.

    `grant` holds what lasts (a refresh token), `access` what passes (an access token and where to use it).
    Both are sealed to this organization, provider and mailbox. `refreshing_until` is the right to refresh:
    with refresh-token rotation two refreshers at once would lock the customer out. `may_label` says whether it lets us
    label messages, None where nobody knows yet; `scopes` are those that were granted, as they were told last.
    """

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="credentials")
    mailbox = models.ForeignKey(Mailbox, models.CASCADE, null=True, blank=True, related_name="credentials")
    provider = models.CharField(max_length=20)
    account = models.CharField(max_length=254, blank=True, help_text="Who the provider says we are.")
    grant = EncryptedField(binds=("provider", "mailbox_id"))
    access = EncryptedField(binds=("provider", "mailbox_id"), null=True)
    access_until = models.DateTimeField(null=True, editable=False)
    refreshing_until = models.DateTimeField(null=True, editable=False)
    may_label = models.BooleanField(null=True, editable=False)
    scopes: models.JSONField[list[str], list[str]] = models.JSONField(default=list, editable=False)
    renewed_at = models.DateTimeField(default=clock.now, editable=False)

    objects = ScopedManager()
    everywhere = models.Manager()

    class Meta:
        base_manager_name = "everywhere"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["provider", "mailbox"], name="one_credential_of_mailbox"),
            models.UniqueConstraint(
                fields=["organization", "provider"],
                name="one_credential_of_organization",
                condition=models.Q(mailbox__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.provider} for {self.mailbox or self.organization}"


class Verb(models.TextChoices):
    """What the journal can say happened."""

    SYNC_ERROR = "CRM_SYNCHRO_ERROR", _("did not sync")
    SYNCED = "synced", _("synced")
    FILTERED = "filtered", _("left out by a rule")
    WAITING = "waiting", _("will be tried again by itself")
    OTHER_CONTENT = "other_content", _("same identity, other content")
    BY_NAME = "by_name", _("an attachment is there by its name only")
    ISSUE_OPENED = "issue_opened", _("issue opened")
    ISSUE_RESOLVED = "issue_resolved", _("issue resolved")
    CAUSE_OVER = "cause_over", _("nothing of this cause is open any more")
    ASSIGNED = "assigned", _("assigned")
    ACKNOWLEDGED = "acknowledged", _("acknowledged")
    RETRIED = "retried", _("retried")
    IGNORED = "ignored", _("ignored")
    WOKEN = "woken", _("no longer ignored")
    STOPPED = "stopped", _("sync stopped")
    RECOVERED = "recovered", _("sync runs again")
    CREDENTIAL_STORED = "credential_stored", _("access renewed")
    TOKEN_ISSUED = "token_issued", _("API token issued")
    TOKEN_REVOKED = "token_revoked", _("API token revoked")
    SETTINGS_CHANGED = "settings_changed", _("settings changed")
    LEFT_ALONE = "left_alone", _("provider left alone for a while")
    ANSWERS = "answers", _("provider answers again")
    BREAKER_RESET = "breaker_reset", _("provider to be asked again at once")
    DELETED = "deleted", _("deleted on the other side as well")
    OVERRULED = "overruled", _("changed on both sides; one version was overruled")
    DECIDED = "decided", _("somebody decided")
    PAUSED = "paused", _("sync paused")
    RESUMED = "resumed", _("sync goes on")
    RESET = "reset", _("to be read anew")
    HELP_ASKED = "help_asked", _("help asked for")
    HELP_SENT = "help_sent", _("request for help sent")
    HELP_FAILED = "help_failed", _("request for help could not be sent")
    DIFFERENCE = "difference", _("differed from the other side and is written again")


class Activity(models.Model):
    """One row of the journal: who or what did which thing to which item, issue, mailbox or organization.

    Written in the same transaction as the thing itself. It is also the outbox of the notifications: rows
    with `alert` and without `dispatched_at` have not been looked at by them. Of anybody's content nothing
    stands here but the `title`.
    """

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="activities")
    at = models.DateTimeField(default=clock.now, db_index=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    verb = models.CharField(max_length=20, choices=Verb)
    mailbox = models.ForeignKey(Mailbox, models.CASCADE, null=True, related_name="activities")
    item_key = models.CharField(max_length=64, blank=True)
    issue_number = models.PositiveIntegerField(null=True)
    cause = models.CharField(max_length=64, blank=True, help_text="The fingerprint of the cause.")
    code = models.CharField(max_length=120, blank=True)
    scope = models.CharField(max_length=12, blank=True)
    title = models.CharField(max_length=300, blank=True)
    note = models.CharField(max_length=500, blank=True)
    alert = models.BooleanField(default=False)
    dispatched_at = models.DateTimeField(null=True)

    objects = ScopedManager()
    everywhere = models.Manager()

    class Meta:
        base_manager_name = "everywhere"
        verbose_name_plural = "activities"
        ordering: ClassVar[list[str]] = ["-pk"]
        indexes: ClassVar = [
            models.Index(fields=["organization", "item_key", "id"], name="activity_of_item"),
            models.Index(fields=["organization", "issue_number", "id"], name="activity_of_issue"),
            models.Index(
                fields=["id"], name="activity_to_tell", condition=models.Q(alert=True, dispatched_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.get_verb_display()}"


class ApiToken(models.Model):
    """The right of a service to use the REST interface of one organization.

    The token itself is shown once and not kept; `digest` is its SHA-256, which is enough for 32 random bytes.
    """

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=80)
    prefix = models.CharField(max_length=12)
    digest = models.CharField(max_length=64, unique=True)
    may_write = models.BooleanField(default=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    objects = ScopedManager()
    everywhere = models.Manager()

    class Meta:
        base_manager_name = "everywhere"
        ordering: ClassVar[list[str]] = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"

    def is_good_at(self, moment: datetime) -> bool:
        """Whether the token opens anything at this moment."""
        return self.revoked_at is None and moment < self.expires_at
