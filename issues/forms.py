"""What people type on the pages of issues: why something is ignored, and which issues an order is about."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, ClassVar

from django import forms
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from connectors import clock
from connectors.access import Viewer, visible_mailboxes
from connectors.models import Organization
from connectors.translation import gettext, number
from issues.catalogue import Fixer
from issues.finding import TYPES
from issues.lifecycle import MOST_FAILURES, End, failures
from issues.models import BulkOperation, ResourceChoices, StatusChoices
from issues.services import Choice

SAY_WHY = _("Say why, so that the next person understands.")
MOST_IDS = 1000
LARGEST_NUMBER = 2**63 - 1
FILTER_STATUSES = (
    ("needed", _("Needs somebody")),
    *StatusChoices.choices,
    ("stopped", _("Stopped sync")),
    ("all", _("All")),
)
_DAYS = ("1", "7", "30")
_UNTIL = (
    ("", _("for good")),
    ("1", _("for a day")),
    ("7", _("for a week")),
    ("30", _("for a month")),
    (End.DATE.value, _("until a day that I name")),
    (End.FAILURES.value, _("until it has failed so often again")),
    (End.CHANGE.value, _("until the item changes")),
)


def _from_one_to_most() -> str:
    return gettext("Write a number from 1 to %(most)s.") % {"most": number(MOST_FAILURES)}


_lazily_from_one_to_most = lazy(_from_one_to_most, str)


class IgnoreForm(forms.Form):
    """The reason is asked for, always; the end is a choice. An e-mail never changes, so that is no end of it."""

    reason = forms.CharField(
        label=_("Why"),
        max_length=500,
        error_messages={"required": SAY_WHY},
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    until = forms.ChoiceField(label=_("For how long"), choices=_UNTIL, required=False)
    day = forms.DateField(
        label=_("Until which day? It begins at midnight UTC."),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"invalid": _("Write the day like 2026-12-31.")},
    )
    failures = forms.IntegerField(
        label=_("After how many more failures?"),
        required=False,
        min_value=1,
        max_value=MOST_FAILURES,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), _lazily_from_one_to_most()),
    )

    def __init__(self, *args: Any, resource: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if resource == ResourceChoices.EMAIL:
            self.fields["until"].choices = [each for each in _UNTIL if each[0] != End.CHANGE]  # type: ignore[attr-defined]  # it is a ChoiceField

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        until, day = cleaned.get("until"), cleaned.get("day")
        if until == End.DATE and "day" not in self.errors and (day is None or _moment(day) <= clock.now()):
            self.add_error("day", gettext("Name a day from tomorrow on."))
        if until == End.FAILURES and "failures" not in self.errors and not cleaned.get("failures"):
            self.add_error("failures", _from_one_to_most())
        return cleaned

    def until_moment(self, present: datetime) -> datetime | None:
        """When it comes back by itself; None where no moment ends it."""
        until = self.cleaned_data["until"]
        if until == End.DATE:
            return _moment(self.cleaned_data["day"])
        return present + timedelta(days=int(until)) if until in _DAYS else None

    def ending(self) -> str:
        """What else ends it, as `lifecycle.ending` reads it."""
        until = self.cleaned_data["until"]
        if until == End.FAILURES:
            return failures(self.cleaned_data["failures"])
        return End.CHANGE.value if until == End.CHANGE else ""


def _moment(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


class Ids(forms.CharField):
    """Numbers with commas between them, at most `MOST_IDS`."""

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not re.fullmatch(r"[0-9]{1,18}(,[0-9]{1,18})*|", text):
            raise forms.ValidationError(gettext("This choice is damaged. Go back and choose again."))
        ids = tuple(sorted({int(each) for each in text.split(",") if each}))
        if len(ids) > MOST_IDS:
            told = gettext("Choose at most %(number)s at once, or everything that a filter lets through.")
            raise forms.ValidationError(told % {"number": MOST_IDS})
        return ids


class Word(forms.ChoiceField):
    """One of a few words that stand in an address; whoever changes one by hand is told which there are."""

    default_error_messages: ClassVar[dict[str, Any]] = {
        "invalid_choice": _("“%(value)s” is none of the words that narrow a list here. Go back and choose again.")
    }


class ChoiceForm(forms.Form):
    """Which issues an order is about: a selection, a cause, a conversation, a code, all, or a filter."""

    verb = forms.ChoiceField(choices=BulkOperation.Verb.choices)
    organization = forms.SlugField()
    ids = Ids(required=False)
    cause = forms.IntegerField(required=False, min_value=1)
    conversation = forms.CharField(required=False, max_length=120)
    code = forms.CharField(required=False, max_length=120)
    all = forms.BooleanField(required=False)
    filter = forms.BooleanField(required=False)
    status = Word(required=False, choices=FILTER_STATUSES)
    mailbox = forms.IntegerField(required=False, min_value=1, max_value=LARGEST_NUMBER)
    type = Word(required=False, choices=[(name, word) for name, (word, _) in TYPES.items()])
    fixer = Word(required=False, choices=[(each.value, each.value) for each in Fixer])
    q = forms.CharField(required=False, max_length=200)
    since = forms.DateTimeField(required=False)
    without = Ids(required=False)

    WAYS = ("ids", "cause", "conversation", "code", "all")
    NARROW = ("cause", "conversation", "code", "status", "mailbox", "type", "fixer", "q", "since")

    def clean(self) -> dict[str, Any]:
        """One way to choose, or a filter, which may narrow by several things. What is left out goes with both."""
        cleaned: dict[str, Any] = super().clean() or {}
        chosen = [way for way in self.WAYS if cleaned.get(way)]
        if cleaned.get("filter"):
            chosen = ["filter", *(way for way in ("ids", "all") if cleaned.get(way))]
        elif any(cleaned.get(name) for name in set(self.NARROW) - set(self.WAYS)):
            chosen = []
        if not self.errors and len(chosen) != 1:
            raise forms.ValidationError(
                gettext("Choose what this is about: a selection, a cause, a conversation, a code or a filter.")
            )
        return cleaned

    def choice(self, viewer: Viewer, organization: Organization) -> Choice:
        """The choice as far as this viewer's rights go: a member's reaches to their own mailboxes."""
        chosen = self.cleaned_data
        whole = viewer.is_admin_of(organization.pk)
        return Choice(
            ids=chosen["ids"],
            cause=chosen["cause"],
            conversation=chosen["conversation"],
            code=chosen["code"],
            status=chosen["status"],
            mailbox=chosen["mailbox"],
            type=chosen["type"],
            fixer=chosen["fixer"],
            text=chosen["q"],
            since=chosen["since"].isoformat() if chosen["since"] else "",
            without=chosen["without"],
            mailboxes=None if whole else tuple(sorted(visible_mailboxes(viewer))),
            reader=viewer.user_id if chosen["q"] else None,
        )

    def hidden(self) -> dict[str, str]:
        """The same choice as fields of a form that is sent back, or of an address."""
        names = dict.fromkeys(("verb", "organization", *self.WAYS, "filter", *self.NARROW, "without"))
        return {name: _sent(self.cleaned_data[name]) for name in names if self.cleaned_data[name]}


def _sent(value: object) -> str:
    if isinstance(value, tuple):
        return ",".join(map(str, value))
    return value.isoformat() if isinstance(value, datetime) else str(value)
