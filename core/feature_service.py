"""Layers of feature services: their features and attached images, asked for page by page."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Optional

from osgeo import gdal, ogr

from .errors import UnreadableSource, UnwritableOutput
from .gdal_errors import GdalFailure, checked, gdal_messages, open_features

FEATURES_AT_ONCE = 1000
OBJECTS_AT_ONCE = 100
"""Features of which the attachments are listed with one query; their numbers are in its URL."""
UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
FEATURE_LAYER = "Feature Layer"

Ask = Callable[[str, Mapping[str, str]], dict[str, Any]]
"""Asks a URL with a query for a JSON object. Raises ChipExportError."""


@dataclass(frozen=True)
class FeatureLayer:
    """A layer of a feature or map service."""

    url: str
    name: str
    id_field: str
    at_once: int
    """Most features of an answer."""
    has_attachments: bool
    lists_attachments: bool
    """Whether one query lists those of many features."""


def feature_layer(url: str, about: Mapping[str, Any]) -> FeatureLayer:
    """From what the layer answers to f=json. Raises UnreadableSource for another kind of layer."""
    if about.get("type", FEATURE_LAYER) != FEATURE_LAYER or "fields" not in about:
        raise UnreadableSource(
            f"'{url}' is no layer of features but '{about.get('type', 'something else')}'."
        )
    most = about.get("maxRecordCount")
    more = about.get("advancedQueryCapabilities") or {}
    return FeatureLayer(
        url,
        str(about.get("name", "features")),
        _id_field(about),
        most if isinstance(most, int) and 0 < most < FEATURES_AT_ONCE else FEATURES_AT_ONCE,
        bool(about.get("hasAttachments")),
        bool(more.get("supportsQueryAttachments")),
    )


def only_layer(url: str, about: Mapping[str, Any]) -> int:
    """The layer of a service that has one of features. Raises UnreadableSource for several."""
    layers = [
        each
        for each in about.get("layers") or []
        if each.get("type", FEATURE_LAYER) == FEATURE_LAYER
    ]
    if len(layers) == 1:
        return int(layers[0]["id"])
    names = ", ".join(f"{url}/{each['id']} ({each.get('name', '')})" for each in layers)
    raise UnreadableSource(
        f"'{url}' has {len(layers)} layers of features; "
        + (f"name one of them: {names}." if names else "choose another service.")
    )


def write_features(layer: FeatureLayer, ask: Ask, path: str, watch: Callable[[float], None]) -> int:
    """Copy all features of a layer to a FlatGeobuf file, by their ids; their number.

    `watch` is called with the share that is done and may raise. Features without a geometry are
    left out. Raises ChipExportError.
    """
    ids = object_ids(layer, ask)
    writer = _Writer(path)
    try:
        done = 0
        for page, count in pages(layer, ids, ask):
            writer.add(page)
            done += count
            watch(done / len(ids))
    finally:
        writer.close()
    return writer.count


def object_ids(layer: FeatureLayer, ask: Ask) -> list[int]:
    """The ids of all features, in ascending order."""
    query = {"where": "1=1", "returnIdsOnly": "true", "f": "json"}
    return sorted(ask(f"{layer.url}/query", query).get("objectIds") or [])


def pages(
    layer: FeatureLayer, ids: Sequence[int], ask: Ask
) -> Iterator[tuple[dict[str, Any], int]]:
    """Answers with all features of these ids, and for how many of them each one is.

    A server may give fewer at once than it says it does: then it is asked for less.
    """
    start, size = 0, layer.at_once
    while start < len(ids):
        some = ids[start : start + size]
        field = layer.id_field
        query = {
            "where": f"{field} >= {some[0]} AND {field} <= {some[-1]}",
            "outFields": "*",
            "returnGeometry": "true",
            "f": "json",
        }
        page = ask(f"{layer.url}/query", query)
        if page.get("exceededTransferLimit") and len(page.get("features") or []) < len(some):
            if size == 1:
                raise UnreadableSource(f"'{layer.url}' does not give its feature {some[0]}.")
            size = max(1, size // 2)
            continue
        start += len(some)
        yield page, len(some)


class _Writer:
    """Gathers pages of features in one file; its fields are those of the first page."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._dataset: Optional[gdal.Dataset] = None
        self._layer: Any = None
        self.count = 0

    def add(self, page: Mapping[str, Any]) -> None:
        """Append the features of an answer. Raises UnreadableSource, UnwritableOutput."""
        if not page.get("features"):
            return
        memory = f"/vsimem/chipwright-{uuid.uuid4().hex}.json"
        gdal.FileFromMemBuffer(memory, json.dumps(page).encode())
        try:
            self._copy(memory)
        except GdalFailure as failure:
            reason = f"the features that the service gave cannot be copied: {failure}"
            raise UnreadableSource(reason) from failure
        finally:
            gdal.Unlink(memory)

    def _copy(self, memory: str) -> None:
        dataset = open_features(memory)
        layer = dataset.GetLayer(0)
        with gdal_messages() as messages:
            if self._layer is None:
                self._begin(layer, messages)
            definition = self._layer.GetLayerDefn()
            for feature in layer:
                geometry = feature.GetGeometryRef()
                if geometry is None or geometry.IsEmpty():
                    continue
                copy = ogr.Feature(definition)
                copy.SetFrom(feature)
                copy.SetGeometry(geometry.GetLinearGeometry())
                if self._layer.CreateFeature(copy) != ogr.OGRERR_NONE:
                    raise UnwritableOutput(f"'{self._path}': {messages.last_error}")
                self.count += 1

    def _begin(self, layer: Any, messages: Any) -> None:
        driver = gdal.GetDriverByName("FlatGeobuf")
        self._dataset = checked(driver.Create(self._path, 0, 0, 0, gdal.GDT_Unknown), messages)
        made = self._dataset.CreateLayer(
            "features", layer.GetSpatialRef(), ogr.wkbUnknown, ["SPATIAL_INDEX=NO"]
        )
        self._layer = checked(made, messages)
        definition = layer.GetLayerDefn()
        for index in range(definition.GetFieldCount()):
            self._layer.CreateField(definition.GetFieldDefn(index))

    def close(self) -> None:
        """Complete the file."""
        self._layer = None
        self._dataset = None


@dataclass(frozen=True)
class Attachment:
    """An image that is attached to a feature."""

    url: str
    file_name: str
    """Unique, and of nothing but letters, digits, dots and dashes."""


def attached_images(
    layer: FeatureLayer, ask: Ask, watch: Callable[[], None]
) -> Iterator[Attachment]:
    """All attached images, by feature and number. Raises ChipExportError."""
    ids = object_ids(layer, ask)
    for start in range(0, len(ids), OBJECTS_AT_ONCE):
        watch()
        for feature, infos in _attachment_infos(layer, ids[start : start + OBJECTS_AT_ONCE], ask):
            for info in sorted(infos, key=lambda each: int(each["id"])):
                if str(info.get("contentType", "")).lower().startswith("image/"):
                    yield _attachment(layer, feature, info)


def _attachment_infos(
    layer: FeatureLayer, ids: Sequence[int], ask: Ask
) -> Iterator[tuple[int, Sequence[Mapping[str, Any]]]]:
    if not layer.lists_attachments:
        for number in ids:
            answer = ask(f"{layer.url}/{number}/attachments", {"f": "json"})
            yield number, answer.get("attachmentInfos") or []
        return
    query = {"objectIds": ",".join(map(str, ids)), "f": "json"}
    groups = ask(f"{layer.url}/queryAttachments", query).get("attachmentGroups") or []
    for group in sorted(groups, key=lambda each: int(each["parentObjectId"])):
        yield int(group["parentObjectId"]), group.get("attachmentInfos") or []


def _attachment(layer: FeatureLayer, feature: int, info: Mapping[str, Any]) -> Attachment:
    number = int(info["id"])
    return Attachment(
        f"{layer.url}/{feature}/attachments/{number}",
        f"{feature}_{number}_{safe_file_name(str(info.get('name', 'image')))}",
    )


def safe_file_name(name: str) -> str:
    """The last part of a name, of plain characters and no more than 80 of them.

    >>> safe_file_name("../../etc/pass wd.jpg")
    'pass_wd.jpg'
    """
    last = name.replace("\\", "/").rpartition("/")[2]
    return UNSAFE.sub("_", last).lstrip(".")[-80:] or "image"


def _id_field(about: Mapping[str, Any]) -> str:
    named = about.get("objectIdField")
    kinds = {each.get("type"): each.get("name") for each in about["fields"]}
    return str(named or kinds.get("esriFieldTypeOID") or "OBJECTID")
