"""Issues, causes and operations on the way out."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from connectors import clock
from connectors.access import Viewer
from connectors.fields import SealBroken
from connectors.models import Activity
from connectors.rest.scope import viewer_in
from connectors.rest.shapes import ChoiceOrNull, MailboxRef, OrganizationRef, TextOrNull
from issues import display, links
from issues.access import may_answer, sight_of
from issues.catalogue import Advice
from issues.charts import Day
from issues.deciding import sides_of
from issues.lifecycle import Status
from issues.models import (
    Attempt,
    BulkOperation,
    Cause,
    Decision,
    EndChoices,
    Issue,
    Resolution,
    ResourceChoices,
    ScopeChoices,
    StatusChoices,
)
from issues.ordering import BY_PEOPLE, State, offered
from issues.previewing import Preview, Reason
from issues.privacy import Sight
from issues.rest.codes import Explained
from issues.rest.examples import ISSUE, ISSUE_DETAIL, OPERATION
from issues.services import question_of
from issues.trends import of_causes
from issues.versions import Difference, Question

log = logging.getLogger(__name__)
NEWEST = 100  # attempts and journal lines of one issue that are shown


class _Sighted(serializers.Serializer[Issue]):
    """What says as much of an issue as the viewer may see."""

    def sight(self, issue: Issue) -> Sight:
        return sight_of(viewer_in(self.context["request"]), issue)

    def own(self, issue: Issue, text: str) -> str | None:
        """A text of the item's own; null where it is kept from the viewer, and where there is none."""
        return text or None if self.sight(issue) is Sight.WHOLE else None


class LinksShape(_Sighted):
    """Where to look at it; null where there is nothing to look at, or it is kept from you."""

    mailbox = serializers.SerializerMethodField(help_text="The item at the mail provider.")
    salesforce = serializers.SerializerMethodField(help_text="The record, or the one that stood in the way.")
    page = serializers.SerializerMethodField(help_text="The issue's page for people; it asks them to sign in.")

    def get_mailbox(self, issue: Issue) -> str | None:
        return self.own(issue, issue.mailbox_url)

    def get_salesforce(self, issue: Issue) -> str | None:
        return self.own(issue, issue.crm_url)

    @extend_schema_field({"type": "string", "format": "uri"})
    def get_page(self, issue: Issue) -> str:
        return links.issue_url(issue.organization.slug, issue.number)


class IgnoredShape(serializers.Serializer[Issue]):
    """Who set it aside, why, and what ends it."""

    reason = serializers.CharField(source="ignored_reason")
    end = serializers.ChoiceField(EndChoices.choices, source="ignored_end", help_text="What ends it.")
    until = serializers.DateTimeField(source="ignored_until", allow_null=True)
    failures_left = serializers.IntegerField(
        source="ignored_failures", allow_null=True, help_text="How often it has still to fail."
    )
    by = serializers.SerializerMethodField(help_text="Null for a service.")

    def get_by(self, issue: Issue) -> str | None:
        return str(issue.ignored_by) if issue.ignored_by else None


class ResolvedShape(_Sighted):
    """The proof that closed it."""

    at = serializers.DateTimeField(source="resolved_at")
    how = serializers.ChoiceField(Resolution.choices, source="resolution")
    proof = serializers.SerializerMethodField(help_text="The record, for example; null where it is kept from you.")

    def get_proof(self, issue: Issue) -> str | None:
        return self.own(issue, issue.proof)


