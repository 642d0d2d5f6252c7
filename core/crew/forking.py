"""A process that has loaded what all work needs, once; worker processes are forks of it.

It never has more than one thread, and nothing of QGIS: to fork is safe then.
"""

from __future__ import annotations

import gc
import os
import signal
import socket
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import Optional

from . import child
from .streams import packed, unpacked

MESSAGE_BYTES = 1 << 10


def main(handle: int) -> None:
    """Fork for each message that brings the files of a worker process, until nobody sends any."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.dup2(2, 1)  # whatever libraries print
    child.load()
    gc.collect()
    gc.freeze()  # what is left alone stays shared with the forks
    with socket.socket(fileno=handle) as orders:
        while _is_served(orders):
            pass
    with suppress(ChildProcessError):
        while True:
            os.wait()


def _is_served(orders: socket.socket) -> bool:
    """Whether a message came: files to be forked with, or a process to tell of."""
    message, handles, _, _ = socket.recv_fds(orders, MESSAGE_BYTES, 3)
    if not message:
        return False
    answer = _forked(handles, orders) if handles else _status(*unpacked(message))
    orders.send(packed(answer))
    return True


def _forked(handles: Sequence[int], orders: socket.socket) -> int:
    """Number of a new process, that of its orders, its answers and, perhaps, the shared file."""
    number = os.fork()
    if number == 0:
        try:
            orders.close()
            shared = handles[2] if len(handles) > 2 else None
            child.serve(os.fdopen(handles[0], "rb"), os.fdopen(handles[1], "wb"), shared)
        finally:
            os._exit(1)
    for handle in handles:
        os.close(handle)
    return number


def _status(number: int, seconds: float) -> Optional[int]:
    """How a process ended, if it does within some seconds, and that was not yet told."""
    end = time.monotonic() + seconds
    with suppress(ChildProcessError):
        while time.monotonic() < end:
            ended, status = os.waitpid(number, os.WNOHANG)
            if ended:
                return os.waitstatus_to_exitcode(status)
            time.sleep(0.01)
    return None
