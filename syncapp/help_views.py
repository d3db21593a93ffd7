"""The pages of “Ask for help”: what somebody writes, a look at exactly what will be sent, and sending it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_safe

from connectors.access import ADMINS
from connectors.fields import SealBroken
from connectors.models import Membership
from connectors.pages import viewer_in
from connectors.translation import gettext, gettext_noop
from issues import catalogue, display, words
from issues import services as issues
from issues.access import sight_of, visible_issues
from issues.help_requests import HelpPicture, HelpRequest, HelpState
from issues.lifecycle import Status
from issues.models import Issue
from issues.pictures import MOST
from issues.privacy import Sight
from notifications.composing import letter as mail_of
from syncapp import helping
from syncapp.help_forms import LARGEST_REQUEST, Bounded, HelpForm, chosen_ids, taken
from syncapp.helping import Wish

LOOK_AGAIN = gettext_noop("Something has changed since you looked at it. This is what will be sent now.")
TOO_MUCH = gettext_noop("These files are more than can be taken at once")


def _issue(request: HttpRequest, organization: str, number: int) -> Issue:
    """One that the viewer sees and may act on. Raises Http404 and PermissionDenied."""
    rows = visible_issues(viewer_in(request)).select_related("organization", "mailbox", "cause")
    issue = get_object_or_404(rows, organization__slug=organization, number=number)
    if not viewer_in(request).may_write:
        raise PermissionDenied
    return issue


def _author(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def _pages(issue: Issue, name: str) -> str:
    return reverse(name, args=(issue.organization.slug, issue.number))


@csrf_exempt
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, organization: str, number: int) -> HttpResponse:
    """How much is sent is looked at before anything reads it; the check of where the form came from reads all of it,
    and so comes after."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST_REQUEST:
        address = reverse("issue-help", args=(organization, number))
        return render(request, "syncapp/help_too_much.html", {"title": gettext(TOO_MUCH), "back": address}, status=413)
    request.upload_handlers = [Bounded(request)]
    answer: HttpResponse = _ask(request, organization, number)
    return answer


@csrf_protect
@never_cache
def _ask(request: HttpRequest, organization: str, number: int) -> HttpResponse:
    """A draft is kept with every try, so that nothing that was typed or chosen is lost."""
    issue, author = _issue(request, organization, number), _author(request)
    if issue.status == Status.RESOLVED:
        told = gettext("%(issue)s is resolved; there is nothing left to ask about.")
        messages.info(request, told % {"issue": issue.reference})
        return redirect(_pages(issue, "issue"))
    draft = issues.draft_of(issue, author.pk)
    if request.method != "POST" or not issue.organization.support_address:
        return _form(request, issue, _form_for(request, issue, initial=_initial(issue, draft)), draft)
    form = _form_for(request, issue, data=request.POST)
    if not form.is_valid():
        return _form(request, issue, form, draft, status=422)
    without = chosen_ids(request.POST.getlist("without"))
    kept = [each for each in issues.pictures_of(draft) if each.pk not in without] if draft else []
    fresh, sentences = taken(request.FILES.getlist("pictures"), MOST - len(kept))
    said = form.cleaned_data
    wanted = {name: bool(said.get(name)) for name in ("with_words", "looks")}
    letter = helping.letter(issue, _wish(request, issue, said["description"], **wanted))
    draft = issues.keep_draft(issue, letter, author=author, fresh=fresh, without=without)
    if not sentences:
        return redirect(_pages(issue, "issue-help-preview"))
    for sentence in sentences:
        form.add_error("pictures", sentence)
    return _form(request, issue, form, draft, status=422)


def _form_for(request: HttpRequest, issue: Issue, **values: Any) -> HelpForm:
    answered = bool(helping.answer_to(issue)) and _may_read(request, issue)
    asks = viewer_in(request).is_admin_of(issue.organization_id)
    return HelpForm(answers=display.provider_name(issue.code) if answered else "", asks=asks, **values)


def _may_read(request: HttpRequest, issue: Issue) -> bool:
    """Whether the viewer may read what the other side said of it."""
    return sight_of(viewer_in(request), issue) is Sight.WHOLE


