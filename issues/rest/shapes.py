"""Issues, causes and operations on the way out."""

from __future__ import annotations

import logging
from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from connectors.fields import SealBroken
from connectors.models import Activity
from connectors.rest.scope import viewer_in
from connectors.rest.shapes import ChoiceOrNull, MailboxRef, OrganizationRef, TextOrNull
from issues import links
from issues.access import may_answer
from issues.lifecycle import Status
from issues.models import (
    Attempt,
    BulkOperation,
    Decision,
    Issue,
    Resolution,
    ResourceChoices,
    ScopeChoices,
    StatusChoices,
)
from issues.rest.codes import Explained
from issues.rest.examples import ISSUE, ISSUE_DETAIL, OPERATION
from issues.services import question_of
from issues.versions import Difference, Question

log = logging.getLogger(__name__)
NEWEST = 100  # attempts and journal lines of one issue that are shown


class LinksShape(serializers.Serializer[Issue]):
    """Where to look at it; null where there is nothing to look at."""

    mailbox = TextOrNull(source="mailbox_url", help_text="The item at the mail provider.")
    salesforce = TextOrNull(source="crm_url", help_text="The record, or the one that stood in the way.")
    page = serializers.SerializerMethodField(help_text="The issue's page for people; it asks them to sign in.")

    @extend_schema_field({"type": "string", "format": "uri"})
    def get_page(self, issue: Issue) -> str:
        return links.issue_url(issue.organization.slug, issue.number)


class IgnoredShape(serializers.Serializer[Issue]):
    """Who set it aside, why, and until when; null until a person wakes it."""

    reason = serializers.CharField(source="ignored_reason")
    until = serializers.DateTimeField(source="ignored_until", allow_null=True)
    by = serializers.SerializerMethodField(help_text="Null for a service.")

    def get_by(self, issue: Issue) -> str | None:
        return str(issue.ignored_by) if issue.ignored_by else None


class ResolvedShape(serializers.Serializer[Issue]):
    """The proof that closed it."""

    at = serializers.DateTimeField(source="resolved_at")
    how = serializers.ChoiceField(Resolution.choices, source="resolution")
    proof = serializers.CharField()


@extend_schema_serializer(examples=[OpenApiExample("a validation rule", value=ISSUE)])
class IssueShape(Explained):
    """One item, mailbox or organization that needs a person, and everything that helps them."""

    url = serializers.HyperlinkedIdentityField(view_name="api-issue-detail")
    id = serializers.IntegerField()
    reference = serializers.CharField(help_text="What people quote; unique within an organization.")
    organization = OrganizationRef()
    status = serializers.ChoiceField(StatusChoices.choices)
    scope = serializers.ChoiceField(ScopeChoices.choices)
    resource = ChoiceOrNull(ResourceChoices.choices, help_text="Null where it is about a mailbox as a whole.")
    title = serializers.CharField(help_text="What did not sync: a subject, for example.")
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

    @extend_schema_field(IgnoredShape(allow_null=True))
    def get_ignored(self, issue: Issue) -> object:
        return IgnoredShape(issue).data if issue.status == Status.IGNORED else None

    @extend_schema_field(ResolvedShape(allow_null=True))
    def get_resolved(self, issue: Issue) -> object:
        return ResolvedShape(issue).data if issue.status == Status.RESOLVED else None


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
    decided = serializers.SerializerMethodField(help_text="What was chosen last; null where nobody has.")

    def get_choices(self, asked: Question) -> list[str]:
        return [choice for choice, _ in asked.choices]

    def get_decided(self, asked: Question) -> str | None:
        return Decision.objects.filter(issue=self.context["issue"]).values_list("choice", flat=True).first()


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

    def _may_read(self, issue: Issue) -> bool:
        """Whether the viewer may read what the item and the provider say."""
        viewer = viewer_in(self.context["request"])
        owns = issue.mailbox is not None and issue.mailbox.owner_id == viewer.user_id is not None
        return owns or viewer.is_admin_of(issue.organization_id)

    @extend_schema_field(QuestionShape(allow_null=True))
    def get_question(self, issue: Issue) -> object:
        asked = question_of(issue) if self._may_read(issue) and issue.status != Status.RESOLVED else None
        answers = may_answer(viewer_in(self.context["request"]), issue, asked)
        return QuestionShape(asked, context={"issue": issue}).data if asked and answers else None

    @extend_schema_field(AttemptShape(many=True))
    def get_attempts(self, issue: Issue) -> object:
        context = {"may_read_words": self._may_read(issue)}
        rows = list(issue.attempts.order_by("-pk")[:NEWEST])
        return [AttemptShape(each, context=context).data for each in rows]

    @extend_schema_field(ActivityShape(many=True))
    def get_journal(self, issue: Issue) -> object:
        rows = Activity.objects.filter(organization=issue.organization_id, issue_number=issue.number)
        return [ActivityShape(each).data for each in rows.select_related("actor")[:NEWEST]]


class CauseShape(Explained):
    """Issues of one organization that share a reason. What one retry proves is true for all of them."""

    url = serializers.HyperlinkedIdentityField(view_name="api-cause-detail")
    id = serializers.IntegerField()
    organization = OrganizationRef()
    open_issues = serializers.IntegerField()
    mailboxes = serializers.IntegerField(help_text="How many mailboxes have an open issue of it.")
    first_at = serializers.DateTimeField()
    last_at = serializers.DateTimeField()


@extend_schema_serializer(examples=[OpenApiExample("retry of a cause, half way", value=OPERATION)])
class OperationShape(serializers.Serializer[BulkOperation]):
    """One order for many issues, and how far it is. `done` of `total` were handed out; the four counts say what
    became of them since. Issues that a later order took over are counted there."""

    url = serializers.HyperlinkedIdentityField(view_name="api-operation-detail")
    id = serializers.IntegerField()
    organization = OrganizationRef()
    verb = serializers.ChoiceField(BulkOperation.Verb.choices)
    choice = serializers.SerializerMethodField(help_text="What was chosen, as it was ordered.")
    reason = TextOrNull()
    until = serializers.DateTimeField(allow_null=True)
    state = serializers.ChoiceField(BulkOperation.State.choices)
    total = serializers.IntegerField()
    done = serializers.IntegerField()
    resolved = serializers.IntegerField()
    failed_again = serializers.IntegerField()
    still_trying = serializers.IntegerField()
    ignored = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)

    @extend_schema_field({"type": "object", "additionalProperties": True})
    def get_choice(self, operation: BulkOperation) -> dict[str, Any]:
        named = {name: operation.choice.get(name) for name in ("ids", "cause", "conversation", "code")}
        return {name: value for name, value in named.items() if value} or {"all": True}
