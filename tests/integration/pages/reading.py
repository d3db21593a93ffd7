"""Reads a page as a person does: its words in order, its links, its forms."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

_SILENT = frozenset({"script", "style", "title", "svg"})
_BLOCKS = frozenset(
    {"p", "li", "div", "h1", "h2", "h3", "h4", "td", "th", "tr", "dt", "dd", "section", "article", "form", "ol", "ul"}
    | {"button", "summary", "details", "option", "label", "table", "header", "footer", "aside", "nav", "br", "pre"}
)


@dataclass
class Form:
    """A form of the page with the values that stand in it."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)


class Page(HTMLParser):
    """`words` is everything that is read, blocks apart by a line; `links` are (words, address)."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self._text: list[str] = []
        self._silent = 0
        self._link: tuple[int, str] | None = None
        self.links: list[tuple[str, str]] = []
        self.forms: list[Form] = []
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.feed(html)

    @property
    def words(self) -> str:
        lines = ("".join(self._text)).split("\n")
        return "\n".join(" ".join(line.split()) for line in lines if line.strip())

    def address(self, words: str) -> str:
        """Where the link with these words leads; fails if there is none."""
        return next(address for said, address in self.links if words in said)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        values = {name: value or "" for name, value in attrs}
        self.tags.append((tag, values))
        self._silent += tag in _SILENT
        if tag in _BLOCKS:
            self._text.append("\n")
        if tag == "a" and "href" in values:
            self._link = (len(self._text), values["href"])
        if tag == "form":
            self.forms.append(Form(action=values.get("action", ""), method=values.get("method", "get")))
        if tag in ("input", "select", "textarea") and self.forms and values.get("name"):
            self.forms[-1].fields[values["name"]] = values.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in _SILENT
        if tag in _BLOCKS:
            self._text.append("\n")
        if tag == "a" and self._link:
            at, address = self._link
            self.links.append((" ".join("".join(self._text[at:]).split()), address))
            self._link = None

    def handle_data(self, data: str) -> None:
        if self._silent <= 0:
            self._text.append(data)


def read(response: Any, status: int = 200) -> Page:
    """The page that came, which must have this status."""
    assert response.status_code == status, f"{response.status_code} instead of {status}"
    return Page(response.content.decode())
