"""What first checks look at: tokens, log-ins and connected apps of other software, duplicate rules. All read only.

Object Reference and Field Reference Guide for API 67, "OauthToken", "LoginHistory", "ConnectedApplication",
"DuplicateRule". Of a log-in the application cannot be filtered by, and its user is an id without a relationship.
"""

from __future__ import annotations

from connectors.simulators.salesforce.schema import (
    Field,
    SObject,
    checkbox,
    choice,
    fields,
    of_type,
    reference,
    text,
)
from connectors.simulators.salesforce.standard import USER, audit

LOGIN_TYPES = ("Application", "Remote Access 2.0", "Other Apex API", "SAML Sfdc Initiated SSO")


def _read_only(name: str, label: str, plural: str, prefix: str, *own: Field) -> SObject:
    made = SObject(name=name, label=label, plural=plural, prefix=prefix, fields=fields(*own))
    made.create = made.update = made.delete = False
    return made


def _id(label: str) -> Field:
    return of_type("id", "Id", f"{label} ID", length=18, nillable=False)


def oauth_token() -> SObject:
    return _read_only(
        "OauthToken",
        "OAuth Token",
        "OAuth Tokens",
        "0CQ",
        _id("OAuth Token"),
        text("AccessToken", "Access Token", 255),
        text("RequestToken", "Request Token", 255),
        text("DeleteToken", "Delete Token", 255),
        reference("UserId", "User ID", USER, "User"),
        text("AppName", "Application Name", 255),
        text("AppMenuItemId", "AppMenuItem ID", 18),
        of_type("datetime", "CreatedDate", "Created Date", group=False),
        of_type("datetime", "LastUsedDate", "Last Used Date", group=False),
        of_type("int", "UseCount", "Use Count"),
    )


def login_history() -> SObject:
    shut = {"filter": False}
    return _read_only(
        "LoginHistory",
        "Login History",
        "Login History",
        "0Ya",
        _id("Login"),
        reference("UserId", "User ID", USER, ""),
        of_type("datetime", "LoginTime", "Login Time", group=False),
        choice("LoginType", "Login Type", LOGIN_TYPES),
        text("LoginUrl", "Login URL", 120),
        text("SourceIp", "Source IP", 39),
        text("Status", "Status", 128),
        text("Application", "Application", 255, **shut),
        text("ApiType", "API Type", 64, **shut),
        text("ApiVersion", "API Version", 32, **shut),
        text("ClientVersion", "Client Version", 64, **shut),
        text("Browser", "Browser", 64, **shut),
        text("Platform", "Platform", 64, **shut),
    )


def connected_application() -> SObject:
    return _read_only(
        "ConnectedApplication",
        "Connected App",
        "Connected Apps",
        "0H4",
        *(f for f in audit("Connected App") if f.name != "IsDeleted"),
        text("Name", "Connected App Name", 80, name_field=True),
        checkbox("OptionsAllowAdminApprovedUsersOnly", "AllowAdminApprovedUsersOnly", group=False, sort=False),
        checkbox("OptionsRefreshTokenValidityMetric", "RefreshTokenValidityMetric", group=False, sort=False),
        of_type("int", "RefreshTokenValidityPeriod", "Refresh Token Policy"),
        of_type("url", "StartUrl", "Start URL", length=2400, group=False),
        of_type("url", "MobileStartUrl", "Mobile Start URL", length=2400, group=False),
    )


def duplicate_rule() -> SObject:
    return _read_only(
        "DuplicateRule",
        "Duplicate Rule",
        "Duplicate Rules",
        "0Bm",
        *audit("Duplicate Rule"),
        text("DeveloperName", "Object Name", 80),
        text("MasterLabel", "Rule Name", 80, name_field=True),
        checkbox("IsActive", "Active"),
        text("SobjectType", "Custom Object Definition ID", 40),
        text("SobjectSubtype", "Object Subtype", 255),
        choice("Language", "Master Language", ("en_US",), default="en_US"),
        text("NamespacePrefix", "Namespace Prefix", 15),
    )


def app_objects() -> tuple[SObject, ...]:
    return (oauth_token(), login_history(), connected_application(), duplicate_rule())
