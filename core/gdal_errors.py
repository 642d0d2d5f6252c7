"""GDAL's two ways of failing, turned into one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar

from osgeo import gdal

from .addresses import shown
from .remote_sources import (
    explained,
    forget_failure,
    is_remote,
    look_for_companions,
    remote_settings,
)
from .unopened import NO_REASON, why_not_opened

Result = TypeVar("Result")
RETRIED = "Retrying again"


class GdalMessages:
    """What GDAL said while some work was done."""

    def __init__(self) -> None:
        self.warnings: list[str] = []
        self.errors: list[str] = []

    def __call__(self, level: int, _number: int, message: str) -> None:
        (self.errors if level >= gdal.CE_Failure else self.warnings).append(message)

    @property
    def last_error(self) -> str:
        """The most telling message, or a phrase that says there was none."""
        answers = [each for each in self.warnings if RETRIED in each]  # of a server, with a status
        return (answers or self.errors or self.warnings or [NO_REASON])[-1].strip()


class GdalFailure(Exception):
    """GDAL refused; to be turned into a ChipExportError where it is known what that means."""

    def __init__(self, cause: str, advice: str = "") -> None:
        super().__init__(shown(f"{cause}; {advice}." if advice else cause))
        self.cause = shown(cause)
        """Without what to do about it."""


@contextmanager
def gdal_messages() -> Iterator[GdalMessages]:
    """Collect GDAL's messages of this thread instead of printing them.

    Whether GDAL raises or returns None is a switch shared by the whole process, so it is neither
    set nor relied on here: RuntimeError becomes GdalFailure, and `checked` does the same for None.
    """
    messages = GdalMessages()
    gdal.PushErrorHandler(messages)
    try:
        yield messages
    except SystemError as error:
        raise GdalFailure("GDAL speaks of it in a text that is no UTF-8") from error
    except RuntimeError as error:
        raise GdalFailure(str(error) or messages.last_error) from error
    finally:
        gdal.PopErrorHandler()


def checked(result: Result | None, messages: GdalMessages) -> Result:
    """The result, which must not be None."""
    if result is None:
        raise GdalFailure(messages.last_error)
    return result


def open_raster(path: str, open_options: tuple[str, ...] = ()) -> gdal.Dataset:
    """Open a raster for reading. Raises GdalFailure, which says what to do."""
    return _opened(path, gdal.OF_RASTER, open_options)


def open_features(path: str) -> gdal.Dataset:
    """Open vector data for reading. Raises GdalFailure, which says what to do."""
    return _opened(path, gdal.OF_VECTOR)


def _opened(path: str, kind: int, open_options: tuple[str, ...] = ()) -> gdal.Dataset:
    flags = kind | gdal.OF_READONLY | gdal.OF_VERBOSE_ERROR
    try:
        with remote_settings(path), gdal_messages() as messages:
            dataset = gdal.OpenEx(path, flags, open_options=list(open_options))
            if is_remote(path):
                look_for_companions(checked(dataset, messages))
            return checked(dataset, messages)
    except GdalFailure as failure:
        if not is_remote(path):
            raise GdalFailure(*why_not_opened(path, kind, str(failure))) from failure
        reason = explained(path, str(failure))
        forget_failure(path)
        raise GdalFailure(reason) from failure
