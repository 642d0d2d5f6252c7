"""Exports that cannot be: one clear sentence, and nothing left on disk."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from osgeo import gdal

from chipwright.core.errors import (
    ChipExportError,
    ExportCancelled,
    InvalidRequest,
    UnreadableSource,
    UnwritableOutput,
)
from chipwright.core.export import export
from chipwright.core.formats import FORMATS
from chipwright.core.request import CHIP_FORMATS, Extent, FeatureSource, Size
from chipwright.tests.scenes import Scene

from .dataset_reading import contents
from .exporting import Listener, chip_request, classes, export_chips, features, given_for, picture
from .made_sources import (
    DEGREES,
    LEFT,
    PIXEL,
    TOP,
    Row,
    box,
    features_file,
    noise_file,
    random_pixels,
    raster_file,
)
from .making import add_table, gdal_raising, write_layer, write_raster

ROOF: Row = (box(10, 10, 30, 30), {"value": 1, "species": "oak"})
COLUMNS, ROWS = 128, 96

Settings = dict[str, Any]
Made = Callable[[Path], Settings]


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    (tmp_path / "sources").mkdir()
    return tmp_path / "sources"


def image(folder: Path, **kwargs: Any) -> Path:
    return noise_file(folder / "image.tif", COLUMNS, ROWS, **kwargs)


def layer(folder: Path, *rows: Row, **kwargs: Any) -> FeatureSource:
    return features(features_file(folder / "labels.gpkg", rows, **kwargs))


def text_file(folder: Path) -> Path:
    (folder / "notes.txt").write_text("neither a picture nor a map")
    return folder / "notes.txt"


def single(folder: Path, *rows: Row) -> FeatureSource:
    return features(features_file(folder / "single.gpkg", rows))


def boxes_of(folder: Path, *rows: Row, **kwargs: Any) -> Settings:
    labels = layer(folder, *rows, **kwargs)
    return {"metadata_format": "KITTI_rectangles", "input_class_data": labels}


def maps_of(raster: Path) -> Settings:
    return {"metadata_format": "Classified_Tiles", "input_class_data": classes(raster)}


def class_raster_of(folder: Path, values: Any, **kwargs: Any) -> Settings:
    pixels = np.full((1, ROWS, COLUMNS), values)
    return maps_of(raster_file(folder / "classes.tif", pixels, **kwargs))


FAR = (LEFT + 90_000, PIXEL, 0.0, TOP, 0.0, -PIXEL)


def second_image(folder: Path, metadata_format: str = "Export_Tiles", **kwargs: Any) -> Settings:
    made = {"columns": COLUMNS, "rows": ROWS, **kwargs}
    second = noise_file(folder / "second.tif", **made)
    return {"metadata_format": metadata_format, "additional_input_raster": picture(second)}


def objects_of(folder: Path, instances: Any, **more: Any) -> Settings:
    """Single objects beside a roof."""
    given = {**boxes_of(folder, ROOF), "metadata_format": "Panoptic_Segmentation"}
    return {**given, "input_instance_data": instances, **more}


def numbers(
    folder: Path, number: float = 1, dtype: str = "uint8", bands: int = 1, **kwargs: Any
) -> Path:
    """A raster of numbered objects."""
    pixels = np.full((bands, ROWS, COLUMNS), number, dtype)
    return raster_file(folder / "numbers.tif", pixels, **kwargs)


def numbers_with(folder: Path, column: str, cells: list[int]) -> Path:
    """Objects whose attribute table has a column."""
    path = numbers(folder)
    rows = list(range(1, len(cells) + 1))
    columns = [("value", gdal.GFT_Integer, gdal.GFU_MinMax, rows)]
    columns.append((column, gdal.GFT_Integer, gdal.GFU_Generic, cells))
    add_table(str(path), columns)
    return path


BAD: list[tuple[str, str, Made]] = [
    ("a format with labels without labels", "inputClassData", lambda f: {
        "metadata_format": "PASCAL_VOC_rectangles"}),
    ("a field that the layer does not have", "classValueField", lambda f: {
        **boxes_of(f, ROOF), "class_value_field": "kind"}),
    ("a field of fractions", "classValueField", lambda f: {
        **boxes_of(f, (ROOF[0], {"kind": 1.5})), "class_value_field": "kind"}),
    ("a class of 0", "classValueField", lambda f: boxes_of(f, (ROOF[0], {"value": 0}))),
    ("a class below 0", "classValueField", lambda f: boxes_of(f, (ROOF[0], {"value": -3}))),
    ("a class that no pixel can hold", "classValueField", lambda f: boxes_of(
        f, (ROOF[0], {"value": 2**32}))),
    ("labels without a class", "inputClassData", lambda f: boxes_of(
        f, (ROOF[0], {"value": None, "species": "oak"}))),
    ("labels without a geometry", "inputClassData", lambda f: {
        "metadata_format": "KITTI_rectangles",
        "input_class_data": FeatureSource(write_layer(f / "labels.gpkg", [None], {"value": [1]}))}),
    ("labels far away", "inputClassData", lambda f: boxes_of(
        f, (box(90_000, 0, 90_010, 10), {"value": 1}))),
    ("a layer of nothing", "inputClassData", lambda f: boxes_of(f)),
    ("a layer that is not there", "inputClassData", lambda f: {
        **boxes_of(f, ROOF), "input_class_data": FeatureSource(str(f / "labels.gpkg"), "trees")}),
    ("labels that are no layer", "inputClassData", lambda f: {
        **boxes_of(f, ROOF), "input_class_data": features(text_file(f))}),
    ("labels that are not there", "inputClassData", lambda f: {
        **boxes_of(f, ROOF), "input_class_data": features(f / "nothing.gpkg")}),
    ("points without a radius", "bufferRadius", lambda f: boxes_of(f, ("POINT (9 9)", {}))),
    ("lines without a radius", "bufferRadius", lambda f: boxes_of(
        f, ("LINESTRING (9 9, 30 30)", {}))),
    ("a radius in degrees", "bufferRadius", lambda f: {
        **boxes_of(f, ROOF, epsg=DEGREES), "buffer_radius": 5.0}),
    ("a class raster of several bands", "inputClassData", lambda f: maps_of(
        noise_file(f / "classes.tif", COLUMNS, ROWS))),
    ("a class raster of negative values", "inputClassData", lambda f: class_raster_of(
        f, np.int16(-1))),
    ("a class raster of fractions", "inputClassData", lambda f: class_raster_of(
        f, np.float32(1.5))),
    ("a class raster that is none", "inputClassData", lambda f: maps_of(text_file(f))),
    ("a share of a class raster", "minPolygonOverlapRatio", lambda f: {
        **class_raster_of(f, np.uint8(1)), "min_polygon_overlap_ratio": 0.5}),
    ("a mask of points", "inputMaskPolygons", lambda f: {
        "input_mask_polygons": layer(f, ("POINT (9 9)", {}))}),
    ("a mask far away", "inputMaskPolygons", lambda f: {
        "input_mask_polygons": layer(f, (box(90_000, 0, 90_010, 10), {}))}),
    ("a mask that is no layer", "inputMaskPolygons", lambda f: {
        "input_mask_polygons": features(text_file(f))}),
    ("no second domain", "additionalInputRaster", lambda f: {"metadata_format": "CycleGAN"}),
    ("a second image beside boxes", "additionalInputRaster", lambda f: {
        **boxes_of(f, ROOF), "additional_input_raster": picture(image(f))}),
    ("a second image that is none", "additionalInputRaster", lambda f: {
        "additional_input_raster": picture(text_file(f))}),
    ("a second image that is not there", "additionalInputRaster", lambda f: {
        "additional_input_raster": picture(f / "nothing.tif")}),
    ("a second image far away", "additionalInputRaster", lambda f: {
        "additional_input_raster": picture(numbers(f, geotransform=FAR))}),
    ("a second domain that is none", "additionalInputRaster", lambda f: {
        "metadata_format": "CycleGAN", "additional_input_raster": picture(text_file(f))}),
    ("a second image of too many bands", "additionalInputRaster", lambda f: {
        **second_image(f, bands=4), "chip_format": "PNG"}),
    ("a second domain of too many bands", "additionalInputRaster", lambda f: {
        **second_image(f, "CycleGAN", bands=4), "chip_format": "JPEG"}),
    ("a second image that no picture holds", "chipFormat", lambda f: {
        **second_image(f, dtype="float32"), "chip_format": "PNG"}),
    ("a second domain of 16 bits in JPEG", "chipFormat", lambda f: {
        **second_image(f, "CycleGAN", dtype="uint16"), "chip_format": "JPEG"}),
    ("a second domain narrower than a tile", "tileSizeX", lambda f: second_image(
        f, "CycleGAN", columns=63)),
    ("a second domain lower than a tile", "tileSizeY", lambda f: second_image(
        f, "CycleGAN", rows=63)),
    ("no single objects", "inputInstanceData", lambda f: {
        **boxes_of(f, ROOF), "metadata_format": "Panoptic_Segmentation"}),
    ("single objects beside boxes", "inputInstanceData", lambda f: {
        **boxes_of(f, ROOF), "input_instance_data": single(f, ROOF)}),
    ("a class field of single objects beside boxes", "instanceClassValueField", lambda f: {
        **boxes_of(f, ROOF), "instance_class_value_field": "value"}),
    ("single objects that are no layer", "inputInstanceData", lambda f: objects_of(
        f, features(text_file(f)))),
    ("single objects that are not there", "inputInstanceData", lambda f: objects_of(
        f, features(f / "nothing.gpkg"))),
    ("single objects far away", "inputInstanceData", lambda f: objects_of(
        f, single(f, (box(90_000, 0, 90_010, 10), {"value": 1})))),
    ("single objects of class 0", "instanceClassValueField", lambda f: objects_of(
        f, single(f, (ROOF[0], {"value": 0})))),
    ("single objects without such a field", "instanceClassValueField", lambda f: objects_of(
        f, single(f, ROOF), instance_class_value_field="kind")),
    ("single points without a radius", "bufferRadius", lambda f: objects_of(
        f, single(f, ("POINT (9 9)", {})))),
    ("a raster of objects that is none", "inputInstanceData", lambda f: objects_of(
        f, classes(text_file(f)))),
    ("a raster of objects of several bands", "inputInstanceData", lambda f: objects_of(
        f, classes(numbers(f, bands=2)))),
    ("a raster of objects far away", "inputInstanceData", lambda f: objects_of(
        f, classes(numbers(f, geotransform=FAR)))),
    ("a raster of negative objects", "inputInstanceData", lambda f: objects_of(
        f, classes(numbers(f, -1, "int16")))),
    ("a raster of half objects", "inputInstanceData", lambda f: objects_of(
        f, classes(numbers(f, 1.5, "float32")))),
    ("a raster of objects without a table", "instanceClassValueField", lambda f: objects_of(
        f, classes(numbers(f)), instance_class_value_field="kind")),
    ("a raster of objects without such a column", "instanceClassValueField", lambda f: objects_of(
        f, classes(numbers_with(f, "class", [1])), instance_class_value_field="kind")),
    ("a raster of objects of class 0", "instanceClassValueField", lambda f: objects_of(
        f, classes(numbers_with(f, "kind", [0])), instance_class_value_field="kind")),
    ("single objects beside a wrong class field", "classValueField", lambda f: objects_of(
        f, single(f, ROOF), class_value_field="kind")),
    ("a chip per point without a radius", "bufferRadius", lambda f: {
        **boxes_of(f, ("POINT (9 9)", {})), "metadata_format": "Labeled_Tiles"}),
    ("a chip per feature far away", "inputClassData", lambda f: {
        **boxes_of(f, (box(90_000, 0, 90_010, 10), {})), "metadata_format": "Imagenet"}),
    ("a share of a majority", "minPolygonOverlapRatio", lambda f: {
        **class_raster_of(f, np.uint8(1)), "metadata_format": "Labeled_Tiles",
        "min_polygon_overlap_ratio": 0.5}),
    ("a tile larger than the image around features", "tileSizeX", lambda f: {
        **boxes_of(f, ROOF), "metadata_format": "Imagenet", "tile_size": Size(COLUMNS + 1, 64)}),
    ("a tile wider than the image", "tileSizeX", lambda f: {"tile_size": Size(COLUMNS + 1, 64)}),
    ("a tile higher than the image", "tileSizeY", lambda f: {"tile_size": Size(64, ROWS + 1)}),
    ("a tile larger than the extent", "tileSizeX", lambda f: {
        "extent": Extent(LEFT, TOP - 48, LEFT + 63 * PIXEL, TOP)}),
    ("a tile larger than the image in large cells", "tileSizeX", lambda f: {"cell_size": 2.0}),
    ("an extent beside the image", "extent", lambda f: {"extent": Extent(0, 0, 10, 10)}),
    ("an extent of nothing", "extent", lambda f: {"extent": Extent(LEFT + 9, 0, LEFT, TOP)}),
    ("an extent that is no number", "extent", lambda f: {
        "extent": Extent(float("nan"), 0, LEFT + 64, TOP)}),
    ("a band that the image does not have", "bands", lambda f: {"bands": (1, 4)}),
]  # fmt: skip


@pytest.mark.parametrize("raising", [False, True], ids=["quiet", "raising"])
@pytest.mark.parametrize(
    ("parameter", "made"), [row[1:] for row in BAD], ids=[row[0] for row in BAD]
)
def test_a_bad_request_is_refused_by_the_name_of_its_parameter(
    sources: Path, tmp_path: Path, parameter: str, made: Made, raising: bool
) -> None:
    """Whether GDAL raises exceptions or not."""
    settings = made(sources)
    with gdal_raising(raising), refused_in_one_sentence(tmp_path / "chips", parameter):
        export_chips(image(sources), tmp_path / "chips", **settings)


@contextmanager
def refused_in_one_sentence(folder: Path, parameter: str) -> Iterator[None]:
    with pytest.raises(InvalidRequest) as caught:
        yield
    assert caught.value.parameter == parameter
    assert str(caught.value).startswith(f"{parameter}: ")
    assert "\n" not in str(caught.value)
    assert not folder.exists()


def test_an_image_that_is_none_is_refused(sources: Path, tmp_path: Path) -> None:
    with refused_in_one_sentence(tmp_path / "chips", "inputRaster"):
        export_chips(text_file(sources), tmp_path / "chips")


def test_an_image_that_is_not_there_is_refused(sources: Path, tmp_path: Path) -> None:
    with refused_in_one_sentence(tmp_path / "chips", "inputRaster"):
        export_chips(sources / "nothing.tif", tmp_path / "chips")


def test_an_image_of_complex_numbers_is_refused(sources: Path, tmp_path: Path) -> None:
    pixels = random_pixels((1, ROWS, COLUMNS), "float32").astype(np.complex64)
    with refused_in_one_sentence(tmp_path / "chips", "inputRaster"):
        export_chips(raster_file(sources / "image.tif", pixels), tmp_path / "chips")


@pytest.mark.parametrize("chip_format", ["PNG", "JPEG"])
@pytest.mark.parametrize("bands", [4, 12])
def test_more_than_three_bands_are_refused_with_a_hint_to_choose_bands(
    sources: Path, tmp_path: Path, chip_format: str, bands: int
) -> None:
    with refused_in_one_sentence(tmp_path / "chips", "bands"):
        export_chips(image(sources, bands=bands), tmp_path / "chips", chip_format=chip_format)


@pytest.mark.parametrize(
    ("chip_format", "dtype"),
    [("PNG", "float32"), ("PNG", "int16"), ("JPEG", "uint16"), ("JPEG", "float32")],
)
def test_pixels_that_the_chips_cannot_hold_are_refused_with_what_mends_it(
    sources: Path, tmp_path: Path, chip_format: str, dtype: str
) -> None:
    source = image(sources, dtype=dtype)
    with pytest.raises(InvalidRequest, match="pixelScaling"):
        export_chips(source, tmp_path / "chips", chip_format=chip_format)
    assert not (tmp_path / "chips").exists()


@pytest.mark.parametrize(("chip_format", "dtype"), [("PNG", "uint16"), ("JPEG", "uint8")])
def test_pixels_that_the_chips_can_hold_are_not_refused(
    sources: Path, tmp_path: Path, chip_format: str, dtype: str
) -> None:
    source = image(sources, dtype=dtype)
    assert export_chips(source, tmp_path / "chips", chip_format=chip_format).chip_count == 2


def test_mrf_chips_of_a_turned_image_are_refused(sources: Path, tmp_path: Path) -> None:
    """They can only lie north up, and would lie elsewhere."""
    turned = (LEFT, 0.4, 0.3, TOP, 0.3, -0.4)
    source = raster_file(sources / "image.tif", random_pixels((3, ROWS, COLUMNS)), turned)
    with refused_in_one_sentence(tmp_path / "chips", "chipFormat"):
        export_chips(source, tmp_path / "chips", chip_format="MRF")


def test_labels_on_an_image_that_lies_nowhere_are_refused(sources: Path, tmp_path: Path) -> None:
    source = Path(write_raster(sources / "image.tif", random_pixels((3, ROWS, COLUMNS))))
    with refused_in_one_sentence(tmp_path / "chips", "inputRaster"):
        export_chips(source, tmp_path / "chips", **boxes_of(sources, ROOF))


# outputLocation


@pytest.mark.parametrize("inside", ["", "chips", "chips/of/today"])
def test_a_folder_that_is_a_file_is_refused(sources: Path, tmp_path: Path, inside: str) -> None:
    file = text_file(tmp_path)
    with pytest.raises(ChipExportError, match="^outputLocation: [^\n]*$"):
        export_chips(image(sources), file / inside)
    assert [path.name for path in sorted(tmp_path.iterdir())] == ["notes.txt", "sources"]


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs a file system of the kernel")
@pytest.mark.parametrize("folder", ["/proc/chips", "/proc", "/proc/chips/of/today"])
def test_a_folder_that_cannot_be_made_is_told(sources: Path, folder: str) -> None:
    with pytest.raises(ChipExportError, match="^outputLocation: [^\n]*/proc[^\n]*$"):
        export_chips(image(sources), Path(folder))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_nobody_may_write_to_is_refused(sources: Path, tmp_path: Path) -> None:
    (tmp_path / "chips").mkdir(mode=0o500)
    with pytest.raises(ChipExportError, match="^outputLocation: "):
        export_chips(image(sources), tmp_path / "chips")


@contextmanager
def no_file_larger_than(size: int) -> Iterator[None]:
    """As on a disk that is full: the operating system refuses to write on."""
    resource = pytest.importorskip("resource")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_full_disk_is_told_with_the_file_that_found_no_room(
    sources: Path, tmp_path: Path
) -> None:
    source = image(sources)
    with no_file_larger_than(4096), pytest.raises(UnwritableOutput) as caught:
        export_chips(source, tmp_path / "chips")
    assert str(caught.value).startswith("outputLocation: ")
    assert f"{tmp_path}/chips" in str(caught.value)


def test_a_full_disk_is_left_as_it_was(sources: Path, tmp_path: Path) -> None:
    source = image(sources)
    with no_file_larger_than(4096), pytest.raises(UnwritableOutput):
        export_chips(source, tmp_path / "chips")
    assert not (tmp_path / "chips").exists()


@pytest.mark.parametrize(
    "name",
    [
        *("map.txt", "stats.txt", "esri_model_definition.emd", "esri_accumulated_stats.json"),
        *("images/000000000.tif", "labels/000000000.xml"),
    ],
)
def test_a_folder_with_a_part_of_a_dataset_is_refused(
    sources: Path, tmp_path: Path, name: str
) -> None:
    file = tmp_path / "chips" / name
    file.parent.mkdir(parents=True)
    file.write_text("precious")
    with pytest.raises(InvalidRequest, match="^outputLocation: "):
        export_chips(image(sources), tmp_path / "chips")
    assert contents(tmp_path / "chips") == {name: b"precious"}


def test_what_was_in_the_folder_stays_when_the_export_fails(sources: Path, tmp_path: Path) -> None:
    (tmp_path / "chips").mkdir()
    (tmp_path / "chips/notes.txt").write_text("mine")
    with no_file_larger_than(1024), pytest.raises(UnwritableOutput):
        export_chips(image(sources), tmp_path / "chips", tile_size=Size(32, 32))
    assert contents(tmp_path / "chips") == {"notes.txt": b"mine"}


# sources that break while they are read


def broken(folder: Path) -> Path:
    """An image whose last rows are missing; they are in the last of six strips."""
    path = noise_file(folder / "broken.tif", 64, 1500)
    os.truncate(path, path.stat().st_size - 64 * 100 * 3)
    return path


def test_an_image_that_breaks_is_told_by_its_name(sources: Path, tmp_path: Path) -> None:
    with pytest.raises(UnreadableSource, match="broken.tif"):
        export_chips(broken(sources), tmp_path / "chips", tile_size=Size(32, 32))


def test_an_image_that_breaks_leaves_the_chips_before(sources: Path, tmp_path: Path) -> None:
    """What broke may be a network. Of six strips the sixth cannot be read."""
    with pytest.raises(UnreadableSource, match="80 chips are kept.*existingOutput=resume"):
        export_chips(broken(sources), tmp_path / "chips", tile_size=Size(32, 32))
    assert len(list((tmp_path / "chips" / "images").iterdir())) == 80


def test_an_image_that_breaks_at_once_leaves_nothing(sources: Path, tmp_path: Path) -> None:
    path = broken(sources)
    os.truncate(path, 64 * 100 * 3)
    with pytest.raises(UnreadableSource, match="Nothing of it is left"):
        export_chips(path, tmp_path / "new/chips", tile_size=Size(32, 32))
    assert not (tmp_path / "new").exists()


def test_chips_were_written_before_the_image_broke(sources: Path, tmp_path: Path) -> None:
    listener = Listener()
    request = chip_request(broken(sources), tmp_path / "chips", tile_size=Size(32, 32))
    with pytest.raises(UnreadableSource):
        export(request, listener)
    assert listener.fractions


def test_a_class_raster_that_breaks_is_told_by_its_name(sources: Path, tmp_path: Path) -> None:
    raster = broken_classes(sources)
    with pytest.raises(UnreadableSource, match="classes.tif"):
        export_chips(
            noise_file(sources / "image.tif", 64, 640),
            tmp_path / "chips",
            **maps_of(raster),
            tile_size=Size(32, 32),
        )


@pytest.mark.parametrize("metadata_format", ["Export_Tiles", "CycleGAN"])
def test_a_second_image_that_breaks_is_told_by_its_name(
    sources: Path, tmp_path: Path, metadata_format: str
) -> None:
    second = {"additional_input_raster": picture(broken(sources)), "tile_size": Size(32, 32)}
    with pytest.raises(UnreadableSource, match="broken.tif"):
        export_chips(
            noise_file(sources / "image.tif", 64, 1500),
            tmp_path / "chips",
            metadata_format=metadata_format,
            **second,
        )


def test_a_second_domain_that_breaks_makes_no_dataset_of_the_first(
    sources: Path, tmp_path: Path
) -> None:
    """Its chips are kept, but not the files that would make it whole."""
    second = {"additional_input_raster": picture(broken(sources)), "tile_size": Size(32, 32)}
    with pytest.raises(UnreadableSource, match="92 chips are kept"):
        export_chips(image(sources), tmp_path / "chips", metadata_format="CycleGAN", **second)
    assert [path.name for path in (tmp_path / "chips" / "A").iterdir()] == ["images"]


def broken_classes(folder: Path) -> Path:
    path = raster_file(folder / "classes.tif", random_pixels((1, 640, 64)))
    os.truncate(path, path.stat().st_size - 64 * 100)
    return path


# cancelling


class Impatient(Listener):
    """Wants to stop after some time."""

    def __init__(self, patience: float) -> None:
        super().__init__()
        self.end = time.monotonic() + patience

    def cancelled(self) -> bool:
        return time.monotonic() > self.end


@pytest.mark.parametrize("workers", ["1", "2"])
@pytest.mark.parametrize("chip_format", CHIP_FORMATS)
def test_a_cancelled_export_ends_within_a_second(
    scene: Scene, tmp_path: Path, chip_format: str, workers: str
) -> None:
    """Of some 14,000 chips few are written by then, and none is left without being told."""
    settings = {"tile_size": Size(128, 128), "stride_size": Size(4, 4)}
    request = chip_request(
        scene.image,
        tmp_path / "chips",
        chip_format=chip_format,
        parallel_processing_factor=workers,
        **settings,
    )
    progress = Impatient(patience=0.3)
    with pytest.raises(ExportCancelled) as caught:
        export(request, progress)
    assert time.monotonic() - progress.end < 1
    assert ("existingOutput=resume" in str(caught.value)) == (tmp_path / "chips").exists()


@pytest.mark.parametrize("metadata_format", FORMATS)
def test_an_export_that_is_cancelled_at_once_writes_nothing(
    scene: Scene, tmp_path: Path, metadata_format: str
) -> None:
    settings = given_for(metadata_format, features(scene.labels), scene.image)
    with pytest.raises(ExportCancelled):
        export(chip_request(scene.image, tmp_path / "chips", **settings), Impatient(patience=-1))
    assert not (tmp_path / "chips").exists()


def test_a_folder_can_be_used_after_a_cancelled_export(sources: Path, tmp_path: Path) -> None:
    source = image(sources)
    with pytest.raises(ExportCancelled):
        export(chip_request(source, tmp_path / "chips"), Impatient(patience=-1))
    assert export_chips(source, tmp_path / "chips").chip_count == 2
