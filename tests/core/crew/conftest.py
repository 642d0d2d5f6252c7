from __future__ import annotations

from collections.abc import Iterator

import pytest

from chipwright.core import feature_places
from chipwright.core.crew import crews, shared_file
from chipwright.core.crew.interpreter import interpreter
from chipwright.core.crew.worker_process import WorkerProcess


@pytest.fixture
def small_exports(monkeypatch: pytest.MonkeyPatch) -> None:
    """Even exports of a few chips are given crews, and few labels are shared."""
    monkeypatch.setattr(shared_file, "LEAST_BYTES", 64)
    monkeypatch.setattr(feature_places, "TOGETHER", 4)
    monkeypatch.setattr(crews, "COPIED", crews.Worth(2, 1))
    monkeypatch.setattr(crews, "ENCODED", crews.Worth(2, 1))


@pytest.fixture
def process() -> Iterator[WorkerProcess]:
    """A worker process that is ready."""
    python = interpreter()
    assert python is not None
    process = WorkerProcess(python, crews.surroundings())
    try:
        process.greet()
        yield process
    finally:
        process.end(is_patient=True)
