"""Pieces of page that every layer uses: icons of the sprite, and the warning icon of an organization."""

from __future__ import annotations

from django.utils.html import format_html
from django.utils.safestring import SafeString


def icon(name: str) -> SafeString:
    """A symbol of `templates/icons.html`; it says nothing that the words beside it do not."""
    return format_html('<svg class="icon" aria-hidden="true"><use href="#i-{}"></use></svg>', name)


def warning(open_issues: int, *, stopped: bool) -> SafeString:
    """The warning icon with its number: red for a stopped sync, amber for open issues, grey when there is nothing."""
    tone = "red" if stopped else "amber" if open_issues else "grey"
    return format_html(
        '<span class="warn {}">{}<span class="num">{}</span><span class="sr"> open {}{}</span></span>',
        tone,
        icon("square" if stopped else "bang" if open_issues else "dash"),
        f"{open_issues:,}",
        "issue" if open_issues == 1 else "issues",
        ", sync stopped" if stopped else "",
    )
