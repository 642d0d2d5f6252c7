"""An export's connection to the cluster that daskScheduler names."""

from __future__ import annotations

import os
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import CancelledError, Executor
from contextlib import contextmanager, suppress
from typing import Any

from ..cancelling import stop_if_cancelled
from ..dataset_parts import UNFINISHED
from ..errors import InvalidRequest
from ..output import unwritable, write_bytes
from ..progress import Progress, StopSignal
from ..request import ExportRequest
from ..request_choices import parameter_name
from .executor import RUNNING, ClusterExecutor
from .tasks import PARAMETER, Errand
from .workplaces import SEE, check_workplaces, equip

CONNECT_SECONDS = 10
CLOSE_SECONDS = 2
LOOK_SECONDS = 0.2


@contextmanager
def cluster_executor(
    request: ExportRequest, stop: StopSignal, progress: Progress
) -> Iterator[Executor]:
    """An executor on the cluster of a request, whose workers were found fit.

    Left with an error, no worker writes any more. Raises InvalidRequest naming daskScheduler.
    """
    address, location = request.dask_scheduler, request.output_location
    with _client(address) as client, _losses_told(address), _proof(location) as proof:
        _wait_for_workers(client, progress)
        equip(client)
        rasters = [(parameter_name(field), raster) for field, raster in request.rasters()]
        check_workplaces(client, proof, rasters, progress)
        executor = ClusterExecutor(client, Errand(stop, proof))
        try:
            yield executor
        except BaseException:
            stop.raise_it()
            if client.status == RUNNING:
                with suppress(Exception):  # of a cluster that is lost, nobody writes any more
                    executor.break_off()
            raise


@contextmanager
def _client(address: str) -> Iterator[Any]:
    """A client of its own: that of somebody else's script is left alone."""
    try:
        from distributed import Client
    except ImportError as error:
        raise InvalidRequest(
            PARAMETER,
            f"'{address}' takes the Python package distributed, which is not installed here "
            f"({error}); run pip install distributed in the Python that runs this plugin ({SEE}), "
            "or leave the parameter empty.",
        ) from error
    where = {"scheduler_file" if os.path.isfile(address) else "address": address}
    client = Client.__new__(Client)  # which is there to be closed even if it cannot begin
    try:
        client.__init__(**where, timeout=CONNECT_SECONDS, set_as_default=False)
    except Exception as error:  # a stranger at that address may answer anything
        _close(client)
        raise InvalidRequest(
            PARAMETER,
            f"no Dask scheduler answers at '{address}' ({error or type(error).__name__}); start "
            f"one, correct the address (tcp://host:8786), or leave the parameter empty; {SEE}.",
        ) from error
    try:
        _check_versions(client)
        yield client
    finally:
        _close(client)


def _close(client: Any) -> None:
    """Close it now: left to the garbage collector it may do so while another one begins."""
    with suppress(Exception):
        client.close(timeout=CLOSE_SECONDS)


def _check_versions(client: Any) -> None:
    """Refuse other versions of distributed: what they send one another changes from one to next."""
    found = client.get_versions()
    nodes = {"the scheduler": found["scheduler"], **found["workers"]}
    own = found["client"]["packages"]["distributed"]
    for name, node in nodes.items():
        other = node["packages"]["distributed"]
        if other != own:
            raise InvalidRequest(
                PARAMETER,
                f"{name} has distributed {other}, this process {own}; install the same version "
                f"here, on the scheduler and on all workers; {SEE}.",
            )


@contextmanager
def _proof(location: str) -> Iterator[str]:
    """A file in the folder of the dataset, while one is being written there; else none."""
    folder = os.path.join(location, UNFINISHED)
    if not os.path.isdir(folder):
        yield ""
        return
    path = os.path.join(folder, f"cluster-{uuid.uuid4().hex}")
    try:
        write_bytes(path, b"Workers of the cluster that see this file see the dataset.\n")
    except OSError as error:
        raise unwritable(error, path) from error
    try:
        yield path
    finally:
        with suppress(OSError):
            os.unlink(path)


def _wait_for_workers(client: Any, progress: Progress) -> None:
    """Wait as long as the user does: jobs may stand in a queue for hours."""
    if not client.nthreads():
        progress.info(f"{PARAMETER}: the cluster has no workers yet; waiting for the first.")
    while not client.nthreads():
        stop_if_cancelled(progress)
        time.sleep(LOOK_SECONDS)
    threads = client.nthreads()
    progress.info(f"{PARAMETER}: {len(threads)} workers with {sum(threads.values())} threads.")


@contextmanager
def _losses_told(address: str) -> Iterator[None]:
    """What happens when there is nobody left to do the work, told to the user."""
    from distributed import KilledWorker
    from distributed.comm import CommClosedError

    try:
        yield
    except KilledWorker as error:
        raise InvalidRequest(
            PARAMETER,
            "several workers died one after the other over the same part of the image; give them "
            f"more memory, or fewer threads ({SEE}). {error}",
        ) from error
    except (CancelledError, CommClosedError) as error:
        raise InvalidRequest(
            PARAMETER,
            f"the scheduler at '{address}' was lost while the workers were at work; start it "
            f"again, and then this export. {error}".strip(),
        ) from error
