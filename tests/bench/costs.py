"""What a piece of work costs, and what others did on the machine meanwhile."""

from __future__ import annotations

import resource
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Cost:
    """Wall and processor seconds; the latter of all threads, and of processes that have ended."""

    wall: float
    cpu: float


@dataclass(frozen=True)
class Round:
    """A yardstick and a job, one right after the other."""

    yardstick: Cost
    two: Cost
    """The job with two workers."""
    one: Cost
    """The job with one worker."""
    others: float
    """Cores that others used on average."""


def cost_of(work: Callable[[], object]) -> Cost:
    """Do some work in this process and say what it cost."""
    wall, cpu = time.perf_counter(), _processor_seconds()
    work()
    return Cost(time.perf_counter() - wall, _processor_seconds() - cpu)


def _processor_seconds() -> float:
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime
