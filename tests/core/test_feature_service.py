"""Features and attachments, page by page, from answers that are made up here."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from osgeo import ogr

from chipwright.core.errors import ExportCancelled, UnreadableSource
from chipwright.core.feature_service import (
    FeatureLayer,
    attached_images,
    feature_layer,
    object_ids,
    only_layer,
    pages,
    safe_file_name,
    write_features,
)

URL = "https://h.example/FeatureServer/0"
FIELDS = [
    {"name": "FID", "type": "esriFieldTypeOID"},
    {"name": "kind", "type": "esriFieldTypeString", "length": 9},
]
ABOUT = {"name": "trees", "type": "Feature Layer", "fields": FIELDS, "maxRecordCount": 10}


class Service:
    """Points at (number, 0); gives no more than `most` of them at once, whatever is asked."""

    def __init__(self, numbers: list[int], most: int = 1000) -> None:
        self.numbers = numbers
        self.most = most
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.without_geometry: set[int] = set()

    def __call__(self, url: str, query: Mapping[str, str]) -> dict[str, Any]:
        self.asked.append((url, dict(query)))
        if url.endswith("/queryAttachments"):
            ids = map(int, query["objectIds"].split(","))
            groups = [{"parentObjectId": each, "attachmentInfos": infos(each)} for each in ids]
            return {"attachmentGroups": groups}
        if url.endswith("/attachments"):
            return {"attachmentInfos": infos(int(url.split("/")[-2]))}
        if query.get("returnIdsOnly") == "true":
            return {"objectIds": self.numbers}
        found = re.fullmatch(r"FID >= (-?\d+) AND FID <= (-?\d+)", query["where"])
        assert found
        first, last = map(int, found.groups())
        wanted = [number for number in sorted(self.numbers) if first <= number <= last]
        return self._page(wanted[: self.most], len(wanted) > self.most)

    def _page(self, numbers: list[int], is_cut: bool) -> dict[str, Any]:
        features = [
            {
                "attributes": {"FID": number, "kind": f"k{number}"},
                "geometry": None if number in self.without_geometry else {"x": number, "y": 0},
            }
            for number in numbers
        ]
        return {
            "geometryType": "esriGeometryPoint",
            "spatialReference": {"wkid": 32633},
            "fields": FIELDS,
            "features": features,
            "exceededTransferLimit": is_cut,
        }


def infos(feature: int) -> list[dict[str, Any]]:
    """An image and a text for features with an even number."""
    image = {"id": 2, "name": f"../{feature} a.JPG", "contentType": "image/jpeg"}
    text = {"id": 1, "name": "a.txt", "contentType": "text/plain"}
    return [image, text] if feature % 2 == 0 else []


@pytest.fixture
def layer() -> FeatureLayer:
    return feature_layer(URL, ABOUT)


def ignore(_: float = 0.0) -> None:
    """Nobody is told."""


def test_a_layer_describes_itself(layer: FeatureLayer) -> None:
    assert (layer.name, layer.id_field, layer.at_once) == ("trees", "FID", 10)
    assert not layer.has_attachments


@pytest.mark.parametrize("about", [{**ABOUT, "type": "Raster Layer"}, {"name": "x"}])
def test_another_kind_of_layer_is_refused(about: dict[str, Any]) -> None:
    with pytest.raises(UnreadableSource, match="is no layer of features"):
        feature_layer(URL, about)


def test_the_only_layer_is_found_whatever_its_number() -> None:
    layers = [{"id": 3, "type": "Group Layer"}, {"id": 7, "type": "Feature Layer"}]
    assert only_layer("u", {"layers": layers}) == 7


def test_of_several_layers_one_must_be_named() -> None:
    layers = [{"id": 0, "name": "a"}, {"id": 1, "name": "b"}]
    with pytest.raises(UnreadableSource, match=r"2 layers of features; name one.*u/0 .a., u/1 .b."):
        only_layer("u", {"layers": layers})


def test_ids_come_in_ascending_order(layer: FeatureLayer) -> None:
    assert object_ids(layer, Service([3, 1, 2])) == [1, 2, 3]


@pytest.mark.parametrize("most", [1000, 10, 7, 3, 1])
def test_every_feature_comes_once_however_few_come_at_once(layer: FeatureLayer, most: int) -> None:
    numbers = [*range(1, 30), 100, 205]
    service = Service(numbers, most)
    found = [
        feature["attributes"]["FID"]
        for page, _ in pages(layer, numbers, service)
        for feature in page["features"]
    ]
    assert found == numbers


def test_a_service_that_gives_nothing_is_told(layer: FeatureLayer) -> None:
    with pytest.raises(UnreadableSource, match="does not give its feature 1"):
        list(pages(layer, [1, 2], Service([1, 2], most=0)))


def test_features_are_copied_with_their_fields_and_system(
    layer: FeatureLayer, tmp_path: Path
) -> None:
    path = str(tmp_path / "trees.fgb")
    service = Service(list(range(25, 0, -1)))
    service.without_geometry = {4, 5}
    assert write_features(layer, service, path, ignore) == 23
    dataset = ogr.Open(path)
    copied = dataset.GetLayer(0)
    assert copied.GetSpatialRef().GetAuthorityCode(None) == "32633"
    found = [(it.GetField("FID"), it.GetField("kind"), it.geometry().GetX()) for it in copied]
    assert found == [(n, f"k{n}", float(n)) for n in range(1, 26) if n not in (4, 5)]


def test_a_layer_without_features_has_none(layer: FeatureLayer, tmp_path: Path) -> None:
    assert write_features(layer, Service([]), str(tmp_path / "a.fgb"), ignore) == 0


def test_copying_can_be_stopped_between_pages(layer: FeatureLayer, tmp_path: Path) -> None:
    def stop(done: float) -> None:
        if done > 0.5:
            raise ExportCancelled("stop")

    service = Service(list(range(1, 31)))
    with pytest.raises(ExportCancelled):
        write_features(layer, service, str(tmp_path / "a.fgb"), stop)
    assert len(service.asked) == 3  # the ids and two of three pages


@pytest.mark.parametrize("lists", [True, False])
def test_attached_images_come_by_feature_and_number(lists: bool) -> None:
    more = {"supportsQueryAttachments": lists}
    layer = feature_layer(URL, {**ABOUT, "hasAttachments": True, "advancedQueryCapabilities": more})
    found = list(attached_images(layer, Service([4, 3, 2]), ignore))
    assert [each.file_name for each in found] == ["2_2_2_a.JPG", "4_2_4_a.JPG"]
    assert [each.url for each in found] == [f"{URL}/{n}/attachments/2" for n in (2, 4)]


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("a.jpg", "a.jpg"),
        ("../../etc/passwd", "passwd"),
        ("..\\..\\boot.ini", "boot.ini"),
        ("..", "image"),
        ("", "image"),
        ("CON\x00.png", "CON_.png"),
        ("Bäume 1.tif", "B_ume_1.tif"),
        ("x" * 300 + ".jpg", "x" * 76 + ".jpg"),
    ],
)
def test_names_of_files_lead_nowhere_else(name: str, safe: str) -> None:
    assert safe_file_name(name) == safe
