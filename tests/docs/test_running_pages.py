"""Everything that the pages show can be run: on small files that are called as the pages say."""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from qgis.core import (
    QgsApplication,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingProvider,
    QgsProject,
)

from chipwright.tests.algorithms.serving import Imitation
from chipwright.tests.docs.commands import PAGES, Command, commands
from chipwright.tests.docs.page import ROOT
from chipwright.tests.docs.running import environment_of, run_script
from chipwright.tests.docs.scene_files import make_scene_files
from chipwright.tests.serving import FileServer

FENCED = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
BLOCKS = {page.name: FENCED.findall(page.read_text("utf-8")) for page in PAGES}
ON_A_CLUSTER = "daskScheduler="
"""Such commands are run by tests/core/cluster, without QGIS."""
SINGLE = [
    (page, number, text)
    for page, blocks in BLOCKS.items()
    for number, (language, text) in enumerate(blocks)
    if not language and text.startswith("qgis_process run") and ON_A_CLUSTER not in text
]
SCRIPTS = {
    page: [text for language, text in blocks if language == "sh"] for page, blocks in BLOCKS.items()
}
PYTHON = {
    page: [text for language, text in blocks if language == "python"]
    for page, blocks in BLOCKS.items()
}
(REQUEST,) = [
    text for language, text in BLOCKS["requests.md"] if language == "json" and "cellSize" in text
]
"""The file that a command on the page names."""
RUN_BY_OTHERS = {"cluster.md": 3, "own_format.md": 1, "trainers.md": 13}
"""Blocks of Python that are no scripts: they need a cluster, or their pages have a test."""
OWN_FORMAT = "own_format.md"
MODEL = ROOT / "tests" / "models" / "wells.model3"


@pytest.fixture(scope="session")
def scene_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("scene_files")
    make_scene_files(folder)
    shutil.copy(MODEL, folder)
    return folder


