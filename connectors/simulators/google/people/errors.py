"""What the People API's own refusals look like.

It is of the newer kind: a message, a `status` and, at times, `details`. The list `errors` comes with `$.xgafv=1` only:
the recorded answers have none, neither to plain requests nor to Google's library for Python; those to its libraries for
Go and PHP had one, with the reasons given here. Texts that are on record stand in the table of refusals as Google's.
"""

from __future__ import annotations

from typing import Any

from connectors.simulators.google.answers import ApiError, error_detail

DOCUMENTED = "Valid paths are documented at https://developers.google.com/people/api/rest/v1/people/"
STALE = "Clear local cache and get the latest person."
_TYPES = "type.googleapis.com/google."
# google.rpc.Code, for refusals of single contacts inside of an answer.
CODES = {"INVALID_ARGUMENT": 3, "NOT_FOUND": 5, "PERMISSION_DENIED": 7, "FAILED_PRECONDITION": 9}


def refused(message: str = "Request contains an invalid argument.", **detail: Any) -> ApiError:
    """400 `INVALID_ARGUMENT`."""
    details = (detail,) if detail else ()
    return ApiError(status=400, message=message, reason="badRequest", word="INVALID_ARGUMENT", details=details)


def precondition(message: str) -> ApiError:
    return ApiError(status=400, message=message, reason="failedPrecondition", word="FAILED_PRECONDITION")


def mask_required(name: str, page: str) -> ApiError:
    return refused(f"{name} mask is required. Please specify one or more valid paths. {DOCUMENTED}{page}.")


def mask_path(name: str, path: str, page: str) -> ApiError:
    return refused(f'Invalid {name} mask path: "{path}". {DOCUMENTED}{page}.')


def mask_unreadable(field: str, text: str) -> ApiError:
    said = (
        f"Invalid value at '{field}' (type.googleapis.com/google.protobuf.FieldMask), Field '{field}', "
        f"Invalid FieldMask '{text}'. Map keys should be represented as [\"some_key\"]."
    )
    return refused(said, **_violation(field, said))


def not_a_contact(resource_name: str) -> ApiError:
    return refused(f'Resource name "{resource_name}" is not a valid contact person resource.')


def not_found() -> ApiError:
    return ApiError(status=404, message="Requested entity was not found.", reason="notFound")


def group_exists() -> ApiError:
    """409, as documented; clients know its words."""
    said = "Contact group name already exists."
    return ApiError(status=409, message=said, reason="duplicate", word="ALREADY_EXISTS")


def contacts_not_found(places: list[int]) -> ApiError:
    """What deleting says of contacts that are not there; `places` are theirs among the names that were given."""
    violations = [{"field": f"resourceNames[{n}]", "description": "Resource not found."} for n in places]
    return ApiError(
        status=404,
        message="<eye3 title='NOT_FOUND'/> generic::NOT_FOUND: Contact person resources are not found.",
        reason="notFound",
        details=({"@type": f"{_TYPES}rpc.BadRequest", "fieldViolations": violations},),
    )


def no_etag() -> ApiError:
    said = "Request must set person.etag or person.metadata.sources.etag for the source that is being updated."
    return refused(said)


def stale(field: str) -> ApiError:
    """The contact was changed since it was read; `field` is where the old etag stood."""
    return precondition(f"Request {field} is different than the current {field}. {STALE}")


def sync_token_expired() -> ApiError:
    """Two recordings give it two statuses, FAILED_PRECONDITION and INVALID_ARGUMENT; the detail is the same."""
    error = precondition("Sync token is expired. Clear local cache and retry call without the sync token.")
    error.details = (error_detail("EXPIRED_SYNC_TOKEN") | {"domain": "people.googleapis.com"},)
    return error


def several(kind: str, errors: dict[str, ApiError]) -> ApiError:
    """One refusal for a batch of which nothing was carried out; `kind` is Create or Update.

    That the details are by index or resource name is documented. That status and message are those of the first
    contact is not known.
    """
    first = next(iter(errors.values()))
    found = {place: status(error) for place, error in errors.items()}
    detail = {"@type": f"{_TYPES}people.v1.Batch{kind}ContactsErrorDetails", "contactErrors": found}
    return ApiError(status=first.status, message=first.message, reason=first.reason, word=first.word, details=(detail,))


def status(error: ApiError) -> dict[str, Any]:
    """A refusal as a google.rpc.Status inside of an answer."""
    found = {"code": CODES[error.body()["error"]["status"]], "message": error.message}
    return found | ({"details": list(error.details)} if error.details else {})


def _violation(field: str, said: str) -> dict[str, Any]:
    return {"@type": f"{_TYPES}rpc.BadRequest", "fieldViolations": [{"field": field, "description": said}]}
