"""What image, map and tile services say of themselves, and how they are asked for pixels."""

from __future__ import annotations

import math
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from chipwright.core.errors import InvalidRequest, UnreadableSource
from chipwright.core.fetched_grids import grid_over, part_of
from chipwright.core.grid import PixelGrid, Size
from chipwright.core.picture_services import (
    HALF_WORLD,
    XyzTiles,
    is_xyz,
    map_service,
    quadkey,
    wms_at,
)
from chipwright.core.pixel_services import image_service, service_address

URL = "https://h.example/rest/services/land/ImageServer"
EXTENT = {"xmin": 500_000, "ymin": 4_000_000, "xmax": 500_300, "ymax": 4_000_200}
ABOUT: dict[str, Any] = {
    "extent": {**EXTENT, "spatialReference": {"wkid": 102100, "latestWkid": 3857}},
    "pixelSizeX": 2,
    "pixelSizeY": 2,
    "pixelType": "U16",
    "noDataValue": 7,
    "maxImageWidth": 40,
    "maxImageHeight": 15000,
}


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (URL, ("ImageServer", None)),
        ("http://h.example:6080/a/b/MapServer/", ("MapServer", None)),
        ("https://h.example/x/FeatureServer/12?token=a", ("FeatureServer", 12)),
        ("https://h.example/a.tif", None),
        ("https://h.example/ImageServer2", None),
        ("ftp://h.example/x/ImageServer", None),
    ],
)
def test_an_address_says_what_kind_of_service_it_is(url: str, expected: Any) -> None:
    address = service_address(url)
    assert (address and (address.kind, address.layer)) == expected


def test_an_image_service_has_a_grid() -> None:
    service = image_service(URL, ABOUT)
    assert (service.grid.columns, service.grid.rows) == (150, 100)
    assert service.grid.geotransform == (500_000, 2, 0, 4_000_200, 0, -2)
    assert '"EPSG","3857"' in service.grid.crs_wkt.replace("ID[", '"EPSG",')
    assert (service.nodata, service.tile) == (7, Size(40, 1024))


@pytest.mark.parametrize("missing", ["extent", "pixelSizeX"])
def test_a_service_that_does_not_say_where_it_lies_is_refused(missing: str) -> None:
    about = {name: value for name, value in ABOUT.items() if name != missing}
    with pytest.raises(UnreadableSource, match="does not say where its pixels lie"):
        image_service(URL, about)


def test_own_pixels_are_asked_for_as_they_are() -> None:
    service = image_service(URL, ABOUT)
    url, query = service.question(service.grid.crop(10, 5, 40, 20))
    assert url == f"{URL}/exportImage"
    assert query["bbox"] == "500020,4000150,500100,4000190"
    assert (query["bboxSR"], query["imageSR"], query["size"]) == ("3857", "3857", "40,20")
    assert (query["format"], query["pixelType"], query["noData"]) == ("tiff", "U16", "7")
    assert query["interpolation"] == "RSP_NearestNeighbor"


@pytest.mark.parametrize(
    ("cell_size", "box", "size", "corner"),
    [
        (None, None, (150, 100), (500_000, 4_000_200)),
        (None, (500_021, 4_000_100, 500_059, 4_000_121), (20, 11), (500_020, 4_000_122)),
        (20, None, (15, 10), (500_000, 4_000_200)),
        (20, (500_030, 4_000_110, 500_050, 4_000_130), (2, 2), (500_020, 4_000_140)),
        (2, None, (150, 100), (500_000, 4_000_200)),
        (1, (500_020, 4_000_100, 500_040, 4_000_120), (14, 14), (500_016, 4_000_124)),
        (None, (0, 0, 1, 1), (0, 0), (500_000, 4_000_200)),
    ],
)
def test_no_more_is_fetched_than_is_needed(
    cell_size: Any, box: Any, size: tuple[int, int], corner: tuple[int, int]
) -> None:
    grid = image_service(URL, ABOUT).fetched_grid(cell_size, box)
    assert (grid.columns, grid.rows) == size
    assert (grid.geotransform[0], grid.geotransform[3]) == corner


def test_a_system_of_the_service_alone_goes_as_it_came() -> None:
    wkt = 'LOCAL_CS["site",UNIT["metre",1]]'
    about = {**ABOUT, "extent": {**EXTENT, "spatialReference": {"wkt": wkt}}}
    service = image_service(URL, about)
    assert service.question(service.grid)[1]["imageSR"] == f'{{"wkt": "{wkt}"}}'.replace(
        '"site"', '\\"site\\"'
    ).replace('"metre"', '\\"metre\\"')


