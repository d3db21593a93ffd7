"""`bench list`: what a list of a million issues costs beside one of a thousand, on every face that has one."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any

from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection
from django.test import Client

from connectors.lists import cursor_at
from connectors.models import Organization
from issues.gathering import in_need
from issues.models import Issue
from syncapp.bench.many_issues import CODES, RARE, organization_with, settle
from syncapp.bench.plans import Seen, full_scans, watched
from syncapp.bench.rows import Row
from syncapp.demo.environment import Stage
from syncapp.demo.staging import migrate

SIZES = (1_000, 1_000_000)
LARGER, DEEPER, MOST_QUERIES = 2.0, 1.3, 4
ROUNDS = 15
PEER = "Django's own paginator counts all rows, and skips those before the page one by one"
# What is asked for, by name: the administration's list with each of its filters, the page for people, the interface.
LISTS = {
    "administration": "/admin/issues/issue/",
    "administration, ignored": "/admin/issues/issue/?status=ignored",
    "administration, all": "/admin/issues/issue/?status=all",
    "administration, events": "/admin/issues/issue/?type=event",
    "administration, a reason": f"/admin/issues/issue/?code={CODES[1]}",
    "administration, who mends it": "/admin/issues/issue/?fixer=end_user",
    "administration, a search": f"/admin/issues/issue/?q={RARE}",
    "page for people": "/issues/",
    "page for people, a search": f"/issues/?q={RARE}",
    "REST": "/api/v1/issues/",
    "REST, a search": f"/api/v1/issues/?q={RARE}",
    "REST, open": "/api/v1/issues/?status=open",
}
DEEP = ("administration", "page for people", "REST, open")


@dataclass(frozen=True, kw_only=True)
class Size:
    """An organization with so many issues, and its administrator's browser."""

    issues: int
    organization: Organization
    browser: Client


def refuses(sizes: Sequence[int], names: Sequence[str] = ()) -> str:
    """Why such numbers of rows cannot be compared, in a sentence; "" where they can."""
    if names:
        return "A list has no flows; --flow is for calls."
    usable = len(sizes) == 2 and 100 <= sizes[0] < sizes[1]
    return "" if usable else "--rows wants two numbers, the smaller one first and 100 at least: --rows 1000,1000000."


def measure(
    _: Stage, sizes: Sequence[int], __: Sequence[str] = (), *, tell: Callable[[str], None]
) -> list[dict[str, Any]]:
    """Rows for each list: processor time at the larger size ÷ at the smaller, queries, full scans; and deep pages."""
    migrate()
    call_command("collectstatic", interactive=False, verbosity=0)
    small, large = (_made(size, tell) for size in sizes)
    settle()
    rows = [row for name, path in LISTS.items() for row in _rows(name, path, small, large)]
    rows += [_depth(name, large) for name in DEEP]
    return [asdict(row) for row in rows]


def _made(size: int, tell: Callable[[str], None]) -> Size:
    began = time.monotonic()
    organization = organization_with(size)
    browser = Client(SERVER_NAME="localhost")
    browser.force_login(User.objects.get(username=organization.slug))
    tell(f"{size:,} issues made in {time.monotonic() - began:.0f} s")
    return Size(issues=size, organization=organization, browser=browser)


def _rows(name: str, path: str, small: Size, large: Size) -> list[Row]:
    seen = _seen(large, path)
    scans = [plan for each in seen for plan in full_scans(each)]
    what = f"{name}: {{}} at {large.issues:,} issues"
    ratio = _ratio((large, path), (small, path))
    return [
        _row(what.format("processor time") + f" ÷ at {small.issues:,}", ratio, LARGER),
        _row(what.format("queries"), len(seen), MOST_QUERIES),
        _row(what.format("full scans"), len(scans), 0),
    ]


def _depth(name: str, large: Size) -> Row:
    """Half of the way down, or 500,000 rows."""
    depth = min(large.issues // 2, 500_000)
    path = LISTS[name]
    rows = in_need(Issue.everywhere.filter(organization=large.organization)).order_by("-pk")
    deep = f"{path}{'&' if '?' in path else '?'}cursor={cursor_at(rows.values_list('pk', flat=True)[depth])}"
    return _row(f"{name}: page at depth {depth:,} ÷ first page", _ratio((large, deep), (large, path)), DEEPER)


def _row(goal: str, value: float, bound: float) -> Row:
    return Row(goal=goal, value=value, bound=bound, peer=PEER, passed=value <= bound)


def _seen(size: Size, path: str) -> list[Seen]:
    """The statements behind a page, but for those that ask who looks; a process learns some things only once."""
    _get(size, path)
    with watched() as seen:
        _get(size, path)
    return seen


def _ratio(one: tuple[Size, str], other: tuple[Size, str]) -> float:
    """The processor time of one page ÷ that of another, asked for in turns."""
    spent: dict[int, list[float]] = {0: [], 1: []}
    for _ in range(ROUNDS):
        for place, (size, path) in enumerate((one, other)):
            before = processor()
            _get(size, path)
            spent[place].append(processor() - before)
    return round(median(spent[0]) / median(spent[1]), 2)


def _get(size: Size, path: str) -> None:
    answer = size.browser.get(path)
    if answer.status_code != 200:
        raise RuntimeError(f"{path} was answered {answer.status_code}")


def processor() -> float:
    """Seconds of a processor that this process has taken, and the database's one that works for it."""
    return time.process_time() + _of_the_server()


def _of_the_server() -> float:
    if connection.vendor != "postgresql":
        return 0.0
    with suppress(OSError):  # it runs on another machine
        said = Path(f"/proc/{connection.connection.info.backend_pid}/schedstat").read_text(encoding="ascii")
        return int(said.split()[0]) / 1e9
    return 0.0
