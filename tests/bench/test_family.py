"""Memory of processes that belong together."""

from __future__ import annotations

import os
import sys

import pytest

from .family import bytes_in_memory, family, run_watched

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")
MEGABYTES = 40


def holding(size: int, more: str = "pass") -> str:
    return f"import subprocess, sys, time; held = b'1' * {size << 20}; {more}; time.sleep(0.3)"


def test_a_process_that_is_gone_has_nothing() -> None:
    assert bytes_in_memory(os.getpid()) > 1 << 20
    assert bytes_in_memory(1 << 30) == 0
    assert family(1 << 30) == [1 << 30]


def test_what_children_have_counts_too() -> None:
    more = f"subprocess.run([sys.executable, '-c', {holding(MEGABYTES)!r}])"
    alone, together = (
        run_watched([sys.executable, "-c", holding(MEGABYTES, each)], b"")[1] >> 20
        for each in ("pass", more)
    )
    assert MEGABYTES < alone < 2 * MEGABYTES < together < 3 * MEGABYTES


def test_what_is_given_and_told_goes_through() -> None:
    code = "import sys; print(sys.stdin.read()[::-1]); sys.exit(3)"
    done, _ = run_watched([sys.executable, "-c", code], b"abc")
    assert (done.returncode, done.stdout.strip()) == (3, b"cba")
