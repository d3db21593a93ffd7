"""The pages of issues and codes. Whoever may not see an issue is told that there is none."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST, require_safe

from connectors import clock
from connectors.access import ADMINS
from connectors.models import Activity, Membership
from connectors.pages import back, user_id, viewer_in
from issues import catalogue, display, words
from issues.access import may_answer, visible_issues
from issues.catalogue import CATALOGUE, Entry, Fixer
from issues.forms import IgnoreForm
from issues.gathering import in_need, lean, matching
from issues.lifecycle import Status
from issues.models import Attempt, Decision, Issue, ScopeChoices
from issues.services import decide, ignore, question_of, retry

LONGEST_LINE = 100  # of a time line: attempts, and lines of the journal
PER_PAGE = 50


def _issue(request: HttpRequest, organization: str, number: int) -> Issue:
    rows = visible_issues(viewer_in(request)).select_related(
        "organization", "mailbox", "mailbox__owner", "cause", "ignored_by"
    )
    return get_object_or_404(rows, organization__slug=organization, number=number)


def _writable(request: HttpRequest, organization: str, number: int) -> Issue:
    issue = _issue(request, organization, number)
    if not viewer_in(request).may_write:
        raise PermissionDenied
    return issue


def _address(issue: Issue) -> str:
    return reverse("issue", args=(issue.organization.slug, issue.number))


@login_required
@require_safe
def issue_page(request: HttpRequest, organization: str, number: int) -> HttpResponse:
    """One issue: what happened, what to do, and everything that was tried."""
    return _shown(request, _issue(request, organization, number), IgnoreForm(), ignoring="ignore" in request.GET)


@login_required
@require_POST
def retry_issue(request: HttpRequest, organization: str, number: int) -> HttpResponse:
    """Asks for another try now."""
    issue = _writable(request, organization, number)
    retry(Issue.objects.filter(pk=issue.pk), actor_id=user_id(request))
    messages.success(request, f"{issue.reference} is tried again now. It closes as soon as it is in Salesforce.")
    return HttpResponseRedirect(back(request, _address(issue)))


@login_required
@require_POST
def ignore_issue(request: HttpRequest, organization: str, number: int) -> HttpResponse:
    """Sets an issue aside; without a reason the page says what is missing and keeps what was typed."""
    issue = _writable(request, organization, number)
    form = IgnoreForm(request.POST)
    if not form.is_valid():
        return _shown(request, issue, form, ignoring=True, status=422)
    until = form.until_moment(clock.now())
    rows = Issue.objects.filter(pk=issue.pk)
    if ignore(rows, reason=form.cleaned_data["reason"], actor_id=user_id(request), until=until):
        messages.success(request, f"{issue.reference} is ignored. You find it again under “Ignored”.")
    else:
        messages.warning(request, f"{issue.reference} cannot be ignored: other items wait behind it.")
    return HttpResponseRedirect(_address(issue))


@login_required
@require_POST
def decide_issue(request: HttpRequest, organization: str, number: int) -> HttpResponse:
    """Keeps one of the versions, or takes one of the people, that the issue shows."""
    issue = _writable(request, organization, number)
    if not may_answer(viewer_in(request), issue, question_of(issue)):
        raise PermissionDenied
    try:
        decided = decide(issue, request.POST.get("choice", ""), actor_id=user_id(request))
    except ValueError as error:
        messages.error(request, str(error))
    else:
        said = "is decided. It is tried again now." if decided else "is resolved already."
        messages.success(request, f"{issue.reference} {said}")
    return HttpResponseRedirect(_address(issue))


def _shown(request: HttpRequest, issue: Issue, form: IgnoreForm, *, ignoring: bool, status: int = 200) -> HttpResponse:
    viewer, entry = viewer_in(request), catalogue.entry(issue.code)
    reader = display.reader_of(viewer, issue.mailbox, issue.organization_id)
    line = _time_line(issue, answers=bool(reader))
    resolved = issue.status == Status.RESOLVED
    may_write = viewer.may_write and not resolved
    asked = question_of(issue) if reader and not resolved else None
    question = asked if may_answer(viewer, issue, asked) else None
    context = {
        "question": question,
        "people_asked": display.people_asked(issue, question) if question else [],
        "decision": Decision.objects.filter(issue=issue).select_related("actor").first() if question else None,
        "may_decide": may_write and question is not None,
        "issue": issue,
        "entry": entry,
        "title": display.title_of(issue),
        "ending": display.ending_of(issue),
        "sign": words.sign(issue.status, issue.scope, issue.code),
        "links": display.links_of(issue),
        "steps": words.step_groups(entry, reader),
        "who": words.who(entry.fixer, reader),
        "people": _people(issue, entry.fixer),
        "advice": words.ADVICE[entry.advice],
        "line": line,
        "said": next((moment.said for moment in line if moment.said), ""),
        "words_matter": display.words_matter(entry),
        "provider": display.provider_name(issue.code),
        "next_try": display.next_try(issue, clock.now()),
        "related": _conversation(request, issue),
        "may_retry": may_write and issue.status != Status.RETRYING and (question is None or question.picks),
        "may_ignore": may_write and issue.scope == ScopeChoices.ITEM and issue.status != Status.IGNORED,
        "ignoring_is_best": entry.advice is catalogue.Advice.IGNORE,
        "retry_word": display.retry_word(issue.code),
        "renewable": display.renewable(issue),
        "mapped": not resolved and issue.code in words.MAPPED and _may_map(request, issue),
        "form": form,
        "ignoring": ignoring,
    }
    return render(request, "issues/issue.html", context, status=status)


def _may_map(request: HttpRequest, issue: Issue) -> bool:
    """Whether the viewer can open the page of the organization's field mapping."""
    return bool(request.user.is_staff) and viewer_in(request).is_admin_of(issue.organization_id)


