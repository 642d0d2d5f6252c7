"""The report of an export, as a file beside its dataset."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from osgeo import gdal

from chipwright.core.errors import ChipExportError, UnwritableOutput
from chipwright.core.export import export
from chipwright.core.formats import FORMATS
from chipwright.core.manifest import Manifest
from chipwright.core.request import Extent, FeatureSource, RasterSource, Size
from chipwright.core.request_text import request_values
from chipwright.tests.core.dataset_reading import chips, contents, geotransform, pixels
from chipwright.tests.core.exporting import (
    Listener,
    chip_request,
    export_chips,
    features,
    given_for,
)
from chipwright.tests.core.made_sources import box, features_file, noise_file, raster_file

ROOF, TREE = "roof, <b>red</b>", 'tree" & bush'
MOST_BYTES = 2 << 20


@pytest.fixture
def image(tmp_path: Path) -> Path:
    """Twelve chips."""
    return noise_file(tmp_path / "image.tif", 256, 192)


@pytest.fixture
def labels(tmp_path: Path) -> Path:
    rows = [
        (box(5, 5, 15, 15), {"kind": ROOF}),
        (box(25, 5, 35, 15), {"kind": ROOF}),
        (box(50, 30, 80, 60), {"kind": TREE}),
    ]
    return features_file(tmp_path / "labels.fgb", rows)


Export = Callable[..., tuple[Path, Manifest]]


@pytest.fixture
def exported(image: Path, labels: Path, tmp_path: Path) -> Export:
    """Exports to a folder of its name."""

    def run(folder: str = "chips", **settings: Any) -> tuple[Path, Manifest]:
        given: dict[str, Any] = {
            "metadata_format": "PASCAL_VOC_rectangles",
            "input_class_data": features(labels),
            "class_value_field": "kind",
            "response_format": "html",
            **settings,
        }
        return tmp_path / folder, export_chips(image, tmp_path / folder, **given)

    return run


class Page(HTMLParser):
    """The elements of a page, and its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.texts: list[str] = []
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in ("meta", "img", "path", "rect", "image"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: Any) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        if tag in self.open:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    @property
    def text(self) -> str:
        return " ".join(self.texts)

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.elements if name == tag]


def page(folder: Path) -> Page:
    return Page((folder / "report.html").read_text("utf-8"))


def document(folder: Path) -> dict[str, Any]:
    return dict(json.loads((folder / "report.json").read_bytes()))


# the file


@pytest.mark.parametrize(
    ("form", "name"), [("html", "report.html"), ("json", "report.json"), ("pjson", "report.json")]
)
def test_the_report_lies_beside_the_dataset(exported: Export, form: str, name: str) -> None:
    folder, _ = exported(response_format=form)
    assert [path.name for path in folder.glob("report*")] == [name]


def test_pjson_is_json_in_lines(exported: Export) -> None:
    one, _ = exported("one", response_format="json")
    many, _ = exported("many", response_format="pjson")
    assert (one / "report.json").read_text("utf-8").count("\n") == 1
    assert (many / "report.json").read_text("utf-8").count("\n") > 100
    first, second = document(one), document(many)
    assert first["request"].pop("f") == "json" and second["request"].pop("f") == "pjson"
    assert first["datasets"] == second["datasets"] and first["request"] == second["request"]


@pytest.mark.parametrize("form", ["html", "json"])
@pytest.mark.parametrize("name", sorted(FORMATS))
def test_one_worker_writes_the_same_report_as_four(
    image: Path, labels: Path, tmp_path: Path, name: str, form: str
) -> None:
    given = given_for(name, features(labels), image)
    reports = []
    for workers in "14":
        folder = tmp_path / workers
        export_chips(image, folder, **given, response_format=form, stride_size=Size(32, 32),
                     parallel_processing_factor=workers)  # fmt: skip
        reports.append(next(folder.glob("report.*")).read_bytes())
    assert reports[0] == reports[1] and len(reports[0]) < MOST_BYTES


