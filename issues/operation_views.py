"""The page of an order: how far it is, what became of each, and what can still be done about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from connectors import clock
from connectors.access import Viewer
from connectors.pages import user_id, viewer_in
from connectors.translation import both, gettext, gettext_noop
from issues import catalogue, display, words
from issues.access import sight_of, visible_issues, visible_operations
from issues.gathering import lean
from issues.models import BulkOperation, Issue, OutcomeChoices, Part
from issues.ordering import Event, Outcome, State, offered
from issues.pacing import Speed
from issues.services import standing_of, steer

NAMED = 5  # issues that failed again and are named on the page
Verb = BulkOperation.Verb
_ENDED = frozenset({State.FINISHED, State.CANCELLED, State.UNDONE})
BUTTONS = {
    Event.PAUSE: gettext_noop("Pause"),
    Event.RESUME: gettext_noop("Go on"),
    Event.CANCEL: gettext_noop("Cancel the rest"),
    Event.UNDO: gettext_noop("Undo: put them back"),
}

STEERED = {
    State.HELD: gettext_noop("paused"),  # while the first few were tried
    State.PAUSED: gettext_noop("paused"),
    State.CANCELLED: gettext_noop("cancelled"),
    State.UNDOING: gettext_noop("undone"),
    State.UNDONE: gettext_noop("undone"),
}
RESUMED = gettext_noop("resumed")


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far an order is. `over` means that nothing of it will move any more by itself; `total` is None while it is
    not counted yet. `elsewhere` are those that somebody else moved since, and those whose mailbox is gone."""

    state: str
    total: int | None
    done: int
    resolved: int
    failed_again: int
    still_trying: int
    ignored: int
    skipped: int
    returned: int
    elsewhere: int
    over: bool


def progress_of(operation: BulkOperation) -> Progress:
    """From the counters of the order; only whether the last ones are still there is looked up."""
    row = operation
    trying = row.still_trying if row.still_trying and _is_trying(row) else 0
    known = trying + row.resolved + row.failed_again + row.ignored + row.skipped + row.returned
    return Progress(
        state=row.state,
        total=None if row.total is None else max(row.total, row.done),
        done=row.done,
        resolved=row.resolved,
        failed_again=row.failed_again,
        still_trying=trying,
        ignored=row.ignored,
        skipped=row.skipped,
        returned=row.returned,
        elsewhere=max(row.done - known, 0),
        over=row.state in _ENDED and not trying,
    )


def _is_trying(operation: BulkOperation) -> bool:
    """Whether any is left of those that are being tried: issues go with their mailbox and tell no order."""
    parts = Part.objects.filter(operation=operation)
    return parts.filter(outcome=Outcome.TRYING).exists() or operation.frozen_at is None


def sentence(operation: BulkOperation, progress: Progress) -> str:
    """Where the order stands, in one sentence or two."""
    state = State(operation.state)
    if state in _STANDING:
        return _STANDING[state](progress)
    if not progress.over:
        return f"{_waits(operation)}{_taken_up(progress)}"
    return f"{_over(operation, progress)}{_cancelled(state, progress)}"


def _over(operation: BulkOperation, progress: Progress) -> str:
    if operation.verb == Verb.IGNORE:
        return words.plural(progress.ignored, "%(number)s issue set aside.", "%(number)s issues set aside.")
    if not progress.done - progress.skipped:
        return gettext("There was nothing left to try.")
    resolved = words.number(progress.resolved)
    if not progress.failed_again:
        return gettext("All done: %(resolved)s resolved.") % {"resolved": resolved}
    failed = words.number(progress.failed_again)
    return gettext("%(resolved)s resolved, %(failed)s failed again.") % {"resolved": resolved, "failed": failed}


def _taken_up(progress: Progress) -> str:
    if progress.total is None:
        return gettext("Counting how many there are.")
    numbers = {"done": words.number(progress.done), "total": words.number(progress.total)}
    return gettext("%(done)s of %(total)s taken up.") % numbers


_SLOWLY = both(
    "This goes slowly, because only %(number)s call to Salesforce are left today.",
    "This goes slowly, because only %(number)s calls to Salesforce are left today.",
)
_GOES_ON = both(
    "Goes on %(when)s, because only %(number)s call to Salesforce are left today.",
    "Goes on %(when)s, because only %(number)s calls to Salesforce are left today.",
)


def _waits(operation: BulkOperation) -> str:
    """Why it waits or goes slowly, where the CRM's allowance is why."""
    standing = standing_of(operation)
    if standing.left is None or standing.speed is Speed.FULL:
        return ""
    if standing.until is None:
        return words.plural(standing.left, *_SLOWLY) + " "
    return words.plural(standing.left, *_GOES_ON, when=words.ago(standing.until, clock.now())) + " "


def _cancelled(state: State, progress: Progress) -> str:
    rest = (progress.total or 0) - progress.done
    if state is not State.CANCELLED:
        return ""
    told = words.plural(
        rest, "Cancelled: %(number)s issue left as it was.", "Cancelled: %(number)s issues left as they were."
    )
    return f" {told}"


def _of_canary(progress: Progress) -> str:
    if not progress.done:
        return _taken_up(progress)
    told = gettext("Trying %(number)s first: %(settled)s. The rest follows once these show that it works.")
    return told % _numbers(progress)


def _numbers(progress: Progress) -> dict[str, str]:
    return {"number": words.number(progress.done), "settled": _settled(progress)}


