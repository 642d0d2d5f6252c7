"""Datasets with which everything is in order."""

from __future__ import annotations

from pathlib import Path

import pytest

from chipwright.core.formats import FORMATS
from chipwright.core.request import Size
from chipwright.tests.core.exporting import export_chips, features, given_for
from chipwright.tests.core.made_sources import box, features_file, noise_file

from .conftest import VARIANTS
from .datasets import WRITTEN_BY_HAND, Dataset, checked


@pytest.mark.parametrize("name", [*FORMATS, *VARIANTS])
def test_what_an_export_wrote_has_no_findings(exported: Dataset, name: str) -> None:
    report = checked(exported(name))
    assert report.findings == () and report.ok
    assert report.metadata_format == VARIANTS.get(name, name)


@pytest.mark.parametrize("name", [name for name, it in FORMATS.items() if it.needs_labels])
def test_slivers_have_no_findings(tmp_path: Path, name: str) -> None:
    """Narrower than what a label is written to, with an area of less than a hundredth."""
    image = noise_file(tmp_path / "image.tif", 96, 96)
    wkts = [box(63.999, 40, 80, 48), box(43.001, 40, 43.003, 49), box(40, 95.999, 40.5, 99)]
    rows = [*wkts, box(45, 50.0041, 45.5, 50.0049), "POLYGON ((49 49, 49.02 49, 49 49.02, 49 49))"]
    layer = features_file(tmp_path / "labels.gpkg", [(wkt, {"value": 1}) for wkt in rows])
    given = {**given_for(name, features(layer), image), "tile_size": Size(32, 32)}
    export_chips(image, tmp_path / "chips", **given)
    assert checked(tmp_path / "chips").findings == ()


@pytest.mark.parametrize("name", WRITTEN_BY_HAND)
def test_a_good_dataset_has_no_findings(dataset: Dataset, name: str) -> None:
    report = checked(dataset(name))
    assert report.findings == () and report.ok
    assert report.metadata_format == VARIANTS.get(name, name)


def test_slashes_in_the_map_and_unix_line_ends_are_fine(dataset: Dataset) -> None:
    folder = dataset("KITTI_rectangles")
    lines = (folder / "map.txt").read_bytes().replace(b"\\", b"/").replace(b"\r\n", b"\n")
    (folder / "map.txt").write_bytes(lines)
    assert checked(folder).findings == ()
