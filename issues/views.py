"""The pages of issues and codes. Whoever may not see an issue is told that there is none."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST, require_safe

from connectors import clock
from connectors.access import ADMINS
from connectors.models import Activity, Membership
from connectors.pages import back, user_id, viewer_in
from connectors.translation import gettext, gettext_noop
from issues import catalogue, deciding, display, words
from issues.access import may_answer, sight_of, visible_issues
from issues.catalogue import CATALOGUE, Entry, Fixer
from issues.forms import IgnoreForm
from issues.gathering import in_need, lean
from issues.help_requests import HelpRequest, HelpState
from issues.lifecycle import Status
from issues.models import Attempt, Decision, Issue, ScopeChoices
from issues.privacy import Sight
from issues.services import Outdated, Wrong, decide, ignore, question_of, retry, stop_ignoring
from issues.versions import BY_FIELD

RESOLVED_ALREADY = gettext_noop("%(issue)s is resolved already.")
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
    issue = _issue(request, organization, number)
    return _shown(request, issue, IgnoreForm(resource=issue.resource), ignoring="ignore" in request.GET)


def shown_again(request: HttpRequest, issue: Issue) -> HttpResponse:
    """The page of an issue that the viewer sees, in answer to something on it that has to be corrected."""
    return _shown(request, issue, IgnoreForm(resource=issue.resource), ignoring=False, status=422)


@login_required
@require_POST
def retry_issue(request: HttpRequest, organization: str, number: int) -> HttpResponse:
    """Asks for another try now."""
    issue = _writable(request, organization, number)
    retry(Issue.objects.filter(pk=issue.pk), actor_id=user_id(request))
    told = gettext("%(issue)s is tried again now. It closes as soon as it is in Salesforce.")
    messages.success(request, told % {"issue": issue.reference})
    return HttpResponseRedirect(back(request, _address(issue)))


@login_required
@require_POST
def ignore_issue(request: HttpRequest, organization: str, number: int) -> HttpResponse:
    """Sets an issue aside; without a reason the page says what is missing and keeps what was typed."""
    issue = _writable(request, organization, number)
    form = IgnoreForm(request.POST, resource=issue.resource)
    if not form.is_valid():
        return _shown(request, issue, form, ignoring=True, status=422)
    until = form.until_moment(clock.now())
    rows = Issue.objects.filter(pk=issue.pk)
    reason, ending = form.cleaned_data["reason"], form.ending()
    if ignore(rows, reason=reason, actor_id=user_id(request), until=until, ending=ending):
        told = gettext("%(issue)s is ignored. You find it again under “Ignored”.")
        messages.success(request, told % {"issue": issue.reference})
    else:
        told = gettext("%(issue)s cannot be ignored: other items wait behind it.")
        messages.warning(request, told % {"issue": issue.reference})
    return HttpResponseRedirect(_address(issue))


@login_required
@require_POST
def wake_issue(request: HttpRequest, organization: str, number: int) -> HttpResponse:
    """Has an ignored issue need somebody again; nothing is tried because of it."""
    issue = _writable(request, organization, number)
    if stop_ignoring(Issue.objects.filter(pk=issue.pk), actor_id=user_id(request)):
        messages.success(request, gettext("%(issue)s is no longer ignored.") % {"issue": issue.reference})
    else:
        messages.info(request, gettext("%(issue)s is not ignored.") % {"issue": issue.reference})
    return HttpResponseRedirect(_address(issue))


@login_required
@require_POST
def decide_issue(request: HttpRequest, organization: str, number: int) -> HttpResponse:
    """Keeps one of the versions, or of each field one, or takes one of the people, that the issue shows."""
    issue = _writable(request, organization, number)
    asked = question_of(issue)
    if not may_answer(viewer_in(request), issue, asked):
        raise PermissionDenied
    answer = request.POST.dict()
    choice = answer.get("choice", "")
    sides = deciding.sides_in(answer) if choice == BY_FIELD else {}
    try:
        decided = decide(issue, choice, sides, revision=answer.get("revision", ""), actor_id=user_id(request))
    except Wrong as error:
        if asked is not None and asked.by_field and choice == BY_FIELD:
            form = IgnoreForm(resource=issue.resource)
            answered = deciding.fields_of(asked, sides, error.faults)
            return _shown(request, issue, form, ignoring=False, status=422, answered=answered)
        messages.error(request, str(error))
    except Outdated as error:
        messages.warning(request, str(error))
    else:
        told = gettext("%(issue)s is decided. It is tried again now.") if decided else gettext(RESOLVED_ALREADY)
        messages.success(request, told % {"issue": issue.reference})
    return HttpResponseRedirect(_address(issue))


def _shown(
    request: HttpRequest,
    issue: Issue,
    form: IgnoreForm,
    *,
    ignoring: bool,
    status: int = 200,
    answered: list[deciding.Field] | None = None,
) -> HttpResponse:
    """`answered` is what was chosen and could not be taken, to be shown as it was left."""
    viewer, entry = viewer_in(request), catalogue.shown(issue.code)
    reader = display.reader_of(viewer, issue.mailbox, issue.organization_id)
    sight = sight_of(viewer, issue)
    line = _time_line(issue, answers=sight is Sight.WHOLE)
    resolved = issue.status == Status.RESOLVED
    may_write = viewer.may_write and not resolved
    asked = question_of(issue) if not resolved else None
    question = asked if may_answer(viewer, issue, asked) else None
    decision = Decision.objects.filter(issue=issue).select_related("actor").first() if question else None
    context = {
        "question": question,
        "people_asked": display.people_asked(issue, question) if question else [],
        "decision": decision,
        "decided": deciding.said(question, decision) if question and decision else "",
        "by_field": answered or (deciding.fields_of(question, deciding.sides_of(decision)) if question else []),
        "may_decide": may_write and question is not None,
        "issue": issue,
        "entry": entry,
        "title": display.title_of(issue, sight),
        "kept_from": display.kept_from(issue, sight),
        "ending": display.ending_of(issue),
        "sign": words.sign(issue.status, issue.scope, issue.code),
        "links": display.links_of(issue, sight),
        "steps": words.step_groups(entry, reader),
        "who": words.who(entry.fixer, reader),
        "people": _people(issue, entry.fixer),
        "advice": words.advised(entry.advice),
        "line": line,
        "said": next((moment.said for moment in line if moment.said), ""),
        "words_matter": display.words_matter(entry),
        "provider": display.provider_name(issue.code),
        "next_try": display.next_try(issue, clock.now()),
        "related": _conversation(request, issue),
        "help": _help(issue),
        "may_write": may_write,
        "may_retry": may_write and issue.status != Status.RETRYING and (question is None or question.picks),
        "ignored": display.ignored_until(issue),
        "may_wake": may_write and issue.status == Status.IGNORED,
        "may_ignore": may_write and issue.scope == ScopeChoices.ITEM and issue.status != Status.IGNORED,
        "ignoring_is_best": entry.advice is catalogue.Advice.IGNORE,
        "retry_word": display.retry_word(issue.code),
        "renewable": display.renewable(issue),
        "mapped": not resolved and issue.code in words.MAPPED and _may_set(request, issue),
        "may_set": _may_set(request, issue),
        "form": form,
        "ignoring": ignoring,
    }
    return render(request, "issues/issue.html", context, status=status)


def _help(issue: Issue) -> list[HelpRequest]:
    """Requests for help that were handed in, the newest first, without what they say."""
    rows = HelpRequest.objects.filter(issue=issue).exclude(state=HelpState.DRAFT).select_related("author")
    return list(rows.defer("text", "description")[:3])


def _may_set(request: HttpRequest, issue: Issue) -> bool:
    """Whether the viewer can open the pages of the organization's settings."""
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


@require_safe
def code_list(request: HttpRequest) -> HttpResponse:
    """Every code, by whose words it is, narrowed by a search over everything that its page says."""
    text = request.GET.get("q", "").strip()
    found = [entry for entry in map(catalogue.told, CATALOGUE.values()) if _says(entry, text)]
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
    found = catalogue.by_slug(slug)
    if found is None:
        raise Http404
    entry = catalogue.told(found)
    theirs = visible_issues(viewer_in(request)).filter(code=entry.id)
    context = {
        "entry": entry,
        "warns": entry.id in words.WARNINGS,
        "steps": words.step_groups(entry),
        "who": words.who(entry.fixer),
        "advice": words.advised(entry.advice),
        "provider": display.provider_name(entry.id),
        "related": [catalogue.shown(code) for code in entry.related],
        "own": in_need(theirs).count() if request.user.is_authenticated else 0,
    }
    return render(request, "issues/code.html", context)
