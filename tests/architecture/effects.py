"""What counts as a write and what as leaving the process, told from the call alone."""

from __future__ import annotations

import ast
from inspect import getmembers, isfunction

from connectors.protocol import CrmConnector, MailConnector
from tests.architecture.sources import dotted

WRITES = frozenset(("save", "create", "create_user", "get_or_create", "update_or_create", "bulk_create"))
WRITES |= {"update", "bulk_update", "delete"}
# Dictionaries, the cache in memory, and a module whose functions are looked at where they stand.
NO_ROWS = frozenset(("vars", "kwargs", "os", "cache", "settings_changes"))

LOCAL = frozenset(("url", "allowance", "close"))  # what a connector answers without asking anybody
REMOTE = frozenset(
    name
    for side in (MailConnector, CrmConnector)
    for name, _ in getmembers(side, isfunction)
    if not name.startswith("_") and name not in LOCAL
)
CONNECTORS = frozenset(("mail", "crm", "connector"))
FILES = frozenset(("read_text", "read_bytes", "write_text", "write_bytes", "unlink", "mkdir", "rmdir", "touch"))
DOORS = frozenset(("open", "post", "urlopen", "send_mail", "Session", "message.send"))
DOORS |= {"oauth.ask", "oauth.revoke"}
LIBRARIES = frozenset(("requests", "subprocess", "smtplib", "shutil"))


def is_write(call: ast.Call) -> bool:
    """Writes rows, opens a transaction, or asks for a job, which is a row too."""
    whose, _, what = dotted(call.func).rpartition(".")
    if what in ("async_task", "atomic"):
        return True
    only_built = any(keyword.arg == "commit" for keyword in call.keywords)  # a form's `save(commit=False)`
    return bool(whose) and what in WRITES and whose.split(".")[0] not in NO_ROWS and not only_built


def is_effect(call: ast.Call) -> bool:
    """Asks a provider, hands over a mail, reads or writes a file, starts a program."""
    whose, _, what = dotted(call.func).rpartition(".")
    handed = {argument.id for argument in call.args if isinstance(argument, ast.Name)}
    return (
        dotted(call.func) in DOORS
        or whose.split(".")[0] in LIBRARIES
        or (bool(whose) and what in FILES)
        or (what in REMOTE and whose.split(".")[-1] in CONNECTORS)
        or (what == "ask" and bool(handed & CONNECTORS))
    )
