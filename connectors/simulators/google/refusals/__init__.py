"""What Google refuses, as a table: written before the simulator, and proved row by row with Google's own client.

`answer` is the HTTP status and the text, with … for what differs from case to case; `code` is `error` of an
OAuth answer and `errors[0].reason` of an API's. A `source` that is a repository's thread shows the answer
as its users met it.
"""

from __future__ import annotations

from connectors.simulators.google.refusals import gate, mail, oauth

REFUSALS = oauth.SIGNING_IN + oauth.REFRESHING + oauth.ROBOTS + gate.AT_THE_GATE + gate.LIMITS + mail.MAIL + mail.LABELS
