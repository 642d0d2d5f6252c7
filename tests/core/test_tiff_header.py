from __future__ import annotations

import pytest

from chipwright.core.gdal_errors import GdalFailure
from chipwright.core.tiff import TiffEncoding
from chipwright.core.tiff_header import STRIP_BYTE_COUNTS, Header, directory
from chipwright.tests.core.making import NORTH_UP, random_pixels


@pytest.mark.parametrize(
    "content",
    [b"MM\0\x2a\0\0\0\x08", b"II\x2b\0\x08\0\0\0", b"not a TIFF"],
    ids=["big", "8", "text"],
)
def test_only_little_endian_classic_tiff_is_taken_apart(content: bytes) -> None:
    with pytest.raises(GdalFailure):
        directory(content)


def test_what_comes_before_the_strip_says_how_long_it_is() -> None:
    ((_, content),) = TiffEncoding().files(random_pixels((3, 16, 16)), NORTH_UP)
    header = Header(content)
    for strip in (b"a" * 70_000, b"", b"abc"):
        file = header.before([strip], NORTH_UP)
        assert directory(file)[STRIP_BYTE_COUNTS].number(file) == len(strip)
        assert len(file) == len(content) - 3 * 16 * 16 + len(strip) and file.endswith(strip)


def test_a_file_that_goes_on_after_its_strips_is_a_failure() -> None:
    ((_, content),) = TiffEncoding().files(random_pixels((3, 16, 16)), NORTH_UP)
    with pytest.raises(GdalFailure, match="end with its strips"):
        Header(content + b"more")
