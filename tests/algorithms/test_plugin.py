"""The plugin as QGIS loads it."""

from __future__ import annotations

import configparser
import subprocess
import sys
from pathlib import Path

import pytest
from qgis.core import QgsApplication, QgsProcessingProvider

import chipwright
from chipwright.plugin import ChipwrightPlugin

ROOT = Path(chipwright.__file__).parent
LOADED_BY = """
import sys
{imports}
print([name for name in ("numpy", "osgeo", "lxml") if name in sys.modules])
"""


def loaded_modules(imports: str) -> str:
    script = LOADED_BY.format(imports=imports)
    done = subprocess.run(
        [sys.executable, "-B", "-c", script],
        cwd=ROOT.parent,
        env={"PYTHONPATH": str(ROOT.parent), "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


@pytest.fixture
def metadata() -> configparser.SectionProxy:
    parser = configparser.ConfigParser()
    parser.read(ROOT / "metadata.txt", encoding="utf-8")
    return parser["general"]


def test_importing_the_provider_loads_nothing_that_qgis_does_not_load() -> None:
    plugin = "import chipwright.plugin, chipwright.algorithms.provider"
    assert loaded_modules(plugin) == loaded_modules("import qgis.core")


def test_class_factory_imports_when_it_is_called() -> None:
    assert isinstance(chipwright.classFactory(None), ChipwrightPlugin)


def test_provider_comes_and_goes_without_a_window(qgis: QgsApplication) -> None:
    registry = QgsApplication.processingRegistry()
    plugin = ChipwrightPlugin(None)
    plugin.initProcessing()
    try:
        assert registry.algorithmById("chipwright:exporttrainingdata") is not None
    finally:
        plugin.unload()
    assert registry.providerById("chipwright") is None


def test_unloading_what_was_never_loaded_is_harmless(qgis: QgsApplication) -> None:
    before = [each.id() for each in qgis.processingRegistry().providers()]
    ChipwrightPlugin(None).unload()
    assert [each.id() for each in qgis.processingRegistry().providers()] == before


def test_provider_has_its_icon(provider: QgsProcessingProvider) -> None:
    assert not provider.icon().isNull()
    assert Path(provider.svgIconPath()).is_file()


def test_metadata_has_what_the_plugin_site_requires(metadata: configparser.SectionProxy) -> None:
    required = "name description about version author email tracker repository".split()
    assert [key for key in required if not metadata.get(key)] == []
    assert metadata["hasProcessingProvider"] == "yes"
    assert "/" not in metadata["author"]


def test_metadata_names_an_icon_that_is_there(metadata: configparser.SectionProxy) -> None:
    assert (ROOT / metadata["icon"]).is_file()
