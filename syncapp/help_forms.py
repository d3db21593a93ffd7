"""What people write and choose when they ask for help, and how much of an upload is taken in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from io import BytesIO
from typing import Any

from django import forms
from django.core.files.uploadedfile import InMemoryUploadedFile, UploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from connectors.translation import gettext, gettext_noop
from issues import pictures, words
from issues.pictures import LARGEST, MOST, Picture, Unfit, redrawn

ADD_WORDS = gettext_noop("Add what %(provider)s answered, word for word")
TOO_MANY = gettext_noop("“%(name)s” was left out: %(number)s pictures are the most.")
LARGEST_REQUEST = 64 * 1024 * 1024  # bytes of everything that is sent with the form


class Bounded(FileUploadHandler):
    """Keeps of each file just as much as shows that it is too large, in memory, and counts the rest."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self._kept = bytearray()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self._kept += raw_data[: max(0, LARGEST + 1 - len(self._kept))]

    def file_complete(self, file_size: int) -> UploadedFile[Any]:
        return InMemoryUploadedFile(
            BytesIO(self._kept),
            self.field_name,
            str(self.file_name),
            str(self.content_type),
            file_size,
            self.charset,
            self.content_type_extra,
        )


class _Several(forms.FileInput):
    allow_multiple_selected = True


class Screenshots(forms.FileField):
    """Any number of files; each is looked at on its own, so that one that is not taken costs no other."""

    widget = _Several(attrs={"accept": "image/png,image/jpeg,image/webp"})

    def clean(self, data: Any, initial: Any = None) -> Any:
        return list(data or [])


class HelpForm(forms.Form):
    """`answers` says whether there are words of the other side to add, `asks` whether Salesforce may be asked."""

    description = forms.CharField(
        label=_("What should we know?"),
        help_text=_("What you did, what you expected, since when it is so. Do not write passwords."),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={
            "required": _("Say in a sentence what you need, so that somebody can help."),
            "max_length": _("Say it in 5,000 characters; this is longer."),
        },
    )
    with_words = forms.BooleanField(required=False)
    looks = forms.BooleanField(label=_("Ask Salesforce now for the first checks (takes a few seconds)"), required=False)
    pictures = Screenshots(
        label=_("Screenshots"),
        required=False,
        help_text=format_lazy(
            _("Up to {most}, PNG, JPEG or WebP, {megabytes} MB each. Cover what is nobody's business."),
            most=MOST,
            megabytes=LARGEST // 1024**2,
        ),
    )

    def __init__(self, *args: Any, answers: str, asks: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["with_words"].label = gettext(ADD_WORDS) % {"provider": answers}
        for name, wanted in (("with_words", bool(answers)), ("looks", asks)):
            if not wanted:
                del self.fields[name]


def taken(files: Iterable[UploadedFile[Any]], room: int) -> tuple[list[Picture], list[str]]:
    """The pictures that fit, and a sentence for each file that is none or finds no room."""
    good: list[Picture] = []
    sentences: list[str] = []
    for each in files:
        if len(good) >= room:
            sentences.append(gettext(TOO_MANY) % {"name": _called(each), "number": MOST})
            continue
        try:
            good.append(_picture(each))
        except Unfit as unfit:
            sentences.append(f"“{_called(each)}”: {unfit}")
    return good, sentences


def _picture(upload: UploadedFile[Any]) -> Picture:
    if (upload.size or 0) > LARGEST:
        raise Unfit(pictures.TOO_HEAVY)
    return redrawn(upload.read())


def _called(upload: UploadedFile[Any]) -> str:
    return words.visible(upload.name or gettext("A file"))[:80]


def chosen_ids(values: Sequence[str]) -> list[int]:
    """Ids as a form sends them; what is none is left out."""
    return [int(value) for value in values if value.isascii() and value.isdigit() and len(value) < 19]
