"""Where memory ends, told as what it is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from .errors import NotEnoughMemory

NO_THREAD = "can't start new thread"
"""What Python says where there is no memory for one."""


@contextmanager
def memory_told() -> Iterator[None]:
    """A lack of memory becomes NotEnoughMemory, with what helps."""
    try:
        yield
    except MemoryError as error:
        raise _not_enough() from error
    except RuntimeError as error:
        if NO_THREAD in str(error):
            raise _not_enough() from error
        raise


def _not_enough() -> NotEnoughMemory:
    return NotEnoughMemory(
        "parallelProcessingFactor: there is not enough memory for the export; end other programs, "
        "or choose fewer workers (1) or smaller tiles."
    )
