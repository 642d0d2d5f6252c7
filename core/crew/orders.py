"""What a worker process is asked to do, and what it keeps meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from ..held_strips import stand_ins

if TYPE_CHECKING:
    from ..cutting import CutStrip
    from ..held_strips import StripAway
    from ..plan import Batch
    from ..records import StripRecord


Functions = dict[int, Callable[[Any], Any]]
HELD = 1
"""Strips that one worker may hold: one that it writes, and one whose turn it is not yet."""
STOP = b"stop "
"""Begins a parcel that is not packed, but goes on with the name of a signal to raise."""
FUNCTIONS_KEPT = 4
"""Those of an image are a reader and a writer; those of earlier ones are not asked for again."""


@dataclass(frozen=True, eq=False)
class Workplace:
    """What is at hand where orders are carried out."""

    functions: Functions = field(default_factory=dict)
    """The last readers, writers and whatever else does the work, by their numbers."""
    held: dict[int, Sequence[CutStrip]] = field(default_factory=dict)
    """Strips that are read and not yet written, by their tickets."""

    def learn(self, number: int, function: Callable[[Any], Any]) -> None:
        """Keep what does work from now on, instead of what was learned long ago."""
        self.functions[number] = function
        for earlier in list(self.functions)[:-FUNCTIONS_KEPT]:
            del self.functions[earlier]


class Order(Protocol):
    """A piece of work."""

    @property
    def function(self) -> int:
        """Number of what does it."""

    def carry_out(self, workplace: Workplace) -> Any:
        """Do it there."""


@dataclass(frozen=True)
class Read:
    """Read the strips of a batch, and hold them."""

    function: int
    ticket: int
    batch: Batch

    def carry_out(self, workplace: Workplace) -> list[StripAway]:
        """Tell what stands in for them."""
        strips = workplace.functions[self.function](self.batch)
        workplace.held[self.ticket] = strips
        return stand_ins(self.ticket, strips)


@dataclass(frozen=True)
class Write:
    """Write the strips that are held, each numbered on from its first number, and let them go."""

    function: int
    ticket: int
    first_numbers: Sequence[int]

    def carry_out(self, workplace: Workplace) -> list[StripRecord]:
        """Tell what was written."""
        from ..strip_writing import NumberedStrip

        strips = workplace.held.pop(self.ticket)
        numbered = [NumberedStrip(*pair) for pair in zip(strips, self.first_numbers)]
        records: list[StripRecord] = workplace.functions[self.function](numbered)
        return records


@dataclass(frozen=True)
class Do:
    """Anything whose result is light."""

    function: int
    item: Any

    def carry_out(self, workplace: Workplace) -> Any:
        """Tell the result."""
        return workplace.functions[self.function](self.item)


@dataclass(frozen=True)
class Learn:
    """What does the work that is ordered by a number from now on is the next parcel."""

    function: int


@dataclass(frozen=True)
class Surroundings:
    """What the process that gives orders has set, and those that take them need, too."""

    block_cache: int
    """Bytes of GDAL's cache of blocks."""
    gdal_options: dict[str, str]
    proj_paths: Sequence[str]


@dataclass(frozen=True)
class Failed:
    """Instead of a result: what was raised."""

    error: BaseException
    story: str
    """Where it was raised, as Python tells it."""