@extend_schema_serializer(examples=[OpenApiExample("a validation rule", value=ISSUE)])
class IssueShape(Explained, _Sighted):
    """One item, mailbox or organization that needs a person, and everything that helps them."""

    url = serializers.HyperlinkedIdentityField(view_name="api-issue-detail")
    id = serializers.IntegerField()
    reference = serializers.CharField(help_text="What people quote; unique within an organization.")
    organization = OrganizationRef()
    status = serializers.ChoiceField(StatusChoices.choices)
    scope = serializers.ChoiceField(ScopeChoices.choices)
    resource = ChoiceOrNull(ResourceChoices.choices, help_text="Null where it is about a mailbox as a whole.")
    title = serializers.SerializerMethodField(
        help_text="What did not sync: its subject, for example. Where that is kept from you, what it is and of when."
    )
    kept_from_you = serializers.SerializerMethodField(
        help_text="Whether you see only that it failed and why: it is somebody else's, and is marked private, or the "
        "organization does not show administrators what items are about."
    )
    cause = serializers.IntegerField(source="cause_id", help_text="The id of its cause.")
    conversation = TextOrNull(source="conversation_key")
    mailbox = MailboxRef(allow_null=True)
    links = LinksShape(source="*")
    fields = serializers.ListField(child=serializers.CharField(), help_text="The fields that were refused.")  # type: ignore[assignment]  # the framework takes fields out of the class
    failures = serializers.IntegerField(help_text="Failed tries so far.")
    first_at = serializers.DateTimeField()
    last_at = serializers.DateTimeField()
    next_attempt_at = serializers.DateTimeField(allow_null=True)
    regressed_at = serializers.DateTimeField(allow_null=True, help_text="When it failed again after it was resolved.")
    ignored = serializers.SerializerMethodField()
    resolved = serializers.SerializerMethodField()

    def get_title(self, issue: Issue) -> str:
        sight = self.sight(issue)
        return issue.title if sight is Sight.WHOLE else display.title_of(issue, sight)

    def get_kept_from_you(self, issue: Issue) -> bool:
        return self.sight(issue) is not Sight.WHOLE

    @extend_schema_field(IgnoredShape(allow_null=True))
    def get_ignored(self, issue: Issue) -> object:
        return IgnoredShape(issue).data if issue.status == Status.IGNORED else None

    @extend_schema_field(ResolvedShape(allow_null=True))
    def get_resolved(self, issue: Issue) -> object:
        return ResolvedShape(issue, context=self.context).data if issue.status == Status.RESOLVED else None


class DifferenceShape(serializers.Serializer[Difference]):
    """A field that both sides say differently, in people's words."""

    name = serializers.CharField()
    crm = serializers.CharField()
    mailbox = serializers.CharField()


class QuestionShape(serializers.Serializer[Question]):
    """What may be chosen: one of two versions of an item, the record of one of the people who have an address, or a
    queue that is to own cases instead of one that is gone."""

    differences = DifferenceShape(many=True)
    choices = serializers.SerializerMethodField(help_text="What `decide/` takes.")
    by_field = serializers.BooleanField(
        help_text="Whether `decide/` also takes `fields`, with a side for each of them."
    )
    revision = TextOrNull(help_text="Changes with what both sides say. Null where nothing differs.")
    decided = serializers.SerializerMethodField(help_text="What was chosen last; null where nobody has.")
    sides = serializers.SerializerMethodField(
        help_text="Whose version of each field was chosen; null where nobody has."
    )

    def get_choices(self, asked: Question) -> list[str]:
        return [choice for choice, _ in asked.choices]

    def get_decided(self, asked: Question) -> str | None:
        return Decision.objects.filter(issue=self.context["issue"]).values_list("choice", flat=True).first()

    def get_sides(self, asked: Question) -> dict[str, str] | None:
        return sides_of(Decision.objects.filter(issue=self.context["issue"]).first()) or None


class AttemptShape(serializers.Serializer[Attempt]):
    """One failed try."""

    at = serializers.DateTimeField()
    code = serializers.CharField()
    http_status = serializers.IntegerField(allow_null=True)
    request_id = TextOrNull(help_text="What the provider's support finds the try by.")
    said = serializers.SerializerMethodField(
        help_text="The provider's own words. Null for those who may not read them, and where none are kept."
    )

    def get_said(self, attempt: Attempt) -> str | None:
        if not self.context["may_read_words"]:
            return None
        try:
            return attempt.said or None
        except SealBroken:
            log.exception("the words of attempt %s do not open", attempt.pk)
            return None


def tries_for(viewer: Viewer, issue: Issue) -> dict[str, bool]:
    """What the shape of tries has to know of who looks at this issue."""
    return {"may_read_words": sight_of(viewer, issue) is Sight.WHOLE}


