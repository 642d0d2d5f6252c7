"""What holds for a dataset in every metadata format and every image format of its chips."""

from __future__ import annotations

import itertools
import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np
import pytest
from osgeo import gdal, osr

from chipwright.core.formats import FORMATS
from chipwright.core.labels import LabelKind
from chipwright.core.request import CHIP_FORMATS, Size
from chipwright.tests.scenes import Scene, class_raster

from .dataset_reading import (
    Box,
    accumulated,
    chips,
    contents,
    definition,
    geotransform,
    kitti_boxes,
    layout_boxes,
    map_entries,
    pixels,
    positions,
    stats_rows,
    voc_boxes,
)
from .exporting import classes, export_chips, features
from .making import reference

TILE, STRIDE = Size(224, 64), Size(200, 28)
CORNERS = [(left, top) for top in range(0, 449, 28) for left in (0, 200, 400)]
"""So many rows of chips are read in three strips."""
JPEG_IN_MEMORY = "/vsimem/chipwright_tests/window.jpg"
ROOT_FILES = {"map.txt", "stats.txt", "esri_model_definition.emd", "esri_accumulated_stats.json"}
IMAGE_ENDINGS = {"TIFF": ".tif", "PNG": ".png", "JPEG": ".jpg", "MRF": ".mrf"}
SIDECARS = {
    "TIFF": set(),
    "PNG": {".pgw", ".prj"},
    "JPEG": {".jgw", ".prj"},
    "MRF": {".idx", ".til"},
}
KEYS_BEFORE_CLASSES = (
    "Framework ModelConfiguration ModelType ModelFile Description ImageHeight ImageWidth "
    "ExtractBands DataRange ModelPadding BatchSize PerProcessGPUMemoryFraction MetaDataMode "
    "BlackenAroundFeature IsMultidimensional CropTileMode ImageSpaceUsed MinCellSize MaxCellSize"
).split()
KEYS_AFTER_CLASSES = [
    *"InputRastersProps InputRastersProps2 AllTilesStats AllTilesStats2".split(),
    "WellKnownBandNames (FYI, these band names can be used in ExtractBands)",
]


@dataclass(frozen=True)
class Case:
    """A row of the table: what is exported as what."""

    format_name: str
    chip_format: str
    from_features: bool = True

    def __str__(self) -> str:
        labels = "" if self.from_features else "-of-classes"
        return f"{self.format_name}{labels}-{self.chip_format}"

    @property
    def has_labels(self) -> bool:
        return FORMATS[self.format_name].needs_labels

    @property
    def has_class_maps(self) -> bool:
        return FORMATS[self.format_name].needs is LabelKind.CLASS_MAP


SERVICE = [name for name, it in FORMATS.items() if it.is_service_format and not it.only_labeled]
"""Formats that leave chips out, and those with other files, have tests of their own."""
TABLE = [Case(*row) for row in itertools.product(SERVICE, CHIP_FORMATS)]
TABLE += [Case(it.format_name, it.chip_format, False) for it in TABLE if it.has_class_maps]


@dataclass(frozen=True)
class Written:
    """A row of the table, exported."""

    case: Case
    folder: Path
    image: Path
    settings: dict[str, Any]