@pytest.fixture
def folder(scene_files: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of links to the files, which is where commands are run."""
    folder = tmp_path / "here"
    folder.mkdir()
    for path in scene_files.iterdir():
        (folder / path.name).symlink_to(path)
    bucket = folder / "bucket"
    bucket.mkdir()
    (bucket / "aerial.tif").symlink_to(scene_files / "aerial.tif")
    (bucket / "classes.tif").symlink_to(scene_files / "land.tif")
    (folder / "request.json").write_text(REQUEST, "utf-8")
    monkeypatch.chdir(folder)
    return folder


class Servers:
    """Servers of this computer in the place of those that the pages name."""

    def __init__(self, files: FileServer, services: Imitation) -> None:
        self._files, self._services = files, services

    def local(self, text: str) -> str:
        """The text with their addresses."""
        of_files = text.replace("https://example.org", self._files.address)
        return of_files.replace("https://server.example", self._services.root)

    @property
    def settings(self) -> dict[str, str]:
        """With these, GDAL looks for the bucket here."""
        return {
            "AWS_S3_ENDPOINT": self._files.address.removeprefix("http://"),
            "AWS_HTTPS": "NO",
            "AWS_VIRTUAL_HOSTING": "FALSE",
            "AWS_NO_SIGN_REQUEST": "YES",
        }


@pytest.fixture
def servers(folder: Path, services: Imitation) -> Iterator[Servers]:
    with FileServer(folder) as files:
        yield Servers(files, services)


@pytest.fixture
def run(provider: QgsProcessingProvider) -> Callable[[Command], dict[str, Any]]:
    """Runs a command in this process, with the texts that qgis_process would give."""

    def run(command: Command) -> dict[str, Any]:
        algorithm = QgsApplication.processingRegistry().createAlgorithmById(command.algorithm)
        context, feedback = QgsProcessingContext(), QgsProcessingFeedback(False)
        context.setProject(QgsProject.instance())
        values = given(command)
        accepted, problem = algorithm.checkParameterValues(values, context)
        assert accepted, f"{command}: {problem}"
        results, done = algorithm.run(values, context, feedback)
        assert done, f"{command}: {feedback.textLog()}"
        return dict(results)

    return run


def given(command: Command) -> dict[str, Any]:
    """What is given several times is a list."""
    values: dict[str, Any] = {}
    for name, value in command.values:
        values[name] = [*values[name], value] if isinstance(values.get(name), list) else value
        if name == "rasterItems" and not isinstance(values[name], list):
            values[name] = [value]
    return values


@pytest.mark.parametrize(("page", "number", "text"), SINGLE, ids=lambda it: str(it)[:16].strip())
def test_commands_of_a_block_run(
    run: Callable[[Command], dict[str, Any]],
    servers: Servers,
    page: str,
    number: int,
    text: str,
) -> None:
    for command in commands(f"```\n{servers.local(text)}```\n"):
        if command.algorithm == "chipwright:checkdataset":
            export = next(commands((ROOT / "docs/first_export.md").read_text("utf-8")))
            run(export)
        results = run(command)
        assert results.get("numberOfChips", 1) > 0, command


@pytest.mark.parametrize("page", [it for it in SCRIPTS if SCRIPTS[it] and it != OWN_FORMAT])
def test_scripts_of_a_page_run_one_after_the_other(
    page: str, folder: Path, servers: Servers, qgis_environment: dict[str, str], tmp_path: Path
) -> None:
    environment = qgis_environment
    if any("plugins enable" in it for it in SCRIPTS[page]):
        environment = environment_of(tmp_path / "profile", plugins=())
    environment = {**environment, **servers.settings}
    for script in SCRIPTS[page]:
        run_script(servers.local(script), folder, environment)
    assert any((folder / "dataset").iterdir())
    assert not (folder / "failed.txt").exists()


def _put_into_a_plugin_of_its_own(profile: Path, code: str) -> None:
    """As a user would: a file more in the folder of the plugin, which is a copy here."""
    plugin = profile / "profiles/default/python/plugins/chipwright"
    plugin.unlink()
    plugin.mkdir()
    for name in ("__init__.py", "plugin.py", "metadata.txt"):
        shutil.copy(ROOT / name, plugin)
    for name in ("algorithms", "core", "resources"):
        shutil.copytree(ROOT / name, plugin / name, ignore=shutil.ignore_patterns("__pycache__"))
    (plugin / "core/formats/csv_boxes.py").write_text(code, "utf-8")


def test_the_format_of_the_page_writes_what_it_says(folder: Path, tmp_path: Path) -> None:
    environment = environment_of(tmp_path / "profile")
    _put_into_a_plugin_of_its_own(tmp_path / "profile", PYTHON[OWN_FORMAT][0])
    said = run_script(SCRIPTS[OWN_FORMAT][0], folder, environment)
    assert said.endswith("\n") and "class,left,top,right,bottom\n" in said
    tables = sorted((folder / "dataset/boxes").iterdir())
    rows = [row for it in tables for row in it.read_text("utf-8").splitlines()[1:]]
    assert len(tables) == len(list((folder / "dataset/images").iterdir())) == 77
    assert len(rows) > 60
    assert {row.split(",")[0] for row in rows} <= {"house", "hall", "tank", "greenhouse", "shed"}
    assert "boxes\\000000000.csv" in (folder / "dataset/map.txt").read_text("utf-8")


@pytest.fixture
def processing(provider: QgsProcessingProvider, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The module of QGIS, with its algorithms."""
    monkeypatch.syspath_prepend(f"{QgsApplication.pkgDataPath()}/python/plugins")
    module = pytest.importorskip("processing")
    from processing.core.Processing import Processing

    Processing.initialize()
    yield module
    for name in [it for it in sys.modules if it.split(".")[0] == "processing"]:
        monkeypatch.delitem(sys.modules, name)


@pytest.mark.parametrize(
    "page", [page for page, code in PYTHON.items() if code and page not in RUN_BY_OTHERS]
)
def test_python_of_a_page_runs(
    run: Callable[[Command], dict[str, Any]], processing: Any, folder: Path, page: str
) -> None:
    if page == "checking.md":
        run(next(commands((ROOT / "docs/first_export.md").read_text("utf-8"))))
    for code in PYTHON[page]:
        exec(compile(code, page, "exec"), {"__name__": "__main__"})


def test_no_block_is_left_out() -> None:
    """A command is alone in its block, or the block is a script that says `sh`."""
    bare = [
        (page, text)
        for page, blocks in BLOCKS.items()
        for language, text in blocks
        if not language and re.search("^ *qgis_process ", text, re.MULTILINE)
    ]
    single = [(page, text) for page, _, text in SINGLE]
    rest = [it for it in bare if it not in single]
    assert [page for page, text in rest if ON_A_CLUSTER not in text] == []
    assert {page: len(PYTHON[page]) for page in RUN_BY_OTHERS} == RUN_BY_OTHERS
