from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, Optional

import pytest

from chipwright.core.classes import class_table
from chipwright.core.manifest import Manifest
from chipwright.core.preparation import prepare
from chipwright.core.prepared import Prepared
from chipwright.core.progress import StopSignal
from chipwright.core.statistics import ClassStatistics, LabelStatistics, Summary
from chipwright.core.summary import summarise

from .exporting import Listener, chip_request, features, given_for
from .made_sources import box, features_file, noise_file

CLASSES = class_table({1: "roof", 5: "tree"}, {})
ROOFS, TREES = ClassStatistics(2, Summary(3, 40, 10, 17)), ClassStatistics(1, Summary(1, 2, 2, 2))
LABELS = LabelStatistics({5: TREES, 1: ROOFS})
MANIFEST = Manifest(chip_count=8, labeled_count=3, labels=LABELS)


@pytest.fixture
def dataset(tmp_path: Path) -> Any:
    """A dataset of a format with a roof and a tree, about to be written."""

    def make(metadata_format: str = "KITTI_rectangles", **facts: Any) -> list[Prepared]:
        image = noise_file(tmp_path / "image.tif", 64, 64)
        layer = features_file(tmp_path / "labels.gpkg", [(box(20, 20, 40, 40), {"value": 1})])
        settings = given_for(metadata_format, features(layer), image)
        request = chip_request(image, tmp_path / "chips", **settings)
        found = prepare(request, Listener(), StopSignal())
        known = {"classes": CLASSES} if found[0].dataset.has_labels else {}
        return [replace(it, dataset=replace(it.dataset, **known, **facts)) for it in found]

    return make


def told(datasets: list[Prepared], *manifests: Manifest, seconds: float = 2.0) -> Listener:
    listener = Listener()
    summarise(list(zip(datasets, manifests)), seconds, listener)
    return listener


def warning(datasets: list[Prepared], *manifests: Manifest) -> Optional[str]:
    """The only warning, if there is one."""
    found = told(datasets, *manifests).warnings
    assert len(found) <= 1
    return found[0] if found else None


def test_chips_and_labelled_chips_are_told_first(dataset: Any) -> None:
    first, *_ = told(dataset(), MANIFEST).infos
    assert first == "8 chips in 2.0 s (4 chips/s), 3 of them with labels."


def test_no_time_at_all_is_told_too(dataset: Any) -> None:
    first, *_ = told(dataset(), MANIFEST, seconds=0.0).infos
    assert first.startswith("8 chips in 0.0 s")


def test_a_line_follows_for_each_class_ascending_by_value(dataset: Any) -> None:
    _, *lines = told(dataset(), MANIFEST).infos
    assert lines == ["  1 roof: 3 labels in 2 chips", "  5 tree: 1 labels in 1 chips"]


def test_pixels_are_counted_where_labels_are_no_features(dataset: Any) -> None:
    _, *lines = told(dataset("Classified_Tiles", from_features=False), MANIFEST).infos
    assert lines == ["  1 roof: 40 pixels in 2 chips", "  5 tree: 2 pixels in 1 chips"]


def test_chips_without_labels_have_no_lines_of_classes(dataset: Any) -> None:
    assert len(told(dataset("Export_Tiles"), MANIFEST).infos) == 1


def test_lines_of_single_objects_come_last(dataset: Any) -> None:
    single = dataset("Panoptic_Segmentation", instance_classes=class_table({5: "oak"}, {}))
    manifest = replace(MANIFEST, labels=replace(LABELS, instances={5: TREES}))
    *_, last = told(single, manifest).infos
    assert last == "  5 oak: 1 single objects in 1 chips"


def test_nothing_is_warned_of_when_nothing_is_odd(dataset: Any) -> None:
    assert warning(dataset(), MANIFEST) is None


def test_a_dataset_without_one_chip_is_warned_of(dataset: Any) -> None:
    found = warning(dataset(), Manifest())
    assert found is not None and found.startswith("No chip was written")


def test_a_dataset_without_one_label_is_warned_of(dataset: Any) -> None:
    found = warning(dataset(), Manifest(chip_count=8))
    assert found is not None and found.startswith("inputClassData: no chip has a label")


def test_images_need_no_labels(dataset: Any) -> None:
    assert warning(dataset("Export_Tiles"), Manifest(chip_count=8)) is None


# two domains


def domains(dataset: Any) -> list[Prepared]:
    return list(dataset("CycleGAN"))


def test_chips_of_both_domains_are_told_together_and_apart(dataset: Any) -> None:
    found = told(domains(dataset), Manifest(chip_count=8), Manifest(chip_count=2)).infos
    assert found == [
        "10 chips in 2.0 s (5 chips/s), 0 of them with labels.",
        "  A: 8 chips",
        "  B: 2 chips",
    ]


@pytest.mark.parametrize(("first", "second", "which"), [(0, 2, "A"), (2, 0, "B")])
def test_a_domain_without_one_chip_is_warned_of_by_its_name(
    dataset: Any, first: int, second: int, which: str
) -> None:
    found = warning(domains(dataset), Manifest(chip_count=first), Manifest(chip_count=second))
    assert found is not None and found.startswith(f"{which}: No chip was written")


def test_both_domains_without_chips_are_warned_of(dataset: Any) -> None:
    found = told(domains(dataset), Manifest(), Manifest()).warnings
    assert [text[:3] for text in found] == ["A: ", "B: "]


def test_two_domains_with_chips_need_no_warning(dataset: Any) -> None:
    assert warning(domains(dataset), Manifest(chip_count=1), Manifest(chip_count=1)) is None


def test_labels_that_are_nowhere_in_the_label_images_are_told(dataset: Any) -> None:
    blank = replace(MANIFEST, blank_count=3)
    found = warning(dataset("Classified_Tiles"), blank)
    assert found is not None
    assert "inputClassData: all label images are empty" in found
    assert "cellSize" in found
    assert "bufferRadius" in found


def test_chips_that_have_only_labels_between_the_middles_of_pixels_are_counted(
    dataset: Any,
) -> None:
    some = told(dataset("Classified_Tiles"), replace(MANIFEST, blank_count=2))
    assert some.warnings == []
    assert "  2 of these have empty label images: no label in them covers" in some.infos[1]


def test_single_objects_without_any_class_are_told(dataset: Any) -> None:
    alone = LabelStatistics(instances={1: ROOFS})
    found = warning(dataset("Panoptic_Segmentation"), replace(MANIFEST, labels=alone))
    assert found is not None
    assert found.startswith("inputClassData: no chip has a class, only single objects")
