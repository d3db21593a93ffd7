"""Addresses under /api/: version 1, its description, the explanation of each problem, and a problem for the rest."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from csp.decorators import csp_update
from django.http import Http404
from django.urls import include, path, re_path
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularSwaggerSplitView
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.routers import SimpleRouter
from rest_framework.viewsets import ViewSetMixin

from connectors.rest import problems
from connectors.rest.schema import document
from connectors.rest.views import Guarded
from issues.api import Causes, Codes, Operations
from issues.catalogue import Advice, Fixer, Retry, Severity
from issues.models import BulkOperation, EndChoices, Resolution, ResourceChoices, ScopeChoices, StatusChoices
from syncapp import help_api
from syncapp.api import OUTCOMES, STATES, Mailboxes, Organizations, Runs
from syncapp.check_api import VERDICTS, Checks
from syncapp.checked import Why
from syncapp.help_api import HelpRequests
from syncapp.item_api import Items
from syncapp.item_looks import STATES as ITEM_STATES
from syncapp.left_out_api import LeftOut
from syncapp.mend_api import DOUBLES, SORTS, MendableIssues

RESOURCES: dict[str, tuple[type[ViewSetMixin], str]] = {
    "organizations": (Organizations, "organization"),
    "mailboxes": (Mailboxes, "mailbox"),
    "runs": (Runs, "run"),
    "checks": (Checks, "check"),
    "items": (Items, "item"),
    "left-out": (LeftOut, "left-out"),
    "issues": (MendableIssues, "issue"),
    "causes": (Causes, "cause"),
    "codes": (Codes, "code"),
    "operations": (Operations, "operation"),
    "help-requests": (HelpRequests, "help-request"),
}
# Names for the enumerations of the schema: generated ones would change whenever a field is added somewhere.
ENUMERATIONS: dict[str, object] = {
    "Advice": [each.value for each in Advice],
    "Fixer": [each.value for each in Fixer],
    "StepFixer": [each.value for each in Fixer if each is not Fixer.NOBODY],
    "Retry": [each.value for each in Retry],
    "Severity": [each.value for each in Severity],
    "Status": StatusChoices.choices,
    "Scope": ScopeChoices.choices,
    "Resource": ResourceChoices.choices,
    "Resolution": Resolution.choices,
    "Verb": BulkOperation.Verb.choices,
    "OperationState": BulkOperation.State.choices,
    "MailboxState": STATES,
    "ItemState": ITEM_STATES,
    "StopScope": ["mailbox", "organization"],
    "Outcome": OUTCOMES,
    "HelpState": help_api.STATES,
    "Verdict": VERDICTS,
    "WhyChecked": Why.choices,
    "IgnoredEnd": EndChoices.choices,
    "FieldSort": SORTS,
    "DoubleKind": DOUBLES,
}


class Public(Guarded):
    """For everybody, signed in or not."""

    authentication_classes = ()
    permission_classes = (AllowAny,)


@extend_schema(exclude=True)
class Index(Public):
    """Where everything is."""

    def get(self, request: Request) -> Response:
        lists = {name: reverse(f"api-{base}-list", request=request) for name, (_, base) in RESOURCES.items()}
        described = {name: reverse(f"api-{name}", request=request) for name in ("schema", "docs")}
        return Response(lists | described)


@lru_cache(maxsize=1)
def schema() -> dict[str, Any]:
    """The OpenAPI document; made once in the life of a process, because making it takes a second."""
    return document(ENUMERATIONS)


@extend_schema(exclude=True)
class Schema(Public):
    """The interface in OpenAPI 3.1."""

    def get(self, request: Request) -> Response:
        return Response(schema())


@extend_schema(exclude=True)
class Problem(Public):
    """What a type of problem means: the address that stands in its `type`."""

    def get(self, request: Request, name: str) -> Response:
        type_ = problems.TYPES.get(name)
        if type_ is None:
            raise Http404
        return Response(
            {
                "type": problems.type_url(type_),
                "title": type_.title,
                "status": type_.status,
                "detail": type_.advice,
            }
        )


@extend_schema(exclude=True)
class Nothing(Public):
    """Everything under /api/ that is nothing else, in any method."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        raise Http404


class Docs(SpectacularSwaggerSplitView):
    """The interface to look at and to try, without anything from outside."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    template_name = "api/docs.html"
    url_name = "api-schema"


# Its style sheet draws its icons as images inside itself; nothing else of the policy is loosened, and nowhere else.
with_drawn_icons = csp_update({"img-src": ["data:"]})

router = SimpleRouter()
for prefix, (view, base) in RESOURCES.items():
    router.register(prefix, view, f"api-{base}")

urlpatterns = [
    path("v1/", Index.as_view(), name="api-index"),
    path("v1/", include(router.urls)),
    path("v1/schema/", Schema.as_view(), name="api-schema"),
    path("v1/docs/", with_drawn_icons(Docs.as_view()), name="api-docs"),
    path("problems/<slug:name>/", Problem.as_view(), name="api-problem"),
    re_path("", Nothing.as_view(), name="api-nothing"),
]
