"""What holds for a dataset in every metadata format and every image format of its chips."""

from __future__ import annotations

import itertools
import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

import numpy as np
import pytest
from osgeo import gdal, osr

from chipwright.core.chip_format import ChipFormat, Placement, SecondImage
from chipwright.core.footprints import Footprint
from chipwright.core.formats import FORMATS
from chipwright.core.labels import LabelKind
from chipwright.core.manifest import Manifest
from chipwright.core.preview import preview
from chipwright.core.progress import Silence
from chipwright.core.request import Size
from chipwright.core.request_choices import CHIP_FORMATS
from chipwright.tests.scenes import Scene, class_raster
from chipwright.tests.scenes.buildings import CLASSES

from . import dataset_reading
from .dataset_reading import accumulated, contents, datasets, definition, stats_rows
from .exporting import chip_request, classes, export_chips, features, given_for, picture
from .label_counts import YOLO, Counts, label_counts, mask_counts
from .made_sources import LEFT, PIXEL, TOP, noise_file
from .making import reference

TILE, STRIDE = Size(160, 48), Size(480, 56)
CORNERS = [(left, top) for top in range(0, 449, 56) for left in (0, 480)]
"""So many rows of chips are read in two strips."""
JPEG_IN_MEMORY = "/vsimem/tests_of_chipwright/window.jpg"
ROOT_FILES = {"map.txt", "stats.txt", "esri_model_definition.emd", "esri_accumulated_stats.json"}
JSON_FILES = ["esri_model_definition.emd", "esri_accumulated_stats.json"]
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
INSTANCE_KEY = "Panoptic_Segmentation_Instance_Classes"
KEYS_AFTER_CLASSES = [
    *"InputRastersProps InputRastersProps2 AllTilesStats AllTilesStats2".split(),
    "WellKnownBandNames (FYI, these band names can be used in ExtractBands)",
]
VALUES = {kind.name: kind.value for kind in CLASSES}
WITH_LABEL_RASTERS = ("Classified_Tiles", "RCNN_Masks", "Panoptic_Segmentation")
OBJECTS = (LabelKind.OBJECTS, LabelKind.OUTLINES, LabelKind.INSTANCE_MASKS)

# nothing of these datasets is changed: what was read once is not read again
chips, map_entries = cache(dataset_reading.chips), cache(dataset_reading.map_entries)
pixels, geotransform = cache(dataset_reading.pixels), cache(dataset_reading.geotransform)
position = cache(dataset_reading.position)


@dataclass(frozen=True)
class Case:
    """A row of the table: what is exported as what."""

    format_name: str
    chip_format: str
    variant: str = ""
    """Of classes: labels from a classified raster. In pairs: with a second image. Cropped: chips
    as large as their features, all else black. Compressed: by DEFLATE."""

    def __str__(self) -> str:
        return "-".join(part for part in (self.format_name, self.variant, self.chip_format) if part)

    @property
    def format(self) -> ChipFormat:
        return FORMATS[self.format_name]

    @property
    def is_on_grid(self) -> bool:
        return self.format.placement is Placement.GRID or self.variant == "of classes"

    @property
    def has_class_maps(self) -> bool:
        return self.format.needs is LabelKind.CLASS_MAP

    @property
    def shows_all(self) -> bool:
        """Whether the labels show which classes a chip was labelled with."""
        return not self.has_class_maps or self.variant == "of classes"

    @property
    def shows_amounts(self) -> bool:
        """Whether the labels show how many features or pixels of a class there are."""
        if self.variant == "of classes":
            return self.has_class_maps or self.format.needs in OBJECTS
        return self.format.needs in (*OBJECTS, LabelKind.MAIN_OBJECT)


