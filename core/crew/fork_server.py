"""Worker processes that are forks of one that has loaded all: less time, and less memory.

Python calls such a process a fork server. Only Linux has all that is needed for it: elsewhere what
is loaded does not bear being forked.
"""

from __future__ import annotations

import os
import socket
import sys
import threading
from contextlib import suppress
from typing import IO, Any, Optional

from . import forking
from .launching import (
    SECONDS_TO_END,
    SECONDS_TO_TELL,
    Launched,
    Launcher,
    ProcessLost,
    PythonProcess,
    Spawner,
    losses_told,
)
from .streams import packed, unpacked

CAN_FORK = sys.platform == "linux"
PATIENCE = 30.0
"""Seconds in which even a busy machine loads what is needed."""


class ForkServer:
    """Has a process fork."""

    def __init__(self, interpreter: str) -> None:
        """Begin to load what is needed. Raises ProcessLost."""
        self._one_at_a_time = threading.Lock()
        self._answers: list[IO[bytes]] = []
        with losses_told():
            self._orders, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._orders.settimeout(PATIENCE)
        with theirs:
            try:
                self._process = PythonProcess(interpreter, (theirs.fileno(),))
            except ProcessLost:
                self._orders.close()
                raise
            with suppress(ProcessLost):  # so it is for who asks it for something
                self._process.run(forking, theirs.fileno())

    def launch(self, shared: Optional[int]) -> Launched:
        """See Launcher."""
        with losses_told():
            orders, ours = os.pipe()
            answers, theirs = os.pipe()
        launched = Launched(0, os.fdopen(ours, "wb"), os.fdopen(answers, "rb"))
        try:
            handles = [orders, theirs] if shared is None else [orders, theirs, shared]
            number: int = self._asked(None, handles)
        except ProcessLost:
            launched.dismiss()
            launched.answers.close()
            raise
        finally:
            os.close(orders)
            os.close(theirs)
        self._answers.append(launched.answers)
        return launched._replace(number=number)

    def status(self, number: int) -> Optional[int]:
        """See Launcher."""
        with suppress(ProcessLost):
            status: Optional[int] = self._asked((number, SECONDS_TO_TELL), [])
            return status
        return None

    def end(self) -> None:
        """See Launcher."""
        self._hang_up()
        self._process.end(SECONDS_TO_END if self._answers else 0.0)
        self._orders.close()
        for answers in self._answers:
            answers.close()

    def _asked(self, content: object, handles: list[int]) -> Any:
        """What the process answers. Raises ProcessLost."""
        try:
            with self._one_at_a_time, losses_told():
                socket.send_fds(self._orders, [packed(content)], handles)
                answer = self._orders.recv(forking.MESSAGE_BYTES)
        except ProcessLost:
            self._hang_up()  # an answer that is late is none to what is asked next
            raise
        if not answer:
            raise ProcessLost("what it was to be a fork of is gone")
        return unpacked(answer)

    def _hang_up(self) -> None:
        """Who waits for an answer is told that there will be none."""
        with suppress(OSError):
            self._orders.shutdown(socket.SHUT_RDWR)


def launcher(interpreter: str) -> Launcher:
    """The best of those that this system has. Raises ProcessLost."""
    return ForkServer(interpreter) if CAN_FORK else Spawner(interpreter)
