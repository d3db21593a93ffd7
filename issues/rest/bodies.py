"""What comes in: shapes only. Whether it may be done is for `orders` and the services to say."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers

from connectors.rest.parameters import LARGEST_ID
from connectors.rest.shapes import Strict, later_than_now
from issues.catalogue import Fixer
from issues.finding import TYPES
from issues.forms import FILTER_STATUSES
from issues.lifecycle import MOST_FAILURES, End, failures
from issues.models import BulkOperation
from issues.versions import CHOICES

MOST_IDS = 1000
KINDS = ("ids", "cause", "conversation", "code", "all", "filter")
Verb = BulkOperation.Verb


ENDS = ("until", "until_failures", "until_change")
FAILURES: dict[str, Any] = {
    "min_value": 1,
    "max_value": MOST_FAILURES,
    "help_text": "It comes back once it has failed so many more times.",
}
CHANGE = "True: it comes back once its item is changed. E-mails never are."


def with_ending(attrs: dict[str, Any]) -> dict[str, Any]:
    """The same with `ending`, as the services take it. Refuses more than one end."""
    named = [name for name in ENDS if attrs.get(name)]
    if len(named) > 1:
        raise serializers.ValidationError({name: ["Give at most one end."] for name in named})
    if number := attrs.get("until_failures"):
        return attrs | {"ending": failures(number)}
    return attrs | ({"ending": End.CHANGE.value} if attrs.get("until_change") else {})


class WakeBody(Strict):
    """Nothing needs to be said."""


class RetryBody(Strict):
    """Nothing needs to be said."""


@extend_schema_serializer(
    examples=[OpenApiExample("for two weeks", value={"reason": "Spam run", "until": "2026-03-16T00:00:00Z"})]
)
class IgnoreBody(Strict):
    """Why it is set aside, and what ends that: at most one of the three; for good where there is none of them."""

    reason = serializers.CharField(max_length=500, help_text="So that the next person understands.")
    until = serializers.DateTimeField(required=False, allow_null=True, validators=[later_than_now])
    until_failures = serializers.IntegerField(required=False, allow_null=True, **FAILURES)
    until_change = serializers.BooleanField(required=False, help_text=CHANGE)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        return with_ending(attrs)


@extend_schema_serializer(examples=[OpenApiExample("Ann", value={"assignee": "ann"})])
class AssignBody(Strict):
    """Who looks after the cause from now on."""

    assignee = serializers.CharField(
        max_length=150,
        allow_null=True,
        help_text="The name that an administrator of its organization signs in with; null for nobody.",
    )


class AcknowledgeBody(Strict):
    """That somebody knows of it, or that this was a mistake."""

    acknowledged = serializers.BooleanField(default=True, help_text="False takes it back.")


@extend_schema_serializer(examples=[OpenApiExample("Salesforce is right", value={"choice": "crm"})])
@extend_schema_serializer(
    examples=[
        OpenApiExample("one version as a whole", value={"choice": "crm"}),
        OpenApiExample(
            "a side for each field",
            value={"choice": "fields", "sides": {"title": "crm", "time": "mailbox"}, "revision": "9f86d081884c7d65"},
        ),
    ]
)
class DecideBody(Strict):
    """The version that counts, one of those that the issue offers; or a side for each field."""

    choice = serializers.CharField(max_length=40, help_text="One of the question's `choices`, or `fields`.")
    sides = serializers.DictField(
        child=serializers.ChoiceField(list(CHOICES)),
        required=False,
        help_text="With `fields`, and only there: `crm` or `mailbox` for each of the question's differences by name.",
    )
    revision = serializers.CharField(
        required=False,
        max_length=16,
        help_text="That of the question that was read: an answer to an older one is refused. Without it the question "
        "is taken as it stands.",
    )


@extend_schema_serializer(
    examples=[OpenApiExample("of one mailbox, since Monday", value={"mailbox": 3, "since": "2026-03-02T00:00:00Z"})]
)
class FilterBody(Strict):
    """What narrows, all of it together: as the filters of the lists of issues do."""

    status = serializers.ChoiceField(
        FILTER_STATUSES,
        required=False,
        help_text="Without one, what is open. `needed`: what needs somebody; `stopped`: what stands still as a whole; "
        "`all`: all that the order can move, what was set aside too.",
    )
    mailbox = serializers.IntegerField(required=False, min_value=1, max_value=LARGEST_ID)
    type = serializers.ChoiceField([(name, word) for name, (word, _) in TYPES.items()], required=False)
    code = serializers.CharField(required=False, max_length=120)
    fixer = serializers.ChoiceField([each.value for each in Fixer], required=False)
    cause = serializers.IntegerField(required=False, min_value=1, max_value=LARGEST_ID)
    conversation = serializers.CharField(required=False, max_length=120)
    since = serializers.DateTimeField(required=False, help_text="Failed at or after this moment.")
    q = serializers.CharField(
        required=False, max_length=200, help_text="SYNC-1042 or 1042 is that issue; else a part of title or address."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not attrs:
            raise serializers.ValidationError("Name what narrows, or choose by `all`.")
        return attrs


class ChoiceBody(Strict):
    """Which issues: exactly one of ids, cause, conversation, code, all and filter; `without` takes some of them out."""

    ids = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=LARGEST_ID),
        required=False,
        allow_empty=False,
        max_length=MOST_IDS,
    )
    cause = serializers.IntegerField(required=False, min_value=1, max_value=LARGEST_ID)
    conversation = serializers.CharField(required=False, max_length=120)
    code = serializers.CharField(required=False, max_length=120)
    all = serializers.BooleanField(required=False, help_text="True, and nothing else: every open issue.")
    filter = FilterBody(required=False)
    without = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=LARGEST_ID),
        required=False,
        max_length=MOST_IDS,
        help_text="Ids that the order leaves alone.",
    )
    organization = serializers.SlugField(
        required=False, help_text="Its slug. Only those who may see several organizations have to name it."
    )

    def validate_all(self, value: bool) -> bool:
        if not value:
            raise serializers.ValidationError("Leave this out, or say true.")
        return value

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if sum(name in attrs for name in KINDS) != 1:
            raise serializers.ValidationError(f"Choose by exactly one of {', '.join(KINDS)}.")
        return attrs


@extend_schema_serializer(
    examples=[
        OpenApiExample("retry everything", value={"verb": "retry", "choice": {"all": True}}),
        OpenApiExample("retry a cause", value={"verb": "retry", "choice": {"cause": 4}}),
        OpenApiExample(
            "retry what one person can mend, but for one of them",
            value={"verb": "retry", "choice": {"filter": {"fixer": "end_user"}, "without": [17]}},
        ),
        OpenApiExample(
            "ignore three for good", value={"verb": "ignore", "choice": {"ids": [17, 18, 21]}, "reason": "Spam run"}
        ),
    ]
)
class OperationBody(Strict):
    """An order for many issues."""

    verb = serializers.ChoiceField(Verb.choices)
    choice = ChoiceBody()
    reason = serializers.CharField(required=False, max_length=500, help_text="Only with ignore, and needed there.")
    until = serializers.DateTimeField(
        required=False, allow_null=True, validators=[later_than_now], help_text="Only with ignore; for good without."
    )
    until_failures = serializers.IntegerField(required=False, allow_null=True, **FAILURES)
    until_change = serializers.BooleanField(required=False, help_text=CHANGE)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs["verb"] == Verb.IGNORE and "reason" not in attrs:
            raise serializers.ValidationError({"reason": ["Say why, so that the next person understands."]})
        surplus = {"reason", *ENDS} & set(attrs) if attrs["verb"] == Verb.RETRY else set()
        if surplus:
            raise serializers.ValidationError({name: ["Only an ignore takes this."] for name in sorted(surplus)})
        return with_ending(attrs)


class PreviewBody(Strict):
    """An order that is only looked at."""

    verb = serializers.ChoiceField(Verb.choices)
    choice = ChoiceBody()
