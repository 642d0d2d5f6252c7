"""stats.txt, the service's file for people (formats.md, section 1)."""

from __future__ import annotations

from collections.abc import Iterator

from .esri_dataset import Dataset
from .manifest import Manifest
from .statistics import ClassStatistics, LabelStatistics, finite


def stats_text(dataset: Dataset, manifest: Manifest) -> str:
    """The text, with the line ends of the service."""
    labels, tile = manifest.labels, dataset.tile
    lines = [
        f"images = {manifest.chip_count} *{len(dataset.band_names)}*{tile.columns}*{tile.rows}",
        "",
    ]
    if dataset.has_labels:
        lines += _label_lines(dataset, labels)
    return "".join(f"{line}\r\n" for line in lines)


def _label_lines(dataset: Dataset, labels: LabelStatistics) -> Iterator[str]:
    counted = "features" if dataset.from_features else "pixels"
    per_image = labels.per_image
    span = (
        f"[min = {finite(per_image.minimum):.0f}, mean = {per_image.mean:.2f}, "
        f"max = {finite(per_image.maximum):.0f}]"
    )
    yield "Class feature statistics:"
    counts = {value: _count(entry, dataset) for value, entry in labels.per_class.items()}
    yield f"{counted} = {sum(counts.values())}"
    yield f"{'features' if dataset.from_features else 'classes'} per image = {span}"
    yield f"classes = {len(labels.per_class)}"
    yield (
        f"{'cls name':<40} {'cls value':>10} {'images':>10} {counted:>10} {'min size':>11} "
        f"{'mean size':>11} {'max size':>11}"
    )
    for value in sorted(labels.per_class):
        entry = labels.per_class[value]
        sizes = entry.sizes
        yield (
            f"{dataset.class_name(value):<40} {value:>10} {entry.images:>10} "
            f"{counts[value]:>10} {sizes.minimum:>11.2f} {sizes.mean:>11.2f} {sizes.maximum:>11.2f}"
        )


def _count(entry: ClassStatistics, dataset: Dataset) -> int:
    return entry.sizes.count if dataset.from_features else int(entry.sizes.total)
