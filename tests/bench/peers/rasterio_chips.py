"""A plain loop over windows with rasterio; prints seconds. IMAGE LABELS FOLDER TILE STRIDE WHAT

WHAT is `images`, `boxes` (VOC beside each) or `classes` (a class map beside each).
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import rasterio
from rasterio.features import rasterize
from rasterio.windows import Window
from shapely.geometry import box


def main(image: str, labels: str, folder: str, tile: str, stride: str, what: str) -> None:
    """Cut an image, with labels if any are wanted."""
    began = time.perf_counter()
    images, beside = Path(folder) / "images", Path(folder) / "labels"
    images.mkdir(parents=True)
    beside.mkdir()
    features = None if what == "images" else geopandas.read_file(labels)
    with rasterio.open(image) as source:
        for number, window in enumerate(windows(source, int(tile), int(stride))):
            profile = profile_of(source, window)
            with rasterio.open(images / f"{number}.tif", "w", **profile) as chip:
                chip.write(source.read(window=window))
            if what == "boxes":
                (beside / f"{number}.xml").write_text(boxes(features, profile))
            elif what == "classes":
                write_classes(features, beside / f"{number}.tif", profile)
    print(time.perf_counter() - began)


def windows(source: Any, tile: int, stride: int) -> Iterator[Window]:
    """Whole tiles, row by row."""
    for top in range(0, source.height - tile + 1, stride):
        for left in range(0, source.width - tile + 1, stride):
            yield Window(left, top, tile, tile)


def profile_of(source: Any, window: Window) -> dict[str, Any]:
    """What a chip's file is like."""
    return {
        "driver": "GTiff",
        "count": source.count,
        "dtype": source.dtypes[0],
        "crs": source.crs,
        "width": window.width,
        "height": window.height,
        "transform": source.window_transform(window),
    }


def on_chip(features: Any, profile: dict[str, Any]) -> Any:
    """Features that meet a chip."""
    bounds = rasterio.transform.array_bounds(
        profile["height"], profile["width"], profile["transform"]
    )
    area = box(*bounds)
    return features.iloc[features.sindex.query(area, predicate="intersects")], area


def boxes(features: Any, profile: dict[str, Any]) -> str:
    """A VOC file with the bounds of the clipped features, in pixels."""
    near, area = on_chip(features, profile)
    lines = ["<annotation>"]
    for value, (west, south, east, north) in zip(
        near["classvalue"], near.intersection(area).bounds.to_numpy()
    ):
        left, top = ~profile["transform"] * (west, north)
        right, bottom = ~profile["transform"] * (east, south)
        lines.append(
            f"<object><name>{value}</name><bndbox><xmin>{left:.2f}</xmin><ymin>{top:.2f}</ymin>"
            f"<xmax>{right:.2f}</xmax><ymax>{bottom:.2f}</ymax></bndbox></object>"
        )
    return "\n".join([*lines, "</annotation>"])


def write_classes(features: Any, path: Path, profile: dict[str, Any]) -> None:
    """The class of each pixel."""
    near, _ = on_chip(features, profile)
    burned = np.zeros((profile["height"], profile["width"]), np.uint8)
    if len(near):
        shapes = zip(near.geometry, near["classvalue"])
        rasterize(shapes, out=burned, transform=profile["transform"])
    with rasterio.open(path, "w", **{**profile, "count": 1, "dtype": "uint8"}) as chip:
        chip.write(burned, 1)


if __name__ == "__main__":
    main(*sys.argv[1:])
