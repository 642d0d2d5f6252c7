"""Exports with split and negativeRatio: what is in the folder, told by the folder alone."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import Any, Callable, NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from osgeo import gdal, ogr

from chipwright.core.checking import check_dataset
from chipwright.core.chip_format import Placement
from chipwright.core.errors import InvalidRequest
from chipwright.core.export import export
from chipwright.core.formats import FORMATS
from chipwright.core.request import FeatureSource, RasterSource, Size

from .dataset_reading import chips, contents, datasets, definition, kitti_boxes, pixels
from .exporting import Listener, chip_request, classes, export_chips, features, given_for, picture
from .made_sources import (
    GEOTRANSFORM,
    LEFT,
    PIXEL,
    Row,
    box,
    features_file,
    noise_file,
    random_pixels,
    raster_file,
)
from .making import examples, geometry

COLUMNS, ROWS = 256, 192
LISTS = ("train", "val", "test")
EVERY_FORMAT = pytest.mark.parametrize("metadata_format", FORMATS)
SPLIT_FOLDERS = ("COCO", "YOLO", "YOLO_OBB", "YOLO_Segmentation")
PER_FEATURE = [name for name, it in FORMATS.items() if it.placement is Placement.PER_FEATURE]
TOUCH = 1e-3
"""Square pixels that two chips may share by rounding."""
Splits = dict[str, list[str]]


class Scene(NamedTuple):
    image: Path
    labels: FeatureSource


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    """256 × 192 pixels; features of two classes on the left two thirds, none at edges of chips."""
    folder = tmp_path_factory.mktemp("scene")
    rng = np.random.default_rng(3)
    corners = (4 * rng.integers(0, (40, ROWS // 4 - 4), (60, 2)) + 1).tolist()
    rows: list[Row] = [
        (box(x, y, x + 10, y + 12), {"species": "oak" if number % 5 else "fir"})
        for number, (x, y) in enumerate(corners)
    ]
    image = noise_file(folder / "image.tif", COLUMNS, ROWS)
    return Scene(image, features(features_file(folder / "labels.fgb", rows)))


def settings_of(scene: Scene, metadata_format: str, **more: Any) -> dict[str, Any]:
    given_to = given_for(metadata_format, scene.labels, scene.image)
    if "input_class_data" in given_to:
        given_to["class_value_field"] = "species"
    if "input_instance_data" in given_to:
        given_to["instance_class_value_field"] = "species"
    sizes = {"tile_size": Size(16, 16), "stride_size": Size(8, 12), "split": "60/20/20"}
    return {**given_to, **sizes, **more}


@pytest.fixture
def split(scene: Scene, tmp_path: Path) -> Callable[..., Path]:
    """Exports the scene in splits; returns the folder."""

    def write(metadata_format: str = "KITTI_rectangles", **more: Any) -> Path:
        folder = tmp_path / f"chips {len(list(tmp_path.iterdir()))}"
        export_chips(scene.image, folder, **settings_of(scene, metadata_format, **more))
        return folder

    return write


@pytest.fixture(scope="module")
def in_splits(scene: Scene, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """The scene in splits, exported once for each format and settings; not to be changed."""
    folder = tmp_path_factory.mktemp("in splits")
    made: dict[str, Path] = {}

    def written(metadata_format: str = "KITTI_rectangles", **more: Any) -> Path:
        asked = repr((metadata_format, sorted(more.items())))
        if asked not in made:
            made[asked] = folder / str(len(made))
            export_chips(scene.image, made[asked], **settings_of(scene, metadata_format, **more))
        return made[asked]

    return written


def splits_of(folder: Path) -> Splits:
    return dict(json.loads((folder / "splits.json").read_bytes()))


def outline_of(path: Path) -> ogr.Geometry:
    """The polygon that a chip covers, in pixels of the image from its upper left corner."""
    raster = gdal.Open(str(path))
    made = raster.GetGeoTransform()
    size = raster.RasterXSize, raster.RasterYSize
    ring = []
    for across, down in ((0, 0), (1, 0), (1, 1), (0, 1), (0, 0)):
        x, y = gdal.ApplyGeoTransform(made, across * size[0], down * size[1])
        column = (x - GEOTRANSFORM[0]) / GEOTRANSFORM[1]
        row = (y - GEOTRANSFORM[3]) / GEOTRANSFORM[5]
        ring.append(f"{column:.9f} {row:.9f}")
    return geometry(f"POLYGON (({', '.join(ring)}))")


def shared_areas(folder: Path) -> Iterator[float]:
    """Of every pair of chips of two splits whose boxes meet."""
    lists = splits_of(folder)
    part_of = {stem: split for split, stems in lists.items() for stem in stems}
    paths = chips(folder)
    parts = np.array([part_of[path.stem] for path in paths])
    outlines = [outline_of(path) for path in paths]
    left, right, low, high = np.array([it.GetEnvelope() for it in outlines]).T[:, :, None]
    begins_before_end = (left < right.T) & (low < high.T)
    meet = begins_before_end & begins_before_end.T
    pairs = np.argwhere(np.triu(meet & (parts[:, None] != parts)))
    for one, two in pairs.tolist():
        yield outlines[one].Intersection(outlines[two]).GetArea()


# no shared pixels


@EVERY_FORMAT
def test_no_two_chips_of_different_splits_share_a_pixel(
    in_splits: Callable[..., Path], metadata_format: str
) -> None:
    for folder in datasets(in_splits(metadata_format)):
        assert len(splits_of(folder)["val"]) > 0
        assert max(shared_areas(folder), default=0) < TOUCH


@pytest.mark.parametrize(
    ("metadata_format", "angle"),
    [("Export_Tiles", 30.0), ("Labeled_Tiles", 30.0), ("YOLO", 90.0), ("COCO", 120.0)],
)
def test_so_it_is_for_turned_chips(
    split: Callable[..., Path], metadata_format: str, angle: float
) -> None:
    folder = split(metadata_format, rotation_angle=angle, stride_size=Size(32, 32))
    assert all(splits_of(folder)[name] for name in LISTS)
    assert max(shared_areas(folder), default=0) < TOUCH


@pytest.mark.parametrize("metadata_format", PER_FEATURE)
def test_so_it_is_for_chips_as_large_as_their_features(
    split: Callable[..., Path], metadata_format: str
) -> None:
    folder = split(metadata_format, fix_chip_size=False)
    assert max(shared_areas(folder), default=0) < TOUCH


@pytest.mark.parametrize("policy", ["shift", "pad"])
def test_so_it_is_at_the_edges_of_the_image(split: Callable[..., Path], policy: str) -> None:
    folder = split(
        "Export_Tiles", tile_size=Size(40, 28), stride_size=Size(40, 28), edge_policy=policy
    )
    assert max(shared_areas(folder), default=0) < TOUCH


def test_so_it_is_for_cells_of_another_size(split: Callable[..., Path]) -> None:
    folder = split("Export_Tiles", cell_size=0.85, extent=None)
    assert max(shared_areas(folder), default=0) < TOUCH


@settings(examples, max_examples=10)
@given(
    st.tuples(st.integers(5, 40), st.integers(5, 40)),
    st.tuples(st.integers(4, 40), st.integers(4, 40)),
    st.sampled_from(["80/10/10", "50/50", "0.7/0/0.3", "34/33/33"]),
    st.integers(0, 2**63 - 1),
    st.sampled_from([0.0, 0.0, 30.0, 90.0]),
)
def test_so_it_is_for_chips_of_any_size(
    tmp_path_factory: pytest.TempPathFactory,
    tile: tuple[int, int],
    stride: tuple[int, int],
    shares: str,
    seed: int,
    angle: float,
) -> None:
    folder = tmp_path_factory.mktemp("any")
    image = noise_file(folder / "image.tif", 110, 90)
    sizes = {"tile_size": Size(*tile), "stride_size": Size(*(max(8, each) for each in stride))}
    angle_too = angle if stride[0] > 15 else 0.0
    given_to = {"split": shares, "seed": seed, "rotation_angle": angle_too}
    export_chips(image, folder / "chips", **given_to, **sizes)
    assert max(shared_areas(folder / "chips"), default=0) < TOUCH


def test_pixels_of_chips_lie_in_one_split_only(tmp_path: Path) -> None:
    """Every pixel of the image has a number of its own, so chips tell what they hold."""
    numbers = np.arange(128 * 160, dtype=np.uint16).reshape(1, 128, 160)
    image = raster_file(tmp_path / "numbers.tif", numbers)
    sizes = {"tile_size": Size(16, 16), "stride_size": Size(5, 7)}
    export_chips(image, tmp_path / "chips", split="60/20/20", **sizes)
    held: dict[str, set[int]] = {}
    for name, stems in splits_of(tmp_path / "chips").items():
        paths = (tmp_path / "chips" / "images" / f"{stem}.tif" for stem in stems)
        held[name] = {number for path in paths for number in pixels(path).ravel().tolist()}
    assert all(held.values())
    assert all(not first & second for first, second in combinations(held.values(), 2))


def test_images_are_split_each_by_itself(scene: Scene, tmp_path: Path) -> None:
    """Chips of two images share no pixel, however they lie on the map."""
    at = (LEFT + 400 * PIXEL, *GEOTRANSFORM[1:])
    other = raster_file(tmp_path / "other.tif", random_pixels((3, 100, 130), seed=5), at)
    items = {"raster_items": (picture(other),), "process_all_raster_items": True}
    folder = tmp_path / "chips"
    listener = Listener()
    request = chip_request(scene.image, folder, **settings_of(scene, "KITTI_rectangles", **items))
    manifest = export(request, listener)
    assert sum(manifest.part_counts) == manifest.chip_count == len(chips(folder))
    assert max(shared_areas(folder), default=0) < TOUCH
    lefts = [outline_of(path).GetEnvelope()[0] for path in chips(folder)]
    assert min(lefts) < 256 and max(lefts) >= 400


# what is left out


def test_chips_on_the_borders_are_left_out_and_counted(scene: Scene, tmp_path: Path) -> None:
    listener = Listener()
    given_to = settings_of(scene, "Export_Tiles")
    written = export(chip_request(scene.image, tmp_path / "split", **given_to), listener)
    whole = export_chips(scene.image, tmp_path / "whole", **{**given_to, "split": ""})
    missing = whole.chip_count - written.chip_count
    assert missing > 0
    (warning,) = listener.warnings
    assert warning.startswith(f"split: {missing} chips would share pixels")


def test_no_warning_is_given_where_none_is_left_out(scene: Scene, tmp_path: Path) -> None:
    listener = Listener()
    given_to = settings_of(scene, "Export_Tiles", stride_size=Size(16, 16))
    export(chip_request(scene.image, tmp_path / "split", **given_to), listener)
    assert listener.warnings == []


def test_chips_that_stay_are_those_of_an_export_without_splits(
    in_splits: Callable[..., Path],
) -> None:
    """Only their numbers differ."""
    found = [
        {(outline_of(path).ExportToWkt(), pixels(path).tobytes()) for path in chips(folder)}
        for folder in (in_splits("Export_Tiles"), in_splits("Export_Tiles", split=""))
    ]
    assert found[0] < found[1]


def test_splits_are_told_by_their_sizes(scene: Scene, tmp_path: Path) -> None:
    listener = Listener()
    request = chip_request(scene.image, tmp_path / "chips", **settings_of(scene, "Export_Tiles"))
    manifest = export(request, listener)
    sizes = {name: len(stems) for name, stems in splits_of(tmp_path / "chips").items()}
    assert manifest.part_counts == tuple(sizes.values())
    line = ", ".join(f"{name} {count}" for name, count in sizes.items())
    assert f"  chips of each split: {line}" in listener.infos


def test_progress_rises_to_the_end(scene: Scene, tmp_path: Path) -> None:
    listener = Listener()
    export(
        chip_request(scene.image, tmp_path / "chips", **settings_of(scene, "Export_Tiles")),
        listener,
    )
    assert listener.fractions == sorted(listener.fractions)
    assert listener.fractions[-1] == 1


# seeds


@pytest.mark.parametrize("metadata_format", ["COCO", "PASCAL_VOC_rectangles", "CycleGAN"])
@pytest.mark.parametrize("workers", ["1", "4"])
def test_the_same_seed_gives_the_same_bytes(
    in_splits: Callable[..., Path], split: Callable[..., Path], metadata_format: str, workers: str
) -> None:
    more = {"seed": 8, "negative_ratio": 0.5} if metadata_format != "CycleGAN" else {"seed": 8}
    first = contents(in_splits(metadata_format, **more))
    again = contents(split(metadata_format, parallel_processing_factor=workers, **more))
    assert first == again


def test_another_seed_gives_another_choice(in_splits: Callable[..., Path]) -> None:
    places = []
    for seed in (1, 2):
        folder = in_splits("Export_Tiles", seed=seed, stride_size=Size(16, 16))
        listed = splits_of(folder)["test"]
        places.append({outline_of(folder / f"images/{stem}.tif").ExportToWkt() for stem in listed})
    assert places[0] != places[1]


# files


@EVERY_FORMAT
def test_every_chip_is_listed_once(in_splits: Callable[..., Path], metadata_format: str) -> None:
    for folder in datasets(in_splits(metadata_format)):
        lists = splits_of(folder)
        assert tuple(lists) == LISTS
        listed = Counter(stem for stems in lists.values() for stem in stems)
        assert listed == Counter(path.stem for path in chips(folder))


@pytest.mark.parametrize(
    ("shares", "names"),
    [
        ("80/20", ("train", "val")),
        ("80/20/0", ("train", "val")),
        ("80/0/20", LISTS),
        ("100/0", ("train",)),
    ],
)
def test_only_splits_with_a_share_are_listed(
    in_splits: Callable[..., Path], shares: str, names: tuple[str, ...]
) -> None:
    assert tuple(splits_of(in_splits("Export_Tiles", split=shares))) == names


def test_the_shares_are_about_those_asked_for(in_splits: Callable[..., Path]) -> None:
    lists = splits_of(in_splits("Export_Tiles", stride_size=Size(16, 16)))
    total = sum(map(len, lists.values()))
    assert [len(stems) / total for stems in lists.values()] == pytest.approx(
        [0.6, 0.2, 0.2], abs=0.05
    )


def test_without_splits_there_is_no_list(in_splits: Callable[..., Path]) -> None:
    assert not (in_splits("Export_Tiles", split="") / "splits.json").exists()


@pytest.mark.parametrize("metadata_format", SPLIT_FOLDERS)
def test_images_lie_in_the_folders_of_their_splits(
    in_splits: Callable[..., Path], metadata_format: str
) -> None:
    folder = in_splits(metadata_format)
    found = {
        name: sorted(path.stem for path in (folder / "images" / name).iterdir()) for name in LISTS
    }
    assert found == {name: sorted(stems) for name, stems in splits_of(folder).items()}
    assert sorted(it.name for it in (folder / "images").iterdir()) == sorted(LISTS)


@pytest.mark.parametrize("metadata_format", SPLIT_FOLDERS[1:])
def test_texts_of_yolo_lie_beside_their_images(
    in_splits: Callable[..., Path], metadata_format: str
) -> None:
    folder = in_splits(metadata_format)
    images = {path.relative_to(folder / "images").with_suffix("") for path in chips(folder)}
    texts = (folder / "labels").rglob("*.txt")
    assert {path.relative_to(folder / "labels").with_suffix("") for path in texts} == images


@pytest.mark.parametrize(
    ("shares", "lines"),
    [
        ("60/20/20", ["train: images/train", "val: images/val", "test: images/test"]),
        ("60/40", ["train: images/train", "val: images/val"]),
    ],
)
def test_the_yaml_of_yolo_names_the_folders(
    in_splits: Callable[..., Path], shares: str, lines: list[str]
) -> None:
    text = (in_splits("YOLO", split=shares) / "data.yaml").read_text("utf-8").splitlines()
    assert text[: len(lines)] == lines
    assert text[len(lines)].startswith("nc:")


def test_coco_has_a_file_of_annotations_for_each_split(in_splits: Callable[..., Path]) -> None:
    folder = in_splits("COCO")
    for name, stems in splits_of(folder).items():
        found = json.loads((folder / f"annotations/instances_{name}.json").read_bytes())
        assert [f"{image['id']:09d}" for image in found["images"]] == stems
        ids = {image["id"] for image in found["images"]}
        assert {annotation["image_id"] for annotation in found["annotations"]} <= ids
        numbers = [annotation["id"] for annotation in found["annotations"]]
        assert numbers == list(range(1, len(numbers) + 1))


def test_all_annotations_of_coco_know_all_classes(in_splits: Callable[..., Path]) -> None:
    paths = (in_splits("COCO") / "annotations").iterdir()
    known = [json.loads(path.read_bytes())["categories"] for path in paths]
    assert known[0] == known[1] == known[2]
    assert [it["name"] for it in known[0]] == ["fir", "oak"]


def test_voc_has_a_list_of_the_chips_of_each_split(in_splits: Callable[..., Path]) -> None:
    folder = in_splits("PASCAL_VOC_rectangles")
    for name, stems in splits_of(folder).items():
        text = (folder / "ImageSets" / "Main" / f"{name}.txt").read_bytes().decode("ascii")
        assert text == "".join(f"{stem}\n" for stem in stems)


@EVERY_FORMAT
def test_the_checker_finds_nothing(in_splits: Callable[..., Path], metadata_format: str) -> None:
    report = check_dataset(str(in_splits(metadata_format)), Listener())
    assert [str(finding) for finding in report.findings] == []


def test_only_fits_of_labels_are_counted(in_splits: Callable[..., Path]) -> None:
    """What the dataset says of its classes is true of the chips that are in it."""
    folder = in_splits("KITTI_rectangles")
    counted = Counter(
        found.value
        for path in chips(folder)
        for found in kitti_boxes(folder / f"labels/{path.stem}.txt")
    )
    told = {it["Value"] for it in definition(folder)["Classes"]}
    state = json.loads((folder / "esri_accumulated_stats.json").read_bytes())
    assert told == set(counted)
    assert state["FeatureStats"]["NumFeaturesPerClass"] == [
        counted[value] for value in sorted(told)
    ]


# chips without labels


def labeled_of(folder: Path) -> dict[str, bool]:
    """Whether there is a label in each chip of KITTI_rectangles."""
    return {path.stem: bool(path.read_bytes()) for path in (folder / "labels").iterdir()}


@pytest.mark.parametrize("ratio", [0.0, 0.1, 0.35, 1.0, 100.0])
def test_there_are_no_more_chips_without_labels_than_asked_for(
    in_splits: Callable[..., Path], ratio: float
) -> None:
    everything = labeled_of(in_splits(split="", negative_ratio=None))
    found = labeled_of(in_splits(split="", negative_ratio=ratio))
    labeled, without = sum(everything.values()), sum(not it for it in everything.values())
    assert sum(found.values()) == labeled
    assert sum(not it for it in found.values()) == min(without, int(ratio * labeled + 1e-9))


@pytest.mark.parametrize("ratio", [0.0, 0.25, 1.0])
def test_so_it_is_in_every_split(in_splits: Callable[..., Path], ratio: float) -> None:
    folder = in_splits(negative_ratio=ratio)
    labeled = labeled_of(folder)
    everything = splits_of(in_splits())
    for name, stems in splits_of(folder).items():
        count = sum(labeled[stem] for stem in stems)
        assert count > 0
        assert len(stems) - count <= ratio * count
        assert len(stems) <= len(everything[name])


def test_images_alone_are_chosen_by_labels_too(scene: Scene, tmp_path: Path) -> None:
    """Export_Tiles writes no labels, but may be given some to go by."""
    plain = settings_of(scene, "Export_Tiles", split="", negative_ratio=0.0)
    export_chips(scene.image, tmp_path / "images", input_class_data=scene.labels, **plain)
    labeled = settings_of(scene, "KITTI_rectangles", split="", export_all_tiles=False)
    export_chips(scene.image, tmp_path / "labeled", **labeled)
    images = [
        [pixels(path).tobytes() for path in chips(tmp_path / it)] for it in ("images", "labeled")
    ]
    assert images[0] == images[1]
    assert not (tmp_path / "images" / "labels").exists()


def test_pixels_of_a_raster_are_labels_too(scene: Scene, tmp_path: Path) -> None:
    drawn = np.zeros((1, ROWS, COLUMNS), np.uint8)
    drawn[0, 40:80, 50:120] = 3
    class_map = classes(raster_file(tmp_path / "classes.tif", drawn))
    given_to = settings_of(scene, "Classified_Tiles", split="", negative_ratio=0.5)
    given_to.update(input_class_data=class_map, class_value_field="")
    export_chips(scene.image, tmp_path / "chips", **given_to)
    labeled = [pixels(path).any() for path in (tmp_path / "chips/labels").iterdir()]
    assert sum(labeled) > 20
    assert len(labeled) - sum(labeled) == sum(labeled) // 2


def test_chips_that_are_too_many_are_counted(scene: Scene, tmp_path: Path) -> None:
    listener = Listener()
    given_to = settings_of(scene, "KITTI_rectangles", split="")
    whole = export_chips(scene.image, tmp_path / "whole", **given_to)
    request = chip_request(scene.image, tmp_path / "some", negative_ratio=0.2, **given_to)
    some = export(request, listener)
    missing = whole.chip_count - some.chip_count
    assert f"negativeRatio: {missing} chips without labels are left out." in listener.infos


def test_another_seed_leaves_others_out(in_splits: Callable[..., Path]) -> None:
    found = [
        [
            pixels(path).tobytes()
            for path in chips(in_splits(split="", negative_ratio=0.2, seed=seed))
        ]
        for seed in (0, 1)
    ]
    assert len(found[0]) == len(found[1])
    assert found[0] != found[1]


def test_numbers_have_no_gaps(in_splits: Callable[..., Path]) -> None:
    folder = in_splits("Export_Tiles", start_index=7)
    numbers = [int(path.stem) for path in chips(folder)]
    assert numbers == list(range(7, 7 + len(numbers)))


@pytest.mark.parametrize("ratio", [0.5, 3.0])
def test_without_labels_there_is_nothing_to_go_by(
    scene: Scene, tmp_path: Path, ratio: float
) -> None:
    with pytest.raises(InvalidRequest, match="^negativeRatio: .*inputClassData"):
        export_chips(scene.image, tmp_path / "chips", negative_ratio=ratio)


@pytest.mark.parametrize("shares", ["80", "80/30", "a/b", "0/100", "80/10/5/5", "-10/110"])
def test_shares_that_make_no_sense_are_refused(scene: Scene, tmp_path: Path, shares: str) -> None:
    with pytest.raises(InvalidRequest, match="^split: "):
        export_chips(scene.image, tmp_path / "chips", split=shares)
    assert not (tmp_path / "chips").exists()


def test_a_source_that_is_read_twice_may_be_of_any_kind(scene: Scene, tmp_path: Path) -> None:
    """The look before counts the same labels as the export, also those of a mosaic of items."""
    at = (LEFT + 200 * PIXEL, *GEOTRANSFORM[1:])
    other = raster_file(tmp_path / "other.tif", random_pixels((3, 100, 130), seed=5), at)
    given_to = settings_of(scene, "KITTI_rectangles", raster_items=(RasterSource(str(other)),))
    export_chips(scene.image, tmp_path / "chips", **{**given_to, "negative_ratio": 1.0})
    labeled = labeled_of(tmp_path / "chips")
    assert 0 < len(labeled) <= 2 * sum(labeled.values())
    assert max(shared_areas(tmp_path / "chips"), default=0) < TOUCH
