"""A server that answers as image, map, feature, tile and portal services do."""

from __future__ import annotations

import json
import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Optional, Union
from urllib.parse import parse_qsl, urlsplit

import numpy as np

from . import land

JSON = "application/json"
Reply = Union[tuple[int, str, bytes], tuple[int, str, bytes, Mapping[str, str]]]
"""HTTP status, content type, content, and further headers; with a greater length, it breaks off."""
LOGIN_PAGE: Reply = (200, "text/html", b"<!DOCTYPE html><title>Log in</title>")


class Imitation:
    """What it answers can be disturbed: `replies` has answers that come first, by operation."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        """Path and query of every request."""
        self.headers: list[dict[str, str]] = []
        self.counts: Counter[str] = Counter()
        """Requests by the last word of their path."""
        self.replies: dict[str, list[Reply]] = {}
        self.refuses = ""
        """A part of the path and query of requests that are answered with an error."""
        self.authorization = ""
        """What must be in the header of that name; nobody is asked for anything if it is empty."""
        self.delays: dict[str, float] = {}
        self.most_at_once = 60
        """Columns and rows of an image; features of a page are a sixth of it."""
        self.attachments: dict[int, list[tuple[str, str, bytes]]] = {}
        """Name, type and content of what is attached to a feature."""
        self.lists_attachments = True
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.root = f"http://127.0.0.1:{self._server.server_port}"

    @contextmanager
    def running(self) -> Iterator[Imitation]:
        """Serve while the body runs."""
        thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self._server.shutdown()
            self._server.server_close()

    def url(self, service: str) -> str:
        """Of a service, such as land/ImageServer."""
        return f"{self.root}/arcgis/rest/services/{service}"

    def queries(self, operation: str) -> list[dict[str, str]]:
        """What an operation was asked for."""
        found = [urlsplit(each) for each in self.asked]
        return [dict(parse_qsl(it.query)) for it in found if it.path.endswith(f"/{operation}")]

    def answer(self, target: str, headers: dict[str, str]) -> Reply:
        parts = urlsplit(target)
        operation = parts.path.rstrip("/").rpartition("/")[2]
        with self._lock:
            self.asked.append(target)
            self.headers.append(headers)
            self.counts[operation] += 1
            first = self.replies.get(operation)
            disturbed = first.pop(0) if first else None
        time.sleep(self.delays.get(operation, 0))
        if self.authorization and headers.get("Authorization") != self.authorization:
            return 401, "text/plain", b"Who are you?"
        if self.refuses and self.refuses in target:
            return _error(400, "No.")
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        return disturbed or self._undisturbed(parts.path, query)

    def _undisturbed(self, path: str, query: dict[str, str]) -> Reply:
        for pattern, answer in ROUTES.items():
            found = re.fullmatch(pattern, path)
            if found:
                return answer(self, query, *found.groups())
        return _error(404, "Not found")


def _handler(imitation: Imitation) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            status, kind, content, *more = imitation.answer(self.path, dict(self.headers.items()))
            length = str(len(content))
            headers = {"Content-Type": kind, "Content-Length": length, **(more[0] if more else {})}
            self.close_connection = headers["Content-Length"] != length
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            with suppress(OSError):  # the client did not wait
                self.wfile.write(content)

        def log_message(self, *words: Any) -> None:
            """Say nothing."""

    return Handler


def _json(value: Any) -> Reply:
    return 200, JSON, json.dumps(value).encode()


def _error(code: int, message: str) -> Reply:
    return _json({"error": {"code": code, "message": message, "details": []}})


def _box(query: dict[str, str], name: str = "bbox") -> tuple[float, ...]:
    return tuple(map(float, query[name].split(",")))


def _size(query: dict[str, str]) -> tuple[int, int]:
    columns, rows = map(int, query["size"].split(","))
    return columns, rows


# Images and maps


def _image_service(self: Imitation, _: dict[str, str], name: str) -> Reply:
    about = {
        "currentVersion": 10.91,
        "name": name,
        "extent": land.EXTENT,
        "pixelSizeX": land.CELL,
        "pixelSizeY": land.CELL,
        "spatialReference": land.REFERENCE,
        "maxImageWidth": self.most_at_once,
        "maxImageHeight": self.most_at_once,
        "capabilities": "Image",
        "serviceDataType": "esriImageServiceDataTypeGeneric",
    }
    if name == "classes":
        return _json({**about, "bandCount": 1, "pixelType": "U8"})
    return _json({**about, "bandCount": 2, "pixelType": "S16", "noDataValue": land.NODATA})


def _export_image(self: Imitation, query: dict[str, str], name: str) -> Reply:
    columns, rows = _size(query)
    if max(columns, rows) > self.most_at_once:
        return _error(400, "The requested image exceeds the size limit.")
    pixels = land.classes() if name == "classes" else land.values()
    beyond = 0 if name == "classes" else land.NODATA
    found, _ = land.cut(pixels, _box(query), columns, rows, beyond)
    nodata = float(query["noData"]) if "noData" in query else None
    return 200, "image/tiff", land.encoded(found, "GTiff", nodata)


def _map_service(self: Imitation, _: dict[str, str]) -> Reply:
    return _json(
        {
            "currentVersion": 10.91,
            "mapName": "land",
            "capabilities": "Map,Query,Data",
            "layers": [{"id": 0, "name": "parcels", "type": "Feature Layer"}],
            "fullExtent": land.EXTENT,
            "initialExtent": land.EXTENT,
            "spatialReference": land.REFERENCE,
            "maxImageWidth": self.most_at_once,
            "maxImageHeight": self.most_at_once,
            "singleFusedMapCache": False,
            "units": "esriMeters",
            "supportedImageFormatTypes": "PNG32,PNG",
        }
    )


def _export_map(_: Imitation, query: dict[str, str]) -> Reply:
    return 200, "image/png", land.encoded(land.picture(_box(query), *_size(query)), "PNG")


def _tile(_: Imitation, __: dict[str, str], level: str, column: str, row: str) -> Reply:
    """Each tile has one colour: its level, its column and its row."""
    numbers = [int(level), int(column) % 256, int(row) % 256]
    pixels = np.broadcast_to(np.array(numbers, np.uint8)[:, None, None], (3, 256, 256))
    return 200, "image/png", land.encoded(np.ascontiguousarray(pixels), "PNG")


def _web_map(_: Imitation, query: dict[str, str]) -> Reply:
    if query.get("LAYERS") != "land":
        exception = "<ServiceExceptionReport><ServiceException>Layer 'sea' is not known."
        closed = f"{exception}</ServiceException></ServiceExceptionReport>"
        return 200, "application/vnd.ogc.se_xml", closed.encode()
    size = int(query["WIDTH"]), int(query["HEIGHT"])
    return 200, "image/png", land.encoded(land.picture(_box(query, "BBOX"), *size), "PNG")


def _tile_matrices(self: Imitation, query: dict[str, str]) -> Reply:
    """WMTS: one matrix of tiles of 30 pixels, as large as those of the land."""
    if query.get("REQUEST", query.get("request")) == "GetCapabilities":
        return 200, "text/xml", WMTS_CAPABILITIES.format(root=self.root).encode()
    side = WMTS_PIXELS * land.CELL
    left = land.LEFT + side * int(query["TILECOL"])
    top = land.TOP - side * int(query["TILEROW"])
    pixels = land.picture((left, top - side, left + side, top), WMTS_PIXELS, WMTS_PIXELS)
    return 200, "image/png", land.encoded(pixels, "PNG")


WMTS_PIXELS = 30
WMTS_CAPABILITIES = f"""<?xml version="1.0" encoding="UTF-8"?>
<Capabilities xmlns="http://www.opengis.net/wmts/1.0" xmlns:ows="http://www.opengis.net/ows/1.1"
    xmlns:xlink="http://www.w3.org/1999/xlink" version="1.0.0">
  <ows:OperationsMetadata>
    <ows:Operation name="GetTile"><ows:DCP><ows:HTTP>
      <ows:Get xlink:href="{{root}}/wmts?">
        <ows:Constraint name="GetEncoding"><ows:AllowedValues><ows:Value>KVP</ows:Value>
        </ows:AllowedValues></ows:Constraint>
      </ows:Get>
    </ows:HTTP></ows:DCP></ows:Operation>
  </ows:OperationsMetadata>
  <Contents>
    <Layer>
      <ows:Title>land</ows:Title><ows:Identifier>land</ows:Identifier>
      <ows:BoundingBox crs="urn:ogc:def:crs:EPSG::32633">
        <ows:LowerCorner>{land.LEFT:.0f} {land.BOTTOM:.0f}</ows:LowerCorner>
        <ows:UpperCorner>{land.RIGHT:.0f} {land.TOP:.0f}</ows:UpperCorner>
      </ows:BoundingBox>
      <Style isDefault="true"><ows:Identifier>default</ows:Identifier></Style>
      <Format>image/png</Format>
      <TileMatrixSetLink><TileMatrixSet>utm</TileMatrixSet></TileMatrixSetLink>
    </Layer>
    <TileMatrixSet>
      <ows:Identifier>utm</ows:Identifier>
      <ows:SupportedCRS>urn:ogc:def:crs:EPSG::32633</ows:SupportedCRS>
      <TileMatrix>
        <ows:Identifier>0</ows:Identifier>
        <ScaleDenominator>{land.CELL / 0.00028:.9f}</ScaleDenominator>
        <TopLeftCorner>{land.LEFT:.0f} {land.TOP:.0f}</TopLeftCorner>
        <TileWidth>{WMTS_PIXELS}</TileWidth><TileHeight>{WMTS_PIXELS}</TileHeight>
        <MatrixWidth>5</MatrixWidth><MatrixHeight>3</MatrixHeight>
      </TileMatrix>
    </TileMatrixSet>
  </Contents>