class ActivityShape(serializers.Serializer[Activity]):
    """One line of the journal."""

    at = serializers.DateTimeField()
    verb = serializers.CharField()
    says = serializers.CharField(source="get_verb_display", help_text="The verb for people.")
    code = TextOrNull()
    note = TextOrNull()
    by = serializers.SerializerMethodField(help_text="Null for a service and for the product itself.")

    def get_by(self, activity: Activity) -> str | None:
        return str(activity.actor) if activity.actor else None


@extend_schema_serializer(examples=[OpenApiExample("a validation rule", value=ISSUE_DETAIL)])
class IssueDetailShape(IssueShape):
    """An issue with its tries and its journal, each newest first and at most 100 of them."""

    question = serializers.SerializerMethodField(
        help_text="Null where nothing is to be decided, and for those who may not read the item."
    )
    attempts = serializers.SerializerMethodField()
    journal = serializers.SerializerMethodField()

    @extend_schema_field(QuestionShape(allow_null=True))
    def get_question(self, issue: Issue) -> object:
        asked = question_of(issue) if issue.status != Status.RESOLVED else None
        answers = may_answer(viewer_in(self.context["request"]), issue, asked)
        return QuestionShape(asked, context={"issue": issue}).data if asked and answers else None

    @extend_schema_field(AttemptShape(many=True))
    def get_attempts(self, issue: Issue) -> object:
        context = tries_for(viewer_in(self.context["request"]), issue)
        rows = list(issue.attempts.order_by("-pk")[:NEWEST])
        return [AttemptShape(each, context=context).data for each in rows]

    @extend_schema_field(ActivityShape(many=True))
    def get_journal(self, issue: Issue) -> object:
        rows = Activity.objects.filter(organization=issue.organization_id, issue_number=issue.number)
        return [ActivityShape(each).data for each in rows.select_related("actor")[:NEWEST]]


class AcknowledgedShape(serializers.Serializer[Cause]):
    """Since when somebody knows of it."""

    at = serializers.DateTimeField(source="acknowledged_at")
    by = serializers.SerializerMethodField(help_text="Null for a service.")

    def get_by(self, cause: Cause) -> str | None:
        return str(cause.acknowledged_by) if cause.acknowledged_by else None


class CauseShape(Explained):
    """Issues of one organization that share a reason. What one retry proves is true for all of them."""

    url = serializers.HyperlinkedIdentityField(view_name="api-cause-detail")
    id = serializers.IntegerField()
    organization = OrganizationRef()
    open_issues = serializers.IntegerField()
    mailboxes = serializers.IntegerField(
        help_text="How many mailboxes have an open issue of it, among its newest 10,000 open ones."
    )
    records = serializers.IntegerField(help_text="How many items have one, counted likewise.")
    came_lately = serializers.IntegerField(help_text="Issues that came to it in the last 24 hours.")
    came_before = serializers.IntegerField(help_text="In the 24 hours before those.")
    first_at = serializers.DateTimeField()
    last_at = serializers.DateTimeField()
    assignee = serializers.SerializerMethodField(help_text="The name of who looks after it; null where nobody does.")
    acknowledged = serializers.SerializerMethodField()

    def get_assignee(self, cause: Cause) -> str | None:
        return str(cause.assignee) if cause.assignee else None

    @extend_schema_field(AcknowledgedShape(allow_null=True))
    def get_acknowledged(self, cause: Cause) -> object:
        return AcknowledgedShape(cause).data if cause.acknowledged_at else None


class DayShape(serializers.Serializer[Day]):
    """One day (UTC) of a cause."""

    on = serializers.DateField()
    came = serializers.IntegerField(help_text="Issues that came to it.")
    went = serializers.IntegerField(
        help_text="Issues that closed, were set aside, or turned out to have another cause."
    )
    open = serializers.IntegerField(help_text="Open ones at its end, or now.")


class CauseDetailShape(CauseShape):
    """A cause with its last 14 days, the oldest first."""

    days = serializers.SerializerMethodField()

    @extend_schema_field(DayShape(many=True))
    def get_days(self, cause: Cause) -> object:
        found: tuple[Day, ...] = of_causes([cause], clock.now())[cause.pk]
        return [DayShape(each).data for each in found]


