"""The OpenAPI files of the contract, and whether an answer keeps to them."""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import pytest

FOLDER = Path(__file__).parents[3] / "shared" / "contract"
TYPES: Mapping[str, tuple[type, ...]] = {
    "string": (str,),
    "boolean": (bool,),
    "array": (list,),
    "object": (dict,),
    "integer": (int,),
    "number": (int, float),
}
SCHEMAS = "#/components/schemas/"
# Answered on purpose beside the schema; see the table "where sources disagree" of the contract.
MORE = {"isUsable", "methodUsabilityReason", "@removed"}


@cache
def contract(version: str) -> dict[str, Any]:
    """Return the OpenAPI document of a version, or skip the test where it is not there."""
    file = FOLDER / f"graph-{version}.openapi.yaml"
    if not file.exists():
        pytest.skip(f"NOT CHECKED AGAINST THE CONTRACT: {file.name} is not there")
    found: dict[str, Any] = msgspec.yaml.decode(file.read_bytes())
    return found


def is_there() -> bool:
    return (FOLDER / "graph-v1.0.openapi.yaml").exists()


@cache
def operations(version: str) -> dict[tuple[str, str], dict[str, Any]]:
    """Return every operation by verb and path, with ``{}`` for each key."""
    found = {}
    for path, verbs in contract(version)["paths"].items():
        for verb, operation in verbs.items():
            if verb in {"get", "post", "patch", "put", "delete"}:
                found[verb.upper(), plain(path)] = operation
    return found


def plain(path: str) -> str:
    """Return ``path`` without names of its keys, qualified names, and brackets of functions."""
    path = re.sub(r"\{[^}]+\}", "{}", path.rstrip("/").replace("microsoft.graph.", ""))
    return re.sub(r"\([^)]*\)", "", path).lower()


def problems(version: str, verb: str, path: str, status: int, body: object) -> list[str]:
    """Return what of an answer is not as the contract has it."""
    operation = operations(version).get((verb, plain(path)))
    if operation is None:
        return []
    if status < 400 and status != operation.get("x-proofup-status", status):
        told = operation["x-proofup-status"]
        return [] if str(told) != str(told).strip("0123456789") else [f"{status} and not {told}"]
    document = contract(version)
    responses = operation["responses"]
    response = responses.get(str(status)) or responses.get("2XX" if status < 400 else "default")
    response = _resolved(document, response or {})
    media = response.get("content", {}).get("application/json", {})
    if "schema" not in media or not isinstance(body, dict):
        return []
    return list(_wrong(document, media["schema"], body, "body"))


def _resolved(document: dict[str, Any], node: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in node:
        found: Any = document
        for part in node["$ref"].removeprefix("#/").split("/"):
            found = found[part]
        node = found
    return node


def _properties(
    document: dict[str, Any], schema: dict[str, Any], value: object
) -> dict[str, Any] | None:
    """Return the properties of an object, those of its own ``@odata.type`` among them."""
    found: dict[str, Any] = {}
    schema = _resolved(document, schema)
    told = value.get("@odata.type") if isinstance(value, dict) else None
    name = f"{SCHEMAS}{str(told).removeprefix('#')}"
    if told and str(told).removeprefix("#") in document["components"]["schemas"]:
        schema = _resolved(document, {"$ref": name})
    parts = [_resolved(document, one) for one in schema.get("allOf", [schema])]
    for part in parts:
        if "allOf" in part:
            found |= _properties(document, part, {}) or {}
        found |= part.get("properties", {})
    return found or None


def _wrong(
    document: dict[str, Any], schema: dict[str, Any], value: object, at: str
) -> Iterator[str]:
    schema = _resolved(document, schema)
    choices = schema.get("anyOf") or schema.get("oneOf")
    if value is None:
        return  # a readable property without a value is null
    if choices:
        found = [list(_wrong(document, one, value, at)) for one in choices]
        if all(found):
            yield from min(found, key=len)
        return
    kind = schema.get("type")
    if kind and not isinstance(value, TYPES[kind]):
        yield f"{at} is {value!r} and no {kind}"
    elif "enum" in schema and value not in schema["enum"]:
        yield f"{at} is {value!r} and none of {schema['enum']}"
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from _wrong(document, schema.get("items", {}), item, f"{at}[{number}]")
    elif isinstance(value, dict):
        yield from _wrong_inside(document, schema, value, at)


def _wrong_inside(
    document: dict[str, Any], schema: dict[str, Any], value: dict[str, Any], at: str
) -> Iterator[str]:
    properties = _properties(document, schema, value)
    for name, inner in value.items() if properties is not None else ():
        if properties is not None and name in properties:
            yield from _wrong(document, properties[name], inner, f"{at}.{name}")
        elif "@odata" not in name and name not in MORE:
            yield f"{at}.{name} is not in the contract"
