from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
from osgeo import gdal

from chipwright.core.errors import InvalidRequest
from chipwright.core.export import export
from chipwright.core.formats import FORMATS
from chipwright.core.relevance import RELEVANT_IF, Choice, Given, irrelevant, problem
from chipwright.core.request import ExportRequest, Size
from chipwright.core.request_choices import parameter_name

from .dataset_reading import contents
from .exporting import chip_request, classes, features, given_for, picture
from .made_sources import box, features_file, noise_file, raster_file

AROUND_FEATURES = {"blackenAroundFeature", "fixChipSize"}
SINGLE_OBJECTS = {"inputInstanceData", "instanceClassValueField"}
OF_SOME_FORMATS = {*AROUND_FEATURES, *SINGLE_OBJECTS, "additionalInputRaster"}
OF_FEATURES = {
    *"classValueField selectedFeaturesOnly classPriority bufferRadius".split(),
    "minPolygonOverlapRatio",
}
BY_LABELS = {"exportAllTiles", "negativeRatio", "minLabelRatio"}
ALWAYS = {
    *"inputRaster rasterItems outputLocation inputClassData chipFormat tileSizeX tileSizeY".split(),
    *"metadataFormat inputMaskPolygons rotationAngle referenceSystem processAllRasterItems".split(),
    *"extent parallelProcessingFactor startIndex existingOutput edgePolicy bands".split(),
    *"pixelScaling maxNodataRatio split daskScheduler f".split(),
}
NOT_OF_THE_REQUEST = {"selectedFeaturesOnly"}
VECTORS = (Given.POINTS, Given.LINES, Given.POLYGONS)


class Scene(NamedTuple):
    """An image of six chips, two of them with labels, and those as features and as pixels."""

    image: Path
    later: Path
    labels: Path
    classified: Path


@dataclass(frozen=True)
class Case:
    """What is exported: a format, the kind of labels, and settings that hide or show others."""

    name: str
    labels: Given
    settings: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return "-".join([self.name, self.labels.value, *map(str, self.settings.values())])

    @property
    def choice(self) -> Choice:
        chip_format = FORMATS[self.name]
        return Choice(
            self.name,
            input_class_data=self.labels,
            input_instance_data=self.labels if chip_format.needs_instances else Given.NOTHING,
            has_second_image=chip_format.second_image.value == "domain",
            **self.settings,
        )

    def request(self, scene: Scene, folder: Path, **settings: Any) -> ExportRequest:
        labels = (
            classes(scene.classified) if self.labels is Given.RASTER else features(scene.labels)
        )
        given = given_for(self.name, labels, scene.later)
        if self.labels is not Given.NOTHING:
            given["input_class_data"] = labels
        tile = {"tile_size": Size(32, 32)}
        return chip_request(scene.image, folder, **{**given, **tile, **self.settings, **settings})


def cases() -> Iterator[Case]:
    for name, chip_format in FORMATS.items():
        if not chip_format.needs_labels:
            yield Case(name, Given.NOTHING)
        yield Case(name, Given.POLYGONS)
        yield Case(name, Given.RASTER)
    for name in ("PASCAL_VOC_rectangles", "Export_Tiles"):
        yield Case(name, Given.POLYGONS, {"reference_system": "PIXEL_SPACE"})
        yield Case(name, Given.POLYGONS, {"export_all_tiles": False})
        yield Case(name, Given.POLYGONS, {"chip_format": "JPEG"})
        yield Case(name, Given.POLYGONS, {"pixel_scaling": "percentile"})
        yield Case(name, Given.POLYGONS, {"negative_ratio": 0.5})
        yield Case(name, Given.POLYGONS, {"split": "50/50"})


CASES = list(cases())


def one_of_each_kind() -> Iterator[Case]:
    """Of formats that declare the same, the first."""
    seen = set()
    for case in CASES:
        it = FORMATS[case.name]
        facts = (it.needs, it.needs_instances, it.placement, it.second_image, it.only_labeled)
        kind = (*facts, case.labels, *case.settings)
        if kind not in seen:
            yield case
        seen.add(kind)


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    folder = tmp_path_factory.mktemp("scene")
    rows = [
        (box(20, 20, 26, 26), {"classvalue": 1, "age": 1}),
        (box(2, 2, 30, 8), {"classvalue": 3, "age": 2}),
        (box(4, 4, 24, 24), {"classvalue": 1, "age": 2}),
        (box(58, 10, 62, 14), {"classvalue": 3, "age": 1}),
        (box(118, 8, 138, 12), {"classvalue": 1, "age": 1}),
        (box(2, 40, 44, 44), {"classvalue": 2, "age": 1}),
    ]
    return Scene(
        noise_file(folder / "image.tif", 160, 64),
        noise_file(folder / "later.tif", 161, 64),
        features_file(folder / "labels.fgb", rows),
        classified(folder / "classified.tif"),
    )


