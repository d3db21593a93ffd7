"""The words of an HTML text, in time that grows with its length and no faster.

The standard library's parser takes hours for a message of a few hundred kilobytes that somebody wrote with ill
will, so tags are found here by plain searching. What is shown is what a mail program would show, a line for each
block; scripts, style sheets, titles and comments are left out.
"""

from __future__ import annotations

import html as entities
import re
from collections.abc import Iterator

_TAG = re.compile(r"<(?P<close>/?)(?P<name>[a-zA-Z][^\s/>]*)|<!--|<[!?/]")
# A quotation mark counts only after “=”, as in HTML itself; `*+` never goes back.
_TAG_END = re.compile(r"""(?:[^>=]+|=\s*"[^"]*"|=\s*'[^']*'|=)*+>""")
_SILENT = {name: re.compile(rf"</{name}\b", re.IGNORECASE) for name in ("script", "style", "title")}
_BLOCKS = frozenset(("blockquote", "br", "dd", "div", "dt", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p"))
_BLOCKS |= {"pre", "section", "table", "tr", "ul"}
_CELLS = frozenset(("td", "th"))


def stripped(html: str) -> str:
    """The words of an HTML text, a line for each block. Never raises."""
    lines = (" ".join(line.split()) for line in _unescaped("".join(_pieces(html))).splitlines())
    return "\n".join(line for line in lines if line)


def _unescaped(text: str) -> str:
    try:
        return entities.unescape(text)
    except ValueError:  # a character reference of thousands of digits
        return text


def _pieces(html: str) -> Iterator[str]:
    """Texts between tags, and what stands for a tag."""
    at, kept, quotes = 0, False, True
    while found := _TAG.search(html, at):
        yield _text(html[at : found.start()], kept=kept)
        name = (found["name"] or "").lower()
        end = _TAG_END.match(html, found.end()) if name and quotes else None
        # No end in sight: from here on the next “>” ends a tag, or each tag would look to the end of the text.
        quotes = quotes and (end is not None or not name)
        at = end.end() if end else _after(html, "-->" if found[0] == "<!--" else ">", found.end())
        if name in _SILENT and not found["close"]:
            closing = _SILENT[name].search(html, at)
            at = closing.start() if closing else len(html)
        kept = not found["close"] if name == "pre" else kept
        yield "\n" if name in _BLOCKS else " " if name in _CELLS else ""
    yield _text(html[at:], kept=kept)


def _after(text: str, mark: str, start: int) -> int:
    """The place behind the next mark; the end of the text if there is none."""
    found = text.find(mark, start)
    return len(text) if found < 0 else found + len(mark)


def _text(text: str, *, kept: bool) -> str:
    """Line breaks are spaces unless they are to be kept."""
    return text if kept else re.sub(r"[\r\n]+", " ", text)
