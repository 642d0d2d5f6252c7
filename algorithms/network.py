"""Questions to web services, through QGIS's network settings and authentication."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Optional, TypeVar
from urllib.parse import urlencode

from qgis.core import QgsBlockingNetworkRequest, QgsFeedback
from qgis.PyQt.QtCore import QCoreApplication, QTimer, QUrl
from qgis.PyQt.QtNetwork import QNetworkReply, QNetworkRequest

from ..core.errors import ExportCancelled
from ..core.service_answers import (
    Answer,
    PassingTrouble,
    checked_content,
    image_content,
    in_trouble,
    json_content,
    too_much,
    without_token,
)

Content = TypeVar("Content")
LOOK_SECONDS = 0.05
"""How often a pause is broken off to see whether to stop."""
MOST_BYTES = 512 << 20
"""Of an answer, unpacked: as of 100 bands of 32 bits of a piece."""
MOST_BYTES_OF_A_FILE = (2 << 30) - 1
"""More no answer of Qt holds."""
MULTIPLE_CHOICES = 300
"""The first HTTP status that is no success."""
TROUBLE_OF_SERVERS = {
    QNetworkReply.NetworkError.InternalServerError: 500,
    QNetworkReply.NetworkError.OperationNotImplementedError: 501,
    QNetworkReply.NetworkError.ServiceUnavailableError: 503,
}
"""HTTP statuses of some of Qt's errors."""
TOKEN_HEADER = b"X-Esri-Authorization"


@dataclass(frozen=True)
class Patience:
    """How often something is tried, and how long to pause in between, in seconds.

    Pauses double each time; a server may ask for longer ones, up to the longest.
    """

    attempts: int = 5
    first_pause: float = 0.5
    longest_pause: float = 60.0

    def pause(self, attempt: int, wanted: Optional[float]) -> float:
        """Seconds after an attempt, the first of which is number 0."""
        own = self.first_pause * 2**attempt
        return min(self.longest_pause, max(own, wanted or 0))


