from __future__ import annotations

import os
import subprocess
import sys

import pytest

from chipwright.core.processes import beginning


def sleeper() -> subprocess.Popen[bytes]:
    """A process that has begun, and waits."""
    wait = "import sys; print(flush=True); sys.stdin.read()"
    process = subprocess.Popen(
        [sys.executable, "-c", wait], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    process.stdout.readline()
    return process


def test_this_process_runs_since_one_moment() -> None:
    assert beginning(os.getpid()) is not None
    assert beginning(os.getpid()) == beginning(os.getpid())


def test_another_process_began_at_another_moment() -> None:
    with sleeper() as process:
        assert beginning(process.pid) is not None
        assert not beginning(process.pid) or beginning(process.pid) != beginning(os.getpid())
        process.kill()


def test_a_process_that_ended_does_not_run() -> None:
    with sleeper() as process:
        process.kill()
        process.wait()
        assert beginning(process.pid) is None


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="seen in /proc")
def test_a_process_that_nobody_has_asked_for_its_end_does_not_run() -> None:
    """It is a zombie until then."""
    with sleeper() as process:
        process.kill()
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        assert beginning(process.pid) is None


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="process 1 is of these systems")
def test_a_process_of_somebody_else_runs() -> None:
    assert beginning(1) is not None
