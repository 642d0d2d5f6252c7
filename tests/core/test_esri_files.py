"""The files about a dataset, from hand-made sums."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any, Optional

import pytest

from chipwright.core.classes import ClassTable, class_table
from chipwright.core.esri_dataset import Dataset, PartnerBands
from chipwright.core.esri_files import (
    accumulated_stats,
    dataset_files,
    model_definition,
    stats_text,
)
from chipwright.core.grid import PixelGrid
from chipwright.core.manifest import Manifest
from chipwright.core.request import Size
from chipwright.core.statistics import (
    AnyBandStatistics,
    BandStatistics,
    ClassStatistics,
    LabelStatistics,
    RealBandStatistics,
    Summary,
)

from .made_sources import UTM
from .making import crs

GRID = PixelGrid(640, 512, (500_000.0, 0.5, 0.0, 5_400_000.0, 0.0, -0.25), crs(UTM))
CLASSES = class_table({1: "roof", 5: "Bäume", 9: "never seen"}, {5: (0, 128, 0)})
DATASET = Dataset("KITTI_rectangles", Size(64, 48), GRID, ("",), "Undefined", CLASSES, True)
ROOFS = ClassStatistics(2, Summary(3, 40.0, 10.0, 17.5))
TREES = ClassStatistics(1, Summary(1, 2.25, 2.25, 2.25))
BAND = BandStatistics(count=4, total=40, squares=600, minimum=0, maximum=20)
MANIFEST = Manifest(
    start_index=7,
    chip_count=3,
    labeled_count=2,
    bands=(BAND,),
    labels=LabelStatistics({5: TREES, 1: ROOFS}, Summary(2, 4, 1, 3)),
)
OF_CLASSES = replace(DATASET, metadata_format="Classified_Tiles", from_features=False)
PIXELS = Manifest(
    chip_count=3,
    labeled_count=2,
    bands=(BAND,),
    labels=LabelStatistics(
        {
            1: ClassStatistics(2, Summary(2, 500, 100, 400)),
            5: ClassStatistics(1, Summary(1, 50, 50, 50)),
        },
        Summary(2, 3, 1, 2),
    ),
)
WITHOUT_LABELS = replace(DATASET, metadata_format="Export_Tiles", classes=None, from_features=False)
NO_LABELS = replace(MANIFEST, labels=LabelStatistics(), labeled_count=0)
CELL = {"x": 0.5, "y": 0.25, "spatialReference": {"wkid": 32633, "latestWkid": 32633}}
SUMMARY = ["Min", "Max", "Mean", "Sum", "Count"]


def summary(*values: float) -> dict[str, float]:
    return dict(zip(SUMMARY, values))


def test_facts_of_the_definition() -> None:
    found = model_definition(DATASET, MANIFEST)
    expected = {
        "ImageHeight": 48,
        "ImageWidth": 64,
        "MetaDataMode": "KITTI_rectangles",
        "BlackenAroundFeature": False,
        "IsMultidimensional": False,
        "CropTileMode": "Fixed_Size",
        "ImageSpaceUsed": "MAP_SPACE",
        "MinCellSize": CELL,
        "MaxCellSize": CELL,
    }
    assert {key: found[key] for key in expected} == expected


def test_what_the_trainer_fills_in_is_a_hint() -> None:
    found = model_definition(DATASET, MANIFEST)
    hints = (
        "Framework ModelConfiguration ModelType ModelFile Description ExtractBands DataRange "
        "ModelPadding BatchSize PerProcessGPUMemoryFraction"
    ).split()
    assert [key for key in hints if not found[key].startswith("e.g. ")] == []


def test_the_definition_has_the_classes_that_occur_ascending_by_value() -> None:
    assert model_definition(DATASET, MANIFEST)["Classes"] == [
        {"Value": 1, "Name": "roof", "Color": [-1, -1, -1]},
        {"Value": 5, "Name": "Bäume", "Color": [0, 128, 0]},
    ]


def test_a_dataset_without_labels_has_no_classes() -> None:
    assert "Classes" not in model_definition(WITHOUT_LABELS, NO_LABELS)


def test_a_class_that_no_table_knows_is_named_by_its_value() -> None:
    unknown = replace(DATASET, classes=ClassTable())
    names = [entry["Name"] for entry in model_definition(unknown, MANIFEST)["Classes"]]
    assert names == ["1", "5"]


def test_bands_of_the_definition_are_summed_up() -> None:
    (found,) = model_definition(DATASET, MANIFEST)["AllTilesStats"]
    assert found == {
        "BandName": "",
        "Min": 0,
        "Max": 20,
        "Mean": 10.0,
        "StdDev": pytest.approx((200 / 3) ** 0.5),
    }


def test_bands_have_their_names() -> None:
    named = replace(DATASET, band_names=("B4", ""), sensor="MultiSpectral")
    found = model_definition(named, replace(MANIFEST, bands=(BAND, BAND)))
    assert found["InputRastersProps"] == {
        "RasterCount": 1,
        "SensorName": "MultiSpectral",
        "BandNames": ["B4", ""],
    }
    assert [band["BandName"] for band in found["AllTilesStats"]] == ["B4", ""]


def test_well_known_bands_are_a_list_of_names() -> None:
    key = "WellKnownBandNames (FYI, these band names can be used in ExtractBands)"
    names = model_definition(DATASET, MANIFEST)[key]
    assert (names[0], names[-1], len(names)) == ("Red", "QA", 22)


def test_a_system_without_a_code_is_told_as_wkt() -> None:
    local = 'LOCAL_CS["site grid",UNIT["metre",1]]'
    cell = model_definition(_on(local), MANIFEST)["MinCellSize"]
    assert cell["spatialReference"] == {"wkt": local}


def _on(wkt: str) -> Dataset:
    return replace(DATASET, grid=replace(GRID, crs_wkt=wkt))


def test_facts_of_the_accumulated_state() -> None:
    found = accumulated_stats(DATASET, MANIFEST)
    expected = {
        "Version": 1,
        "NumBands": 1,
        "TileSizeX": 64,
        "TileSizeY": 48,
        "NumClasses": 2,
        "NumTiles": 3,
        "NumTilesAsDouble": 3.0,
        "NextTileIndex": 10,
        "OutputFeatures": True,
        "MetaDataMode": "KITTI_rectangles",
        "MinCellSize": CELL,
        "MaxCellSize": CELL,
        "Classes": [
            {"ClassValue": 1, "ClassName": "roof", "Color": [-1, -1, -1]},
            {"ClassValue": 5, "ClassName": "Bäume", "Color": [0, 128, 0]},
        ],
    }
    assert {key: found[key] for key in expected} == expected


@pytest.mark.parametrize(
    ("dataset", "manifest", "statistics"),
    [
        (DATASET, MANIFEST, ["FeatureStats"]),
        (OF_CLASSES, PIXELS, ["ClassPixelStats"]),
        (WITHOUT_LABELS, NO_LABELS, []),
    ],
    ids=["features", "classes", "no labels"],
)
def test_keys_of_the_accumulated_state_are_in_the_order_of_the_service(
    dataset: Dataset, manifest: Manifest, statistics: list[str]
) -> None:
    before = (
        "Version NumBands TileSizeX TileSizeY NumClasses NumTiles NumTilesAsDouble NextTileIndex "
        "OutputFeatures MetaDataMode MinCellSize MaxCellSize Classes"
    ).split()
    after = "InputRastersProps InputRastersProps2 BandStatsState BandStatsState2".split()
    assert list(accumulated_stats(dataset, manifest)) == [*before, *statistics, *after]


def test_features_are_summed_up_by_class() -> None:
    assert accumulated_stats(DATASET, MANIFEST)["FeatureStats"] == {
        "NumClasses": 2,
        "NumImagesTotal": 3,
        "NumFeaturesTotal": 4,
        "NumImagesPerClass": [2, 1],
        "NumFeaturesPerClass": [3, 1],
        "NumFeaturesPerImage": summary(1, 3, 2.0, 4, 2),
        "FeatureAreaPerClass": [
            summary(10.0, 17.5, pytest.approx(40 / 3), 40.0, 3),
            summary(2.25, 2.25, 2.25, 2.25, 1),
        ],
    }


def test_pixels_are_summed_up_by_class() -> None:
    assert accumulated_stats(OF_CLASSES, PIXELS)["ClassPixelStats"] == {
        "NumClasses": 2,
        "NumImagesTotal": 3,
        "NumImagesPerClass": [2, 1],
        "NumPixelsPerClass": [500, 50],
        "NumClassesPerImage": summary(1, 2, 1.5, 3, 2),
        "PixelsPerClass": [summary(100, 400, 250.0, 500, 2), summary(50, 50, 50.0, 50, 1)],
    }


@pytest.mark.parametrize(
    ("band", "state"),
    [
        (BAND, (0, 20, 10.0, 200.0, 4)),
        (RealBandStatistics(4, 10.0, 200.0, 0.0, 20.0), (0.0, 20.0, 10.0, 200.0, 4)),
        (BandStatistics(), (0, 0, 0.0, 0.0, 0)),
        (RealBandStatistics(), (0, 0, 0.0, 0.0, 0)),
    ],
    ids=["whole numbers", "real numbers", "no whole numbers", "no real numbers"],
)
def test_state_of_a_band(
    band: AnyBandStatistics, state: tuple[float, float, float, float, int]
) -> None:
    (found,) = accumulated_stats(DATASET, replace(MANIFEST, bands=(band,)))["BandStatsState"]
    minimum, maximum, mean, squared_deviations, count = state
    assert found == {
        "Min": minimum,
        "Max": maximum,
        "Mean": 0,
        "StdDev": 0,
        "M1": mean,
        "M2": squared_deviations,
        "Num": count,
    }


STATS_OF_FEATURES = """\
images = 3 *1*64*48

