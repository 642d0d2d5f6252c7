from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from chipwright.core import feature_places
from chipwright.core.crew import crews, executor, shared_file
from chipwright.core.crew.fork_server import ForkServer
from chipwright.core.crew.interpreter import interpreter
from chipwright.core.crew.launching import Launcher, Spawner
from chipwright.core.crew.worker_process import WorkerProcess


@pytest.fixture
def small_exports(monkeypatch: pytest.MonkeyPatch) -> None:
    """Even exports of a few chips are given crews, whose processes do all the work, and few labels
    are shared.
    """
    monkeypatch.setattr(executor, "FED", -1)
    monkeypatch.setattr(shared_file, "LEAST_BYTES", 64)
    monkeypatch.setattr(feature_places, "TOGETHER", 4)
    for name in ("COPIED", "LABELED", "ENCODED"):
        monkeypatch.setattr(crews, name, crews.Worth(2, 1))


LAUNCHERS: dict[str, Callable[[str], Launcher]] = {"started": Spawner, "forked": ForkServer}


@pytest.fixture(scope="module", params=LAUNCHERS)
def launcher(request: pytest.FixtureRequest) -> Iterator[Launcher]:
    """Each of the ways in which worker processes come into being."""
    python = interpreter()
    assert python is not None
    launcher = LAUNCHERS[request.param](python)
    try:
        yield launcher
    finally:
        launcher.end()


@pytest.fixture
def process(launcher: Launcher) -> Iterator[WorkerProcess]:
    """A worker process that is ready."""
    process = WorkerProcess(launcher, crews.surroundings())
    try:
        process.greet()
        yield process
    finally:
        process.end()
