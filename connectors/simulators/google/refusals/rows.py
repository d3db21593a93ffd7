"""A row of the table, and where the rows are known from."""

from __future__ import annotations

from connectors.simulators.refusals import Refusal

ERRORS = "https://developers.google.com/workspace/gmail/api/guides/handle-errors"
REFERENCE = "https://developers.google.com/workspace/gmail/api/reference/rest/v1/"
DISCOVERY = "https://gmail.googleapis.com/$discovery/rest?version=v1"
OAUTH = "https://developers.google.com/identity/protocols/oauth2"
WEB = f"{OAUTH}/web-server"
ROBOT = f"{OAUTH}/service-account"
BATCH = "https://developers.google.com/workspace/gmail/api/guides/batch"
GITHUB = "https://github.com/"

# The refusal is documented, its text is not on record: these rows show the simulator's own words.
OUR_WORDS = {
    "authorize-challenge-method",
    "authorize-redirect-uri",
    "authorize-response-type",
    "authorize-ticket-used",
    "batch-in-batch",
    "batch-modify-nobody",
    "batch-part-type",
    "history-not-reached",
    "insert-thread",
    "jwt-unreadable",
    "label-10001",
    "label-half-a-colour",
    "label-system-change",
    "label-system-delete",
    "list-unknown-label",
    "modify-101-labels",
    "unknown-path",
    "watch-topic",
    "wrong-method",
}


def rows(*given: tuple[str, str, str, str, str]) -> tuple[Refusal, ...]:
    """Rows of id, code, request, answer and source."""
    return tuple(
        Refusal(
            id=f"google.{name}",
            provider="google",
            code=code,
            request=request,
            answer=answer,
            source=source + (" (text: our words)" if name in OUR_WORDS else ""),
        )
        for name, code, request, answer, source in given
    )
