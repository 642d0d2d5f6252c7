"""What a web service answered, or one clear sentence about why that is of no use."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Optional
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from .addresses import shown
from .errors import UnreadableSource

LOGIN_CODES = (401, 403, 498, 499)
"""The last two are those of a token that is not valid or not there."""
PASSING_CODES = (408, 429, 500, 502, 503, 504)
"""Trouble that may be over when it is tried again."""
TOLD = 300
"""Characters of a server's reason that a message repeats."""
STARTS_OF_PAGES = (b"<!doctype html", b"<html")


class PassingTrouble(UnreadableSource):
    """A request that may well succeed when it is sent again.

    `pause` is how many seconds the server asks to wait, where it does.
    """

    def __init__(self, sentence: str, pause: Optional[float] = None) -> None:
        super().__init__(sentence)
        self.pause = pause


class NothingThere(UnreadableSource):
    """An address where there is nothing."""


@dataclass(frozen=True)
class Answer:
    """What came back for a URL. `status` is None where no server answered at all."""

    url: str
    status: Optional[int]
    content: bytes = b""
    content_type: str = ""
    reason: str = ""
    """Why no server answered."""
    retry_after: str = ""
    """What the server says about when to come again."""


def address_shown(url: str) -> str:
    """A URL for messages: without query, where tokens may be, and without a user's name.

    >>> address_shown("https://" "ann:word@host:6443/a/ImageServer?token=abc")
    'https://host:6443/a/ImageServer'
    """
    return shown(url).removesuffix("?…")


def without_token(url: str) -> tuple[str, str]:
    """A URL without the token in its query, and that token; what is no URL stays as it is."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return url, ""
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    token = next((value for name, value in pairs if name.lower() == "token"), "")
    if not token:
        return url, ""
    query = urlencode([(name, value) for name, value in pairs if name.lower() != "token"])
    return urlunsplit(parts._replace(query=query)), token


def checked_content(answer: Answer) -> bytes:
    """The content of an answer that came through. Raises UnreadableSource, PassingTrouble."""
    where = f"'{address_shown(answer.url)}'"
    if answer.status is None:
        raise PassingTrouble(
            f"{where} cannot be reached: {answer.reason or 'no answer'}; check the address and the "
            "connection."
        )
    _check_code(answer.status, where, "", _pause(answer.retry_after))
    if answer.status >= 300:
        raise UnreadableSource(f"{where} answered with the HTTP status {answer.status}.")
    return answer.content


def json_content(answer: Answer) -> dict[str, Any]:
    """The JSON object of an answer. Raises UnreadableSource, PassingTrouble."""
    content, where = checked_content(answer), f"'{address_shown(answer.url)}'"
    _check_no_page(content, answer.content_type, where)
    try:
        found = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise UnreadableSource(
            f"{where} answered with something else than JSON ({_kind(answer)}); check that it is "
            "the address of a service."
        ) from error
    if not isinstance(found, dict):
        raise UnreadableSource(f"{where} answered with JSON that is no object.")
    _check_no_error(found, where)
    return found


def image_content(answer: Answer) -> bytes:
    """The bytes of an image. Raises UnreadableSource, PassingTrouble."""
    content, where = checked_content(answer), f"'{address_shown(answer.url)}'"
    if content.lstrip()[:1] == b"{":
        json_content(answer)  # which says what the error is
    _check_no_page(content, answer.content_type, where)
    kind = answer.content_type.lower()
    if content.lstrip()[:1] == b"<" or "xml" in kind:
        raise UnreadableSource(f"{where} answered with an error: {_text_of_xml(content)}.")
    if not content or kind.startswith(("text/", "application/json")):
        raise UnreadableSource(
            f"{where} answered with no image ({_kind(answer)}); check that the service gives "
            "images in the formats it is asked for."
        )
    return content


def too_much(url: str, most_bytes: int) -> UnreadableSource:
    """Of an answer that was broken off."""
    return UnreadableSource(
        f"'{address_shown(url)}' answered with more than {most_bytes >> 20} MB, which is no answer "
        "to what was asked; check that it is the address of a service."
    )


def in_trouble(url: str) -> PassingTrouble:
    """Of a server that failed with nobody knows which HTTP status."""
    return PassingTrouble(f"'{address_shown(url)}' is in trouble; try again later.")


def _text_of_xml(content: bytes) -> str:
    """What an exception of a map server says."""
    from .foreign_xml import NotXml, root_of  # QGIS starts without lxml

    try:
        words = " ".join(root_of(content).itertext()).split()
    except NotXml:
        words = []
    return " ".join(words)[:TOLD].rstrip(" .") or "no reason given"


def _kind(answer: Answer) -> str:
    return answer.content_type.partition(";")[0].strip() or f"{len(answer.content)} bytes"


def _check_no_page(content: bytes, content_type: str, where: str) -> None:
    start = content[:200].lstrip().lower()
    if "html" in content_type.lower() or start.startswith(STARTS_OF_PAGES):
        raise UnreadableSource(
            f"{where} answered with a web page, probably to log in; choose an authentication "
            "configuration (authConfig), or check the address."
        )


def _check_no_error(found: dict[str, Any], where: str) -> None:
    """Services report errors as JSON in an answer that came through."""
    error = found.get("error")
    if not error:
        return
    about = error if isinstance(error, dict) else {"message": str(error)}
    details = about.get("details")
    texts = [about.get("message"), *(details if isinstance(details, list) else [details])]
    said = "; ".join(dict.fromkeys(str(text).strip(" .") for text in texts if text))
    code = about.get("code")
    _check_code(code if isinstance(code, int) else 400, where, said, None)
    raise UnreadableSource(f"{where} answered with an error: {said or code or 'no reason given'}.")


def _check_code(code: int, where: str, said: str, pause: Optional[float]) -> None:
    reason = f" ({said})" if said else ""
    if code in LOGIN_CODES:
        raise UnreadableSource(
            f"{where} does not let us in{reason}; choose an authentication configuration "
            "for it (authConfig, or in the settings of the layer), correct its name and password, "
            "or log in anew if its token has expired."
        )
    if code == 404:
        raise NothingThere(f"there is nothing at {where}{reason}; check the address.")
    if code in PASSING_CODES:
        raise PassingTrouble(f"{where} is in trouble, code {code}{reason}; try again later.", pause)


def _pause(text: str) -> Optional[float]:
    """Seconds; a date is as good as nothing."""
    return float(text) if text.strip().isdecimal() else None