@extend_schema_serializer(examples=[OpenApiExample("retry of a cause, half way", value=OPERATION)])
class OperationShape(serializers.Serializer[BulkOperation]):
    """One order for many issues, and how far it is. `done` of `total` were taken up; the counts after them say what
    became of these. What a later order took over is `elsewhere` here."""

    url = serializers.HyperlinkedIdentityField(view_name="api-operation-detail")
    id = serializers.IntegerField()
    organization = OrganizationRef()
    verb = serializers.ChoiceField(BulkOperation.Verb.choices)
    choice = serializers.SerializerMethodField(help_text="What was chosen, as it was ordered.")
    reason = TextOrNull()
    until = serializers.DateTimeField(allow_null=True)
    ending = TextOrNull(help_text="What else ends it that they are ignored: `change`, or `failures:5`.")
    state = serializers.ChoiceField(BulkOperation.State.choices)
    total = serializers.IntegerField(allow_null=True, help_text="Null until they are counted, where they are many.")
    done = serializers.IntegerField()
    resolved = serializers.IntegerField()
    failed_again = serializers.IntegerField()
    still_trying = serializers.IntegerField()
    ignored = serializers.IntegerField()
    skipped = serializers.IntegerField(help_text="Left alone: they changed between the order and their turn.")
    elsewhere = serializers.IntegerField(help_text="Moved by somebody else, or by another order, since.")
    returned = serializers.IntegerField(help_text="Put back by `undo/`.")
    may = serializers.SerializerMethodField(help_text="What can be done about it now: the addresses below it.")
    waits_until = serializers.DateTimeField(
        allow_null=True, help_text="Until when it gives way, because few calls to Salesforce are left."
    )
    created_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)

    @extend_schema_field({"type": "array", "items": {"type": "string", "enum": [event.value for event in BY_PEOPLE]}})
    def get_may(self, operation: BulkOperation) -> list[str]:
        ignores = operation.verb == BulkOperation.Verb.IGNORE
        return [event.value for event in offered(State(operation.state), ignores=ignores)]

    @extend_schema_field({"type": "object", "additionalProperties": True})
    def get_choice(self, operation: BulkOperation) -> dict[str, Any]:
        return choice_shown(operation.choice)


_WAYS = ("ids", "cause", "conversation", "code")
_NARROW = (*_WAYS, "status", "mailbox", "type", "fixer", "text", "since")
_NAMES = {"text": "q"}


def choice_shown(stored: Mapping[str, Any]) -> dict[str, Any]:
    """A choice as a client writes it; what only limits by rights is not part of it."""
    narrowed = {_NAMES.get(name, name): stored[name] for name in _NARROW if stored.get(name)}
    without = {"without": stored["without"]} if stored.get("without") else {}
    if not narrowed:
        return {"all": True, **without}
    one = len(narrowed) == 1 and set(narrowed) <= set(_WAYS)
    return {**(narrowed if one else {"filter": narrowed}), **without}


class SampleShape(serializers.Serializer[Issue]):
    """One issue of those that an order is about."""

    url = serializers.HyperlinkedIdentityField(view_name="api-issue-detail")
    id = serializers.IntegerField()
    reference = serializers.CharField()
    title = serializers.CharField()
    code = serializers.CharField()


class ReasonShape(serializers.Serializer[Reason]):
    """A reason that issues of the order have, and what is advised."""

    code = serializers.CharField(source="entry.id")
    reason = serializers.CharField(source="entry.title")
    advice = serializers.ChoiceField([each.value for each in Advice], source="entry.advice")
    why = serializers.CharField(source="entry.why", help_text="When to try again and when to ignore.")
    issues = serializers.IntegerField(source="count", help_text="How many of the order have it.")


class PreviewShape(serializers.Serializer[Preview]):
    """What an order would do as things stand; the order itself looks once more."""

    total = serializers.IntegerField(source="count")
    first = serializers.IntegerField(help_text="How many are tried before the rest follows; 0 where all are at once.")
    calls = serializers.IntegerField(help_text="About how many calls to Salesforce it takes.")
    calls_left = serializers.IntegerField(
        source="left", allow_null=True, help_text="What Salesforce still allows today; null while it has not said."
    )
    samples = SampleShape(many=True)
    reasons = ReasonShape(many=True, help_text="The most frequent ones, at most three.")
