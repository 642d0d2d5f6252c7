"""Single values of a request in text: texts, numbers, choices."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any

from .errors import InvalidRequest
from .request_choices import REFERENCE_SYSTEMS
from .request_words import shown

NAME_IN_BRACES = re.compile(r'\{\s*"?([^"{}:,]+?)"?\s*\}')
FURTHEST = 2**63

Reader = Callable[[str, Any], Any]
"""What a parameter's value means; raises InvalidRequest for a value of another kind."""


def read_text(name: str, value: Any) -> str:
    """A text, or a number as one."""
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        raise InvalidRequest(name, f"is {shown(value)}, but must be a text.")
    return str(value).strip()


def read_field_name(name: str, value: Any) -> str:
    """A text, with or without the braces that the service's samples put around it."""
    found = NAME_IN_BRACES.fullmatch(value.strip()) if isinstance(value, str) else None
    return found[1] if found else read_text(name, value)


def read_one_of(words: tuple[str, ...]) -> Reader:
    """A reader of one of these words."""

    def read(name: str, value: Any) -> str:
        text = read_text(name, value)
        if text not in words:
            raise InvalidRequest(name, f"'{shown(text)}' is none of {', '.join(words)}.")
        return text

    return read


def read_reference_system(name: str, value: Any) -> str:
    """IMAGE_SPACE is a value of the service; the export says what it thinks of it."""
    return "IMAGE_SPACE" if value == "IMAGE_SPACE" else read_one_of(REFERENCE_SYSTEMS)(name, value)


def read_number(name: str, value: Any) -> float:
    """A finite number, or a text that is one."""
    if isinstance(value, (str, int, float)) and not isinstance(value, bool):
        try:
            number = float(value)
        except (ValueError, OverflowError):
            number = math.nan
        if math.isfinite(number):
            return number
    raise InvalidRequest(name, f"is {quoted(value)}, but must be a number.")


def read_whole_number(name: str, value: Any) -> int:
    """A number without a fraction."""
    number = read_number(name, value)
    if not number.is_integer() or abs(number) >= FURTHEST:
        raise InvalidRequest(name, f"is {quoted(value)}, but must be a whole number.")
    return int(value) if isinstance(value, int) else int(number)


def read_flag(name: str, value: Any) -> bool:
    """True or false, also as a text."""
    word = value.strip().lower() if isinstance(value, str) else value
    flags = {"true": True, "false": False}
    if isinstance(word, bool):
        return word
    if isinstance(word, str) and word in flags:
        return flags[word]
    raise InvalidRequest(name, f"is {quoted(value)}, but must be true or false.")


def quoted(value: Any) -> str:
    """A value in a message: texts in quotes."""
    return f"'{shown(value)}'" if isinstance(value, str) else shown(value)
