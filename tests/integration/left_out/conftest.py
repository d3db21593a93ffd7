from tests.integration.api.conftest import world
from tests.integration.pages.conftest import acme, admin, mailbox, others, owner, signed

__all__ = ["acme", "admin", "mailbox", "others", "owner", "signed", "world"]
