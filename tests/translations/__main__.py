"""Brings the .ts files up to date with the code.

What lacks a translation is listed in build/translations.json. Fill it in there and run this again,
or in the .ts files, as Qt Linguist does.
"""

from __future__ import annotations

import json
from pathlib import Path

from .texts import ROOT, texts
from .ts_files import LANGUAGES, read_ts, ts_path, ts_text

LIST = ROOT / "build" / "translations.json"
Table = dict[str, dict[str, str]]
"""Texts, and for each language its translation."""


def main() -> None:
    """Texts that are gone from the code are gone from the files."""
    known, filled = texts(), _filled(LIST)
    lacking: Table = {}
    for language in LANGUAGES:
        added = {text: it[language] for text, it in filled.items() if it.get(language)}
        translations = {**read_ts(ts_path(language)), **added}
        text = ts_text(language, known, translations)
        ts_path(language).write_bytes(text.encode("utf-8"))
        for text in known:
            if not translations.get(text):
                lacking.setdefault(text, {})[language] = ""
    print(f"{len(known)} texts in {', '.join(LANGUAGES)}.")
    _list(lacking, LIST)


def _filled(path: Path) -> Table:
    table: Table = json.loads(path.read_text("utf-8")) if path.exists() else {}
    return table


def _list(lacking: Table, path: Path) -> None:
    path.unlink(missing_ok=True)
    if lacking:
        path.write_text(json.dumps(lacking, indent=2, ensure_ascii=False) + "\n", "utf-8")
        print(f"{len(lacking)} lack a translation: fill in {path}, and run this again.")


if __name__ == "__main__":
    main()
