"""A worker process: does what it is told to, until whoever started it is gone."""

from __future__ import annotations

import os
import signal
import sys
import threading
import traceback
from queue import SimpleQueue
from typing import IO, Optional

from ..progress import signal_named
from .orders import STOP, Failed, Learn, Order, Surroundings, Workplace
from .streams import packed, received, send, unpacked, unpacked_beside


def main(shared: Optional[int]) -> None:
    """Take orders from standard input, and answer on standard output; see serve."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who started us decides what it means
    serve(sys.stdin.buffer, _answers(), shared)


def serve(orders: IO[bytes], answers: IO[bytes], shared: Optional[int]) -> None:
    """Answer orders; never returns. `shared` is the handle of what lies beside parcels."""
    surroundings = unpacked(received(orders))
    waiting: SimpleQueue[bytes] = SimpleQueue()
    threading.Thread(target=_listen, args=(orders, waiting), daemon=True).start()
    load()
    _settle_in(surroundings)
    send(answers, packed(versions()))
    workplace = Workplace()
    while True:
        order = unpacked(waiting.get())
        if isinstance(order, Learn):
            workplace.learn(order.function, unpacked_beside(waiting.get(), shared))
        else:
            send(answers, _answer(order, workplace))


def _answers() -> IO[bytes]:
    """Standard output, where nothing else gets from now on, whatever libraries print."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return answers


def _listen(orders: IO[bytes], waiting: SimpleQueue[bytes]) -> None:
    """Receive what is ordered while work is done; end at once when nobody can order any more.

    It is unpacked by who works: that imports modules, and C code takes what another thread is at
    importing for whole.
    """
    stopped = []  # signals are known as long as somebody holds them, and work may come yet
    try:
        while True:
            parcel = received(orders)
            if parcel.startswith(STOP):
                stopped.append(signal_named(parcel[len(STOP) :].decode()))
                stopped[-1].raise_it()
            else:
                waiting.put(parcel)
    finally:
        os._exit(0)


def _answer(order: Order, workplace: Workplace) -> bytes:
    try:
        return packed(order.carry_out(workplace))
    except BaseException as error:
        story = traceback.format_exc()
        try:
            return packed(Failed(error, story))
        except Exception:
            return packed(Failed(RuntimeError(str(error)), story))


def load() -> None:
    """Load what all work needs, before any is ordered."""
    from .. import cutting, strip_writing  # noqa: F401


def _settle_in(surroundings: Surroundings) -> None:
    """Have what is set in the other process."""
    from osgeo import gdal, osr

    for name, value in surroundings.gdal_options.items():
        gdal.SetConfigOption(name, value)
    gdal.SetCacheMax(surroundings.block_cache)
    osr.SetPROJSearchPaths(list(surroundings.proj_paths))


def versions() -> dict[str, str]:
    """Of all that decides which bytes are written."""
    import numpy as np
    from osgeo import gdal

    return {
        "Python": sys.version,
        "GDAL": gdal.VersionInfo("--version"),
        "numpy": np.__version__,
    }
