"""Which module may import which: the imports of core point one way and never to QGIS."""

from __future__ import annotations

import ast
import importlib.util
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).absolute().parents[1]
CORE = ROOT / "core"
DESKTOP = {"qgis", "PyQt5", "PyQt6", "processing", "sip"}
IMPORT_NOTHING_OF_OURS = ("grid", "errors", "progress", "statistics")
NOT_FOR_FORMATS = {
    "raster",
    "request",
    "export",
    "preparation",
    "output",
    "dataset_folder",
    "dataset_parts",
}
MAKE_THREADS = {"workers", "crew.executor", "pools", "cluster.executor", "cluster.connection"}

Run = Callable[[str], str]


def module_name(path: Path) -> str:
    """Name within core: "grid", "formats.kitti_rectangles"; that of a package is its folder's."""
    parts = path.relative_to(CORE).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


MODULES = {module_name(path): path for path in sorted(CORE.rglob("*.py"))}


@cache
def imported(path: Path, is_run: bool = False) -> tuple[str, ...]:
    """Full names of all that a module imports; of ours as core.name.

    `is_run` leaves out what only type checkers import.
    """
    return tuple(_imported(path, is_run))


def _imported(path: Path, is_run: bool) -> Iterator[str]:
    tree = ast.parse(path.read_text("utf-8"))
    unseen = _for_type_checkers(tree) if is_run else set()
    for node in ast.walk(tree):
        if node in unseen:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = _absolute(node, path)
            yield base
            yield from (f"{base}.{alias.name}" for alias in node.names)


def _for_type_checkers(tree: ast.Module) -> set[ast.AST]:
    blocks = (
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.If)
        and isinstance(node.test, ast.Name)
        and node.test.id == "TYPE_CHECKING"
    )
    return {inner for block in blocks for inner in ast.walk(block)}


def _absolute(node: ast.ImportFrom, path: Path) -> str:
    if not node.level:
        return node.module or ""
    package = path.parent
    for _ in range(node.level - 1):
        package = package.parent
    folders = package.relative_to(ROOT).parts
    return ".".join([*folders, *([node.module] if node.module else [])])


def of_ours(path: Path, is_run: bool = False) -> set[str]:
    """Modules of core that a module of core imports."""
    names = (name[len("core.") :] for name in imported(path, is_run) if name.startswith("core."))
    return {name for name in names if name in MODULES and name != module_name(path)}


def tops(path: Path) -> set[str]:
    """First parts of all names that are imported."""
    return {name.split(".")[0] for name in imported(path)}


def test_there_are_modules_to_look_at() -> None:
    assert {"grid", "export", "formats", "formats.kitti_rectangles"} <= set(MODULES)


def test_the_look_at_imports_sees_them() -> None:
    assert {"chip_format", "labels", "files"} <= of_ours(MODULES["formats.kitti_rectangles"])


@pytest.mark.parametrize("name", MODULES)
def test_core_imports_nothing_of_the_desktop(name: str) -> None:
    assert tops(MODULES[name]) & DESKTOP == set()


@pytest.mark.parametrize("name", MODULES)
def test_core_imports_nothing_of_ours_but_core(name: str) -> None:
    found = {top for top in tops(MODULES[name]) if (ROOT / top).is_dir() or top == "chipwright"}
    assert found <= {"core"}


@pytest.mark.parametrize("name", IMPORT_NOTHING_OF_OURS)
def test_the_simplest_modules_import_nothing_of_ours(name: str) -> None:
    assert of_ours(MODULES[name]) == set()


@pytest.mark.parametrize("name", [name for name in MODULES if name.startswith("formats.")])
def test_formats_import_neither_each_other_nor_what_reads_and_writes(name: str) -> None:
    found = of_ours(MODULES[name])
    assert found & NOT_FOR_FORMATS == set()
    assert [other for other in found if other.startswith("formats")] == []


def test_nothing_imports_the_export() -> None:
    assert [name for name, path in MODULES.items() if "export" in of_ours(path)] == []


def test_imports_do_not_go_round_in_circles() -> None:
    waiting = {name: of_ours(path, is_run=True) for name, path in MODULES.items()}
    waiting["formats"] = {name for name in MODULES if name.startswith("formats.")}
    while free := [name for name, needed in waiting.items() if not needed & waiting.keys()]:
        for name in free:
            del waiting[name]
    assert waiting == {}


def test_only_one_place_makes_threads() -> None:
    makers = {name for name, path in MODULES.items() if "concurrent" in tops(path)}
    assert makers <= MAKE_THREADS


def test_only_one_place_makes_processes() -> None:
    """Those of multiprocessing would be QGIS windows inside QGIS."""
    makers = {"multiprocessing", "subprocess"}
    found = {name: tops(path) & makers for name, path in MODULES.items() if tops(path) & makers}
    assert found == {"crew.launching": {"subprocess"}}


