from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any, Callable, Optional

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from chipwright.core.classes import ClassTable, LabelClass, class_table
from chipwright.core.earlier_dataset import (
    DEFINITION,
    STATE,
    EarlierDataset,
    earlier_dataset,
    together,
)
from chipwright.core.errors import InvalidRequest
from chipwright.core.esri_dataset import Dataset, PartnerBands
from chipwright.core.esri_files import dataset_files
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

from .making import crs, examples, gdal_raising

GRID = PixelGrid(100, 80, (500_000.0, 0.5, 0.0, 5_400_000.0, 0.0, -0.25), crs(32633))
FINE, COARSE = GRID, replace(GRID, geotransform=(1.0, 2.0, 0.0, 3.0, 0.0, -4.0), crs_wkt=crs(3857))
CLASSES = class_table({1: "oak", 4: "ash"}, {4: (1, 2, 3)})
DATASET = Dataset("KITTI_rectangles", Size(16, 8), GRID, ("Red", ""), "Drone", CLASSES, True)
BAND = BandStatistics(8, 36, 204, 1, 8)
OAK = ClassStatistics(2, Summary(3, 7.5, 2.25, 3.0))
ASH = ClassStatistics(1, Summary(1, 0.1, 0.1, 0.1))
LABELS = LabelStatistics({1: OAK, 4: ASH}, Summary(2, 4.0, 1.0, 3.0))
MANIFEST = Manifest(5, 3, 2, (BAND, BAND), LABELS)
MAP = "images\\000000005.tif  labels\\000000005.txt\r\nimages\\000000006.tif  labels\\000000006.txt\r\n"
Read = Callable[..., EarlierDataset]


@pytest.fixture
def written(tmp_path: Path) -> Path:
    return write(tmp_path)


def write(
    folder: Path, dataset: Dataset = DATASET, manifest: Manifest = MANIFEST, lines: str = MAP
) -> Path:
    """The files about a dataset."""
    for file in dataset_files(dataset, manifest, [lines]):
        (folder / file.path).write_bytes("".join(file.text).encode())
    return folder


def texts(dataset: Dataset, manifest: Manifest) -> list[str]:
    return ["".join(file.text) for file in dataset_files(dataset, manifest, [])]


# what it says of itself


def test_chips_go_on_behind_the_last(written: Path) -> None:
    found = earlier_dataset(str(written))
    assert (found.next_number, found.chip_count) == (8, 3)


def test_the_first_image_is_that_of_the_map(written: Path) -> None:
    assert earlier_dataset(str(written)).first_images == ("images/000000005.tif",)


@pytest.mark.parametrize(
    ("line", "images"),
    [
        ("images\\0.tif \r\n", ("images/0.tif",)),
        ("images\\0.tif images2\\0.tif \r\n", ("images/0.tif", "images2/0.tif")),
        (
            "images\\0.tif images2\\0.tif  labels\\0.tif\r\n",
            ("images/0.tif", "images2/0.tif"),
        ),
        ("images\\big_tree\\0.tif  labels\\0.xml\r\n", ("images/big_tree/0.tif",)),
        ("", ()),
    ],
)
def test_a_partner_of_the_first_image_is_known_too(
    tmp_path: Path, line: str, images: tuple[str, ...]
) -> None:
    assert earlier_dataset(str(write(tmp_path, lines=line))).first_images == images


def test_lines_of_a_file_come_as_they_are(written: Path) -> None:
    assert list(earlier_dataset(str(written)).grown("map.txt")) == MAP.splitlines(keepends=True)


def test_a_file_that_is_not_there_has_no_lines(written: Path) -> None:
    assert list(earlier_dataset(str(written)).grown("splits.json")) == []


def test_sums_are_those_that_were_written(written: Path) -> None:
    found = earlier_dataset(str(written)).manifest(8, ("uint8", "uint8"))
    assert found == replace(MANIFEST, start_index=8, earlier_count=3)


def test_single_objects_are_remembered_by_their_classes(tmp_path: Path) -> None:
    labels = replace(LABELS, instances={4: OAK})
    dataset = replace(DATASET, instance_classes=class_table({4: "ash"}, {}))
    write(tmp_path, dataset, replace(MANIFEST, labels=labels))
    found = earlier_dataset(str(tmp_path)).manifest(8, ("uint8", "uint8"))
    assert list(found.labels.instances) == [4]


def test_a_gap_may_follow(written: Path) -> None:
    found = earlier_dataset(str(written)).manifest(20, ("uint8", "uint8"))
    assert found.next_number == 20


