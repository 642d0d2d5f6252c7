from __future__ import annotations

import pickle
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chipwright.core.blobs import ROW, joined, packed
from chipwright.tests.core.making import examples

ANY_BLOBS = st.lists(st.binary(max_size=50))


@examples
@given(ANY_BLOBS)
def test_packed_blobs_are_the_blobs(blobs: list[bytes]) -> None:
    block = packed(blobs)
    assert list(block) == blobs
    assert [block[number] for number in range(len(blobs))] == blobs


@examples
@given(ANY_BLOBS)
def test_every_blob_ends_at_a_row(blobs: list[bytes]) -> None:
    assert not (packed(blobs).end % ROW).any()


@examples
@given(st.lists(ANY_BLOBS, max_size=4))
def test_joined_blocks_hold_the_blobs_of_all(parts: list[list[bytes]]) -> None:
    assert list(joined([packed(part) for part in parts])) == [it for part in parts for it in part]


@examples
@given(ANY_BLOBS, st.data())
def test_a_choice_is_a_choice_of_a_list(blobs: list[bytes], data: st.DataObject) -> None:
    numbers = data.draw(st.lists(st.sampled_from(range(len(blobs))))) if blobs else []
    chosen = packed(blobs).select(np.array(numbers, np.intp))
    assert list(chosen) == [blobs[number] for number in numbers]
    assert list(joined([chosen, chosen])) == [blobs[number] for number in numbers * 2]


@examples
@given(ANY_BLOBS, st.slices(8))
def test_a_part_is_a_part_of_a_list(blobs: list[bytes], part: slice) -> None:
    assert list(packed(blobs)[part]) == blobs[part]


def test_what_is_packed_is_not_packed_again() -> None:
    block = packed([b"one"])
    assert packed(block) is block


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_blobs_can_be_sent_to_another_process(protocol: int) -> None:
    sent = pickle.dumps(packed([b"one", b"two"]), protocol)
    assert list(pickle.loads(sent)) == [b"one", b"two"]


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
def test_their_block_may_come_apart_from_them(kind: Callable[[bytes], Any]) -> None:
    """As cluster libraries send it, and as processes share it."""
    blocks: list[pickle.PickleBuffer] = []
    sent = pickle.dumps(packed([b"one", b"two"]), 5, buffer_callback=blocks.append)
    found = pickle.loads(sent, buffers=[kind(bytes(block)) for block in blocks])
    assert list(found) == list(found[:]) == [b"one", b"two"] and found[1] == b"two"
    assert all(type(blob) is bytes for blob in (*found, found[0]))
    assert list(joined([found, found])) == [b"one", b"two"] * 2
