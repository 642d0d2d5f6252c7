"""What a worker does, done in this process."""

from __future__ import annotations

import pickle
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from chipwright.core.cluster import tasks
from chipwright.core.cluster.executor import packed
from chipwright.core.cluster.tasks import (
    Errand,
    HeldStrips,
    do,
    read_strips,
    seen,
    stop_work,
    told,
    unpacked,
)
from chipwright.core.cutting import CutStrip
from chipwright.core.errors import ExportCancelled, InvalidRequest
from chipwright.core.grid import Size
from chipwright.core.held_strips import StripAway
from chipwright.core.plan import Batch
from chipwright.core.progress import StopSignal, signal_named
from chipwright.core.statistics import NO_LABEL_STATISTICS
from chipwright.tests.core.making import NORTH_UP, whole_strip

pytestmark = pytest.mark.usefixtures("dask")

STRIP = whole_strip(NORTH_UP, Size(10, 10))


def cut(*wanted: bool, bands: int = 3) -> CutStrip:
    pixels = np.zeros((bands, 30, 40), np.uint16)
    return CutStrip(STRIP, np.array(wanted), 0, pixels, None, (), NO_LABEL_STATISTICS)


def reads(*strips: CutStrip) -> Callable[[Batch], Sequence[CutStrip]]:
    return lambda batch: strips


def test_of_strips_that_are_held_only_their_numbers_are_told() -> None:
    parcel = packed((Errand(StopSignal()), 7, (STRIP, STRIP)))
    held = read_strips(reads(cut(True, True, False), cut(False, False, True)), parcel)
    assert told(held) == [StripAway(7, 2), StripAway(7, 1)]


def test_strips_weigh_what_their_pixels_weigh() -> None:
    held = HeldStrips(0, [cut(True), cut(True, bands=1)])
    assert held.__sizeof__() == (3 + 1) * 30 * 40 * 2


def test_a_worker_is_at_work_for_an_export_as_long_as_it_works() -> None:
    stop = StopSignal()
    assert do(lambda _: tasks._AT_WORK[stop.name], packed((Errand(stop), None))) == 1
    assert stop_work(stop.name) == 0


def test_who_fails_is_not_at_work_any_more() -> None:
    stop = StopSignal()
    with pytest.raises(ZeroDivisionError):
        do(lambda item: 1 / item, packed((Errand(stop), 0)))
    assert stop_work(stop.name) == 0


def test_an_export_that_is_stopped_stops_who_is_at_work() -> None:
    stop = StopSignal()

    def work(held: StopSignal) -> tuple[int, bool]:
        return stop_work(held.name), held.is_raised()

    assert do(work, packed((Errand(stop), stop))) == (1, True)


def test_what_is_late_does_not_begin_after_an_export_is_stopped() -> None:
    stop = StopSignal()
    stop_work(stop.name)
    with pytest.raises(ExportCancelled):
        do(print, packed((Errand(stop), "a chip")))


def test_other_exports_go_on() -> None:
    stop_work(StopSignal().name)
    assert do(str, packed((Errand(StopSignal()), 8))) == "8"


def test_a_signal_that_came_twice_is_one_signal() -> None:
    name = StopSignal().name
    first, second = signal_named(name), pickle.loads(pickle.dumps(signal_named(name)))
    assert first is second
    assert first is not signal_named(StopSignal().name)


def test_a_worker_that_does_not_see_the_dataset_refuses_to_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks, "SIGHT_SECONDS", 0.1)
    proof = str(tmp_path / "dataset" / ".chipwright" / "proof")
    done: list[str] = []
    with pytest.raises(InvalidRequest, match="does not see outputLocation") as refusal:
        do(done.append, packed((Errand(StopSignal(), proof), "a chip")))
    assert refusal.value.parameter == "daskScheduler"
    assert f"'{tmp_path / 'dataset'}'" in refusal.value.problem
    assert done == []


def test_a_worker_that_sees_the_dataset_works(tmp_path: Path) -> None:
    proof = tmp_path / "proof"
    proof.touch()
    assert do(str, packed((Errand(StopSignal(), str(proof)), 8))) == "8"


def test_a_file_that_shows_a_little_later_is_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks.time, "sleep", lambda _: (tmp_path / "proof").touch())
    assert seen(str(tmp_path / "proof"))


def test_what_a_worker_lacks_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    parcel = packed(np.arange(3))
    for module in [name for name in sys.modules if name.partition(".")[0] == "numpy"]:
        monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(InvalidRequest, match="Workers need GDAL with Python") as refusal:
        unpacked(parcel)
    assert "numpy" in refusal.value.problem


@pytest.mark.parametrize("error", [InvalidRequest("split", "is 3, which is none.")])
def test_errors_find_their_way_back(error: Any) -> None:
    from distributed.core import clean_exception, error_message

    message = error_message(error)
    _, back, _ = clean_exception(message["exception"].data)
    assert (type(back), str(back), back.parameter) == (type(error), str(error), "split")
