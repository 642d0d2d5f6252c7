"""Where worker processes come from, and that none is left behind."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator

import pytest

from chipwright.core.crew import crews, fork_server
from chipwright.core.crew.fork_server import ForkServer
from chipwright.core.crew.interpreter import interpreter
from chipwright.core.crew.launching import SECONDS_TO_END, Launcher, ProcessLost, Spawner
from chipwright.core.crew.worker_process import WorkerProcess

from .conftest import LAUNCHERS
from .test_worker_process import ask, ends, own_process, parent_process, twice


@pytest.fixture(params=LAUNCHERS)
def fresh(request: pytest.FixtureRequest) -> Iterator[Launcher]:
    """A launcher that is for one test alone."""
    launcher = LAUNCHERS[request.param](python())
    yield launcher
    launcher.end()


def python() -> str:
    found = interpreter()
    assert found is not None
    return found


def process_of(launcher: Launcher) -> WorkerProcess:
    process = WorkerProcess(launcher, crews.surroundings())
    process.greet()
    return process


def test_each_process_works_for_itself(fresh: Launcher) -> None:
    first, second = process_of(fresh), process_of(fresh)
    assert ask(first, twice, 2) == 4
    assert ask(first, own_process, None, 2) == first.number
    assert ask(second, own_process, None, 2) == second.number
    assert first.number != second.number


def test_at_the_end_no_process_is_left(fresh: Launcher) -> None:
    processes = [process_of(fresh) for _ in range(3)]
    for process in processes:
        process.end()
    fresh.end()
    assert all(ends(process.number) for process in processes)


def test_who_is_stuck_is_killed(fresh: Launcher) -> None:
    process = process_of(fresh)
    os.kill(process.number, signal.SIGSTOP)
    process.end()
    began = time.monotonic()
    fresh.end()
    assert ends(process.number)
    assert time.monotonic() - began < SECONDS_TO_END + 10


def test_none_is_launched_after_the_end(fresh: Launcher) -> None:
    fresh.end()
    with pytest.raises(ProcessLost):
        fresh.launch(None)


def test_how_a_process_ended_is_known(fresh: Launcher) -> None:
    process = process_of(fresh)
    os.kill(process.number, signal.SIGTERM)
    assert fresh.status(process.number) == -signal.SIGTERM
    fresh.status(process.number)
    assert ask(process_of(fresh), twice, 2) == 4


def test_forks_go_on_without_what_they_are_forks_of() -> None:
    server = ForkServer(python())
    process = process_of(server)
    os.kill(ask(process, parent_process, None), signal.SIGKILL)
    assert ask(process, twice, 4, 2) == 8
    with pytest.raises(ProcessLost):
        server.launch(None)
    assert server.status(process.number) is None
    os.kill(process.number, signal.SIGSTOP)
    process.end()
    server.end()
    assert ends(process.number)


def test_a_late_answer_is_none_to_what_is_asked_next(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else a worker would take another's process for its own."""
    monkeypatch.setattr(fork_server, "PATIENCE", 0.01)
    server = ForkServer(python())
    with pytest.raises(ProcessLost):
        server.launch(None)
    time.sleep(1.0)
    with pytest.raises(ProcessLost):
        server.launch(None)
    server.end()


@pytest.mark.parametrize("kind", LAUNCHERS.values(), ids=LAUNCHERS)
def test_what_cannot_be_started_is_lost(kind: Callable[[str], Launcher]) -> None:
    with pytest.raises(ProcessLost, match="No such file"):
        kind("/no/such/python").launch(None)


@pytest.mark.parametrize(("can_fork", "kind"), [(True, ForkServer), (False, Spawner)])
def test_only_where_it_is_safe_processes_are_forked(
    monkeypatch: pytest.MonkeyPatch, can_fork: bool, kind: type[Launcher]
) -> None:
    monkeypatch.setattr(fork_server, "CAN_FORK", can_fork)
    launcher = fork_server.launcher(python())
    assert isinstance(launcher, kind)
    launcher.end()
