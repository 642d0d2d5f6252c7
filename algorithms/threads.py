"""Threads of Qt's own, in which its network requests can wait for an answer and time out."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import Any, Optional

from qgis.PyQt.QtCore import QRunnable, QThreadPool


class _Work(QRunnable):
    """A function to be called in one of the threads."""

    def __init__(self, future: Future[Any], work: Callable[[], Any]) -> None:
        super().__init__()
        self.setAutoDelete(False)  # Python owns it
        self._task: Optional[tuple[Future[Any], Callable[[], Any]]] = (future, work)

    def run(self) -> None:
        """Called by Qt, once."""
        if self._task is None:
            return
        future, work = self._task
        self._task = None  # what it returns is not kept
        if not future.set_running_or_notify_cancel():
            return
        try:
            result = work()
        except BaseException as error:
            future.set_exception(error)
        else:
            future.set_result(result)

    def cancel(self) -> None:
        """Do not call the function if that has not begun."""
        if self._task is not None:
            self._task[0].cancel()


class QtThreads(Executor):
    """As ThreadPoolExecutor, but threads of Python have no timers of Qt."""

    def __init__(self, count: int) -> None:
        self._pool = QThreadPool()
        self._pool.setMaxThreadCount(count)
        self._works: list[_Work] = []
        """All of them until the end: Qt may hold one that is done, or one that was cancelled."""

    def submit(self, function: Callable[..., Any], /, *given: Any, **named: Any) -> Future[Any]:
        """Call the function as soon as a thread is free."""
        future: Future[Any] = Future()
        work = _Work(future, lambda: function(*given, **named))
        self._works.append(work)
        self._pool.start(work)
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Wait for what was begun."""
        if cancel_futures:
            for work in self._works:
                work.cancel()
        if wait:
            self._pool.waitForDone()
