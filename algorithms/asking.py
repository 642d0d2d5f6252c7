"""Questions that a worker thread asks several at once, while it watches for Cancel."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from qgis.PyQt.QtCore import QCoreApplication, QThread

from ..core.errors import ExportCancelled, InvalidRequest, UnreadableSource
from ..core.progress import Progress
from ..core.workers import ordered_map
from .network import Network
from .threads import QtThreads

AT_ONCE = 4
"""Requests to a service under way at the same time."""
WAITING = 4
"""Further ones that are ready to be sent."""
Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass(frozen=True)
class Asking:
    """Asks in threads of its own, so that a server that is silent does not hold up Cancel."""

    network: Network
    threads: QtThreads
    progress: Progress
    kept: str = ""
    """The folder in which fetched files stay."""

    def watch(self) -> None:
        """Raise ExportCancelled if the user wants to stop.

        Where there is no worker thread, questions of QGIS's authentication wait for this one.
        """
        if QThread.currentThread() == QCoreApplication.instance().thread():
            QCoreApplication.processEvents()
        if self.progress.cancelled():
            what = f"what was fetched is kept in '{self.kept}'" if self.kept else "nothing is left"
            raise ExportCancelled(f"The export was cancelled; {what}.")

    def each(self, work: Callable[[Item], Result], items: Sequence[Item]) -> Iterator[Result]:
        """What a function returns for each of several things, several at once, in their order."""
        self.watch()
        return ordered_map(self.threads, work, items, lambda: AT_ONCE + WAITING, self.watch)

    def wait_for(self, work: Callable[[], Result]) -> Result:
        """What a function returns that may take its time."""
        (result,) = self.each(lambda _: work(), [None])
        return result

    def json(self, url: str, query: Mapping[str, str]) -> dict[str, Any]:
        """A JSON object. Raises ChipExportError."""
        return self.wait_for(lambda: self.network.json(url, query))

    def about(self, url: str) -> dict[str, Any]:
        """What a service or a layer says of itself. Raises ChipExportError."""
        return self.json(url, {"f": "json"})


@contextmanager
def asking(
    parameter: str, network: Network, progress: Progress, kept: str = ""
) -> Iterator[Asking]:
    """Ends all that is under way when the body does.

    What cannot be read becomes an InvalidRequest that names the parameter.
    """
    with QtThreads(AT_ONCE) as threads:
        try:
            yield Asking(network, threads, progress, kept)
        except UnreadableSource as error:
            network.stop()
            raise InvalidRequest(parameter, str(error)) from error
        except BaseException:
            network.stop()
            raise
