"""Google's own description of its APIs, read from the discovery documents that its Python client ships.

The documents say which paths, parameters, bodies and scopes exist; what they do not declare is refused as
Google refuses it. Format: https://developers.google.com/discovery/v1/reference/apis.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from connectors.simulators.google.answers import malformed, not_simulated


@dataclass(frozen=True, kw_only=True)
class Parameter:
    name: str
    type: str
    format: str = ""
    repeated: bool = False
    choices: tuple[str, ...] = ()
    default: str = ""
    least: int = 0
    most: int | None = None


@dataclass(frozen=True, kw_only=True)
class Method:
    """One method of an API. `request` and `response` name schemas, "" where there is no body."""

    id: str
    http: str
    path: re.Pattern[str]
    parameters: Mapping[str, Parameter]
    request: str
    response: str
    scopes: frozenset[str]
    upload: bool = False


@dataclass(frozen=True, kw_only=True)
class Api:
    name: str
    service: str
    methods: tuple[Method, ...]
    schemas: Mapping[str, Any] = field(repr=False)
    scopes: frozenset[str]

    def route(self, http: str, path: str) -> tuple[Method, dict[str, str]] | None:
        """The method that answers, with the values in the path; `None` where Google knows no such address."""
        for method in self.methods:
            match = method.path.fullmatch(path) if method.http == http else None
            if match:
                return method, match.groupdict()
        return None


@cache
def load(name: str, version: str) -> Api:
    """The API as its document describes it. Raises LookupError where the client library has no document."""
    from googleapiclient.discovery_cache import get_static_doc

    text = get_static_doc(name, version)
    if text is None:
        raise LookupError(f"no discovery document of {name} {version}")
    document = json.loads(text)
    common = {n: _parameter(n, p) for n, p in document["parameters"].items()}
    base, found = document["servicePath"], document["resources"].values()
    return Api(
        name=name,
        service=_SERVICES.get(name) or document["rootUrl"].split("/")[2],
        methods=tuple(m for resource in found for m in _methods(resource, base, common)),
        schemas=document["schemas"],
        scopes=frozenset(document["auth"]["oauth2"]["scopes"]),
    )


# What an API is called in refusals where that is not its host.
_SERVICES = {"calendar": "calendar-json.googleapis.com"}


def _methods(resource: dict[str, Any], base: str, common: Mapping[str, Parameter]) -> list[Method]:
    found = []
    for entry in resource.get("methods", {}).values():
        found.append(_method(entry, base + entry["path"], common))
        simple = entry.get("mediaUpload", {}).get("protocols", {}).get("simple")
        if simple:
            found.append(_method(entry, simple["path"].lstrip("/"), common, upload=True))
    for child in resource.get("resources", {}).values():
        found += _methods(child, base, common)
    return found


def _method(entry: dict[str, Any], path: str, common: Mapping[str, Parameter], *, upload: bool = False) -> Method:
    given = entry.get("parameters", {})
    query = {n: p for n, p in given.items() if p["location"] == "query"}
    return Method(
        id=entry["id"],
        http=entry["httpMethod"],
        path=re.compile("/" + re.sub(r"\{\+?(\w+)\}", lambda found: _in_path(found[1], given), path)),
        parameters={**common, **{n: _parameter(n, p) for n, p in query.items()}},
        request=entry.get("request", {}).get("$ref", ""),
        response=entry.get("response", {}).get("$ref", ""),
        scopes=frozenset(entry["scopes"]),
        upload=upload,
    )


def _in_path(name: str, given: Mapping[str, Any]) -> str:
    """A place in a path: one segment, or what the document has a pattern for, as `people/…`."""
    pattern = given.get(name, {}).get("pattern", "^[^/]+$").removeprefix("^").removesuffix("$")
    return f"(?P<{name}>{pattern})"


def _parameter(name: str, entry: dict[str, Any]) -> Parameter:
    return Parameter(
        name=name,
        type=entry["type"],
        format=entry.get("format", ""),
        repeated=entry.get("repeated", False),
        choices=tuple(entry.get("enum", ())),
        default=entry.get("default", ""),
        least=int(entry.get("minimum", 0)),
        most=int(entry["maximum"]) if "maximum" in entry else None,
    )


# -- Query parameters


def bind(method: Method, query: Mapping[str, list[str]]) -> dict[str, Any]:
    """The typed values of a query string, defaults filled in, "" or [] where nothing was said.

    Raises `ApiError` 400 for a name that the document does not declare and for a value of the wrong type.
    """
    for name in query:
        if name not in method.parameters:
            raise malformed("", _UNKNOWN_PARAMETER.format(name=name))
    if query.get("alt", ["json"]) != ["json"]:
        raise not_simulated(f"alt={query['alt'][-1]}")
    return {p.name: _bound(p, query.get(p.name, [])) for p in method.parameters.values()}


_UNKNOWN_PARAMETER = (
    'Invalid JSON payload received. Unknown name "{name}": Cannot bind query parameter. '
    "Field '{name}' could not be found in request message."
)


def _bound(parameter: Parameter, given: list[str]) -> Any:
    if parameter.repeated:
        return [_value(parameter, text) for text in given]
    return _value(parameter, given[-1]) if given else _value(parameter, parameter.default)


def _value(parameter: Parameter, text: str) -> Any:
    if parameter.choices and text and text not in parameter.choices:
        raise _wrong(parameter.name, "TYPE_ENUM", text)
    if parameter.type == "boolean":
        if text not in ("", "true", "false"):
            raise _wrong(parameter.name, "TYPE_BOOL", text)
        return text == "true"
    if parameter.type == "integer" or parameter.format in _RANGES:
        return _number(parameter, text)
    return text


_RANGES = {
    "int32": range(-(2**31), 2**31),
    "uint32": range(2**32),
    "int64": range(-(2**63), 2**63),
    "uint64": range(2**64),
}


def _number(parameter: Parameter, text: str) -> int:
    if not text:
        return 0
    if not re.fullmatch(r"-?\d{1,20}", text) or int(text) not in _RANGES[parameter.format]:
        raise _wrong(parameter.name, f"TYPE_{parameter.format.upper()}", text)
    return int(text)


def _wrong(name: str, type_name: str, value: object) -> Exception:
    at = snake(name)
    shown = json.dumps(value, ensure_ascii=False)
    return malformed(at, f"Invalid value at '{at}' ({type_name}), {shown}")


def snake(name: str) -> str:
    """Google names a field in its errors as its protocol buffers do: `startHistoryId` is `start_history_id`."""
    return re.sub(r"(?<=[a-z0-9])([A-Z])", r"_\1", name).lower()


# -- Bodies


def parse_body(api: Api, method: Method, body: bytes) -> dict[str, Any]:
    """The JSON body of a request, checked against its schema. Raises `ApiError` 400."""
    if not method.request:
        return {}
    try:
        value = json.loads(body or b"{}")
    except ValueError:
        raise malformed("", f"Invalid JSON payload received. Unexpected token.\n{_glimpse(body)}\n^") from None
    if not isinstance(value, dict):
        raise malformed("", 'Invalid JSON payload received. Unknown name "": Root element must be a message.')
    # A request of its own is the root; a resource (a label, a message) sits in a field of the request.
    root = "" if method.request.endswith("Request") else snake(method.request)
    _check(api.schemas, {"$ref": method.request}, value, root)
    return value


def _glimpse(body: bytes) -> str:
    return body[:40].decode("utf-8", "replace").splitlines()[0] if body.strip() else ""


_SCALARS: dict[str, tuple[type, str]] = {
    "string": (str, "TYPE_STRING"),
    "integer": (int, "TYPE_INT32"),
    "boolean": (bool, "TYPE_BOOL"),
}


def _check(schemas: Mapping[str, Any], schema: Mapping[str, Any], value: object, at: str) -> None:
    if value is None:
        return
    if "$ref" in schema:
        _check_message(schemas, schemas[schema["$ref"]], value, at)
    elif schema["type"] == "array":
        if not isinstance(value, list):
            raise _wrong(at, "TYPE_MESSAGE", value)
        for number, one in enumerate(value):
            _check(schemas, schema["items"], one, f"{at}[{number}]")
    elif schema["type"] == "object":
        _check_map(schemas, schema, value, at)
    else:
        expected, name = _SCALARS[schema["type"]]
        number_as_text = schema.get("format") in _RANGES and isinstance(value, int)
        if not isinstance(value, expected) and not number_as_text:
            raise _wrong(at, name, value)
        if "enum" in schema and value not in schema["enum"]:
            raise _wrong(at, "TYPE_ENUM", value)


def _check_map(schemas: Mapping[str, Any], schema: Mapping[str, Any], value: object, at: str) -> None:
    """Names of the client's own choice, each with a value of one kind; or a message that has no name of its own."""
    if "additionalProperties" not in schema:
        _check_message(schemas, schema, value, at)
        return
    if not isinstance(value, dict):
        kind = "a list" if isinstance(value, list) else "a value"
        said = f"Unknown name \"{at}\": Cannot bind {kind} to map for field '{at}'."
        raise malformed(at, f"Invalid JSON payload received. {said}")
    for key, one in value.items():
        _check(schemas, schema["additionalProperties"], one, f"{at}[{key}]")


def _check_message(schemas: Mapping[str, Any], schema: Mapping[str, Any], value: object, at: str) -> None:
    if not isinstance(value, dict):
        raise _wrong(at, "TYPE_MESSAGE", value)
    for name, inner in value.items():
        declared = schema["properties"].get(name)
        if declared is None:
            where = f" at '{at}'" if at else ""
            raise malformed(at, f'Invalid JSON payload received. Unknown name "{name}"{where}: Cannot find field.')
        _check(schemas, declared, inner, f"{at}.{snake(name)}" if at else snake(name))
