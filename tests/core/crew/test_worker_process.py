from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from osgeo import gdal

from chipwright.core.crew import child, crews
from chipwright.core.crew.launching import Launcher, ProcessLost
from chipwright.core.crew.orders import FUNCTIONS_KEPT, Do, Surroundings
from chipwright.core.crew.streams import packed_beside
from chipwright.core.crew.worker_process import StoryOfWorker, WorkerProcess
from chipwright.core.errors import ExportCancelled, InvalidRequest
from chipwright.core.processes import beginning
from chipwright.core.progress import StopSignal

from .conftest import LAUNCHERS

PATIENCE = 20.0


def ask(process: WorkerProcess, function: Callable[[Any], Any], item: Any, number: int = 1) -> Any:
    return process.ask(Do(number, item), lambda _: packed_beside(function))


def own_process(_: Any) -> int:
    return os.getpid()


def parent_process(_: Any) -> int:
    return os.getppid()


def refuse(problem: str) -> None:
    raise InvalidRequest("tileSizeX", problem)


def fail(_: Any) -> None:
    raise ZeroDivisionError("by nothing")


class Unpacked(Exception):
    """It cannot be sent."""

    def __init__(self) -> None:
        super().__init__("what it says")
        self.held = lambda: None


def fail_untold(_: Any) -> None:
    raise Unpacked


def print_much(text: str) -> int:
    print(text * 1000, flush=True)
    subprocess.run(["echo", text], check=True)
    return len(text)


def wait_for(stop: StopSignal) -> float:
    began = time.monotonic()
    while not stop.is_raised() and time.monotonic() < began + PATIENCE:
        time.sleep(0.01)
    return time.monotonic() - began


def cache_limit(_: Any) -> int:
    return int(gdal.GetCacheMax())


def twice(number: int) -> int:
    return 2 * number


def ends(number: int) -> bool:
    """Whether a process ends soon."""
    end = time.monotonic() + PATIENCE
    while beginning(number) is not None and time.monotonic() < end:
        time.sleep(0.01)
    return beginning(number) is None


def test_work_is_done_in_a_process_of_its_own(process: WorkerProcess) -> None:
    assert ask(process, own_process, None) not in (os.getpid(), 0)


def test_what_does_the_work_is_handed_over_once(process: WorkerProcess) -> None:
    handed: list[int] = []

    def parcel(number: int) -> bytes:
        handed.append(number)
        return packed_beside(twice)

    assert [process.ask(Do(3, item), parcel) for item in range(4)] == [0, 2, 4, 6]
    assert handed == [3]


def test_what_does_the_work_is_handed_over_again_when_it_is_forgotten(
    process: WorkerProcess,
) -> None:
    numbers = [*range(FUNCTIONS_KEPT + 1), 0, FUNCTIONS_KEPT]
    assert [ask(process, twice, item, item) for item in numbers] == [2 * item for item in numbers]


def test_a_refusal_reads_as_here(process: WorkerProcess) -> None:
    with pytest.raises(InvalidRequest) as refused:
        ask(process, refuse, "is too large.")
    assert refused.value.parameter == "tileSizeX"
    assert str(refused.value) == "tileSizeX: is too large."


def test_a_fault_says_where_it_happened(process: WorkerProcess) -> None:
    with pytest.raises(ZeroDivisionError, match="by nothing") as failed:
        ask(process, fail, None)
    assert isinstance(failed.value.__cause__, StoryOfWorker)
    assert "in fail" in str(failed.value.__cause__)


def test_a_fault_that_cannot_travel_says_what_it_can(process: WorkerProcess) -> None:
    with pytest.raises(RuntimeError, match="what it says"):
        ask(process, fail_untold, None)
    assert ask(process, twice, 4, number=2) == 8


def test_what_libraries_print_does_not_get_among_the_answers(process: WorkerProcess) -> None:
    assert ask(process, print_much, "noise") == 5


def test_it_can_be_stopped_while_it_works(process: WorkerProcess) -> None:
    stop = StopSignal()
    threading.Timer(0.2, process.stop, [stop.name]).start()
    assert ask(process, wait_for, stop) < PATIENCE


def test_what_is_late_does_not_begin_after_it_was_stopped(process: WorkerProcess) -> None:
    stop = StopSignal()
    process.stop(stop.name)
    assert ask(process, wait_for, stop) < PATIENCE


def test_it_has_the_settings_of_gdal_that_are_set_here(launcher: Launcher) -> None:
    process = WorkerProcess(launcher, Surroundings(77 << 20, {}, ()))
    process.greet()
    assert ask(process, cache_limit, None) == 77 << 20
    process.end()


def test_it_is_lost_when_it_is_killed(process: WorkerProcess) -> None:
    number = ask(process, own_process, None)
    os.kill(number, signal.SIGKILL)
    with pytest.raises(ProcessLost, match="-9"):
        ask(process, twice, 1)


def test_it_ends_when_it_is_not_needed_any_more(process: WorkerProcess) -> None:
    number = ask(process, own_process, None)
    process.end()
    assert ends(number)


def test_a_keyboard_interrupt_is_not_its_business(process: WorkerProcess) -> None:
    """It is for who started it to end it."""
    os.kill(ask(process, own_process, None), signal.SIGINT)
    assert ask(process, twice, 4, number=2) == 8


def test_it_ends_in_the_middle_of_its_work_when_who_started_it_is_killed() -> None:
    """Else it would go on writing into a folder that somebody resumes."""
    script = (
        "import os, sys, threading, time\n"
        "from chipwright.core.crew import crews\n"
        "from chipwright.core.crew.fork_server import launcher\n"
        "from chipwright.core.crew.orders import Do\n"
        "from chipwright.core.crew.streams import packed_beside\n"
        "from chipwright.core.crew.worker_process import WorkerProcess\n"
        "from chipwright.tests.core.crew.test_worker_process import own_process\n"
        "process = WorkerProcess(launcher(sys.executable), crews.surroundings())\n"
        "process.greet()\n"
        "print(process.ask(Do(1, None), lambda _: packed_beside(own_process)), flush=True)\n"
        "process.ask(Do(2, 60), lambda _: packed_beside(time.sleep))\n"
    )
    starting = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    assert starting.stdout is not None
    number = int(starting.stdout.readline())
    starting.kill()
    starting.wait()
    assert ends(number)


@pytest.mark.parametrize("kind", LAUNCHERS.values(), ids=LAUNCHERS)
def test_a_program_that_is_no_python_is_lost(
    tmp_path: Path, kind: Callable[[str], Launcher]
) -> None:
    program = tmp_path / "python3"
    program.write_text("#!/bin/sh\nexit 3\n")
    program.chmod(0o755)
    launcher = kind(str(program))
    try:
        with pytest.raises(ProcessLost):
            WorkerProcess(launcher, crews.surroundings()).greet()
    finally:
        launcher.end()


def test_a_process_with_other_libraries_is_refused(
    monkeypatch: pytest.MonkeyPatch, launcher: Launcher
) -> None:
    """It would write other bytes."""
    monkeypatch.setattr(child, "versions", lambda: {"GDAL": "another one"})
    other = WorkerProcess(launcher, crews.surroundings())
    with pytest.raises(ProcessLost, match="another one"):
        other.greet()
    other.end()


def test_an_error_of_who_cancels_is_that_of_threads(process: WorkerProcess) -> None:
    with pytest.raises(ExportCancelled):
        ask(process, cancelled, None)


def cancelled(_: Any) -> None:
    raise ExportCancelled("The export was cancelled.")
