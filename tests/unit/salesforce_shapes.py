"""The shapes in which Salesforce puts its errors, and what each means."""

from __future__ import annotations

from tests.unit.answers import Case, case


def _error(code: str, message: str) -> dict[str, object]:
    return {"statusCode": code, "message": message, "fields": []}


def _fault(namespace: str, code: str, words: str) -> str:
    return (
        '<?xml version="1.0" encoding="utf-8"?><soapenv:Envelope><soapenv:Body><soapenv:Fault>'
        f"<faultcode>{namespace}:{code}</faultcode><faultstring>{code}: {words}</faultstring><detail>"
        f"<sf:ApiFault><sf:exceptionCode>{code}</sf:exceptionCode><sf:exceptionMessage>{words}</sf:exceptionMessage>"
        "</sf:ApiFault></detail></soapenv:Fault></soapenv:Body></soapenv:Envelope>"
    )


_ROLLED_BACK = {"success": False, "errors": [_error("ALL_OR_NONE_OPERATION_ROLLED_BACK", "Rolled back")]}
_HALTED = {"httpStatusCode": 400, "body": [{"errorCode": "PROCESSING_HALTED", "message": "Rolled back"}]}
_LOCKED = {"success": False, "errors": [_error("UNABLE_TO_LOCK_ROW", "unable to obtain exclusive access")]}
_JOB = {"id": "750Qy00000Ab1CdEAF", "object": "Lead", "numberRecordsProcessed": 4}
_METADATA = (
    "<soapenv:Envelope><soapenv:Body><upsertMetadataResponse>"
    "<result><errors><message>Rolled back</message><statusCode>ALL_OR_NONE_OPERATION_ROLLED_BACK</statusCode>"
    "</errors><success>false</success></result>"
    "<result><errors><message>Length must be 1 to 255 &amp; whole</message><statusCode>FIELD_INTEGRITY_EXCEPTION"
    "</statusCode></errors><success>false</success></result>"
    "</upsertMetadataResponse></soapenv:Body></soapenv:Envelope>"
)
_COUNTRY = "There's a problem with this country, even though it may appear correct."
_SHAPES = (
    *(
        case(
            f"an address out of no list: {name}",
            "salesforce",
            400,
            [{"errorCode": "FIELD_INTEGRITY_EXCEPTION", "message": _COUNTRY, "fields": [name]}],
            "salesforce.ADDRESS_NOT_LISTED",
            "invalid item end_user",
        )
        for name in ("MailingCountry", "OtherState", "MailingStateCode")
    ),
    case(
        "another contradiction of an address",
        "salesforce",
        400,
        [{"errorCode": "FIELD_INTEGRITY_EXCEPTION", "message": "No such city", "fields": ["MailingCity"]}],
        "salesforce.FIELD_INTEGRITY_EXCEPTION",
        "invalid item salesforce_admin",
    ),
    case(
        "a country that is too long",
        "salesforce",
        400,
        [{"errorCode": "STRING_TOO_LONG", "message": "data value too large", "fields": ["MailingCountry"]}],
        "salesforce.STRING_TOO_LONG",
        "invalid item end_user",
    ),
    case(
        "an object instead of a list",
        "salesforce",
        404,
        {"errorCode": "NOT_FOUND", "message": "Not there"},
        "salesforce.NOT_FOUND",
        "not_found item salesforce_admin",
    ),
    case(
        "collections: the first failure answers",
        "salesforce",
        200,
        [{"id": "003Qy00000Cc1Dd", "success": True, "errors": []}, _LOCKED],
        "salesforce.UNABLE_TO_LOCK_ROW",
        "transient item nobody",
    ),
    case(
        "collections: a companion does not answer",
        "salesforce",
        200,
        [_ROLLED_BACK, _LOCKED],
        "salesforce.UNABLE_TO_LOCK_ROW",
        "transient item nobody",
    ),
    case(
        "collections: nothing but companions",
        "salesforce",
        200,
        [_ROLLED_BACK, _ROLLED_BACK],
        "salesforce.COLLECTIONS_ALL_OR_NONE",
        "transient item nobody",
    ),
    case(
        "one result with an error inside a 200",
        "salesforce",
        200,
        {"id": None, "success": False, "errors": [_error("STRING_TOO_LONG", "Name: data value too large: x")]},
        "salesforce.STRING_TOO_LONG",
        "invalid item end_user",
    ),
    case(
        "composite: the part that is no companion answers",
        "salesforce",
        200,
        {
            "compositeResponse": [
                _HALTED,
                {"httpStatusCode": 400, "body": [{"errorCode": "INVALID_TYPE", "message": "sObject type 'X'"}]},
            ]
        },
        "salesforce.INVALID_TYPE",
        "config organization salesforce_admin",
    ),
    case(
        "composite: a good part has no say, whatever its record holds",
        "salesforce",
        200,
        {
            "compositeResponse": [
                {"httpStatusCode": 200, "body": {"errorCode": "NOT_FOUND", "message": "a field of the customer's"}},
                _HALTED,
            ]
        },
        "salesforce.COLLECTIONS_ALL_OR_NONE",
        "transient item nobody",
    ),
    case(
        "composite batch",
        "salesforce",
        200,
        {
            "hasErrors": True,
            "results": [
                {"statusCode": 204, "result": None},
                {"statusCode": 404, "result": [{"errorCode": "ENTITY_IS_DELETED", "message": "gone"}]},
            ],
        },
        "salesforce.ENTITY_IS_DELETED",
        "not_found item end_user",
    ),
    case(
        "composite tree",
        "salesforce",
        400,
        {"hasErrors": True, "results": [{"referenceId": "r1", "errors": [_error("INVALID_EMAIL_ADDRESS", "x@")]}]},
        "salesforce.INVALID_EMAIL_ADDRESS",
        "invalid item end_user",
    ),
    case(
        "upsert with several hits",
        "salesforce",
        300,
        [f"/services/data/v66.0/sobjects/Lead/00QQy00000Ee{n}Ff" for n in (1, 2)],
        "salesforce.HTTP_300_MULTIPLE_MATCHES",
        "invalid item salesforce_admin",
        matched="reason",
    ),
    case(
        "bulk job with a code",
        "salesforce",
        200,
        {
            **_JOB,
            "state": "Failed",
            "numberRecordsFailed": 0,
            "errorMessage": "InvalidBatch : Field name not found : Zone__c",
        },
        "salesforce.InvalidBatch",
        "invalid organization salesforce_admin",
    ),
    case(
        "bulk job with words only",
        "salesforce",
        200,
        {**_JOB, "state": "Failed", "numberRecordsFailed": 0, "errorMessage": "The file is empty"},
        "salesforce.BULK_JOB_FAILED",
        "invalid organization vendor_support",
        matched="reason",
    ),
    case(
        "bulk job without words",
        "salesforce",
        200,
        {**_JOB, "state": "Failed", "numberRecordsFailed": 0},
        "salesforce.BULK_JOB_FAILED",
        "invalid organization vendor_support",
        matched="reason",
    ),
    case(
        "bulk job with failed records",
        "salesforce",
        200,
        {**_JOB, "state": "JobComplete", "numberRecordsFailed": 2},
        "salesforce.BULK_RECORDS_FAILED",
        "invalid organization vendor_support",
        matched="reason",
    ),
    case(
        "metadata: the second error answers",
        "salesforce",
        200,
        _METADATA,
        "salesforce.FIELD_INTEGRITY_EXCEPTION",
        "invalid item salesforce_admin",
    ),
    case(
        "soap: the same codes as REST",
        "salesforce_soap",
        500,
        _fault("sf", "INVALID_SESSION_ID", "Invalid Session ID"),
        "salesforce.INVALID_SESSION_ID",
        "auth mailbox nobody",
    ),
    *(
        case(
            f"soap login {code}",
            "salesforce_soap",
            500,
            _fault("sf", code, "No."),
            "salesforce_soap.INVALID_LOGIN",
            "auth mailbox salesforce_admin",
        )
        for code in (
            "INVALID_LOGIN",
            "PASSWORD_LOCKOUT",
            "LOGIN_MUST_USE_SECURITY_TOKEN",
            "INVALID_OPERATION_WITH_EXPIRED_PASSWORD",
        )
    ),
    case(
        "soap with a new word",
        "salesforce_soap",
        500,
        _fault("sf", "NEVER_SEEN", "No."),
        "salesforce_soap.UNKNOWN",
        "unknown item vendor_support",
        matched="none",
    ),
    case(
        "a fault code with what the log calls it",
        "salesforce",
        401,
        "<response>\n<faultcode>LOGIN_OAUTH_INVALID_TOKEN(db=17,api=LOGIN_OAUTH_INVALID_TOKEN)</faultcode>\n"
        "<error>Not that token</error>\n</response>",
        "salesforce.LOGIN_OAUTH_INVALID_TOKEN",
        "auth mailbox nobody",
    ),
    *(
        case(
            f"page {status}: too large",
            "salesforce",
            status,
            f"<h1>Bad Message {status}</h1><pre>reason: {words}</pre>",
            "salesforce.HTTP_413_414_431",
            "invalid item end_user",
            matched="reason",
        )
        for status, words in ((413, "Payload Too Large"), (414, "URI Too Long"), (431, "Header Fields Too Large"))
    ),
    *(
        case(
            f"empty {status}",
            "salesforce",
            status,
            "",
            "salesforce.HTTP_413_414_431",
            "unknown item end_user",
            matched="status",
        )
        for status in (413, 414, 431)
    ),
    *(
        case(
            f"page {status}: down",
            "salesforce",
            status,
            "<!DOCTYPE html><html><head><title>Down for a while</title></head></html>",
            "salesforce.SERVER_UNAVAILABLE",
            "transient organization nobody",
            matched="reason",
        )
        for status in (500, 502, 503, 504)
    ),
    *(
        case(
            f"empty {status}",
            "salesforce",
            status,
            "",
            "salesforce.SERVER_UNAVAILABLE",
            "transient organization nobody",
            matched="status",
        )
        for status in (429, 500, 502, 503, 504)
    ),
    case(
        "a sign-in page inside a 200",
        "salesforce",
        200,
        "<html><body><p>You were away too long, please sign in again.</p></body></html>",
        "network.NON_JSON_ANSWER",
        "transient mailbox vendor_support",
        matched="reason",
    ),
    case(
        "a plain word",
        "salesforce",
        200,
        "Moved somewhere",
        "network.NON_JSON_ANSWER",
        "transient mailbox vendor_support",
        matched="reason",
    ),
    case("an empty 400", "salesforce", 400, "", "salesforce.UNKNOWN", "unknown item vendor_support", matched="none"),
    *(
        case(word, "salesforce", 403, word, "salesforce.LOGIN_OAUTH_INVALID_TOKEN", "auth mailbox nobody")
        for word in ("Bad_OAuth_Token", "Missing_OAuth_Token")
    ),
    case("an empty 300", "salesforce", 300, "", "salesforce.UNKNOWN", "unknown item vendor_support", matched="none"),
    case(
        "texts in a 200", "salesforce", 200, ["x"], "salesforce.UNKNOWN", "unknown item vendor_support", matched="none"
    ),
    case("an empty list", "salesforce", 200, [], "salesforce.UNKNOWN", "unknown item vendor_support", matched="none"),
)

