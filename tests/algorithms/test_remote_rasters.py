"""Rasters of services: values as they are stored there, pictures as they are drawn."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from typing import Any

import pytest
from osgeo import gdal
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsProcessingAlgorithm,
    QgsProcessingContext,
    QgsProcessingProvider,
    QgsProject,
    QgsRasterLayer,
    QgsRectangle,
    QgsReferencedRectangle,
)

from chipwright.tests.core.dataset_reading import contents

from .serving import Imitation, land
from .test_export_training_data import Listening

WHOLE = {"tileSizeX": 150, "tileSizeY": 90}


@pytest.fixture
def images(tmp_path: Path) -> dict[str, Any]:
    """Chips of 30 × 30 pixels side by side, without labels."""
    sizes = dict.fromkeys(("tileSizeX", "tileSizeY"), 30) | {"strideSizeX": 0, "strideSizeY": 0}
    return {
        "outputLocation": str(tmp_path / "chips"),
        "metadataFormat": "Export_Tiles",
        **sizes,
    }


def arcgis_layer(services: Imitation, service: str) -> QgsRasterLayer:
    uri = f"crs='EPSG:32633' format='PNG32' layer='' url='{services.url(service)}'"
    return in_project(QgsRasterLayer(uri, service.partition("/")[0], "arcgismapserver"))


def tiles_layer(services: Imitation) -> QgsRasterLayer:
    url = f"{services.root}/tiles/%7Bz%7D/%7Bx%7D/%7By%7D.png"
    return in_project(QgsRasterLayer(f"type=xyz&url={url}&zmin=0&zmax=16", "tiles", "wms"))


def matrices_layer(services: Imitation) -> QgsRasterLayer:
    """Of a WMTS."""
    url = f"{services.root}/wmts?SERVICE%3DWMTS%26REQUEST%3DGetCapabilities"
    matrices = "crs=EPSG:32633&format=image/png&layers=land&styles=default&tileMatrixSet=utm"
    return in_project(QgsRasterLayer(f"{matrices}&url={url}", "matrices", "wms"))


def in_project(layer: QgsRasterLayer) -> QgsRasterLayer:
    assert layer.isValid()
    QgsProject.instance().addMapLayer(layer)
    return layer


def run(
    algorithm: QgsProcessingAlgorithm, context: QgsProcessingContext, parameters: dict[str, Any]
) -> Listening:
    feedback = Listening()
    assert algorithm.checkParameterValues(parameters, context) == (True, "")
    _, ok = algorithm.create().run(parameters, context, feedback)
    assert ok, feedback.errors
    return feedback


def chips(parameters: dict[str, Any]) -> list[Any]:
    folder = Path(parameters["outputLocation"])
    return [gdal.Open(str(path)) for path in sorted((folder / "images").glob("*.tif"))]


def box(left: float, bottom: float, right: float, top: float) -> QgsReferencedRectangle:
    """Cells of the land: its upper left corner is (0, 0), down is negative."""
    xs = [land.LEFT + land.CELL * x for x in (left, right)]
    ys = [land.TOP + land.CELL * y for y in (bottom, top)]
    crs = QgsCoordinateReferenceSystem("EPSG:32633")
    return QgsReferencedRectangle(QgsRectangle(xs[0], ys[0], xs[1], ys[1]), crs)


# Image services


def test_chips_of_an_image_service_have_its_very_values(
    algorithm: QgsProcessingAlgorithm,
    context: QgsProcessingContext,
    images: dict[str, Any],
    services: Imitation,
) -> None:
    layer = arcgis_layer(services, "land/ImageServer")
    run(algorithm, context, {**images, **WHOLE, "inputRaster": layer.id()})
    (chip,) = chips(images)
    assert (chip.ReadAsArray() == land.values()).all()
    assert chip.GetGeoTransform() == (land.LEFT, 10, 0, land.TOP, 0, -10)
    assert chip.GetSpatialRef().GetAuthorityCode(None) == "32633"
    assert chip.GetRasterBand(1).GetNoDataValue() == land.NODATA


def test_the_report_names_the_layer_so_that_it_is_found_without_the_project(
    algorithm: QgsProcessingAlgorithm,
    context: QgsProcessingContext,
    images: dict[str, Any],
    services: Imitation,
    tmp_path: Path,
) -> None:
    layer = arcgis_layer(services, "land/ImageServer")
    run(algorithm, context, {**images, "inputRaster": layer.id(), "f": "json"})
    text = Path(images["outputLocation"], "report.json").read_text("utf-8")
    assert str(Path(images["outputLocation"]).parent) not in text
    command = json.loads(text)["reproduce"]["command"].replace("\\\n", " ")
    _, given = command.split(" -- ")
    again = dict(word.split("=", 1) for word in shlex.split(given))
    QgsProject.instance().clear()
    run(algorithm, context, {**again, "outputLocation": str(tmp_path / "again")})
    assert contents(tmp_path / "again") == contents(Path(images["outputLocation"]))


def test_a_preview_shows_the_chips_and_keeps_what_it_fetched_for_the_next(
    provider: QgsProcessingProvider,
    context: QgsProcessingContext,
    images: dict[str, Any],
    services: Imitation,
) -> None:
    layer = arcgis_layer(services, "land/ImageServer")
    given = {**images, "inputRaster": layer.id(), "OUTPUT": "memory:"}
    del given["outputLocation"]
    for _ in range(2):
        preview = provider.algorithm("previewchips").create()
        results, ok = preview.run(given, context, Listening())
        assert ok and results["numberOfChips"] == 15
    asked = services.counts["exportImage"]
    assert asked == len({str(each) for each in services.queries("exportImage")}) > 0


def test_pieces_are_no_larger_than_the_service_gives(
    algorithm: QgsProcessingAlgorithm,
    context: QgsProcessingContext,
    images: dict[str, Any],
    services: Imitation,
) -> None:
    services.most_at_once = 40
    layer = arcgis_layer(services, "land/ImageServer")
    run(algorithm, context, {**images, **WHOLE, "inputRaster": layer.id()})
    asked = services.queries("exportImage")
    sizes = [tuple(map(int, each["size"].split(","))) for each in asked]
    assert sum(columns * rows for columns, rows in sizes) == land.COLUMNS * land.ROWS
    assert max(max(size) for size in sizes) == 40
    assert {each["interpolation"] for each in asked} == {"RSP_NearestNeighbor"}
    assert (chips(images)[0].ReadAsArray() == land.values()).all()


def test_only_the_extent_is_fetched(
    algorithm: QgsProcessingAlgorithm,
    context: QgsProcessingContext,
    images: dict[str, Any],
    services: Imitation,
) -> None:
    layer = arcgis_layer(services, "land/ImageServer")
    given = {**images, "inputRaster": layer.id(), "extent": box(20, -40, 50, -10)}
    run(algorithm, context, given)
    (chip,) = chips(images)
    assert (chip.ReadAsArray() == land.values()[:, 10:40, 20:50]).all()
    sizes = [each["size"] for each in services.queries("exportImage")]
    assert sizes == ["30,30"]


def test_larger_cells_are_asked_of_the_service(
    algorithm: QgsProcessingAlgorithm,
    context: QgsProcessingContext,
    images: dict[str, Any],
    services: Imitation,
) -> None:
    layer = arcgis_layer(services, "land/ImageServer")
    run(algorithm, context, {**images, "inputRaster": layer.id(), "cellSize": 30})
    (chip,) = chips(images)
    assert (chip.ReadAsArray() == land.values()[:, 1::3, 1::3][:, :30, :30]).all()
    kinds = {each["interpolation"] for each in services.queries("exportImage")}
    assert kinds == {"RSP_BilinearInterpolation"}


def test_classes_of_an_image_service_are_fetched_where_the_image_is(
    algorithm: QgsProcessingAlgorithm,
    context: QgsProcessingContext,
    images: dict[str, Any],
    services: Imitation,
    tmp_path: Path,
) -> None:
    path = tmp_path / "image.tif"
    image = gdal.GetDriverByName("GTiff").Create(str(path), 60, 60, 1, gdal.GDT_Byte)
    image.SetGeoTransform((land.LEFT + 400, 5, 0, land.TOP - 300, 0, -5))
    image.SetProjection(QgsCoordinateReferenceSystem("EPSG:32633").toWkt())
    image = None
    layer = arcgis_layer(services, "classes/ImageServer")
    given = {
        **images,
        "inputRaster": str(path),
        "inputClassData": layer.id(),
        "metadataFormat": "Classified_Tiles",
        "tileSizeX": 60,
        "tileSizeY": 60,
        "cellSize": 10,
    }
    run(algorithm, context, {**given, "tileSizeX": 30, "tileSizeY": 30})
    (label,) = Path(images["outputLocation"], "labels").glob("*.tif")
    expected = land.classes()[0, 30:60, 40:70]
    assert (gdal.Open(str(label)).ReadAsArray() == expected).all()
    assert [each["size"] for each in services.queries("exportImage")] == ["30,30"]


# Pictures


def test_chips_of_a_map_service_have_the_colours_of_the_map(
    algorithm: QgsProcessingAlgorithm,
    context: QgsProcessingContext,
    images: dict[str, Any],
    services: Imitation,
) -> None:
    layer = arcgis_layer(services, "land/MapServer")
    feedback = run(
        algorithm, context, {**images, **WHOLE, "inputRaster": layer.id(), "cellSize": 10}
    )
    (chip,) = chips(images)
    bounds = (land.LEFT, land.BOTTOM, land.RIGHT, land.TOP)
    assert (chip.ReadAsArray() == land.picture(bounds, 150, 90)[:3]).all()
    assert any("'land' gives pictures: chips have the colours" in it for it in feedback.infos)


def test_what_is_transparent_is_no_data(
    algorithm: QgsProcessingAlgorithm,
    context: QgsProcessingContext,
    images: dict[str, Any],
    services: Imitation,
) -> None:
    """The extent of the service is said to be larger than the land."""
    about = dict(land.EXTENT, xmin=land.LEFT - 600)
    layer = arcgis_layer(services, "land/MapServer")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(land, "EXTENT", about)
        given = {**images, "inputRaster": layer.id(), "cellSize": 10, "maxNodataRatio": 0.5}
        run(algorithm, context, given)
    lefts = sorted({chip.GetGeoTransform()[0] for chip in chips(images)})
    assert lefts[0] == land.LEFT


def test_tiles_of_the_web_are_taken_from_the_level_that_is_fine_enough(
    algorithm: QgsProcessingAlgorithm,
    context: QgsProcessingContext,
    images: dict[str, Any],
    services: Imitation,
) -> None:
    """Cells of 2.4 m are finer than level 15 (4.8 m) and no finer than level 16."""
    layer = tiles_layer(services)
    crs = QgsCoordinateReferenceSystem("EPSG:3857")
    extent = QgsReferencedRectangle(QgsRectangle(0, 0, 200, 200), crs)
    given = {**images, "inputRaster": layer.id(), "cellSize": 2.4, "extent": extent}
    run(algorithm, context, given)
    assert {path.split("/")[2] for path in services.asked} == {"16"}
    middle = 2**15  # tiles to the right of the meridian, and above the equator
    expected = [16, middle % 256, (middle - 1) % 256]
    assert [chip.ReadAsArray().max(axis=(1, 2)).tolist() for chip in chips(images)] == [
        expected
    ] * 4


def test_tiles_that_are_not_there_are_no_data(
    algorithm: QgsProcessingAlgorithm,
    context: QgsProcessingContext,
    images: dict[str, Any],
    services: Imitation,
) -> None:
    crs = QgsCoordinateReferenceSystem("EPSG:3857")
    extent = QgsReferencedRectangle(QgsRectangle(-611, 1, 611, 611), crs)
    given = {
        **images,
        "inputRaster": tiles_layer(services).id(),
        "extent": extent,
        "cellSize": 2.38865713397468,
    }
    row = f"{2**15 - 1}.png"
    services.replies[row] = [(404, "text/plain", b"")]  # of the first of two tiles in a row
    large = {"tileSizeX": 250, "tileSizeY": 250, "maxNodataRatio": 0.5}
    run(algorithm, context, {**given, **large})
    assert len(services.asked) == 2
    assert len(chips(images)) == 1


def test_chips_of_a_wmts_have_the_colours_of_its_tiles(
    algorithm: QgsProcessingAlgorithm,
    context: QgsProcessingContext,
    images: dict[str, Any],
    services: Imitation,
) -> None:
    layer = matrices_layer(services)
    given = {**images, **WHOLE, "inputRaster": layer.id(), "cellSize": 10}
    feedback = run(algorithm, context, given)
    (chip,) = chips(images)
    bounds = (land.LEFT, land.BOTTOM, land.RIGHT, land.TOP)
    assert (chip.ReadAsArray() == land.picture(bounds, 150, 90)[:3]).all()
    tiles = [each for each in services.queries("wmts") if "TILECOL" in each]
    assert sorted((it["TILEROW"], it["TILECOL"]) for it in tiles) == [
        (str(row), str(column)) for row in range(3) for column in range(5)
    ]
    assert any("'matrices' gives pictures: chips have" in it for it in feedback.infos)


def test_pictures_need_a_cell_size_and_one_is_proposed(
    algorithm: QgsProcessingAlgorithm,
    context: QgsProcessingContext,
    images: dict[str, Any],
    services: Imitation,
) -> None:
    layer = tiles_layer(services)
    accepted, said = algorithm.checkParameterValues({**images, "inputRaster": layer.id()}, context)
    assert not accepted
    assert said.startswith("cellSize: is not given, but 'tiles' is drawn at any cell size")
    assert "such as 2.38866" in said


def test_pictures_are_no_labels(
    algorithm: QgsProcessingAlgorithm,
    context: QgsProcessingContext,
    images: dict[str, Any],
    services: Imitation,
    raster_path: Path,
) -> None:
    layer = arcgis_layer(services, "land/MapServer")
    given = {
        **images,
        "inputRaster": str(raster_path),
        "inputClassData": layer.id(),
        "metadataFormat": "Classified_Tiles",
    }
    accepted, said = algorithm.checkParameterValues(given, context)
    assert not accepted
    assert said.startswith("inputClassData: 'land' gives pictures, whose colours are no class")


# What is kept, and what is not


def test_checking_asks_no_service_for_pixels(
    algorithm: QgsProcessingAlgorithm,
    context: QgsProcessingContext,
    images: dict[str, Any],
    services: Imitation,
    tmp_path: Path,
) -> None:
    layer = arcgis_layer(services, "land/ImageServer")
    before = len(services.asked)
    assert algorithm.checkParameterValues({**images, "inputRaster": layer.id()}, context)[0]
    assert len(services.asked) == before
    assert list(tmp_path.iterdir()) == []


def test_nothing_but_the_dataset_is_left(
    algorithm: QgsProcessingAlgorithm,
    context: QgsProcessingContext,
    images: dict[str, Any],
    services: Imitation,
    tmp_path: Path,
) -> None:
    layer = arcgis_layer(services, "land/ImageServer")
    run(algorithm, context, {**images, "inputRaster": layer.id()})
    assert [path.name for path in tmp_path.iterdir()] == ["chips"]


def test_a_second_run_fetches_only_what_the_first_one_could_not(
    algorithm: QgsProcessingAlgorithm,
    context: QgsProcessingContext,
    images: dict[str, Any],
    services: Imitation,
    tmp_path: Path,
) -> None:
    layer = arcgis_layer(services, "land/ImageServer")
    given = {**images, "inputRaster": layer.id()}
    services.refuses = "size=30%2C30"  # the last one
    feedback = Listening()
    _, ok = algorithm.create().run(given, context, feedback)
    assert not ok
    assert feedback.errors == [
        f"inputRaster: '{services.url('land/ImageServer')}/exportImage' answered with an error: No."
    ]
    kept = len(list(tmp_path.glob("chips.cache/*/*.tif")))
    before = services.counts["exportImage"]
    services.refuses = ""
    run(algorithm, context, given)
    assert (kept, services.counts["exportImage"] - before) == (5, 1)


def test_a_cancelled_run_keeps_what_it_fetched(
    algorithm: QgsProcessingAlgorithm,
    context: QgsProcessingContext,
    images: dict[str, Any],
    services: Imitation,
    tmp_path: Path,
) -> None:
    class Hasty(Listening):
        def isCanceled(self) -> bool:
            return services.counts["exportImage"] >= 5

    services.delays["exportImage"] = 0.05
    layer = arcgis_layer(services, "land/ImageServer")
    feedback = Hasty()
    results, _ = algorithm.create().run({**images, "inputRaster": layer.id()}, context, feedback)
    assert "numberOfChips" not in results
    assert any("cancelled; what was fetched is kept in" in info for info in feedback.infos)
    assert not Path(images["outputLocation"]).exists()


def test_a_folder_with_a_dataset_is_refused_before_anything_is_fetched(
    algorithm: QgsProcessingAlgorithm,
    context: QgsProcessingContext,
    images: dict[str, Any],
    services: Imitation,
) -> None:
    layer = arcgis_layer(services, "land/ImageServer")
    given = {**images, "inputRaster": layer.id()}
    run(algorithm, context, given)
    before = services.counts["exportImage"]
    feedback = Listening()
    assert not algorithm.create().run(given, context, feedback)[1]
    assert feedback.errors[0].startswith("outputLocation:")
    assert services.counts["exportImage"] == before
