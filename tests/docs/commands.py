"""The commands that pages show, and the parameters that the code declares."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...core.grid import Size
from ...core.request import ExportRequest, FeatureSource, RasterSource
from ...core.request_choices import parameter_name
from .page import ROOT

PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
BLOCK = re.compile(r"^```\w*\n(.*?)^```$", re.MULTILINE | re.DOTALL)
DECLARED = re.compile(
    r"\b(?:QgsProcessingParameter\w+|choice|flag|number|text|whole_number)\(\s*\"(\w+)\""
)
PREVIEW = "chipwright:previewchips"
ALGORITHMS = {
    "chipwright:checkdataset": "check_dataset.py",
    "chipwright:runexportrequest": "run_export_request.py",
    PREVIEW: "preview_chips.py",
}
"""Algorithms other than the export, and where they declare their parameters."""
TOO = {"chipwright:runexportrequest": "export_outputs.py"}
"""Modules of the export of which they have all parameters, too."""
OF_EXPORT_ALONE = {"outputLocation", "existingOutput", "f", "footprints"}
"""What a preview does not take of the parameters of the export."""
OF_THE_SHELL = re.compile(r"\d?>|\||&|;$")
RASTERS = (".tif", ".vrt")
REMOTE = ("arcgismapserver://", "wms://")


@dataclass(frozen=True)
class Command:
    """An algorithm, and what it is given."""

    algorithm: str
    values: tuple[tuple[str, str], ...]

    def __str__(self) -> str:
        return f"{self.algorithm} {' '.join(map('='.join, self.values))}"


def commands(text: str) -> Iterator[Command]:
    r"""The runs of our algorithms in the blocks of a page.

    >>> [str(it) for it in commands("```\nqgis_process run chipwright:b -- x=1 \\\n  y='2 3' >log\n```\n")]
    ['chipwright:b x=1 y=2 3']
    """
    for block in BLOCK.findall(text):
        for line in block.replace("\\\n", " ").splitlines():
            words = _words(line) if line.strip().startswith("qgis_process ") else []
            if "run" in words and words[words.index("run") + 1].startswith("chipwright:"):
                given = words[words.index("--") + 1 :] if "--" in words else []
                values = tuple(
                    (name, value) for name, _, value in (it.partition("=") for it in given)
                )
                yield Command(words[words.index("run") + 1], values)


def _words(line: str) -> list[str]:
    """Of a command, up to where the shell takes over."""
    words = shlex.split(line)
    ends = [place for place, word in enumerate(words) if OF_THE_SHELL.match(word)]
    return words[: min(ends, default=len(words))]


def declared(algorithm: str) -> set[str]:
    """Names of the parameters of an algorithm, by the text of the modules that declare them."""
    folder = ROOT / "algorithms"
    own = [folder / of[algorithm] for of in (ALGORITHMS, TOO) if algorithm in of]
    of_export = [it for it in folder.glob("*.py") if it.name not in ALGORITHMS.values()]
    modules = own if own and algorithm != PREVIEW else own + of_export
    found = {name for it in modules for name in DECLARED.findall(it.read_text("utf-8"))}
    return found - OF_EXPORT_ALONE if algorithm == PREVIEW else found


def request_of(command: Command) -> ExportRequest:
    """The request of an export. Raises InvalidRequest for what no sources could make right."""
    given = dict(command.values)
    fields = {parameter_name(it): it for it in ExportRequest.__dataclass_fields__}
    known = {
        fields[name]: _value(fields[name], text) for name, text in given.items() if name in fields
    }
    for field in ("tile_size", "stride_size"):
        default: Size = getattr(ExportRequest, field)
        name = parameter_name(field)
        columns, rows = given.get(f"{name}X", default.columns), given.get(f"{name}Y", default.rows)
        known[field] = Size(int(columns), int(rows))
    return ExportRequest(**known)


def _value(field: str, text: str) -> Any:
    """What a text means for a field of the request."""
    if field == "extent":  # it takes QGIS to read it
        return None
    if field in ("bands", "scaling_percentiles"):
        return tuple(int(word) for word in re.split("[,-]", text))
    if field == "raster_items":
        return (RasterSource(text),)
    if field.startswith(("input_", "additional_")):
        is_raster = Path(text).suffix in RASTERS or text.startswith(REMOTE)
        return RasterSource(text) if is_raster else FeatureSource(text)
    default = ExportRequest.__dataclass_fields__[field].default
    if isinstance(default, bool):
        return {"true": True, "false": False}[text]
    if isinstance(default, int):
        return int(text)
    return float(text) if default is None or isinstance(default, float) else text
