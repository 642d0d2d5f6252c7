"""A report as a page that needs nothing but itself; every text of the user's is escaped."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from html import escape

from .charts import GROUP_COLORS, Bar, bar_chart, css, footprints, histogram, sample, shortened
from .facts import BandFacts, ClassFacts, DatasetFacts, FootprintMap, Report
from .style import STYLE

MOST_TEXT = 100_000
"""Letters of a request or a command; longer ones are cut off."""
MOST_WARNINGS, MOST_BANDS, MOST_RENAMED = 100, 16, 100
MOST_NAMES = 8
"""Classes that are named below a chip."""
ONLY_ITSELF = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"


def html_report(report: Report) -> Iterator[str]:
    """The page, piece by piece."""
    chips = sum(each.chips for each in report.datasets)
    title = f"{report.metadata_format}: {chips:,} chips"
    yield (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{ONLY_ITSELF}">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>{escape(title)}</title><style>{STYLE}</style></head><body>\n"
        f"<h1>{escape(title)}</h1>\n"
    )
    yield from _warnings(report.warnings)
    for facts in report.datasets:
        yield from _dataset(facts)
    yield from _request(report)
    yield "</body></html>\n"


def _warnings(warnings: Sequence[str]) -> Iterator[str]:
    if not warnings:
        return
    items = "".join(f"<li>{escape(each)}</li>" for each in warnings[:MOST_WARNINGS])
    rest = len(warnings) - MOST_WARNINGS
    more = f"<li>… and {rest} more</li>" if rest > 0 else ""
    yield f'<section class="warnings"><h2>Warnings</h2><ul>{items}{more}</ul></section>\n'


def _dataset(facts: DatasetFacts) -> Iterator[str]:
    if facts.folder:
        yield f"<h1>{escape(facts.folder)}</h1>\n"
    yield _section("Counts", _counts(facts))
    yield _section("Chips of each split", _splits(facts))
    unit = "pixels" if facts.counts_pixels else "labels"
    yield _section("Classes", _classes(facts.classes, unit))
    yield _section("Classes of single objects", _classes(facts.single_classes, "labels"))
    yield _section("Names that were changed", _renamed([*facts.classes, *facts.single_classes]))
    yield _section("Samples", _samples(facts))
    yield _section("Where the chips lie", _map(facts.footprints, list(facts.splits)))
    yield _section("Bands", _bands(facts.bands))
    yield _section("Bands of the second images", _bands(facts.partner_bands))


def _section(heading: str, content: str) -> str:
    return f"<section><h2>{heading}</h2>\n{content}</section>\n" if content else ""


def _counts(facts: DatasetFacts) -> str:
    rows = [("Chips", facts.chips)]
    if facts.earlier:
        rows.append(("of them there before", facts.earlier))
    if facts.has_labels:
        rows.append(("Chips with labels", facts.labeled))
        if not facts.counts_pixels:
            rows.append(("Labels over all chips", facts.labels))
    if facts.images > 1:
        rows.append(("Images", facts.images))
    cells = "".join(f"<div><b>{value:,}</b> {name}</div>" for name, value in rows)
    return f'<div class="counts">{cells}</div>'


def _splits(facts: DatasetFacts) -> str:
    if not facts.splits:
        return ""
    total = sum(facts.splits.values()) or 1
    bars = [
        Bar(name, count, color, f"{100 * count / total:.1f} %")
        for (name, count), color in zip(facts.splits.items(), GROUP_COLORS)
    ]
    return bar_chart("Chips of each split", bars)


def _classes(classes: Sequence[ClassFacts], unit: str) -> str:
    if not classes:
        return ""
    total = sum(each.count for each in classes) or 1
    bars = [
        Bar(
            f"{each.value} {each.name}" if each.name != str(each.value) else each.name,
            each.count,
            css(each.color),
            f"{100 * each.count / total:.1f} %, in {each.chips:,} chips",
        )
        for each in classes
    ]
    return f"<p>{unit.capitalize()} of each class</p>{bar_chart('Class balance', bars)}"


def _renamed(classes: Sequence[ClassFacts]) -> str:
    """Original names of classes, where the dataset has others."""
    changed = [each for each in classes if each.name != each.original_name]
    rows = "".join(
        f"<tr><td>{each.value}</td><td>{escape(each.original_name)}</td>"
        f"<td>{escape(each.name)}</td></tr>"
        for each in changed[:MOST_RENAMED]
    )
    head = "<tr><th>Value</th><th>In the label data</th><th>In the dataset</th></tr>"
    return f"<table>{head}{rows}</table>" if changed else ""


def _samples(facts: DatasetFacts) -> str:
    classes = {each.value: each for each in (*facts.single_classes, *facts.classes)}
    colors = {value: css(each.color) for value, each in classes.items()}
    names = {value: each.name for value, each in classes.items()}
    cells = []
    for chip in facts.samples:
        said = [chip.split, *chip.class_names[:MOST_NAMES]]
        said += [f"{chip.overlay.left_out} more labels"] if chip.overlay.left_out else []
        caption = " · ".join(shortened(each) for each in said if each)
        second = f'<img src="{chip.partner_uri}" alt="second image">' if chip.partner_uri else ""
        cells.append(
            f"<figure>{sample(chip, colors, names)}{second}"
            f"<figcaption>{escape(chip.name)} <span>{caption}</span></figcaption></figure>"
        )
    legend = "".join(
        f'<span><i style="background:{colors[value]}"></i>{shortened(name)}</span>'
        for value, name in list(names.items())[:40]
    )
    if not cells:
        return ""
    return f'<div class="legend">{legend}</div><div class="samples">{"".join(cells)}</div>'


def _map(found: FootprintMap, splits: Sequence[str]) -> str:
    """The map, its colours those of the chart of splits."""
    groups = splits or sorted({area.group for area in found.areas if area.group})
    picture = footprints(found, groups)
    if not found.areas:
        return ""
    legend = "".join(
        f'<span><i style="background:{color}"></i>{escape(name)}</span>'
        for name, color in zip(groups, GROUP_COLORS)
    )
    how = (
        "Each square is darker the more chips have their middle in it."
        if found.are_cells
        else "Each outline is a chip; where chips overlap, it is darker."
    )
    system = escape(found.crs) if found.crs else "pixels, or no coordinate system"
    return f'<p>{how} ({system})</p><div class="legend">{legend}</div>{picture}'


def _bands(bands: Sequence[BandFacts]) -> str:
    cells = []
    for band in bands[:MOST_BANDS]:
        low, high = ("–" if it is None else f"{it:.6g}" for it in (band.minimum, band.maximum))
        cells.append(
            f"<figure>{histogram(band) if band.bins else ''}<figcaption>{escape(band.name)} "
            f"<span>{low} to {high}, mean {band.mean:.6g}, standard deviation "
            f"{band.deviation:.6g}</span></figcaption></figure>"
        )
    rest = len(bands) - MOST_BANDS
    more = f"<p>… and {rest} more</p>" if rest > 0 else ""
    return f'<div class="bands">{"".join(cells)}</div>{more}' if cells else ""


def _request(report: Report) -> Iterator[str]:
    asked = report.asked
    notes = "".join(f"<li>{escape(note)}</li>" for note in asked.notes)
    yield (
        f"<section><h2>Run it again</h2><ul>{notes}</ul>"
        f"<h3>On the command line</h3>{_code(asked.command)}"
        f"<h3>In Python, within QGIS</h3>{_code(asked.python)}</section>\n"
    )
    text = json.dumps(asked.request, indent=2, ensure_ascii=False)
    yield f"<section><h2>The request</h2>{_code(text)}</section>\n"


def _code(text: str) -> str:
    cut = "\n… (too long for a page: f=json has all of it)" if len(text) > MOST_TEXT else ""
    return f"<pre>{escape(text[:MOST_TEXT] + cut)}</pre>"
