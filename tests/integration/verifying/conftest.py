from __future__ import annotations

from tests.integration.bad_input.conftest import servers, world
from tests.integration.engine.conftest import crm, mailbox, second, store
from tests.integration.ground.conftest import certificate, certificates

__all__ = ["certificate", "certificates", "crm", "mailbox", "second", "servers", "store", "world"]
