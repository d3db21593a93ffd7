"""Partial responses: the parameter `fields`, as in `messages(id,threadId),nextPageToken`.

Syntax: https://developers.google.com/workspace/gmail/api/guides/performance#partial-response.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from connectors.simulators.google.answers import ApiError, malformed
from connectors.simulators.google.discovery import Api

# A name points at what is chosen beneath it; nothing beneath it means all of it.
Tree = dict[str, "Tree"]
_TOKEN = re.compile(r"[\w*-]+|[(),/]")


def parse(text: str, api: Api, schema: str) -> Tree:
    """The fields that `text` asks for. Raises `ApiError` 400 where the answer has no such field."""
    tokens = _TOKEN.findall(text)
    if "".join(tokens) != re.sub(r"\s", "", text):
        raise _refused(text)
    tree = _list(tokens)
    if tokens:
        raise _refused(text)
    _check(tree, api.schemas, {"$ref": schema} if schema else {})
    return tree


def select(tree: Tree, value: Any) -> Any:
    """What of `value` the tree asks for; a list is looked into entry by entry."""
    if not tree:
        return value
    if isinstance(value, list):
        return [select(tree, one) for one in value]
    if not isinstance(value, dict):
        return value
    every = tree.get("*")
    return {name: select(tree.get(name, every or {}), v) for name, v in value.items() if name in tree or "*" in tree}


def _list(tokens: list[str]) -> Tree:
    tree: Tree = {}
    while True:
        name, beneath = _item(tokens)
        tree[name] = tree[name] | beneath if tree.get(name) else beneath
        if not tokens or tokens[0] != ",":
            return tree
        tokens.pop(0)


def _item(tokens: list[str]) -> tuple[str, Tree]:
    name = tokens.pop(0) if tokens else ""
    if not re.fullmatch(r"[\w*-]+", name):
        raise _refused(name)
    if tokens[:1] == ["/"]:
        tokens.pop(0)
        inner, beneath = _item(tokens)
        return name, {inner: beneath}
    if tokens[:1] == ["("]:
        tokens.pop(0)
        beneath = _list(tokens)
        if tokens[:1] != [")"]:
            raise _refused(name)
        tokens.pop(0)
        return name, beneath
    return name, {}


def _check(tree: Tree, schemas: Mapping[str, Any], schema: Mapping[str, Any]) -> None:
    if schema.get("type") == "array":
        schema = schema["items"]
    if "$ref" in schema:
        schema = schemas[schema["$ref"]]
    if "additionalProperties" in schema:  # names of the client's own choice
        return
    properties = schema.get("properties", {})
    for name, beneath in tree.items():
        if name != "*" and name not in properties:
            raise _refused(name)
        if beneath and name != "*":
            _check(beneath, schemas, properties[name])


def _refused(path: str) -> ApiError:
    error = malformed(path, f"Error expanding 'fields' parameter. Cannot find matching fields for path '{path}'.")
    error.message = "Request contains an invalid argument."
    return error
