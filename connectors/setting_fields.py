"""Settings that are lists of texts, one on each line of a form, each checked as what it is."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from connectors import attachments, software
from connectors.domains import DOMAIN
from connectors.labels import FAILED, LONGEST, MOST
from connectors.translation import gettext

FIELD = re.compile(r"[A-Za-z]\w{0,79}", re.ASCII)
MOST_FIELDS = 5


class Lines(forms.CharField):
    """A list of texts, one on each line; a subclass says which."""

    widget = forms.Textarea(attrs={"rows": 4, "cols": 40})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(super().has_changed(self.prepare_value(initial or []), data))

    def clean(self, value: Any) -> Any:
        """The lines that are not empty."""
        return [line.strip() for line in str(super().clean(value)).splitlines() if line.strip()]


class Domains(Lines):
    """E-mail domains, one on each line, as a list without doubles, in lower case."""

    def clean(self, value: Any) -> Any:
        lines = [line.lower().removeprefix("@") for line in super().clean(value)]
        domains = list(dict.fromkeys(filter(None, lines)))
        for domain in domains:
            if not DOMAIN.fullmatch(domain):
                told = gettext("“%(domain)s” is no domain; write it like example.com, one on each line.")
                raise ValidationError(told % {"domain": domain})
        return domains


class OtherSoftware(Lines):
    """Products and what they do to our records, one on each line; the last line about a product counts."""

    def clean(self, value: Any) -> Any:
        try:
            found = {each.name.casefold(): each for each in map(software.read, super().clean(value))}
        except ValueError as error:
            raise ValidationError(str(error)) from error
        return [software.written(each) for each in found.values()]


class FieldNames(Lines):
    """Names of fields in Salesforce, one on each line, as a list without doubles, however they are written."""

    def clean(self, value: Any) -> Any:
        names = {name.casefold(): name for name in reversed(super().clean(value))}
        for name in names.values():
            if not FIELD.fullmatch(name):
                raise ValidationError(f"“{name}” is no name of a field; write it like Website or Email_Domain__c.")
        if not 1 <= len(names) <= MOST_FIELDS:
            raise ValidationError(f"Name a field, and {MOST_FIELDS} at the most.")
        return list(reversed(names.values()))


class Labels(Lines):
    """Names of labels, one on each line, as a list without doubles."""

    widget = forms.Textarea(attrs={"rows": 3, "cols": 40})

    def clean(self, value: Any) -> Any:
        names = {name.casefold(): name for name in reversed(super().clean(value))}
        if too_long := next((name for name in names.values() if len(name) > LONGEST), ""):
            raise ValidationError(
                f"“{too_long[:30]}…” is longer than a label can be: {LONGEST} characters at the most."
            )
        if FAILED.casefold() in names:
            raise ValidationError(
                f"“{FAILED}” is what Syncapp itself puts on messages that failed; it can neither let them in nor keep"
                " them out."
            )
        if len(names) > MOST:
            raise ValidationError(f"These are {len(names)} labels; name {MOST} at the most.")
        return list(reversed(names.values()))


class Kinds(Lines):
    """Kinds of files, one on each line, as a list without doubles."""

    widget = forms.Textarea(attrs={"rows": 3, "cols": 40})

    def clean(self, value: Any) -> Any:
        try:
            kinds = list(dict.fromkeys(map(attachments.kind, super().clean(value))))
        except ValueError as error:
            raise ValidationError(str(error)) from error
        if len(kinds) > attachments.MOST:
            raise ValidationError(f"These are {len(kinds)} kinds; name {attachments.MOST} at the most.")
        return kinds
