"""`manage.py token`: issues or revokes an API token of an organization."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from connectors import tokens
from connectors.models import ApiToken
from syncapp.management.choosing import organization


class Command(BaseCommand):
    help = "Issues an API token and prints it, this one time; or revokes one by the start of it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--organization", metavar="SLUG", help="whose token it is")
        parser.add_argument("--name", help="what uses it, for example “Nightly report”")
        parser.add_argument("--write", action="store_true", help="it may retry and ignore; without, it only reads")
        parser.add_argument("--days", type=int, default=90, help=f"how long it lives, up to {tokens.LONGEST_DAYS}")
        parser.add_argument("--revoke", metavar="PREFIX", help="end the token that starts like this")

    def handle(self, *_: Any, **options: Any) -> None:
        if options["revoke"] is not None:
            self._revoke(options)
        else:
            self._issue(options)

    def _issue(self, options: dict[str, Any]) -> None:
        """The token is all that goes to standard output, so that a script can take it from there."""
        if not options["organization"] or not options["name"]:
            raise CommandError("Say --organization SLUG and --name NAME, or --revoke PREFIX.", returncode=2)
        try:
            row, secret = tokens.issue(
                organization(options["organization"]),
                options["name"],
                may_write=options["write"],
                days=options["days"],
            )
        except ValueError as error:
            raise CommandError(str(error), returncode=2) from error
        rights = "reads and writes" if row.may_write else "reads"
        self.stderr.write(f"It {rights} until {row.expires_at:%Y-%m-%d}. Keep it now; it is not shown again.")
        self.stdout.write(secret)

    def _revoke(self, options: dict[str, Any]) -> None:
        row = _token(options["revoke"], options["organization"])
        if not tokens.revoke(row):
            raise CommandError(f"{row} was revoked on {row.revoked_at:%Y-%m-%d} already.")
        self.stderr.write(f"{row} opens nothing any more.")


def _token(prefix: str, slug: str | None) -> ApiToken:
    """The one token that starts like this; the prefix as lists show it, or the whole token."""
    if len(prefix) < tokens.SHOWN:
        raise CommandError(f"Give at least the first {tokens.SHOWN} characters of the token.", returncode=2)
    rows = ApiToken.everywhere.filter(prefix=prefix[: tokens.SHOWN])
    if slug:
        rows = rows.filter(organization=organization(slug))
    found = list(rows[:2])
    if len(found) != 1:
        what = "no token starts" if not found else "several tokens start"
        raise CommandError(f"Nothing was revoked: {what} with {prefix[: tokens.SHOWN]}.", returncode=2)
    return found[0]