def _initial(issue: Issue, draft: HelpRequest | None) -> dict[str, object]:
    """As it was left; else the other side's words stand in where the code's own page sends people to them."""
    if draft is None:
        return {"with_words": display.words_matter(catalogue.entry(issue.code)), "looks": True}
    return {"description": draft.description, "with_words": draft.with_words, "looks": True}


def _wish(request: HttpRequest, issue: Issue, description: str = "", **more: bool) -> Wish:
    administers = viewer_in(request).is_admin_of(issue.organization_id)
    return Wish(description=description, author=_author(request), administers=administers, **more)


def _form(
    request: HttpRequest, issue: Issue, form: HelpForm, draft: HelpRequest | None, *, status: int = 200
) -> HttpResponse:
    address = issue.organization.support_address
    context = {
        "issue": issue,
        "title": display.title_of(issue, sight_of(viewer_in(request), issue)),
        "form": form,
        "address": address,
        "kept": issues.pictures_of(draft) if draft else [],
        "room": MOST,
        "entry": catalogue.shown(issue.code),
        "administers": viewer_in(request).is_admin_of(issue.organization_id) and _author(request).is_staff,
    }
    if not address:
        instead = helping.letter(issue, _wish(request, issue))
        context |= {"instead": instead, "administrators": _administrators(issue)}
    return render(request, "syncapp/help.html", context, status=status)


def _administrators(issue: Issue) -> str:
    rows = Membership.objects.filter(organization=issue.organization, role__in=ADMINS).select_related("user")
    return words.listed(display.person(row.user) for row in rows.order_by("pk")[:3])


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def preview(request: HttpRequest, organization: str, number: int) -> HttpResponse:
    """The very mail that will be sent, made by what makes it; then a button sends it."""
    issue, author = _issue(request, organization, number), _author(request)
    draft = issues.draft_of(issue, author.pk)
    if draft is None:
        return redirect(_pages(issue, "issue" if request.method == "POST" else "issue-help"))
    if request.method == "POST":
        return _send(request, issue, draft)
    context = {
        "issue": issue,
        "title": display.title_of(issue, sight_of(viewer_in(request), issue)),
        "mail": mail_of(draft),
        "pictures": issues.pictures_of(draft),
        "seen": helping.digest(draft),
    }
    return render(request, "syncapp/help_preview.html", context)


def _send(request: HttpRequest, issue: Issue, draft: HelpRequest) -> HttpResponse:
    try:
        helping.send(draft, seen=request.POST.get("seen", ""))
    except helping.Changed:
        return _anew(request, issue, draft)
    except issues.TooOften as error:
        messages.error(request, str(error))
        return redirect(_pages(issue, "issue-help-preview"))
    told = gettext("Your request goes to %(address)s now. Quote %(issue)s when you ask about it.")
    messages.success(request, told % {"address": draft.address, "issue": issue.reference})
    return redirect(_pages(issue, "issue"))


def _anew(request: HttpRequest, issue: Issue, draft: HelpRequest) -> HttpResponse:
    """Somebody else's address stands in the settings by now, or another window changed the draft."""
    if not issue.organization.support_address:
        return redirect(_pages(issue, "issue-help"))
    wish = _wish(request, issue, draft.description or "", with_words=draft.with_words)
    if draft.address != issue.organization.support_address:
        issues.keep_draft(issue, helping.letter(issue, wish), author=_author(request))
    messages.warning(request, gettext(LOOK_AGAIN))
    return redirect(_pages(issue, "issue-help-preview"))


@never_cache
@login_required
@require_safe
def picture(request: HttpRequest, organization: str, number: int, picture_id: int) -> HttpResponse:
    """A screenshot of the viewer's own draft. It is for the page to show: a browser that is sent here saves a file."""
    issue = _issue(request, organization, number)
    own = HelpPicture.objects.filter(request__issue=issue, request__author=_author(request))
    found = get_object_or_404(own, pk=picture_id, request__state=HelpState.DRAFT)
    try:
        content = issues.content_of(found)
    except (SealBroken, ValueError) as error:
        raise Http404 from error
    headers = {
        "Content-Disposition": f'attachment; filename="picture.{found.kind.rpartition("/")[2]}"',
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cross-Origin-Resource-Policy": "same-origin",
    }
    return HttpResponse(content, content_type=found.kind, headers=headers)