def test_a_map_service_draws_what_is_asked_for() -> None:
    service = map_service("u/MapServer", {"fullExtent": ABOUT["extent"]}, "3")
    grid = service.fetched_grid(10, (500_005, 4_000_000, 500_055, 4_000_050))
    url, query = service.question(grid)
    assert (url, query["layers"], query["f"]) == ("u/MapServer/export", "show:3", "image")
    assert (query["bbox"], query["size"]) == ("500000,4000000,500060,4000050", "6,5")


def test_a_map_service_needs_a_cell_size() -> None:
    levels = {"lods": [{"resolution": 4}, {"resolution": 0.5}]}
    service = map_service("u", {"fullExtent": ABOUT["extent"], "tileInfo": levels})
    with pytest.raises(InvalidRequest, match="cellSize: is not given.*such as 0.5, its finest"):
        service.fetched_grid(None, None)


def test_a_map_service_that_only_has_tiles_is_refused() -> None:
    with pytest.raises(UnreadableSource, match="draws no maps on demand"):
        map_service("u", {"capabilities": "TilesOnly", "fullExtent": ABOUT["extent"]})


@pytest.mark.parametrize("part", [(0, 0, 100, 100), (33, 41, 77, 99)])
def test_pictures_of_a_part_have_the_pixels_of_the_whole(part: Any) -> None:
    whole, piece = grid_over((0, 0, 1000, 1000), 7, ""), grid_over(part, 7, "")
    steps = (piece.geotransform[0] / 7, piece.geotransform[3] / 7, whole.geotransform[3] / 7)
    assert all(step == round(step) for step in steps)
    left, bottom, right, top = piece.bounds
    assert left <= part[0] and bottom <= part[1] and right >= part[2] and top >= part[3]


def test_a_part_that_misses_the_grid_is_empty() -> None:
    grid = PixelGrid(10, 10, (0.0, 1.0, 0.0, 10.0, 0.0, -1.0))
    assert part_of(grid, (20, 20, 30, 30)).columns == 0


# Tiles of the web


@pytest.mark.parametrize(
    ("cell_size", "level"), [(200_000, 0), (156543.1, 0), (156000, 1), (10, 14), (0.001, 18)]
)
def test_the_level_is_as_fine_as_the_cell_size_if_there_is_one(
    cell_size: float, level: int
) -> None:
    grid = XyzTiles("u", (0, 18)).fetched_grid(cell_size, (0, 0, 1, 1))
    assert grid.cell_size[0] == pytest.approx(2 * HALF_WORLD / 256 / 2**level)


def test_whole_tiles_are_asked_for_by_their_numbers() -> None:
    """As the formulas of web maps have it: Vienna lies on tile 8938, 5681 of level 14."""
    x = math.radians(16.4) * 6378137
    y = math.log(math.tan(math.pi / 4 + math.radians(48.2) / 2)) * 6378137
    tiles = XyzTiles("https://h.example/{z}/{x}/{y}/{-y}/{q}")
    grid = tiles.fetched_grid(9.6, (x, y, x + 1, y + 1))
    assert (grid.columns, grid.rows) == (256, 256)
    path = urlsplit(tiles.question(grid)[0]).path.split("/")[1:]
    assert path[:4] == ["14", "8938", "5681", str(2**14 - 1 - 5681)]
    assert path[4] == quadkey(8938, 5681, 14)


def test_a_url_with_places_is_one_of_tiles() -> None:
    urls = ["a/{z}/{x}/{-y}", "a/{q}.png", "a/{z}.png", "a.tif"]
    assert list(map(is_xyz, urls)) == [True, True, False, False]


# Web Map Services


def test_a_map_is_asked_for_with_the_rest_of_the_url() -> None:
    service = wms_at("https://h.example/w?map=a&SERVICE=WMS&Layers=x,y&crs=EPSG:25832&WIDTH=9")
    assert service is not None
    url, query = service.question(PixelGrid(20, 10, (5.0, 2.0, 0.0, 40.0, 0.0, -2.0)))
    assert parse_qs(urlsplit(url).query) == {"map": ["a"]}
    assert (query["LAYERS"], query["SRS"], query["BBOX"]) == ("x,y", "EPSG:25832", "5,20,45,40")
    assert (query["WIDTH"], query["HEIGHT"], query["VERSION"]) == ("20", "10", "1.1.1")


@pytest.mark.parametrize(
    "url", ["https://h.example/a.tif", "https://h.example/w?service=WFS", "https://[w?service=WMS"]
)
def test_other_urls_are_no_web_maps(url: str) -> None:
    assert wms_at(url) is None


def test_a_map_that_nobody_knows_the_size_of_needs_an_extent() -> None:
    service = wms_at("https://h.example/w?service=WMS&layers=a")
    assert service is not None
    with pytest.raises(InvalidRequest, match="extent: is not given, but nobody says how far"):
        service.fetched_grid(5, None)
