from __future__ import annotations

from tests.integration.ground.conftest import certificate, certificates, tokens

__all__ = ["certificate", "certificates", "tokens"]
