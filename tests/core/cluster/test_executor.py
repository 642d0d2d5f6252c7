from __future__ import annotations

from concurrent.futures import CancelledError, Future
from typing import Any

import pytest

from chipwright.core.cluster.executor import ClusterExecutor
from chipwright.core.cluster.tasks import Errand
from chipwright.core.progress import StopSignal
from chipwright.core.workers import ordered_map


class Deaf:
    """A client that waits for answers which do not come, and its executor."""

    def __init__(self, status: str) -> None:
        self.status = status

    def get_executor(self, **_: Any) -> Deaf:
        return self

    def submit(self, *_: Any, **__: Any) -> Future[Any]:
        return Future()

    def nthreads(self) -> dict[str, int]:
        return {"tcp://127.0.0.1:1": 1}


def executor_of(status: str) -> ClusterExecutor:
    return ClusterExecutor(Deaf(status), Errand(StopSignal(), ""))


@pytest.mark.usefixtures("dask")
@pytest.mark.parametrize("status", ["connecting", "closing", "closed"])
def test_nothing_is_waited_for_when_the_scheduler_is_lost(status: str) -> None:
    executor = executor_of(status)
    with pytest.raises(CancelledError):
        list(ordered_map(executor, Deaf.submit, [1, 2], lambda: 1, lambda: None))


@pytest.mark.usefixtures("dask")
def test_a_scheduler_that_is_there_is_not_taken_for_lost() -> None:
    executor_of("running").check()
