"""How worker processes come into being: each by a program of its own, where nothing is quicker."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from types import ModuleType
from typing import IO, NamedTuple, Optional, Protocol

from . import child
from .streams import packed

BEGIN = """
import pickle, sys
version, path, package, folders, module, given = pickle.load(sys.stdin.buffer)
if sys.version != version:
    sys.exit(3)
sys.path[:] = path
sys.modules[package] = type(sys)(package)
sys.modules[package].__path__ = folders
__import__(module, fromlist=["main"]).main(given)
"""
"""Finds modules where they are found here, and this package by its name here, whatever its folder
is called."""
NO_WINDOW = getattr(subprocess, "CREATE_NO_WINDOW", 0)
"""On Windows."""
SECONDS_TO_DIE = 0.3
"""For forks that were killed, which a busy system gives no time at once."""
SECONDS_TO_END = 0.5
"""For processes that have nothing more to do; what is stuck is killed then."""
SECONDS_TO_TELL = 2.0
"""In which a process that closed its streams has come to its end."""


class ProcessLost(Exception):
    """A worker process that is gone, or is none that can be of use."""


@contextmanager
def losses_told() -> Iterator[None]:
    """Who does not take what is handed over is lost; ValueError is of a stream that was closed."""
    try:
        yield
    except (OSError, ValueError) as error:
        raise ProcessLost(str(error)) from error


class Launched(NamedTuple):
    """A worker process that waits for orders."""

    number: int
    """Of the process."""
    orders: IO[bytes]
    answers: IO[bytes]

    def dismiss(self) -> None:
        """It ends as it sees that there will be no more orders."""
        with suppress(OSError):  # it was gone before it had all
            self.orders.close()


class Launcher(Protocol):
    """Makes worker processes, and sees that all of them come to their end."""

    def launch(self, shared: Optional[int]) -> Launched:
        """A process that has the file of a handle, too. Raises ProcessLost."""

    def status(self, number: int) -> Optional[int]:
        """How a process ended, as subprocess tells it; None if it goes on, or nobody knows."""

    def end(self) -> None:
        """Await those that end as their orders have, and end the others; launch no more."""


class PythonProcess:
    """A program that runs a module of ours."""

    def __init__(self, interpreter: str, handles: Sequence[int] = ()) -> None:
        """With the files of some handles open. Raises ProcessLost."""
        try:
            self._process = subprocess.Popen(  # nosec B603 # our own interpreter, with our own code
                [interpreter, "-c", BEGIN],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                creationflags=NO_WINDOW,
                pass_fds=handles,
                start_new_session=True,  # its number is that of a group
            )
        except OSError as error:
            raise ProcessLost(str(error)) from error
        if self._process.stdin is None or self._process.stdout is None:
            raise ValueError("a process was started without pipes")
        self.launched = Launched(self._process.pid, self._process.stdin, self._process.stdout)

    def run(self, module: ModuleType, given: Optional[int]) -> None:
        """Have it call `main` of a module. Raises ProcessLost."""
        package = __name__.partition(".core.")[0]
        folders = list(sys.modules[package].__path__)
        name = module.__name__
        with losses_told():
            self.launched.orders.write(
                packed((sys.version, sys.path, package, folders, name, given))
            )
            self.launched.orders.flush()

    def status(self, seconds: float) -> Optional[int]:
        """How it ended, if it does within some seconds."""
        with suppress(subprocess.TimeoutExpired):
            return self._process.wait(seconds)
        return None

    def end(self, seconds: float) -> None:
        """Dismiss it, and kill what is left of it and its forks if that is not their end."""
        self.launched.dismiss()
        if self.status(seconds) != 0:
            self._kill()
            self._process.wait()
            self._await_forks()
        self.launched.answers.close()  # before that, somebody may wait for one

    def _kill(self) -> None:
        if sys.platform == "win32":
            self._process.kill()
        else:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)

    def _await_forks(self) -> None:
        """Until its group is empty: they are no children of ours, and take a moment to die."""
        if sys.platform == "win32":
            return
        end = time.monotonic() + SECONDS_TO_DIE
        with suppress(ProcessLookupError, PermissionError):  # of what is dead, some systems say so
            while time.monotonic() < end:
                os.killpg(self._process.pid, 0)
                time.sleep(0.005)


class Spawner:
    """Starts a program for each process: the only way that all systems know."""

    def __init__(self, interpreter: str) -> None:
        self._interpreter = interpreter
        self._processes: dict[int, PythonProcess] = {}
        self._is_over = False
        self._one_at_a_time = threading.Lock()

    def launch(self, shared: Optional[int]) -> Launched:
        """See Launcher."""
        with self._one_at_a_time:
            if self._is_over:
                raise ProcessLost("it is not needed any more")
            process = PythonProcess(self._interpreter, () if shared is None else (shared,))
            self._processes[process.launched.number] = process
        process.run(child, shared)
        return process.launched

    def status(self, number: int) -> Optional[int]:
        """See Launcher."""
        return self._processes[number].status(SECONDS_TO_TELL)

    def end(self) -> None:
        """See Launcher."""
        with self._one_at_a_time:
            self._is_over = True
        end = time.monotonic() + SECONDS_TO_END
        for process in self._processes.values():
            process.end(max(0.0, end - time.monotonic()))
