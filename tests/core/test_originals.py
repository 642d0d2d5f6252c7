from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial

import numpy as np
import pytest

from chipwright.core.encodings import Encoding, ImageFormat, chip_encoding
from chipwright.core.originals import Originals
from chipwright.tests.core.making import NORTH_UP, Array, random_pixels


def image_of(encoding: Encoding, pixels: Array) -> bytes:
    return bytes(next(iter(encoding.files(pixels, NORTH_UP)))[1])


def test_an_original_has_the_pixels_of_the_last_chip() -> None:
    originals = Originals()
    for _ in range(3):
        pixels = random_pixels((3, 9, 17))
        assert np.array_equal(originals.of(pixels).dataset.ReadAsArray(), pixels)


def test_chips_of_other_sizes_and_types_get_another_original() -> None:
    originals = Originals()
    for shape, dtype in (((3, 9, 17), "uint8"), ((3, 17, 9), "uint8"), ((1, 17, 9), "uint16")):
        pixels = random_pixels(shape, dtype)
        read = originals.of(pixels).dataset.ReadAsArray().reshape(shape)
        assert read.dtype == dtype and np.array_equal(read, pixels)


@pytest.mark.parametrize(("chip_format", "level"), [("JPEG", 1), ("PNG", 6)])
def test_an_image_does_not_depend_on_those_before_it(chip_format: str, level: int) -> None:
    image_format = ImageFormat(chip_format, png_level=level)
    together = chip_encoding(image_format, None)
    chips = [random_pixels((3, 32, 32)) for _ in range(20)]
    alone = [image_of(chip_encoding(image_format, None), chip) for chip in chips]
    assert [image_of(together, chip) for chip in chips] == alone
    with ThreadPoolExecutor(3) as pool:
        assert list(pool.map(partial(image_of, together), chips)) == alone
