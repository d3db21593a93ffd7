"""What the Calendar API's own refusals look like.

Calendar answers in Google's older envelope: `errors` first, no `status`, no `details`
(https://developers.google.com/workspace/calendar/api/guides/errors). What the layer in front of it refuses (tokens,
scopes, quotas) has the newer one, as Gmail's have.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from connectors.simulators.google.answers import PROJECT_NUMBER, ApiError

NOT_OURS = "Shared properties can only be changed by the organizer of the event."


@dataclass(kw_only=True, eq=False)
class CalendarError(ApiError):
    """`location` is a parameter or a header, as `location_type` says."""

    location_type: str = "parameter"

    def body(self) -> dict[str, Any]:
        first = {"domain": self.domain, "reason": self.reason, "message": self.message}
        first |= {"locationType": self.location_type, "location": self.location} if self.location else {}
        return {"error": {"errors": [first], "code": self.status, "message": self.message}}


def bad_request() -> CalendarError:
    """A body or a time that cannot be read at all: Calendar does not say which."""
    return CalendarError(status=400, message="Bad Request", reason="badRequest")


def invalid(message: str, *, location: str = "") -> CalendarError:
    return CalendarError(status=400, message=message, reason="invalid", location=location)


def invalid_parameter(name: str, message: str) -> CalendarError:
    return CalendarError(status=400, message=message, reason="invalidParameter", location=name)


def required(message: str) -> CalendarError:
    return CalendarError(status=400, message=message, reason="required")


def refused(reason: str, message: str, *, status: int = 400, location: str = "") -> CalendarError:
    """A refusal with a reason that only Calendar has."""
    return CalendarError(status=status, message=message, reason=reason, domain="calendar", location=location)


def empty_range() -> CalendarError:
    return refused("timeRangeEmpty", "The specified time range is empty.", location="timeMax")


def too_large() -> CalendarError:
    return invalid("A provided value exceeds the allowed size limit.")


def not_found() -> CalendarError:
    return CalendarError(status=404, message="Not Found", reason="notFound")


def forbidden() -> CalendarError:
    return CalendarError(status=403, message="Forbidden", reason="forbidden")


def not_organizer() -> CalendarError:
    return refused("forbiddenForNonOrganizer", NOT_OURS, status=403)


def access_needed(role: str) -> CalendarError:
    return refused("requiredAccessLevel", f"You need to have {role} access to this calendar.", status=403)


def duplicate() -> CalendarError:
    return CalendarError(status=409, message="The requested identifier already exists.", reason="duplicate")


def deleted() -> CalendarError:
    return CalendarError(status=410, message="Resource has been deleted", reason="deleted")


def not_https(address: str) -> CalendarError:
    said = f"WebHook callback must be HTTPS: {address}"
    return CalendarError(status=400, message=said, reason="push.webhookUrlNotHttps")


def not_verified(address: str) -> CalendarError:
    said = f"Unauthorized WebHook callback channel: {address}"
    return CalendarError(status=401, message=said, reason="push.webhookUrlUnauthorized")


def channel_taken(channel_id: str) -> CalendarError:
    return CalendarError(status=400, message=f"Channel id {channel_id} not unique", reason="channelIdNotUnique")


def not_watchable() -> CalendarError:
    return refused("pushNotSupportedForRequestedResource", "Push notifications are not supported by this resource.")


def no_such_channel(channel_id: str) -> CalendarError:
    said = f"Channel '{channel_id}' not found for project '{PROJECT_NUMBER}'"
    return CalendarError(status=404, message=said, reason="notFound")


def full_sync_required() -> CalendarError:
    said = "Sync token is no longer valid, a full sync is required."
    return refused("fullSyncRequired", said, status=410, location="syncToken")


def too_long_ago() -> CalendarError:
    said = "The requested minimum modification time lies too far in the past."
    return refused("updatedMinTooLongAgo", said, status=410, location="updatedMin")


def changed_meanwhile() -> CalendarError:
    return CalendarError(
        status=412,
        message="Precondition Failed",
        reason="conditionNotMet",
        location="If-Match",
        location_type="header",
    )