def test_a_resumed_export_has_the_report_of_one_at_a_stretch(
    exported: Export, image: Path, labels: Path, tmp_path: Path
) -> None:
    whole, _ = exported("whole", stride_size=Size(1, 32))

    class Impatient(Listener):
        def cancelled(self) -> bool:
            return len(list((tmp_path / "halves/images").glob("*"))) > 300

    given = {
        "metadata_format": "PASCAL_VOC_rectangles",
        "input_class_data": features(labels),
        "class_value_field": "kind",
        "response_format": "html",
        "stride_size": Size(1, 32),
    }
    request = chip_request(image, tmp_path / "halves", **given)
    with pytest.raises(Exception, match="cancelled"):
        export(request, Impatient())
    resumed, _ = exported("halves", stride_size=Size(1, 32), existing_output="resume")
    assert (resumed / "report.html").read_bytes() == (whole / "report.html").read_bytes()


def test_a_report_in_another_form_takes_the_place_of_the_earlier(exported: Export) -> None:
    exported()
    folder, _ = exported(existing_output="append", response_format="json")
    assert [path.name for path in folder.glob("report*")] == ["report.json"]
    assert document(folder)["datasets"][0]["chipsBefore"] == 12


def test_a_replaced_dataset_takes_its_report_along(exported: Export) -> None:
    exported(response_format="json")
    folder, _ = exported(existing_output="replace")
    assert [path.name for path in folder.glob("report*")] == ["report.html"]


def test_no_report_is_written_unless_it_is_asked_for(exported: Export) -> None:
    folder, _ = exported(response_format="")
    assert list(folder.glob("report*")) == []


def test_chips_that_are_appended_without_a_report_make_the_earlier_one_void(
    exported: Export,
) -> None:
    exported()
    folder, _ = exported(existing_output="append", response_format="")
    assert list(folder.glob("report*")) == []


