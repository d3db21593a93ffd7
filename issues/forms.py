"""What people type on the pages of issues: why something is ignored, and which issues an order is about."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

from django import forms

from connectors.access import Viewer, visible_mailboxes
from connectors.models import Organization
from issues.models import BulkOperation
from issues.services import Choice

SAY_WHY = "Say why, so that the next person understands."
MOST_IDS = 1000
_UNTIL = (("", "for good"), ("1", "for a day"), ("7", "for a week"), ("30", "for a month"))


class IgnoreForm(forms.Form):
    """The reason is asked for, always; the end is a choice."""

    reason = forms.CharField(
        label="Why",
        max_length=500,
        error_messages={"required": SAY_WHY},
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    until = forms.ChoiceField(label="For how long", choices=_UNTIL, required=False)

    def until_moment(self, present: datetime) -> datetime | None:
        """When it comes back by itself; None for good."""
        days = self.cleaned_data["until"]
        return present + timedelta(days=int(days)) if days else None


class Ids(forms.CharField):
    """Numbers with commas between them, at most `MOST_IDS`."""

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not re.fullmatch(r"[0-9]{1,18}(,[0-9]{1,18})*|", text):
            raise forms.ValidationError("This choice is damaged. Go back and choose again.")
        ids = tuple(sorted({int(each) for each in text.split(",") if each}))
        if len(ids) > MOST_IDS:
            raise forms.ValidationError(f"Choose at most {MOST_IDS} at once, or everything of one cause.")
        return ids


class ChoiceForm(forms.Form):
    """Which issues an order is about: a selection, a cause, a conversation, a code, or all of an organization."""

    verb = forms.ChoiceField(choices=BulkOperation.Verb.choices)
    organization = forms.SlugField()
    ids = Ids(required=False)
    cause = forms.IntegerField(required=False, min_value=1)
    conversation = forms.CharField(required=False, max_length=120)
    code = forms.CharField(required=False, max_length=120)
    all = forms.BooleanField(required=False)

    WAYS = ("ids", "cause", "conversation", "code", "all")

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        chosen = [way for way in self.WAYS if cleaned.get(way)]
        if not self.errors and len(chosen) != 1:
            raise forms.ValidationError("Choose what this is about: a selection, a cause, a conversation or a code.")
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
            mailboxes=None if whole else tuple(sorted(visible_mailboxes(viewer))),
        )

    def hidden(self) -> dict[str, str]:
        """The same choice as fields of a form that is sent back."""
        chosen = self.cleaned_data
        fields = {name: chosen[name] for name in ("verb", "organization", *self.WAYS) if chosen[name]}
        ids = ",".join(map(str, chosen["ids"]))
        return {name: ids if name == "ids" else str(value) for name, value in fields.items()}