def table() -> Iterator[Case]:
    """Every format with every image format; what else can be, with few."""
    for name, chip_format in itertools.product(FORMATS, CHIP_FORMATS):
        case = Case(name, chip_format)
        yield case
        if case.format.needs_labels and (chip_format == "TIFF" or name == "Classified_Tiles"):
            yield Case(name, chip_format, "of classes")
        if case.format.second_image is SecondImage.PARTNER and chip_format in ("TIFF", "JPEG"):
            yield Case(name, chip_format, "in pairs")
        if case.format.placement is Placement.PER_FEATURE:
            yield Case(name, chip_format, "cropped")
        if name in WITH_LABEL_RASTERS and (chip_format == "TIFF" or name == "Classified_Tiles"):
            yield Case(name, chip_format, "compressed")


class Sources(NamedTuple):
    """An image with features upon it, and rasters on the same pixels."""

    image: Path
    second: Path
    labels: Path
    class_map: Path
    numbers: Path
    """Every feature is an object with a number."""


@dataclass(frozen=True)
class Written:
    """A row of the table, exported."""

    case: Case
    folder: Path
    sources: Sources
    settings: dict[str, Any]
    manifest: Manifest

    @property
    def images(self) -> list[tuple[Path, Path]]:
        """Each dataset, and the image it was cut from."""
        return list(zip(datasets(self.folder), (self.sources.image, self.sources.second)))

    @property
    def service_datasets(self) -> list[Path]:
        """Those with the service's four files: none in other formats."""
        return datasets(self.folder) if self.case.format.is_service_format else []

    @cached_property
    def label_counts(self) -> list[Counts]:
        return label_counts(self.folder, self.case.format_name, VALUES)

    @cached_property
    def mask_counts(self) -> list[Counts]:
        """Single objects beside the labels."""
        return [mask_counts(self.folder, "labels2", it, VALUES) for it in chips(self.folder)]

    @cached_property
    def foreseen(self) -> list[Footprint]:
        """The places of a preview that are kept."""
        request = chip_request(self.sources.image, Path("/nowhere"), **self.settings)
        return [each for each in preview(request, Silence()).footprints if each.kept]


@pytest.fixture(scope="module")
def sources(scene: Scene, tmp_path_factory: pytest.TempPathFactory) -> Sources:
    folder = tmp_path_factory.mktemp("sources")
    return Sources(
        scene.image,
        noise_file(folder / "second.tif", 640, 512),
        quickly_read(scene.labels, folder / "labels.fgb"),
        class_raster(scene, folder / "classes.tif"),
        numbered_features(scene, folder / "numbers.tif"),
    )


def quickly_read(labels: Path, copy: Path) -> Path:
    """The same features in the same order, in a file that is opened and read in half the time."""
    unsorted = {"format": "FlatGeobuf", "layerCreationOptions": ["SPATIAL_INDEX=NO"]}
    gdal.VectorTranslate(str(copy), str(labels), **unsorted)
    return copy


def numbered_features(scene: Scene, path: Path) -> Path:
    empty = gdal.Open(str(scene.image)).ReadAsArray()[:1] * 0
    like = gdal.Translate("", str(scene.image), format="VRT", bandList=[1])
    target = gdal.GetDriverByName("GTiff").CreateCopy(str(path), like)
    target.WriteArray(empty[0])
    numbers = "SELECT geom, fid + 0 AS number FROM buildings"
    gdal.Rasterize(target, str(scene.labels), SQLStatement=numbers, attribute="number")
    return path


@pytest.fixture(scope="module", params=table(), ids=str)
def written(
    request: pytest.FixtureRequest, sources: Sources, tmp_path_factory: pytest.TempPathFactory
) -> Written:
    case = request.param
    settings = {**settings_of(case, sources), "tile_size": TILE, "stride_size": STRIDE}
    folder = tmp_path_factory.mktemp("chips") / str(case)
    manifest = export_chips(sources.image, folder, **settings, parallel_processing_factor="4")
    return Written(case, folder, sources, settings, manifest)


