"""Exports with additionalInputRaster: a second image for each chip, read on the first one's grid."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Callable, Optional

import numpy as np
import pytest
from numpy.typing import NDArray
from osgeo import gdal

from chipwright.core import plan
from chipwright.core.chip_format import SecondImage
from chipwright.core.formats import FORMATS
from chipwright.core.grid import Geotransform
from chipwright.core.request import Size

from .dataset_reading import (
    accumulated,
    chips,
    contents,
    definition,
    geotransform,
    map_entries,
    pixels,
    position,
    positions,
)
from .exporting import export_chips, features, given_for, picture
from .made_sources import (
    DEGREES,
    GEOTRANSFORM,
    LEFT,
    PIXEL,
    TOP,
    UTM,
    box,
    features_file,
    noise_file,
    random_pixels,
    raster_file,
)

PAIRED = [name for name, it in FORMATS.items() if it.second_image is SecondImage.PARTNER]
EVERY_FORMAT = pytest.mark.parametrize("metadata_format", PAIRED)
ALL = [(left, top) for top in (0, 16, 32) for left in (0, 16, 32, 48)]
Cut = Callable[..., Path]


@pytest.fixture
def cut(tmp_path: Path) -> Cut:
    """Exports 4 × 3 chips of 16 × 16 pixels with a second image; returns the dataset's folder."""

    def write(second: Path, metadata_format: str = "Export_Tiles", **settings: Any) -> Path:
        image = noise_file(tmp_path / "image.tif", 64, 48)
        layer = features_file(tmp_path / "labels.fgb", [(box(2, 2, 60, 40), {"value": 1})])
        given = {
            **given_for(metadata_format, features(layer), image),
            "additional_input_raster": picture(second),
            "tile_size": Size(16, 16),
        }
        export_chips(image, tmp_path / "chips", **{**given, **settings})
        return tmp_path / "chips"

    return write


def second_image(
    tmp_path: Path,
    made: Geotransform = GEOTRANSFORM,
    size: tuple[int, int] = (64, 48),
    bands: int = 1,
    dtype: str = "uint8",
    epsg: int = UTM,
    nodata: Optional[float] = None,
) -> Path:
    values = random_pixels((bands, size[1], size[0]), dtype, seed=1)
    return raster_file(tmp_path / "second.tif", values, made, epsg, nodata)


def partners(folder: Path) -> list[Path]:
    return [folder / entry.partner for entry in map_entries(folder)]


# files


@EVERY_FORMAT
def test_every_chip_has_a_second_image_of_the_same_name(
    cut: Cut, tmp_path: Path, metadata_format: str
) -> None:
    folder = cut(second_image(tmp_path), metadata_format)
    names = [sorted(path.name for path in (folder / it).iterdir()) for it in ("images", "images2")]
    assert names[0] == names[1] == [f"{number:09d}.tif" for number in range(12)]


@pytest.mark.parametrize(
    ("metadata_format", "line"),
    [
        ("Export_Tiles", "images\\000000000.tif images2\\000000000.tif \r\n"),
        (
            "Classified_Tiles",
            "images\\000000000.tif images2\\000000000.tif  labels\\000000000.tif\r\n",
        ),
    ],
)
def test_a_line_of_the_map_names_both_images(
    cut: Cut, tmp_path: Path, metadata_format: str, line: str
) -> None:
    text = (cut(second_image(tmp_path), metadata_format) / "map.txt").read_bytes().decode()
    assert text.splitlines(keepends=True)[0] == line


@EVERY_FORMAT
def test_a_second_image_changes_nothing_else(
    cut: Cut, tmp_path: Path, metadata_format: str
) -> None:
    with_it = contents(cut(second_image(tmp_path), metadata_format))
    layer = features(tmp_path / "labels.fgb")
    given = given_for(metadata_format, layer, tmp_path / "image.tif")
    given["tile_size"] = Size(16, 16)
    export_chips(tmp_path / "image.tif", tmp_path / "alone", **given)
    alone = contents(tmp_path / "alone")
    about = {"map.txt", "esri_model_definition.emd", "esri_accumulated_stats.json"}
    assert {path: it for path, it in with_it.items() if path in alone.keys() - about} == {
        path: it for path, it in alone.items() if path not in about
    }


