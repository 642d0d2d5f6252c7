from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, NamedTuple, Optional

import numpy as np
import pytest

from chipwright.core.errors import InvalidRequest
from chipwright.core.export import export
from chipwright.core.formats import FORMATS
from chipwright.core.preparation import prepare
from chipwright.core.progress import Silence, StopSignal
from chipwright.core.relevance import DEPENDED_ON, RELEVANT_IF, Choice, Given, irrelevant, problem
from chipwright.core.request import PENDING, ExportRequest, Size, parameter_name

from .dataset_reading import contents
from .exporting import chip_request, classes, features, given_for, picture
from .made_sources import box, features_file, noise_file, raster_file

GRID = {"strideSizeX", "strideSizeY"}
AROUND_FEATURES = {"blackenAroundFeature", "fixChipSize"}
SINGLE_OBJECTS = {"inputInstanceData", "instanceClassValueField"}
OF_FEATURES = {
    *"classValueField selectedFeaturesOnly classPriority bufferRadius".split(),
    "minPolygonOverlapRatio",
}
CHOICE_BY_LABELS = {"exportAllTiles", "negativeRatio", "minLabelRatio"}
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
        yield Case(name, Given.POLYGONS, {"negative_ratio": 1.0})
        yield Case(name, Given.POLYGONS, {"split": "50/50"})


CASES = list(cases())


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    folder = tmp_path_factory.mktemp("scene")
    rows = [
        (box(4, 4, 24, 24), {"classvalue": 1, "kind": "roof"}),
        (box(20, 20, 26, 26), {"classvalue": 2, "kind": "pond"}),
        (box(2, 2, 30, 8), {"classvalue": 3, "kind": "barn"}),
        (box(25, 10, 45, 15), {"classvalue": 2, "kind": "pond"}),
        (box(50, 20, 53, 23), {"classvalue": 1, "kind": "roof"}),
    ]
    pixels = np.zeros((1, 64, 96), "uint8")
    pixels[0, 4:24, 4:24] = 1
    pixels[0, 10:15, 25:45] = 2
    return Scene(
        noise_file(folder / "image.tif", 96, 64),
        noise_file(folder / "later.tif", 96, 64),
        features_file(folder / "labels.gpkg", rows),
        raster_file(folder / "classified.tif", pixels),
    )


def other_values(scene: Scene, case: Case) -> dict[str, dict[str, Any]]:
    """For each parameter of the request, a value that its default is not."""
    labels = classes(scene.classified) if case.labels is Given.RASTER else features(scene.labels)
    stride = {"stride_size": Size(16, 16)}
    values: dict[str, Any] = {
        "class_value_field": "kind",
        "class_priority": "smaller on top",
        "buffer_radius": 1.5,
        "min_polygon_overlap_ratio": 0.7,
        "blacken_around_feature": True,
        "fix_chip_size": False,
        "additional_input_raster": picture(scene.image),
        "input_instance_data": labels,
        "instance_class_value_field": "kind",
        "cell_size": 0.75,
        "export_all_tiles": False,
        "negative_ratio": 0.5,
        "min_label_ratio": 0.1,
        "seed": 5,
        "scaling_percentiles": (20.0, 70.0),
        "jpeg_quality": 20,
        "compression": "LZW",
    }
    named = {parameter_name(name): {name: value} for name, value in values.items()}
    return {**named, "strideSizeX": stride, "strideSizeY": stride}


def refusal(case: Case, scene: Scene, folder: Path, value: dict[str, Any]) -> Optional[str]:
    """The parameter that is named when a value is refused; None if it is accepted."""
    try:
        prepare(case.request(scene, folder, **value), Silence(), StopSignal())
    except InvalidRequest as refused:
        return refused.parameter
    return None


def exported(request: ExportRequest) -> dict[str, bytes]:
    export(request)
    return contents(Path(request.output_location))


def test_every_rule_is_about_a_parameter_of_the_request_and_is_tried(scene: Scene) -> None:
    tried = other_values(scene, CASES[0]).keys()
    assert RELEVANT_IF.keys() - NOT_OF_THE_REQUEST == tried
    sizes = {"strideSizeX", "strideSizeY"}
    known = {parameter_name(it.name) for it in fields(ExportRequest)} | sizes
    assert tried <= known


@pytest.mark.parametrize("case", CASES, ids=str)
def test_what_is_irrelevant_is_refused_or_makes_no_difference(
    case: Case, scene: Scene, tmp_path: Path
) -> None:
    hidden = irrelevant(case.choice) - NOT_OF_THE_REQUEST
    others = other_values(scene, case)
    ignored: dict[str, Any] = {}
    for name in sorted(hidden):
        if refusal(case, scene, tmp_path / "tried", others[name]) is None:
            ignored |= others[name]
    plain = exported(case.request(scene, tmp_path / "plain"))
    assert exported(case.request(scene, tmp_path / "other", **ignored)) == plain


@pytest.mark.parametrize("case", CASES, ids=str)
def test_what_is_relevant_is_not_refused(case: Case, scene: Scene, tmp_path: Path) -> None:
    others = other_values(scene, case)
    shown = others.keys() - irrelevant(case.choice) - set(map(parameter_name, PENDING))
    refused = {
        name: why for name in shown if (why := refusal(case, scene, tmp_path, others[name]))
    }
    assert refused == {}


@pytest.mark.parametrize("case", CASES, ids=str)
def test_what_is_relevant_makes_a_difference(case: Case, scene: Scene, tmp_path: Path) -> None:
    others = other_values(scene, case)
    shown = others.keys() - irrelevant(case.choice) - set(map(parameter_name, PENDING))
    plain = exported(case.request(scene, tmp_path / "plain"))
    alike = []
    for name in sorted(shown):
        if exported(case.request(scene, tmp_path / name, **others[name])) == plain:
            alike.append(name)
    assert alike == []
