"""Features and areas on an image, whose grid may be the map's or that of its stored pixels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Optional

import numpy as np

from .blobs import packed
from .errors import UnreadableSource
from .feature_query import FeatureQuery
from .features import Features, Watch, are_pixels, read_areas, read_features
from .gdal_errors import GdalFailure
from .grid import PixelGrid
from .image import Image
from .outlines import clipped
from .pixel_space import MapPlace
from .wkb import shapes_of_wkb


def features_on(image: Image, query: FeatureQuery, watch: Watch) -> Features:
    """The features of a query, in the coordinates of the image's grid. Raises InvalidRequest."""
    placed, place = _placed(image, query)
    features = read_features(placed, watch)
    return replace(features, blobs=_in_pixels(features.blobs, place, query))


def smaller_on_top(features: Features) -> Features:
    """The features from the largest to the smallest, which is the order they are drawn in."""
    order = np.argsort(-shapes_of_wkb(features.blobs).areas(), kind="stable")
    blobs = packed(features.blobs).select(order)
    return replace(features, blobs=blobs, values=features.values[order])


def held_to(grid: PixelGrid, features: Features) -> Features:
    """Only what lies on a grid: filling around an image is nothing that could be labelled."""
    shapes = shapes_of_wkb(features.blobs)
    on_grid = shapes.on(grid)
    leaves = (np.minimum(on_grid.left, on_grid.bottom) < 0) | (on_grid.right > grid.columns)
    leaves |= on_grid.top > grid.rows
    blobs = list(features.blobs)
    for number in np.flatnonzero(leaves).tolist():
        blobs[number] = clipped(blobs[number], grid)
    there = [number for number, blob in enumerate(blobs) if blob]
    return replace(
        features,
        blobs=packed(blobs[number] for number in there),
        values=features.values[there],
        whole_areas=shapes.areas()[there],
    )


def areas_on(image: Image, query: FeatureQuery, watch: Watch) -> Sequence[bytes]:
    """The areas of a query, in the coordinates of the image's grid. Raises InvalidRequest."""
    placed, place = _placed(image, query)
    return _in_pixels(read_areas(placed, watch), place, query)


def _placed(image: Image, query: FeatureQuery) -> tuple[FeatureQuery, Optional[MapPlace]]:
    """The query where the image lies on the map, unless its features are in pixels already."""
    place = image.place
    if place is None or are_pixels(replace(query, grid=image.raster.grid)):
        return query, None
    whole = None if query.whole is None else place.grid
    return replace(query, grid=place.grid, whole=whole), place


def _in_pixels(
    blobs: Sequence[bytes], place: Optional[MapPlace], query: FeatureQuery
) -> Sequence[bytes]:
    if place is None:
        return blobs
    try:
        return packed(place.blob_in_pixels(blob) for blob in blobs)
    except GdalFailure as failure:
        raise UnreadableSource(
            f"{query.parameter}: '{query.source}' cannot be brought to pixels: {failure}"
        ) from failure
