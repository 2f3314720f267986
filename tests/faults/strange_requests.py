"""Requests made up from the OpenAPI document: decent ones, and ones that are wrong in every place they can be."""

import json
import re
import string
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple
from urllib.parse import quote, urlencode

from hypothesis import strategies as st

JSON: Final = "application/json"
WORDS: Final = st.text(st.characters(categories=("L", "M", "N", "P", "S", "Z", "Cc", "Cs")), max_size=40)
"""Any text, halves of surrogate pairs and control characters included."""
HEADER: Final = st.text(st.characters(min_codepoint=0x20, max_codepoint=0xFF, exclude_characters="\x7f"), max_size=80)
"""Whatever can stand in a header at all; the HTTP parser itself refuses the rest."""
ANYTHING: Final = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=6,
)
LARGE: Final = st.sampled_from([b"[" * 9_000, b'"' + b"x" * 20_000 + b'"', b" " * 16_385, b"\0" * 100])
IN_BRACES: Final = re.compile(r"\{\w+\}")
IDS: Final = st.text(string.hexdigits, min_size=1, max_size=70) | WORDS.filter(
    lambda text: text not in {"", ".", ".."} and "/" not in text  # those would be other paths
)

FORMATS: Final[dict[str, st.SearchStrategy[str]]] = {
    "uri": st.just("https://example.com/page?x=1#y"),
    "date-time": st.datetimes(timezones=st.sampled_from([UTC, None])).map(datetime.isoformat),
}

Schema = dict[str, Any]


class Request(NamedTuple):
    """What is sent; names in braces in the path stand for ids of the sender's."""

    path: str
    headers: dict[str, bytes]
    body: bytes | None


@st.composite
def requests(draw: st.DrawFn, document: Schema, path: str, operation: Schema) -> Request:
    """Return some request for an operation; its token is to be added where it has none."""
    if draw(st.booleans()):
        path = IN_BRACES.sub(quote(draw(IDS).encode(errors="surrogatepass"), safe=""), path)
    named = [parameter for parameter in operation.get("parameters", ()) if draw(st.booleans())]
    query = {one["name"]: draw(WORDS | decent(one["schema"], document)) for one in named if one["in"] == "query"}
    headers = {one["name"]: draw(HEADER).encode("latin-1") for one in named if one["in"] == "header"}
    if draw(st.integers(0, 9)) == 0:
        headers["Authorization"] = draw(HEADER.map("Bearer ".__add__) | HEADER).encode("latin-1")
    body = None
    if described := operation.get("requestBody"):
        headers["Content-Type"] = draw(st.just(JSON) | st.just(JSON) | HEADER).encode("latin-1")
        body = draw(bodies(described["content"][JSON]["schema"], document))
    spelled = urlencode({name: str(value).encode(errors="surrogatepass") for name, value in query.items()})
    return Request(f"{path}?{spelled}" if spelled else path, headers, body)


def bodies(schema: Schema, document: Schema) -> st.SearchStrategy[bytes]:
    """Return bodies: as described, with one field replaced or added, of any JSON, of any bytes."""
    right = decent(schema, document)
    bent = st.tuples(right, st.sampled_from(_fields(schema, document)) | WORDS, ANYTHING).map(
        lambda parts: {**(parts[0] or {}), parts[1]: parts[2]}
    )
    return (right | bent | ANYTHING).map(lambda value: json.dumps(value).encode()) | st.binary(max_size=60) | LARGE


def decent(schema: Schema, document: Schema) -> st.SearchStrategy[Any]:
    """Return values that a schema of the document allows, or nearly."""
    schema = resolved(schema, document)
    if "anyOf" in schema:
        return st.one_of(*(decent(one, document) for one in schema["anyOf"]))
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    if schema.get("format") in FORMATS:
        return FORMATS[schema["format"]]
    if "pattern" in schema:
        return st.from_regex(schema["pattern"], fullmatch=True)
    if schema.get("type") == "object":
        fields = schema.get("properties", {})
        return st.fixed_dictionaries({name: decent(one, document) for name, one in fields.items()})
    plain: dict[str, st.SearchStrategy[Any]] = {
        "boolean": st.booleans(),
        "integer": st.integers(schema.get("minimum", -5), schema.get("maximum", 5)),
        "string": WORDS,
        "null": st.none(),
        "number": st.floats(min_value=0, max_value=0.05),
    }
    return plain[schema["type"]]


def resolved(schema: Schema, document: Schema) -> Schema:
    """Return what a schema refers to."""
    while "$ref" in schema:
        found: Any = document
        for name in schema["$ref"].removeprefix("#/").split("/"):
            found = found[name]
        schema = found
    return schema


def _fields(schema: Schema, document: Schema) -> list[str]:
    schema = resolved(schema, document)
    if "anyOf" in schema:
        return _fields(schema["anyOf"][0], document)
    return [*schema["properties"]]
