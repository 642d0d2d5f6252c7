"""Exports of several rasters: each an image of its own, or all of them as one."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any, Callable, Optional

import numpy as np
import pytest
from numpy.typing import NDArray
from osgeo import gdal

from chipwright.core.errors import InvalidRequest
from chipwright.core.export import export
from chipwright.core.formats import FORMATS
from chipwright.core.grid import Geotransform
from chipwright.core.request import FeatureSource, RasterSource, Size

from .dataset_reading import (
    accumulated,
    chips,
    contents,
    datasets,
    definition,
    geotransform,
    kitti_boxes,
    pixels,
    positions,
    stats_rows,
)
from .exporting import Listener, chip_request, classes, export_chips, features, given_for, picture
from .label_counts import YOLO, label_counts
from .made_sources import (
    DEGREES,
    GEOTRANSFORM,
    LEFT,
    PIXEL,
    TOP,
    UTM,
    box,
    features_file,
    random_pixels,
    raster_file,
)
from .making import gdal_raising

EVERY_FORMAT = pytest.mark.parametrize("metadata_format", FORMATS)
LABELED = [name for name, it in FORMATS.items() if it.needs_labels]
TILE = {"tile_size": Size(16, 16), "stride_size": Size(16, 16)}
EACH = {**TILE, "process_all_raster_items": True}
COARSE: Geotransform = (LEFT + 60, 1.25, 0.0, TOP - 3, 0.0, -1.25)
IN_DEGREES: Geotransform = (15.0020, 6e-6, 0.0, 48.7530, 0.0, -4e-6)
Make = Callable[..., Path]


@pytest.fixture
def raster(tmp_path: Path) -> Make:
    """A file of noise, all of them different."""
    made: list[Path] = []

    def make(
        columns: int = 32,
        rows: int = 32,
        at: Geotransform = GEOTRANSFORM,
        epsg: int = UTM,
        bands: int = 3,
        dtype: str = "uint8",
        nodata: Optional[float] = None,
    ) -> Path:
        made.append(tmp_path / f"item {len(made)}.tif")
        values = random_pixels((bands, rows, columns), dtype, seed=len(made))
        return raster_file(made[-1], values, at, epsg, nodata)

    return make


def shifted(columns: float, rows: float = 0) -> Geotransform:
    return (LEFT + columns * PIXEL, PIXEL, 0.0, TOP - rows * PIXEL, 0.0, -PIXEL)


@pytest.fixture
def items(raster: Make) -> list[Path]:
    """Four chips, then two of coarse cells, then three in degrees."""
    return [raster(), raster(40, 20, COARSE), raster(16, 50, IN_DEGREES, DEGREES)]


def others(paths: list[Path]) -> tuple[RasterSource, ...]:
    return tuple(picture(path) for path in paths[1:])


@pytest.fixture
def labels(tmp_path: Path) -> FeatureSource:
    """Features on each of the items, none of which has all classes."""
    rows = [
        (box(5, 5, 13, 13), {"species": "oak"}),
        (box(18, 18, 29, 29), {"species": "fir"}),
        (box(140, 25, 155, 45), {"species": "oak"}),
        (box(165, 27, 180, 40), {"species": "ash"}),
        (box(299, 8, 304, 30), {"species": "fir"}),
    ]
    return features(features_file(tmp_path / "labels.gpkg", rows))


def settings_of(metadata_format: str, labels: Any, image: Path) -> dict[str, Any]:
    given = given_for(metadata_format, labels, image)
    if "input_class_data" in given and isinstance(labels, FeatureSource):
        given["class_value_field"] = "species"
    if "input_instance_data" in given and isinstance(labels, FeatureSource):
        given["instance_class_value_field"] = "species"
    return given


def images_of(folder: Path) -> list[bytes]:
    return [pixels(path).tobytes() for path in chips(folder)]


# each an image of its own


def test_every_item_has_a_grid_of_its_own(items: list[Path], tmp_path: Path) -> None:
    export_chips(items[0], tmp_path / "chips", raster_items=others(items), **EACH)
    expected: list[bytes] = []
    for number, item in enumerate(items):
        export_chips(item, tmp_path / f"alone {number}", **TILE)
        expected += images_of(tmp_path / f"alone {number}")
    assert len(expected) == 9
    assert images_of(tmp_path / "chips") == expected


def test_chips_lie_where_those_of_their_items_lie(items: list[Path], tmp_path: Path) -> None:
    export_chips(items[0], tmp_path / "chips", raster_items=others(items), **EACH)
    found = [geotransform(path) for path in chips(tmp_path / "chips")]
    assert found[4] == COARSE
    assert found[6] == IN_DEGREES
    systems = [gdal.Open(str(path)).GetSpatialRef() for path in chips(tmp_path / "chips")]
    assert [it.GetAuthorityCode(None) for it in systems] == ["32633"] * 6 + ["4326"] * 3


@EVERY_FORMAT
def test_numbers_run_through_all_items(
    items: list[Path], labels: FeatureSource, tmp_path: Path, metadata_format: str
) -> None:
    given = settings_of(metadata_format, labels, items[0])
    export_chips(
        items[0], tmp_path / "chips", raster_items=others(items), start_index=3, **given, **EACH
    )
    numbers = [int(path.stem) for path in chips(datasets(tmp_path / "chips")[0])]
    assert len(numbers) > 2
    assert sorted(numbers) == list(range(3, 3 + len(numbers)))


@pytest.mark.parametrize("metadata_format", [it for it in LABELED if it not in YOLO])
def test_labels_are_those_of_the_items_alone(
    items: list[Path], labels: FeatureSource, tmp_path: Path, metadata_format: str
) -> None:
    """Values of classes are those of the whole layer; indexes, which YOLO writes, are not."""
    values = {"ash": 1, "fir": 2, "oak": 3}
    given = settings_of(metadata_format, labels, items[0])
    export_chips(items[0], tmp_path / "chips", raster_items=others(items), **given, **EACH)
    expected: list[Counter[int]] = []
    for number, item in enumerate(items):
        export_chips(item, tmp_path / f"alone {number}", **given, **TILE)
        expected += label_counts(tmp_path / f"alone {number}", metadata_format, values)
    found = label_counts(tmp_path / "chips", metadata_format, values)
    assert sum(map(bool, found)) >= 3
    assert found == expected


def test_classes_are_called_the_same_in_all_items(
    items: list[Path], labels: FeatureSource, tmp_path: Path
) -> None:
    given = settings_of("RCNN_Masks", labels, items[0])
    export_chips(items[0], tmp_path / "chips", raster_items=others(items), **given, **EACH)
    folders = sorted(path.name for path in (tmp_path / "chips" / "labels").iterdir())
    told = [it["Name"] for it in definition(tmp_path / "chips")["Classes"]]
    assert folders == told == ["ash", "fir", "oak"]


def test_regions_of_one_class_raster_are_called_the_same_in_all_items(
    raster: Make, tmp_path: Path
) -> None:
    drawn = np.zeros((1, 32, 120), np.uint8)
    drawn[0, 4:12, 4:12], drawn[0, 4:12, 70:90] = 7, 9
    class_map = classes(raster_file(tmp_path / "classes.tif", drawn))
    paths = [raster(), raster(32, 32, shifted(64))]
    given = {**given_for("RCNN_Masks", class_map, paths[0]), **EACH}
    export_chips(paths[0], tmp_path / "chips", raster_items=others(paths), **given)
    assert [it["Name"] for it in definition(tmp_path / "chips")["Classes"]] == ["7", "9"]


@pytest.mark.parametrize("first", [0, 1, 2])
def test_cells_are_told_from_the_smallest_to_the_largest(
    items: list[Path], tmp_path: Path, first: int
) -> None:
    turned = items[first:] + items[:first]
    export_chips(turned[0], tmp_path / "chips", raster_items=others(turned), **EACH)
    for told in (definition(tmp_path / "chips"), accumulated(tmp_path / "chips")):
        sizes = [(told[name]["x"], told[name]["y"]) for name in ("MinCellSize", "MaxCellSize")]
        assert sizes == [(6e-6, 4e-6), (1.25, 1.25)]
        assert told["MinCellSize"]["spatialReference"]["wkid"] == DEGREES
        assert told["MaxCellSize"]["spatialReference"]["wkid"] == UTM
        assert told["InputRastersProps"]["RasterCount"] == 3


def test_statistics_are_of_all_chips(items: list[Path], tmp_path: Path) -> None:
    export_chips(items[0], tmp_path / "chips", raster_items=others(items), **EACH)
    values = np.concatenate([pixels(path).reshape(3, -1) for path in chips(tmp_path / "chips")], 1)
    told = definition(tmp_path / "chips")["AllTilesStats"]
    means = values.astype(np.float64).mean(1)
    assert [band["Mean"] for band in told] == pytest.approx(means.tolist(), rel=1e-12)
    assert [band["Max"] for band in told] == values.max(1).tolist()


def test_items_without_labels_are_welcome(
    items: list[Path], labels: FeatureSource, raster: Make, tmp_path: Path
) -> None:
    paths = [raster(32, 16, shifted(9000)), *items, raster(16, 16, shifted(8000))]
    given = settings_of("KITTI_rectangles", labels, items[0])
    export_chips(paths[0], tmp_path / "chips", raster_items=others(paths), **given, **EACH)
    found = [len(kitti_boxes(path)) for path in sorted((tmp_path / "chips/labels").iterdir())]
    assert len(found) == 2 + 9 + 1
    assert found[:2] == [0, 0] and found[-1] == 0
    assert {name: value for name, value, _, _ in stats_rows(tmp_path / "chips")} == {
        "ash": 1,
        "fir": 2,
        "oak": 3,
    }


@pytest.mark.parametrize("metadata_format", LABELED)
def test_labels_on_none_of_the_items_are_refused(
    raster: Make, labels: FeatureSource, tmp_path: Path, metadata_format: str
) -> None:
    paths = [raster(at=shifted(9000)), raster(at=shifted(8000))]
    given = settings_of(metadata_format, labels, paths[0])
    with pytest.raises(
        InvalidRequest, match=r"^(inputClassData|inputInstanceData): no feature lies"
    ):
        export_chips(paths[0], tmp_path / "chips", raster_items=others(paths), **given, **EACH)
    assert not (tmp_path / "chips").exists()


@pytest.mark.parametrize("rank", [0, 1, 2])
def test_items_smaller_than_a_chip_are_left_out_and_told(
    raster: Make, tmp_path: Path, rank: int
) -> None:
    paths = [raster(32, 16), raster(16, 16, COARSE)]
    paths.insert(rank, raster(15, 40))
    listener = Listener()
    request = chip_request(paths[0], tmp_path / "chips", raster_items=others(paths), **EACH)
    assert export(request, listener).chip_count == 3
    (warning,) = listener.warnings
    assert warning.startswith("rasterItems: 1 of 3 images are smaller than a chip")
    assert definition(tmp_path / "chips")["InputRastersProps"]["RasterCount"] == 2


def test_items_that_are_all_too_small_are_refused(raster: Make, tmp_path: Path) -> None:
    paths = [raster(15, 40), raster(40, 12)]
    with pytest.raises(InvalidRequest, match="tileSizeX"):
        export_chips(paths[0], tmp_path / "chips", raster_items=others(paths), **EACH)
    assert not (tmp_path / "chips").exists()


@pytest.mark.parametrize("other", [{"bands": 2}, {"dtype": "uint16"}, {"dtype": "int8"}], ids=str)
def test_items_of_other_bands_or_types_are_refused(
    raster: Make, tmp_path: Path, other: dict[str, Any]
) -> None:
    if other.get("dtype") == "int8" and not hasattr(gdal, "GDT_Int8"):
        pytest.skip("GDAL knows no such type")
    paths = [raster(), raster(**other)]
    with pytest.raises(InvalidRequest, match=r"^rasterItems: .*item 1\.tif"):
        export_chips(paths[0], tmp_path / "chips", raster_items=others(paths), **EACH)
    assert not (tmp_path / "chips").exists()


def test_bands_are_chosen_of_every_item(raster: Make, tmp_path: Path) -> None:
    paths = [raster(bands=3), raster(bands=2)]
    export_chips(paths[0], tmp_path / "chips", raster_items=others(paths), bands=(2, 1), **EACH)
    whole = pixels(paths[1])
    assert np.array_equal(pixels(chips(tmp_path / "chips")[4]), whole[[1, 0], :16, :16])


@EVERY_FORMAT
def test_one_worker_writes_what_four_write(
    items: list[Path], labels: FeatureSource, tmp_path: Path, metadata_format: str
) -> None:
    given = settings_of(metadata_format, labels, items[0])
    found = []
    for workers in ("1", "4"):
        given.update(raster_items=others(items), parallel_processing_factor=workers)
        export_chips(items[0], tmp_path / workers, **given, **EACH)
        found.append(contents(tmp_path / workers))
    assert found[0] == found[1]


def test_a_mask_may_lie_on_one_item_only(items: list[Path], tmp_path: Path) -> None:
    mask = features(features_file(tmp_path / "mask.gpkg", [(box(0, 0, 33, 17), {})]))
    given = {"raster_items": others(items), "input_mask_polygons": mask}
    export_chips(items[0], tmp_path / "chips", **given, **EACH)
    assert positions(tmp_path / "chips") == [(0, 0), (16, 0)]


def test_a_mosaic_alone_counts_as_its_sources(raster: Make, tmp_path: Path) -> None:
    paths = [raster(32, 40), raster(32, 40, shifted(32))]
    mosaic = tmp_path / "mosaic.vrt"
    gdal.BuildVRT(str(mosaic), [str(path) for path in paths]).FlushCache()
    export_chips(mosaic, tmp_path / "mosaic", **EACH)
    export_chips(paths[0], tmp_path / "files", raster_items=others(paths), **EACH)
    assert contents(tmp_path / "mosaic") == contents(tmp_path / "files")


def test_a_folder_counts_as_the_rasters_in_it(items: list[Path], tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    for path in items:
        path.rename(tmp_path / "folder" / path.name)
    export_chips(tmp_path / "folder", tmp_path / "chips", **EACH)
    moved = [tmp_path / "folder" / path.name for path in items]
    export_chips(moved[0], tmp_path / "files", raster_items=others(moved), **EACH)
    assert contents(tmp_path / "chips") == contents(tmp_path / "files")


@pytest.mark.parametrize("raising", [False, True])
def test_an_item_that_is_not_there_is_told(raster: Make, tmp_path: Path, raising: bool) -> None:
    gone = (picture(tmp_path / "gone.tif"),)
    with gdal_raising(raising), pytest.raises(InvalidRequest, match="^rasterItems: .*gone.tif"):
        export_chips(raster(), tmp_path / "chips", raster_items=gone, **EACH)
    assert not (tmp_path / "chips").exists()


# as one image


def test_items_are_one_image_unless_told_otherwise(raster: Make, tmp_path: Path) -> None:
    paths = [raster(40, 40), raster(40, 40, shifted(40))]
    export_chips(paths[0], tmp_path / "chips", raster_items=others(paths), **TILE)
    assert positions(tmp_path / "chips") == [(x, y) for y in (0, 16) for x in range(0, 80, 16)]
    assert definition(tmp_path / "chips")["InputRastersProps"]["RasterCount"] == 1


@pytest.mark.parametrize("dtype", ["uint8", "int16", "float32"])
def test_chips_of_the_mosaic_are_those_of_the_merged_file(
    raster: Make, tmp_path: Path, dtype: str
) -> None:
    """Three items on the same pixels, one over the other, and a gap."""
    paths = [
        raster(48, 40, shifted(3, 5), dtype=dtype, nodata=0),
        raster(40, 30, shifted(-20, 20), dtype=dtype, nodata=0),
        raster(30, 30, shifted(70, -6), dtype=dtype, nodata=0),
    ]
    merged = tmp_path / "merged.tif"
    gdal.Warp(str(merged), [str(path) for path in reversed(paths)], xRes=PIXEL, yRes=PIXEL)
    export_chips(paths[0], tmp_path / "items", raster_items=others(paths), **TILE)
    export_chips(merged, tmp_path / "merged", **TILE)
    found = contents(tmp_path / "items")
    assert len(found) > 20
    assert found == contents(tmp_path / "merged")


def test_chips_of_side_by_side_items_are_those_of_a_vrt(raster: Make, tmp_path: Path) -> None:
    paths = [raster(40, 64), raster(40, 64, shifted(40)), raster(80, 10, shifted(0, 64))]
    vrt = tmp_path / "mosaic.vrt"
    gdal.BuildVRT(str(vrt), [str(path) for path in paths]).FlushCache()
    export_chips(paths[0], tmp_path / "items", raster_items=others(paths), **TILE)
    export_chips(vrt, tmp_path / "vrt", **TILE)
    assert images_of(tmp_path / "items") == images_of(tmp_path / "vrt")
    assert positions(tmp_path / "items") == positions(tmp_path / "vrt")


def test_an_item_in_another_system_is_warped_to_the_first(raster: Make, tmp_path: Path) -> None:
    at = (15.00022, 6e-6, 0.0, 48.75300, 0.0, -4e-6)
    paths = [raster(32, 32, bands=1), raster(60, 40, at, DEGREES, bands=1)]
    export_chips(paths[0], tmp_path / "chips", raster_items=others(paths), **TILE)
    beside = [path for path in chips(tmp_path / "chips") if _column(path) >= 32]
    assert beside
    for path in beside:
        difference = abs(pixels(path)[0].astype(int) - _warped(paths[1], path))
        inside = _warped(paths[1], path, "average") > 0
        assert difference[inside].max() <= 1, path.stem


def _column(chip: Path) -> float:
    return (geotransform(chip)[0] - LEFT) / PIXEL


def _warped(image: Path, like: Path, how: str = "bilinear") -> NDArray[Any]:
    chip = gdal.Open(str(like))
    target = gdal.GetDriverByName("MEM").Create("", chip.RasterXSize, chip.RasterYSize, 1)
    target.SetGeoTransform(chip.GetGeoTransform())
    target.SetProjection(chip.GetProjection())
    gdal.Warp(target, str(image), resampleAlg=how, errorThreshold=0)
    return target.ReadAsArray().astype(int)


@pytest.mark.parametrize("metadata_format", ["KITTI_rectangles", "Classified_Tiles"])
def test_labels_lie_on_the_mosaic(raster: Make, tmp_path: Path, metadata_format: str) -> None:
    paths = [raster(40, 40, nodata=0), raster(40, 40, shifted(40), nodata=0)]
    layer = features(features_file(tmp_path / "l.gpkg", [(box(30, 5, 50, 25), {"value": 4})]))
    merged = tmp_path / "merged.tif"
    gdal.Warp(str(merged), [str(path) for path in paths])
    given = {**given_for(metadata_format, layer, paths[0]), **TILE}
    export_chips(paths[0], tmp_path / "items", raster_items=others(paths), **given)
    export_chips(merged, tmp_path / "merged", **given)
    assert contents(tmp_path / "items") == contents(tmp_path / "merged")


# two domains


def test_the_first_domain_has_all_items(items: list[Path], raster: Make, tmp_path: Path) -> None:
    second = raster(32, 16, shifted(500))
    export_chips(
        items[0],
        tmp_path / "chips",
        metadata_format="CycleGAN",
        raster_items=others(items),
        additional_input_raster=picture(second),
        **EACH,
    )
    counts = [len(chips(folder)) for folder in datasets(tmp_path / "chips")]
    assert counts == [9, 2]


@pytest.mark.parametrize("masked", ["A", "B"])
def test_a_mask_may_lie_on_one_domain_only(raster: Make, tmp_path: Path, masked: str) -> None:
    """The other one has no chips, and is told."""
    paths = [raster(48, 32), raster(48, 32, shifted(500))]
    left = {"A": 0, "B": 500}[masked]
    mask = features_file(tmp_path / "mask.gpkg", [(box(left, 0, left + 33, 17), {})])
    listener = Listener()
    given = {"additional_input_raster": picture(paths[1]), "input_mask_polygons": features(mask)}
    request = chip_request(
        paths[0], tmp_path / "chips", metadata_format="CycleGAN", **given, **TILE
    )
    export(request, listener)
    counts = {it.name: len(chips(it)) for it in datasets(tmp_path / "chips")}
    assert counts == {"A": 0, "B": 0, masked: 2}
    assert len(listener.warnings) == 1


@pytest.mark.parametrize("labeled", ["A", "B"])
def test_labels_may_lie_on_one_domain_only(raster: Make, tmp_path: Path, labeled: str) -> None:
    paths = [raster(48, 32), raster(48, 32, shifted(500))]
    left = {"A": 0, "B": 500}[labeled]
    layer = features_file(tmp_path / "l.gpkg", [(box(left + 2, 2, left + 20, 12), {"value": 1})])
    given = {"additional_input_raster": picture(paths[1]), "input_class_data": features(layer)}
    given.update(export_all_tiles=False, metadata_format="CycleGAN")
    export_chips(paths[0], tmp_path / "chips", **given, **TILE)
    counts = {it.name: len(chips(it)) for it in datasets(tmp_path / "chips")}
    assert counts == {"A": 0, "B": 0, labeled: 2}


@pytest.mark.parametrize("parameter", ["input_mask_polygons", "input_class_data"])
def test_what_lies_on_neither_domain_is_refused(
    raster: Make, tmp_path: Path, parameter: str
) -> None:
    paths = [raster(48, 32), raster(48, 32, shifted(500))]
    layer = features_file(tmp_path / "l.gpkg", [(box(800, 2, 820, 12), {"value": 1})])
    given: dict[str, Any] = {"additional_input_raster": picture(paths[1])}
    given.update({parameter: features(layer)}, metadata_format="CycleGAN")
    given["export_all_tiles"] = parameter == "input_mask_polygons"
    with pytest.raises(InvalidRequest, match="no feature lies"):
        export_chips(paths[0], tmp_path / "chips", **given, **TILE)
    assert not (tmp_path / "chips").exists()


def test_a_mask_on_none_of_the_items_is_refused(items: list[Path], tmp_path: Path) -> None:
    mask = features(features_file(tmp_path / "mask.gpkg", [(box(9000, 0, 9033, 17), {})]))
    given = {"raster_items": others(items), "input_mask_polygons": mask}
    with pytest.raises(InvalidRequest, match="^inputMaskPolygons: no feature lies"):
        export_chips(items[0], tmp_path / "chips", **given, **EACH)


def test_images_of_one_dataset_are_scaled_alike(tmp_path: Path) -> None:
    dark, bright = tmp_path / "dark.tif", tmp_path / "bright.tif"
    raster_file(dark, np.full((1, 64, 64), 100, np.uint16))
    raster_file(bright, np.full((1, 64, 64), 300, np.uint16))
    folder = tmp_path / "chips"
    export_chips(
        dark,
        folder,
        raster_items=(RasterSource(str(bright)),),
        process_all_raster_items=True,
        pixel_scaling="minmax",
    )
    assert [int(pixels(chip).max()) for chip in chips(folder)] == [0, 255]
