"""Says what an answer or a code means, for people and for programs. Pure: the command only prints it."""

from __future__ import annotations

import difflib
import json
import re
import textwrap
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import zip_longest

from connectors import dialects
from connectors.errors import Answer, Dialect, Failure, Matched
from issues import catalogue
from issues.catalogue import Advice, Entry, Fixer, Retry

WIDTH = 100
_MARGIN = 9

WHO: Mapping[Fixer, str] = {
    Fixer.END_USER: "You",
    Fixer.MAILBOX_ADMIN: "Mailbox administrator",
    Fixer.SALESFORCE_ADMIN: "Salesforce administrator",
    Fixer.VENDOR_SUPPORT: "Syncapp support",
    Fixer.NOBODY: "Nobody, it mends itself",
}
WHEN: Mapping[Retry, str] = {
    Retry.BACKOFF: "tried again by itself",
    Retry.AFTER_FIX: "tried once a day, when the item changes, and soon after another one of its cause worked",
    Retry.NEVER: "not tried again by itself",
}
ADVICE: Mapping[Advice, str] = {
    Advice.RETRY: "Worth another try.",
    Advice.IGNORE: "Best ignored.",
    Advice.EITHER: "Your choice.",
}
KNOWN_BY: Mapping[Matched, str] = {
    Matched.CODE: "by its code",
    Matched.REASON: "by a field or shape that only this answer has",
    Matched.MESSAGE: "by its words",
    Matched.STATUS: "by its HTTP status alone",
    Matched.NONE: "not at all; everything that was said is kept",
}


class BadInput(ValueError):
    """What was asked cannot be answered; the text is one sentence that says what to do."""


@dataclass(frozen=True, kw_only=True)
class Question:
    """An answer whose meaning is asked for, and whose words it is in."""

    dialect: Dialect
    answer: Answer

    def failure(self) -> Failure:
        return self.dialect.verdict(self.answer)


def question(
    provider: str, status: object, headers: Mapping[str, str], body: str, operation: str = "", where: str = ""
) -> Question:
    """Checks what was typed. Raises `BadInput`; `where` names the place in a file, with a blank at its end."""
    try:
        dialect = dialects.dialect(provider)
    except KeyError:
        names = ", ".join(dialects.NAMES)
        raise BadInput(f"{where}There is no provider “{provider}”; use one of {names}.") from None
    lower = {name.lower(): value for name, value in headers.items()}
    return Question(
        dialect=dialect,
        answer=Answer(status=_status(status, where), headers=lower, body=body, operation=operation),
    )


def _status(value: object, where: str) -> int:
    if isinstance(value, int | str) and re.fullmatch(r"0|[1-5][0-9][0-9]", str(value)):
        return int(value)
    raise BadInput(f"{where}“{value}” is no HTTP status; give a number from 100 to 599, or 0 where no answer came.")


def header(text: str) -> tuple[str, str]:
    """`K: V` as name and value. Raises `BadInput`."""
    name, colon, value = text.partition(":")
    if not colon or not name.strip():
        raise BadInput(f"“{text}” is no header; write it as “Retry-After: 30”.")
    return name.strip(), value.strip()


def questions(text: str) -> list[Question]:
    """One question for each line of `{"provider", "http_status", "headers", "body"}`; empty lines are skipped.

    `headers` and `operation` may be missing; a body that is not a text is taken as the JSON that it is. Raises
    `BadInput` with the number of the first line that is wrong.
    """
    lines = enumerate(text.split("\n"), start=1)
    return [_of_line(f"Line {number}: ", line) for number, line in lines if line.strip()]


def _of_line(where: str, line: str) -> Question:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        raise BadInput(f"{where}This is not JSON; write one object on each line.") from None
    if not isinstance(value, dict):
        raise BadInput(f"{where}This is no JSON object; write one object on each line.")
    missing = [name for name in ("provider", "http_status", "body") if name not in value]
    if missing:
        raise BadInput(f"{where}Add {' and '.join(missing)}; each line needs provider, http_status and body.")
    body, headers = value["body"], value.get("headers") or {}
    if not isinstance(headers, dict):
        raise BadInput(f'{where}headers is no JSON object; write it as {{"Retry-After": "30"}}.')
    return question(
        str(value["provider"]),
        value["http_status"],
        {str(name): str(content) for name, content in headers.items()},
        body if isinstance(body, str) else json.dumps(body),
        str(value.get("operation", "")),
        where,
    )