@dataclass(eq=False)
class Network:
    """Asks, tries again where that may help, and can be stopped from another thread."""

    auth_config: str = ""
    """Of an authentication configuration of QGIS; empty for none."""
    patience: Patience = field(default_factory=Patience)
    _stopped: threading.Event = field(default_factory=threading.Event)

    def json(self, url: str, query: Mapping[str, str]) -> dict[str, Any]:
        """A JSON object. Raises UnreadableSource, ExportCancelled."""
        return self._patiently(url, query, json_content, MOST_BYTES)

    def image(self, url: str, query: Mapping[str, str]) -> bytes:
        """An image's bytes. Raises UnreadableSource, ExportCancelled."""
        return self._patiently(url, query, image_content, MOST_BYTES)

    def file(self, url: str) -> bytes:
        """Whatever lies there. Raises UnreadableSource, ExportCancelled."""
        return self._patiently(url, {}, checked_content, MOST_BYTES_OF_A_FILE)

    def stop(self) -> None:
        """Break off all that is under way, and refuse what comes."""
        self._stopped.set()

    def _patiently(
        self, url: str, query: Mapping[str, str], read: Callable[[Answer], Content], most_bytes: int
    ) -> Content:
        for attempt in range(self.patience.attempts):
            try:
                return read(self._answer(url, query, most_bytes))
            except PassingTrouble as trouble:
                if attempt + 1 == self.patience.attempts:
                    raise
                self._wait(self.patience.pause(attempt, trouble.pause))
        raise AssertionError("nothing was tried")

    def _wait(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.stop_if_asked()
            time.sleep(min(LOOK_SECONDS, seconds))

    def stop_if_asked(self) -> None:
        """Raise ExportCancelled if all is to stop."""
        if self._stopped.is_set():
            raise ExportCancelled("The export was cancelled.")

    def _answer(self, url: str, query: Mapping[str, str], most_bytes: int) -> Answer:
        self.stop_if_asked()
        asked = QgsBlockingNetworkRequest()
        look_for_overrides(asked.finished)
        look_for_overrides(QCoreApplication.instance().aboutToQuit)
        if self.auth_config:
            asked.setAuthCfg(self.auth_config)
        feedback = QgsFeedback()
        with self.watched(feedback), _bounded(asked, feedback, most_bytes) as is_too_much:
            error = asked.get(_request(url, query), True, feedback)
        self.stop_if_asked()
        if is_too_much():
            raise too_much(url, most_bytes)
        return _answer_of(url, asked, error != QgsBlockingNetworkRequest.ErrorCode.NoError)

    @contextmanager
    def watched(self, feedback: QgsFeedback) -> Iterator[None]:
        """Cancel a feedback when all is to stop, in the thread of the request.

        Cancelled from another thread, in the moment in which it begins, a request waits for ever.
        """
        timer = QTimer()
        look_for_overrides(feedback.canceled)
        timer.timeout.connect(lambda: feedback.cancel() if self._stopped.is_set() else None)
        timer.start(int(1000 * LOOK_SECONDS))
        try:
            yield
        finally:
            timer.stop()


@contextmanager
def _bounded(
    asked: QgsBlockingNetworkRequest, feedback: QgsFeedback, most_bytes: int
) -> Iterator[Callable[[], bool]]:
    """Break off an answer without an end, or one that unpacks to more than there is memory for."""
    came = 0

    def note(received: int, _total: int) -> None:
        nonlocal came
        came = received
        if received > most_bytes:
            feedback.cancel()

    asked.downloadProgress.connect(note)
    try:
        yield lambda: came > most_bytes
    finally:
        asked.downloadProgress.disconnect(note)


def look_for_overrides(signal: Any) -> None:
    """Let Qt ask now whether Python overrides the disconnectNotify of the object of a signal.

    It calls that when a listener of the object goes, and holds a lock meanwhile. Of an object made
    in Python it is looked for in Python, which may be busy in another thread, with something that
    waits for that lock: QGIS would stand still. It is looked for but once. The application listens
    to the network manager of each thread, and is made in Python where a script makes it.
    """

    def listener() -> None:
        """One for each call: another thread may look at the same object."""

    signal.connect(listener)
    signal.disconnect(listener)


def _request(url: str, query: Mapping[str, str]) -> QNetworkRequest:
    """A token in the URL becomes a header, which no log shows."""
    plain, token = without_token(url)
    if query:
        plain = f"{plain}{'&' if '?' in plain else '?'}{urlencode(query)}"
    request = QNetworkRequest(QUrl.fromEncoded(plain.encode()))
    if token:
        request.setRawHeader(TOKEN_HEADER, f"Bearer {token}".encode())
    return request


def _answer_of(url: str, asked: QgsBlockingNetworkRequest, failed: bool) -> Answer:
    """An answer that began well and broke off is none, nor is one that Qt kept from before.

    It gives that unasked, with its status, when a server fails now. Raises PassingTrouble where it
    does so without an error.
    """
    reply = asked.reply()
    told = reply.attribute(QNetworkRequest.Attribute.HttpStatusCodeAttribute)
    status = None if told is None else int(told)
    if reply.attribute(QNetworkRequest.Attribute.SourceIsFromCacheAttribute):
        status = TROUBLE_OF_SERVERS.get(reply.error())
        if status is None:
            raise in_trouble(url)
    elif failed and status is not None and status < MULTIPLE_CHOICES:
        return Answer(url, None, reason=asked.errorMessage() or "the answer broke off")
    return Answer(
        url,
        status,
        bytes(reply.content()),
        _header(reply, b"Content-Type"),
        asked.errorMessage(),
        _header(reply, b"Retry-After"),
    )


def _header(reply: Any, name: bytes) -> str:
    return bytes(reply.rawHeader(name)).decode("latin-1")
