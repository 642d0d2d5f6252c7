"""The little YAML that data.yaml is written in: keys with a text, a list or a map of texts."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Union

Value = Union[str, list[str], dict[str, str]]

PAIR = re.compile(r"^(?P<key>[^\s:#'\"][^:]*|\"[^\"]*\"|'[^']*'):(?:\s+(?P<value>.*))?$")
ITEM = re.compile(r"""\s*("(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^,'"]+)\s*(?:,|$)""")
COMMENT = re.compile(r"(?:^|\s)#.*$")


def yaml_values(text: str) -> dict[str, Value]:
    r"""The keys of a file.

    >>> yaml_values("nc: 2\nnames:\n  0: roof\n  1: 'big tree'\n")
    {'nc': '2', 'names': {'0': 'roof', '1': 'big tree'}}

    Raises ValueError, saying which line is more than this can read.
    """
    values: dict[str, Value] = {}
    key = ""
    for number, line in _lines(text):
        if line[0] not in " \t-":
            key, value = _pair(number, line)
            values[key] = _value(number, value)
        else:
            values[key] = _longer(number, values.get(key, ""), line.strip())
    return values


def _lines(text: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(text.splitlines(), 1):
        kept = line if "'" in line or '"' in line else COMMENT.sub("", line)
        if kept.strip() and not kept.lstrip().startswith("#") and kept.strip() != "---":
            yield number, kept.rstrip()


def _pair(number: int, line: str) -> tuple[str, str]:
    found = PAIR.match(line)
    if not found:
        raise ValueError(f"line {number} is no 'key: value'")
    return _scalar(number, found["key"]), (found["value"] or "").strip()


def _longer(number: int, value: Value, line: str) -> Value:
    """The value of a key with one more indented line."""
    if line.startswith("- ") and (value == "" or isinstance(value, list)):
        return [*(value or []), _scalar(number, line[2:].strip())]
    if not line.startswith("- ") and (value == "" or isinstance(value, dict)):
        key, text = _pair(number, line)
        above = value if isinstance(value, dict) else {}
        return {**above, key: _scalar(number, text)}
    raise ValueError(f"line {number} does not continue what stands above it")


def _value(number: int, text: str) -> Value:
    if text.startswith("[") and text.endswith("]"):
        return list(_items(number, text[1:-1]))
    if text.startswith("{") and text.endswith("}"):
        return dict(_pair(number, item) for item in _items(number, text[1:-1]))
    return _scalar(number, text)


def _items(number: int, text: str) -> Iterator[str]:
    at = 0
    while text[at:].strip():
        found = ITEM.match(text, at)
        if not found:
            raise ValueError(f"line {number} is no list that ends on its line")
        yield _scalar(number, found[1].strip())
        at = found.end()


def _scalar(number: int, text: str) -> str:
    if text.startswith("'") and text.endswith("'") and len(text) > 1:
        return text[1:-1].replace("''", "'")
    if text.startswith('"'):
        try:
            return str(json.loads(text))
        except ValueError as problem:
            raise ValueError(f"line {number} has an unfinished text") from problem
    return text