def entry_of(text: str) -> Entry:
    """The entry that somebody means: its code or its address, however it is cased. Raises `BadInput`."""
    head, dot, rest = text.strip().partition(".")
    wanted = catalogue.slug(head.replace("-", "_") + dot + rest)
    found = catalogue.by_slug(wanted)
    if found:
        return found
    near = difflib.get_close_matches(wanted, [each.slug for each in catalogue.CATALOGUE.values()], n=3)
    names = [each.id for each in catalogue.CATALOGUE.values() if each.slug in near]
    hint = f"did you mean {' or '.join(names)}?" if names else "write it as salesforce.REQUIRED_FIELD_MISSING."
    raise BadInput(f"There is no code “{text}”; {hint}")


def row(failure: Failure) -> dict[str, object]:
    """The meaning of an answer in twelve fields: what `--jsonl` prints for each line."""
    provider, _, code = failure.code.partition(".")
    return {
        "provider": provider,
        "code": code,
        "id": failure.code,
        "kind": failure.kind.value,
        **_of_entry(catalogue.entry(failure.code)),
        "matched": failure.matched.value,
    }


def whole_row(failure: Failure) -> dict[str, object]:
    """The twelve fields, and everything else that is known of one answer."""
    entry = catalogue.entry(failure.code)
    return row(failure) | {
        "title": entry.title,
        "cause": entry.cause,
        "why": entry.why,
        "status": failure.status,
        "said": failure.said,
        "fields": list(failure.fields),
        "evidence": dict(failure.evidence),
        "retry_after": failure.retry_after,
        "request_id": failure.request_id,
    }


def entry_row(entry: Entry) -> dict[str, object]:
    """The whole entry, for programs."""
    return {
        "provider": entry.provider,
        "code": entry.name,
        "id": entry.id,
        "slug": entry.slug,
        "title": entry.title,
        **_of_entry(entry),
        "cause": entry.cause,
        "why": entry.why,
        "says": entry.says,
        "related": list(entry.related),
    }


def _of_entry(entry: Entry) -> dict[str, object]:
    return {
        "scope": entry.scope.value,
        "fixer": entry.fixer.value,
        "retry": entry.retry.value,
        "advice": entry.advice.value,
        "severity": entry.severity.value,
        "plain": entry.plain,
        "steps": [{"who": step.who.value, "text": step.text} for step in entry.steps],
    }


def told(failure: Failure) -> str:
    """The meaning of an answer, for people."""
    entry = catalogue.entry(failure.code)
    found = [f"{name}: {_shown(value)}" for name, value in failure.evidence.items()]
    return _page(
        entry,
        ("Code", f"{failure.code} · {failure.kind.value} · {entry.scope.value} · {entry.severity.value}"),
        ("Known", KNOWN_BY[failure.matched]),
        ("Fields", ", ".join(map(_shown, failure.fields))),
        ("Found", "; ".join(found)),
        ("Wait", f"{failure.retry_after:g} seconds" if failure.retry_after else ""),
        ("Said", _shown(failure.said)),
    )


def told_entry(entry: Entry) -> str:
    """The meaning of a code, for people."""
    return _page(
        entry,
        ("Code", f"{entry.id} · {entry.scope.value} · {entry.severity.value}"),
        ("Says", entry.says),
        ("Related", ", ".join(entry.related)),
    )


def _page(entry: Entry, *more: tuple[str, str]) -> str:
    steps = [f"{number}. {WHO[step.who]}: {step.text}" for number, step in enumerate(entry.steps, start=1)]
    labelled = [
        ("Why", entry.cause),
        *zip_longest(["To do"], steps, fillvalue=""),
        ("Advice", f"{ADVICE[entry.advice]} {entry.why}"),
        ("Retried", f"{WHEN[entry.retry]}; mended by: {WHO[entry.fixer].lower()}"),
        *((label, text) for label, text in more if text),
    ]
    return "\n".join([*textwrap.wrap(entry.plain, WIDTH), "", *_columns(labelled)])


def _columns(labelled: Iterable[tuple[str, str]]) -> Iterable[str]:
    for label, text in labelled:
        lead = label.ljust(_MARGIN)
        yield textwrap.fill(text, WIDTH, initial_indent=lead, subsequent_indent=" " * _MARGIN, break_on_hyphens=False)


def _shown(value: object) -> str:
    """A provider's words on a terminal: on one line, and no control character reaches it."""
    text = ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
    return "".join(each if each.isprintable() else " " for each in text).strip()
