"""One cluster of two worker processes for all tests that need one."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

BUILD = Path(__file__).absolute().parents[3] / "build" / "cluster"
PROGRAM = Path(__file__).with_name("local_cluster.py")
WORKERS = 2


@pytest.fixture(scope="session")
def dask() -> str:
    """Where Dask lies; from now on this process can import it."""
    if not (BUILD / "ready").exists():
        pytest.skip("make test installs Dask into build/cluster")
    (packages,) = BUILD.glob("lib/python3*/site-packages")
    sys.path.insert(0, str(packages))
    return str(packages)


@pytest.fixture(scope="session")
def address(dask: str) -> Iterator[str]:
    """The scheduler of the cluster."""
    with cluster_of(WORKERS, dask) as (address, process):
        yield address
        process.communicate(timeout=60)


@contextmanager
def cluster_of(workers: int, dask: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """A cluster whose processes find Dask, and nothing of this clone: its scheduler."""
    command = [sys.executable, str(PROGRAM), str(workers)]
    with subprocess.Popen(
        command,
        cwd="/",
        env={**os.environ, "PYTHONPATH": dask},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stdout is not None
        yield process.stdout.readline().strip(), process


@pytest.fixture
def client(address: str) -> Iterator[Any]:
    """A look at the cluster from outside of an export, once all its workers are there."""
    from distributed import Client

    with Client(address, set_as_default=False) as client:
        client.wait_for_workers(WORKERS, timeout=60)
        yield client
