from __future__ import annotations

import threading

import pytest

from chipwright.core.aside import aside
from chipwright.core.errors import ExportCancelled, InvalidRequest
from chipwright.core.progress import Progress, StopSignal

from .exporting import Listener


class Waiting(Listener):
    """Wants to stop as soon as some event has happened."""

    def __init__(self, event: threading.Event) -> None:
        super().__init__()
        self.event = event

    def cancelled(self) -> bool:
        return self.event.is_set()


def test_what_the_work_returns_is_returned() -> None:
    assert aside(lambda _: 42, Listener(), StopSignal()) == 42


def test_what_it_reports_is_reported_by_the_waiting_thread_in_order() -> None:
    told: list[tuple[str, int]] = []

    class Noting(Listener):
        def info(self, message: str) -> None:
            told.append((message, threading.get_ident()))

        warning = info

    def work(progress: Progress) -> None:
        progress.info("first")
        progress.warning("second")

    aside(work, Noting(), StopSignal())
    assert told == [("first", threading.get_ident()), ("second", threading.get_ident())]


def test_what_it_raises_is_raised_after_what_it_reported() -> None:
    listener, stop = Listener(), StopSignal()

    def work(progress: Progress) -> None:
        progress.info("looked")
        raise InvalidRequest("bands", "is 9")

    with pytest.raises(InvalidRequest, match="bands: is 9"):
        aside(work, listener, stop)
    assert listener.infos == ["looked"]
    assert stop.is_raised()


def test_work_that_cannot_be_broken_off_is_left_to_itself() -> None:
    begun, end, ended = threading.Event(), threading.Event(), threading.Event()
    seen: list[bool] = []

    def work(progress: Progress) -> None:
        begun.set()
        end.wait(60)
        seen.append(progress.cancelled())
        ended.set()

    with pytest.raises(ExportCancelled):
        aside(work, Waiting(begun), StopSignal())
    assert not ended.is_set()
    end.set()
    assert ended.wait(60) and seen == [True]


def this_thread(_: Progress) -> int:
    return threading.get_ident()


def fail(_: Progress) -> int:
    raise InvalidRequest("bands", "is 9")


def test_a_thread_is_kept_for_the_next_work_even_if_that_failed() -> None:
    first = aside(this_thread, Listener(), StopSignal())
    assert first != threading.get_ident()
    with pytest.raises(InvalidRequest):
        aside(fail, Listener(), StopSignal())
    assert aside(this_thread, Listener(), StopSignal()) == first


def test_work_within_work_has_a_thread_of_its_own() -> None:
    def work(progress: Progress) -> tuple[int, int]:
        return this_thread(progress), aside(this_thread, progress, StopSignal())

    outer, inner = aside(work, Listener(), StopSignal())
    assert outer != inner
    kept = {aside(this_thread, Listener(), StopSignal()) for _ in range(3)}
    assert len(kept) == 1 and kept <= {outer, inner}


def test_nothing_waits_for_work_that_was_left_to_itself() -> None:
    begun, end = threading.Event(), threading.Event()

    def work(_: Progress) -> int:
        begun.set()
        end.wait(60)
        return threading.get_ident()

    with pytest.raises(ExportCancelled):
        aside(work, Waiting(begun), StopSignal())
    assert aside(lambda _: 42, Listener(), StopSignal()) == 42
    end.set()
