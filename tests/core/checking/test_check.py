"""The report, and folders that are no datasets."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from chipwright.core.checking import Finding, check_dataset
from chipwright.core.checking.findings import report_of
from chipwright.core.errors import ExportCancelled, InvalidRequest
from chipwright.core.progress import Silence
from chipwright.tests.core.exporting import Listener

from .datasets import Dataset, checked, codes

FINDING = Finding("warning", "count-differs", "stats.txt", "images is 3.")


class Impatient(Silence):
    def cancelled(self) -> bool:
        return True


@pytest.mark.parametrize("make", [True, False])
def test_a_folder_that_is_no_dataset_is_refused_by_name(tmp_path: Path, make: bool) -> None:
    folder = tmp_path / "photos"
    if make:
        (folder / "images").mkdir(parents=True)
    with pytest.raises(InvalidRequest, match="^inputFolder: "):
        check_dataset(str(folder), Silence())


def test_progress_goes_from_nothing_to_everything(dataset: Dataset) -> None:
    listener = Listener()
    check_dataset(str(dataset("Export_Tiles")), listener)
    assert listener.fractions == [0, 0.25, 0.5, 0.75, 1]


def test_a_check_can_be_stopped(dataset: Dataset) -> None:
    with pytest.raises(ExportCancelled, match="The check was cancelled"):
        check_dataset(str(dataset("Export_Tiles")), Impatient())


def test_a_hundred_findings_of_a_kind_are_listed_and_the_rest_counted() -> None:
    other = Finding("error", "no-images", "images", "There is no chip.")
    report = report_of("COCO", [*[FINDING] * 412, other])
    assert report.findings == (*[FINDING] * 100, other)
    assert (report.error_count, report.warning_count, report.ok) == (1, 412, False)
    assert [line.message for line in report.lines()][-1] == "… and 312 more of count-differs"


def test_warnings_alone_are_fine() -> None:
    assert report_of("COCO", [FINDING]).ok


def test_the_report_as_json() -> None:
    assert json.loads(report_of("COCO", [FINDING]).to_json()) == {
        "metadataFormat": "COCO",
        "ok": True,
        "numberOfErrors": 0,
        "numberOfWarnings": 1,
        "counts": [{"severity": "warning", "code": "count-differs", "found": 1, "listed": 1}],
        "findings": [
            {
                "severity": "warning",
                "code": "count-differs",
                "path": "stats.txt",
                "message": "images is 3.",
            }
        ],
    }


def test_names_that_are_no_text_do_not_break_the_report(dataset: Dataset) -> None:
    folder = dataset("PASCAL_VOC_rectangles")
    with (folder / "map.txt").open("ab") as lines:
        lines.write(b"images\\\xff.tif \r\n")
    report = checked(folder)
    assert codes(folder) == ["map-path-missing"]
    report.to_json().encode("utf-8")


@pytest.mark.parametrize("file", ["esri_model_definition.emd", "esri_accumulated_stats.json"])
@pytest.mark.parametrize("odd", ["null", "7", '"x"', "[]", "{}", "[null, 7]", "NaN", "1e999"])
def test_odd_values_of_any_key_are_no_traceback(dataset: Dataset, file: str, odd: str) -> None:
    folder = dataset("PASCAL_VOC_rectangles")
    for key in json.loads((folder / file).read_bytes()):
        content = json.loads((folder / file).read_bytes())
        (folder / "damaged").write_text(json.dumps({**content, key: "@"}).replace('"@"', odd))
        kept = (folder / file).read_bytes()
        (folder / "damaged").replace(folder / file)
        checked(folder).to_json()
        (folder / file).write_bytes(kept)
