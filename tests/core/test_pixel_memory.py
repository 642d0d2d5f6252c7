from __future__ import annotations

import gc
import pickle
import threading

import numpy as np

from chipwright.core.pixel_memory import KEPT, LEAST_BYTES, PixelMemory

LARGE = (LEAST_BYTES // 8, 4)
"""Shape of 16-bit pixels that are worth keeping."""


def address(pixels: np.ndarray) -> int:
    return int(pixels.__array_interface__["data"][0])


def test_pixels_have_the_shape_and_type_asked_for() -> None:
    pixels = PixelMemory().pixels((1000, 700, 3), "int16")
    assert (pixels.shape, pixels.dtype, pixels.flags.c_contiguous) == (
        (1000, 700, 3),
        np.int16,
        True,
    )
    pixels[...] = -5
    assert (pixels == -5).all()


def test_memory_that_nobody_looks_at_is_used_again() -> None:
    memory = PixelMemory()
    pixels = memory.pixels(LARGE, "uint16")
    first = address(pixels)
    del pixels
    assert address(memory.pixels(LARGE, "uint16")) == first


def test_memory_that_a_view_looks_at_is_not_used_again() -> None:
    memory = PixelMemory()
    pixels = memory.pixels(LARGE, "uint16")
    view = pixels.transpose()[1:3, 5:9].view(np.int16)
    view[...] = 7
    del pixels
    others = [memory.pixels(LARGE, "uint16") for _ in range(3)]
    for other in others:
        other[...] = 0
    assert (view == 7).all()


def test_pieces_that_are_in_use_at_once_do_not_overlap() -> None:
    memory = PixelMemory()
    pieces = [memory.pixels(LARGE, "uint16") for _ in range(4)]
    for value, piece in enumerate(pieces):
        piece[...] = value
    assert [set(piece.ravel().tolist()) for piece in pieces] == [{0}, {1}, {2}, {3}]


def test_a_smaller_strip_may_have_the_memory_of_a_larger_one() -> None:
    memory = PixelMemory()
    first = address(memory.pixels((LEAST_BYTES + 5000,), "uint8"))
    assert address(memory.pixels((LEAST_BYTES + 77,), "uint8")) == first


def test_much_too_large_memory_is_not_bound_by_a_small_strip() -> None:
    memory = PixelMemory()
    large = memory.pixels((LEAST_BYTES * 10,), "uint8")
    del large
    (kept,) = memory._free
    memory.pixels((LEAST_BYTES,), "uint8")
    assert any(block is kept for block in memory._free)


def test_few_free_pieces_are_kept() -> None:
    memory = PixelMemory()
    pieces = [memory.pixels(LARGE, "uint16") for _ in range(KEPT + 4)]
    del pieces
    gc.collect()
    assert len(memory._free) == KEPT


def test_threads_never_get_the_same_memory() -> None:
    memory, wrong = PixelMemory(), []

    def work(value: int) -> None:
        for _ in range(50):
            pixels = memory.pixels(LARGE, "uint16")
            pixels[...] = value
            if not (pixels == value).all():
                wrong.append(value)

    threads = [threading.Thread(target=work, args=(value,)) for value in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_it_travels_to_another_process_without_its_memory() -> None:
    memory = PixelMemory()
    memory.pixels(LARGE, "uint16")
    assert len(pickle.dumps(memory)) < 200
    assert pickle.loads(pickle.dumps(memory))._free == []