def _time_line(issue: Issue, *, answers: bool) -> list[display.Moment]:
    attempts = Attempt.objects.filter(issue=issue).order_by("-pk")[:LONGEST_LINE]
    about = Q(issue_number=issue.number)
    if issue.scope == ScopeChoices.ITEM:
        about |= Q(item_key=issue.subject_key) & (Q(mailbox=issue.mailbox) | Q(mailbox=None))
    rows = Activity.objects.filter(about, organization=issue.organization).select_related("actor")
    return display.time_line(attempts, rows.order_by("-pk")[:LONGEST_LINE], answers=answers)


def _people(issue: Issue, fixer: Fixer) -> str:
    """Names of those who can mend it, as far as we know them."""
    if fixer is Fixer.END_USER:
        owner = issue.mailbox.owner if issue.mailbox else None
        return display.person(owner) if owner else ""
    if fixer not in (Fixer.MAILBOX_ADMIN, Fixer.SALESFORCE_ADMIN):
        return ""
    rows = Membership.objects.filter(organization=issue.organization, role__in=ADMINS).select_related("user")
    return words.listed(display.person(row.user) for row in rows.order_by("pk")[:3])


def _conversation(request: HttpRequest, issue: Issue) -> list[Issue]:
    """Other issues of the same conversation that still need somebody."""
    if not issue.conversation_key:
        return []
    rows = visible_issues(viewer_in(request)).filter(
        organization=issue.organization, conversation_key=issue.conversation_key
    )
    return list(lean(in_need(rows).exclude(pk=issue.pk))[:5])


_ID = re.compile(r"[0-9]{1,18}")
STATUSES = {
    "": "Needs somebody",
    "ignored": "Ignored",
    "resolved": "Resolved",
    "all": "All",
}
# The parts of an address that narrow the list, and the columns behind them.
NARROW = {"organization": "organization__slug", "code": "code", "conversation": "conversation_key"}
NARROW_BY_NUMBER = {"cause": "cause_id", "mailbox": "mailbox_id"}


