"""What is said when an export is done."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from .esri_dataset import Dataset
from .journal import Confirmed
from .manifest import Manifest, joined
from .prepared import Prepared
from .progress import Progress
from .selecting import Selected

BLANK = "no label in them covers the middle of a pixel"


def summarise(
    written: Sequence[tuple[Prepared, Manifest]], seconds: float, progress: Progress, kept: int = 0
) -> None:
    """Say what was done, and what the user may not have expected.

    So many chips were kept of an export that was broken off.
    """
    total = joined([manifest for _, manifest in written])
    count = total.chip_count - total.earlier_count
    rate = (count - kept) / max(seconds, 1e-9)
    if total.earlier_count:
        progress.info(f"{total.earlier_count} chips were there; counts of labels are of all chips.")
    progress.info(
        f"{count} chips in {seconds:.1f} s ({rate:.0f} chips/s), "
        f"{total.labeled_count} of them with labels."
    )
    if 0 < total.blank_count < total.labeled_count:
        progress.info(f"  {total.blank_count} of these have empty label images: {BLANK}.")
    for prepared, manifest in written:
        if prepared.folder:
            progress.info(f"  {prepared.folder.rstrip('/')}: {manifest.chip_count} chips")
            for warning in warnings_of([(prepared, manifest)]):
                progress.warning(warning)
        for line in chain(
            _split_line(prepared.dataset, manifest), _class_lines(prepared.dataset, manifest)
        ):
            progress.info(line)
    if not written[0][0].folder:
        for warning in warnings_of(written):
            progress.warning(warning)


def tell_kept(confirmed: Iterable[Confirmed], progress: Progress) -> int:
    """Say how many chips were kept of an export that was broken off."""
    count = sum(each.chip_count for each in confirmed)
    if count:
        progress.info(f"existingOutput: {count} chips are there already; the rest follows.")
    return count


def tell_left_out(choice: Selected, progress: Progress) -> None:
    """Say how many chips were not chosen, and why."""
    if choice.straddling:
        progress.warning(
            f"split: {choice.straddling} chips would share pixels with chips of another split; "
            "they are left out."
        )
    if choice.unlabeled:
        progress.info(f"negativeRatio: {choice.unlabeled} chips without labels are left out.")


def _split_line(dataset: Dataset, manifest: Manifest) -> Iterator[str]:
    counts = [*manifest.part_counts, *([0] * len(dataset.splits))]
    if dataset.splits:
        parts = (f"{split} {count}" for split, count in zip(dataset.splits, counts))
        yield f"  chips of each split: {', '.join(parts)}"


def _class_lines(dataset: Dataset, manifest: Manifest) -> Iterator[str]:
    """A line for each class, and for each class of single objects."""
    if not dataset.has_labels:
        return
    for value, entry in sorted(manifest.labels.per_class.items()):
        count = (
            f"{entry.sizes.count} labels"
            if dataset.from_features
            else f"{entry.sizes.total} pixels"
        )
        yield f"  {value} {dataset.class_name(value)}: {count} in {entry.images} chips"
    for value, entry in sorted(manifest.labels.instances.items()):
        name = dataset.instance_classes.name_of(value) if dataset.instance_classes else value
        yield f"  {value} {name}: {entry.sizes.count} single objects in {entry.images} chips"


def warnings_of(written: Sequence[tuple[Prepared, Manifest]]) -> Iterator[str]:
    """What the user may not have expected of what was written."""
    for prepared, manifest in written:
        if not manifest.chip_count:
            where = f"{prepared.folder.rstrip('/')}: " if prepared.folder else ""
            yield f"{where}No chip was written: none fits the mask, the labels and the data."
        elif prepared.dataset.has_labels and not manifest.labeled_count:
            yield (
                "inputClassData: no chip has a label; most trainers cannot load such a dataset. "
                "Check that the labels lie on the image."
            )
        elif prepared.dataset.has_labels and not manifest.labels.per_class:
            yield (
                "inputClassData: no chip has a class, only single objects; trainers cannot load "
                "such a dataset. Check that it lies on the image."
            )
        elif 0 < manifest.labeled_count == manifest.blank_count:
            yield (
                f"inputClassData: all label images are empty: {BLANK}. Choose a smaller cellSize, "
                "or widen the labels by bufferRadius."
            )
