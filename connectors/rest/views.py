"""What every view of the interface has in common."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, ClassVar, TypeVar

from django.db.models import Model
from django.http import HttpResponse
from rest_framework import mixins
from rest_framework.authentication import BaseAuthentication
from rest_framework.permissions import BasePermission
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.views import APIView
from rest_framework.viewsets import GenericViewSet

from connectors.access import Viewer
from connectors.rest import problems
from connectors.rest.authentication import SessionAuthentication, TokenAuthentication
from connectors.rest.pagination import Pages
from connectors.rest.parameters import Filters, FilterSet, refuse_unknown, repeatable
from connectors.rest.parsing import StrictJSONParser
from connectors.rest.permissions import MayWrite, SignedIn
from connectors.rest.schema import ProblemSchema
from connectors.rest.scope import viewer_in
from connectors.rest.throttling import Throttle

M = TypeVar("M", bound=Model)


class Guarded(APIView):
    """Asks who it is, whether they may, and how often; refuses what it does not know; answers are not for caches.

    `refuses` are, for the schema, the problems of an action beyond those that all of its kind have, `conditional` the
    actions that change a row only if it is as `If-Match` says.
    """

    authentication_classes: Sequence[type[BaseAuthentication]] = (TokenAuthentication, SessionAuthentication)
    permission_classes: Sequence[type[BasePermission]] = (SignedIn, MayWrite)
    throttle_classes = (Throttle,)
    parser_classes = (StrictJSONParser,)
    renderer_classes = (JSONRenderer,)
    metadata_class = None
    schema = ProblemSchema()
    refuses: ClassVar[Mapping[str, Sequence[problems.Type]]] = {}
    conditional: ClassVar[Collection[str]] = ()

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        refuse_unknown(request, self.parameters(), self.repeatable())

    def parameters(self) -> Collection[str]:
        """The query parameters that this address knows."""
        return ()

    def repeatable(self) -> Collection[str]:
        """Those of them that may stand several times."""
        return ()

    def get_exception_handler(self) -> Callable[..., HttpResponse | None]:
        return problems.problem

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        final = super().finalize_response(request, response, *args, **kwargs)
        final["Cache-Control"] = "no-store"
        return final

    @property
    def viewer(self) -> Viewer:
        return viewer_in(self.request)


class Resource(mixins.ListModelMixin, mixins.RetrieveModelMixin, Guarded, GenericViewSet[M]):
    """Rows that a viewer may see: a list in pages with filters, and each by itself."""

    filter_backends = (Filters,)
    pagination_class = Pages
    filterset_class: ClassVar[type[FilterSet] | None] = None
    lookup_value_regex = "[0-9]{1,18}"

    def parameters(self) -> Collection[str]:
        if self.action != "list":
            return ()
        filters = {} if self.filterset_class is None else self.filterset_class.base_filters
        return {"limit", "cursor", *filters}

    def repeatable(self) -> Collection[str]:
        return repeatable(self.filterset_class)