def classified(path: Path) -> Path:
    """Three classes, with an attribute table that gives them names and ages."""
    pixels = np.zeros((1, 64, 160), "uint8")
    for value, window in ((1, np.s_[4:24, 4:24]), (2, np.s_[40:44, 2:44]), (3, np.s_[8:12, 58:62])):
        pixels[0][window] = value
    dataset = gdal.Open(str(raster_file(path, pixels)), gdal.GA_Update)
    table = gdal.RasterAttributeTable()
    table.CreateColumn("Value", gdal.GFT_Integer, gdal.GFU_MinMax)
    table.CreateColumn("Name", gdal.GFT_String, gdal.GFU_Name)
    table.CreateColumn("age", gdal.GFT_Integer, gdal.GFU_Generic)
    for row, name in enumerate(("roof", "pond", "barn")):
        table.SetValueAsInt(row, 0, row + 1)
        table.SetValueAsString(row, 1, name)
        table.SetValueAsInt(row, 2, 3 - row)
    dataset.GetRasterBand(1).SetDefaultRAT(table)
    return path


def other_values(scene: Scene, case: Case) -> dict[str, dict[str, Any]]:
    """For each parameter of the request, a value that its default is not."""
    is_raster = case.labels is Given.RASTER
    objects = features(scene.labels) if is_raster else classes(scene.classified)
    stride = {"stride_size": Size(16, 16)}
    values: dict[str, Any] = {
        "class_value_field": "age",
        "class_priority": "smaller on top",
        "buffer_radius": 1.5,
        "min_polygon_overlap_ratio": 0.8,
        "blacken_around_feature": True,
        "fix_chip_size": False,
        "additional_input_raster": picture(scene.image),
        "input_instance_data": objects,
        "instance_class_value_field": "age",
        "cell_size": 0.75,
        "export_all_tiles": False,
        "negative_ratio": 0.5,
        "min_label_ratio": 0.1,
        "seed": 2,
        "scaling_percentiles": (20.0, 70.0),
        "jpeg_quality": 20,
        "png_level": 6,
        "compression": "LZW",
    }
    named = {parameter_name(name): {name: value} for name, value in values.items()}
    return {**named, "strideSizeX": stride, "strideSizeY": stride}


def is_request(case: Case, scene: Scene, values: dict[str, Any]) -> bool:
    """Whether values are not refused before a source is looked at."""
    try:
        return bool(case.request(scene, Path("nowhere"), **values))
    except InvalidRequest:
        return False


def exported(request: ExportRequest) -> dict[str, bytes]:
    export(request)
    return contents(Path(request.output_location))


def test_every_rule_is_about_a_parameter_of_the_request_and_is_tried(scene: Scene) -> None:
    tried = other_values(scene, CASES[0]).keys()
    assert RELEVANT_IF.keys() - NOT_OF_THE_REQUEST == tried
    sizes = {"strideSizeX", "strideSizeY"}
    known = {parameter_name(it.name) for it in fields(ExportRequest)} | sizes
    assert tried <= known


def test_every_parameter_has_a_rule_or_always_a_meaning() -> None:
    sizes = {"tileSize": {"tileSizeX", "tileSizeY"}, "strideSize": {"strideSizeX", "strideSizeY"}}
    named = {parameter_name(it.name) for it in fields(ExportRequest)}
    of_request = {part for name in named for part in sizes.get(name, {name})}
    assert of_request - RELEVANT_IF.keys() == ALWAYS, "a new one needs a rule, or belongs here"


@pytest.mark.parametrize("case", CASES, ids=str)
def test_what_is_irrelevant_is_refused_or_makes_no_difference(
    case: Case, scene: Scene, tmp_path: Path
) -> None:
    others = other_values(scene, case)
    hidden = {name: others[name] for name in irrelevant(case.choice) - NOT_OF_THE_REQUEST}
    hidden = {name: it for name, it in hidden.items() if is_request(case, scene, it)}
    plain = exported(case.request(scene, tmp_path / "plain"))
    while True:
        ignored = {name: value for values in hidden.values() for name, value in values.items()}
        try:
            assert exported(case.request(scene, tmp_path / "other", **ignored)) == plain
            break
        except InvalidRequest as refused:
            del hidden[refused.parameter]