def without_windows() -> list[Path]:
    """Modules of the plugin that qgis_process may load."""
    return [ROOT / "__init__.py", ROOT / "plugin.py", *sorted((ROOT / "algorithms").glob("*.py"))]


@pytest.mark.parametrize("path", without_windows(), ids=lambda path: path.stem)
def test_only_the_dialog_imports_widgets(path: Path) -> None:
    names = set(imported(path, is_run=True))
    found = [it for it in names if it.startswith(("qgis.gui", "algorithms.gui", "processing"))]
    assert found == [] and "qgis.PyQt.QtWidgets" not in names


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Runs Python code for which this clone is the package chipwright; returns what it printed."""
    (tmp_path / "chipwright").symlink_to(ROOT, target_is_directory=True)
    environment = {**os.environ, "PYTHONPATH": str(tmp_path), "QT_QPA_PLATFORM": "offscreen"}

    def code(text: str) -> str:
        command = [sys.executable, "-B", "-c", text]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    return code


WITHOUT_DESKTOP = f"""
import importlib, sys
sys.modules.update(dict.fromkeys({sorted(DESKTOP)!r}))
for name in {["chipwright.core", *(f"chipwright.core.{name}" for name in MODULES if name)]!r}:
    importlib.import_module(name)
print("imported")
"""


def test_core_can_be_imported_without_qgis(run: Run) -> None:
    assert run(WITHOUT_DESKTOP) == "imported"


LOADED = "import sys; print([it for it in ('numpy', 'osgeo', 'lxml') if it in sys.modules])"


def test_the_request_and_its_formats_load_no_libraries(run: Run) -> None:
    assert run(f"import chipwright.core.request, chipwright.core.formats; {LOADED}") == "[]"


OF_REPORTS = """
import sys
import chipwright.core.export
print(sorted(it for it in sys.modules if it.startswith("chipwright.core.report.")))
"""


def test_what_makes_reports_is_loaded_when_one_is_made(run: Run) -> None:
    names = [f"chipwright.core.report.{name}" for name in ("names", "places_taken")]
    assert run(OF_REPORTS) == str(names)


@pytest.mark.skipif(importlib.util.find_spec("qgis") is None, reason="QGIS is not there")
@pytest.mark.parametrize(
    "modules", ["chipwright", "chipwright.plugin", "chipwright.algorithms.provider"]
)
def test_the_plugin_loads_no_libraries_when_qgis_starts(run: Run, modules: str) -> None:
    """Newer versions of QGIS load numpy themselves."""
    desktop = "import qgis.core, qgis.PyQt.QtCore, qgis.PyQt.QtGui"
    assert run(f"{desktop}; import {modules}; {LOADED}") == run(f"{desktop}; {LOADED}")


WITHOUT_WINDOWS = """
import sys
from qgis.core import QgsApplication, QgsProcessingContext
application = QgsApplication([], False)
application.initQgis()
from chipwright.plugin import ChipwrightPlugin
plugin = ChipwrightPlugin(None)
plugin.initProcessing()
for algorithm in QgsApplication.processingRegistry().providerById("chipwright").algorithms():
    created = algorithm.create()
    created.shortHelpString()
    created.checkParameterValues({}, QgsProcessingContext())
print([it for it in sys.modules if it.startswith("chipwright.algorithms.gui")])
sys.stdout.flush()
__import__("os")._exit(0)
"""


@pytest.mark.skipif(importlib.util.find_spec("qgis") is None, reason="QGIS is not there")
def test_no_widget_is_loaded_where_there_are_no_windows(run: Run) -> None:
    assert run(WITHOUT_WINDOWS) == "[]"


HEAVY = ("numpy", "osgeo", "lxml", "distributed")
OF_THE_EXPORT = (
    "export",
    "preparation",
    "raster",
    "features",
    "preview",
    "report.writing",
    "checking.check",
)
PROVIDER_ON = f"""
import sys
from qgis.core import QgsApplication
application = QgsApplication([], False)
application.initQgis()
before = set(sys.modules)
from chipwright import classFactory
plugin = classFactory(None)
plugin.initProcessing()
provider = QgsApplication.processingRegistry().providerById("chipwright")
for algorithm in provider.algorithms():
    assert algorithm.create().parameterDefinitions()
heavy = {set(HEAVY) | {f"chipwright.core.{name}" for name in OF_THE_EXPORT}!r}
print(len(provider.algorithms()), sorted(heavy & (set(sys.modules) - before)))
"""


@pytest.mark.skipif(importlib.util.find_spec("qgis") is None, reason="QGIS is not there")
def test_switching_the_plugin_on_loads_neither_libraries_nor_the_export(run: Run) -> None:
    assert run(PROVIDER_ON) == "4 []"
