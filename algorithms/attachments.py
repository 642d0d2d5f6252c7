"""Images attached to features, fetched one file each."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ..core.errors import InvalidRequest
from ..core.request import RasterSource
from .asking import Asking
from .fetching import keep

if TYPE_CHECKING:
    from ..core.feature_service import Attachment, FeatureLayer


def fetched_images(
    parameter: str, layer: FeatureLayer, folder: Path, ask: Asking
) -> list[RasterSource]:
    """The attached images, by feature and number. Those that GDAL cannot open are left out.

    Raises ChipExportError.
    """
    from ..core.feature_service import attached_images

    attachments = list(attached_images(layer, ask.json, ask.watch))
    ask.progress.info(
        f"{parameter}: fetching {len(attachments)} images attached to features of '{layer.url}'; "
        f"they are kept in '{folder}' until the export is done."
    )
    _fetch(attachments, folder, ask)
    readable = [
        RasterSource(str(path), name=each.url, address=layer.url)
        for each, path in zip(attachments, _paths(attachments, folder))
        if _is_raster(path)
    ]
    if len(readable) < len(attachments):
        ask.progress.warning(
            f"{parameter}: attached files that cannot be opened as images, left out: "
            f"{len(attachments) - len(readable)}."
        )
    if not readable:
        raise InvalidRequest(parameter, f"no feature of '{layer.url}' has an image attached.")
    return readable


def _paths(attachments: Sequence[Attachment], folder: Path) -> list[Path]:
    return [folder / each.file_name for each in attachments]


def _fetch(attachments: Sequence[Attachment], folder: Path, ask: Asking) -> None:
    missing = [each for each in attachments if not (folder / each.file_name).exists()]

    def fetch(attachment: Attachment) -> None:
        keep(ask.network.image(attachment.url, {}), folder / attachment.file_name)

    for done, _ in enumerate(ask.each(fetch, missing), start=1):
        ask.progress.fraction(done / len(missing))


def _is_raster(path: Path) -> bool:
    from ..core.gdal_errors import GdalFailure, open_raster

    try:
        return open_raster(str(path)).RasterCount > 0
    except GdalFailure:
        return False
