"""The texts in the code that are shown in the user's language."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).absolute().parents[2]
CONTEXT = "Chipwright"


NOT_OF_QGIS = {"core", "tests", "build", "docs"}


class NotLiteral(Exception):
    """A text that only the running program knows cannot be translated."""


def modules_of_qgis() -> list[Path]:
    """The modules of the plugin but those of core, which know nothing of QGIS."""
    folders = [it for it in ROOT.iterdir() if it.is_dir() and it.name not in NOT_OF_QGIS]
    shown = [it for it in folders if not it.name.startswith(".")]
    return sorted([*ROOT.glob("*.py"), *(path for it in shown for path in it.rglob("*.py"))])


def texts() -> dict[str, str]:
    """All texts, in the order of the files, and the module in which each is first."""
    found: dict[str, str] = {}
    for path in modules_of_qgis():
        name = path.relative_to(ROOT).as_posix()
        for text in texts_of(path.read_text("utf-8"), name):
            found.setdefault(text, name)
    return found


def texts_of(code: str, name: str = "") -> Iterator[str]:
    """The texts of a module, as they come. Raises NotLiteral.

    >>> list(texts_of('a = QCoreApplication.translate("Chipwright", "Seed " "of chance")'))
    ['Seed of chance']
    """
    calls = [node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Call)]
    for call in sorted(calls, key=lambda it: (it.lineno, it.col_offset)):
        if _name(call.func) == "translate":
            given = [it.value if isinstance(it, ast.Constant) else None for it in call.args]
            if len(given) != 2 or given[0] != CONTEXT or not isinstance(given[1], str):
                raise NotLiteral(
                    f'{name}:{call.lineno}: write translate("{CONTEXT}", "a literal text"), '
                    "and format it afterwards."
                )
            yield given[1]


def _name(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""
