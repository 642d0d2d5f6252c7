"""The statistics of a dataset, compared with what numpy makes of all its chips."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple, Optional

import numpy as np
import pytest
from numpy.typing import NDArray

from chipwright.core.request import Size
from chipwright.tests.scenes import Scene

from .dataset_reading import accumulated, chips, definition, pixels, position, valid
from .exporting import classes, export_chips, features, picture
from .made_sources import Row, box, features_file, random_pixels, raster_file

TILE, STRIDE = Size(96, 64), Size(50, 31)
COLUMNS, ROWS = 256, 192
ROOFS: list[Row] = [(box(20, 20, 90, 60), {"value": 1}), (box(100, 30, 250, 150), {"value": 7})]
ROOT_FILES = ("esri_accumulated_stats.json", "esri_model_definition.emd", "map.txt", "stats.txt")
LEAST_FLOAT = -3.4028234663852886e38


class Kind(NamedTuple):
    """An image, and the format of its chips."""

    chip_format: str
    dtype: str
    bands: int
    nodata: Optional[float] = None

    def __str__(self) -> str:
        return "-".join(map(str, self))


KINDS = [
    *[Kind("TIFF", "uint8", bands, nodata) for bands in (1, 3, 4, 12) for nodata in (None, 7)],
    Kind("TIFF", "uint8", 2, -9999),
    Kind("TIFF", "uint16", 3),
    Kind("TIFF", "uint16", 12, 65535),
    Kind("TIFF", "int16", 1, -32768),
    Kind("TIFF", "int16", 4),
    Kind("TIFF", "int32", 3, -1),
    Kind("TIFF", "uint32", 1),
    Kind("TIFF", "float32", 1),
    Kind("TIFF", "float32", 4, LEAST_FLOAT),
    Kind("TIFF", "float32", 12, 0.1),
    Kind("TIFF", "float64", 3, float("nan")),
    *[Kind("PNG", dtype, bands) for dtype in ("uint8", "uint16") for bands in (1, 3)],
    Kind("PNG", "uint8", 3, 0),
    Kind("PNG", "uint16", 1, 65535),
    *[Kind("JPEG", "uint8", bands, nodata) for bands in (1, 3) for nodata in (None, 7)],
    Kind("MRF", "uint8", 1, 7),
    Kind("MRF", "uint8", 3),
    Kind("MRF", "uint16", 4, 65535),
    Kind("MRF", "int16", 12),
    Kind("MRF", "float32", 1, LEAST_FLOAT),
    Kind("MRF", "float32", 4),
]
OF_RASTERS = [kind for kind in KINDS if kind.bands in (1, 4) and kind.dtype[:3] != "int"]


def image_of(kind: Kind, path: Path) -> Path:
    values = with_gaps(random_pixels((kind.bands, ROWS, COLUMNS), kind.dtype), kind.nodata)
    return raster_file(path, values, nodata=kind.nodata)


def with_gaps(values: NDArray[Any], nodata: Optional[float]) -> NDArray[Any]:
    """Some no-data in every band, a chip full of it, and NaN where there can be some."""
    if nodata is not None and can_be(nodata, values.dtype):
        values[:, :70, :100] = nodata
        values[:, 100::7, ::5] = nodata
    if values.dtype.kind == "f":
        values[:, 150:160, 30:60] = np.nan
    return values


def can_be(nodata: float, dtype: np.dtype[Any]) -> bool:
    limits = np.finfo(dtype) if dtype.kind == "f" else np.iinfo(dtype)
    return np.isnan(nodata) or bool(limits.min <= nodata <= limits.max)


def assert_exact(written: list[NDArray[Any]], nodata: Optional[float], found: Any) -> None:
    """The state of each band is what numpy makes of all chips."""
    assert len(found) == len(written[0])
    for band, state in enumerate(found):
        every = np.concatenate([chip[band].ravel() for chip in written]).astype(np.float64)
        known = np.concatenate([valid(chip[band], nodata).ravel() for chip in written])
        data = every[known]
        expected = [data.min(), data.max(), data.mean(), ((data - data.mean()) ** 2).sum()]
        assert np.allclose([state[key] for key in ("Min", "Max", "M1", "M2")], expected, rtol=1e-9)
        assert (state["Num"], state["Mean"], state["StdDev"]) == (len(data), 0, 0)


def assert_summed_up(state: Any, found: Any) -> None:
    """The summary of each band follows from its state."""
    assert len(found) == len(state)
    for it, band in zip(state, found):
        deviation = (it["M2"] / max(it["Num"] - 1, 1)) ** 0.5
        expected = [it["Min"], it["Max"], it["M1"], deviation]
        assert [band[key] for key in ("Min", "Max", "Mean", "StdDev")] == pytest.approx(
            expected, rel=1e-12
        )


@pytest.mark.parametrize(
    ("kind", "labels"),
    [*((kind, "features") for kind in KINDS), *((kind, "raster") for kind in OF_RASTERS)],
    ids=str,
)
def test_statistics_of_bands_are_those_of_all_chips_read_back(
    tmp_path: Path, kind: Kind, labels: str
) -> None:
    """But for JPEG, which changes pixels: there, those of the image where chips lie."""
    image = image_of(kind, tmp_path / "image.tif")
    folder = tmp_path / "chips"
    export_chips(
        image,
        folder,
        metadata_format="Classified_Tiles",
        input_class_data=labels_of(labels, tmp_path),
        chip_format=kind.chip_format,
        tile_size=TILE,
        stride_size=STRIDE,
    )
    written = [pixels_of(kind, image, path) for path in chips(folder)]
    state = accumulated(folder)["BandStatsState"]
    assert [name for name in ROOT_FILES if not (folder / name).is_file()] == []
    assert_exact(written, kind.nodata, state)
    assert_summed_up(state, definition(folder)["AllTilesStats"])


def labels_of(labels: str, tmp_path: Path) -> Any:
    if labels == "features":
        return features(features_file(tmp_path / "labels.fgb", ROOFS))
    values = np.zeros((1, ROWS, COLUMNS), np.uint8)
    values[:, 20:60, 20:90], values[:, 30:150, 100:250] = 1, 7
    return classes(raster_file(tmp_path / "classes.tif", values))


def pixels_of(kind: Kind, image: Path, chip: Path) -> NDArray[Any]:
    if kind.chip_format != "JPEG":
        return pixels(chip)
    left, top = map(round, position(chip))
    return pixels(image)[:, top : top + TILE.rows, left : left + TILE.columns]


PARTNERS = [
    Kind("TIFF", "uint8", 3),
    Kind("TIFF", "uint8", 1, 7),
    Kind("TIFF", "int16", 4, -32768),
    Kind("TIFF", "float32", 12, 0.1),
    Kind("TIFF", "float64", 2, float("nan")),
    Kind("PNG", "uint16", 1, 65535),
    Kind("MRF", "uint16", 4),
]


@pytest.mark.parametrize("metadata_format", ["Classified_Tiles", "Export_Tiles"])
@pytest.mark.parametrize("kind", PARTNERS, ids=str)
def test_statistics_of_second_images_are_those_of_all_read_back(
    tmp_path: Path, kind: Kind, metadata_format: str
) -> None:
    """Whatever the first one is like."""
    first = Kind(kind.chip_format, "uint8", 3, 9)
    folder = tmp_path / "chips"
    export_chips(
        image_of(first, tmp_path / "first.tif"),
        folder,
        metadata_format=metadata_format,
        additional_input_raster=picture(image_of(kind, tmp_path / "second.tif")),
        input_class_data=labels_of("features", tmp_path),
        chip_format=kind.chip_format,
        tile_size=TILE,
        stride_size=STRIDE,
    )
    found, told = accumulated(folder), definition(folder)
    for image, nodata, suffix in (("images", 9, ""), ("images2", kind.nodata, "2")):
        written = [pixels(folder / image / path.name) for path in chips(folder)]
        assert_exact(written, nodata, found[f"BandStatsState{suffix}"])
        assert_summed_up(found[f"BandStatsState{suffix}"], told[f"AllTilesStats{suffix}"])


@pytest.mark.parametrize(
    ("kind", "fix_chip_size", "blacken_around_feature"),
    [
        (Kind("TIFF", "uint8", 3, 7), True, False),
        (Kind("TIFF", "uint8", 3, 7), False, False),
        (Kind("TIFF", "uint8", 3, 7), True, True),
        (Kind("TIFF", "float32", 1), False, True),
    ],
    ids=["tiles", "cropped", "blackened", "cropped and blackened"],
)
def test_statistics_of_chips_around_features_are_those_of_all_read_back(
    scene: Scene, tmp_path: Path, kind: Kind, fix_chip_size: bool, blacken_around_feature: bool
) -> None:
    values = random_pixels((kind.bands, 512, 640), kind.dtype)
    image = raster_file(tmp_path / "image.tif", values, nodata=kind.nodata)
    folder = tmp_path / "chips"
    export_chips(
        image,
        folder,
        metadata_format="Labeled_Tiles",
        input_class_data=features(scene.labels),
        tile_size=TILE,
        fix_chip_size=fix_chip_size,
        blacken_around_feature=blacken_around_feature,
    )
    written = [pixels(path) for path in chips(folder)]
    state = accumulated(folder)["BandStatsState"]
    assert_exact(written, kind.nodata, state)
    assert_summed_up(state, definition(folder)["AllTilesStats"])
