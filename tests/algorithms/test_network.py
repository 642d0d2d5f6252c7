"""Questions to services: what is tried again, what is told, what stops."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from typing import Any

import pytest
from qgis.core import QgsApplication, QgsBlockingNetworkRequest
from qgis.PyQt.QtCore import QUrl
from qgis.PyQt.QtNetwork import QNetworkReply, QNetworkRequest

from chipwright.algorithms import network as network_module
from chipwright.algorithms.network import Network, Patience
from chipwright.algorithms.threads import QtThreads
from chipwright.core.errors import ExportCancelled, UnreadableSource
from chipwright.core.service_answers import PassingTrouble

from .serving import Imitation
from .serving.imitation import LOGIN_PAGE

SERVICE = "land/ImageServer"
BUSY = (503, "text/plain", b"busy")
SLOW = 20.0

pytestmark = pytest.mark.usefixtures("qgis")


@pytest.fixture
def network(qgis: QgsApplication) -> Network:
    return Network(patience=Patience(attempts=3, first_pause=0.01))


def test_an_answer_in_json_is_an_object(network: Network, services: Imitation) -> None:
    assert network.json(services.url(SERVICE), {"f": "json"})["name"] == "land"


@pytest.mark.parametrize(
    "trouble",
    [
        BUSY,
        (429, "text/plain", b"slow down"),
        (200, "application/json", b'{"error": {"code": 504, "message": "timeout"}}'),
    ],
)
def test_passing_trouble_is_tried_again(
    network: Network, services: Imitation, trouble: tuple[int, str, bytes]
) -> None:
    services.replies["ImageServer"] = [trouble, trouble]
    assert network.json(services.url(SERVICE), {"f": "json"})["name"] == "land"
    assert services.counts["ImageServer"] == 3


def test_an_answer_that_breaks_off_is_asked_for_again(
    network: Network, services: Imitation
) -> None:
    services.replies["ImageServer"] = [(200, "application/json", b"")]
    assert network.json(services.url(SERVICE), {"f": "json"})["name"] == "land"


def test_trouble_that_does_not_pass_is_told(network: Network, services: Imitation) -> None:
    services.replies["ImageServer"] = [BUSY] * 9
    with pytest.raises(UnreadableSource, match="ImageServer' is in trouble"):
        network.json(services.url(SERVICE), {"f": "json"})
    assert services.counts["ImageServer"] == 3


def test_an_answer_of_before_does_not_stand_for_one_that_fails(
    network: Network, services: Imitation
) -> None:
    """Qt would take it from its cache, behind what the server says."""
    assert network.json(services.url(SERVICE), {"f": "json"})["name"] == "land"
    services.replies["ImageServer"] = [BUSY] * 9
    with pytest.raises(UnreadableSource, match="ImageServer' is in trouble"):
        network.json(services.url(SERVICE), {"f": "json"})
    assert services.counts["ImageServer"] == 1 + 3


class Kept:
    """An answer of before, as Qt gives it at times when a server fails: nothing says that it did."""

    def reply(self) -> Kept:
        return self

    def attribute(self, asked_for: QNetworkRequest.Attribute) -> Any:
        attribute = QNetworkRequest.Attribute
        return {attribute.SourceIsFromCacheAttribute: True}.get(asked_for, 200)

    def error(self) -> QNetworkReply.NetworkError:
        return QNetworkReply.NetworkError.NoError


def test_no_code_is_told_where_qt_says_none() -> None:
    with pytest.raises(PassingTrouble, match=r"^'http://a/b' is in trouble; try again later\.$"):
        network_module._answer_of("http://a/b?token=c", Kept(), failed=False)


def test_nor_does_one_that_qgis_has_kept(network: Network, services: Imitation) -> None:
    """As of a layer that it has drawn."""
    kept = QgsBlockingNetworkRequest()
    kept.get(QNetworkRequest(QUrl(services.url(SERVICE) + "?f=json")))
    services.replies["ImageServer"] = [BUSY] * 9
    with pytest.raises(UnreadableSource, match="ImageServer' is in trouble"):
        network.json(services.url(SERVICE), {"f": "json"})


def test_a_server_that_is_not_there_is_told(network: Network) -> None:
    with pytest.raises(UnreadableSource, match="'http://127.0.0.1:9/a' cannot be reached: "):
        network.json("http://127.0.0.1:9/a?token=secret", {"f": "json"})


def test_errors_that_stay_are_not_tried_again(network: Network, services: Imitation) -> None:
    services.replies["ImageServer"] = [LOGIN_PAGE]
    with pytest.raises(UnreadableSource, match="answered with a web page, probably to log in"):
        network.json(services.url(SERVICE), {"f": "json"})
    assert services.counts["ImageServer"] == 1


def test_a_token_goes_in_a_header_that_no_log_shows(network: Network, services: Imitation) -> None:
    network.json(services.url(SERVICE) + "?token=secret&x=1", {"f": "json"})
    assert services.queries("ImageServer") == [{"x": "1", "f": "json"}]
    assert services.headers[0]["X-Esri-Authorization"] == "Bearer secret"


def test_pauses_grow_and_honour_the_server_within_reason() -> None:
    patience = Patience(first_pause=0.5, longest_pause=30)
    pauses = [patience.pause(attempt, None) for attempt in range(3)]
    assert pauses == [0.5, 1.0, 2.0]
    assert (patience.pause(0, 7.0), patience.pause(0, 3600.0)) == (7.0, 30)


def test_several_requests_run_at_once_in_threads(network: Network, services: Imitation) -> None:
    services.delays["ImageServer"] = 0.2
    meeting = threading.Barrier(4, timeout=10)

    def ask(_: int) -> str:
        meeting.wait()  # which none passes alone
        return str(network.json(services.url(SERVICE), {"f": "json"})["name"])

    with QtThreads(4) as threads:
        assert list(threads.map(ask, range(4))) == ["land"] * 4


def test_stopping_ends_what_a_silent_server_holds_up(network: Network, services: Imitation) -> None:
    services.delays["ImageServer"] = SLOW
    began = time.monotonic()
    with QtThreads(2) as threads:
        asked = [threads.submit(network.json, services.url(SERVICE), {}) for _ in range(2)]
        while services.counts["ImageServer"] < 2 and time.monotonic() < began + SLOW / 2:
            time.sleep(0.01)
        network.stop()
        for each in asked:
            with pytest.raises(ExportCancelled):
                each.result(timeout=SLOW)
    assert time.monotonic() - began < SLOW  # it did not wait for the server


def test_what_is_stopped_asks_nothing_more(network: Network, services: Imitation) -> None:
    network.stop()
    with pytest.raises(ExportCancelled):
        network.json(services.url(SERVICE), {})
    assert services.asked == []


BUSY_PYTHON = """
import os, sys, time
from qgis.core import QgsApplication, QgsBlockingNetworkRequest
from qgis.PyQt.QtCore import QUrl
from qgis.PyQt.QtNetwork import QNetworkRequest
from qgis.PyQt.QtCore import QTimer
from chipwright.algorithms import network as network_module
from chipwright.algorithms.network import Network
from chipwright.algorithms.threads import QtThreads

application, network = QgsApplication([], False), Network()
application.initQgis()


def ask():
    for _ in range(40):
        network.json(sys.argv[1], {"f": "json"})


with QtThreads(4) as threads:
    asked = [threads.submit(ask) for _ in range(4)]
    while not all(each.done() for each in asked):
        timers = [QTimer() for _ in range(150)]
        for timer in timers:
            timer.timeout.connect(str)
        del timers, timer  # takes locks of Qt, without letting another thread of Python run
        time.sleep(0.002)
[each.result() for each in asked]
print("all answered", flush=True)
os._exit(0)  # leaving QGIS in order may crash it
"""


def test_requests_and_a_busy_python_do_not_wait_for_each_other(services: Imitation) -> None:
    """In a process of its own: one that stands still in that way cannot be woken."""
    script = [sys.executable, "-c", BUSY_PYTHON, services.url(SERVICE)]
    done = subprocess.run(script, capture_output=True, text=True, timeout=60, check=False)
    assert "all answered" in done.stdout, done.stderr


def test_a_thread_passes_on_what_was_raised() -> None:
    with QtThreads(1) as threads:
        failed = threads.submit(int, "x")
        with pytest.raises(ValueError, match="invalid literal"):
            failed.result(timeout=10)
