"""The sums over chips as JSON, and back without losing a bit.

Whole numbers may be of any size; JSON writes real numbers with all digits that tell them apart.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, astuple
from typing import Any

from .manifest import Manifest
from .statistics import (
    AnyBandStatistics,
    BandStatistics,
    ClassStatistics,
    LabelStatistics,
    RealBandStatistics,
    Summary,
)

Json = dict[str, Any]
KINDS: Mapping[str, type[AnyBandStatistics]] = {
    "whole": BandStatistics,
    "real": RealBandStatistics,
}


def stored(manifest: Manifest) -> Json:
    """What `restored` makes the same sums of.

    >>> restored(stored(Manifest(7, 2))) == Manifest(7, 2)
    True
    """
    return {
        **asdict(manifest),
        "bands": _stored_bands(manifest.bands),
        "partner_bands": _stored_bands(manifest.partner_bands),
        "labels": {
            "per_class": _stored_classes(manifest.labels.per_class),
            "per_image": astuple(manifest.labels.per_image),
            "instances": _stored_classes(manifest.labels.instances),
        },
    }


def restored(sums: Mapping[str, Any]) -> Manifest:
    """The sums, as they were. Raises ValueError, LookupError or TypeError for anything else."""
    labels = sums["labels"]
    return Manifest(
        **{
            **sums,
            "bands": _bands(sums["bands"]),
            "partner_bands": _bands(sums["partner_bands"]),
            "labels": LabelStatistics(
                _classes(labels["per_class"]),
                Summary(*labels["per_image"]),
                _classes(labels["instances"]),
            ),
            "part_counts": tuple(sums["part_counts"]),
        }
    )


def _stored_bands(bands: Sequence[AnyBandStatistics]) -> list[Any]:
    names = {kind: name for name, kind in KINDS.items()}
    return [[names[type(band)], *astuple(band)] for band in bands]


def _bands(bands: Sequence[Any]) -> tuple[AnyBandStatistics, ...]:
    return tuple(KINDS[kind](*numbers) for kind, *numbers in bands)


def _stored_classes(classes: Mapping[int, ClassStatistics]) -> list[Any]:
    return [[value, entry.images, *astuple(entry.sizes)] for value, entry in classes.items()]


def _classes(classes: Sequence[Any]) -> dict[int, ClassStatistics]:
    return {value: ClassStatistics(images, Summary(*sizes)) for value, images, *sizes in classes}
