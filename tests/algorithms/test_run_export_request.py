"""Requests in text from their reading to the answer, with services on this computer."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from osgeo import gdal
from qgis.core import (
    QgsProcessingContext,
    QgsProcessingProvider,
    QgsProject,
    QgsVectorLayer,
)

from chipwright.algorithms.request_reading import text_of
from chipwright.core.errors import InvalidRequest
from chipwright.tests.core.dataset_reading import contents

from .serving import Imitation, land
from .serving.imitation import LOGIN_PAGE
from .test_export_training_data import Listening

SIDE_BY_SIDE = {"tileSize": {"x": 30, "y": 30}, "strideSize": {"x": 0, "y": 0}}


class Runner:
    """Runs requests and keeps what came of the last one."""

    def __init__(self, algorithm: Any, context: Any, folder: Path, portal: str) -> None:
        self._algorithm = algorithm
        self._context = context
        self.folder = folder
        self._portal = portal
        self.feedback = Listening()
        self.results: dict[str, Any] = {}

    def parameters(self, request: Any) -> dict[str, Any]:
        text = request if isinstance(request, str) else json.dumps({**SIDE_BY_SIDE, **request})
        return {
            "request": text,
            "outputLocation": str(self.folder),
            "portalUrl": self._portal,
            "answer": str(self.folder.with_suffix(".json")),
        }

    def __call__(self, request: Any, **others: Any) -> dict[str, Any]:
        """The answer of a request that succeeds."""
        self.results, ok = self._run(request, others)
        assert ok, self.feedback.errors
        return dict(json.loads(self.results["job"]))

    def failure(self, request: Any, **others: Any) -> str:
        """Why a request fails."""
        assert not self._run(request, others)[1]
        (error,) = self.feedback.errors
        return str(error)

    def refusal(self, request: Any, **others: Any) -> str:
        """Why a request is not even begun."""
        given = {**self.parameters(request), **others}
        accepted, said = self._algorithm.checkParameterValues(given, self._context)
        assert not accepted
        return str(said)

    def _run(self, request: Any, others: dict[str, Any]) -> Any:
        given = {**self.parameters(request), **others}
        self.feedback = Listening()
        return self._algorithm.create().run(given, self._context, self.feedback)

    def images(self) -> list[Any]:
        return [gdal.Open(str(it)) for it in sorted((self.folder / "images").glob("*.tif"))]


@pytest.fixture
def run(
    provider: QgsProcessingProvider,
    context: QgsProcessingContext,
    tmp_path: Path,
    services: Imitation,
) -> Runner:
    algorithm = provider.algorithm("runexportrequest").create()
    return Runner(algorithm, context, tmp_path / "chips", f"{services.root}/portal/home")


@pytest.fixture
def image(services: Imitation) -> dict[str, Any]:
    """Fifteen chips of an image service."""
    url = services.url("land/ImageServer")
    return {"inputRaster": {"url": url}, "metadataFormat": "Export_Tiles"}


# What is answered


def test_a_job_that_succeeded_is_answered_as_the_service_does(
    run: Runner, image: dict[str, Any]
) -> None:
    answer = run(image)
    assert answer["jobStatus"] == "esriJobSucceeded"
    location = answer["results"]["outLocation"]
    assert (location["dataType"], location["value"]) == ("GPString", {"uri": str(run.folder)})
    assert json.loads(run.folder.with_suffix(".json").read_text("utf-8")) == answer
    assert any("15 chips" in each["description"] for each in answer["messages"])
    assert len(run.images()) == 15


def test_a_job_that_failed_says_why_in_its_answer(run: Runner, image: dict[str, Any]) -> None:
    error = run.failure({**image, "tileSize": {"x": 151}})
    answer = json.loads(run.folder.with_suffix(".json").read_text("utf-8"))
    assert (answer["jobStatus"], answer["results"]) == ("esriJobFailed", {})
    assert answer["messages"][-1] == {"type": "esriJobMessageTypeError", "description": error}
    assert error.startswith("tileSizeX: is 151")


def test_a_job_that_was_cancelled_is_answered(run: Runner, image: dict[str, Any]) -> None:
    algorithm, context = run._algorithm.create(), run._context
    feedback = Listening()
    feedback.cancel()
    results, _ = algorithm.run(run.parameters(image), context, feedback)
    assert json.loads(results["job"])["jobStatus"] == "esriJobCancelled"
    assert not run.folder.exists()


def test_the_form_of_the_answer_is_that_of_the_request(run: Runner, image: dict[str, Any]) -> None:
    run({**image, "f": "pjson"})
    assert len(run.folder.with_suffix(".json").read_text("utf-8").splitlines()) > 10


# The report, and the layer of the chips


def test_outputs_are_those_of_the_export(provider: QgsProcessingProvider) -> None:
    export, request = (
        {it.name(): it.type() for it in provider.algorithm(name).outputDefinitions()}
        for name in ("exporttrainingdata", "runexportrequest")
    )
    assert export.items() <= request.items()
    assert request.keys() - export.keys() == {"job", "answer"}


@pytest.mark.parametrize(
    ("form", "name", "is_page"),
    [({}, "report.html", True), ({"f": "json"}, "report.json", False)],
)
def test_the_report_is_an_output(
    run: Runner, image: dict[str, Any], form: dict[str, str], name: str, is_page: bool
) -> None:
    run({**image, **form})
    report = run.results["report"]
    assert report == str(run.folder / name) and Path(report).is_file()
    assert run.results.get("reportPage") == (report if is_page else None)


def again(run: Runner, folder: Path) -> dict[str, bytes]:
    """What is written by the command that the report of the last run gives."""
    before = contents(run.folder)
    command = json.loads(Path(run.results["report"]).read_text("utf-8"))["reproduce"]["command"]
    program, given = command.replace("\\\n", " ").split(" -- ")
    assert program.split() == ["qgis_process", "run", "chipwright:runexportrequest"]
    words = dict(word.split("=", 1) for word in shlex.split(given))
    run(words["request"], outputLocation=str(folder))
    assert contents(folder) == before
    return before


def test_the_report_tells_how_to_ask_the_services_again(
    run: Runner, services: Imitation, tmp_path: Path
) -> None:
    request = {
        "inputRaster": {"itemId": "a1"},
        "inputClassData": {"itemId": "b2"},
        "classValueField": "kind",
        "metadataFormat": "KITTI_rectangles",
        "context": {"extent": land.EXTENT, "exportAllTiles": False},
        "f": "pjson",
    }
    run(request)
    assert len(again(run, tmp_path / "again")) > 8
    asked = json.loads((run.folder / "report.json").read_text("utf-8"))["request"]
    assert asked["inputRaster"] == {"url": services.url("land/ImageServer")}
    assert asked["inputClassData"] == {"url": services.url("land/FeatureServer/0")}


def test_the_report_tells_how_to_fetch_attached_images_again(
    run: Runner, pictures: list[Any], tmp_path: Path
) -> None:
    run({"inputRaster": {"itemId": "b2"}, "metadataFormat": "Export_Tiles", "f": "json"})
    assert sum(name.endswith(".tif") for name in again(run, tmp_path / "again")) == len(pictures)


def test_tokens_of_services_are_not_reported(run: Runner, image: dict[str, Any]) -> None:
    url = f"{image['inputRaster']['url']}?token=abcdef"
    run({**image, "inputRaster": {"url": url}, "f": "json"})
    assert "abcdef" not in (run.folder / "report.json").read_text("utf-8")


def test_a_layer_has_a_row_for_every_chip(
    run: Runner, image: dict[str, Any], tmp_path: Path
) -> None:
    path = str(tmp_path / "chips.gpkg")
    run({**image, "split": "60/40/0"}, footprints=path)
    assert run.results["footprints"] == path
    layer_file = gdal.OpenEx(path)
    rows = layer_file.GetLayer()
    found = {row.GetField("number"): row.GetGeometryRef().GetEnvelope() for row in rows}
    assert len(found) == run.results["numberOfChips"] == len(run.images())
    for number, chip in enumerate(run.images()):
        left, width, _, top, _, height = chip.GetGeoTransform()
        right, bottom = left + 30 * width, top + 30 * height
        assert found[number] == pytest.approx((left, right, bottom, top))


def test_no_layer_is_made_that_nobody_asks_for(run: Runner, image: dict[str, Any]) -> None:
    run(image)
    assert "footprints" not in run.results


def test_a_layer_that_cannot_be_is_refused_before_a_service_is_asked(
    run: Runner, image: dict[str, Any], services: Imitation, tmp_path: Path
) -> None:
    error = run.failure(image, footprints=str(tmp_path / "none" / "chips.gpkg"))
    assert error.startswith("footprints: there is no folder '")
    assert services.asked == [] and not run.folder.exists()
    answer = json.loads(run.folder.with_suffix(".json").read_text("utf-8"))
    assert answer["jobStatus"] == "esriJobFailed"


# Sources


def test_a_request_as_the_service_prints_it_is_run(run: Runner, services: Imitation) -> None:
    text = (
        "https://host.example/GPServer/ExportTrainingDataforDeepLearning/submitJob?"
        f'inputRaster={{"url":"{services.url("land/ImageServer")}"}}'
        '&outputLocation={"itemProperties":{"name":"trees"}}'
        f'&inputClassData={{"url":"{services.url("land/FeatureServer")}"}}'
        '&chipFormat=TIFFtileSize={"x":50,"y":30}&strideSize={"x":50,"y":30}'
        '&metadataFormat=KITTI_rectangles&classValueField={"kind"}&bufferRadius=0'
        '&inputMaskPolygons=&rotationAngle=0&context={"exportAllTiles":false}&f=json&token=x'
    )
    run(text)
    labels = sorted((run.folder / "labels").glob("*.txt"))
    kinds = {line.split()[0] for path in labels for line in path.read_text().splitlines()}
    assert kinds == {"1", "2", "3"}
    assert len(labels) == 2  # of nine chips


def test_items_of_the_portal_are_looked_up(run: Runner, image: dict[str, Any]) -> None:
    given = {"inputRaster": {"itemId": "a1"}, "inputClassData": {"itemId": "b2"}}
    run({**image, **given, "metadataFormat": "Classified_Tiles"})
    assert len(run.images()) == 15


def test_features_of_several_pages_are_all_there(run: Runner, services: Imitation) -> None:
    services.most_at_once = 42  # seven features at once
    request = {
        "inputRaster": {"itemId": "a1"},
        "inputClassData": {"itemId": "b2"},
        "metadataFormat": "Labeled_Tiles",
        "classValueField": "kind",
        "tileSize": {"x": 4, "y": 4},
    }
    run(request)
    assert len(run.images()) == land.PARCELS
    assert len(services.queries("query")) == 1 + 4


def test_a_layer_of_a_map_service_gives_its_features_as_labels(
    run: Runner, image: dict[str, Any], services: Imitation
) -> None:
    labels = {"inputClassData": {"url": services.url("land/MapServer/0")}}
    run({**image, **labels, "metadataFormat": "KITTI_rectangles"})
    assert len(list((run.folder / "labels").glob("*.txt"))) == 15


def test_layers_of_the_project_are_found_by_name(
    run: Runner, squares: QgsVectorLayer, raster_path: Path
) -> None:
    QgsProject.instance().addMapLayer(squares)
    squares.setName("my squares")
    request = {
        "inputRaster": str(raster_path),
        "inputClassData": {"uri": "my squares"},
        "classValueField": {"x": 1},
        "metadataFormat": "KITTI_rectangles",
    }
    assert run.refusal(request).startswith("classValueField: is ")
    run({**request, "classValueField": "species", "tileSize": {"x": 20, "y": 20}})
    assert len(run.images()) == 6


def test_remote_and_local_images_keep_their_order(
    run: Runner, services: Imitation, tmp_path: Path
) -> None:
    path = str(tmp_path / "local.tif")
    made = gdal.GetDriverByName("GTiff").Create(path, 30, 30, 2, gdal.GDT_Int16)
    made.WriteArray(np.full((2, 30, 30), 5, np.int16))
    made.SetGeoTransform((0, 1, 0, 0, 0, -1))
    made = None
    service = {"url": services.url("land/ImageServer")}
    run(
        {
            "inputRaster": path,
            "rasterItems": [service, path, service],
            "metadataFormat": "Export_Tiles",
            "processAllRasterItems": True,
        }
    )
    first, second, *_ = run.images()
    assert (first.ReadAsArray() == 5).all()
    assert (second.ReadAsArray() == land.values()[:, :30, :30]).all()


def test_tiles_of_the_web_are_cut_by_their_url(run: Runner, services: Imitation) -> None:
    extent = {"xmin": 0, "ymin": 0, "xmax": 100, "ymax": 100, "spatialReference": {"wkid": 3857}}
    run(
        {
            "inputRaster": f"{services.root}/tiles/{{z}}/{{x}}/{{y}}.png",
            "metadataFormat": "Export_Tiles",
            "context": {"cellSize": 2.5, "extent": extent},
        }
    )
    assert [chip.ReadAsArray()[0].max() for chip in run.images()] == [16]


def test_a_web_map_is_cut_by_its_url(run: Runner, services: Imitation) -> None:
    run(
        {
            "inputRaster": f"{services.root}/wms?service=WMS&layers=land&crs=EPSG:32633",
            "metadataFormat": "Export_Tiles",
            "tileSize": {"x": 150, "y": 90},
            "context": {"cellSize": 10, "extent": land.EXTENT},
        }
    )
    bounds = (land.LEFT, land.BOTTOM, land.RIGHT, land.TOP)
    (chip,) = run.images()
    assert (chip.ReadAsArray() == land.picture(bounds, 150, 90)[:3]).all()


# Attached images


@pytest.fixture
def pictures(services: Imitation) -> list[Any]:
    """Of four features, in the order in which they are cut."""
    arrays = [np.full((3, 40, 40), shade, np.uint8) for shade in (10, 20, 30, 40)]
    files = [land.encoded(array, "PNG") for array in arrays]
    services.attachments = {
        9: [("x.png", "image/png", files[3])],
        2: [
            ("../../../evil.png", "image/png", files[0]),
            ("a.txt", "text/plain", b"no picture"),
            ("same.png", "image/png", files[1]),
        ],
        4: [("same.png", "image/png", files[2])],
    }
    return arrays


@pytest.mark.parametrize("lists", [True, False])
def test_each_attached_image_is_cut_for_itself(
    run: Runner, services: Imitation, pictures: list[Any], lists: bool
) -> None:
    services.lists_attachments = lists
    run({"inputRaster": {"itemId": "b2"}, "metadataFormat": "Export_Tiles"})
    chips = [chip.ReadAsArray() for chip in run.images()]
    assert [int(chip.max()) for chip in chips] == [10, 20, 30, 40]
    assert [chip.shape for chip in chips] == [(3, 30, 30)] * 4


def test_files_of_attachments_stay_in_their_folder(
    run: Runner, pictures: list[Any], tmp_path: Path
) -> None:
    request = {"inputRaster": {"itemId": "b2"}, "metadataFormat": "Export_Tiles"}
    run.failure({**request, "tileSize": {"x": 99}})  # so that they are kept
    (folder,) = (tmp_path / "chips.cache").iterdir()
    names = sorted(path.name for path in folder.iterdir())
    assert names == ["2_1_evil.png", "2_3_same.png", "4_1_same.png", "9_1_x.png"]
    assert {path.name for path in tmp_path.iterdir()} == {"chips.cache", "chips.json"}


def test_attached_files_that_are_no_images_are_left_out_with_a_warning(
    run: Runner, services: Imitation, pictures: list[Any]
) -> None:
    services.attachments[3] = [("broken.png", "image/png", b"\x89PNG broken")]
    run({"inputRaster": {"itemId": "b2"}, "metadataFormat": "Export_Tiles"})
    assert len(run.images()) == 4
    assert any("left out: 1." in warning for warning in run.feedback.warnings)


def test_features_without_images_are_no_image(run: Runner) -> None:
    error = run.failure({"inputRaster": {"itemId": "b2"}, "metadataFormat": "Export_Tiles"})
    assert error.startswith("inputRaster: the features of '")
    assert "have no attached images" in error


# Refusals


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"tilesize": 5}, "tilesize: is no parameter of the request; is tileSize meant"),
        ({"chipFormat": "BMP"}, "chipFormat: 'BMP' is none of"),
        ({"minPolygonOverlapRatio": 2}, "minPolygonOverlapRatio: is 2"),
        ({"metadataFormat": "KITTI_rectangles"}, "inputClassData: KITTI_rectangles needs labels"),
        ({"inputRaster": None}, "inputRaster: is not given"),
        (
            {"inputRaster": {"uri": "no layer"}},
            "inputRaster: 'no layer' cannot be opened: there is nothing of this name",
        ),
        (
            {"rasterItems": [{"uri": "none"}]},
            "rasterItems: 'none' cannot be opened: there is nothing",
        ),
        ({"referenceSystem": "IMAGE_SPACE"}, "referenceSystem: IMAGE_SPACE is not supported"),
        (
            {
                "context": {
                    "extent": {
                        "xmin": 0,
                        "ymin": 0,
                        "xmax": 1,
                        "ymax": 1,
                        "spatialReference": {"wkid": 7},
                    }
                }
            },
            "extent: has the unknown coordinate system 'EPSG:7'",
        ),
        (
            {"inputClassData": {"itemId": "b2"}, "selectedFeaturesOnly": True},
            "selectedFeaturesOnly: nothing can be selected in 'b2'",
        ),
    ],
)
def test_what_can_be_refused_is_refused_before_a_service_is_asked(
    run: Runner, image: dict[str, Any], services: Imitation, change: Any, message: str
) -> None:
    assert run.refusal({**image, **change}).startswith(message)
    assert services.asked == []


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"inputRaster": {"itemId": "z9"}}, "inputRaster: .*Item does not exist or is inaccess"),
        ({"inputRaster": {"itemId": "c3"}}, "inputRaster: the item 'c3' is of the kind 'Web Map'"),
        ({"inputRaster": {"url": "{root}/arcgis/rest/services/no/MapServer"}}, "cellSize|there is"),
        ({"inputRaster": {"url": "{root}/files/none.tif"}}, "inputRaster: .*cannot be opened"),
        (
            {"inputClassData": {"url": "{root}/files/none.gpkg"}},
            "inputClassData: .*cannot be opened",
        ),
        (
            {"inputClassData": {"url": "{root}/arcgis/rest/services/land/MapServer/7"}},
            "inputClassDa",
        ),
        ({"inputMaskPolygons": {"itemId": "a1"}}, "inputMaskPolygons: .*is a raster"),
        ({"additionalInputRaster": {"itemId": "b2"}}, "additionalInputRaster: .*of features"),
    ],
)
def test_what_services_tell_is_one_sentence_that_names_the_parameter(
    run: Runner, image: dict[str, Any], services: Imitation, change: Any, message: str
) -> None:
    text = json.dumps({**SIDE_BY_SIDE, **image, **change}).replace("{root}", services.root)
    error = run.failure(text)
    assert pytest.approx(1) == len(error.splitlines())
    import re

    assert re.search(message, error), error


def test_a_login_page_is_one_sentence(
    run: Runner, image: dict[str, Any], services: Imitation
) -> None:
    services.replies["exportImage"] = [LOGIN_PAGE] * 99
    assert "answered with a web page, probably to log in" in run.failure(image)


@pytest.mark.parametrize(
    ("location", "message"),
    [
        (None, "outputLocation: names no folder"),
        ({"itemProperties": {"name": "x"}}, "outputLocation: names no folder"),
        ("/fileShares/temp/x", "outputLocation: '/fileShares/temp/x' is a folder of the service's"),
        ('{"/rasterStores/a/b"}', "outputLocation: '/rasterStores/a/b' is a folder of"),
    ],
)
def test_a_folder_of_the_service_is_none_of_this_computer(
    run: Runner, image: dict[str, Any], location: Any, message: str
) -> None:
    refused = run.refusal({**image, "outputLocation": location}, outputLocation="")
    assert refused.startswith(message)


def test_the_folder_of_the_request_is_used_where_no_other_is_given(
    run: Runner, image: dict[str, Any], tmp_path: Path
) -> None:
    other = tmp_path / "other"
    answer = run({**image, "outputLocation": str(other)}, outputLocation="")
    assert answer["results"]["outLocation"]["value"]["uri"] == str(other)
    assert len(list((other / "images").iterdir())) == 15


# Files with requests


def test_a_request_is_read_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "a=b.json"
    path.write_text('{"seed": 1}', "utf-8-sig")
    assert text_of(str(path)) == text_of(path.as_uri()) == '{"seed": 1}'


@pytest.mark.parametrize("text", ['{"seed": 1}', "seed=1", "seed=1\nf=json", "x" * 9000 + "=1"])
def test_a_text_is_itself(text: str) -> None:
    assert text_of(text) == text


@pytest.mark.parametrize("text", ["none.json", "file:///no/where.json", "file://[", "\0"])
def test_what_is_neither_a_request_nor_a_file_is_refused(text: str) -> None:
    with pytest.raises(InvalidRequest, match="request: .* is neither a request nor a file"):
        text_of(text)
