"""The text of a request as names and values: a JSON object, a query string, or a whole GET URL."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Optional
from urllib.parse import unquote_plus

from .errors import InvalidRequest

OPENING, CLOSING = "{[", "}]"
LEFT_BY_NO_ENCODER = '" \n'
"""A query with one of these is as somebody wrote it: its other characters mean themselves."""
REQUEST = "request"
"""What errors name that are about no single parameter."""
LOOKED_AT = 400
"""Characters; no value that ends by itself is longer."""
SHOWN = 60
"""Characters of a value that a message repeats."""

IsWhole = Callable[[str, str], bool]
"""Whether a parameter may end where this much of its value was read."""


def named_values(text: str, names: Iterable[str], is_whole: IsWhole) -> dict[str, Any]:
    """Every name with its value: JSON where it was JSON, else a text.

    `names` are those of known parameters: a query string is divided before them even where the
    ampersand is missing, if what precedes is whole or a line ends there. Raises InvalidRequest.
    """
    text = text.lstrip("\ufeff").strip()
    if not text:
        raise InvalidRequest(REQUEST, "is empty; give a JSON object, a query string or a URL.")
    if text.startswith("{"):
        return json_object(REQUEST, text)
    query, found = _query_of(text), dict[str, Any]()
    is_printed = any(character in query for character in LEFT_BY_NO_ENCODER)
    for part in _parts(query, names, is_whole):
        name, sign, value = part.partition("=")
        name = unquote_plus(name).strip()
        if not sign:
            raise InvalidRequest(REQUEST, f"'{shown(part)}' is no name=value, such as seed=1.")
        if name in found:
            raise InvalidRequest(name, "is given twice; keep one of the two.")
        found[name] = _decoded(value.strip(), is_printed)
    return found


def json_object(parameter: str, text: str) -> dict[str, Any]:
    """The object a text holds. Raises InvalidRequest."""
    try:
        value = json_value(text)
    except ValueError as error:
        raise InvalidRequest(
            parameter, f"'{shown(text)}' cannot be read as a JSON object: {error}; correct it."
        ) from error
    if not isinstance(value, dict):
        raise InvalidRequest(parameter, f"'{shown(text)}' is JSON, but no object.")
    return value


def json_value(text: str) -> Any:
    """JSON as its specification has it, every name once. Raises ValueError."""
    try:
        return json.loads(text, object_pairs_hook=_once, parse_constant=_refused)
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error


def shown(value: object) -> str:
    """As much of a value as a message repeats."""
    text = value if isinstance(value, str) else json.dumps(value, default=str)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise InvalidRequest(name, "is given twice; keep one of the two.")
        found[name] = value
    return found


def _refused(constant: str) -> Any:
    raise ValueError(f"{constant} is no number")


def _query_of(text: str) -> str:
    """What follows the question mark of a URL; all of it where there is none before a value.

    >>> _query_of("https://host/GPServer/Export/submitJob?f=json")
    'f=json'
    """
    before, mark, query = text.partition("?")
    return query if mark and "=" not in before else text


def _parts(query: str, names: Iterable[str], is_whole: IsWhole) -> Iterator[str]:
    """The name=value pairs; an ampersand within brackets belongs to a value."""
    longest_first = sorted(names, key=len, reverse=True)
    known_name = re.compile(rf"({'|'.join(map(re.escape, longest_first))})\s*=")
    start = 0
    for place in _outside_brackets(query):
        if query[place] == "&":
            yield from _unless_empty(query[start:place])
            start = place + 1
        elif known_name.match(query, place) and _ends(query, start, place, is_whole):
            yield from _unless_empty(query[start:place])
            start = place
    yield from _unless_empty(query[start:])


def _unless_empty(part: str) -> Iterator[str]:
    if part.strip():
        yield part.strip()


def _ends(query: str, start: int, end: int, is_whole: IsWhole) -> bool:
    """Whether a name=value pair may end here, without an ampersand.

    It is asked at each name, so it looks at the end of a value only, however long that is.
    """
    sign = query.find("=", start, end)
    if sign < 0:
        return False
    while end > sign + 1 and query[end - 1].isspace():
        end -= 1
        if query[end] == "\n":
            return True
    return is_whole(query[start:sign].strip(), query[max(sign + 1, end - LOOKED_AT) : end].strip())


def _outside_brackets(query: str) -> Iterator[int]:
    """Places of the characters that are in no JSON object or list."""
    depth, is_quoted, is_escaped = 0, False, False
    for place, character in enumerate(query):
        if is_quoted:
            is_quoted = is_escaped or character != '"'
            is_escaped = character == "\\" and not is_escaped
        elif depth and character == '"':
            is_quoted = True
        elif character in OPENING:
            depth += 1
        elif character in CLOSING:
            depth = max(0, depth - 1)
        elif not depth:
            yield place


def _decoded(value: str, is_printed: bool) -> Any:
    """JSON, as it is or as a browser encodes it; any other value without its encoding."""
    plain = value if is_printed else unquote_plus(value)
    for text in (plain, value, unquote_plus(value)):
        found = _json_or_none(text)
        if found is not None:
            return found
    return plain


def _json_or_none(text: str) -> Optional[Any]:
    if not text.startswith(tuple(OPENING)):
        return None
    try:
        return json_value(text)
    except ValueError:
        return None
