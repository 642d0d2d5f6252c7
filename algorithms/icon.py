"""The pictures of the plugin and of its algorithms."""

from __future__ import annotations

from pathlib import Path

from qgis.PyQt.QtGui import QIcon

RESOURCES = Path(__file__).parent.parent / "resources"
ICON_PATH = str(RESOURCES / "icon.svg")


def plugin_icon() -> QIcon:
    """For the provider."""
    return QIcon(ICON_PATH)


def algorithm_icon_path(name: str) -> str:
    """The picture of an algorithm, by its name."""
    return str(RESOURCES / "algorithms" / f"{name}.svg")


def algorithm_icon(name: str) -> QIcon:
    """The picture of an algorithm, by its name."""
    return QIcon(algorithm_icon_path(name))
