from __future__ import annotations

import gc
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chipwright.core import shared_pieces
from chipwright.core.shared_pieces import Overlap, SharedPieces, overlap_of
from chipwright.tests.core.making import Array, examples, random_pixels

OVERLAP = Overlap(8, stride=4, piece_rows=2)


class Maker:
    """Makes pieces of what they hold, and remembers how many."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, pixels: Array) -> bytes:
        self.count += 1
        return pixels.tobytes()


def strip_of(rows: int, columns: int = 10) -> Array:
    """(band, row, column), each pixel as no other, read-only as strips are."""
    strip = np.arange(rows * columns, dtype=np.uint32).reshape(rows, columns, 1)
    strip.flags.writeable = False
    return strip.transpose(2, 0, 1)


def chips_of(strip: Array, rows: int, stride: int, columns: int = 5) -> Iterator[Array]:
    """The chips of a strip, row by row."""
    for top in range(0, strip.shape[1] - rows + 1, stride):
        for left in range(0, strip.shape[2] - columns + 1, columns):
            yield strip[:, top : top + rows, left : left + columns]


def together(pieces: list[bytes]) -> bytes:
    return b"".join(pieces)


@given(
    stride=st.integers(1, 12),
    piece=st.integers(1, 12),
    more=st.integers(0, 12),
    unwanted=st.sets(st.integers(0, 30)),
)
@examples
def test_pieces_are_those_of_the_chip_whatever_chips_there_are_beside_it(
    stride: int, piece: int, more: int, unwanted: set[int]
) -> None:
    shared = SharedPieces(Overlap(stride * piece + more, stride * piece, piece), Maker())
    rows = stride * piece + more
    for number, chip in enumerate(chips_of(strip_of(5 * rows), rows, stride * piece)):
        if number not in unwanted:
            assert together(shared.of(chip)) == chip.tobytes()


@pytest.mark.parametrize(
    ("rows", "overlap", "made"),
    [
        (8, Overlap(8, 4, 4), 2 + 3),
        (8, Overlap(8, 4, 2), 4 + 3 * 2),
        (8, Overlap(8, 2, 2), 4 + 6),
        (9, Overlap(9, 6, 3), 3 + 2 * 2),
        (7, Overlap(7, 4, 2), 4 + 3 * (2 + 1)),
        (8, None, 7),
    ],
    ids=["half", "half in two", "three quarters", "a third", "a rest of one row", "none"],
)
def test_each_piece_of_a_strip_is_made_once(rows: int, overlap: Overlap | None, made: int) -> None:
    maker = Maker()
    shared = SharedPieces(overlap, maker)
    height = 20 if overlap is None or overlap.stride == 4 else {2: 20, 6: 21}[overlap.stride]
    for chip in chips_of(strip_of(height, 5), rows, 2 if overlap is None else overlap.stride):
        shared.of(chip)
    assert maker.count == made


def kept_in(shared: SharedPieces[bytes]) -> int:
    """Number of pieces that are kept."""
    return sum(map(len, shared._strips.values()))


def test_nothing_is_kept_that_no_chip_asks_for_again() -> None:
    shared = SharedPieces(Overlap(8, 4, 2), Maker())
    strip = strip_of(20)
    top_row = list(chips_of(strip[:, :8], 8, 4))
    for chip in top_row:
        shared.of(chip)
    assert kept_in(shared) == len(top_row) * 2
    for chip in chips_of(strip[:, 4:12], 8, 4):
        shared.of(chip)
    assert kept_in(shared) == len(top_row) * 2


def test_nothing_is_kept_longer_than_its_strip() -> None:
    maker = Maker()
    shared = SharedPieces(OVERLAP, maker)
    strip = strip_of(8, 5)
    shared.of(strip)
    assert kept_in(shared) == 2
    del strip
    gc.collect()
    assert not shared._strips


def test_another_strip_has_pieces_of_its_own() -> None:
    shared = SharedPieces(OVERLAP, Maker())
    for number in range(20):  # memory of the ones before is used again
        pixels = np.full((8, 5, 1), number, np.uint8)
        pixels.flags.writeable = False
        strip = pixels.transpose(2, 0, 1)
        for chip in (strip, strip[:, 4:]):
            assert together(shared.of(chip)) == chip.tobytes()


def test_pixels_that_may_change_are_not_shared() -> None:
    maker = Maker()
    shared = SharedPieces(OVERLAP, maker)
    strip = random_pixels((8, 5, 1)).transpose(2, 0, 1)
    for _ in range(2):
        assert together(shared.of(strip)) == strip.tobytes()
        strip[...] += 1
    assert not shared._strips


def test_pixels_of_their_own_are_not_shared() -> None:
    shared = SharedPieces(OVERLAP, Maker())
    pixels = random_pixels((1, 8, 5))
    pixels.flags.writeable = False
    assert together(shared.of(pixels)) == pixels.tobytes()
    assert not shared._strips


def test_no_more_is_kept_than_there_is_room_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared_pieces, "KEPT_BYTES", 3 * 2 * 5 * 4)
    shared = SharedPieces(OVERLAP, Maker())
    strip = strip_of(20, 40)
    for chip in chips_of(strip, 8, 4):
        assert together(shared.of(chip)) == chip.tobytes()
        assert kept_in(shared) <= 3


@given(rows=st.integers(1, 600), stride=st.integers(1, 700), row_bytes=st.integers(1, 5000))
@examples
def test_pieces_divide_the_stride_and_fit_into_what_chips_share(
    rows: int, stride: int, row_bytes: int
) -> None:
    overlap = overlap_of(rows, stride, row_bytes)
    if overlap is not None:
        assert overlap.stride == stride
        assert stride % overlap.piece_rows == 0
        assert overlap.piece_rows <= rows - stride


@pytest.mark.parametrize(
    ("stride", "row_bytes"),
    [(256, 768), (300, 768), (200, 768), (139, 768), (8, 128)],
    ids=["side by side", "gaps", "little in common", "rows alone divide it", "small pieces"],
)
def test_chips_are_whole_where_pieces_are_no_gain(stride: int, row_bytes: int) -> None:
    assert overlap_of(256, stride, row_bytes) is None
