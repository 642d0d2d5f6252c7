"""A line below the metadata format: its picture, what it writes, and what is missing."""

from __future__ import annotations

from html import escape

from qgis.PyQt.QtCore import QSize, Qt
from qgis.PyQt.QtGui import QIcon
from qgis.PyQt.QtWidgets import QHBoxLayout, QLabel, QWidget

from ..format_texts import format_texts, picture_of

PICTURE = QSize(96, 48)
PROBLEM_COLOR = "#b3261e"


class FormatNote(QWidget):
    """Shows nothing until it is told a format."""

    def __init__(self) -> None:
        super().__init__()
        self._picture, self._text = QLabel(), QLabel()
        self._text.setWordWrap(True)
        self._text.setTextFormat(Qt.TextFormat.RichText)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 2, 0, 2)
        layout.addWidget(self._picture)
        layout.addWidget(self._text, 1)

    def tell(self, metadata_format: str, problem: str, hint: str) -> None:
        """What the format is, then what is in the way of an export, else a hint."""
        self._picture.setPixmap(QIcon(picture_of(metadata_format)).pixmap(PICTURE))
        lines = [_html(format_texts().get(metadata_format, ""))]
        if problem:
            lines.append(f'<span style="color:{PROBLEM_COLOR}">{_html(problem)}</span>')
        elif hint:
            lines.append(_html(hint))
        self._text.setText("<br>".join(lines))

    def text(self) -> str:
        """What it says, as HTML."""
        return str(self._text.text())


def _html(text: str) -> str:
    return escape(text, quote=False)
