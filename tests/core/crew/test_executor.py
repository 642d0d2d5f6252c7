from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from chipwright.core import plan
from chipwright.core.crew import crews, executor
from chipwright.core.crew.executor import Crew
from chipwright.core.crew.fork_server import launcher
from chipwright.core.crew.interpreter import interpreter
from chipwright.core.crew.orders import HELD, Read
from chipwright.core.crew.worker import Worker
from chipwright.core.progress import StopSignal
from chipwright.core.request import Size
from chipwright.core.workers import ordered_map
from chipwright.tests.core.exporting import Listener, export_chips
from chipwright.tests.scenes import Scene


@pytest.fixture(scope="module")
def crew() -> Iterator[Crew]:
    python = interpreter()
    assert python is not None
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(executor, "FED", -1)
        yield from crew_of(python)


def crew_of(python: str) -> Iterator[Crew]:
    with Crew(2, launcher(python), crews.surroundings(), StopSignal(), Listener()) as crew:
        yield crew


def at_work(_: Any) -> int:
    return os.getpid()


def half(number: int) -> float:
    return 6 / number


def test_any_work_is_done_by_processes(crew: Crew) -> None:
    found = {crew.submit(at_work, None).result() for _ in range(20)}
    assert os.getpid() not in found
    assert 1 <= len(found) <= 2


def test_results_come_in_the_order_of_what_was_asked(crew: Crew) -> None:
    found = ordered_map(crew, half, [1, 2, 3, 6], lambda: 3, lambda: None)
    assert list(found) == [6, 3, 2, 1]


def test_a_fault_is_that_of_the_work_alone(crew: Crew) -> None:
    failed, done = crew.submit(half, 0), crew.submit(half, 2)
    with pytest.raises(ZeroDivisionError):
        failed.result()
    assert done.result() == 3


def test_work_that_is_not_wanted_any_more_is_not_done(crew: Crew) -> None:
    futures = [crew.submit(at_work, None) for _ in range(50)]
    cancelled = [future for future in futures if future.cancel()]
    assert all(future.result() for future in futures if future not in cancelled)


@pytest.mark.usefixtures("small_exports")
def test_a_worker_holds_few_strips(
    scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plan, "CHIP_ROWS", 1)
    take, held = Worker.take, []

    def taken(worker: Worker, read: Read) -> None:
        take(worker, read)
        held.append(worker.holds)

    monkeypatch.setattr(Worker, "take", taken)
    export_chips(scene.image, tmp_path / "chips", tile_size=Size(64, 32), stride_size=Size(64, 16))
    assert len(held) == 31
    assert max(held) <= HELD
