"""Orders for many issues: a page that says what will happen, then one that shows how far it is."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from connectors import clock
from connectors.access import Viewer
from connectors.models import Organization
from connectors.pages import user_id, viewer_in
from connectors.scoping import EVERYTHING
from connectors.texts import storable
from issues import catalogue, display, words
from issues.access import visible_issues
from issues.forms import ChoiceForm, IgnoreForm
from issues.gathering import lean
from issues.lifecycle import Status
from issues.models import BulkOperation, Issue
from issues.services import choose, start_operation

SAMPLES = 3
Verb = BulkOperation.Verb


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def bulk(request: HttpRequest) -> HttpResponse:
    """Asks before anything happens. A choice that makes no sense says so and starts nothing."""
    sent = request.method == "POST" and "confirmed" in request.POST
    chosen = ChoiceForm(request.POST if request.method == "POST" else request.GET)
    if not chosen.is_valid():
        sentences = [str(each) for errors in chosen.errors.values() for each in errors]
        return render(request, "issues/bulk_refused.html", {"sentence": sentences[0]}, status=400)
    organization = get_object_or_404(Organization.objects.all(), slug=chosen.cleaned_data["organization"])
    if not viewer_in(request).may_write:
        raise PermissionDenied
    return _start(request, chosen, organization) if sent else _ask(request, chosen, organization, IgnoreForm())


def ask_about(request: HttpRequest, verb: str, organization: str, ids: Sequence[int]) -> HttpResponse:
    """The page that asks, for a selection that was ticked in a list. Raises `Http404` outside of the scope."""
    chosen = ChoiceForm({"verb": verb, "organization": organization, "ids": ",".join(map(str, ids))})
    chosen.is_valid()
    return _ask(request, chosen, get_object_or_404(Organization.objects.all(), slug=organization), IgnoreForm())


def _ask(
    request: HttpRequest, chosen: ChoiceForm, organization: Organization, form: IgnoreForm, *, status: int = 200
) -> HttpResponse:
    viewer, verb = viewer_in(request), chosen.cleaned_data["verb"]
    rows = choose(organization.pk, verb, chosen.choice(viewer, organization))
    samples = list(lean(rows).order_by("pk")[:SAMPLES])
    count = rows.count()
    context = {
        "organization": organization,
        "verb": verb,
        "retrying": verb == Verb.RETRY,
        "count": count,
        "others": count - len(samples),
        "samples": [(issue, display.title_of(issue), catalogue.entry(issue.code)) for issue in samples],
        "about": _about(chosen, samples),
        "hidden": chosen.hidden(),
        "key": request.POST.get("key") or secrets.token_urlsafe(16),
        "form": form,
        "back": _back(organization),
    }
    return render(request, "issues/bulk.html", context, status=status)


def _about(chosen: ChoiceForm, samples: list[Issue]) -> str:
    """What the choice is, in words that follow the count; a cause is called by the reason that its issues share."""
    fields = chosen.cleaned_data
    if fields["code"] or (fields["cause"] and samples):
        code = fields["code"] or samples[0].code
        return f"all for one reason: “{catalogue.entry(code).title}”"
    if fields["conversation"]:
        return "all of one conversation"
    return "which is everything that is open" if fields["all"] else "as you chose them"


def _back(organization: Organization) -> str:
    return f"{reverse('issues')}?organization={organization.slug}"


def _start(request: HttpRequest, chosen: ChoiceForm, organization: Organization) -> HttpResponse:
    """One operation, however often the button was pressed: the page carries a key of its own."""
    verb, form = chosen.cleaned_data["verb"], IgnoreForm(request.POST)
    ignoring = verb == Verb.IGNORE
    if ignoring and not form.is_valid():
        return _ask(request, chosen, organization, form, status=422)
    operation, _ = start_operation(
        organization.pk,
        verb,
        chosen.choice(viewer_in(request), organization),
        actor_id=user_id(request),
        reason=form.cleaned_data["reason"] if ignoring else "",
        until=form.until_moment(clock.now()) if ignoring else None,
        idempotency_key=storable(request.POST.get("key", "")),
    )
    return HttpResponseRedirect(reverse("operation", args=(operation.pk,)))


def visible_operations(viewer: Viewer) -> QuerySet[BulkOperation]:
    """Orders of the viewer's organizations: all of them for administrators, one's own for members."""
    rows = BulkOperation.objects.all()
    if viewer.administers is EVERYTHING:
        return rows
    administered = viewer.administers if isinstance(viewer.administers, frozenset) else frozenset[int]()
    return rows.filter(Q(organization__in=sorted(administered)) | Q(actor__isnull=False, actor=viewer.user_id))


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far an order is. `over` means that nothing of it will move any more by itself."""

    total: int
    done: int
    resolved: int
    failed_again: int
    still_trying: int
    ignored: int
    elsewhere: int
    over: bool