@pytest.mark.parametrize("case", one_of_each_kind(), ids=str)
def test_what_is_relevant_is_accepted_and_makes_a_difference(
    case: Case, scene: Scene, tmp_path: Path
) -> None:
    others = other_values(scene, case)
    set_already = {parameter_name(name) for name in case.settings}
    shown = others.keys() - irrelevant(case.choice) - set_already
    plain = exported(case.request(scene, tmp_path / "plain"))
    alike = [
        name
        for name in sorted(shown)
        if exported(case.request(scene, tmp_path / name, **others[name])) == plain
    ]
    assert alike == []


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("PASCAL_VOC_rectangles", set()),
        ("Classified_Tiles", {"additionalInputRaster"}),
        ("Export_Tiles", {"additionalInputRaster"}),
        ("CycleGAN", {"additionalInputRaster"}),
        ("Labeled_Tiles", AROUND_FEATURES),
        ("Imagenet", AROUND_FEATURES),
        ("Panoptic_Segmentation", SINGLE_OBJECTS),
        ("YOLO", set()),
    ],
)
def test_what_some_formats_take_is_relevant_to_them_alone(name: str, shown: set[str]) -> None:
    choice = Choice(name, input_class_data=Given.POLYGONS)
    assert OF_SOME_FORMATS - irrelevant(choice) == shown


@pytest.mark.parametrize("given", VECTORS)
def test_features_have_a_class_field_and_a_buffer(given: Given) -> None:
    assert irrelevant(Choice("RCNN_Masks", given)) & OF_FEATURES == set()


def test_nothing_of_features_is_relevant_to_a_classified_raster() -> None:
    assert irrelevant(Choice("RCNN_Masks", Given.RASTER)) >= OF_FEATURES


def test_features_are_expected_until_labels_are_chosen() -> None:
    chosen, open_choice = Choice("Imagenet", Given.POLYGONS), Choice("Imagenet")
    assert irrelevant(open_choice) == irrelevant(chosen)


def test_single_objects_may_be_features_where_labels_are_a_raster() -> None:
    choice = Choice("Panoptic_Segmentation", Given.RASTER, Given.POLYGONS)
    assert OF_FEATURES - irrelevant(choice) == {"bufferRadius", "minPolygonOverlapRatio"}


def test_images_alone_have_nothing_to_do_with_labels() -> None:
    assert irrelevant(Choice("Export_Tiles")) >= {*OF_FEATURES, *BY_LABELS}


def test_labels_may_choose_among_images() -> None:
    with_labels = Choice("Export_Tiles", Given.POLYGONS)
    assert BY_LABELS & irrelevant(with_labels) == set()
    assert "bufferRadius" in irrelevant(with_labels)
    assert "bufferRadius" not in irrelevant(replace(with_labels, export_all_tiles=False))


@pytest.mark.parametrize(
    ("choice", "message"),
    [
        (Choice("COCO"), "inputClassData: COCO needs labels"),
        (Choice("CycleGAN"), "additionalInputRaster: CycleGAN needs a second image"),
        (
            Choice("Panoptic_Segmentation", Given.RASTER),
            "inputInstanceData: Panoptic_Segmentation needs single objects",
        ),
        (Choice("YOLO", Given.POINTS), "bufferRadius: inputClassData has points"),
        (Choice("YOLO", Given.LINES), "bufferRadius: inputClassData has lines"),
        (
            Choice("Panoptic_Segmentation", Given.RASTER, Given.POINTS),
            "bufferRadius: inputInstanceData has points",
        ),
    ],
)
def test_what_stands_in_the_way_is_said(choice: Choice, message: str) -> None:
    assert str(problem(choice)).startswith(message)


@pytest.mark.parametrize(
    "choice",
    [
        Choice("COCO", Given.POLYGONS),
        Choice("COCO", Given.RASTER),
        Choice("COCO", Given.POINTS, buffer_radius=2),
        Choice("Export_Tiles"),
        Choice("Export_Tiles", Given.POINTS),
        Choice("Export_Tiles", export_all_tiles=False),
        Choice("YOLO", Given.POLYGONS, Given.POINTS, has_second_image=True),
        Choice("CycleGAN", has_second_image=True),
        Choice("Panoptic_Segmentation", Given.RASTER, Given.RASTER),
    ],
    ids=str,
)
def test_nothing_stands_in_the_way_of_what_can_be_exported(choice: Choice) -> None:
    """Be there values of parameters that have no meaning."""
    assert problem(choice) is None


@pytest.mark.parametrize("wkt", ["POINT (5 5)", "LINESTRING (5 5, 9 9)"])
def test_the_hint_about_points_is_what_the_export_says(
    wkt: str, scene: Scene, tmp_path: Path
) -> None:
    labels = features(features_file(tmp_path / "labels.fgb", [(wkt, {})]))
    given = Given.POINTS if wkt.startswith("POINT") else Given.LINES
    request = chip_request(
        scene.image, tmp_path / "chips", metadata_format="YOLO", input_class_data=labels
    )
    with pytest.raises(InvalidRequest) as refused:
        export(request)
    assert str(problem(Choice("YOLO", given))) == str(refused.value)
