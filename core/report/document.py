"""A report as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from .facts import BandFacts, ClassFacts, DatasetFacts, FootprintMap, Report

Json = dict[str, Any]


def json_report(report: Report, is_indented: bool) -> str:
    """The text of the report: in one line, or indented to be read."""
    layout: Any = {"indent": 2} if is_indented else {"separators": (",", ":")}
    return json.dumps(_report(report), ensure_ascii=False, allow_nan=False, **layout) + "\n"


def _report(report: Report) -> Json:
    return {
        "request": report.asked.request,
        "reproduce": {
            "command": report.asked.command,
            "python": report.asked.python,
            "notes": list(report.asked.notes),
        },
        "datasets": [_dataset(each) for each in report.datasets],
        "warnings": list(report.warnings),
    }


def _dataset(facts: DatasetFacts) -> Json:
    return {
        "folder": facts.folder,
        "images": facts.images,
        "chips": facts.chips,
        "chipsWithLabels": facts.labeled,
        "chipsBefore": facts.earlier,
        "labels": facts.labels,
        "splits": dict(facts.splits),
        "classes": _classes(facts.classes, "pixels" if facts.counts_pixels else "labels"),
        "singleObjects": _classes(facts.single_classes, "labels"),
        "bands": [_band(each) for each in facts.bands],
        "secondImageBands": [_band(each) for each in facts.partner_bands],
        "footprints": _footprints(facts.footprints),
        "samples": [
            {"chip": each.name, "split": each.split, "classes": list(each.class_names)}
            for each in facts.samples
        ],
    }


def _classes(classes: Sequence[ClassFacts], counted: str) -> list[Json]:
    return [
        {
            "value": each.value,
            "name": each.name,
            "originalName": each.original_name,
            "color": list(each.color),
            counted: each.count,
            "chips": each.chips,
        }
        for each in classes
    ]


def _band(band: BandFacts) -> Json:
    histogram = {"low": band.low, "high": band.high, "counts": list(band.bins)}
    return {
        "name": band.name,
        "min": band.minimum,
        "max": band.maximum,
        "mean": band.mean,
        "stddev": band.deviation,
        "histogram": histogram if band.bins else None,
    }


def _footprints(found: FootprintMap) -> Json:
    return {
        "crs": found.crs,
        "areCells": found.are_cells,
        "areas": [
            {
                "corners": [list(corner) for corner in each.corners],
                "group": each.group,
                "chips": each.chips,
            }
            for each in found.areas
        ],
    }
