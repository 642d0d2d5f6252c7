"""A worker process, as seen by the process that gives it orders."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import IO, Any

from ..errors import ChipExportError
from . import child
from .orders import FUNCTIONS_KEPT, STOP, Failed, Learn, Order, Surroundings
from .streams import packed, received, send, unpacked

BEGIN = """
import pickle, sys
version, path, package, folders, child = pickle.load(sys.stdin.buffer)
if sys.version != version:
    sys.exit(3)
sys.path[:] = path
sys.modules[package] = type(sys)(package)
sys.modules[package].__path__ = folders
__import__(child, fromlist=["main"]).main()
"""
"""Finds modules where they are found here, and this package by its name here, whatever its folder
is called."""
NO_WINDOW = getattr(subprocess, "CREATE_NO_WINDOW", 0)
"""On Windows."""
SECONDS_TO_END = 2.0


def _whereabouts() -> tuple[str, list[str], str, list[str], str]:
    """What BEGIN reads."""
    package = __name__.partition(".core.")[0]
    return sys.version, sys.path, package, list(sys.modules[package].__path__), child.__name__


class ProcessLost(Exception):
    """A worker process that is gone, or is none that can be of use."""


class StoryOfWorker(Exception):
    """Where in a worker process an error was raised."""


@contextmanager
def _losses_told() -> Iterator[None]:
    """Who does not take what is handed over is lost; ValueError is of a stream that was closed."""
    try:
        yield
    except (OSError, ValueError) as error:
        raise ProcessLost(str(error)) from error


class WorkerProcess:
    """Started at once, and of use once it was greeted."""

    def __init__(self, interpreter: str, surroundings: Surroundings) -> None:
        self._known: list[int] = []
        """Numbers of the functions that it has, as it forgets the others itself."""
        self._one_at_a_time = threading.Lock()
        try:
            self._process = subprocess.Popen(  # nosec B603 # our own interpreter, with our own code
                [interpreter, "-c", BEGIN],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                creationflags=NO_WINDOW,
                pass_fds=() if surroundings.shared_file is None else (surroundings.shared_file,),
            )
        except OSError as error:
            raise ProcessLost(str(error)) from error
        self._surroundings = surroundings

    def greet(self) -> None:
        """Wait until it is ready. Raises ProcessLost, too, if it would write other bytes."""
        with _losses_told(), self._one_at_a_time:
            self._stream(self._process.stdin).write(packed(_whereabouts()))
        self._send(self._surroundings)
        theirs, ours = unpacked(self._received()), child.versions()
        if theirs != ours:
            raise ProcessLost(f"it has {theirs}, and not {ours}")

    def ask(self, order: Order, parcel: Callable[[int], bytes]) -> Any:
        """Have an order carried out, by a function that is handed over where it is not known.

        Raises ProcessLost, and what was raised there.
        """
        number = order.function
        if number not in self._known:
            self._send(Learn(number))
            self._hand_over(parcel(number))
            self._known = [*self._known, number][-FUNCTIONS_KEPT:]
        self._send(order)
        answer = unpacked(self._received())
        if isinstance(answer, Failed):
            if isinstance(answer.error, ChipExportError):
                raise answer.error
            raise answer.error from StoryOfWorker(answer.story)
        return answer

    def stop(self, name: str) -> None:
        """Have it raise the signal of a name, while it works."""
        self._hand_over(STOP + name.encode())

    def end(self, is_patient: bool) -> None:
        """It ends as it sees that there will be no more orders; if not, it is ended."""
        if not is_patient:
            self._process.kill()
        for stream in (self._process.stdin, self._process.stdout):
            with suppress(OSError):  # it was gone before it had all
                self._stream(stream).close()
        try:
            self._process.wait(SECONDS_TO_END)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _send(self, content: object) -> None:
        self._hand_over(packed(content))

    def _hand_over(self, parcel: bytes) -> None:
        with _losses_told(), self._one_at_a_time:
            send(self._stream(self._process.stdin), parcel)

    def _received(self) -> bytes:
        try:
            return received(self._stream(self._process.stdout))
        except (EOFError, OSError, ValueError) as error:
            raise ProcessLost(f"it {self._end()}") from error

    def _end(self) -> str:
        """How it came to its end, which follows that of its answers."""
        try:
            return f"ended with {self._process.wait(SECONDS_TO_END)}"
        except subprocess.TimeoutExpired:
            return "does not answer"

    @staticmethod
    def _stream(stream: Any) -> IO[bytes]:
        return stream