def settings_of(case: Case, sources: Sources) -> dict[str, Any]:
    given = given_for(case.format_name, features(sources.labels), sources.second)
    settings = {**given, "chip_format": case.chip_format}
    if case.variant == "of classes":
        settings["input_class_data"] = classes(sources.class_map)
        if case.format.needs_instances:
            settings["input_instance_data"] = classes(sources.numbers)
    if case.variant == "in pairs":
        settings["additional_input_raster"] = picture(sources.second)
    if case.variant == "compressed":
        settings["compression"] = "DEFLATE"
    if case.variant == "cropped":
        settings = {**settings, "fix_chip_size": False, "blacken_around_feature": True}
    return settings


def test_one_worker_writes_the_same_bytes_as_four(written: Written, tmp_path: Path) -> None:
    folder, settings = tmp_path / "one", written.settings
    export_chips(written.sources.image, folder, **settings, parallel_processing_factor="1")
    assert contents(folder) == contents(written.folder)


# the preview


def test_a_preview_foresees_every_chip_with_its_number_and_place(written: Written) -> None:
    foreseen = iter(written.foreseen)
    for folder in datasets(written.folder):
        for path in chips(folder):
            footprint = next(foreseen)
            assert footprint.number == int(path.stem)
            np.testing.assert_allclose(footprint.corners, corners_of(path), rtol=0, atol=1e-6)
    assert list(foreseen) == []


def corners_of(path: Path) -> list[tuple[float, float]]:
    """On the map, from the upper left clockwise."""
    _, rows, columns = pixels(path).shape
    x, across, _, y, _, down = geotransform(path)
    right, bottom = x + columns * across, y + rows * down
    return [(x, y), (right, y), (right, bottom), (x, bottom)]


def test_a_preview_foresees_the_labels_of_every_chip(written: Written) -> None:
    found = [Counter({VALUES[it]: n for it, n in each.labels.items()}) for each in written.foreseen]
    counts = written.label_counts
    if written.case.shows_amounts:
        assert found == counts
    elif written.case.shows_all:
        assert [set(each) for each in found] == [set(each) for each in counts] or not counts


# files and the map


def test_every_path_that_the_dataset_names_is_there(written: Written) -> None:
    for folder in datasets(written.folder):
        paths = list(named_paths(written, folder))
        assert [path for path in paths if not path.exists()] == [] and paths


def named_paths(written: Written, folder: Path) -> Iterator[Path]:
    """Those of the map, or of what other formats have in its place."""
    if written.case.format_name == "COCO":
        content = json.loads((folder / "annotations/instances_train.json").read_bytes())
        yield from (folder / "images/train" / it["file_name"] for it in content["images"])
    elif written.case.format_name in YOLO:
        text = (folder / "data.yaml").read_text("utf-8")
        yield from (folder / path for path in re.findall(r"(?m)^(?:train|val): (.*)$", text))
    else:
        for image, *others in map_entries(folder):
            yield from (image, *(folder / path for path in others if path))


def test_every_file_belongs_to_a_chip_or_to_the_dataset(written: Written) -> None:
    for folder in datasets(written.folder):
        images = {path.relative_to(folder).as_posix() for path in chips(folder)}
        images |= {it.partner for it in entries_of(written, folder) if it.partner}
        sidecars = {
            str(PurePosixPath(path).with_suffix(ending))
            for path in images
            for ending in sidecars_of(written.case)
        }
        assert set(contents(folder)) == images | sidecars | other_files(written, folder)


def sidecars_of(case: Case) -> set[str]:
    """Endings of what lies beside each image; MRF calls its data by how it is compressed."""
    if (case.chip_format, case.variant) == ("MRF", "compressed"):
        return {".idx", ".pzp"}
    return SIDECARS[case.chip_format]


def entries_of(written: Written, folder: Path) -> list[Any]:
    return map_entries(folder) if written.case.format.is_service_format else []


def other_files(written: Written, folder: Path) -> set[str]:
    """Labels, and what is about the whole dataset."""
    name = written.case.format_name
    if name == "COCO":
        return {"annotations/instances_train.json"}
    if name in YOLO:
        return {f"labels/train/{path.stem}.txt" for path in chips(folder)} | {"data.yaml"}
    return {it.label for it in map_entries(folder) if it.label} | ROOT_FILES


