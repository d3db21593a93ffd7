"""What People refuses of contact groups."""

from __future__ import annotations

from connectors.simulators.google.refusals.rows import rows

_GROUPS = "https://developers.google.com/people/api/rest/v1/contactGroups"

GROUPS = rows(
    (
        "contact-group-name",
        "ALREADY_EXISTS",
        "a second group of that name",
        "409 Contact group name already exists.",
        f"{_GROUPS}/create",
    ),
    (
        "contact-group-without-name",
        "INVALID_ARGUMENT",
        "a group without a name",
        "400 Contact group name is required.",
        f"{_GROUPS}/create",
    ),
    (
        "contact-group-text-long",
        "INVALID_ARGUMENT",
        "a group with 1,025 characters of a client's data",
        "400 contact_group.client_data cannot have more than 1024 characters.",
        f"{_GROUPS}#GroupClientData",
    ),
    (
        "contact-group-not-there",
        "NOT_FOUND",
        "a group that is not there",
        "404 Requested entity was not found.",
        f"{_GROUPS}/get",
    ),
    (
        "contact-group-of-google",
        "INVALID_ARGUMENT",
        "a change of My Contacts",
        '400 Contact group "contactGroups/myContacts" is a system contact group, which cannot be changed.',
        f"{_GROUPS}/update",
    ),
    (
        "contact-groups-mask",
        "INVALID_ARGUMENT",
        "groups with their colour",
        '400 Invalid groupFields mask path: "colour". …',
        f"{_GROUPS}/list",
    ),
    (
        "contact-group-page-size",
        "INVALID_ARGUMENT",
        "1,001 groups on a page",
        "400 Page size must be between 1 and 1000.",
        f"{_GROUPS}/list",
    ),
    (
        "contact-group-page-token",
        "INVALID_ARGUMENT",
        "a page token that is none",
        "400 Request contains an invalid argument.",
        f"{_GROUPS}/list",
    ),
    (
        "contact-groups-1001-members",
        "INVALID_ARGUMENT",
        "1,001 new members in one call",
        "400 Number of resource names must be less than or equal to 1000.",
        f"{_GROUPS}.members/modify",
    ),
    (
        "contact-groups-member-of-google",
        "INVALID_ARGUMENT",
        "a new member of Friends",
        '400 Cannot add members to the system contact group "contactGroups/friends".',
        f"{_GROUPS}.members/modify",
    ),
)