@login_required
@require_safe
def issue_list(request: HttpRequest) -> HttpResponse:
    """Everything that the reader may see, narrowed by what stands in the address."""
    asked = request.GET
    rows = _narrowed(visible_issues(viewer_in(request)), asked.dict())
    page = Paginator(lean(rows), PER_PAGE).get_page(asked.get("page"))
    kept = {name: asked[name] for name in (*NARROW, *NARROW_BY_NUMBER, "q", "status") if asked.get(name)}
    present = clock.now()
    context = {
        "page": page,
        "rows": [_row(issue, present) for issue in page],
        "q": asked.get("q", ""),
        "chips": _chips(kept),
        "kept": [(name, value) for name, value in kept.items() if name != "q"],
        "narrowed": _narrowed_to(kept),
        "address": urlencode(kept),
        "status": kept.get("status", ""),
    }
    return render(request, "issues/list.html", context)


def _narrowed(rows: QuerySet[Issue], asked: dict[str, str]) -> QuerySet[Issue]:
    """Values that cannot be meant (a cause that is no number, a status that is none) find nothing."""
    status = asked.get("status", "")
    if status not in STATUSES:
        return rows.none()
    if status != "all":
        rows = rows.filter(status=status) if status else in_need(rows)
    for name, column in NARROW.items():
        if value := asked.get(name):
            rows = rows.filter(**{column: value.replace("\0", "")})
    for name, column in NARROW_BY_NUMBER.items():
        if value := asked.get(name):
            rows = rows.filter(**{column: int(value)}) if _ID.fullmatch(value) else rows.none()
    text = asked.get("q", "").replace("\0", "").strip()
    return rows.filter(matching(text)) if text else rows


def _chips(kept: dict[str, str]) -> list[dict[str, Any]]:
    """One chip a status: its word, its address, and whether it is chosen."""
    others = {name: value for name, value in kept.items() if name != "status"}
    return [
        {
            "word": word,
            "address": urlencode(others | ({"status": name} if name else {})),
            "chosen": kept.get("status", "") == name,
        }
        for name, word in STATUSES.items()
    ]


def _narrowed_to(kept: dict[str, str]) -> str:
    """What the list is narrowed to besides status and search, in words."""
    said = []
    if code := kept.get("code"):
        said.append(f"“{catalogue.entry(code).title}”")
    if "cause" in kept:
        said.append("one cause")
    if "conversation" in kept:
        said.append("one conversation")
    if "mailbox" in kept:
        said.append("one mailbox")
    return words.listed(said)


def _row(issue: Issue, present: Any) -> dict[str, Any]:
    return {
        "issue": issue,
        "title": display.title_of(issue),
        "sign": words.sign(issue.status, issue.scope, issue.code),
        "entry": catalogue.entry(issue.code),
        "next_try": display.next_try(issue, present),
    }


@require_safe
def code_list(request: HttpRequest) -> HttpResponse:
    """Every code, by whose words it is, narrowed by a search over everything that its page says."""
    text = request.GET.get("q", "").strip()
    found = [entry for entry in CATALOGUE.values() if _says(entry, text)]
    groups: dict[str, list[Entry]] = {}
    for entry in found:
        groups.setdefault(display.provider_name(entry.id), []).append(entry)
    return render(request, "issues/codes.html", {"q": text, "groups": groups.items(), "count": len(found)})


def _says(entry: Entry, text: str) -> bool:
    """Whether every word stands somewhere in the entry."""
    steps = (step.text for step in entry.steps)
    whole = "\n".join((entry.id, entry.title, entry.plain, entry.cause, entry.why, entry.says, *steps)).casefold()
    return all(word in whole for word in text.casefold().split())


@require_GET
def code_page(request: HttpRequest, slug: str) -> HttpResponse:
    """What a code means. Open to everybody: mails and other people's screens point here."""
    entry = catalogue.by_slug(slug)
    if entry is None:
        raise Http404
    theirs = visible_issues(viewer_in(request)).filter(code=entry.id)
    context = {
        "entry": entry,
        "warns": entry.id in words.WARNINGS,
        "steps": words.step_groups(entry),
        "who": words.who(entry.fixer),
        "advice": words.ADVICE[entry.advice],
        "provider": display.provider_name(entry.id),
        "related": [catalogue.entry(code) for code in entry.related],
        "own": in_need(theirs).count() if request.user.is_authenticated else 0,
    }
    return render(request, "issues/code.html", context)
