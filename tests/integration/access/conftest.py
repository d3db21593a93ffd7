from __future__ import annotations

from tests.integration.bad_input.conftest import certificate, certificates, closed_port, servers, world
from tests.integration.bad_input.person import person

__all__ = ["certificate", "certificates", "closed_port", "person", "servers", "world"]