@pytest.mark.parametrize(
    ("chip_format", "ending"),
    [("TIFF", ".tif"), ("PNG", ".png"), ("JPEG", ".jpg"), ("MRF", ".mrf")],
)
def test_both_images_are_of_the_format_asked_for(
    cut: Cut, tmp_path: Path, chip_format: str, ending: str
) -> None:
    folder = cut(second_image(tmp_path), chip_format=chip_format)
    assert {path.suffix for path in (*chips(folder), *partners(folder))} == {ending}


def test_the_second_image_may_have_other_bands_and_another_type(cut: Cut, tmp_path: Path) -> None:
    second = second_image(tmp_path, bands=4, dtype="float32")
    folder = cut(second)
    found = pixels(partners(folder)[5])
    assert found.dtype == np.float32
    assert np.array_equal(found, pixels(second)[:, 16:32, 16:32])


def test_bands_are_chosen_of_the_first_image_alone(cut: Cut, tmp_path: Path) -> None:
    folder = cut(second_image(tmp_path, bands=4), bands=(3, 1))
    counts = [len(pixels(paths[0])) for paths in (chips(folder), partners(folder))]
    assert counts == [2, 4]


def test_each_image_carries_its_own_no_data_value(cut: Cut, tmp_path: Path) -> None:
    folder = cut(second_image(tmp_path, dtype="int16", nodata=-7))
    images = [gdal.Open(str(paths[0])) for paths in (chips(folder), partners(folder))]
    assert [image.GetRasterBand(1).GetNoDataValue() for image in images] == [None, -7]


# pixels

GRIDS = {
    "on the pixels of the image": (GEOTRANSFORM, UTM, (64, 48)),
    "larger than the image": ((LEFT - 5, PIXEL, 0.0, TOP + 5, 0.0, -PIXEL), UTM, (100, 90)),
    "between the pixels of the image": (
        (LEFT - 3.2, PIXEL, 0.0, TOP + 1.1, 0.0, -PIXEL),
        UTM,
        (80, 64),
    ),
    "coarser than the image": ((LEFT - 20.0, 1.7, 0.0, TOP + 20.0, 0.0, -1.7), UTM, (50, 40)),
    "finer than the image": ((LEFT - 1.0, 0.2, 0.0, TOP + 1.0, 0.0, -0.2), UTM, (180, 150)),
    "turned against the image": ((LEFT - 20.0, 0.6, 0.35, TOP + 6.0, 0.35, -0.6), UTM, (120, 120)),
    "in another system": ((14.9999, 7e-6, 0.0, 48.75305, 0.0, -7e-6), DEGREES, (90, 60)),
}


@pytest.mark.parametrize("dtype", ["uint8", "float32"])
@pytest.mark.parametrize("grid", GRIDS)
def test_the_second_image_is_warped_to_the_grid_of_the_first_as_gdalwarp_does(
    cut: Cut, tmp_path: Path, grid: str, dtype: str
) -> None:
    """Bilinear; whole numbers may be rounded the other way.

    A turned grid is not to be taken for a coarser one, which the warper does unless told the scale.
    """
    made, epsg, size = GRIDS[grid]
    second = second_image(tmp_path, made, size, bands=2, dtype=dtype, epsg=epsg)
    folder = cut(second)
    turned = grid.startswith("turned")
    whole = warped(second, tmp_path / "image.tif", ["XSCALE=1", "YSCALE=1"] if turned else [])
    tolerance = 0.51 if dtype == "uint8" else 1e-5
    assert len(chips(folder)) > 5
    for partner in partners(folder):
        left, top = map(round, position(partner))
        expected = whole[:, top : top + 16, left : left + 16]
        differs = abs(pixels(partner).astype(np.float64) - expected).max()
        assert differs < tolerance, partner.stem


def warped(image: Path, like: Path, options: list[str]) -> NDArray[Any]:
    """The whole of an image on the grid of another."""
    first = gdal.Open(str(like))
    size = first.RasterXSize, first.RasterYSize
    target = gdal.GetDriverByName("MEM").Create("", *size, 2, gdal.GDT_Float64)
    target.SetGeoTransform(first.GetGeoTransform())
    target.SetProjection(first.GetProjection())
    how = {"resampleAlg": "bilinear", "errorThreshold": 0, "warpOptions": options}
    gdal.Warp(target, str(image), **how)
    return target.ReadAsArray()