</Capabilities>
"""


# Features


def _feature_service(_: Imitation, __: dict[str, str]) -> Reply:
    layers = [{"id": 0, "name": "parcels", "type": "Feature Layer"}]
    return _json({"currentVersion": 10.91, "layers": layers, "tables": []})


def _layer(self: Imitation, _: dict[str, str], __: str) -> Reply:
    return _json(
        {
            "currentVersion": 10.91,
            "id": 0,
            "name": "parcels",
            "type": "Feature Layer",
            "geometryType": "esriGeometryPolygon",
            "objectIdField": "OBJECTID",
            "fields": FIELDS,
            "extent": land.EXTENT,
            "maxRecordCount": self.most_at_once // 6,
            "capabilities": "Query",
            "hasAttachments": bool(self.attachments),
            "advancedQueryCapabilities": {"supportsQueryAttachments": self.lists_attachments},
        }
    )


FIELDS = [
    {"name": "OBJECTID", "type": "esriFieldTypeOID", "alias": "OBJECTID"},
    {"name": "kind", "type": "esriFieldTypeString", "alias": "kind", "length": 20},
    {"name": "value", "type": "esriFieldTypeInteger", "alias": "value"},
]


def _query(self: Imitation, query: dict[str, str], _: str) -> Reply:
    numbers = range(1, land.PARCELS + 1)
    if query.get("returnIdsOnly") == "true":
        return _json({"objectIdFieldName": "OBJECTID", "objectIds": list(numbers)[::-1]})
    found = re.fullmatch(r"OBJECTID >= (\d+) AND OBJECTID <= (\d+)", query["where"])
    if found is None:
        return _error(400, "Unable to complete operation.")
    first, last = map(int, found.groups())
    wanted = [number for number in numbers if first <= number <= last]
    given = wanted[: self.most_at_once // 6]
    return _json(
        {
            "objectIdFieldName": "OBJECTID",
            "geometryType": "esriGeometryPolygon",
            "spatialReference": land.REFERENCE,
            "fields": FIELDS,
            "features": [land.parcel(number) for number in given],
            "exceededTransferLimit": len(given) < len(wanted),
        }
    )


def _infos(self: Imitation, feature: int) -> list[dict[str, Any]]:
    return [
        {"id": number, "name": name, "contentType": kind, "size": len(content)}
        for number, (name, kind, content) in enumerate(self.attachments.get(feature, []), 1)
    ]


def _query_attachments(self: Imitation, query: dict[str, str], _: str) -> Reply:
    groups = [
        {"parentObjectId": feature, "attachmentInfos": _infos(self, feature)}
        for feature in map(int, query["objectIds"].split(","))
        if feature in self.attachments
    ]
    return _json({"attachmentGroups": groups[::-1]})


def _attachments(self: Imitation, _: dict[str, str], __: str, feature: str) -> Reply:
    return _json({"attachmentInfos": _infos(self, int(feature))})


def _attachment(self: Imitation, _: dict[str, str], __: str, feature: str, number: str) -> Reply:
    _name, kind, content = self.attachments[int(feature)][int(number) - 1]
    return 200, kind, content


# Portal


def _item(self: Imitation, _: dict[str, str], item: str) -> Reply:
    services = {
        "a1": ("Image Service", self.url("land/ImageServer")),
        "b2": ("Feature Service", self.url("land/FeatureServer")),
        "c3": ("Web Map", None),
    }
    if item not in services:
        return _error(400, "Item does not exist or is inaccessible.")
    kind, url = services[item]
    return _json({"id": item, "type": kind, "url": url})


def _file(_: Imitation, __: dict[str, str], name: str) -> Reply:
    content: Optional[bytes] = FILES.get(name)
    return (404, "text/plain", b"") if content is None else (200, "image/tiff", content)


FILES: dict[str, bytes] = {}
"""Plain files by name."""
SERVICES = "/arcgis/rest/services"
ROUTES: dict[str, Callable[..., Reply]] = {
    rf"{SERVICES}/(\w+)/ImageServer": _image_service,
    rf"{SERVICES}/(\w+)/ImageServer/exportImage": _export_image,
    rf"{SERVICES}/land/MapServer": _map_service,
    rf"{SERVICES}/land/MapServer/export": _export_map,
    rf"{SERVICES}/land/FeatureServer": _feature_service,
    rf"{SERVICES}/land/(Map|Feature)Server/0": _layer,
    rf"{SERVICES}/land/(Map|Feature)Server/0/query": _query,
    rf"{SERVICES}/land/(Feature)Server/0/queryAttachments": _query_attachments,
    rf"{SERVICES}/land/(Feature)Server/0/(\d+)/attachments": _attachments,
    rf"{SERVICES}/land/(Feature)Server/0/(\d+)/attachments/(\d+)": _attachment,
    r"/portal/sharing/rest/content/items/(\w+)": _item,
    r"/tiles/(\d+)/(\d+)/(\d+)\.png": _tile,
    r"/wms": _web_map,
    r"/wmts": _tile_matrices,
    r"/files/(.+)": _file,
}
