"""Whether others use the machine: what /proc/stat counts beyond our own processor time."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from pathlib import Path

BUSY_CORES = 0.2
"""Others who use more than this, a fifth of one core, disturb a measurement."""
IDLE_COLUMNS = (3, 4)
"""Of the numbers of a line of /proc/stat: idle, and waiting for a disk."""
GUEST_COLUMNS = (8, 9)
"""Are counted as user and nice already."""


@dataclass(frozen=True)
class Moment:
    """Seconds on three clocks."""

    wall: float
    own: float
    """Processor seconds of this process and of those it started and waited for."""
    machine: float
    """Processor seconds of everybody on all cores, with what was stolen from a virtual machine."""


def now() -> Moment:
    """The three clocks; Linux only."""
    times = os.times()
    own = times.user + times.system + times.children_user + times.children_system
    with Path("/proc/stat").open(encoding="ascii") as stat:
        machine = used_ticks(stat.readline()) / os.sysconf("SC_CLK_TCK")
    return Moment(time.perf_counter(), own, machine)


def used_ticks(line: str) -> int:
    """Ticks in which some core was not idle, of the line of /proc/stat about all cores.

    >>> used_ticks("cpu  100 1 20 5000 30 2 3 7 9 0")
    133
    """
    ticks = enumerate(int(number) for number in line.split()[1:])
    return sum(count for column, count in ticks if column not in IDLE_COLUMNS + GUEST_COLUMNS)


def cores_of_others(before: Moment, after: Moment) -> float:
    """Cores that others used on average between two moments.

    >>> cores_of_others(Moment(0, 0, 0), Moment(2, 3, 3.5))
    0.25
    """
    used = (after.machine - before.machine) - (after.own - before.own)
    return max(0.0, used / max(after.wall - before.wall, 1e-9))