@pytest.mark.parametrize("grid", GRIDS)
def test_how_much_is_read_at_a_time_changes_no_second_image(
    cut: Cut, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, grid: str
) -> None:
    made, epsg, size = GRIDS[grid]
    second = second_image(tmp_path, made, size, epsg=epsg)
    at_once = [pixels(path) for path in partners(cut(second))]
    monkeypatch.setattr(plan, "CHIP_ROWS", 1)
    given = {"additional_input_raster": picture(second), "tile_size": Size(16, 16)}
    export_chips(tmp_path / "image.tif", tmp_path / "row by row", **given)
    row_by_row = [pixels(path) for path in partners(tmp_path / "row by row")]
    assert all(np.array_equal(*pair) for pair in zip(at_once, row_by_row))


@pytest.mark.parametrize("grid", GRIDS)
def test_the_second_image_lies_where_its_chip_lies(cut: Cut, tmp_path: Path, grid: str) -> None:
    made, epsg, size = GRIDS[grid]
    folder = cut(second_image(tmp_path, made, size, epsg=epsg))
    for chip, partner in zip(chips(folder), partners(folder)):
        first, second = (gdal.Open(str(path)) for path in (chip, partner))
        assert geotransform(partner) == geotransform(chip)
        assert second.GetProjection() == first.GetProjection()


def test_the_cell_size_is_that_of_both(cut: Cut, tmp_path: Path) -> None:
    folder = cut(second_image(tmp_path), cell_size=1.0, tile_size=Size(8, 8))
    whole = gdal.Translate(
        "", str(tmp_path / "second.tif"), format="MEM", xRes=1, yRes=1, resampleAlg="average"
    ).ReadAsArray()
    assert np.array_equal(pixels(partners(folder)[1])[0], whole[:8, 8:16])


# where there are chips


@pytest.mark.parametrize(
    ("made", "size", "expected"),
    [
        ((LEFT, PIXEL, 0.0, TOP, 0.0, -PIXEL), (63, 48), [at for at in ALL if at[0] < 48]),
        ((LEFT, PIXEL, 0.0, TOP, 0.0, -PIXEL), (32, 16), [(0, 0), (16, 0)]),
        ((LEFT + 8, PIXEL, 0.0, TOP - 8, 0.0, -PIXEL), (16, 16), [(16, 16)]),
        ((LEFT + 4, PIXEL, 0.0, TOP - 4, 0.0, -PIXEL), (32, 32), [(16, 16)]),
    ],
    ids=["a column short", "its upper left", "one chip", "between chips"],
)
@EVERY_FORMAT
def test_chips_are_cut_only_where_both_images_wholly_are(
    cut: Cut,
    tmp_path: Path,
    metadata_format: str,
    made: Geotransform,
    size: tuple[int, int],
    expected: list[tuple[int, int]],
) -> None:
    assert positions(cut(second_image(tmp_path, made, size), metadata_format)) == expected


def test_numbers_have_no_gap_where_the_second_image_has_no_chip(cut: Cut, tmp_path: Path) -> None:
    folder = cut(second_image(tmp_path, size=(32, 48)))
    assert [path.stem for path in chips(folder)] == [f"00000000{n}" for n in range(6)]


def test_chips_of_nothing_but_no_data_in_either_image_are_left_out(
    cut: Cut, tmp_path: Path
) -> None:
    values = random_pixels((1, 48, 64)).clip(1)
    values[:, :16, :40] = 0
    second = raster_file(tmp_path / "second.tif", values, nodata=0)
    assert positions(cut(second)) == ALL[2:]


def test_a_mask_holds_for_both(cut: Cut, tmp_path: Path) -> None:
    mask = features(features_file(tmp_path / "mask.fgb", [(box(0, 0, 64, 20), {})]))
    folder = cut(second_image(tmp_path, size=(40, 48)), input_mask_polygons=mask)
    assert positions(folder) == [(0, 0), (16, 0)]


# what is told


def test_the_second_image_is_described_beside_the_first(cut: Cut, tmp_path: Path) -> None:
    folder = cut(second_image(tmp_path, bands=2, dtype="int16"))
    for found in (definition(folder), accumulated(folder)):
        assert found["InputRastersProps"]["SensorName"] == "Undefined"
        assert found["InputRastersProps2"] == {
            "RasterCount": 1,
            "SensorName": "MultiSpectral",
            "BandNames": ["", ""],
        }


@EVERY_FORMAT
def test_labels_are_counted_in_the_chips_of_both(
    cut: Cut, tmp_path: Path, metadata_format: str
) -> None:
    folder = cut(second_image(tmp_path, size=(32, 48)), metadata_format)
    assert accumulated(folder)["NumTiles"] == 6
    if metadata_format == "Classified_Tiles":
        assert accumulated(folder)["FeatureStats"]["NumImagesPerClass"] == [6]
