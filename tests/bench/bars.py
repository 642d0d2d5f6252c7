"""The bars, and whether what was measured keeps them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Optional

from .busy import BUSY_CORES
from .costs import Round

MOST_MEMORY = 300_000_000
STRIPS_PER_WORKER = 2
HOLDS, FALLS_SHORT, NOT_JUDGED = "holds", "falls short", "not judged"


@dataclass(frozen=True)
class Bars:
    """What a job may cost at most."""

    ratio: float
    """Of two workers to the yardstick, in wall time per chip."""
    cpu_ratio: Optional[float] = None
    """Of one worker to the yardstick, in processor time, for when the machine is busy.

    Where there is none it is `ratio`, which is the harder bar: what one worker uses, two take less
    wall time for.
    """
    cpu_micros: Optional[float] = None
    """Processor time of one worker for a chip."""
    speed_up: Optional[float] = None
    """At least: wall time of one worker to that of two."""


@dataclass(frozen=True)
class Memory:
    """Bytes of a job with some workers, in a process of its own."""

    peak: int
    strip: int
    """Pixels of the largest strip of the plan."""
    workers: int = 2

    @property
    def bar(self) -> int:
        """The most that may be used."""
        return MOST_MEMORY + STRIPS_PER_WORKER * self.workers * self.strip


@dataclass(frozen=True)
class Measured:
    """All rounds of a job."""

    rounds: Sequence[Round]
    chips: int
    yardstick_chips: int
    memory: Optional[Memory] = None

    @property
    def busy_rounds(self) -> int:
        """Rounds that others disturbed."""
        return sum(each.others > BUSY_CORES for each in self.rounds)

    @property
    def is_busy(self) -> bool:
        """Whether others disturbed most rounds."""
        return 2 * self.busy_rounds > len(self.rounds)

    @property
    def judged(self) -> Sequence[Round]:
        """The quiet rounds, or all where most are not."""
        quiet = [each for each in self.rounds if each.others <= BUSY_CORES]
        return self.rounds if self.is_busy else quiet

    @property
    def ratio(self) -> float:
        """Wall time per chip, two workers to the yardstick."""
        return self._per_chip * median(it.two.wall / it.yardstick.wall for it in self.judged)

    @property
    def cpu_ratio(self) -> float:
        """Processor time per chip, one worker to the yardstick."""
        one = median(it.one.cpu for it in self.judged)
        return self._per_chip * one / median(it.yardstick.cpu for it in self.judged)

    @property
    def _per_chip(self) -> float:
        return self.yardstick_chips / self.chips

    @property
    def speed_up(self) -> float:
        """Wall time of one worker to that of two."""
        return median(it.one.wall / it.two.wall for it in self.judged)

    @property
    def yardstick_micros(self) -> float:
        """Wall time of the yardstick for a chip."""
        return 1e6 * median(it.yardstick.wall for it in self.judged) / self.yardstick_chips

    @property
    def spread(self) -> float:
        """Of the yardstick's wall times: greatest less least, as a share of the median."""
        walls = [it.yardstick.wall for it in self.judged]
        return (max(walls) - min(walls)) / median(walls)

    @property
    def two_micros(self) -> float:
        """Wall time of two workers for a chip."""
        return 1e6 * median(it.two.wall for it in self.judged) / self.chips

    @property
    def one_cpu_micros(self) -> float:
        """Processor time of one worker for a chip."""
        return 1e6 * median(it.one.cpu for it in self.judged) / self.chips


@dataclass(frozen=True)
class Verdict:
    """A bar, what was found, and the judgement."""

    what: str
    found: str
    bar: str
    judgement: str


def verdicts(bars: Bars, found: Measured) -> Iterator[Verdict]:
    """The judgements about a job, that of its speed first."""
    yield _speed(bars, found)
    if bars.cpu_micros is not None:
        micros = found.one_cpu_micros
        what = "processor time of one worker for a chip"
        yield Verdict(
            what,
            f"{micros:.0f} µs",
            f"≤ {bars.cpu_micros:.0f} µs",
            at_most(micros, bars.cpu_micros),
        )
    if bars.speed_up is not None:
        yield _speed_up(bars.speed_up, found)
    if found.memory is not None:
        peak, bar = found.memory.peak, found.memory.bar
        what = "peak memory of two workers"
        yield Verdict(what, megabytes(peak), f"≤ {megabytes(bar)}", at_most(peak, bar))


def _speed(bars: Bars, found: Measured) -> Verdict:
    """By wall time of two workers, or on a busy machine by processor time of one."""
    if not found.is_busy:
        ratio, bar, what = found.ratio, bars.ratio, "wall time of two workers"
    else:
        ratio, bar = found.cpu_ratio, bars.cpu_ratio or bars.ratio
        what = "processor time of one worker"
    return Verdict(what, f"{ratio:.2f}", f"≤ {bar:g}", at_most(ratio, bar))


def _speed_up(bar: float, found: Measured) -> Verdict:
    judgement = HOLDS if found.speed_up >= bar else FALLS_SHORT
    if found.is_busy:
        judgement = f"{NOT_JUDGED}: the machine was busy"
    return Verdict(
        "two workers faster than one", f"{found.speed_up:.2f} ×", f"≥ {bar:g} ×", judgement
    )


def at_most(value: float, bar: float) -> str:
    """The judgement of something that is not to be larger than a bar."""
    return HOLDS if value <= bar else FALLS_SHORT


def at_least(value: float, bar: float) -> str:
    """The judgement of something that is not to be smaller than a bar."""
    return HOLDS if value >= bar else FALLS_SHORT


def megabytes(count: float) -> str:
    """Bytes for people.

    >>> megabytes(300_000_000)
    '300 MB'
    """
    return f"{count / 1e6:.0f} MB"
