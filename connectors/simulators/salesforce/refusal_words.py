"""What several groups of refusals quote: pages of the vendor, other sources, and codes."""

from __future__ import annotations

OBJECTS = "https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/"
CORE = "https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_calls_concepts_core_data_objects.htm"
SEEN = "wording as quoted in public logs of many clients"
NOT_SERVED = "wording as quoted in public notes of several orgs"
LEAD = "https://www.zynbit.com/knowledgebase/what-does-field-integrity-exception-mean/ for the code; wording inferred"
AMP = "recorded by github.com/amp-labs/connectors"
ACCESS = "recorded in github.com/douglascayers/sfdc-convert-attachments-to-chatter-files, issue 24"
COMPOSITE = "https://developer.salesforce.com/docs/platform/api-rest/guide/resources-composite-composite-post.html"
MESSAGE = f"{OBJECTS}sforce_api_objects_emailmessage.htm"

REQUIRED = "REQUIRED_FIELD_MISSING"
UNFIT = "FIELD_INTEGRITY_EXCEPTION"
SHUT = "INVALID_FIELD_FOR_INSERT_UPDATE"
CLOSED = "INSUFFICIENT_ACCESS_OR_READONLY"
CHOICE = "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"
NO_ENTITY = "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY"
LONG_TEXT = "STRING_TOO_LONG"
PARSER = "JSON_PARSER_ERROR"
MALFORMED = "MALFORMED_QUERY"
