"""Whether a process still runs, and whether it is the one that was meant."""

from __future__ import annotations

import os
import sys
from typing import Optional

SYNCHRONIZE, QUERY_LIMITED_INFORMATION, ACCESS_DENIED = 0x100000, 0x1000, 5
"""Of Windows."""


def beginning(pid: int) -> Optional[str]:
    """When a process began, in the system's own measure; None if no such process runs.

    A number is given to another process some day, but not with the same beginning. Empty where a
    process runs, but the system does not tell its beginning.
    """
    if sys.platform == "win32":
        return _beginning_on_windows(pid)
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
            words = file.read().rpartition(")")[2].split()
    except OSError:
        return "" if _may_be_signalled(pid) else None
    state, ticks = words[0], words[19]
    return None if state in "ZX" else f"{_boot()} {ticks}"


def _boot() -> str:
    """Name of the time since the system was started, from which Linux counts."""
    try:
        with open("/proc/sys/kernel/random/boot_id", encoding="ascii") as file:
            return file.read().strip()
    except OSError:
        return ""


def _may_be_signalled(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True  # somebody else's
    return True


if sys.platform == "win32":

    def _beginning_on_windows(pid: int) -> Optional[str]:
        """There, asking by a signal would end the process."""
        import ctypes
        from ctypes import wintypes

        kernel = ctypes.WinDLL("kernel32", use_last_error=True)
        kernel.OpenProcess.restype = wintypes.HANDLE
        process = kernel.OpenProcess(SYNCHRONIZE | QUERY_LIMITED_INFORMATION, False, pid)
        if not process:
            return "" if ctypes.get_last_error() == ACCESS_DENIED else None
        process = wintypes.HANDLE(process)
        try:
            if kernel.WaitForSingleObject(process, 0) == 0:  # it has ended
                return None
            times = [wintypes.FILETIME() for _ in range(4)]
            kernel.GetProcessTimes(process, *map(ctypes.byref, times))
            return f"{times[0].dwHighDateTime} {times[0].dwLowDateTime}"
        finally:
            kernel.CloseHandle(process)