_CONSENT = (
    case(
        "consent declined, in the address of the redirect",
        "salesforce_oauth",
        302,
        "",
        "salesforce_oauth.access_denied",
        "auth mailbox end_user",
        headers={"location": "https://sync.example.com/back?error=access_denied&error_description=end-user+denied"},
    ),
    case(
        "consent declined, in the fragment of the redirect",
        "salesforce_oauth",
        302,
        "",
        "salesforce_oauth.access_denied",
        "auth mailbox end_user",
        headers={"location": "https://sync.example.com/back#error=access_denied"},
    ),
    case(
        "a redirect without a word",
        "salesforce",
        302,
        "",
        "network.NON_JSON_ANSWER",
        "transient mailbox vendor_support",
        matched="reason",
        headers={"location": "https://elsewhere.example/sign-in"},
    ),
    case(
        "a redirect to nowhere",
        "salesforce",
        302,
        "",
        "salesforce.UNKNOWN",
        "unknown item vendor_support",
        matched="none",
    ),
    case(
        "a page that names its code",
        "salesforce_oauth",
        200,
        "<html><title>OAuth Error</title><body><p>OAUTH_APP_BLOCKED : this app is blocked</p></body></html>",
        "salesforce_oauth.OAUTH_APP_BLOCKED",
        "permission organization salesforce_admin",
    ),
    case(
        "a form",
        "salesforce_oauth",
        400,
        "error=invalid_grant&error_description=expired+access%2Frefresh+token",
        "salesforce_oauth.invalid_grant/expired_token",
        "auth mailbox end_user",
    ),
    case(
        "a new word",
        "salesforce_oauth",
        400,
        {"error": "moon_phase", "error_description": "wrong"},
        "salesforce_oauth.UNKNOWN",
        "unknown mailbox vendor_support",
        matched="none",
    ),
)

CASES: tuple[Case, ...] = (*_SHAPES, *_CONSENT)