def progress_of(operation: BulkOperation) -> Progress:
    """Counts what became of the issues; one that a later order took over counts as `elsewhere`."""
    counts = dict(
        Issue.objects.filter(operation=operation).order_by().values_list("status").annotate(number=Count("pk"))
    )
    trying = counts.get(Status.RETRYING, 0)
    finished = operation.state == BulkOperation.State.FINISHED
    return Progress(
        total=max(operation.total, operation.done),
        done=operation.done,
        resolved=counts.get(Status.RESOLVED, 0),
        failed_again=counts.get(Status.OPEN, 0),
        still_trying=trying,
        ignored=counts.get(Status.IGNORED, 0),
        elsewhere=max(operation.done - sum(counts.values()), 0),
        over=finished and not trying,
    )


def _sentence(operation: BulkOperation, progress: Progress) -> str:
    """Where the order stands, in one sentence."""
    if not progress.over:
        return f"{words.number(progress.done)} of {words.number(progress.total)} taken up."
    if operation.verb == Verb.IGNORE:
        return f"{words.counted(progress.ignored, 'issue')} set aside."
    if not progress.done:
        return "There was nothing left to try."
    if not progress.failed_again:
        return f"All done: {words.number(progress.resolved)} resolved."
    return f"{words.number(progress.resolved)} resolved, {words.number(progress.failed_again)} failed again."


def _operation(request: HttpRequest, operation_id: int) -> BulkOperation:
    rows = visible_operations(viewer_in(request)).select_related("organization", "actor")
    return get_object_or_404(rows, pk=operation_id)


@login_required
@require_safe
def operation_page(request: HttpRequest, operation_id: int) -> HttpResponse:
    """How far an order is; the page keeps itself up to date, with a script or without one."""
    operation = _operation(request, operation_id)
    progress = progress_of(operation)
    context = {
        "operation": operation,
        "progress": progress,
        "retrying": operation.verb == Verb.RETRY,
        "sentence": _sentence(operation, progress),
        "actor": display.person(operation.actor) if operation.actor else "",
        "failed": _failed_again(viewer_in(request), operation) if progress.over else [],
        "back": _back(operation.organization),
    }
    return render(request, "issues/operation.html", context)


def _failed_again(viewer: Viewer, operation: BulkOperation) -> list[tuple[Issue, str, catalogue.Entry]]:
    rows = lean(visible_issues(viewer).filter(operation=operation, status=Status.OPEN))[:5]
    return [(issue, display.title_of(issue), catalogue.entry(issue.code)) for issue in rows]


@login_required
@require_safe
def operation_progress(request: HttpRequest, operation_id: int) -> JsonResponse:
    """The same counters for the script of the page."""
    operation = _operation(request, operation_id)
    progress = progress_of(operation)
    answer = JsonResponse({**vars(progress), "sentence": _sentence(operation, progress)})
    answer.headers["Cache-Control"] = "no-store"
    return answer