def test_a_dataset_without_chips_begins_with_nothing(tmp_path: Path) -> None:
    write(tmp_path, manifest=Manifest(), lines="")
    found = earlier_dataset(str(tmp_path)).manifest(0, ("uint8", "uint8"))
    assert found == Manifest()


@pytest.mark.parametrize("from_features", [True, False])
@pytest.mark.parametrize("classes", [CLASSES, None])
def test_what_was_read_is_written_as_it_was(
    tmp_path: Path, classes: Optional[ClassTable], from_features: bool
) -> None:
    """All files, after nothing was appended."""
    dataset = replace(
        DATASET,
        classes=classes,
        from_features=from_features,
        partner=PartnerBands(("",), "Undefined"),
        coarsest=COARSE,
        raster_count=4,
    )
    real = RealBandStatistics(7, 1 / 3, 2 / 7, -1.5, 1e30)
    labels = LABELS if from_features else _pixels()
    manifest = replace(
        MANIFEST, partner_bands=(real,), labels=labels if classes else LabelStatistics()
    )
    write(tmp_path, dataset, manifest, MAP.replace("  labels", " images2\\000000005.tif  labels"))
    found = earlier_dataset(str(tmp_path))
    nothing_new = replace(dataset, raster_count=0)
    again = found.described_with(nothing_new), found.manifest(8, ("uint8", "float32"))
    assert texts(*again)[:3] == texts(dataset, manifest)[:3]


def _pixels() -> LabelStatistics:
    """Pixels of two classes: whole numbers."""
    per_class = {
        1: ClassStatistics(2, Summary(2, 90, 40, 50)),
        4: ClassStatistics(1, Summary(1, 3, 3, 3)),
    }
    return LabelStatistics(per_class, Summary(2, 3, 1, 2))


@settings(examples, max_examples=60)
@given(
    st.sampled_from(["uint8", "int8", "uint16", "int16"]).flatmap(
        lambda dtype: arrays(dtype, st.integers(1, 60))
    ),
    st.integers(1, 1000),
)
def test_sums_of_whole_numbers_are_exact(
    tmp_path_factory: pytest.TempPathFactory, values: Any, times: int
) -> None:
    band = band_of(values, times)
    folder = tmp_path_factory.mktemp("sums")
    write(folder, manifest=replace(MANIFEST, bands=(band, band)))
    found = earlier_dataset(str(folder)).manifest(8, (str(values.dtype), "uint8"))
    assert found.bands == (band, band)


def band_of(values: Any, times: int) -> AnyBandStatistics:
    whole = values.astype(np.int64)
    return BandStatistics(
        len(whole) * times,
        int(whole.sum()) * times,
        int((whole * whole).sum()) * times,
        int(whole.min()),
        int(whole.max()),
    )


def test_sums_of_many_images_are_exact(tmp_path: Path) -> None:
    """10,000 chips of 256 × 256 pixels of 8 bits."""
    count = 10_000 * 65_536
    band = BandStatistics(count, 127 * count + 12_345, 22_000 * count + 7, 0, 255)
    write(tmp_path, manifest=replace(MANIFEST, bands=(band, band)))
    assert earlier_dataset(str(tmp_path)).manifest(8, ("uint8", "uint8")).bands == (band, band)


# both together


def test_cells_of_both_are_told_from_the_smallest_to_the_largest(tmp_path: Path) -> None:
    write(tmp_path, replace(DATASET, grid=FINE, coarsest=COARSE))
    middle = replace(GRID, geotransform=(0.0, 1.0, 0.0, 0.0, 0.0, -1.0), crs_wkt="")
    found = earlier_dataset(str(tmp_path)).described_with(replace(DATASET, grid=middle))
    (definition, *_) = texts(found, MANIFEST)
    told = json.loads(definition)
    least, most = told["MinCellSize"], told["MaxCellSize"]
    assert (least["x"], least["y"], least["spatialReference"]["wkid"]) == (0.5, 0.25, 32633)
    assert (most["x"], most["y"], most["spatialReference"]["wkid"]) == (2.0, 4.0, 3857)


@pytest.mark.parametrize("raising", [False, True])
@pytest.mark.parametrize("wkt", ["", crs(4326), 'LOCAL_CS["a field",UNIT["metre",1]]'])
def test_the_system_of_cells_stays(tmp_path: Path, wkt: str, raising: bool) -> None:
    fine = replace(FINE, crs_wkt=wkt)
    write(tmp_path, replace(DATASET, grid=fine))
    with gdal_raising(raising):
        found = earlier_dataset(str(tmp_path)).described_with(replace(DATASET, grid=COARSE))
    expected = json.loads(texts(replace(DATASET, grid=fine), MANIFEST)[0])["MinCellSize"]
    assert json.loads(texts(found, MANIFEST)[0])["MinCellSize"] == expected


