from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from mmap import mmap
from pickle import PickleBuffer

import numpy as np
import pytest

from chipwright.core.crew.crews import surroundings
from chipwright.core.crew.executor import Crew
from chipwright.core.crew.launching import Launcher
from chipwright.core.crew.shared_file import LEAST_BYTES, SharedFile, seen
from chipwright.core.crew.streams import packed_beside, unpacked_beside
from chipwright.core.progress import StopSignal
from chipwright.tests.core.exporting import Listener
from chipwright.tests.core.making import Array

pytestmark = pytest.mark.skipif(os.name != "posix", reason="open files are not handed on")

NUMBERS = np.arange(LEAST_BYTES, dtype=np.int64)


@pytest.fixture
def file() -> Iterator[SharedFile]:
    file = SharedFile()
    yield file
    file.close()


def test_blocks_are_seen_as_they_were_put(file: SharedFile) -> None:
    blocks = [bytes([number]) * (LEAST_BYTES + 1000 * number) for number in range(5)]
    places = [file.put(PickleBuffer(block)) for block in blocks]
    assert [bytes(seen(file.handle, place)) for place in places if place] == blocks


def test_what_one_writes_no_other_sees(file: SharedFile) -> None:
    place = file.put(PickleBuffer(bytes(LEAST_BYTES)))
    assert place
    mine, yours = seen(file.handle, place), seen(file.handle, place)
    mine[:4] = b"mine"
    assert yours[:4] == seen(file.handle, place)[:4] == bytes(4)


def test_small_blocks_are_copied(file: SharedFile) -> None:
    assert file.put(PickleBuffer(bytes(LEAST_BYTES - 1))) is None


def test_what_has_no_room_is_copied(file: SharedFile, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: object, __: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(SharedFile, "_write", full)
        parcel = packed_beside(NUMBERS, file)
    assert len(parcel) > NUMBERS.nbytes
    assert np.array_equal(unpacked_beside(parcel, file.handle), NUMBERS)


@pytest.mark.parametrize("is_there", [True, False], ids=["a file", "no file"])
def test_what_is_packed_beside_a_file_comes_back(file: SharedFile, is_there: bool) -> None:
    given = {"large": NUMBERS, "turned": NUMBERS.reshape(256, -1).T, "small": NUMBERS[:9], "a": "b"}
    parcel = packed_beside(given, file if is_there else None)
    found = unpacked_beside(parcel, file.handle if is_there else None)
    assert (len(parcel) < NUMBERS.nbytes) == is_there
    assert found["a"] == "b"
    assert all(np.array_equal(found[name], given[name]) for name in ("large", "turned", "small"))
    found["large"][0] = 7  # as in those that were copied


class Sum:
    """Work that knows many numbers."""

    def __init__(self, numbers: Array) -> None:
        self.numbers = numbers

    def __call__(self, _: object) -> tuple[int, bool]:
        memory: object = self.numbers
        while isinstance(memory, np.ndarray):
            memory = memory.base
        whose = memory.obj if isinstance(memory, memoryview) else memory
        return int(self.numbers.sum()), isinstance(whose, mmap)


@pytest.mark.usefixtures("small_exports")
def test_the_workers_of_a_crew_see_them(launcher: Launcher) -> None:
    work = Sum(NUMBERS)
    with Crew(2, launcher, surroundings(), StopSignal(), Listener()) as crew:
        found = [each.result() for each in [crew.submit(work, None) for _ in range(20)]]
    assert set(found) == {(int(NUMBERS.sum()), True)}