@pytest.fixture(scope="module")
def class_map(scene: Scene, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return class_raster(scene, tmp_path_factory.mktemp("classes") / "classes.tif")


@pytest.fixture(scope="module", params=TABLE, ids=str)
def written(
    request: pytest.FixtureRequest,
    scene: Scene,
    class_map: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Written:
    case = request.param
    labels = features(scene.labels) if case.from_features else classes(class_map)
    settings = {
        "metadata_format": case.format_name,
        "chip_format": case.chip_format,
        "input_class_data": labels if case.has_labels else None,
        "tile_size": TILE,
        "stride_size": STRIDE,
    }
    folder = tmp_path_factory.mktemp("chips") / str(case)
    export_chips(scene.image, folder, **settings, parallel_processing_factor="4")
    return Written(case, folder, scene.image, settings)


@pytest.fixture
def countable(written: Written) -> Written:
    if written.case.has_class_maps and written.case.from_features:
        pytest.skip("a class map does not show the features it is made of")
    return written


def test_one_worker_writes_the_same_bytes_as_four(written: Written, tmp_path: Path) -> None:
    folder = tmp_path / "one"
    export_chips(written.image, folder, **written.settings, parallel_processing_factor="1")
    assert contents(folder) == contents(written.folder)


def test_every_path_of_the_map_is_a_file(written: Written) -> None:
    paths = [path for path, _ in map_entries(written.folder)]
    paths += [written.folder / label for _, label in map_entries(written.folder) if label]
    assert [path for path in paths if not path.is_file()] == []


def test_every_file_is_in_the_map_or_belongs_to_one_that_is(written: Written) -> None:
    named = {path.relative_to(written.folder).as_posix() for path in chips(written.folder)}
    sidecars = {
        str(PurePosixPath(path).with_suffix(ending))
        for path in named
        for ending in SIDECARS[written.case.chip_format]
    }
    labels = {label for _, label in map_entries(written.folder) if label}
    assert set(contents(written.folder)) == named | sidecars | labels | ROOT_FILES


def test_lines_of_the_map_are_as_the_service_writes_them(written: Written) -> None:
    ending = re.escape(IMAGE_ENDINGS[written.case.chip_format])
    label = r" labels(?:\\[^\\/\r\n]+)?\\\d{9}\.(?:tif|xml|txt)"
    line = rf"images\\\d{{9}}{ending} (?:{label})?\r\n"
    text = (written.folder / "map.txt").read_bytes().decode("utf-8")
    assert re.fullmatch(f"(?:{line})+", text)


def test_a_label_has_the_stem_of_its_image(written: Written) -> None:
    pairs = [
        (image.stem, PurePosixPath(label).stem) for image, label in map_entries(written.folder)
    ]
    assert [(image, label) for image, label in pairs if label and image != label] == []


def test_chips_are_numbered_without_gaps(written: Written) -> None:
    stems = [path.stem for path in chips(written.folder)]
    assert stems == [f"{number:09d}" for number in range(len(CORNERS))]


def test_chips_run_row_by_row(written: Written) -> None:
    assert positions(written.folder) == CORNERS


def test_chips_are_windows_of_the_image(written: Written) -> None:
    for path, corner in zip(chips(written.folder), CORNERS):
        expected = window(written.image, corner)
        if written.case.chip_format == "JPEG":
            expected = gdal.Translate(
                JPEG_IN_MEMORY, expected, format="JPEG", creationOptions=["QUALITY=90"]
            )
        assert np.array_equal(pixels(path), expected.ReadAsArray()), path


def test_chips_lie_where_their_window_lies(written: Written) -> None:
    for path, corner in zip(chips(written.folder), CORNERS):
        expected = window(written.image, corner).GetGeoTransform()
        assert geotransform(path) == pytest.approx(expected, abs=1e-9), path


def window(image: Path, corner: tuple[int, int]) -> gdal.Dataset:
    """What gdal_translate makes of a window of the image."""
    size = (TILE.columns, TILE.rows)
    return gdal.Translate("", str(image), format="VRT", srcWin=(*corner, *size))


def test_chips_are_in_the_coordinate_system_of_the_image(written: Written) -> None:
    path = chips(written.folder)[0]
    text = gdal.Open(str(path)).GetProjection() or path.with_suffix(".prj").read_text("utf-8")
    assert reference(32633).IsSame(osr.SpatialReference(text))


def test_label_rasters_lie_on_their_chips(written: Written) -> None:
    for image, label in map_entries(written.folder):
        if label.endswith(".tif"):
            assert geotransform(written.folder / label) == geotransform(image)


def test_label_rasters_are_in_the_coordinate_system_of_the_image(written: Written) -> None:
    labels = [label for _, label in map_entries(written.folder) if label.endswith(".tif")]
    texts = {gdal.Open(str(written.folder / label)).GetProjection() for label in labels}
    assert texts <= {gdal.Open(str(written.image)).GetProjection()}


def test_the_definition_has_the_keys_of_the_service_in_their_order(written: Written) -> None:
    middle = ["Classes"] if written.case.has_labels else []
    keys = list(definition(written.folder))
    assert keys == [*KEYS_BEFORE_CLASSES, *middle, *KEYS_AFTER_CLASSES]


@pytest.mark.parametrize("name", ["esri_model_definition.emd", "esri_accumulated_stats.json"])
def test_json_files_are_7_bit_and_without_a_byte_order_mark(written: Written, name: str) -> None:
    content = (written.folder / name).read_bytes()
    assert content.isascii() and content.startswith(b"{")


@pytest.mark.parametrize("name", ["esri_model_definition.emd", "esri_accumulated_stats.json"])
def test_json_files_have_no_numbers_that_json_does_not_know(written: Written, name: str) -> None:
    def refuse(constant: str) -> None:
        raise AssertionError(f"{name} holds {constant}")

    json.loads((written.folder / name).read_bytes(), parse_constant=refuse)


def test_labels_are_of_classes_that_the_definition_has(written: Written) -> None:
    known = {it["Value"] for it in definition(written.folder).get("Classes", ())}
    assert {value for counts in label_counts(written) for value in counts} == known


def test_the_number_of_images_is_that_of_the_files(written: Written) -> None:
    count = len(
        list((written.folder / "images").glob(f"*{IMAGE_ENDINGS[written.case.chip_format]}"))
    )
    first_line = (written.folder / "stats.txt").read_text("utf-8").splitlines()[0]
    assert first_line == f"images = {count} *3*224*64"
    assert accumulated(written.folder)["NumTiles"] == count


def test_every_class_is_counted_as_it_is_in_the_files(countable: Written) -> None:
    in_files = sum(label_counts(countable), Counter())
    assert counted_per_class(countable.folder) == in_files


def test_every_class_has_as_many_images_as_in_the_files(countable: Written) -> None:
    in_files = Counter(value for counts in label_counts(countable) for value in counts)
    assert {value: images for _, value, images, _ in stats_rows(countable.folder)} == in_files


def test_both_statistics_count_alike(written: Written) -> None:
    in_text = {value: count for _, value, _, count in stats_rows(written.folder)}
    assert in_text == counted_per_class(written.folder)


def counted_per_class(folder: Path) -> dict[int, int]:
    """Features or pixels of each class in esri_accumulated_stats.json."""
    state = accumulated(folder)
    if not state["Classes"]:
        return {}
    counts = (
        state["FeatureStats"]["NumFeaturesPerClass"]
        if state["OutputFeatures"]
        else state["ClassPixelStats"]["NumPixelsPerClass"]
    )
    return dict(zip((it["ClassValue"] for it in state["Classes"]), counts))


def label_counts(written: Written) -> Iterator[Counter[int]]:
    """For each label file, the number of objects, instances or pixels of each class."""
    values = {it["Name"]: it["Value"] for it in definition(written.folder).get("Classes", ())}
    for _, label in map_entries(written.folder):
        path = written.folder / label
        if label.endswith(".xml"):
            is_layout = written.case.format_name == "PASCAL_VOC_layout"
            yield boxes_per_class(layout_boxes(path) if is_layout else voc_boxes(path))
        elif label.endswith(".txt"):
            yield boxes_per_class(kitti_boxes(path))
        elif written.case.has_class_maps:
            found, counts = np.unique(pixels(path), return_counts=True)
            yield Counter({int(v): int(n) for v, n in zip(found, counts) if v})
        elif label:
            yield Counter({values[path.parent.name]: int(pixels(path).max())})


def boxes_per_class(boxes: list[Box]) -> Counter[int]:
    return Counter(found.value for found in boxes)


def test_the_folder_of_the_labels_is_there_only_with_labels(written: Written) -> None:
    assert (written.folder / "labels").exists() == written.case.has_labels
