"""The plugin's picture."""

from __future__ import annotations

from pathlib import Path

from qgis.PyQt.QtGui import QIcon

ICON_PATH = str(Path(__file__).parent.parent / "resources" / "icon.svg")


def plugin_icon() -> QIcon:
    """For the provider and its algorithms."""
    return QIcon(ICON_PATH)
