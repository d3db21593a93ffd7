"""Changes that are made only to what the client has seen: `ETag` with every answer, `If-Match` with a change.

The comparison is made under the lock of the row and of its organization, in the transaction of the change, so that of
two clients who saw the same state one is refused. A change without `If-Match` is made whatever happened meanwhile: all
that can be asked for is a wish (“try it again”) and no new content that could overwrite somebody else's.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Model
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from connectors.effects import within_commit
from connectors.models import Organization
from connectors.rest.etags import is_list, names, names_weakly, tag_of
from connectors.rest.problems import INVALID, STALE, Fault, Refused
from connectors.rest.views import Resource
from issues.ledger import take_turns


class Conditional(Resource[Any]):
    """Rows whose state a client can change. `conditional` names the actions that take `If-Match`."""

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Send its `ETag` back in `If-None-Match`, and what has not changed is not sent again."""
        wanted = _header(request, "If-None-Match")
        response = super().retrieve(request, *args, **kwargs)
        tag = tag_of(JSONRenderer().render(response.data))
        if wanted is not None and names_weakly(wanted, tag):
            return Response(status=304, headers={"ETag": tag})
        response["ETag"] = tag
        return response

    def told(self, row: Model) -> Response:
        """The row as it is now, with its tag, so that a client can go on from there."""
        shown = self.get_serializer(row).data
        return Response(shown, headers={"ETag": tag_of(JSONRenderer().render(shown))})

    @within_commit
    def unchanged(self) -> None:
        """Returns once the row cannot change any more before the transaction ends, and is as `If-Match` says.

        Without that header it returns at once. Raises `Refused` where the row was changed, and for what is no header.
        """
        wanted = _header(self.request, "If-Match")
        if wanted is None:
            return
        row = self.get_object()
        take_turns([row.pk if isinstance(row, Organization) else row.organization_id])
        row = self.get_queryset().select_for_update(of=("self",)).get(pk=row.pk)
        if not names(wanted, tag_of(JSONRenderer().render(self.get_serializer(row).data))):
            raise Refused(STALE, faults=[Fault(place="header", name="If-Match", detail="It is not so any more.")])


def _header(request: Request, name: str) -> str | None:
    """Raises `Refused` for a header that is no list of tags."""
    text = request.headers.get(name)
    if text is not None and not is_list(text):
        wanted = "Send the ETag of an answer as it came, with its quotation marks, or *."
        raise Refused(INVALID, faults=[Fault(place="header", name=name, detail=wanted)])
    return text