def test_lines_of_the_map_are_as_the_service_writes_them(written: Written) -> None:
    name, ending = written.case.format_name, re.escape(IMAGE_ENDINGS[written.case.chip_format])
    of_class = r"\\[^\\/\s.,]+" if name == "Imagenet" else ""
    partner = rf"images2\\\d{{9}}{ending} " if written.case.variant == "in pairs" else ""
    label = r" labels2?(?:\\[^\\/\s.,]+)?\\\d{9}\.(?:tif|xml|txt)"
    line = rf"images{of_class}\\\d{{9}}{ending} {partner}(?:{label})?\r\n"
    for folder in written.service_datasets:
        text = (folder / "map.txt").read_bytes().decode("utf-8")
        assert re.fullmatch(f"(?:{line})+", text)


def test_formats_that_are_not_the_services_have_no_map(written: Written) -> None:
    has_map = (written.folder / "map.txt").exists() or (written.folder / "A/map.txt").exists()
    assert has_map == written.case.format.is_service_format


def test_all_files_of_a_chip_have_the_same_stem(written: Written) -> None:
    for folder in written.service_datasets:
        for image, *others in map_entries(folder):
            assert {PurePosixPath(path).stem for path in others if path} <= {image.stem}


def test_chips_are_numbered_without_gaps(written: Written) -> None:
    for folder in datasets(written.folder):
        stems = [path.stem for path in chips(folder)]
        assert stems == [f"{number:09d}" for number in range(len(stems))] and stems


def test_the_folder_of_the_labels_is_there_only_with_labels(written: Written) -> None:
    found = {path.name for path in written.folder.iterdir() if path.is_dir()}
    assert ("labels" in found) == (written.case.format_name not in NO_LABEL_FILES)
    assert ("labels2" in found) == written.case.format.needs_instances
    assert ("images2" in found) == (written.case.variant == "in pairs")


NO_LABEL_FILES = ("Export_Tiles", "CycleGAN", "Imagenet", "COCO")


# chips


def test_chips_run_row_by_row_over_the_grid(written: Written) -> None:
    """Some formats have no chips without labels."""
    for folder in datasets(written.folder) if written.case.is_on_grid else ():
        found = [position(path) for path in chips(folder)]
        if written.case.format.only_labeled:
            assert found == [corner for corner in CORNERS if corner in found]
        else:
            assert found == CORNERS


