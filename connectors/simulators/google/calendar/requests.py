"""What a request to Calendar says: its parameters and its body, as the discovery document declares them.

Calendar is of the older kind: parameters and fields that it does not know are passed over in silence, and a value
that it cannot read is refused by the parameter's name.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from connectors.simulators.google import fields
from connectors.simulators.google.answers import ApiError, not_simulated
from connectors.simulators.google.calendar.errors import CalendarError, bad_request, invalid_parameter
from connectors.simulators.google.discovery import Api, Method, Parameter


def query(method: Method, given: Mapping[str, list[str]]) -> dict[str, Any]:
    """The typed values of the declared parameters, defaults filled in. Raises the refusal 400."""
    if given.get("alt", ["json"]) != ["json"]:
        raise not_simulated(f"alt={given['alt'][-1]}")
    return {p.name: _bound(p, given.get(p.name, [])) for p in method.parameters.values()}


def _bound(parameter: Parameter, given: list[str]) -> Any:
    if parameter.repeated:
        return [_value(parameter, text) for text in given]
    return _value(parameter, given[-1] if given else parameter.default)


def _value(parameter: Parameter, text: str) -> Any:
    name = parameter.name
    if parameter.choices and text and text not in parameter.choices:
        allowed = ", ".join(parameter.choices)
        raise invalid_parameter(name, f"Invalid string value: '{text}'. Allowed values: [{allowed}]")
    if parameter.type == "boolean":
        if text not in ("", "true", "false"):
            raise invalid_parameter(name, f"Invalid boolean value: '{text}'.")
        return text == "true"
    if parameter.type == "integer":
        return _number(parameter, text)
    return text


def _number(parameter: Parameter, text: str) -> int:
    if not text:
        return 0
    if not re.fullmatch(r"-?\d{1,9}", text):
        raise invalid_parameter(parameter.name, f"Invalid integer value: '{text}'.")
    if int(text) < parameter.least or (parameter.most is not None and int(text) > parameter.most):
        most = 2**31 - 1 if parameter.most is None else parameter.most
        said = f"Invalid value '{text}'. Values must be within the range: [{parameter.least}, {most}]"
        raise invalid_parameter(parameter.name, said)
    return int(text)


def wanted(text: str, api: Api, method: Method) -> fields.Tree:
    """The parameter `fields`, read. Raises the refusal 400."""
    if not text:
        return {}
    try:
        return fields.parse(text, api, method.response)
    except CalendarError:
        raise
    except ApiError:
        raise invalid_parameter("fields", f"Invalid field selection {text}") from None


def body(api: Api, method: Method, sent: bytes) -> dict[str, Any]:
    """The declared fields of a JSON body. Raises the refusal 400."""
    if not method.request or not sent.strip():
        return {}
    try:
        value = json.loads(sent)
    except ValueError:
        raise CalendarError(status=400, message="Parse Error", reason="parseError") from None
    if not isinstance(value, dict):
        raise CalendarError(status=400, message="Parse Error", reason="parseError")
    return dict(_known(api.schemas, {"$ref": method.request}, value))


def _known(schemas: Mapping[str, Any], schema: Mapping[str, Any], value: Any) -> Any:
    """What of a value the schema declares, with scalars of its type; null stays, for a patch takes away with it."""
    if "$ref" in schema:
        schema = schemas[schema["$ref"]]
    kind = schema["type"]
    if value is None:
        return None
    if kind == "object":
        return _known_object(schemas, schema, value)
    if kind == "array":
        if not isinstance(value, list):
            raise bad_request()
        return [_known(schemas, schema["items"], one) for one in value]
    return _scalar(kind, value)


def _known_object(schemas: Mapping[str, Any], schema: Mapping[str, Any], value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise bad_request()
    declared, other = schema.get("properties", {}), schema.get("additionalProperties")
    found = {name: declared.get(name, other) for name in value}
    return {name: _known(schemas, inner, value[name]) for name, inner in found.items() if inner}


def _scalar(kind: str, value: Any) -> Any:
    """Numbers and texts turn into each other as the older servers let them."""
    if isinstance(value, list | dict):
        raise bad_request()
    if kind == "string":
        return str(value).lower() if isinstance(value, bool) else str(value)
    if kind == "boolean" and not isinstance(value, bool):
        if str(value) not in ("true", "false"):
            raise bad_request()
        return value == "true"
    if kind == "integer":
        if isinstance(value, bool) or not re.fullmatch(r"-?\d{1,10}", str(value)):
            raise bad_request()
        return int(value)
    return value
