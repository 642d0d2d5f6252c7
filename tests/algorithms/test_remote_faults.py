"""Services that fail in the middle of an export: tried again where that may help, bounded, told."""

from __future__ import annotations

import gzip
import time
from collections import defaultdict
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from qgis.core import QgsApplication, QgsProcessingAlgorithm, QgsProcessingContext

from chipwright.algorithms import network
from chipwright.algorithms.drawing import LayerDrawing
from chipwright.algorithms.network import Network, Patience
from chipwright.algorithms.threads import QtThreads
from chipwright.core.errors import ExportCancelled, UnreadableSource
from chipwright.core.grid import PixelGrid

from .serving import Imitation, land
from .serving.imitation import LOGIN_PAGE, Reply
from .test_export_training_data import Listening
from .test_network import SLOW
from .test_remote_rasters import arcgis_layer, chips, images, run, tiles_layer

__all__ = ["images"]

ATTEMPTS = Patience().attempts
PIECES = 6
"""Of which the land is fetched."""
JSON = "application/json"
BOMB: Reply = (200, "image/tiff", gzip.compress(bytes(8 << 20)), {"Content-Encoding": "gzip"})


class Fault(NamedTuple):
    name: str
    reply: Reply
    said: str


PASSING = (
    Fault("500", (500, "text/html", b"<html>oops"), "is in trouble"),
    Fault("429", (429, "text/plain", b"", {"Retry-After": "1"}), "is in trouble, code 429; try"),
    Fault("cut off", (200, "image/tiff", b"II*\0", {"Content-Length": "5000"}), "cannot be reached"),
    Fault("empty", (200, "image/tiff", b""), "cannot be reached: "),
    Fault("JSON 504", (200, JSON, b'{"error": {"code": 504, "message": "Timeout"}}'),
          "is in trouble, code 504 (Timeout); try again later."),
)  # fmt: skip
LASTING = (
    Fault("log-in page", LOGIN_PAGE, "answered with a web page, probably to log in; choose an"),
    Fault("log-in page as TIFF", (200, "image/tiff", b"\n<HTML>Log in"), "answered with a web page"),
    Fault("expired", (200, JSON, b'{"error": {"code": 498, "message": "Invalid token."}}'),
          "does not let us in (Invalid token); choose an authentication configuration"),
    Fault("no token", (200, "text/plain", b'{"error": {"code": 499, "message": "Token Required"}}'),
          "does not let us in (Token Required)"),
    Fault("403", (403, "text/plain", b"no"), "does not let us in; choose an authentication"),
    Fault("document", (200, "application/pdf", b"%PDF-1.4"), "no image"),
    Fault("text", (200, "text/plain", b"hello"), "answered with no image (text/plain)"),
    Fault("too small", (200, "image/tiff", land.encoded(land.values()[:, :9, :9], "GTiff")),
          "pixels was asked for, but one of 9 × 9 came; the service gives less at once than"),
    Fault("bomb", BOMB, "answered with more than 1 MB, which is no answer to what was asked"),
)  # fmt: skip


@pytest.fixture(autouse=True)
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pauses, and what an answer may have at most."""
    monkeypatch.setattr(Patience, "pause", lambda *_: 0.01)
    monkeypatch.setattr(network, "MOST_BYTES", 1 << 20)


def failed(
    algorithm: QgsProcessingAlgorithm, context: QgsProcessingContext, given: dict[str, Any]
) -> str:
    feedback = Listening()
    assert not algorithm.create().run(given, context, feedback)[1]
    (error,) = feedback.errors
    return str(error)


@pytest.mark.parametrize("fault", PASSING, ids=[fault.name for fault in PASSING])
def test_what_passes_is_waited_for(
    algorithm: QgsProcessingAlgorithm,
    context: QgsProcessingContext,
    images: dict[str, Any],
    services: Imitation,
    fault: Fault,
) -> None:
    layer = arcgis_layer(services, "land/ImageServer")
    services.replies["exportImage"] = [fault.reply] * 2
    run(algorithm, context, {**images, "inputRaster": layer.id()})
    assert services.counts["exportImage"] == PIECES + 2
    assert len(chips(images)) == 15


@pytest.mark.parametrize(
    "fault", [*PASSING, *LASTING], ids=[fault.name for fault in (*PASSING, *LASTING)]
)
def test_what_does_not_pass_is_told_and_gone_on_with(
    algorithm: QgsProcessingAlgorithm,
    context: QgsProcessingContext,
    images: dict[str, Any],
    services: Imitation,
    tmp_path: Path,
    fault: Fault,
) -> None:
    layer = arcgis_layer(services, "land/ImageServer")
    services.replies["exportImage"] = [fault.reply] * (9 * PIECES)
    given = {**images, "inputRaster": layer.id()}
    error = failed(algorithm, context, given)
    assert error.startswith("inputRaster: ") and fault.said in error
    assert "\n" not in error and error.endswith(".")
    assert not Path(images["outputLocation"]).exists()
    assert services.counts["exportImage"] <= PIECES * (ATTEMPTS if fault in PASSING else 1)
    services.replies.clear()
    run(algorithm, context, given)
    assert (len(chips(images)), list(tmp_path.glob("*.cache"))) == (15, [])


def test_an_answer_without_an_end_is_broken_off(services: Imitation) -> None:
    services.replies["ImageServer"] = [
        (200, JSON, bytes(4 << 20), {"Content-Length": str(1 << 40)})
    ]
    with QtThreads(1) as threads:
        asked = threads.submit(Network().json, services.url("land/ImageServer"), {})
        with pytest.raises(UnreadableSource, match="ImageServer' answered with more than 1 MB"):
            asked.result(timeout=60)
    assert services.counts["ImageServer"] == 1


def test_files_behind_a_login_may_be_larger(services: Imitation) -> None:
    services.replies["ImageServer"] = [(200, "image/tiff", bytes(4 << 20))]
    with QtThreads(1) as threads:
        content = threads.submit(Network().file, services.url("land/ImageServer")).result(60)
    assert len(content) == 4 << 20


def test_stopping_ends_a_drawing_that_a_silent_server_holds_up(
    services: Imitation, qgis: QgsApplication
) -> None:
    """Tiles in QGIS's own drawing, as those of a WMTS."""
    drawing, asked = LayerDrawing.of(tiles_layer(services)), Network()
    services.delays = defaultdict(lambda: SLOW)
    began = time.monotonic()
    with QtThreads(2) as threads:
        window = PixelGrid(256, 256, (0.0, 10.0, 0.0, 2560.0, 0.0, -10.0))
        drawn = [threads.submit(drawing.draw, asked, window) for _ in range(2)]
        while not services.asked and time.monotonic() < began + SLOW / 2:
            time.sleep(0.01)
        asked.stop()
        for each in drawn:
            with pytest.raises(ExportCancelled):
                each.result(timeout=SLOW)
    assert time.monotonic() - began < SLOW  # it did not wait for the server
