"""A filter that somebody keeps gets another name, or goes."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_POST

from connectors.pages import user_id
from connectors.translation import gettext
from issues.saved_filters import SavedFilter
from issues.services import NotKept, forget_filter, rename_filter


def _own(request: HttpRequest, pk: int) -> SavedFilter:
    return get_object_or_404(SavedFilter.objects.filter(user=user_id(request)), pk=pk)


def _opened(row: SavedFilter) -> HttpResponseRedirect:
    return HttpResponseRedirect(f"{reverse('issues')}?{row.query}")


@login_required
@require_POST
def rename(request: HttpRequest, pk: int) -> HttpResponse:
    """Back to what it shows, under its new name or with what is wrong with that."""
    row = _own(request, pk)
    try:
        rename_filter(row, request.POST.get("name", ""))
    except NotKept as refused:
        messages.error(request, str(refused))
    return _opened(row)


@login_required
@require_POST
def forget(request: HttpRequest, pk: int) -> HttpResponse:
    """The list stays as it is; only the name for it is gone."""
    row = _own(request, pk)
    forget_filter(row)
    messages.success(request, gettext("The filter “%(name)s” is deleted.") % {"name": row.name})
    return _opened(row)
