"""The help beside the dialog: what the algorithm does, and every format with its picture."""

from __future__ import annotations

from html import escape

from qgis.core import QgsApplication
from qgis.PyQt.QtCore import QCoreApplication, QUrl

from .format_texts import format_texts, picture_of

COMMAND_LINE = "qgis_process"
translate = QCoreApplication.translate


def export_help() -> str:
    """For the dialog as HTML, a paragraph in each line; for the command line as plain text."""
    lines = [_introduction(), "", translate("Chipwright", "The metadata formats:")]
    if QgsApplication.platform() == COMMAND_LINE:
        lines += [f"- {name}: {text}" for name, text in format_texts().items()]
    else:
        lines += [_entry(name, text) for name, text in format_texts().items()]
    return "\n".join(lines)


def _introduction() -> str:
    return translate(
        "Chipwright",
        "Chips are small images of one size, cut out of a large one. Each is written with its "
        "labels beside it, in the format that the training reads.\n\n"
        "Choose the image, a layer with labels and the class field. Chip size and step are in "
        "pixels: with the defaults, chips of 256 × 256 pixels overlap by half. The metadata "
        "format decides what is written: boxes, class maps, masks or images only. The dialog "
        "shows the parameters that have a meaning for it.\n\n"
        "Label features may be in any coordinate system. Points and lines need a buffer in "
        "formats that want areas. Filters and unsaved edits of the label layer are honoured; "
        "no layer is ever changed.\n\n"
        "Every parameter explains itself when the mouse rests on it.",
    )


def _entry(name: str, text: str) -> str:
    picture = QUrl.fromLocalFile(picture_of(name)).toString()
    return f'<img src="{picture}" width="144" height="72"><br><b>{name}</b><br>{escape(text)}'