def test_chips_around_features_run_from_left_to_right_band_by_band(written: Written) -> None:
    """In bands as high as a tile, whatever the sizes of chips are."""
    for folder in [] if written.case.is_on_grid else datasets(written.folder):
        corners = [tuple(map(round, position(path))) for path in chips(folder)]
        assert corners == sorted(corners, key=lambda at: (at[1] // TILE.rows, at[0]))


def test_chips_have_the_size_of_the_tile_but_those_that_are_cropped(written: Written) -> None:
    sizes = {pixels(path).shape[1:] for folder, _ in written.images for path in chips(folder)}
    assert (sizes == {(TILE.rows, TILE.columns)}) == (written.case.variant != "cropped")


def test_chips_are_windows_of_the_image(written: Written) -> None:
    """Of cropped chips, this is tested where they are not blackened."""
    for folder, image in written.images if written.case.variant != "cropped" else ():
        for path in chips(folder):
            assert np.array_equal(pixels(path), expected_pixels(written, image, path)), path


def test_second_images_are_the_same_windows_of_the_second_image(written: Written) -> None:
    for folder in written.service_datasets:
        for it in map_entries(folder):
            if it.partner:
                expected = expected_pixels(written, written.sources.second, it.image)
                assert np.array_equal(pixels(folder / it.partner), expected), it.partner


def expected_pixels(written: Written, image: Path, chip: Path) -> Any:
    """The window of the image where a chip lies, encoded where that changes pixels."""
    (left, top), (_, rows, columns) = map(round, position(chip)), pixels(chip).shape
    if written.case.chip_format != "JPEG":
        return pixels(image)[:, top : top + rows, left : left + columns]
    window = gdal.Translate("", str(image), format="VRT", srcWin=(left, top, columns, rows))
    options = {"format": "JPEG", "creationOptions": ["QUALITY=90"]}
    return gdal.Translate(JPEG_IN_MEMORY, window, **options).ReadAsArray()


def test_chips_lie_where_their_window_lies(written: Written) -> None:
    for folder, _ in written.images:
        for path in chips(folder):
            left, top = map(round, position(path))
            expected = (LEFT + left * PIXEL, PIXEL, 0, TOP - top * PIXEL, 0, -PIXEL)
            assert geotransform(path) == pytest.approx(expected, abs=1e-9), path


def test_chips_are_in_the_coordinate_system_of_the_image(written: Written) -> None:
    for folder, _ in written.images:
        path = chips(folder)[0]
        text = gdal.Open(str(path)).GetProjection() or path.with_suffix(".prj").read_text("utf-8")
        assert reference(32633).IsSame(osr.SpatialReference(text))


def test_label_rasters_lie_on_their_chips(written: Written) -> None:
    for folder in written.service_datasets:
        for image, label, _ in map_entries(folder):
            if label.endswith(".tif"):
                assert geotransform(folder / label) == geotransform(image)
                assert pixels(folder / label).shape[1:] == pixels(image).shape[1:]


def test_chips_and_label_rasters_are_compressed_if_that_is_asked_for(written: Written) -> None:
    """PNG and JPEG have a compression of their own."""
    asked = "DEFLATE" if written.case.variant == "compressed" else "NONE"
    for folder in written.service_datasets:
        rasters = [folder / it.label for it in map_entries(folder) if it.label.endswith(".tif")]
        if written.case.chip_format in ("TIFF", "MRF"):
            rasters += chips(folder)
        assert {compression(path) for path in rasters} <= {asked}


def compression(path: Path) -> str:
    found = gdal.Open(str(path)).GetMetadataItem("COMPRESSION", "IMAGE_STRUCTURE")
    return str(found or "NONE")


def test_label_rasters_are_in_the_coordinate_system_of_the_image(written: Written) -> None:
    for folder in written.service_datasets:
        labels = [it.label for it in map_entries(folder) if it.label.endswith(".tif")]
        texts = {gdal.Open(str(folder / label)).GetProjection() for label in labels}
        assert texts <= {gdal.Open(str(written.sources.image)).GetProjection()}


# what is told of the dataset


def test_the_definition_has_the_keys_of_the_service_in_their_order(written: Written) -> None:
    middle = ["Classes"] if written.case.format.needs_labels else []
    middle += [INSTANCE_KEY] if written.case.format.needs_instances else []
    for folder in written.service_datasets:
        keys = list(definition(folder))
        assert keys == [*KEYS_BEFORE_CLASSES, *middle, *KEYS_AFTER_CLASSES]


def test_the_definition_tells_how_chips_were_cut(written: Written) -> None:
    is_cropped = written.case.variant == "cropped"
    expected = (is_cropped, "Variable_Size" if is_cropped else "Fixed_Size")
    for folder in written.service_datasets:
        found = definition(folder)
        assert (found["BlackenAroundFeature"], found["CropTileMode"]) == expected


def test_both_files_tell_the_format(written: Written) -> None:
    for folder in written.service_datasets:
        modes = {read(folder)["MetaDataMode"] for read in (definition, accumulated)}
        assert modes == {written.case.format_name}


def json_files(written: Written) -> list[Path]:
    return [path for path in written.folder.rglob("*") if path.suffix in (".json", ".emd")]


def test_json_files_are_7_bit_and_without_a_byte_order_mark(written: Written) -> None:
    for path in json_files(written):
        content = path.read_bytes()
        assert content.isascii() and content.startswith(b"{")


def test_json_files_have_no_numbers_that_json_does_not_know(written: Written) -> None:
    def refuse(constant: str) -> None:
        raise AssertionError(f"there is {constant}")

    for path in json_files(written):
        json.loads(path.read_bytes(), parse_constant=refuse)


# classes and counts


def known_values(folder: Path, key: str = "Classes") -> set[int]:
    return {it["Value"] for it in definition(folder).get(key, ())}


def test_labels_are_of_classes_that_the_definition_has(written: Written) -> None:
    for folder in written.service_datasets:
        found = {value for counts in written.label_counts for value in counts}
        assert found == known_values(folder)


def test_masks_are_of_classes_that_the_definition_has(written: Written) -> None:
    for folder in written.service_datasets:
        found = {value for counts in written.mask_counts for value in counts}
        assert found == known_values(folder, INSTANCE_KEY)


def test_all_labels_are_of_classes_of_the_scene(written: Written) -> None:
    found = {value for counts in written.label_counts for value in counts}
    assert bool(found) == written.case.format.needs_labels and found <= set(VALUES.values())


def test_the_number_of_images_is_that_of_the_files(written: Written) -> None:
    for folder in written.service_datasets:
        ending = IMAGE_ENDINGS[written.case.chip_format]
        count = len(list((folder / "images").rglob(f"*{ending}")))
        first_line = (folder / "stats.txt").read_text("utf-8").splitlines()[0]
        assert first_line == f"images = {count} *3*160*48"
        assert accumulated(folder)["NumTiles"] == count


def test_the_number_of_chips_is_told_to_the_caller(written: Written) -> None:
    count = sum(len(chips(folder)) for folder in datasets(written.folder))
    assert written.manifest.chip_count == count


@pytest.fixture
def showing(written: Written) -> Written:
    if not written.case.shows_all:
        pytest.skip("a class map does not show the features it is made of")
    return written


def test_the_caller_is_told_how_many_chips_have_each_class(showing: Written) -> None:
    in_files = Counter(value for counts in showing.label_counts for value in counts)
    per_class = showing.manifest.labels.per_class
    assert {value: it.images for value, it in per_class.items()} == in_files


def test_every_class_has_as_many_images_as_in_the_files(showing: Written) -> None:
    in_files = Counter(value for counts in showing.label_counts for value in counts)
    for folder in showing.service_datasets:
        assert {value: images for _, value, images, _ in stats_rows(folder)} == in_files


def test_the_caller_is_told_how_much_there_is_of_each_class(showing: Written) -> None:
    if showing.case.shows_amounts:
        in_files = sum(showing.label_counts, Counter())
        assert told_per_class(showing) == in_files


def told_per_class(written: Written) -> dict[int, int]:
    """Features, or pixels where a class raster is no objects."""
    per_class = written.manifest.labels.per_class
    of_pixels = written.case.variant == "of classes" and written.case.format.needs not in OBJECTS
    return {
        value: int(it.sizes.total) if of_pixels else it.sizes.count
        for value, it in per_class.items()
    }


def test_every_class_is_counted_as_it_is_told_to_the_caller(written: Written) -> None:
    for folder in written.service_datasets:
        assert counted_per_class(folder) == told_per_class(written)


def test_both_statistics_count_alike(written: Written) -> None:
    for folder in written.service_datasets:
        in_text = {value: count for _, value, _, count in stats_rows(folder)}
        assert in_text == counted_per_class(folder)


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


def test_single_objects_are_counted_as_they_are_in_the_masks(written: Written) -> None:
    counts = written.mask_counts
    images = Counter(value for each in counts for value in each)
    found = written.manifest.labels.instances
    assert {value: it.images for value, it in found.items()} == images
    assert {value: it.sizes.count for value, it in found.items()} == sum(counts, Counter())


def test_objects_of_a_mask_are_numbered_without_gaps(written: Written) -> None:
    for path in [*written.folder.glob("labels/*/*.tif"), *written.folder.glob("labels2/*/*.tif")]:
        numbers = np.unique(pixels(path))
        assert numbers[numbers > 0].tolist() == list(range(1, numbers.max() + 1)), path
