"""Orders for a mailbox or an organization over REST: what each would do now, and giving them."""

from __future__ import annotations

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from connectors.effects import commit
from connectors.models import Organization
from connectors.rest.problems import FORBIDDEN, KEY_REUSED, Refused, Type
from connectors.rest.scope import client_of
from connectors.rest.shapes import Strict
from issues.models import BulkOperation
from issues.rest.orders import own_key
from issues.rest.preconditions import Conditional
from syncapp.models import Ordered
from syncapp.orders import Order, Target, carry_out, organization_of
from syncapp.outlook import offered, sentences


class OrderBody(Strict):
    """Nothing needs to be said."""


class OrdersShape(serializers.Serializer[Any]):
    """The orders that make sense now, each with what will happen, in sentences; null for one that does not."""

    pause = serializers.ListField(child=serializers.CharField(), allow_null=True)
    resume = serializers.ListField(child=serializers.CharField(), allow_null=True)
    reread = serializers.ListField(child=serializers.CharField(), allow_null=True)
    reset = serializers.ListField(child=serializers.CharField(), allow_null=True)


class Ordering(Conditional):
    """What can be ordered for each row of a resource, which is a mailbox or an organization."""

    refuses: ClassVar[dict[str, tuple[Type, ...]]] = {"orders": (FORBIDDEN,)}
    conditional: ClassVar[tuple[str, ...]] = tuple(Order)

    def may_order(self, target: Target) -> bool:
        """Whether the viewer, who may see it, may also order something for it, apart from the right to write."""
        return not isinstance(target, Organization) or self.viewer.is_admin_of(target.pk)

    @extend_schema(summary="What each order would do now", responses=OrdersShape, filters=False)
    @action(detail=True, methods=["get"], pagination_class=None)
    def orders(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The same sentences that people are shown before they give the order."""
        target = self._target()
        told = {str(order): sentences(order, target) for order in offered(target)}
        return Response({str(order): told.get(order) for order in Order})

    @extend_schema(summary="Pause the sync", request=OrderBody)
    @action(detail=True, methods=["post"])
    def pause(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Nothing is read or written until it is resumed; what waits goes on waiting, and nothing is lost."""
        return self._give(request, Order.PAUSE)

    @extend_schema(summary="Resume the sync", request=OrderBody)
    @action(detail=True, methods=["post"])
    def resume(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """It goes on within a second or two, with what waited first."""
        return self._give(request, Order.RESUME)

    @extend_schema(summary="Read everything again", request=OrderBody)
    @action(detail=True, methods=["post"])
    def reread(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The next run begins at the beginning. What stands in Salesforce already is not written again."""
        return self._give(request, Order.REREAD)

    @extend_schema(summary="Reset the sync", request=OrderBody)
    @action(detail=True, methods=["post"])
    def reset(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Reads everything again, starts counters and waits anew, and tries everything again that failed."""
        return self._give(request, Order.RESET)

    def _target(self) -> Target:
        """Raises `Refused` for those who may only look."""
        target: Target = self.get_object()
        if not self.may_order(target):
            raise Refused(FORBIDDEN)
        return target

    def _give(self, request: Request, order: Order) -> Response:
        OrderBody(data=request.data).is_valid(raise_exception=True)
        target = self._target()
        key = own_key(client_of(request), request.headers.get("Idempotency-Key"))
        with commit("api: order"):
            if not key or _is_new(order, target, key):
                self.unchanged()
                carry_out(order, target, self.viewer.user_id)
        return self.told(self.get_object())


def _is_new(order: Order, target: Target, key: str) -> bool:
    """Keeps the key; False for a repetition. Raises `Refused` for a key of another order."""
    organization, kind = organization_of(target), "organization" if isinstance(target, Organization) else "mailbox"
    what = f"{order} {kind} {target.pk}"
    if BulkOperation.objects.filter(organization=organization, idempotency_key=key).exists():
        raise Refused(KEY_REUSED)
    row, fresh = Ordered.objects.get_or_create(organization=organization, key=key, defaults={"what": what})
    if row.what != what:
        raise Refused(KEY_REUSED)
    return fresh
