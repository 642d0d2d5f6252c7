"""Images whose pixels become 8 bits by one stretch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Optional

from .cancelling import stop_if_cancelled
from .esri_dataset import Scaling
from .image_readers import Partner
from .pixel_scaling import ScaledReader, scaled_alike
from .prepared import Prepared
from .progress import Progress
from .shared_window import PixelReader


def stretched(images: Sequence[Prepared], progress: Progress) -> list[Prepared]:
    """Images of a dataset with the one stretch of their pixels, where they are to be 8 bits.

    It takes a look at every pixel, so it comes last.
    """
    percentiles, partner = images[0].request.scaling_percentiles, images[0].partner

    def watch() -> None:
        stop_if_cancelled(progress)

    masks = [each.image.mask for each in images]
    readers = scaled_alike([each.image.reader for each in images], masks, percentiles, watch)
    if partner is not None:
        (second,) = scaled_alike([partner.reader], [partner.mask], percentiles, watch)
        images = [replace(each, partner=_read_by(second, each.partner)) for each in images]
    return [
        replace(
            each,
            image=replace(each.image, reader=reader),
            dataset=replace(each.dataset, scaling=_scaling(readers[0])),
        )
        for each, reader in zip(images, readers)
    ]


def _read_by(reader: PixelReader, partner: Optional[Partner]) -> Optional[Partner]:
    return None if partner is None else replace(partner, reader=reader)


def _scaling(reader: PixelReader) -> Optional[Scaling]:
    if not isinstance(reader, ScaledReader):
        return None
    stretch = reader.stretch
    return Scaling(stretch.method, stretch.lows, stretch.highs)
