"""The plugin as qgis_process runs it. Every run starts QGIS: two seconds."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from chipwright.tests.scenes import Scene

PROGRAM = shutil.which("qgis_process.bin") or shutil.which("qgis_process")
"""Debian's qgis_process is a script that some versions got wrong; behind it is the .bin."""
LABELS_OF_A_FORMAT = {
    "PASCAL_VOC_rectangles": "labels/000000000.xml",
    "KITTI_rectangles": "labels/000000000.txt",
    "Classified_Tiles": "labels/000000000.tif",
    "RCNN_Masks": "labels/house/000000000.tif",
    "Export_Tiles": "images/000000000.tif",
}
CHIPS = 20

pytestmark = pytest.mark.skipif(PROGRAM is None, reason="qgis_process is not there")


@pytest.fixture
def values(scene: Scene, tmp_path: Path) -> dict[str, Any]:
    """Twenty chips with the boxes of buildings."""
    return {
        "inputRaster": scene.image,
        "inputClassData": scene.labels,
        "outputLocation": tmp_path / "chips",
        "metadataFormat": "KITTI_rectangles",
        **dict.fromkeys(("tileSizeX", "tileSizeY", "strideSizeX", "strideSizeY"), 128),
    }


def run(
    qgis_environment: dict[str, str], values: dict[str, Any], *options: str
) -> subprocess.CompletedProcess[str]:
    given = [f"{name}={value}" for name, value in values.items()]
    command = [str(PROGRAM), *options, "run", "chipwright:exporttrainingdata", "--", *given]
    return subprocess.run(
        command, env=qgis_environment, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("metadata_format", LABELS_OF_A_FORMAT)
def test_a_dataset_is_written_and_its_outputs_are_listed(
    qgis_environment: dict[str, str], values: dict[str, Any], metadata_format: str
) -> None:
    done = run(qgis_environment, {**values, "metadataFormat": metadata_format}, "--json")
    assert done.returncode == 0, done.stderr
    results = json.loads(done.stdout)["results"]
    folder = Path(results["outputLocation"])
    assert folder == values["outputLocation"]
    assert results["numberOfChips"] == CHIPS == len(list((folder / "images").iterdir()))
    assert (results["numberOfLabels"] > 0) == (metadata_format != "Export_Tiles")
    assert (folder / LABELS_OF_A_FORMAT[metadata_format]).is_file()


@pytest.mark.parametrize(
    ("name", "value"),
    [("minPolygonOverlapRatio", 3), ("tileSizeX", 4000), ("classValueField", "kind")],
)
def test_a_bad_parameter_is_one_sentence_that_names_it(
    qgis_environment: dict[str, str], values: dict[str, Any], name: str, value: Any
) -> None:
    done = run(qgis_environment, {**values, name: value})
    # a set: qgis_process repeats what an algorithm raises
    said = {line.strip() for line in (done.stdout + done.stderr).splitlines()}
    assert done.returncode == 1
    assert len([line for line in said if line.startswith(f"{name}: ")]) == 1
    assert [line for line in said if "Traceback" in line] == []
    assert not values["outputLocation"].exists()


def test_the_help_is_plain_text(qgis_environment: dict[str, str]) -> None:
    command = [str(PROGRAM), "help", "chipwright:exporttrainingdata"]
    done = subprocess.run(command, env=qgis_environment, capture_output=True, text=True, check=True)
    assert "- KITTI_rectangles: A box around each object" in done.stdout
    assert [it for it in ("<b>", "<br>", "<img", "<p>") if it in done.stdout] == []


def test_what_has_no_meaning_is_refused_where_it_was_given_by_hand(
    qgis_environment: dict[str, str], values: dict[str, Any]
) -> None:
    """A dialog leaves it out, because it does not show it."""
    done = run(qgis_environment, {**values, "additionalInputRaster": values["inputRaster"]})
    assert done.returncode == 1
    assert "additionalInputRaster: KITTI_rectangles has no place" in done.stdout + done.stderr
