"""Datasets with which everything is in order."""

from __future__ import annotations

import pytest

from chipwright.core.formats import FORMATS

from .conftest import VARIANTS
from .datasets import WRITTEN_BY_HAND, Dataset, checked


@pytest.mark.parametrize("name", [*FORMATS, *VARIANTS])
def test_what_an_export_wrote_has_no_findings(exported: Dataset, name: str) -> None:
    report = checked(exported(name))
    assert report.findings == () and report.ok
    assert report.metadata_format == VARIANTS.get(name, name)


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
