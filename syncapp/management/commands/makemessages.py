"""`manage.py makemessages`: Django's own, which also finds the catalogue of codes and our own ways to count."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.commands import makemessages

from issues import catalogue

CODES = Path("issues", "catalogue.toml.py")
KEYWORDS = ("both:1,2", "plural:2,3", "phrase:1", "phrases:2,3")
# What is worded for nobody who reads these pages: tests, providers made up, administrators' templates, mails.
NOT_OURS = ("tests/*", "connectors/simulators/*", "templates/admin/*", "templates/mail/*", "templates/api/*", ".venv*")


def source() -> str:
    """The texts of the catalogue of codes as a program that is looked through for texts, and never run."""
    return "".join(f"gettext({text!r})\n" for text in dict.fromkeys(catalogue.texts()))


class Command(makemessages.Command):
    xgettext_options = [  # noqa: RUF012 - as Django declares it
        *makemessages.Command.xgettext_options,
        *(f"--keyword={each}" for each in KEYWORDS),
    ]

    def handle(self, *args: Any, **options: Any) -> None:
        options["ignore_patterns"] = [*options["ignore_patterns"], *NOT_OURS]
        super().handle(*args, **options)

    def build_potfiles(self) -> list[str]:
        """The texts of the codes lie in a file as long as they are looked for, and no longer."""
        codes = Path(settings.BASE_DIR, CODES)
        codes.write_text(source(), "utf-8")
        try:
            found: list[str] = super().build_potfiles()
        finally:
            codes.unlink()
        return found
