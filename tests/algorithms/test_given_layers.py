"""Lists of rasters: files, layers, folders and tile indexes; what cannot be loaded is an error."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from osgeo import gdal, ogr
from qgis.core import (
    QgsProcessingAlgorithm,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsRasterLayer,
    QgsVectorLayer,
)

from chipwright.algorithms.given_layers import without_folders
from chipwright.core.errors import InvalidRequest

from .conftest import RequestOf, utm_reference

Shifted = Callable[[str, int], Path]


@pytest.fixture
def shifted(raster_path: Path) -> Shifted:
    """Copies of the raster so many metres further east."""

    def make(name: str, metres: int) -> Path:
        path = raster_path.parent / name
        path.parent.mkdir(exist_ok=True)
        shutil.copy(raster_path, path)
        gdal.Open(str(path), gdal.GA_Update).SetGeoTransform((metres, 1, 0, 40, 0, -1))
        return path

    return make


@pytest.fixture
def folder(shifted: Shifted) -> Path:
    """Two rasters."""
    shifted("items/a.tif", 60)
    return shifted("items/b.tif", 120).parent


@pytest.fixture
def tile_index(folder: Path) -> Path:
    """A GeoPackage that lists the rasters of the folder."""
    path = folder.parent / "index.gpkg"
    dataset = ogr.GetDriverByName("GPKG").CreateDataSource(str(path))
    layer = dataset.CreateLayer("tiles", utm_reference(), ogr.wkbPolygon)
    layer.CreateField(ogr.FieldDefn("location", ogr.OFTString))
    for number, name in enumerate(("a.tif", "b.tif"), start=1):
        feature = ogr.Feature(layer.GetLayerDefn())
        left = 60 * number
        feature.SetGeometry(
            ogr.CreateGeometryFromWkt(
                f"POLYGON (({left} 0, {left} 40, {left + 60} 40, {left + 60} 0, {left} 0))"
            )
        )
        feature["location"] = str(folder / name)
        layer.CreateFeature(feature)
    dataset = None
    return path


def paths(request_of: RequestOf, items: Any) -> list[str]:
    return [item.path for item in request_of({"rasterItems": items}).request.raster_items]


@pytest.mark.parametrize("items", [None, "", []])
def test_no_items_are_none(request_of: RequestOf, items: Any) -> None:
    assert paths(request_of, items) == []


def test_a_folder_stays_a_folder(request_of: RequestOf, folder: Path) -> None:
    assert paths(request_of, [str(folder)]) == [str(folder)]


def test_a_text_may_name_one_folder(request_of: RequestOf, folder: Path) -> None:
    assert paths(request_of, str(folder)) == [str(folder)]


def test_a_text_may_name_several(
    request_of: RequestOf, folder: Path, raster_path: Path, shifted: Shifted
) -> None:
    other = shifted("other.tif", 300)
    found = paths(request_of, f"{other};{folder};;{raster_path};")
    assert found == [str(other), str(folder), str(raster_path)]


def test_layers_and_folders_may_be_mixed(
    request_of: RequestOf, folder: Path, raster_path: Path
) -> None:
    layer = QgsRasterLayer(str(raster_path), "image")
    found = paths(request_of, [str(folder), layer, str(raster_path)])
    assert found == [str(folder), str(raster_path), str(raster_path)]


def test_paths_may_be_paths(request_of: RequestOf, folder: Path, raster_path: Path) -> None:
    assert paths(request_of, [folder, raster_path]) == [str(folder), str(raster_path)]


def test_a_raster_of_the_project_may_be_named_by_its_id(
    request_of: RequestOf, context: QgsProcessingContext, raster_path: Path
) -> None:
    layer = QgsRasterLayer(str(raster_path), "image")
    context.project().addMapLayer(layer)
    assert paths(request_of, [layer.id()]) == [str(raster_path)]


def test_a_tile_index_stays_one(request_of: RequestOf, tile_index: Path) -> None:
    (found,) = paths(request_of, [str(tile_index)])
    assert found.split("|")[0] == str(tile_index)


@pytest.mark.parametrize("by", ["id", "layer"])
def test_a_tile_index_of_the_project_is_its_file(
    request_of: RequestOf, context: QgsProcessingContext, tile_index: Path, by: str
) -> None:
    layer = QgsVectorLayer(f"{tile_index}|layername=tiles", "tiles", "ogr")
    context.project().addMapLayer(layer)
    (found,) = paths(request_of, [layer.id() if by == "id" else layer])
    assert found == f"{tile_index}|layername=tiles"


@pytest.mark.parametrize("rank", [0, 1])
def test_what_cannot_be_loaded_is_told_wherever_it_is_in_the_list(
    request_of: RequestOf, folder: Path, rank: int
) -> None:
    items = [str(folder)]
    items.insert(rank, "/no/a.tif")
    with pytest.raises(InvalidRequest, match=r"^rasterItems: '/no/a\.tif' cannot be opened"):
        paths(request_of, items)


@pytest.mark.parametrize("item", [7, None, ["a"]])
def test_what_is_no_layer_at_all_is_refused(request_of: RequestOf, item: Any) -> None:
    with pytest.raises(InvalidRequest, match="^rasterItems: "):
        paths(request_of, [item])


def test_a_layer_that_is_not_valid_is_told_by_its_source(request_of: RequestOf) -> None:
    layer = QgsRasterLayer("/no/a.tif", "gone")
    with pytest.raises(InvalidRequest, match=r"^rasterItems: '/no/a\.tif' cannot be opened"):
        paths(request_of, [layer])


def test_qgis_sees_no_folders(folder: Path, raster_path: Path) -> None:
    given = {"rasterItems": [str(folder), str(raster_path)], "seed": 3}
    assert without_folders(given) == {"rasterItems": [str(raster_path)], "seed": 3}
    assert given["rasterItems"] == [str(folder), str(raster_path)]


@pytest.mark.parametrize("as_text", [False, True])
def test_qgis_sees_nothing_where_there_are_folders_only(folder: Path, as_text: bool) -> None:
    items: Any = str(folder) if as_text else [str(folder)]
    assert without_folders({"rasterItems": items}) == {"rasterItems": None}


@pytest.mark.parametrize("given", [{}, {"rasterItems": None}, {"seed": 1}])
def test_other_parameters_stay_as_they_are(given: dict[str, Any]) -> None:
    assert without_folders(given) == given


@pytest.mark.parametrize("kind", ["folder", "tile index", "files", "text"])
def test_items_of_any_kind_are_exported(
    algorithm: QgsProcessingAlgorithm,
    context: QgsProcessingContext,
    raster_path: Path,
    folder: Path,
    tile_index: Path,
    kind: str,
) -> None:
    """Three images of 3 × 2 chips."""
    items = {
        "folder": [str(folder)],
        "tile index": [str(tile_index)],
        "files": [str(folder / "a.tif"), str(folder / "b.tif")],
        "text": f"{folder / 'a.tif'};{folder / 'b.tif'}",
    }
    given = {
        "inputRaster": str(raster_path),
        "rasterItems": items[kind],
        "processAllRasterItems": True,
        "metadataFormat": "Export_Tiles",
        "tileSizeX": 20,
        "tileSizeY": 20,
        "strideSizeX": 0,
        "strideSizeY": 0,
        "outputLocation": str(raster_path.parent / "chips"),
    }
    assert algorithm.checkParameterValues(given, context) == (True, "")
    results, ok = algorithm.run(given, context, QgsProcessingFeedback())
    assert ok
    assert results["numberOfChips"] == 18


# scalingPercentiles


@pytest.mark.parametrize(
    "text", ["2-98", "2 - 98", "2,98", "2;98", "2:98", "2 98", " 2.0-98.0 ", "2 , 98", "2.-98."]
)
def test_percentiles_may_be_written_in_many_ways(request_of: RequestOf, text: str) -> None:
    found = request_of({"scalingPercentiles": text}).request.scaling_percentiles
    assert found == (2.0, 98.0)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("0-100", (0.0, 100.0)), ("0.5-99.5", (0.5, 99.5)), (".5-99", (0.5, 99.0))],
)
def test_percentiles_may_have_fractions(
    request_of: RequestOf, text: str, expected: tuple[float, float]
) -> None:
    assert request_of({"scalingPercentiles": text}).request.scaling_percentiles == expected


@pytest.mark.parametrize("text", [None, ""])
def test_percentiles_that_are_not_given_are_the_usual(request_of: RequestOf, text: Any) -> None:
    given = {} if text is None else {"scalingPercentiles": text}
    assert request_of(given).request.scaling_percentiles == (2.0, 98.0)


@pytest.mark.parametrize(
    "text", ["2", "a-b", "2-", "-2-98", "2--98", "1-2-3", "2.5.1-98", "2%-98%", "."]
)
def test_what_is_no_range_is_refused(request_of: RequestOf, text: str) -> None:
    with pytest.raises(InvalidRequest, match=f"^scalingPercentiles: '{text}' is no range"):
        request_of({"scalingPercentiles": text})


@pytest.mark.parametrize("text", ["98-2", "50-50", "0-101"])
def test_percentiles_that_do_not_rise_are_refused(request_of: RequestOf, text: str) -> None:
    with pytest.raises(InvalidRequest, match="^scalingPercentiles: are .* must rise"):
        request_of({"scalingPercentiles": text})
