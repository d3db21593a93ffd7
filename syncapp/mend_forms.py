"""The form in which somebody fills in what the CRM refused of a record, made of its blanks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms

from connectors.fills import NO, Blank, Sort, checked
from connectors.translation import gettext
from syncapp.mending import DEFAULT, Offer

PREFIX = "fill"  # before the names of the fields, which are Salesforce's to choose
_TYPES: Mapping[Sort, str] = {
    Sort.EMAIL: "email",
    Sort.PHONE: "tel",
    Sort.URL: "url",
    Sort.DAY: "date",
    Sort.MOMENT: "datetime-local",
}
_MODES: Mapping[Sort, str] = {Sort.WHOLE: "numeric", Sort.NUMBER: "decimal"}


class FillForm(forms.Form):
    """A field for each blank, by the name that it has in the CRM, and a box for an administrator.

    Whatever is typed is judged by `connectors.fills`, in the browser only as far as it knows by itself.
    """

    def __init__(self, offer: Offer, typed: Mapping[str, Any] | None = None) -> None:
        before = {blank.name: _shown(blank, offer.before.get(blank.name, "")) for blank in offer.blanks}
        super().__init__(typed, prefix=PREFIX, initial=before, use_required_attribute=False)
        self.blanks = {blank.name: blank for blank in offer.blanks}
        for blank in offer.blanks:
            self.fields[blank.name] = _field(blank)
        if offer.may_default:
            labels = ", ".join(blank.label for blank in offer.blanks if blank.may_default)
            self.fields[DEFAULT] = forms.BooleanField(
                label=gettext("Use this for every record from now on when there is none (%(fields)s)")
                % {"fields": labels},
                required=False,
            )

    @property
    def texts(self) -> dict[str, str]:
        """What was typed, by the name of the field."""
        return {name: _text(self.cleaned_data.get(name)) for name in self.blanks}

    @property
    def as_default(self) -> bool:
        return bool(self.cleaned_data.get(DEFAULT))

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        for name, blank in self.blanks.items():
            if name in self.errors:
                continue
            try:
                checked(blank, _text(cleaned.get(name)))
            except ValueError as error:
                self.add_error(name, str(error))
        return cleaned

    def tell(self, flaws: Mapping[str, str]) -> None:
        """Puts each sentence beside its field."""
        for name, sentence in flaws.items():
            self.add_error(name if name in self.fields else None, sentence)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ";".join(value) if isinstance(value, list) else str(value or "")


def _shown(blank: Blank, text: str) -> object:
    if blank.sort is Sort.CHOICES:
        return [each for each in text.split(";") if each]
    return text.lower() not in NO if blank.sort is Sort.FLAG else text


def _field(blank: Blank) -> forms.Field:
    common: dict[str, Any] = {"label": blank.label, "required": False}
    if blank.sort is Sort.FLAG:
        return forms.BooleanField(**common)
    if blank.sort is Sort.CHOICE:
        return forms.ChoiceField(choices=[("", gettext("Choose…")), *blank.options], **common)
    if blank.sort is Sort.CHOICES:
        return forms.MultipleChoiceField(choices=blank.options, **common)
    return forms.CharField(strip=False, widget=_widget(blank), **common)


def _widget(blank: Blank) -> forms.Widget:
    attrs: dict[str, Any] = {"aria-required": "true"} if blank.required else {}
    if blank.longest and blank.sort is not Sort.DAY:
        attrs["maxlength"] = blank.longest
    if blank.sort is Sort.TEXT:
        return forms.Textarea(attrs={**attrs, "rows": 4})
    if mode := _MODES.get(blank.sort):
        attrs["inputmode"] = mode
    widget = forms.TextInput(attrs=attrs)
    widget.input_type = _TYPES.get(blank.sort, "text")
    return widget
