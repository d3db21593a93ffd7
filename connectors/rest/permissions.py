"""What every request needs: somebody who asks, and the right to write where it writes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from connectors.rest.problems import READ_ONLY, Refused
from connectors.rest.scope import client_of, viewer_in

if TYPE_CHECKING:  # the framework's views import this module
    from rest_framework.views import APIView


class SignedIn(BasePermission):
    """A token or a session."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        return client_of(request) != ""


class MayWrite(BasePermission):
    """A token that only reads changes nothing."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        if request.method in SAFE_METHODS or viewer_in(request).may_write:
            return True
        raise Refused(READ_ONLY, "This token only reads; use one that was issued with the right to write.")
