"""Who mends what is wrong. Pure."""

from __future__ import annotations

from enum import StrEnum


class Fixer(StrEnum):
    END_USER = "end_user"
    MAILBOX_ADMIN = "mailbox_admin"
    SALESFORCE_ADMIN = "salesforce_admin"
    VENDOR_SUPPORT = "vendor_support"
    NOBODY = "nobody"
