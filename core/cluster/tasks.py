"""What the workers of a cluster are asked to do.

Arguments come as packed bytes, so that the scheduler never needs what it hands on.
"""

from __future__ import annotations

import os
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..errors import ExportCancelled, InvalidRequest
from ..held_strips import stand_ins
from ..progress import StopSignal, signal_named

if TYPE_CHECKING:
    from ..cutting import CutStrip
    from ..held_strips import StripAway
    from ..plan import Batch
    from ..records import StripRecord
    from ..strip_writing import StripWriter

PARAMETER = "daskScheduler"
SIGHT_SECONDS, LOOK_SECONDS = 5.0, 0.1
"""File systems that are shared show a new file a little later elsewhere."""


@dataclass(frozen=True)
class Errand:
    """The export that a piece of work belongs to."""

    stop: StopSignal
    proof: str = ""
    """A file in the dataset's folder, which every worker must see; none if nothing is written."""


@dataclass(frozen=True, eq=False)
class HeldStrips:
    """Strips that are read and stay on the worker that read them, or on one that needs them."""

    ticket: int
    strips: Sequence[CutStrip]

    def __sizeof__(self) -> int:
        """Bytes of the pixels: by this the scheduler decides whether to move them."""
        return sum(
            strip.pixels.nbytes + (0 if strip.partner is None else strip.partner.nbytes)
            for strip in self.strips
        )


def unpacked(parcel: bytes) -> Any:
    """What was packed for this worker. Raises InvalidRequest if it lacks what that needs."""
    from distributed.protocol.pickle import loads

    try:
        return loads(parcel)
    except ImportError as error:
        raise InvalidRequest(
            PARAMETER,
            f"the worker on {socket.gethostname()} cannot take part: {error}. Workers need GDAL "
            "with Python, numpy and lxml; see docs/cluster.md.",
        ) from error


def read_strips(reader: Callable[[Batch], Sequence[CutStrip]], parcel: bytes) -> HeldStrips:
    """Read the strips of a batch, and hold them."""
    errand, ticket, batch = unpacked(parcel)
    with _at_work(errand):
        return HeldStrips(ticket, reader(batch))


def told(held: HeldStrips) -> list[StripAway]:
    """What the exporting process must know of strips to number them."""
    return stand_ins(held.ticket, held.strips)


def write_strips(writer: StripWriter, held: HeldStrips, parcel: bytes) -> list[StripRecord]:
    """Write strips, each numbered on from its first number.

    Done twice, as when a worker died over it, it leaves what it leaves when done once.
    """
    from ..strip_writing import NumberedStrip

    errand, first_numbers = unpacked(parcel)
    with _at_work(errand):
        return writer([NumberedStrip(*pair) for pair in zip(held.strips, first_numbers)])


def do(work: Callable[[Any], Any], parcel: bytes) -> Any:
    """Do what has a light result."""
    errand, item = unpacked(parcel)
    with _at_work(errand):
        return work(item)


_AT_WORK: Counter[str] = Counter()
_STOPPED: dict[str, StopSignal] = {}
_ONE_AT_A_TIME = threading.Lock()


@contextmanager
def _at_work(errand: Errand) -> Iterator[None]:
    """Count who is at work for an export, as long as it is not stopped."""
    name = errand.stop.name
    with _ONE_AT_A_TIME:
        if name in _STOPPED:
            raise ExportCancelled("The export was cancelled.")
        _AT_WORK[name] += 1
    try:
        _check_sight_of(errand.proof)
        yield
    finally:
        with _ONE_AT_A_TIME:
            _AT_WORK[name] -= 1
            if not _AT_WORK[name]:
                del _AT_WORK[name]


def _check_sight_of(proof: str) -> None:
    """A worker that joined later must not fill a folder of its own, which nobody else sees."""
    if proof and not seen(proof):
        raise InvalidRequest(PARAMETER, blind(socket.gethostname(), proof))


def seen(proof: str) -> bool:
    """Whether a file is seen, if not at once then soon."""
    end = time.monotonic() + SIGHT_SECONDS
    while not os.path.exists(proof):
        if time.monotonic() >= end:
            return False
        time.sleep(LOOK_SECONDS)
    return True


def blind(host: str, proof: str) -> str:
    """What is wrong with a worker that does not see the folder of the dataset."""
    folder = os.path.dirname(os.path.dirname(proof))
    return (
        f"the worker on {host} does not see outputLocation '{folder}'. Workers write the chips "
        "themselves: choose a folder that lies under the same path on all of them."
    )


def stop_work(name: str) -> int:
    """Raise the signal of an export; how many are still at work for it here."""
    with _ONE_AT_A_TIME:
        _STOPPED.setdefault(name, signal_named(name)).raise_it()
        return _AT_WORK[name]
