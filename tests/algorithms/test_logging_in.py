"""Services that ask for a name and a password, which QGIS keeps.

QGIS finds its passwords where it looked for them when it began, so it begins anew for this, in a
process whose home is a folder of the test.
"""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from osgeo import gdal

from .serving import Imitation, land

NAME, PASSWORD = "ann", "of the land"
RUN = """
import json, sys
from qgis.core import QgsApplication, QgsAuthMethodConfig, QgsProcessingContext, QgsProject
from qgis.core import QgsProcessingFeedback, QgsRasterLayer
from chipwright.algorithms.provider import ChipwrightProvider

application = QgsApplication([], False)
application.initQgis()
name, password, algorithm, parameters, layer = json.loads(sys.argv[1])
manager = QgsApplication.authManager()
assert manager.setMasterPassword("of the test", True)
login = QgsAuthMethodConfig("Basic")
login.setName("land")
login.setId("land123")
login.setConfig("username", name)
login.setConfig("password", password)
manager.storeAuthenticationConfig(login)
provider = ChipwrightProvider()
QgsApplication.processingRegistry().addProvider(provider)
context, feedback = QgsProcessingContext(), QgsProcessingFeedback(False)
context.setProject(QgsProject.instance())
if layer:
    added = QgsRasterLayer(layer, "land", "arcgismapserver")
    assert added.isValid()
    QgsProject.instance().addMapLayer(added)
    parameters["inputRaster"] = added.id()
results, succeeded = provider.algorithm(algorithm).create().run(parameters, context, feedback)
print(json.dumps([succeeded, feedback.textLog()]))
sys.stdout.flush()
import os
os._exit(0)  # leaving QGIS in order may crash it
"""


@pytest.fixture
def locked(services: Imitation) -> Imitation:
    """Services that answer nobody else."""
    words = base64.b64encode(f"{NAME}:{PASSWORD}".encode()).decode("ascii")
    services.authorization = f"Basic {words}"
    return services


def run(
    home: Path,
    algorithm: str,
    parameters: dict[str, Any],
    layer: str = "",
    password: str = PASSWORD,
) -> tuple[bool, str]:
    """Whether it succeeded, and its log."""
    given = json.dumps([NAME, password, algorithm, parameters, layer])
    settings = {"HOME": str(home), "QGIS_AUTH_DB_DIR_PATH": str(home)}
    done = subprocess.run(
        [sys.executable, "-c", RUN, given],
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    succeeded, log = json.loads(done.stdout.splitlines()[-1])
    return succeeded, log


def request(services: Imitation, folder: Path) -> dict[str, Any]:
    text = {
        "inputRaster": {"itemId": "a1"},
        "inputClassData": {"itemId": "b2"},
        "classValueField": "kind",
        "metadataFormat": "KITTI_rectangles",
        "tileSize": {"x": land.COLUMNS, "y": land.ROWS},
        "outputLocation": str(folder),
    }
    portal = f"{services.root}/portal"
    return {"request": json.dumps(text), "portalUrl": portal, "authConfig": "land123"}


def test_a_request_is_run_with_services_that_ask_for_a_login(
    locked: Imitation, tmp_path: Path
) -> None:
    folder = tmp_path / "chips"
    succeeded, log = run(tmp_path, "runexportrequest", request(locked, folder))
    assert succeeded, log
    (chip,) = (folder / "images").glob("*.tif")
    assert (gdal.Open(str(chip)).ReadAsArray() == land.values()).all()
    (labels,) = (folder / "labels").glob("*.txt")
    assert len(labels.read_text("utf-8").splitlines()) == land.PARCELS
    assert PASSWORD not in log and PASSWORD not in (folder / "report.html").read_text("utf-8")


def test_a_wrong_password_is_told_in_one_sentence(locked: Imitation, tmp_path: Path) -> None:
    folder = tmp_path / "chips"
    given = request(locked, folder)
    succeeded, log = run(tmp_path, "runexportrequest", given, password="guessed")
    assert not succeeded and not folder.exists()
    said = log.splitlines()[-1]
    assert said.startswith("inputRaster: '") and "does not let us in" in said
    assert "Traceback" not in log and "guessed" not in log


def test_a_layer_brings_its_login_along(locked: Imitation, tmp_path: Path) -> None:
    folder = tmp_path / "chips"
    given = {
        "metadataFormat": "Export_Tiles",
        "tileSizeX": land.COLUMNS,
        "tileSizeY": land.ROWS,
        "outputLocation": str(folder),
    }
    url = locked.url("land/ImageServer")
    layer = f"authcfg=land123 crs='EPSG:32633' format='PNG32' layer='' url='{url}'"
    succeeded, log = run(tmp_path, "exporttrainingdata", given, layer)
    assert succeeded, log
    (chip,) = (folder / "images").glob("*.tif")
    assert (gdal.Open(str(chip)).ReadAsArray() == land.values()).all()
