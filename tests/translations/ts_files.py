"""The .ts files of Qt: texts with their translations."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from lxml import etree

from .texts import CONTEXT, ROOT

FOLDER = ROOT / "resources" / "i18n"
LANGUAGES = ("de", "es", "fr")


def ts_path(language: str) -> Path:
    """Where the translations into a language lie."""
    return FOLDER / f"chipwright_{language}.ts"


def read_ts(path: Path) -> dict[str, str]:
    """Finished translations; none where there is no file."""
    if not path.exists():
        return {}
    return {
        message.findtext("source") or "": message.findtext("translation") or ""
        for message in etree.parse(str(path)).iter("message")
        if message.find("translation").get("type") is None
    }


def ts_text(language: str, texts: Mapping[str, str], translations: Mapping[str, str]) -> str:
    """A file with all texts; those without a translation are marked as unfinished.

    It names modules but no lines: it changes with the texts alone.
    """
    root = etree.Element("TS", version="2.1", language=language, sourcelanguage="en")
    context = etree.SubElement(root, "context")
    etree.SubElement(context, "name").text = CONTEXT
    for text, module in texts.items():
        message = etree.SubElement(context, "message")
        etree.SubElement(message, "location", filename=f"../../{module}")
        etree.SubElement(message, "source").text = text
        translation = etree.SubElement(message, "translation")
        if translations.get(text):
            translation.text = translations[text]
        else:
            translation.set("type", "unfinished")
    body = etree.tostring(root, encoding="unicode", pretty_print=True)
    return f'<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE TS>\n{body}'