def _of_held(progress: Progress) -> str:
    if progress.still_trying:
        told = gettext("Of the first %(number)s, %(settled)s. Nothing else is tried until you say so.")
        return told % _numbers(progress)
    if not progress.done:
        return gettext("Nothing is tried until you say so.")
    told = gettext(
        "The first %(number)s do not show that it works: %(settled)s. The rest waits for you. Mend the reason first, or"
        " go on all the same."
    )
    return told % _numbers(progress)


def _settled(progress: Progress) -> str:
    counts = {
        gettext("%(number)s resolved"): progress.resolved,
        gettext("%(number)s failed again"): progress.failed_again,
        gettext("%(number)s still being tried"): progress.still_trying,
    }
    told = words.listed(said % {"number": words.number(number)} for said, number in counts.items() if number)
    return told or gettext("none is back")


def _of_pause(progress: Progress) -> str:
    return gettext("Paused: %(taken_up)s It goes on when you say so.") % {"taken_up": _taken_up(progress)}


def _of_undoing(progress: Progress) -> str:
    return gettext("Putting back: %(number)s are as they were.") % {"number": words.number(progress.returned)}


def _of_undone(progress: Progress) -> str:
    told = words.plural(
        progress.returned, "Undone: %(number)s issue as before.", "Undone: %(number)s issues as before."
    )
    if not progress.elsewhere:
        return told
    touched = both("%(number)s issue moved since, and left alone.", "%(number)s issues moved since, and left alone.")
    return f"{told} {words.plural(progress.elsewhere, *touched)}"


_STANDING: Mapping[State, Callable[[Progress], str]] = {
    State.CANARY: _of_canary,
    State.HELD: _of_held,
    State.PAUSED: _of_pause,
    State.UNDOING: _of_undoing,
    State.UNDONE: _of_undone,
}


def _operation(request: HttpRequest, operation_id: int) -> BulkOperation:
    rows = visible_operations(viewer_in(request)).select_related("organization", "actor", "steered_by")
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
        "sentence": sentence(operation, progress),
        "counters": _counters(operation, progress),
        "actor": display.person(operation.actor) if operation.actor else "",
        "steered": gettext(STEERED.get(State(operation.state), RESUMED)) if operation.steered_at else "",
        "steerer": display.person(operation.steered_by) if operation.steered_by else "",
        "failed": _failed_again(viewer_in(request), operation) if progress.failed_again else [],
        "moves": progress.state in (State.CANARY, State.RUNNING, State.UNDOING) or progress.still_trying,
        "buttons": _buttons(request, operation),
        "back": f"{reverse('issues')}?organization={operation.organization.slug}",
    }
    return render(request, "issues/operation.html", context)


def _counters(operation: BulkOperation, progress: Progress) -> list[tuple[str, str, int, str]]:
    """(name, word, number, address of the list); of what never happens in such an order, and did not, nothing."""
    found = []
    names = {
        Outcome.RESOLVED: "resolved",
        Outcome.FAILED: "failed_again",
        Outcome.TRYING: "still_trying",
        Outcome.IGNORED: "ignored",
        Outcome.SKIPPED: "skipped",
        Outcome.ELSEWHERE: "elsewhere",
        Outcome.RETURNED: "returned",
    }
    always = {Outcome.IGNORED} if operation.verb == Verb.IGNORE else set(list(names)[:3])
    for outcome, name in names.items():
        number: int = getattr(progress, name)
        if number or outcome in always:
            query = urlencode({"operation": operation.pk, "outcome": outcome, "status": "all"})
            address = f"{reverse('issues')}?{query}" if number else ""
            found.append((name, str(OutcomeChoices(outcome).label), number, address))
    return found


def _buttons(request: HttpRequest, operation: BulkOperation) -> list[tuple[str, str]]:
    """(event, word) of what this viewer can do about it now."""
    if not viewer_in(request).may_write:
        return []
    state = State(operation.state)
    events = offered(state, ignores=operation.verb == Verb.IGNORE)
    all_the_same = {Event.RESUME: gettext_noop("Go on all the same")} if state is State.HELD else {}
    skips = {State.CANARY: {Event.RESUME}}.get(state, set())
    return [(event, gettext((BUTTONS | all_the_same)[event])) for event in events if event not in skips]


def _failed_again(viewer: Viewer, operation: BulkOperation) -> list[tuple[Issue, str, catalogue.Entry]]:
    ids = Part.objects.filter(operation=operation, outcome=Outcome.FAILED).values("issue")
    rows = lean(visible_issues(viewer).filter(pk__in=ids))[:NAMED]
    return [(issue, display.title_of(issue, sight_of(viewer, issue)), catalogue.shown(issue.code)) for issue in rows]


@login_required
@require_safe
def operation_progress(request: HttpRequest, operation_id: int) -> JsonResponse:
    """The same counters for the script of the page."""
    operation = _operation(request, operation_id)
    progress = progress_of(operation)
    answer = JsonResponse({**asdict(progress), "sentence": sentence(operation, progress)})
    answer.headers["Cache-Control"] = "no-store"
    return answer


@login_required
@require_POST
def steer_operation(request: HttpRequest, operation_id: int, event: str) -> HttpResponse:
    """Pauses, resumes, cancels or undoes; what its state does not allow any more is said, and nothing happens."""
    operation = _operation(request, operation_id)
    if event not in BUTTONS:
        raise Http404
    if not viewer_in(request).may_write:
        raise PermissionDenied
    if not steer(operation, Event(event), actor_id=user_id(request)):
        told = gettext("That came too late: the order is %(state)s.")
        messages.warning(request, told % {"state": operation.get_state_display().lower()})
    return HttpResponseRedirect(reverse("operation", args=(operation.pk,)))
