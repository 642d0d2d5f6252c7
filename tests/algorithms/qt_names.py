"""The names of Qt and QGIS that the plugin uses, read from its code."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Optional

from ..translations.texts import ROOT, modules_of_qgis

BINDINGS = ("PyQt5", "PyQt6", "PySide2", "PySide6", "sip")
QVARIANT_TYPES = {"String", "Int", "LongLong", "Double", "Bool", "Date", "DateTime"}
"""`qgis.PyQt` gives QVariant these names under Qt 6 as well, where Qt has them no more."""


@dataclass(frozen=True)
class Name:
    """Where a name is used: module ("QtCore" or "qgis.core"), then its parts."""

    module: str
    parts: tuple[str, ...]
    line: str

    def __str__(self) -> str:
        return f"{self.line}: {self.module}.{'.'.join(self.parts)}"


@dataclass(frozen=True)
class Code:
    """A module of the plugin."""

    tree: ast.Module
    path: str

    def line(self, node: ast.expr | ast.stmt) -> str:
        """As editors understand it."""
        return f"{self.path}:{node.lineno}"


def plugin_code() -> list[Code]:
    """All modules that know QGIS."""
    return [
        code_of(it.read_text("utf-8"), it.relative_to(ROOT).as_posix()) for it in modules_of_qgis()
    ]


def code_of(text: str, path: str = "module.py") -> Code:
    """The code of a module."""
    return Code(ast.parse(text), path)


def names(code: Code) -> Iterator[Name]:
    """All names of Qt and QGIS, with their attributes.

    >>> code = code_of("from qgis.PyQt.QtCore import Qt as Q\\nQ.AlignmentFlag.AlignLeft")
    >>> print(*names(code))
    module.py:1: QtCore.Qt module.py:2: QtCore.Qt.AlignmentFlag.AlignLeft
    """
    imported: dict[str, tuple[str, str]] = {}
    for node in ast.walk(code.tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("qgis."):
            module = str(node.module).replace("qgis.PyQt.", "")
            for it in node.names:
                imported[it.asname or it.name] = (module, it.name)
                yield Name(module, (it.name,), code.line(node))
    for chain in _outermost_attributes(code.tree):
        root, attributes = _parts(chain)
        if root in imported:
            module, name = imported[root]
            yield Name(module, (name, *attributes), code.line(chain))


def _outermost_attributes(tree: ast.Module) -> Iterator[ast.Attribute]:
    inner = {id(it.value) for it in ast.walk(tree) if isinstance(it, ast.Attribute)}
    for it in ast.walk(tree):
        if isinstance(it, ast.Attribute) and id(it) not in inner:
            yield it


def _parts(chain: ast.Attribute) -> tuple[Optional[str], list[str]]:
    """The name that a chain of attributes begins with, if it is one, and the attributes."""
    parts: list[str] = []
    node: ast.expr = chain
    while isinstance(node, ast.Attribute):
        parts.insert(0, node.attr)
        node = node.value
    return (node.id if isinstance(node, ast.Name) else None), parts


def gone_in_qt6(code: Code) -> Iterator[str]:
    """What Qt 6 does not have, whatever it is called on; what `qgis.PyQt` would make right."""
    for node in ast.walk(code.tree):
        if isinstance(node, ast.Import):
            modules = [it.name for it in node.names]
        elif isinstance(node, ast.ImportFrom):
            modules = [node.module or ""]
        elif isinstance(node, ast.Attribute) and node.attr == "exec_":
            yield f"{code.line(node)}: exec_() is exec() in Qt 6"
            continue
        else:
            continue
        if any(it.split(".")[0] in BINDINGS for it in modules):
            yield f"{code.line(node)}: import Qt through qgis.PyQt"
    for name in names(code):
        if name.parts[0] == "QVariant" and not {*name.parts[1:]} <= QVARIANT_TYPES:
            yield f"{name}: qgis.PyQt knows {', '.join(sorted(QVARIANT_TYPES))}"
