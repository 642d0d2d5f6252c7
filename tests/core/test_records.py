from __future__ import annotations

import pytest

from chipwright.core.records import ChipRecord, map_lines


@pytest.mark.parametrize(
    ("images", "labels", "lines"),
    [
        (("images/7.tif",), (), ["images\\7.tif \r\n"]),
        (("images/7.tif",), ("labels/7.xml",), ["images\\7.tif  labels\\7.xml\r\n"]),
        (
            ("images/7.tif",),
            ("labels/roof/7.tif", "labels/old tree/7.tif"),
            [
                "images\\7.tif  labels\\roof\\7.tif\r\n",
                "images\\7.tif  labels\\old tree\\7.tif\r\n",
            ],
        ),
        (("images/7.tif", "images2/7.tif"), (), ["images\\7.tif images2\\7.tif \r\n"]),
        (
            ("images/7.tif", "images2/7.tif"),
            ("labels/7.tif",),
            ["images\\7.tif images2\\7.tif  labels\\7.tif\r\n"],
        ),
    ],
)
def test_lines_of_the_map(
    images: tuple[str, ...], labels: tuple[str, ...], lines: list[str]
) -> None:
    assert list(map_lines(ChipRecord(images, labels))) == lines
