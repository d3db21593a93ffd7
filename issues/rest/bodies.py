"""What comes in: shapes only. Whether it may be done is for `orders` and the services to say."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers

from connectors.rest.parameters import LARGEST_ID
from connectors.rest.shapes import Strict, later_than_now
from issues.models import BulkOperation

MOST_IDS = 1000
KINDS = ("ids", "cause", "conversation", "code", "all")
Verb = BulkOperation.Verb


class RetryBody(Strict):
    """Nothing needs to be said."""


@extend_schema_serializer(
    examples=[OpenApiExample("for two weeks", value={"reason": "Spam run", "until": "2026-03-16T00:00:00Z"})]
)
class IgnoreBody(Strict):
    """Why it is set aside, and until when; for good where `until` is missing."""

    reason = serializers.CharField(max_length=500, help_text="So that the next person understands.")
    until = serializers.DateTimeField(required=False, allow_null=True, validators=[later_than_now])


@extend_schema_serializer(examples=[OpenApiExample("Salesforce is right", value={"choice": "crm"})])
class DecideBody(Strict):
    """The version that counts, one of those that the issue offers."""

    choice = serializers.CharField(max_length=40)


class ChoiceBody(Strict):
    """Which issues: exactly one of ids, cause, conversation, code and all."""

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

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs["verb"] == Verb.IGNORE and "reason" not in attrs:
            raise serializers.ValidationError({"reason": ["Say why, so that the next person understands."]})
        surplus = {"reason", "until"} & set(attrs) if attrs["verb"] == Verb.RETRY else set()
        if surplus:
            raise serializers.ValidationError({name: ["Only an ignore takes this."] for name in sorted(surplus)})
        return attrs
