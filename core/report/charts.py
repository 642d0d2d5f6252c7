"""Charts as SVG within a page; every text in them is escaped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from ..classes import Color
from .facts import BandFacts, FootprintMap, Point, SampleFacts
from .label_overlay import number

MOST_BARS = 60
LABEL, BAR, FIGURES, LINE = 190, 360, 260, 22
"""Widths of the parts of a bar chart, and the height of a line, in pixels."""
LONGEST = 26
"""Letters of a name on a chart; all of it is shown when the mouse rests on it."""
GROUP_COLORS = ("#2e86de", "#e67e22", "#27ae60", "#8e44ad", "#c0392b", "#16a085")
SMALL = 128
"""Chips with fewer pixels along both sides are shown with their pixels, not blurred."""
MAP = 560
"""Pixels of the longer side of a map."""


@dataclass(frozen=True)
class Bar:
    """A line of a bar chart."""

    name: str
    value: int
    color: str
    note: str = ""


def css(color: Color) -> str:
    """A colour in a style.

    >>> css((255, 0, 16))
    '#ff0010'
    """
    return "#{:02x}{:02x}{:02x}".format(*(min(max(part, 0), 255) for part in color))


def shortened(name: str) -> str:
    """A name that has room on a chart, escaped."""
    return escape(name if len(name) <= LONGEST else f"{name[: LONGEST - 1]}…")


def bar_chart(title: str, bars: Sequence[Bar]) -> str:
    """Horizontal bars, the longest as long as there is room."""
    shown = bars[:MOST_BARS]
    most = max((bar.value for bar in bars), default=0) or 1
    lines = "".join(_bar(bar, rank, most) for rank, bar in enumerate(shown))
    rest = f"<p>… and {len(bars) - MOST_BARS} more</p>" if len(bars) > MOST_BARS else ""
    size = (LABEL + BAR + FIGURES, LINE * len(shown) + 4)
    return _svg(title, *size, lines, "chart") + rest


def _bar(bar: Bar, rank: int, most: int) -> str:
    top = rank * LINE
    width = BAR * bar.value / most
    return (
        f"<g><title>{escape(bar.name)}: {bar.value:,}</title>"
        f'<text x="{LABEL - 8}" y="{top + 15}" text-anchor="end">{shortened(bar.name)}</text>'
        f'<rect x="{LABEL}" y="{top + 3}" width="{number(width)}" height="{LINE - 6}" rx="2" '
        f'fill="{bar.color}" stroke="#8886"/>'
        f'<text x="{number(LABEL + width + 6)}" y="{top + 15}">{bar.value:,} '
        f'<tspan class="faint">{escape(bar.note)}</tspan></text></g>'
    )


def histogram(band: BandFacts) -> str:
    """The values of a band."""
    width, height = 256, 90
    most, count = max(band.bins) or 1, len(band.bins)
    step = width / count
    bars = "".join(
        f'<rect x="{number(rank * step)}" y="{number(height * (1 - value / most))}" '
        f'width="{number(step - 0.8)}" height="{number(height * value / most)}"/>'
        for rank, value in enumerate(band.bins)
    )
    ends = (
        f'<text x="0" y="{height + 15}">{band.low:.6g}</text>'
        f'<text x="{width}" y="{height + 15}" text-anchor="end">{band.high:.6g}</text>'
    )
    return _svg(f"Histogram of {band.name}", width, height + 20, bars + ends, "bins")


def footprints(found: FootprintMap, groups: Sequence[str]) -> str:
    """The map of the chips, colours by group."""
    points = [point for area in found.areas for point in area.corners]
    points += [point for outline in found.images for point in outline]
    if not points:
        return ""
    place = _Placing(points)
    most = max((area.chips for area in found.areas), default=1)
    colors = dict(zip(groups, GROUP_COLORS * len(groups)))
    images = "".join(f'<path class="image" d="{place.path(each)}"/>' for each in found.images)
    areas = "".join(
        f'<path d="{place.path(area.corners)}" fill="{colors.get(area.group, GROUP_COLORS[0])}" '
        f'fill-opacity="{0.15 + 0.75 * area.chips / most if found.are_cells else 0.3:.2f}"/>'
        for area in found.areas
    )
    columns, rows = place.size
    return _svg("Map of the chips", columns, rows, images + areas, "map")


class _Placing:
    """Puts map coordinates on a chart, north up."""

    def __init__(self, points: Sequence[Point]) -> None:
        xs, ys = zip(*points)
        self._left, self._top = min(xs), max(ys)
        width, height = max(xs) - self._left, self._top - min(ys)
        self._scale = (MAP - 4) / (max(width, height) or 1.0)
        self.size = round(width * self._scale) + 4, round(height * self._scale) + 4

    def path(self, corners: Sequence[Point]) -> str:
        """A polygon."""
        placed = (
            f"{number((x - self._left) * self._scale + 2)} "
            f"{number((self._top - y) * self._scale + 2)}"
            for x, y in corners
        )
        return f"M{'L'.join(placed)}Z"


def sample(facts: SampleFacts, colors: dict[int, str], names: dict[int, str]) -> str:
    """A chip with its labels over it."""
    shapes = "".join(
        f'<path d="{shape.path}" stroke="{colors.get(shape.class_value, "#bebebe")}" '
        f'fill="{colors.get(shape.class_value, "#bebebe")}">'
        f"<title>{escape(names.get(shape.class_value, str(shape.class_value)))}</title></path>"
        for shape in facts.overlay.shapes
    )
    image = f'<image href="{facts.uri}" width="{facts.columns}" height="{facts.rows}"/>'
    kind = "chip" if max(facts.columns, facts.rows) >= SMALL else "chip small"
    return _svg(f"Chip {facts.name}", facts.columns, facts.rows, image + shapes, kind)


def _svg(title: str, columns: float, rows: float, content: str, kind: str) -> str:
    return (
        f'<svg class="{kind}" role="img" aria-label="{escape(title)}" '
        f'viewBox="0 0 {number(columns)} {number(rows)}" width="{number(columns)}">'
        f"{content}</svg>"
    )
