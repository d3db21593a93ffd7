"""Every text that whoever makes a catalogue is given, found without the tools that do so."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from gettext import GNUTranslations
from pathlib import Path

import django
from django.conf import settings
from django.utils.translation.template import templatize

from issues import catalogue
from tests.architecture.sources import product

# What marks a text, and at which of its arguments that stands.
MARKS = {
    **dict.fromkeys(("gettext", "gettext_noop", "gettext_lazy", "_", "phrase"), (0,)),
    **dict.fromkeys(("ngettext", "both"), (0, 1)),
    **dict.fromkeys(("plural", "phrases"), (1, 2)),
}
_QUOTED = r"""u?(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
_IN_TEMPLATE = re.compile(rf" n?gettext\(({_QUOTED})(?:, ({_QUOTED}), count)?\)")


def _in_programs() -> Iterator[str]:
    for source in product():
        for node in ast.walk(ast.parse(source.text)):
            if isinstance(node, ast.Call):
                yield from _in_call(node)


def _in_call(node: ast.Call) -> Iterator[str]:
    name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
    for at in MARKS.get(name, ()):
        if at < len(node.args) and isinstance(text := getattr(node.args[at], "value", None), str):
            yield text


def _in_templates() -> Iterator[str]:
    for path in Path(settings.BASE_DIR, "templates").rglob("*.html"):
        for found in _IN_TEMPLATE.finditer(templatize(path.read_text("utf-8"))):
            yield from (ast.literal_eval(text) for text in found.groups() if text)


def _of_the_framework() -> Iterator[str]:
    """What Django has in one of its own languages."""
    for path in Path(django.__file__).parent.rglob("locale/de/LC_MESSAGES/django.mo"):
        with path.open("rb") as file:
            for key in vars(GNUTranslations(file))["_catalog"]:
                yield (key if isinstance(key, str) else key[0]).rpartition("\x04")[2]


@cache
def texts() -> frozenset[str]:
    """Those of programs, templates, the catalogue of codes, and the framework."""
    return frozenset([*_in_programs(), *_in_templates(), *catalogue.texts(), *_of_the_framework()])
