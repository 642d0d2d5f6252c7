"""Files over HTTP on the loopback interface, byte range by byte range, with a given latency."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Optional
from urllib.parse import urlsplit

RANGE = re.compile(r"bytes=(\d+)-(\d*)$")
CUT = -1
"""In the place of a status: the answer ends in its midst."""
LOGIN = -2
"""In the place of a status: whatever is asked for, the page of a log-in comes, as if it was that."""
PAGE = b"<!DOCTYPE html><html><body>Please log in.</body></html>"


@dataclass(frozen=True)
class Answer:
    """What was asked for and what was answered."""

    method: str
    name: str
    status: int
    first: int = 0
    """The first byte of the file that was sent."""
    end: int = 0
    """One past the last byte that was sent."""

    @property
    def size(self) -> int:
        return self.end - self.first


Failures = Callable[[str, int], int]
"""The status of the answer to a request, by the name of the file and the first byte asked for;
0 where it does not fail."""


def no_failures(_name: str, _first: int) -> int:
    return 0


class FileServer:
    """Serves a folder while its `with` lasts.

    What is in `pages` is answered as it is; `failures` may let any request fail.
    """

    def __init__(
        self,
        folder: Path,
        latency: float = 0.0,
        failures: Failures = no_failures,
        pages: Optional[Mapping[str, bytes]] = None,
    ) -> None:
        self.folder = folder
        self.latency = latency
        self.failures = failures
        self.pages = dict(pages or {})
        self.answers: list[Answer] = []
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, self))
        self._server.daemon_threads = True
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.02,), daemon=True
        )

    def __enter__(self) -> FileServer:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: Optional[type[BaseException]],
        error: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def address(self) -> str:
        """The URL of the folder, without a slash at its end."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def path(self, name: str) -> str:
        """How GDAL opens a file of the folder."""
        return f"/vsicurl/{self.address}/{name}"

    def forget(self) -> None:
        """What was asked for so far."""
        with self._lock:
            self.answers.clear()

    def note(self, answer: Answer) -> None:
        with self._lock:
            self.answers.append(answer)

    def sent(self, name: str) -> list[Answer]:
        """The answers that sent bytes of a file."""
        with self._lock:
            return [each for each in self.answers if each.name == name and each.size]

    def size(self, name: str) -> Optional[int]:
        """Bytes of a file; None if there is none."""
        if name in self.pages:
            return len(self.pages[name])
        path = self.folder / name
        return path.stat().st_size if path.is_file() else None

    def content(self, name: str, first: int, end: int) -> bytes:
        if name in self.pages:
            return self.pages[name][first:end]
        with (self.folder / name).open("rb") as file:
            file.seek(first)
            return file.read(end - first)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # else the client waits 40 ms for each body

    def __init__(self, files: FileServer, *arguments: object) -> None:
        self._files = files
        super().__init__(*arguments)  # type: ignore[arg-type]

    def do_HEAD(self) -> None:
        self._answer()

    def do_GET(self) -> None:
        self._answer()

    def log_message(self, *_arguments: object) -> None:
        """Say nothing."""

    def _answer(self) -> None:
        time.sleep(self._files.latency)
        name = urlsplit(self.path).path.lstrip("/")
        asked = RANGE.match(self.headers.get("Range", ""))
        first = int(asked[1]) if asked else 0
        size = self._files.size(name)
        status = self._files.failures(name, first) or (404 if size is None else 200)
        if status == LOGIN:
            self._send_page(name)
        elif status == CUT:
            end = min(int(asked[2]) + 1 if asked and asked[2] else size or 0, size or 0)
            self._send(name, 206, size or 0, first, end, share=2)
        elif status != 200 or size is None:
            self._send(name, status, 0, 0, 0)
        elif not asked:
            self._send(name, 200, size, 0, size)
        else:
            end = min(int(asked[2]) + 1 if asked[2] else size, size)
            self._send(name, 206 if first < end else 416, size, first, max(first, end))

    def _send_page(self, name: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(PAGE)))
        self.end_headers()
        self._files.note(Answer(self.command, name, 200))
        if self.command == "GET":
            self.wfile.write(PAGE)

    def _send(
        self, name: str, status: int, size: int, first: int, end: int, share: int = 1
    ) -> None:
        """Send so many bytes of a file, or only the first `share`-th of them."""
        self.send_response(status)
        self.send_header("Accept-Ranges", "bytes")
        self.send_header("Content-Length", str(end - first))
        if status == 206:
            self.send_header("Content-Range", f"bytes {first}-{end - 1}/{size}")
        self.end_headers()
        is_get = self.command == "GET"
        self._files.note(Answer(self.command, name, status, first, end if is_get else first))
        if is_get and first < end:
            self.wfile.write(self._files.content(name, first, first + (end - first) // share))
            self.close_connection = share > 1
