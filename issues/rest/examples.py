"""Examples of answers, for the schema. A test holds them to it."""

from __future__ import annotations

from collections.abc import Mapping

ISSUE: Mapping[str, object] = {
    "url": "https://syncapp.example/api/v1/issues/17/",
    "id": 17,
    "reference": "SYNC-1042",
    "organization": "acme",
    "status": "open",
    "scope": "item",
    "resource": "email",
    "title": "Renewal Acme",
    "kept_from_you": False,
    "code": "salesforce.FIELD_CUSTOM_VALIDATION_EXCEPTION",
    "code_url": "https://syncapp.example/codes/salesforce.field_custom_validation_exception/",
    "reason": "A validation rule of your company said no",
    "plain": "This item is not in Salesforce yet, because it breaks a rule of your company.",
    "steps": [{"who": "end_user", "text": "Change the item so that it fits the rule."}],
    "fixer": "salesforce_admin",
    "severity": "warning",
    "advice": "retry",
    "why": "Try again when the rule or the item has been changed.",
    "cause": 4,
    "conversation": "18c2f0a1",
    "mailbox": {"id": 3, "address": "ann@acme.example", "url": "https://syncapp.example/api/v1/mailboxes/3/"},
    "links": {
        "mailbox": "https://mail.google.com/mail/u/ann@acme.example/#all/18c2f0a1",
        "salesforce": None,
        "page": "https://syncapp.example/issues/acme/1042/",
    },
    "fields": [],
    "failures": 2,
    "first_at": "2026-03-02T09:30:00Z",
    "last_at": "2026-03-03T09:30:00Z",
    "next_attempt_at": None,
    "regressed_at": None,
    "ignored": None,
    "resolved": None,
}

ISSUE_DETAIL: Mapping[str, object] = {
    **ISSUE,
    "question": None,
    "attempts": [
        {
            "at": "2026-03-03T09:30:00Z",
            "code": "salesforce.FIELD_CUSTOM_VALIDATION_EXCEPTION",
            "http_status": 400,
            "request_id": "4d1a-02",
            "said": "Please enter a cost centre before you save.",
        }
    ],
    "journal": [
        {
            "at": "2026-03-03T09:30:00Z",
            "verb": "CRM_SYNCHRO_ERROR",
            "says": "did not sync",
            "code": "salesforce.FIELD_CUSTOM_VALIDATION_EXCEPTION",
            "note": None,
            "by": None,
        }
    ],
}

OPERATION: Mapping[str, object] = {
    "url": "https://syncapp.example/api/v1/operations/9/",
    "id": 9,
    "organization": "acme",
    "verb": "retry",
    "choice": {"cause": 4},
    "reason": None,
    "until": None,
    "ending": None,
    "state": "running",
    "total": 400,
    "done": 200,
    "resolved": 150,
    "failed_again": 1,
    "still_trying": 49,
    "ignored": 0,
    "skipped": 0,
    "elsewhere": 0,
    "returned": 0,
    "may": ["pause", "cancel"],
    "waits_until": None,
    "created_at": "2026-03-02T09:30:00Z",
    "finished_at": None,
}
