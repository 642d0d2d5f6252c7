"""What processes of a crew say to one another, over pipes that only they have."""

from __future__ import annotations

import pickle  # nosec B403 # see unpacked
import struct
from collections.abc import Callable
from typing import IO, Any, Optional, Protocol

from .shared_file import Place, SharedFile, seen

LENGTH = struct.Struct("<Q")


def packed(content: object) -> bytes:
    """The bytes in which something travels."""
    return pickle.dumps(content, pickle.HIGHEST_PROTOCOL)


def unpacked(parcel: bytes) -> Any:
    """What came."""
    return pickle.loads(parcel)  # nosec B301 # from a process that we started or that started us


class Target(Protocol):
    """Takes what is written, piece by piece."""

    def write(self, content: bytes | pickle.PickleBuffer) -> int:
        """Take a piece."""


CANNOT_TRAVEL = (pickle.PicklingError, TypeError, AttributeError)
"""What is raised where something is not made to be packed."""


def pack_into(
    target: Target, content: object, is_within: Callable[[pickle.PickleBuffer], bool]
) -> None:
    """Pack without ever having the whole in memory. Raises CANNOT_TRAVEL.

    `is_within` is asked whether a block of numbers is to be among what is written.
    """
    pickle.Pickler(target, pickle.HIGHEST_PROTOCOL, buffer_callback=is_within).dump(content)


def packed_beside(content: object, file: Optional[SharedFile] = None) -> bytes:
    """The bytes in which something travels, but for what is large, which lies in a file then."""
    places: list[Place] = []

    def is_within(buffer: pickle.PickleBuffer) -> bool:
        place = file and file.put(buffer)
        if place:
            places.append(place)
        return not place

    body = pickle.dumps(content, pickle.HIGHEST_PROTOCOL, buffer_callback=is_within)
    return packed((body, places))


def unpacked_beside(parcel: bytes, handle: Optional[int]) -> Any:
    """What came, and what lies in the file of a handle."""
    body, places = unpacked(parcel)
    blocks = [] if handle is None else [seen(handle, place) for place in places]
    return pickle.loads(body, buffers=blocks)  # nosec B301 # as above


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
