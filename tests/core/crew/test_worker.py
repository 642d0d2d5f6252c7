from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from chipwright.core.crew import crews
from chipwright.core.crew.launching import Spawner
from chipwright.core.crew.orders import Do, Read, Write
from chipwright.core.crew.worker import Worker


class Strip:
    chip_count = 3


def reads(_: object) -> Sequence[Any]:
    return [Strip()]


def fails(_: object) -> Sequence[Any]:
    raise OSError("no room")


def worker_with(*functions: Callable[[Any], Any]) -> tuple[Worker, list[str]]:
    """A worker whose process cannot be started, and what it says."""
    said: list[str] = []
    worker = Worker(dict(enumerate(functions)), lambda _: b"", said.append)
    worker.start(Spawner("/no/such/python"), crews.surroundings())
    return worker, said


def test_without_a_process_it_works_here_and_says_so() -> None:
    worker, said = worker_with(len)
    assert worker.carry_out(Do(0, "four")) == 4
    (told,) = said
    assert "No such file" in told
    assert "this process does its work" in told


def test_it_holds_what_it_has_read_until_that_is_written() -> None:
    worker, _ = worker_with(reads, len)
    read = Read(0, 7, ())
    worker.take(read)
    (told,) = worker.carry_out(read)
    assert (told.ticket, told.chip_count, worker.holds) == (7, 3, 1)
    assert worker.carry_out(Write(1, 7, [0])) == 1
    assert worker.holds == 0


@pytest.mark.parametrize("fault", ["reading", "writing"])
def test_it_holds_nothing_of_what_failed(fault: str) -> None:
    """Else it would wait for ever for what is never ordered, and others for what it does not read."""
    worker, _ = worker_with(fails if fault == "reading" else reads, fails)
    read = Read(0, 7, ())
    worker.take(read)
    with pytest.raises(OSError, match="no room"):
        worker.carry_out(read)
        worker.carry_out(Write(1, 7, [0]))
    assert worker.holds == 0
