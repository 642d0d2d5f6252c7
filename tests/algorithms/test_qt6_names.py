"""The plugin uses only what QGIS 4 has, which runs on Qt 6. Qt's names are looked up in PyQt6.

`make test` installs PyQt6 into build/qt6. It is asked in a process of its own: here Qt 5 is loaded.
"""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from typing import Any

import pytest

from .qt_names import ROOT, Name, code_of, gone_in_qt6, names, plugin_code

QT6 = ROOT / "build" / "qt6"
CODE = plugin_code()
QT_NAMES = [
    name
    for code in CODE
    for name in names(code)
    if name.module.startswith("Qt") and name.parts[0] != "QVariant"
]
QGIS_NAMES = [
    name for code in CODE for name in names(code) if name.module in ("qgis.core", "qgis.gui")
]
LOOK_UP = """
import functools, importlib, json, sys
unknown = []
for module, *parts in json.load(sys.stdin):
    try:
        functools.reduce(getattr, parts, importlib.import_module(f"PyQt6.{module}"))
    except (ImportError, AttributeError) as problem:
        unknown.append(f"{module}.{'.'.join(parts)}: {problem}")
json.dump(unknown, sys.stdout)
"""


def unknown_in_qt6(looked_up: Sequence[Name]) -> list[str]:
    """The names that PyQt6 does not have."""
    done = subprocess.run(
        [sys.executable, "-B", "-c", LOOK_UP],
        input=json.dumps([(name.module, *name.parts) for name in looked_up]),
        env={**os.environ, "PYTHONPATH": str(QT6)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: list[str] = json.loads(done.stdout)
    return found


needs_qt6 = pytest.mark.skipif(
    not (QT6 / "ready").exists(), reason="make test installs PyQt6 into build/qt6"
)


@needs_qt6
def test_names_of_qt_are_there_in_qt_6() -> None:
    assert unknown_in_qt6(QT_NAMES) == []


@needs_qt6
@pytest.mark.parametrize("gone", ["Qt.AlignLeft", "QEvent.KeyPress", "QRegExp"])
def test_names_that_qt_6_gave_up_are_seen(gone: str) -> None:
    code = code_of(f"from qgis.PyQt.QtCore import {gone.split('.')[0]}\n{gone}\n")
    assert unknown_in_qt6(list(names(code))) != []


@pytest.mark.parametrize("code", CODE, ids=lambda code: code.path)
def test_nothing_is_used_that_is_gone(code: Any) -> None:
    assert list(gone_in_qt6(code)) == []


@pytest.mark.parametrize(
    "line",
    [
        "from PyQt5.QtCore import Qt",
        "import PyQt6.QtCore",
        "dialog.exec_()",
        "from qgis.PyQt.QtCore import QVariant; QVariant.Type.String",
        "from qgis.PyQt.QtCore import QVariant; QVariant.Invalid",
    ],
)
def test_what_is_gone_is_seen(line: str) -> None:
    assert len(list(gone_in_qt6(code_of(line)))) == 1


def test_enumerations_of_qgis_are_named_in_full() -> None:
    """`QgsProcessing.TypeRaster` must be `QgsProcessing.SourceType.TypeRaster`."""
    assert [str(name) for name in QGIS_NAMES if is_short_for_an_enumeration(name)] == []


@pytest.mark.parametrize(
    ("given", "is_short"),
    [
        ("QgsProcessing.TypeRaster", True),
        ("QgsWkbTypes.PointGeometry", True),
        ("QgsProcessing.SourceType.TypeRaster", False),
        ("QgsProcessing.TEMPORARY_OUTPUT", False),
    ],
)
def test_short_names_of_enumerations_are_seen(given: str, is_short: bool) -> None:
    name = Name("qgis.core", tuple(given.split(".")), "")
    assert is_short_for_an_enumeration(name) == is_short


def is_short_for_an_enumeration(name: Name) -> bool:
    """Whether a member of an enumeration is taken from the class around it. Fails for unknown names."""
    owner, value = None, importlib.import_module(name.module)
    for part in name.parts:
        owner, value = value, getattr(value, part)
    kind = type(value)
    is_member = isinstance(value, int) and kind not in (int, bool)
    return is_member and owner is not kind and kind.__name__ not in name.parts


def test_there_are_names_to_look_up() -> None:
    assert {name.parts[0] for name in QT_NAMES} >= {"QCoreApplication", "QIcon", "QTranslator"}
    assert len(QGIS_NAMES) > 50