Class feature statistics:
features = 4
features per image = [min = 1, mean = 2.00, max = 3]
classes = 2
cls name                                  cls value     images   features    min size   mean size    max size
roof                                              1          2          3       10.00       13.33       17.50
Bäume                                             5          1          1        2.25        2.25        2.25
"""
STATS_OF_CLASSES = """\
images = 3 *1*64*48

Class feature statistics:
pixels = 550
classes per image = [min = 1, mean = 1.50, max = 2]
classes = 2
cls name                                  cls value     images     pixels    min size   mean size    max size
roof                                              1          2        500      100.00      250.00      400.00
Bäume                                             5          1         50       50.00       50.00       50.00
"""
STATS_OF_IMAGES = """\
images = 3 *1*64*48

"""
STATS_OF_NO_LABEL = """\
images = 3 *1*64*48

Class feature statistics:
features = 0
features per image = [min = 0, mean = 0.00, max = 0]
classes = 0
cls name                                  cls value     images   features    min size   mean size    max size
"""


@pytest.mark.parametrize(
    ("dataset", "manifest", "text"),
    [
        (DATASET, MANIFEST, STATS_OF_FEATURES),
        (OF_CLASSES, PIXELS, STATS_OF_CLASSES),
        (WITHOUT_LABELS, NO_LABELS, STATS_OF_IMAGES),
        (DATASET, NO_LABELS, STATS_OF_NO_LABEL),
    ],
    ids=["features", "classes", "no labels", "not one label"],
)
def test_stats_txt(dataset: Dataset, manifest: Manifest, text: str) -> None:
    assert stats_text(dataset, manifest) == text.replace("\n", "\r\n")


def test_the_map_comes_last() -> None:
    assert [file.path for file in dataset_files(DATASET, MANIFEST, [])] == [
        "esri_model_definition.emd",
        "esri_accumulated_stats.json",
        "stats.txt",
        "map.txt",
    ]


def json_files(dataset: Dataset, manifest: Manifest) -> list[str]:
    files = dataset_files(dataset, manifest, [])
    return ["".join(file.text) for file in files if "esri" in file.path]


def test_names_in_json_are_escaped_to_7_bit() -> None:
    for text in json_files(DATASET, MANIFEST):
        assert text.isascii() and r"B\u00e4ume" in text


@pytest.mark.parametrize(
    "manifest",
    [Manifest(), Manifest(bands=(BandStatistics(),)), Manifest(bands=(RealBandStatistics(),))],
    ids=["no chips", "no whole numbers", "no real numbers"],
)
def test_sums_of_nothing_are_numbers_that_json_knows(manifest: Manifest) -> None:
    for text in json_files(DATASET, manifest):
        json.loads(text, parse_constant=_refuse)


def _refuse(constant: str) -> Optional[Any]:
    raise AssertionError(f"{constant} is not JSON")


# two images


PARTNER = PartnerBands(("B8", ""), "MultiSpectral")
PAIRS = replace(WITHOUT_LABELS, partner=PARTNER)
TWO_IMAGES = replace(NO_LABELS, partner_bands=(RealBandStatistics(4, 0.5, 3.0, -1.0, 1.0), BAND))


def test_without_a_second_image_nothing_is_told_of_it() -> None:
    found = model_definition(DATASET, MANIFEST)
    assert (found["InputRastersProps2"], found["AllTilesStats2"]) == ({}, [])
    state = accumulated_stats(DATASET, MANIFEST)
    assert (state["InputRastersProps2"], state["BandStatsState2"]) == ({}, [])


def test_the_bands_of_the_second_image_are_told_by_both_files() -> None:
    expected = {"RasterCount": 1, "SensorName": "MultiSpectral", "BandNames": ["B8", ""]}
    for describe in (model_definition, accumulated_stats):
        assert describe(PAIRS, TWO_IMAGES)["InputRastersProps2"] == expected


def test_bands_of_the_second_image_are_summed_up() -> None:
    assert model_definition(PAIRS, TWO_IMAGES)["AllTilesStats2"] == [
        {"BandName": "B8", "Min": -1.0, "Max": 1.0, "Mean": 0.5, "StdDev": 1.0},
        {"BandName": "", "Min": 0, "Max": 20, "Mean": 10.0, "StdDev": (200 / 3) ** 0.5},
    ]


def test_the_state_of_the_second_image_is_kept() -> None:
    first, second = accumulated_stats(PAIRS, TWO_IMAGES)["BandStatsState2"]
    assert (first["M1"], first["M2"], first["Num"]) == (0.5, 3.0, 4)
    assert (second["M1"], second["M2"], second["Num"]) == (10.0, 200.0, 4)


# chips around features, and single objects


@pytest.mark.parametrize(
    ("is_blackened", "has_variable_size", "mode"),
    [(False, False, "Fixed_Size"), (True, True, "Variable_Size")],
)
def test_how_chips_were_cut_around_features_is_told_to_the_trainer(
    is_blackened: bool, has_variable_size: bool, mode: str
) -> None:
    cut = replace(DATASET, is_blackened=is_blackened, has_variable_size=has_variable_size)
    found = model_definition(cut, MANIFEST)
    assert (found["BlackenAroundFeature"], found["CropTileMode"]) == (is_blackened, mode)


SINGLE = replace(DATASET, instance_classes=class_table({5: "tree", 9: "pole"}, {5: (0, 128, 0)}))
WITH_SINGLE = replace(MANIFEST, labels=replace(MANIFEST.labels, instances={5: TREES}))
INSTANCE_KEY = "Panoptic_Segmentation_Instance_Classes"


def test_classes_of_single_objects_come_right_after_the_classes() -> None:
    keys = list(model_definition(SINGLE, WITH_SINGLE))
    assert keys[keys.index("Classes") + 1] == INSTANCE_KEY


def test_only_classes_of_single_objects_that_occur_are_told() -> None:
    found = model_definition(SINGLE, WITH_SINGLE)[INSTANCE_KEY]
    assert found == [{"Value": 5, "Name": "tree", "Color": [0, 128, 0]}]


def test_without_one_single_object_their_classes_are_an_empty_list() -> None:
    assert model_definition(SINGLE, MANIFEST)[INSTANCE_KEY] == []


def test_other_datasets_have_no_classes_of_single_objects() -> None:
    assert INSTANCE_KEY not in model_definition(DATASET, WITH_SINGLE)


def test_statistics_are_of_the_class_maps_beside_single_objects() -> None:
    assert accumulated_stats(SINGLE, WITH_SINGLE) == accumulated_stats(DATASET, MANIFEST)
