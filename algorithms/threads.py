"""Threads of Qt's own, in which its network requests can wait for an answer and time out."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import Any

from qgis.PyQt.QtCore import QRunnable, QThreadPool


class _Work(QRunnable):
    """A function to be called in one of the threads."""

    def __init__(self, future: Future[Any], work: Callable[[], Any]) -> None:
        super().__init__()
        self.setAutoDelete(False)  # Python owns it
        self._future = future
        self._work = work

    def run(self) -> None:
        """Called by Qt."""
        if not self._future.set_running_or_notify_cancel():
            return
        try:
            result = self._work()
        except BaseException as error:
            self._future.set_exception(error)
        else:
            self._future.set_result(result)


class QtThreads(Executor):
    """As ThreadPoolExecutor, but threads of Python have no timers of Qt."""

    def __init__(self, count: int) -> None:
        self._pool = QThreadPool()
        self._pool.setMaxThreadCount(count)
        self._works: list[_Work] = []

    def submit(self, function: Callable[..., Any], /, *given: Any, **named: Any) -> Future[Any]:
        """Call the function as soon as a thread is free."""
        future: Future[Any] = Future()
        work = _Work(future, lambda: function(*given, **named))
        self._works = [each for each in self._works if not each._future.done()]
        self._works.append(work)
        self._pool.start(work)
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Wait for what was begun."""
        if cancel_futures:
            for work in self._works:
                work._future.cancel()
        if wait:
            self._pool.waitForDone()
