"""Codes on the way out: the catalogue's entries, and what they say about the issues and causes that have them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from connectors.rest.problems import bad_parameters
from issues import links
from issues.catalogue import CATALOGUE, Advice, Entry, Fixer, Retry, Scope, Severity, entry
from issues.models import ScopeChoices


class StepShape(serializers.Serializer[Any]):
    """One thing to do, and who can do it."""

    who = serializers.ChoiceField([each.value for each in Fixer if each is not Fixer.NOBODY])
    text = serializers.CharField()


@extend_schema_field({"type": "string", "format": "uri", "description": "The page that explains the code to people."})
class CodeUrl(serializers.Field[Any, Any, str, Any]):
    """The page of the instance's code. A code that left the catalogue leads to its provider's general page."""

    def __init__(self) -> None:
        super().__init__(source="code", read_only=True)

    def to_representation(self, value: str) -> str:
        return links.code_url(entry(value).slug)


class CodeShape(serializers.Serializer[Entry]):
    """What a code means, what mends it, and whether another try is worth it."""

    url = serializers.HyperlinkedIdentityField(view_name="api-code-detail", lookup_field="slug")
    code = serializers.CharField(source="id", help_text="As it stands with issues, causes and attempts.")
    slug = serializers.CharField()
    code_url = serializers.SerializerMethodField(help_text="The page that explains the code to people.")
    provider = serializers.CharField()
    title = serializers.CharField()
    plain = serializers.CharField(help_text="One sentence for the person whose item it is.")
    why_it_happens = serializers.CharField(source="cause")
    steps = StepShape(many=True)
    fixer = serializers.ChoiceField([each.value for each in Fixer])
    scope = serializers.ChoiceField(ScopeChoices.choices)
    severity = serializers.ChoiceField([each.value for each in Severity])
    retry = serializers.ChoiceField([each.value for each in Retry])
    advice = serializers.ChoiceField([each.value for each in Advice])
    why = serializers.CharField(help_text="When to try again and when to ignore.")
    says = serializers.CharField(help_text="What the provider's own words look like.")
    related = serializers.ListField(child=serializers.CharField())

    @extend_schema_field({"type": "string", "format": "uri"})
    def get_code_url(self, each: Entry) -> str:
        return links.code_url(each.slug)


WORDS: Mapping[str, Sequence[str]] = {
    "provider": sorted({each.provider for each in CATALOGUE.values()}),
    **{
        name: [each.value for each in words]
        for name, words in (
            ("fixer", Fixer),
            ("scope", Scope),
            ("severity", Severity),
            ("retry", Retry),
            ("advice", Advice),
        )
    },
}


def narrowed(wanted: Mapping[str, str]) -> list[Entry]:
    """The entries with these words, in the order of their slugs; `q` is a part of code, title or sentence.

    Raises `Refused` for a word that is none.
    """
    given = {name: value for name, value in wanted.items() if name in WORDS}
    flaws = {n: f"Use one of {', '.join(WORDS[n])}." for n, value in given.items() if value not in WORDS[n]}
    if flaws:
        raise bad_parameters(flaws)
    part = wanted.get("q", "").lower()
    rows = sorted(CATALOGUE.values(), key=lambda each: each.slug)
    return [
        each
        for each in rows
        if all(getattr(each, name) == value for name, value in given.items())
        and part in f"{each.id}\n{each.title}\n{each.plain}".lower()
    ]


class _OfEntry(serializers.Field[Any, Any, Any, Any]):
    """A field whose value is the catalogue's for the instance's `code`; `source` names it there."""

    def get_attribute(self, instance: Any) -> Any:
        return getattr(entry(instance.code), str(self.source))


class EntryText(_OfEntry, serializers.CharField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(read_only=True, **kwargs)


class EntryWord(_OfEntry, serializers.ChoiceField):
    def __init__(self, choices: type[Advice | Fixer | Retry | Severity], **kwargs: Any) -> None:
        super().__init__([each.value for each in choices], read_only=True, **kwargs)


class Explained(serializers.Serializer[Any]):
    """What the catalogue says about anything that has a `code`."""

    code = serializers.CharField()
    code_url = CodeUrl()
    reason = EntryText(source="title", help_text="Why, in a few words.")
    plain = EntryText(help_text="What happened, in one sentence.")
    steps = serializers.SerializerMethodField(help_text="What mends it, in order.")
    fixer = EntryWord(Fixer, help_text="Who mends it in the first place.")
    severity = EntryWord(Severity)
    advice = EntryWord(Advice)
    why = EntryText(help_text="When to try again and when to ignore.")

    @extend_schema_field(StepShape(many=True))
    def get_steps(self, instance: Any) -> list[dict[str, str]]:
        return [{"who": step.who.value, "text": step.text} for step in entry(instance.code).steps]
