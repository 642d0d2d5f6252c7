"""If a translation is missing here: `make translations`, fill in what it lists, and run it again."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from .texts import NotLiteral, texts, texts_of
from .ts_files import LANGUAGES, read_ts, ts_path, ts_text

TEXTS = texts()
PLACEHOLDER = re.compile(r"\{\w*\}")
WORD_OF_THE_REQUEST = re.compile(
    r"\b(?:[A-Z]+_SPACE|\w+_(?:\w+)|[a-z]+[A-Z]\w+|[A-Z]{3,}|classvalue|splits\.json|percentile|stddev)\b"
)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_of_the_code_is_translated(language: str) -> None:
    translations = read_ts(ts_path(language))
    lacking = [text for text in TEXTS if not translations.get(text)]
    assert lacking == [], "run `make translations`, fill in build/translations.json, run it again"


@pytest.mark.parametrize("language", LANGUAGES)
def test_files_are_as_make_translations_writes_them(language: str) -> None:
    path = ts_path(language)
    assert path.read_text("utf-8") == ts_text(language, TEXTS, read_ts(path))


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_keep_placeholders_and_words_of_the_request(language: str) -> None:
    for text, translation in read_ts(ts_path(language)).items():
        assert sorted(PLACEHOLDER.findall(text)) == sorted(PLACEHOLDER.findall(translation))
        kept = set(WORD_OF_THE_REQUEST.findall(translation))
        assert set(WORD_OF_THE_REQUEST.findall(text)) <= kept, text


@pytest.mark.parametrize("language", LANGUAGES)
def test_long_texts_are_not_left_in_english(language: str) -> None:
    translations = read_ts(ts_path(language))
    assert [text for text in TEXTS if len(text) > 30 and translations.get(text) == text] == []


def test_the_texts_of_parameters_and_results_are_found() -> None:
    assert {"Image to cut into chips", "Number of chips", "Report"} <= TEXTS.keys()


@pytest.mark.parametrize("given", ["title", 'f"{name} chips"', '"chips".upper()'])
def test_a_text_that_is_not_literal_is_refused(given: str) -> None:
    with pytest.raises(NotLiteral, match="m.py:1: write translate"):
        list(texts_of(f'translate("Chipwright", {given})', "m.py"))


def test_a_text_without_a_translation_is_marked_and_not_read(tmp_path: Path) -> None:
    path = tmp_path / "chipwright_de.ts"
    path.write_text(
        ts_text("de", {"One": "a.py", "Two & <3>": "a.py"}, {"Two & <3>": "Zwei"}), "utf-8"
    )
    assert '<translation type="unfinished"/>' in path.read_text("utf-8")
    assert read_ts(path) == {"Two & <3>": "Zwei"}
