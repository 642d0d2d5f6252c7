"""Makes the clone importable as `chipwright`, whatever its folder is called, and a scene to cut."""

from __future__ import annotations

import importlib.util
import itertools
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from chipwright.tests.scenes import Scene

# GDAL reads this once: no test file fits into what it keeps of the web, as no real raster does
os.environ["CPL_VSIL_CURL_CACHE_SIZE"] = str(1 << 20)

# nothing that is here for a second needs a wait for disks
os.environ["OGR_SQLITE_SYNCHRONOUS"] = "OFF"

ROOT = Path(__file__).absolute().parents[1]
collect_ignore_glob = ["bench/peers/*_chips.py", "core/cluster/local_cluster.py"]
"""Run in an environment of their own, where what they import is installed."""

if importlib.util.find_spec("chipwright") is None:
    folder = [str(ROOT)]
    spec = importlib.util.spec_from_file_location(
        "chipwright", ROOT / "__init__.py", submodule_search_locations=folder
    )
    assert spec and spec.loader
    sys.modules["chipwright"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(sys.modules["chipwright"])

LONGEST = frozenset({"test_running_pages.py", "test_qgis_process.py", "test_resuming.py"})
"""Files of tests that take half a minute."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """They begin first: else one process does nothing at the end while another is at them."""
    items.sort(key=lambda item: item.path.name not in LONGEST)


@pytest.fixture(scope="session", autouse=True)
def no_wait_for_disks() -> Iterator[None]:
    """What survives a power cut is not what is tested here."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda _: None)
        yield


@pytest.fixture(scope="session", autouse=True)
def nothing_compiled_stays(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Of plugins that were installed for a test: the rest serves the next run."""
    yield
    if sys.pycache_prefix:
        folder = tmp_path_factory.getbasetemp()
        shutil.rmtree(Path(sys.pycache_prefix, *folder.parts[1:]), ignore_errors=True)


@pytest.fixture(scope="session")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Folders for tests, one after the other, as they are wanted."""
    parent = tmp_path_factory.mktemp("tests")
    return (parent / str(number) for number in itertools.count())


@pytest.fixture
def tmp_path(folders: Iterator[Path]) -> Path:
    """As that of pytest, which looks through the folders of all tests before, for each test."""
    folder = next(folders)
    folder.mkdir()
    return folder


@pytest.fixture(scope="session")
def qgis_environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Of a QGIS profile in which nothing but this plugin is switched on.

    One for all: what QGIS makes in a new profile, and compiles of the plugin there, takes time.
    """
    from chipwright.tests.docs.running import environment_of

    return environment_of(tmp_path_factory.mktemp("profile"))


@pytest.fixture(scope="session")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    """640 × 512 pixels in three bands of 8 bits, with 40 buildings in five classes."""
    from chipwright.tests.scenes import make_scene

    return make_scene(tmp_path_factory.mktemp("scene"), 640, 512, features=40)
