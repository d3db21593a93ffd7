"""Refusals at the door: (id, code, request, answer, source)."""

from __future__ import annotations

from connectors.simulators.salesforce.refusal_words import SEEN

ERRORS = "https://help.salesforce.com/s/articleView?id=sf.remoteaccess_oauth_flow_errors.htm&type=5"
RECORDED = "recorded by github.com/restforce/restforce and github.com/simple-salesforce/simple-salesforce"
ROTATION = "https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oauth_refresh_token_flow.htm&type=5"
PKCE = "https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_pkce.htm&type=5"
JWT = "https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oauth_jwt_flow.htm&type=5"
SOAP = "https://help.salesforce.com/s/articleView?id=005132110&type=1"

INVALID_GRANT = "invalid_grant"
EXPIRED = "400 expired access/refresh token"

ROWS: tuple[tuple[str, str, str, str, str], ...] = (
    ("oauth-unknown-refresh-token", INVALID_GRANT, "refresh with a token never issued", EXPIRED, RECORDED),
    ("oauth-revoked-grant", INVALID_GRANT, "refresh after the grant was revoked", EXPIRED, RECORDED),
    ("oauth-rotated-token-reused", INVALID_GRANT, "refresh with a token already rotated", EXPIRED, ROTATION),
    (
        "oauth-rotation-theft",
        INVALID_GRANT,
        "refresh with the new token after that",
        EXPIRED,
        ROTATION,
    ),
    ("oauth-inactive-user", INVALID_GRANT, "refresh for a deactivated user", "400 inactive user", ERRORS),
    ("oauth-inactive-org", INVALID_GRANT, "refresh in a suspended org", "400 inactive organization", ERRORS),
    ("oauth-ip-restricted", INVALID_GRANT, "refresh from a forbidden address", "400 ip restricted", ERRORS),
    ("oauth-password", INVALID_GRANT, "username and password", "400 authentication failure", RECORDED),
    ("oauth-no-run-as-user", INVALID_GRANT, "client credentials without a run-as user", "400 and why", SEEN),
    ("oauth-code-unknown", INVALID_GRANT, "a code never issued", "400 invalid authorization code", ERRORS),
    ("oauth-code-twice", INVALID_GRANT, "a code for the second time", "400 expired authorization code", ERRORS),
    ("oauth-code-late", INVALID_GRANT, "a code after 15 minutes", "400 expired authorization code", ERRORS),
    ("oauth-code-verifier", INVALID_GRANT, "a code with another verifier", "400 invalid code verifier", PKCE),
    ("oauth-code-without-verifier", "invalid_request", "a code without its verifier", "400 and what is missing", PKCE),
    ("oauth-code-other-address", "redirect_uri_mismatch", "a code with another redirect_uri", "400", ERRORS),
    ("oauth-jwt-not-approved", INVALID_GRANT, "a JWT for a user who let nobody in", "400 user hasn't approved", JWT),
    ("oauth-jwt-audience", INVALID_GRANT, "a JWT for another audience", "400 audience is invalid", ERRORS),
    ("oauth-jwt-signature", INVALID_GRANT, "a JWT signed by another key", "400 invalid assertion", JWT),
    ("oauth-jwt-expired", INVALID_GRANT, "a JWT past its exp", "400 expired authorization code", SEEN),
    ("oauth-jwt-too-long", INVALID_GRANT, "a JWT that lasts an hour", "400 invalid assertion", JWT),
    ("oauth-jwt-malformed", INVALID_GRANT, "an assertion that is no JWT", "400 invalid assertion", JWT),
    ("oauth-jwt-unknown-client", "invalid_client_id", "a JWT of an unknown consumer key", "400", RECORDED),
    (
        "oauth-unknown-client",
        "invalid_client_id",
        "refresh as an unknown app",
        "400 client identifier invalid",
        RECORDED,
    ),
    ("oauth-wrong-secret", "invalid_client", "refresh with a wrong secret", "401 invalid client credentials", ERRORS),
    ("oauth-grant-type", "unsupported_grant_type", "a grant type nobody knows", "400 grant type not supported", ERRORS),
    ("oauth-revoke-unknown", "unsupported_token_type", "revoke a token never issued", "400", SEEN),
    ("authorize-unknown-client", "invalid_client_id", "authorize as an unknown app", "400, a page", ERRORS),
    (
        "authorize-redirect-uri",
        "redirect_uri_mismatch",
        "authorize for another address",
        "400, a page",
        ERRORS,
    ),
    ("authorize-response-type", "unsupported_response_type", "authorize for a token", "302 to the app", ERRORS),
    (
        "authorize-no-challenge",
        "invalid_request",
        "authorize without PKCE",
        "302, what is missing",
        PKCE,
    ),
    ("authorize-plain-challenge", "invalid_request", "authorize with a plain challenge", "302 to the app", PKCE),
    ("authorize-denied", "access_denied", "the user presses Deny", "302 to the app, state kept", ERRORS),
    ("identity-bad-token", "Bad_OAuth_Token", "userinfo with a bad token", "403, one word of text", SEEN),
    ("identity-no-token", "Missing_OAuth_Token", "userinfo without a token", "403, one word of text", SEEN),
    ("identity-other-user", "Wrong_Id", "the identity URL of another user", "403, one word of text", SEEN),
    ("soap-login", "INVALID_OPERATION", "SOAP login()", "500, a fault: login() is disabled", SOAP),
)
