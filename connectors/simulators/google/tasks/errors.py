"""What the Tasks API's own refusals look like.

What the service says of ids has `errors` and no `status`, as recorded
(https://github.com/opatry/taskfolio); what is said of bodies, times, tokens, scopes and quotas has both.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from connectors.simulators.google.answers import ApiError


@dataclass(kw_only=True, eq=False)
class TasksError(ApiError):
    """A refusal without `status`."""

    def body(self) -> dict[str, Any]:
        error = super().body()["error"]
        return {"error": {name: value for name, value in error.items() if name != "status"}}


def bad_request() -> ApiError:
    """A time, a status or a text that Tasks does not take: it does not say which."""
    said = "Request contains an invalid argument."
    return ApiError(status=400, message=said, reason="badRequest", word="INVALID_ARGUMENT")


def invalid(message: str) -> TasksError:
    return TasksError(status=400, message=message, reason="invalid")


def invalid_list() -> TasksError:
    return invalid("Invalid task list ID")


def default_list() -> TasksError:
    """That it cannot be deleted is documented; the words are those of https://github.com/jrupac/tasky/issues/20."""
    return invalid("Invalid Value")


def invalid_task() -> TasksError:
    return invalid("Invalid task ID")


def missing_id() -> TasksError:
    return TasksError(status=400, message="Missing task ID", reason="required")


def not_found(what: str) -> TasksError:
    """For an id that could be one and is not. That it is another refusal than for one that could not is not known."""
    return TasksError(status=404, message=f"{what} not found.", reason="notFound")


def too_many(what: str) -> ApiError:
    """A documented limit is reached; how Google says so is not on record."""
    return ApiError(
        status=403, message=f"The limit of {what} is reached.", reason="quotaExceeded", domain="usageLimits"
    )


def changed_meanwhile() -> TasksError:
    error = TasksError(status=412, message="Precondition Failed", reason="conditionNotMet", word="ABORTED")
    error.location = "If-Match"
    return error
