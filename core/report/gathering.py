"""From what an export did to the facts of its report."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import TYPE_CHECKING, Any, Optional

import numpy as np
from numpy.typing import NDArray

from ..classes import UNKNOWN_COLOR, ClassTable, Color
from ..errors import ChipExportError, ExportCancelled
from ..labels import Labels
from ..prepared import Prepared
from ..progress import StopSignal
from ..request import ExportRequest
from ..statistics import AnyBandStatistics, ClassStatistics, standard_deviation
from .asked import asked
from .facts import BandFacts, ClassFacts, DatasetFacts, Report, SampleFacts
from .footprint_map import footprint_map
from .label_overlay import overlay_of
from .pictures import SIDE, Picture, as_pictures, data_uri, draw_mask, resized
from .samples import Sample, band_values, sample_count, samples_of
from .taken import TakenImage, taken_images
from .written_dataset import WrittenDataset

if TYPE_CHECKING:
    from ..files import Pixels

BINS = 32
TAILS = (0.2, 99.8)
"""Percent of the values between which a histogram lies: a few outliers would flatten it."""
SPARE_COLORS: tuple[Color, ...] = (
    (230, 75, 60),
    (50, 130, 240),
    (245, 190, 40),
    (30, 185, 165),
    (190, 90, 225),
    (245, 140, 40),
    (110, 200, 60),
    (235, 100, 160),
)
"""Of classes that have none."""


def report_of(
    request: ExportRequest,
    written: Sequence[WrittenDataset],
    warnings: Iterable[str],
    stop: StopSignal,
) -> Report:
    """The report of an export. It depends on what was written alone, not on when and how.

    Raises ExportCancelled.
    """
    said = list(warnings)
    datasets = [_dataset_facts(each, said, stop) for each in written]
    return Report(asked(request), request.metadata_format, datasets, tuple(dict.fromkeys(said)))


def _dataset_facts(written: WrittenDataset, warnings: list[str], stop: StopSignal) -> DatasetFacts:
    """The facts of a dataset; what keeps it from being shown becomes a warning."""
    first, manifest = written.images[0], written.manifest
    dataset, counts_pixels = first.dataset, not first.dataset.from_features
    images = taken_images(written.images, written.place_lines)
    samples = _samples(images, warnings, stop)
    return DatasetFacts(
        folder=first.folder.rstrip("/"),
        chips=manifest.chip_count,
        labeled=manifest.labeled_count,
        earlier=manifest.earlier_count,
        labels=manifest.feature_count,
        images=len(written.images),
        has_labels=dataset.has_labels,
        counts_pixels=counts_pixels,
        classes=_classes(manifest.labels.per_class, dataset.classes, counts_pixels),
        single_classes=_classes(manifest.labels.instances, dataset.instance_classes, False),
        splits=_splits(dataset.splits, manifest.part_counts),
        bands=tuple(_bands(manifest.bands, dataset.band_names, samples)),
        partner_bands=tuple(_bands(manifest.partner_bands, _partner_names(first), [])),
        footprints=footprint_map(images),
        samples=tuple(_pictures(samples, dataset.classes or dataset.instance_classes)),
    )


def _samples(
    images: Sequence[TakenImage], warnings: list[str], stop: StopSignal
) -> Sequence[Sample]:
    """Some chips; none if the images are gone meanwhile, for the dataset is whole without."""
    first = images[0].prepared
    tile, pixel_bytes = first.dataset.tile, first.image.raster.pixel_bytes
    try:
        return samples_of(images, sample_count(tile.columns * tile.rows * pixel_bytes), stop)
    except ExportCancelled:
        raise
    except ChipExportError as error:
        warnings.append(f"There are no pictures, as the images cannot be read any more: {error}")
        return []


def _splits(names: Sequence[str], counts: Sequence[int]) -> dict[str, int]:
    """Chips of each split; of the last ones there may be no counts."""
    known = [*counts, *([0] * len(names))]
    return dict(zip(names, known))


def _partner_names(first: Prepared) -> Sequence[str]:
    return () if first.dataset.partner is None else first.dataset.partner.band_names


def _classes(
    found: Mapping[int, ClassStatistics], table: Optional[ClassTable], counts_pixels: bool
) -> tuple[ClassFacts, ...]:
    """All classes that are known or found, ascending by value."""
    if table is None:
        return ()
    nothing = ClassStatistics()
    values = sorted({*found, *(entry.value for entry in table.classes)})
    facts = []
    for rank, value in enumerate(values):
        statistics, entry = found.get(value, nothing), table.entry(value)
        name = table.name_of(value)
        original = entry.original_name if entry else name
        sizes = statistics.sizes
        count = int(sizes.total if counts_pixels else sizes.count)
        color = _color(table, value, rank)
        facts.append(ClassFacts(value, name, original, color, count, statistics.images))
    return tuple(facts)


def _color(table: ClassTable, value: int, rank: int) -> Color:
    known = table.color_of(value)
    return SPARE_COLORS[rank % len(SPARE_COLORS)] if known == UNKNOWN_COLOR else known


# Bands


def _bands(
    bands: Sequence[AnyBandStatistics], names: Sequence[str], samples: Sequence[Sample]
) -> Iterator[BandFacts]:
    for number, band in enumerate(bands):
        name = (names[number] if number < len(names) else "") or f"Band {number + 1}"
        values = band_values(samples, number)
        low, high, bins = _histogram(values)
        yield BandFacts(
            name,
            float(band.minimum) if band.count else None,
            float(band.maximum) if band.count else None,
            float(band.mean),
            standard_deviation(band),
            low,
            high,
            bins,
        )


def _histogram(values: NDArray[np.float64]) -> tuple[float, float, tuple[int, ...]]:
    """Where it begins and ends, and its bins."""
    if not len(values):
        return 0.0, 0.0, ()
    low, high = (float(edge) for edge in np.percentile(values, TAILS))
    if low == high:
        high = low + 1
    counts, _ = np.histogram(np.clip(values, low, high), BINS, (low, high))
    return low, high, tuple(counts.tolist())


# Pictures


def _pictures(samples: Sequence[Sample], table: Optional[ClassTable]) -> Iterator[SampleFacts]:
    """The samples with their labels, all of them stretched alike."""
    pictures = as_pictures([_small(sample.pixels) for sample in samples])
    partners = [sample.partner for sample in samples if sample.partner is not None]
    seconds = as_pictures([_small(each) for each in partners]) if partners else []
    for sample, picture, second in zip_longest(samples, pictures, seconds):
        _draw(picture, sample, table)
        _, rows, columns = sample.pixels.shape
        yield SampleFacts(
            sample.name,
            columns,
            rows,
            data_uri(picture),
            overlay_of(sample.labels),
            sample.split,
            tuple(table.name_of(it) for it in sample.labels.class_values) if table else (),
            "" if second is None else data_uri(second),
        )


def _scale(rows: int, columns: int) -> float:
    return min(1.0, SIDE / max(rows, columns))


def _small(pixels: Pixels) -> Any:
    """Pixels (band, row, column) no larger than a picture."""
    shown, scale = pixels[:3], _scale(*pixels.shape[1:])
    return shown if scale == 1 else resized(shown.transpose(1, 2, 0), scale).transpose(2, 0, 1)


def _draw(picture: Picture, sample: Sample, table: Optional[ClassTable]) -> None:
    """Tint what is labelled pixel by pixel."""
    colors = {} if table is None else _colors(table)
    for values, numbers in _maps(sample.labels):
        scale = _scale(*values.shape)
        draw_mask(picture, resized(values, scale), resized(numbers, scale), colors)


def _maps(labels: Labels) -> Iterator[tuple[Pixels, Pixels]]:
    """Class values (row, column), and numbers that tell one object from the next."""
    if labels.class_map is not None:
        shown = labels.class_map.reshape(labels.class_map.shape[-2:])
        yield shown, shown
    for mask in labels.instance_masks:
        for layer in mask.pixels:
            yield np.where(layer > 0, mask.class_value, 0), layer


def _colors(table: ClassTable) -> dict[int, Color]:
    return {
        entry.value: _color(table, entry.value, rank) for rank, entry in enumerate(table.classes)
    }
