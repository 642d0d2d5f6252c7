"""What a process and all that it started have in memory together, while they run."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from threading import Thread

SECONDS = 0.02
"""Between two looks. What comes and goes meanwhile is not seen."""


def family(parent: int) -> list[int]:
    """Numbers of a process and of those that it started, and they started, that still run."""
    children: dict[int, list[int]] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            words = path.read_text("utf-8", errors="replace").rpartition(")")[2].split()
            children.setdefault(int(words[1]), []).append(int(path.parent.name))
    found = [parent]
    for number in found:
        found.extend(children.get(number, ()))
    return found


def bytes_in_memory(number: int) -> int:
    """Of a process; of what several have together, each has its share. 0 if it is gone."""
    with suppress(OSError):
        for line in Path(f"/proc/{number}/smaps_rollup").read_text("ascii").splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    return 0


def run_watched(
    command: Sequence[str], given: bytes
) -> tuple[subprocess.CompletedProcess[bytes], int]:
    """A command that ended, and the most bytes that its family was seen to have in memory."""
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    told: list[tuple[bytes, bytes]] = []
    talk = Thread(target=lambda: told.append(process.communicate(given)))
    talk.start()
    peak = 0
    while talk.is_alive():
        peak = max(peak, sum(map(bytes_in_memory, family(process.pid))))
        time.sleep(SECONDS)
    talk.join()
    return subprocess.CompletedProcess(command, process.returncode, *told[0]), peak
