"""The list of issues for everybody: narrowed by chips, by a search, and by where a link came from."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from connectors import clock
from connectors.access import Viewer
from connectors.lists import leaf, total
from connectors.models import Organization
from connectors.pages import viewer_in
from connectors.translation import gettext, gettext_noop
from issues import catalogue, display, words
from issues.access import of_order, seen_whole, sight_of, visible_issues
from issues.bulk_views import orders_for
from issues.finding import TYPES, matching
from issues.gathering import in_need, lean
from issues.lifecycle import Status
from issues.models import Issue, OutcomeChoices
from issues.saved_filters import SavedFilter
from issues.services import NotKept, keep_filter

PER_PAGE = 50
MOST_SHOWN = 60  # filters of somebody's, of all their organizations
_ID = re.compile(r"[0-9]{1,18}")
STATUSES = {
    "": gettext_noop("Needs somebody"),
    "ignored": gettext_noop("Ignored"),
    "resolved": gettext_noop("Resolved"),
    "all": gettext_noop("All"),
}
TYPE_WORDS = {
    "": gettext_noop("Every type"),
    "email": gettext_noop("E-mails"),
    "event": gettext_noop("Events"),
    "task": gettext_noop("Tasks"),
    "contact": gettext_noop("Contacts"),
}
# The parts of an address that narrow the list, and the columns behind them.
NARROW = {"organization": "organization__slug", "code": "code", "conversation": "conversation_key"}
NARROW_BY_NUMBER = {"cause": "cause_id", "mailbox": "mailbox_id"}
OF_ORDER = ("operation", "outcome")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def issue_list(request: HttpRequest) -> HttpResponse:
    """Everything that the reader may see, narrowed by what stands in the address; posting a `name` keeps that."""
    kept = _kept(request.GET)
    if request.method != "POST":
        return _shown(request, kept)
    viewer, name = viewer_in(request), request.POST.get("name", "")
    organization = Organization.objects.filter(slug=_slug(viewer, kept)).first()
    if organization is None or not viewer.user_id:
        raise Http404
    try:
        keep_filter(organization, viewer.user_id, name, urlencode(kept))
    except NotKept as refused:
        return _shown(request, kept, refused=str(refused), name=name, status=422)
    return HttpResponseRedirect(f"{reverse('issues')}?{urlencode(kept)}")


def _kept(asked: QueryDict) -> dict[str, str]:
    """What narrows the list, and nothing else of the address."""
    names = (*NARROW, *NARROW_BY_NUMBER, *OF_ORDER, "q", "status", "type")
    given = asked.dict()
    return {name: str(given[name]) for name in names if given.get(name)}


def _slug(viewer: Viewer, kept: Mapping[str, str]) -> str:
    """The one organization that the list can be about; "" where it could be several."""
    theirs = viewer.organizations
    if "organization" in kept or not isinstance(theirs, frozenset) or len(theirs) != 1:
        return kept.get("organization", "")
    return Organization.objects.values_list("slug", flat=True).first() or ""


def _shown(
    request: HttpRequest, kept: dict[str, str], *, refused: str = "", name: str = "", status: int = 200
) -> HttpResponse:
    viewer, present = viewer_in(request), clock.now()
    rows = of_order(viewer, _narrowed(visible_issues(viewer), kept, viewer), kept)
    page = leaf(request, lean(rows).select_related("ignored_by"), PER_PAGE)
    context = {
        "page": page,
        "total": total(page, rows),
        "rows": [_row(issue, present, viewer) for issue in page.rows],
        "q": kept.get("q", ""),
        "chips": _chips(kept, "status", STATUSES),
        "types": _chips(kept, "type", TYPE_WORDS),
        "kept": [(name, value) for name, value in kept.items() if name != "q"],
        "narrowed": _narrowed_to(kept),
        "status": kept.get("status", ""),
        "type": kept.get("type", ""),
        "orders": orders_for(viewer, kept, page.rows),
        "aside": kept.get("status") == Status.IGNORED,
        **_saved(viewer, kept),
        "refused": refused,
        "name": name,
    }
    return render(request, "issues/list.html", context, status=status)


def _saved(viewer: Viewer, kept: dict[str, str]) -> dict[str, Any]:
    """The reader's own filters; the one that is open, if one is; and whether what is shown can be kept as another."""
    query = urlencode(kept)
    own = list(SavedFilter.objects.filter(user=viewer.user_id).order_by("name", "pk")[:MOST_SHOWN])
    opened = next((each for each in own if each.query == query), None)
    one = "organization" in kept or (isinstance(viewer.organizations, frozenset) and len(viewer.organizations) == 1)
    return {"saved": own, "opened": opened, "query": query, "keepable": bool(kept) and one and opened is None}


def _narrowed(rows: QuerySet[Issue], asked: dict[str, str], viewer: Viewer) -> QuerySet[Issue]:
    """Values that cannot be meant (a cause that is no number, a status that is none) find nothing."""
    status = asked.get("status", "")
    if status not in STATUSES:
        return rows.none()
    if status != "all":
        rows = rows.filter(status=status) if status else in_need(rows)
    if kind := asked.get("type"):
        rows = rows.filter(TYPES[kind][1]) if kind in TYPES else rows.none()
    for name, column in NARROW.items():
        if value := asked.get(name):
            rows = rows.filter(**{column: value.replace("\0", "")})
    for name, column in NARROW_BY_NUMBER.items():
        if value := asked.get(name):
            rows = rows.filter(**{column: int(value)}) if _ID.fullmatch(value) else rows.none()
    text = asked.get("q", "").replace("\0", "").strip()
    return rows.filter(matching(text, seen_whole(viewer))) if text else rows


def _chips(kept: dict[str, str], by: str, words_of: Mapping[str, str]) -> list[dict[str, Any]]:
    """One chip for each value of a filter: its word, its address, and whether it is chosen."""
    others = {name: value for name, value in kept.items() if name != by}
    return [
        {
            "word": gettext(word),
            "address": urlencode(others | ({by: name} if name else {})),
            "chosen": kept.get(by, "") == name,
        }
        for name, word in words_of.items()
    ]


def _narrowed_to(kept: dict[str, str]) -> str:
    """What the list is narrowed to besides status and search, in words."""
    said = []
    if code := kept.get("code"):
        said.append(f"“{catalogue.shown(code).title}”")
    if "cause" in kept:
        said.append(gettext("one cause"))
    if "conversation" in kept:
        said.append(gettext("one conversation"))
    if "mailbox" in kept:
        said.append(gettext("one mailbox"))
    if "operation" in kept or "outcome" in kept:
        said.append(gettext("one order") + _outcome_of(kept))
    return words.listed(said)


def _outcome_of(kept: dict[str, str]) -> str:
    """What became of them in the order, in words."""
    word = dict(OutcomeChoices.choices).get(kept.get("outcome", ""))
    return f" ({word})" if word else ""


def _row(issue: Issue, present: Any, viewer: Viewer) -> dict[str, Any]:
    return {
        "issue": issue,
        "title": display.title_of(issue, sight_of(viewer, issue)),
        "sign": words.sign(issue.status, issue.scope, issue.code),
        "entry": catalogue.shown(issue.code),
        "next_try": display.next_try(issue, present),
        "ignored": display.ignored_until(issue),
    }
