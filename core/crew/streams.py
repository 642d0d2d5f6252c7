"""What processes of a crew say to one another, over pipes that only they have."""

from __future__ import annotations

import pickle  # nosec B403 # see unpacked
import struct
from typing import IO, Any, Protocol

LENGTH = struct.Struct("<Q")


def packed(content: object) -> bytes:
    """The bytes in which something travels."""
    return pickle.dumps(content, pickle.HIGHEST_PROTOCOL)


class Target(Protocol):
    """Takes what is written, piece by piece."""

    def write(self, content: bytes | pickle.PickleBuffer) -> int:
        """Take a piece."""


CANNOT_TRAVEL = (pickle.PicklingError, TypeError, AttributeError)
"""What is raised where something is not made to be packed."""


def pack_into(target: Target, content: object) -> None:
    """Pack without ever having the whole in memory. Raises CANNOT_TRAVEL."""
    pickle.Pickler(target, pickle.HIGHEST_PROTOCOL).dump(content)


def unpacked(parcel: bytes) -> Any:
    """What came."""
    return pickle.loads(parcel)  # nosec B301 # from a process that we started or that started us


def send(stream: IO[bytes], parcel: bytes) -> None:
    """Hand on what is packed. Raises OSError if nobody takes it."""
    stream.write(LENGTH.pack(len(parcel)))
    stream.write(parcel)
    stream.flush()


def received(stream: IO[bytes]) -> bytes:
    """The next parcel. Raises EOFError if none comes any more."""
    (length,) = LENGTH.unpack(_whole(stream, LENGTH.size))
    return _whole(stream, length)


def _whole(stream: IO[bytes], length: int) -> bytes:
    content = stream.read(length)
    if len(content) < length:
        raise EOFError
    return content