def test_a_report_of_two_datasets_that_could_not_be_added_to_is_kept(
    image: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = given_for("CycleGAN", features(image), image)
    folder = tmp_path / "chips"
    export_chips(image, folder, **given, response_format="html")
    before = (folder / "report.html").read_bytes()
    monkeypatch.setattr("chipwright.core.export._dataset_files", fail)
    with pytest.raises(ChipExportError, match="chips are kept"):
        export_chips(image, folder, **given, response_format="json", existing_output="append")
    assert [path.name for path in folder.glob("report*")] == ["report.html"]
    assert (folder / "report.html").read_bytes() == before


def fail(*_: Any) -> Any:
    raise UnwritableOutput("no space is left.")


# what it says


def test_counts_are_those_of_the_export(exported: Export) -> None:
    folder, manifest = exported(response_format="json")
    (facts,) = document(folder)["datasets"]
    assert facts["chips"] == manifest.chip_count == 12
    assert facts["chipsWithLabels"] == manifest.labeled_count == 2
    assert facts["labels"] == manifest.feature_count == 4


def test_classes_have_their_labels_their_chips_and_their_original_names(exported: Export) -> None:
    folder, _ = exported(response_format="json")
    first, second = document(folder)["datasets"][0]["classes"]
    assert (first["name"], first["originalName"]) == ("roof_ _b_red__b_", ROOF)
    assert (first["labels"], first["chips"]) == (2, 1)
    assert (second["originalName"], second["labels"], second["chips"]) == (TREE, 2, 2)


def test_chips_of_each_split_are_counted(exported: Export) -> None:
    folder, manifest = exported(response_format="json", split="50/50", stride_size=Size(16, 16))
    splits = document(folder)["datasets"][0]["splits"]
    assert tuple(splits.values()) == manifest.part_counts


def test_warnings_are_those_of_the_log(image: Path, labels: Path, tmp_path: Path) -> None:
    listener = Listener()
    given = {**given_for("KITTI_rectangles", features(labels), image), "fix_chip_size": False}
    export(chip_request(image, tmp_path / "chips", **given, response_format="json"), listener)
    assert document(tmp_path / "chips")["warnings"] == listener.warnings != []


def test_statistics_and_histograms_are_those_of_the_pixels(tmp_path: Path) -> None:
    """Chips that are all shown, of fewer pixels than a histogram takes."""
    values = np.random.default_rng(1).integers(1, 200, (2, 64, 128), dtype=np.uint8)
    values[0, :30] = 0
    image = raster_file(tmp_path / "image.tif", values, nodata=0)
    export_chips(image, tmp_path / "chips", response_format="json")
    bands = document(tmp_path / "chips")["datasets"][0]["bands"]
    for band, of_band in zip(bands, values):
        data = of_band[of_band > 0].astype(float)
        low, high = np.percentile(data, (0.2, 99.8))
        expected, _ = np.histogram(data.clip(low, high), 32, (low, high))
        assert band["histogram"]["counts"] == expected.tolist()
        assert (band["min"], band["max"]) == (data.min(), data.max())
        assert band["mean"] == pytest.approx(data.mean())
        assert band["stddev"] == pytest.approx(data.std(ddof=1))


def test_footprints_are_those_of_the_chips(exported: Export) -> None:
    folder, _ = exported(response_format="json", rotation_angle=45.0, stride_size=Size(32, 32))
    found = document(folder)["datasets"][0]["footprints"]
    assert found["crs"] == "WGS 84 / UTM zone 33N" and not found["areCells"]
    expected = [corners_of(path) for path in chips(folder)]
    np.testing.assert_allclose([area["corners"] for area in found["areas"]], expected, atol=1e-6)


def corners_of(path: Path) -> list[tuple[float, float]]:
    x, x_column, x_row, y, y_column, y_row = geotransform(path)
    _, rows, columns = pixels(path).shape
    around = ((0, 0), (columns, 0), (columns, rows), (0, rows))
    return [(x + c * x_column + r * x_row, y + c * y_column + r * y_row) for c, r in around]


def test_very_many_chips_are_counted_in_cells(image: Path, tmp_path: Path) -> None:
    manifest = export_chips(image, tmp_path / "chips", response_format="json",
                            tile_size=Size(8, 8), stride_size=Size(4, 4))  # fmt: skip
    found = document(tmp_path / "chips")["datasets"][0]["footprints"]
    assert found["areCells"] and manifest.chip_count > len(found["areas"]) > 100
    assert sum(area["chips"] for area in found["areas"]) == manifest.chip_count


def test_an_export_without_chips_has_a_report(tmp_path: Path) -> None:
    image = raster_file(tmp_path / "empty.tif", np.zeros((1, 64, 64), np.uint8), nodata=0)
    export_chips(image, tmp_path / "chips", response_format="html")
    assert "No chip was written" in page(tmp_path / "chips").text


# the page


def test_names_of_classes_are_text_on_the_page(exported: Export) -> None:
    folder, _ = exported()
    found = page(folder)
    assert found.all("b") and not any("red" in it for it in found.all("b"))
    assert ROOF in found.texts and TREE in found.texts
    assert not found.all("script")


def test_the_page_needs_nothing_but_itself(exported: Export) -> None:
    folder, _ = exported()
    addresses = [
        value
        for _, attributes in page(folder).elements
        for name, value in attributes.items()
        if name in ("src", "href", "action", "srcset")
    ]
    assert addresses and all(it.startswith("data:image/") for it in addresses)
    policy = page(folder).all("meta")[1]["content"]
    assert policy.startswith("default-src 'none'")


def test_the_page_is_well_formed(exported: Export) -> None:
    folder, _ = exported(split="50/50")
    assert page(folder).open == []


def test_pictures_show_the_chips(exported: Export) -> None:
    """JPEG is not exact, but noise is far from other noise."""
    folder, _ = exported()
    shown = page(folder).all("image")
    written = pixels(folder / "images/000000000.tif")
    assert len(shown) == 2  # those with labels
    assert likeness(picture(shown[0]["href"]), written) > 0.8
    assert likeness(picture(shown[1]["href"]), written) < 0.2


def likeness(first: Any, second: Any) -> float:
    """Correlation of the brightness of pixels."""
    return float(np.corrcoef(first.mean(axis=0).ravel(), second.mean(axis=0).ravel())[0, 1])


def picture(address: str) -> Any:
    import base64

    path = "/vsimem/tests_of_chipwright/shown.jpg"
    gdal.FileFromMemBuffer(path, base64.b64decode(address.partition(",")[2]))
    found = gdal.Open(path).ReadAsArray().astype(float)
    gdal.Unlink(path)
    return found


def test_boxes_are_drawn_over_the_chips(exported: Export) -> None:
    folder, _ = exported()
    paths = [it["d"] for it in page(folder).all("path") if "stroke" in it]
    assert paths == ["M5 5H15V15H5Z", "M25 5H35V15H25Z", "M50 30H64V60H50Z", "M0 30H16V60H0Z"]


def test_outlines_are_drawn_over_the_chips(exported: Export) -> None:
    folder, _ = exported(metadata_format="YOLO_Segmentation")
    paths = [it["d"] for it in page(folder).all("path") if "stroke" in it]
    assert len(paths) == 4 and all(path.count("L") == 3 for path in paths)


@pytest.mark.parametrize("name", ["Classified_Tiles", "RCNN_Masks"])
def test_labels_of_pixels_are_tinted(exported: Export, name: str) -> None:
    plain, _ = exported("plain", metadata_format="Export_Tiles", export_all_tiles=False)
    tinted, _ = exported("tinted", metadata_format=name)
    first, second = (picture(page(it).all("image")[0]["href"]) for it in (plain, tinted))
    changed = np.abs(first - second).sum(axis=0) > 60
    assert changed[7:13, 7:13].mean() > 0.5 and changed[20:30, :20].mean() < 0.2


def test_a_page_has_no_more_than_twelve_chips_and_two_megabytes(tmp_path: Path) -> None:
    image = noise_file(tmp_path / "large.tif", 2048, 1024, bands=8)
    export_chips(image, tmp_path / "chips", tile_size=Size(256, 256), response_format="html")
    assert len(page(tmp_path / "chips").all("image")) == 12
    assert (tmp_path / "chips/report.html").stat().st_size < MOST_BYTES


def test_thousands_of_labels_and_classes_fit_a_page(image: Path, tmp_path: Path) -> None:
    rows = [
        (box(x, y, x + 1.5, y + 1.5), {"value": 1 + (x + y * 64) % 3000})
        for x in range(0, 256, 2)
        for y in range(0, 192, 2)
    ]
    layer = features_file(tmp_path / "many.fgb", rows)
    export_chips(image, tmp_path / "chips", metadata_format="KITTI_rectangles",
                 input_class_data=features(layer), response_format="html")  # fmt: skip
    assert (tmp_path / "chips/report.html").stat().st_size < MOST_BYTES
    assert "more labels" in page(tmp_path / "chips").text


# running it again


def test_the_command_holds_what_was_asked_for(exported: Export, image: Path, labels: Path) -> None:
    folder, _ = exported(response_format="json", seed=7, export_all_tiles=False)
    words = shlex.split(document(folder)["reproduce"]["command"].replace("\\\n", " "))
    assert words[:4] == ["qgis_process", "run", "chipwright:exporttrainingdata", "--"]
    given = dict(word.split("=", 1) for word in words[4:])
    assert given == {
        "inputRaster": str(image),
        "inputClassData": str(labels),
        "chipFormat": "TIFF",
        "tileSizeX": "64",
        "tileSizeY": "64",
        "strideSizeX": "0",
        "strideSizeY": "0",
        "metadataFormat": "PASCAL_VOC_rectangles",
        "classValueField": "kind",
        "exportAllTiles": "false",
        "seed": "7",
        "f": "json",
        "outputLocation": "dataset",
    }


def test_the_dataset_itself_is_the_same_with_each_form_of_report(exported: Export) -> None:
    one, _ = exported("one", response_format="json")
    other, _ = exported("other")
    assert contents(one) == contents(other)


def test_the_request_in_the_document_can_be_read_as_a_request() -> None:
    from chipwright.core.report.asked import request_object

    request = chip_request(
        Path("/data/image.tif"), Path("out"), metadata_format="KITTI_rectangles",
        input_class_data=FeatureSource("/data/a.gpkg", "roofs"), class_value_field="kind",
        extent=Extent(0, 1, 2, 3), export_all_tiles=False, bands=(3, 1), pixel_scaling="minmax",
        raster_items=(RasterSource("/data/more.tif"),), response_format="json",
    )  # fmt: skip
    values = request_values(json.dumps(request_object(request)))
    assert (values["tileSizeX"], values["strideSizeY"]) == (64, 0)
    assert values["inputClassData"].uri == "/data/a.gpkg|layername=roofs"
    assert [item.uri for item in values["rasterItems"]] == ["/data/more.tif"]
    box = values["extent"]
    assert (box.left, box.bottom, box.right, box.top) == (0, 1, 2, 3)
    assert (values["bands"], values["exportAllTiles"], values["f"]) == ([3, 1], False, "json")


def test_unused_sources_are_not_asked_for() -> None:
    from chipwright.core.report.asked import asked

    request = chip_request(Path("/a b/im'age.tif"), Path("out"))
    words = shlex.split(asked(request).command.replace("\\\n", " "))
    assert "inputRaster=/a b/im'age.tif" in words
    assert not any(word.startswith("inputClassData") for word in words)


def test_passwords_are_not_shown() -> None:
    from chipwright.core.report.asked import asked

    secret = RasterSource("/vsicurl/https://me:s3cret@example.org/a.tif?signature=s3cret")
    database = FeatureSource("PG:host=db user=me password=s3cret", "roofs")
    request = chip_request(
        Path("a"), Path("out"), raster_items=(secret,), input_class_data=database
    )
    found = asked(request)
    assert "s3cret" not in json.dumps(found.request) + found.command + found.python
    assert sum("without its password" in note for note in found.notes) == 2


def test_services_without_a_layer_are_asked_for_in_a_text() -> None:
    from chipwright.core.report.asked import asked

    service = "https://example.org/a/FeatureServer/0"
    labels = FeatureSource("/vsimem/chipwright-1234.fgb", name="roofs", address=service)
    found = asked(chip_request(Path("a.tif"), Path("out"), input_class_data=labels))
    text = shlex.split(found.command.replace("\\\n", " "))[4]
    assert text.startswith("request={") and f'"inputClassData": {{"url": "{service}"}}' in text
    assert "chipwright:runexportrequest" in found.python
    assert not any("a layer in memory" in note for note in found.notes)


def test_layers_of_services_are_asked_for_as_qgis_opens_them() -> None:
    from chipwright.core.report.asked import asked

    layer = "arcgismapserver://crs='EPSG:32633' url='https://example.org/a/ImageServer'"
    image = RasterSource("/out.cache/image.vrt", name="relief", address=layer)
    found = asked(replace(chip_request(Path("a.tif"), Path("out")), input_raster=image))
    assert f"inputRaster={layer}" in shlex.split(found.command.replace("\\\n", " "))


def test_layers_in_memory_are_named_and_said_to_be_so() -> None:
    from chipwright.core.report.asked import asked

    layer = FeatureSource("/vsimem/chipwright-1234.fgb", name="roofs (edited)")
    found = asked(chip_request(Path("a.tif"), Path("out"), input_class_data=layer))
    assert (
        "chipwright-1234" not in found.command and "inputClassData=roofs (edited)" in found.command
    )
    assert any("'roofs (edited)' is a layer in memory" in note for note in found.notes)
