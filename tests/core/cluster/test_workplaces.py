"""What is found out of workers before they begin."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from osgeo import gdal

from chipwright.core.cluster import tasks, workplaces
from chipwright.core.cluster.connection import _check_versions
from chipwright.core.cluster.workplaces import Workplace, check_workplaces, workplace
from chipwright.core.errors import InvalidRequest
from chipwright.core.request import RasterSource
from chipwright.tests.core.exporting import Listener
from chipwright.tests.core.made_sources import noise_file

HERE = Workplace("host7", {"osgeo": gdal.__version__, "numpy": np.__version__}, (), True, ())


class Workers:
    """As many workers as there are workplaces."""

    def __init__(self, *places: Workplace) -> None:
        self._places = places

    def run(self, function: Callable[..., Any], *given: Any, **_: Any) -> dict[str, Workplace]:
        assert function is workplace
        return {f"tcp://{number}": place for number, place in enumerate(self._places)}


def refusal_of(place: Workplace, proof: str = "") -> InvalidRequest:
    with pytest.raises(InvalidRequest) as refusal:
        check_workplaces(Workers(HERE, place), proof, (), Listener())
    assert refusal.value.parameter == "daskScheduler"
    assert "the worker on host7" in refusal.value.problem
    return refusal.value


def test_libraries_that_a_worker_lacks_are_named() -> None:
    without = replace(HERE, missing=("No module named 'osgeo'",))
    assert "No module named 'osgeo'. Workers need GDAL" in refusal_of(without).problem


def test_a_folder_that_a_worker_does_not_see_is_named() -> None:
    proof = "/data/set/.chipwright/proof"
    blind = replace(HERE, sees_proof=False)
    assert "does not see outputLocation '/data/set'" in refusal_of(blind, proof).problem


def test_rasters_that_a_worker_cannot_open_are_named() -> None:
    place = replace(HERE, unreadable=("inputRaster 'a.tif' (no such file)",))
    assert "cannot open inputRaster 'a.tif' (no such file)" in refusal_of(place).problem


def test_other_versions_are_a_warning() -> None:
    listener = Listener()
    other = replace(HERE, versions={**workplace("", ()).versions, "numpy": "0.9"})
    check_workplaces(Workers(other, other), "", (), listener)
    (warning,) = listener.warnings
    assert "workers have numpy 0.9, this process osgeo" in warning


def test_a_worker_like_this_process_is_fine() -> None:
    listener = Listener()
    check_workplaces(Workers(workplace("", ())), "", (), listener)
    assert listener.warnings == []


def test_a_workplace_without_gdal_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "osgeo.gdal", None)
    (missing,) = workplace("", ()).missing
    assert "osgeo.gdal" in missing


def test_a_workplace_sees_what_is_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "SIGHT_SECONDS", 0.0)
    assert workplace(str(tmp_path), ()).sees_proof
    assert not workplace(str(tmp_path / "proof"), ()).sees_proof


def test_a_workplace_opens_rasters(tmp_path: Path) -> None:
    image = RasterSource(str(noise_file(tmp_path / "image.tif", 8, 8)))
    gone = RasterSource(str(tmp_path / "gone.tif"), name="July")
    (unreadable,) = workplace("", [("inputRaster", image), ("rasterItems", gone)]).unreadable
    assert unreadable.startswith("rasterItems 'July' (")


def test_what_cannot_be_opened_here_is_not_asked_of_workers(tmp_path: Path) -> None:
    """A folder, say, stands for the rasters in it."""
    image = RasterSource(str(noise_file(tmp_path / "image.tif", 8, 8)))
    asked: list[Any] = []

    class Asked(Workers):
        def run(self, function: Callable[..., Any], *given: Any, **_: Any) -> dict[str, Workplace]:
            asked.extend(given)
            return {}

    rasters = [("inputRaster", image), ("rasterItems", RasterSource(str(tmp_path)))]
    check_workplaces(Asked(), "", rasters, Listener())
    assert asked == ["", [("inputRaster", image)]]


class Versions:
    """A client of which only versions are asked."""

    def __init__(self, scheduler: str, worker: str) -> None:
        self._told = {"scheduler": scheduler, "client": "2026.8.0"}, worker

    def get_versions(self) -> dict[str, Any]:
        told, worker = self._told
        found = {name: _packages(version) for name, version in told.items()}
        return {
            **found,
            "workers": {"tcp://1": _packages("2026.8.0"), "tcp://2": _packages(worker)},
        }


def _packages(version: str) -> dict[str, Any]:
    return {"packages": {"distributed": version}}


@pytest.mark.parametrize(
    ("scheduler", "worker", "named"),
    [("2025.1.0", "2026.8.0", "the scheduler"), ("2026.8.0", "2025.1.0", "tcp://2")],
)
def test_another_version_of_dask_is_refused(scheduler: str, worker: str, named: str) -> None:
    with pytest.raises(InvalidRequest) as refusal:
        _check_versions(Versions(scheduler, worker))
    assert refusal.value.problem.startswith(
        f"{named} has distributed 2025.1.0, this process 2026.8.0; install the same version"
    )


def test_one_version_of_dask_is_fine() -> None:
    _check_versions(Versions("2026.8.0", "2026.8.0"))


class Cluster:
    """Workers and a scheduler whose code is some bytes and has some fingerprint."""

    def __init__(self, *codes: str) -> None:
        self.codes = codes
        self.registered: list[str] = []

    def run(self, function: Callable[..., Any], *given: Any, **_: Any) -> dict[str, Any]:
        names = [f"tcp://{number}" for number in range(len(self.codes))]
        if function is workplaces.fingerprint:
            return {name: code for name, code in zip(names, self.codes) if code}
        return {name: b"code" if code else None for name, code in zip(names, self.codes)}

    def run_on_scheduler(self, *_: Any) -> bytes:
        return b"code"

    def register_plugin(self, plugin: Any, name: str) -> None:
        self.registered.append(name)
        self.codes = tuple(code or workplaces.fingerprint() for code in self.codes)


@pytest.mark.usefixtures("dask")
def test_workers_that_have_the_code_are_not_given_it() -> None:
    cluster = Cluster(workplaces.fingerprint(), workplaces.fingerprint())
    workplaces.equip(cluster)
    assert cluster.registered == []


@pytest.mark.usefixtures("dask")
@pytest.mark.parametrize("codes", [(), ("",), ("", workplaces.fingerprint())])
def test_workers_without_the_code_are_given_it(codes: tuple[str, ...]) -> None:
    cluster = Cluster(*codes)
    workplaces.equip(cluster)
    assert len(cluster.registered) == 1


@pytest.mark.usefixtures("dask")
def test_workers_that_keep_another_version_are_refused() -> None:
    with pytest.raises(InvalidRequest, match="another version of this plugin"):
        workplaces.equip(Cluster(workplaces.fingerprint(), "of yesterday"))
