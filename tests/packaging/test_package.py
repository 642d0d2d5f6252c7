"""The zip is one that plugins.qgis.org accepts, and a plugin that runs."""

from __future__ import annotations

import configparser
import os
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

PROGRAM = shutil.which("qgis_process.bin") or shutil.which("qgis_process")
TITLES = {
    "en": "Export training data for deep learning",
    "de": "Trainingsdaten für Deep Learning exportieren",
    "fr": "Exporter des données d'entraînement pour l'apprentissage profond",
    "es_MX": "Exportar datos de entrenamiento para aprendizaje profundo",
}
UNWANTED = re.compile(
    r"\.py[co]$|__pycache__|__MACOSX|/tests/|/docs/|/build/|Makefile|/\.|\\|\.(so|dll|exe|ts)$"
)
REQUIRED = (
    "name description about version qgisMinimumVersion author email tracker repository".split()
)
ALLOWED_SIZE = 2_000_000
"""Bytes; the site takes 25 MB."""


@pytest.fixture
def entries(package: Path) -> list[zipfile.ZipInfo]:
    with zipfile.ZipFile(package) as zipped:
        return zipped.infolist()


@pytest.fixture
def metadata(package: Path) -> configparser.SectionProxy:
    parser = configparser.ConfigParser()
    with zipfile.ZipFile(package) as zipped:
        parser.read_string(zipped.read("chipwright/metadata.txt").decode("utf-8"))
    return parser["general"]


def test_there_is_one_top_folder(entries: list[zipfile.ZipInfo]) -> None:
    assert {entry.filename.split("/")[0] for entry in entries} == {"chipwright"}


@pytest.mark.parametrize(
    "name",
    "__init__.py metadata.txt LICENSE plugin.py resources/icon.svg core/formats/coco.py "
    "resources/i18n/chipwright_de.qm resources/i18n/chipwright_fr.qm".split(),
)
def test_what_a_plugin_needs_is_in_it(entries: list[zipfile.ZipInfo], name: str) -> None:
    assert f"chipwright/{name}" in [entry.filename for entry in entries]


def test_nothing_else_is_in_it(entries: list[zipfile.ZipInfo]) -> None:
    assert [entry.filename for entry in entries if UNWANTED.search(entry.filename)] == []


def test_no_file_is_executable(entries: list[zipfile.ZipInfo]) -> None:
    assert {oct(entry.external_attr >> 16) for entry in entries} == {"0o100644"}


def test_it_is_small(package: Path) -> None:
    assert package.stat().st_size < ALLOWED_SIZE


def test_metadata_says_what_the_site_asks_for(metadata: configparser.SectionProxy) -> None:
    assert [key for key in REQUIRED if not metadata.get(key)] == []
    assert metadata["hasProcessingProvider"] == "yes"
    assert (metadata["qgisMinimumVersion"], metadata["qgisMaximumVersion"]) == ("3.22", "4.99")
    assert not metadata.get("supportsQt6"), "qgisMaximumVersion says it"


def test_the_changelog_is_about_this_version(metadata: configparser.SectionProxy) -> None:
    assert metadata["changelog"].strip().startswith(metadata["version"])


@pytest.mark.parametrize("key", ["homepage", "tracker", "repository"])
def test_addresses_are_of_the_web(metadata: configparser.SectionProxy, key: str) -> None:
    assert re.fullmatch(r"https://[\w.-]+/\S+", metadata[key])


@pytest.mark.skipif(PROGRAM is None, reason="qgis_process is not there")
@pytest.mark.parametrize("language", TITLES)
def test_the_unpacked_zip_explains_itself_in_the_language_of_the_user(
    profile: Path, settings: dict[str, str], language: str
) -> None:
    ini = profile / "profiles/default/QGIS/QGIS3.ini"
    ini.write_text(f"[PythonPlugins]\nchipwright=true\n[locale]\nuserLocale={language}\n", "ascii")
    environment = {name: it for name, it in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        [str(PROGRAM), "help", "chipwright:exporttrainingdata"],
        env={**environment, **settings, "LC_ALL": "C.UTF-8"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert TITLES[language] in done.stdout
    assert "numberOfChips" in done.stdout
