"""Addresses of our own pages, as mails and other services quote them. A link carries no authority."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse


def issue_url(organization: str, number: int) -> str:
    return f"{settings.PUBLIC_URL}{reverse('issue', args=(organization, number))}"


def code_url(slug: str) -> str:
    return f"{settings.PUBLIC_URL}{reverse('code', args=(slug,))}"
