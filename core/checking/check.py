"""The check of a dataset, whatever its format."""

from __future__ import annotations

import os
from collections.abc import Iterator

from ..progress import Progress
from .coco_labels import check_coco
from .dataset_kind import DOMAINS, YOLO_FORMATS, dataset_kind
from .findings import Finding, Report, error, report_of
from .service_dataset import check_service_dataset
from .yolo_labels import check_yolo


def check_dataset(folder: str, progress: Progress) -> Report:
    """What a trainer would stumble over in a dataset of chips; nothing is changed.

    Raises InvalidRequest for a folder that is no dataset, ExportCancelled when the user stops.
    """
    kind = dataset_kind(folder)
    return report_of(kind, _findings(folder, kind, progress))


def _findings(folder: str, kind: str, progress: Progress) -> Iterator[Finding]:
    if kind == "CycleGAN":
        return _domains(folder, progress)
    if kind == "COCO":
        return check_coco(folder, progress)
    if kind in YOLO_FORMATS:
        return check_yolo(folder, kind, progress)
    return check_service_dataset(folder, kind, progress)


def _domains(folder: str, progress: Progress) -> Iterator[Finding]:
    for domain in DOMAINS:
        inside = os.path.join(folder, domain)
        if not os.path.isdir(inside):
            yield error(
                "domain-missing",
                domain,
                "There is no such folder. CycleGAN learns from two sets of chips, A and B, each "
                "with its own files. Export again with a second image.",
            )
            continue
        for finding in check_service_dataset(inside, "CycleGAN", progress):
            yield finding.within(domain)
