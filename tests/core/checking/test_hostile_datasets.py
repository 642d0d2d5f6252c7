"""Datasets whose files hold anything: the check says so, it does not stop."""

from __future__ import annotations

from pathlib import Path

import pytest

from chipwright.core.errors import InvalidRequest

from .datasets import Dataset, checked

NAMES = (
    *("PASCAL_VOC_rectangles", "KITTI_rectangles", "Panoptic_Segmentation", "Imagenet"),
    *("CycleGAN", "COCO", "YOLO", "YOLO_Segmentation"),
)
"""One of each kind of file."""
CONTENTS = {
    "nothing": b"",
    "no text": bytes(range(256)) * 8,
    "zeros": b"\0" * 4000,
    "deep": b"[" * 50_000,
    "deep objects": b'{"a":' * 50_000,
    "deep elements": b"<a>" * 50_000,
    "a long number": b'{"NumTiles": ' + b"9" * 9000 + b"}",
    "no numbers": b'{"NumTiles": NaN, "NumBands": -Infinity, "TileSizeX": 1e999, "Classes": [NaN]}',
    "a list": b"[1, null, {}]",
    "other kinds": b'{"Classes": 5, "images": {"a": 1}, "annotations": "x", "categories": [[]], '
    b'"FeatureStats": [], "MetaDataMode": ["COCO"], "names": {"0": null}, "nc": "many"}',
    "halves of characters": b'{"MetaDataMode": "\\ud800", "Classes": [{"Name": "\\udfff"}]}',
    "paths": b"..\\..\\..\\etc\\passwd  /etc/passwd\r\n\0 \0\r\n" * 9,
    "rows of nothing": b" \r\n\t\r\n" * 999,
    "numbers": b"1e999 nan -inf 0x1 1_0 9999999999999999999999 " * 9 + b"\n",
    "yaml": b"names: *a\nnc: &a [*a, *a]\n? {}\n: !!python/object:os.system\ntrain: [1\n",
    "a long line": b"x" * 200_000,
}


def texts_of(folder: Path) -> list[Path]:
    """The files about a dataset, and one of each kind of label."""
    kinds = {(path.parent, path.suffix): path for path in sorted(folder.rglob("*"))}
    about = {path for path in folder.iterdir() if path.is_file()}
    return sorted(about | {path for path in kinds.values() if path.is_file()})


@pytest.mark.parametrize("content", CONTENTS)
@pytest.mark.parametrize("name", NAMES)
def test_any_file_may_hold_anything(dataset: Dataset, name: str, content: str) -> None:
    folder = dataset(name)
    for path in texts_of(folder):
        before = path.read_bytes()
        path.write_bytes(CONTENTS[content])
        try:
            report = checked(folder)
            assert all(len(str(finding)) < 2_000 for finding in report.findings)
            report.to_json().encode("utf-8")
        except InvalidRequest as error:
            assert error.parameter == "inputFolder"
        path.write_bytes(before)
