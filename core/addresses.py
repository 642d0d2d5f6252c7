"""Addresses on the web as they may be shown: without passwords, keys and signatures."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl

ADDRESS = re.compile(r"((?:https?|ftp)://)(?:[^\s/'\"<>@]*@)?([^\s'\"<>?]*)(\?[^\s'\"<>]*)?")
NAME = re.compile(r"([\w%-]+\.\w+)\?[^\s'\"<>?=]+=[^\s'\"<>,]*")
"""A file of which newer versions of GDAL name no more than its last part."""
OPTIONS = re.compile(r"/vsicurl\?([^\s'\"<>]*)")
"""GDAL's own way to give headers and other options along with an address."""


def shown(text: str) -> str:
    """A text with its addresses fit to be shown; what follows a question mark may be a key.

    >>> shown("'/vsicurl/https://" "me:word@example.org/a.tif?signature=abc' is missing")
    "'/vsicurl/https://example.org/a.tif?…' is missing"
    >>> shown("/vsicurl?header.Authorization=abc&url=https%3A%2F%2Fexample.org%2Fa.tif")
    '/vsicurl/https://example.org/a.tif'
    >>> shown("a.tif?signature=abc, band 1: a block is missing")
    'a.tif?…, band 1: a block is missing'
    """
    addressed = ADDRESS.sub(_plain, OPTIONS.sub(_address_in_options, text))
    return NAME.sub(r"\1?…", addressed)


def _plain(found: re.Match[str]) -> str:
    return f"{found[1]}{found[2]}{'?…' if found[3] else ''}"


def _address_in_options(found: re.Match[str]) -> str:
    options = dict(parse_qsl(found[1]))
    return f"/vsicurl/{options.get('url', '…')}"
