"""Whether workers have what they need: our code, GDAL, and sight of the files."""

from __future__ import annotations

import os
import socket
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from pkgutil import get_data
from typing import TYPE_CHECKING, Any

from ..errors import InvalidRequest
from ..progress import Progress
from .archive import PACKAGE, fingerprint, write_archive
from .tasks import PARAMETER, blind, seen

if TYPE_CHECKING:
    from ..request import RasterSource

LIBRARIES = ("osgeo.gdal", "numpy", "lxml.etree")
CODE = (PACKAGE, "core/cluster/archive.py")
"""A file of our code, as the standard library finds it: no error where there is none."""
SEE = "see docs/cluster.md"

Source = tuple[str, "RasterSource"]
"""A raster, and the parameter it came by."""


@dataclass(frozen=True)
class Workplace:
    """What a worker, or this process, has at hand."""

    host: str
    versions: Mapping[str, str]
    """Of the libraries that are there."""
    missing: tuple[str, ...]
    """Why others cannot be imported."""
    sees_proof: bool
    unreadable: tuple[str, ...]
    """What is wrong with rasters that cannot be opened."""


def workplace(proof: str, rasters: Sequence[Source]) -> Workplace:
    """Look around, here."""
    versions, missing = {}, []
    for name in LIBRARIES:
        try:
            module = import_module(name)
            versions[name.split(".")[0]] = str(module.__version__)
        except ImportError as error:
            missing.append(str(error))
    unreadable = () if missing else tuple(_unreadable(rasters))
    host = socket.gethostname()
    return Workplace(host, versions, tuple(missing), not proof or seen(proof), unreadable)


def _unreadable(rasters: Sequence[Source]) -> Iterator[str]:
    from ..gdal_errors import GdalFailure, open_raster

    for parameter, source in rasters:
        try:
            open_raster(source.path, source.open_options)
        except GdalFailure as failure:
            yield f"{parameter} '{source}' ({failure.cause})"


def equip(client: Any) -> None:
    """Give our code to the scheduler and to all workers that are, or will be, without it.

    Raises InvalidRequest if one of them has another version and keeps it.
    """
    from distributed.diagnostics import plugin

    if _worker_codes(client) != {fingerprint()}:
        _register(client, plugin.UploadFile, "workers")
    # Schedulers before 2023 hand on what they do not understand.
    if hasattr(plugin, "SchedulerUploadFile") and not client.run_on_scheduler(get_data, *CODE):
        _register(client, plugin.SchedulerUploadFile, "scheduler")
    if _worker_codes(client) - {fingerprint()}:
        raise InvalidRequest(
            PARAMETER,
            "workers have another version of this plugin, or cannot be given this one; restart "
            f"them, and take the other version off their PYTHONPATH; {SEE}.",
        )


def _register(client: Any, upload: Callable[[str], Any], whom: str) -> None:
    """Have our code given to all that are there and all that join; by its name only once."""
    register = getattr(client, "register_plugin", None) or client.register_worker_plugin
    name = f"{PACKAGE}-core-{fingerprint()}.zip"
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, name)
        write_archive(path)
        register(upload(path), name=f"{name} for the {whom}")


def _worker_codes(client: Any) -> set[str]:
    """Fingerprints of the code that workers have; an empty one stands for none."""
    found = client.run(get_data, *CODE, on_error="return")
    having = [worker for worker, code in found.items() if isinstance(code, bytes)]
    codes = client.run(fingerprint, workers=having, on_error="return").values() if having else ()
    told = {code if isinstance(code, str) else "" for code in codes}
    return told if len(having) == len(found) else told | {""}


def check_workplaces(
    client: Any, proof: str, rasters: Sequence[Source], progress: Progress
) -> None:
    """Refuse workers that could not do the work. Raises InvalidRequest."""
    here = [source for source in rasters if not workplace("", [source]).unreadable]
    places = client.run(workplace, proof, here, on_error="ignore").values()
    for place in places:
        _check(place, proof)
    own = workplace("", ()).versions
    other = {f"{name} {place.versions[name]}" for place in places for name in own}
    other -= {f"{name} {version}" for name, version in own.items()}
    if other:
        told = ", ".join(f"{name} {version}" for name, version in own.items())
        progress.warning(
            f"{PARAMETER}: workers have {', '.join(sorted(other))}, this process {told}; chips "
            "may differ in their bytes from those of an export without a cluster."
        )


def _check(place: Workplace, proof: str) -> None:
    if place.missing:
        raise InvalidRequest(
            PARAMETER,
            f"the worker on {place.host} cannot take part: {'; '.join(place.missing)}. Workers "
            f"need GDAL with Python, numpy and lxml; {SEE}.",
        )
    if not place.sees_proof:
        raise InvalidRequest(PARAMETER, blind(place.host, proof))
    if place.unreadable:
        raise InvalidRequest(
            PARAMETER,
            f"the worker on {place.host} cannot open {'; '.join(place.unreadable)}. Workers read "
            "the rasters themselves: they must lie under the same path on all of them.",
        )