def test_images_add_up(tmp_path: Path) -> None:
    write(tmp_path, replace(DATASET, raster_count=3))
    found = earlier_dataset(str(tmp_path)).described_with(replace(DATASET, raster_count=2))
    assert found.raster_count == 5


def test_classes_are_those_of_both_as_the_first_knows_them() -> None:
    first = ClassTable((LabelClass(2, "a", (9, 9, 9)), LabelClass(5, "b")))
    second = ClassTable((LabelClass(1, "c"), LabelClass(2, "a", (1, 1, 1))))
    found = together(first, second).classes
    assert [(it.value, it.name, it.color) for it in found] == [
        (1, "c", (-1, -1, -1)),
        (2, "a", (9, 9, 9)),
        (5, "b", (-1, -1, -1)),
    ]


# what is damaged


def refused(folder: Path) -> str:
    with pytest.raises(InvalidRequest, match="^existingOutput: .* holds no dataset") as told:
        earlier_dataset(str(folder))
    return str(told.value)


@pytest.mark.parametrize("name", ["map.txt", DEFINITION, STATE])
def test_a_file_that_is_not_there_is_told(written: Path, name: str) -> None:
    (written / name).unlink()
    assert name in refused(written)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"null", b"{}", b'{"NumTiles": 3}', b"\xff"])
@pytest.mark.parametrize("name", [DEFINITION, STATE])
def test_a_damaged_file_is_refused(written: Path, name: str, content: bytes) -> None:
    (written / name).write_bytes(content)
    refused(written)


def test_a_map_that_is_no_text_is_refused(written: Path) -> None:
    (written / "map.txt").write_bytes(b"\xff\xfe\x00")
    refused(written)


NEEDED = {
    STATE: [
        *"NumBands TileSizeX TileSizeY NumTiles NextTileIndex OutputFeatures Classes".split(),
        *"FeatureStats BandStatsState BandStatsState2".split(),
    ],
    DEFINITION: "MinCellSize MaxCellSize InputRastersProps InputRastersProps2".split(),
}
KEYS = [(name, key) for name in NEEDED for key in NEEDED[name]]


def damage(path: Path, change: Callable[[dict[str, Any]], object]) -> None:
    content = json.loads(path.read_bytes())
    change(content)
    path.write_text(json.dumps(content), "utf-8")


@pytest.mark.parametrize("value", ["x", [3], {"a": 1}, float("nan"), float("inf")])
@pytest.mark.parametrize(("name", "key"), KEYS)
def test_what_has_no_meaning_is_refused(written: Path, name: str, key: str, value: Any) -> None:
    damage(written / name, lambda content: content.update({key: value}))
    refused(written)


@pytest.mark.parametrize(
    ("name", "key"), [*KEYS, (DEFINITION, "MetaDataMode"), (DEFINITION, "CropTileMode")]
)
def test_what_is_missing_is_refused(written: Path, name: str, key: str) -> None:
    damage(written / name, lambda content: content.pop(key))
    assert key in refused(written)


@pytest.mark.parametrize("key", ["M1", "M2", "Num", "Min", "Max"])
@pytest.mark.parametrize("value", [None, "x", float("nan"), float("inf")])
def test_sums_that_are_no_numbers_are_refused(written: Path, key: str, value: Any) -> None:
    damage(written / STATE, lambda content: content["BandStatsState"][1].update({key: value}))
    refused(written)


@pytest.mark.parametrize("key", ["NumImagesPerClass", "FeatureAreaPerClass"])
def test_sums_of_fewer_classes_than_there_are_are_refused(written: Path, key: str) -> None:
    damage(written / STATE, lambda content: content["FeatureStats"][key].pop())
    refused(written)


def test_fewer_bands_than_there_are_are_refused(written: Path) -> None:
    damage(written / STATE, lambda content: content["BandStatsState"].pop())
    refused(written)


def test_more_chips_than_numbers_are_refused(written: Path) -> None:
    damage(written / STATE, lambda content: content.update(NumTiles=9))
    refused(written)


def test_an_unknown_system_is_refused(written: Path) -> None:
    damage(
        written / DEFINITION,
        lambda content: content["MinCellSize"].update(spatialReference={"wkid": 987654}),
    )
    refused(written)
