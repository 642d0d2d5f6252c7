"""Exports that cannot be: one clear sentence, and nothing left on disk."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from chipwright.core.errors import (
    ChipExportError,
    ExportCancelled,
    InvalidRequest,
    UnreadableSource,
    UnwritableOutput,
)
from chipwright.core.export import export
from chipwright.core.formats import FORMATS
from chipwright.core.request import Size
from chipwright.core.request_choices import CHIP_FORMATS
from chipwright.tests.scenes import Scene

from .dataset_reading import contents
from .exporting import Listener, chip_request, classes, export_chips, features, given_for, picture
from .made_sources import (
    noise_file,
    random_pixels,
    raster_file,
)

COLUMNS, ROWS = 128, 96

Settings = dict[str, Any]


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    (tmp_path / "sources").mkdir()
    return tmp_path / "sources"


def image(folder: Path, **kwargs: Any) -> Path:
    return noise_file(folder / "image.tif", COLUMNS, ROWS, **kwargs)


def text_file(folder: Path) -> Path:
    (folder / "notes.txt").write_text("neither a picture nor a map")
    return folder / "notes.txt"


def maps_of(raster: Path) -> Settings:
    return {"metadata_format": "Classified_Tiles", "input_class_data": classes(raster)}


@contextmanager
def refused_in_one_sentence(folder: Path, parameter: str) -> Iterator[None]:
    with pytest.raises(InvalidRequest) as caught:
        yield
    assert caught.value.parameter == parameter
    assert str(caught.value).startswith(f"{parameter}: ")
    assert "\n" not in str(caught.value)
    assert not folder.exists()


@pytest.mark.parametrize("chip_format", ["PNG", "JPEG"])
@pytest.mark.parametrize("bands", [4, 12])
def test_more_than_three_bands_are_refused_with_a_hint_to_choose_bands(
    sources: Path, tmp_path: Path, chip_format: str, bands: int
) -> None:
    with refused_in_one_sentence(tmp_path / "chips", "bands"):
        export_chips(image(sources, bands=bands), tmp_path / "chips", chip_format=chip_format)


@pytest.mark.parametrize(
    ("chip_format", "dtype"),
    [("PNG", "float32"), ("PNG", "int16"), ("JPEG", "uint16"), ("JPEG", "float32")],
)
def test_pixels_that_the_chips_cannot_hold_are_refused_with_what_mends_it(
    sources: Path, tmp_path: Path, chip_format: str, dtype: str
) -> None:
    source = image(sources, dtype=dtype)
    with pytest.raises(InvalidRequest, match="pixelScaling"):
        export_chips(source, tmp_path / "chips", chip_format=chip_format)
    assert not (tmp_path / "chips").exists()


@pytest.mark.parametrize(("chip_format", "dtype"), [("PNG", "uint16"), ("JPEG", "uint8")])
def test_pixels_that_the_chips_can_hold_are_not_refused(
    sources: Path, tmp_path: Path, chip_format: str, dtype: str
) -> None:
    source = image(sources, dtype=dtype)
    assert export_chips(source, tmp_path / "chips", chip_format=chip_format).chip_count == 2


# outputLocation


@pytest.mark.parametrize("inside", ["", "chips", "chips/of/today"])
def test_a_folder_that_is_a_file_is_refused(sources: Path, tmp_path: Path, inside: str) -> None:
    file = text_file(tmp_path)
    with pytest.raises(ChipExportError, match="^outputLocation: [^\n]*$"):
        export_chips(image(sources), file / inside)
    assert [path.name for path in sorted(tmp_path.iterdir())] == ["notes.txt", "sources"]


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs a file system of the kernel")
@pytest.mark.parametrize("folder", ["/proc/chips", "/proc", "/proc/chips/of/today"])
def test_a_folder_that_cannot_be_made_is_told(sources: Path, folder: str) -> None:
    with pytest.raises(ChipExportError, match="^outputLocation: [^\n]*/proc[^\n]*$"):
        export_chips(image(sources), Path(folder))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_nobody_may_write_to_is_refused(sources: Path, tmp_path: Path) -> None:
    (tmp_path / "chips").mkdir(mode=0o500)
    with pytest.raises(ChipExportError, match="^outputLocation: "):
        export_chips(image(sources), tmp_path / "chips")


@contextmanager
def no_file_larger_than(size: int) -> Iterator[None]:
    """As on a disk that is full: the operating system refuses to write on."""
    resource = pytest.importorskip("resource")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_full_disk_is_told_with_the_file_that_found_no_room(
    sources: Path, tmp_path: Path
) -> None:
    source = image(sources)
    with no_file_larger_than(4096), pytest.raises(UnwritableOutput) as caught:
        export_chips(source, tmp_path / "chips")
    assert str(caught.value).startswith("outputLocation: ")
    assert f"{tmp_path}/chips" in str(caught.value)


def test_a_full_disk_is_left_as_it_was(sources: Path, tmp_path: Path) -> None:
    source = image(sources)
    with no_file_larger_than(4096), pytest.raises(UnwritableOutput):
        export_chips(source, tmp_path / "chips")
    assert not (tmp_path / "chips").exists()


@pytest.mark.parametrize(
    "name",
    [
        *("map.txt", "stats.txt", "esri_model_definition.emd", "esri_accumulated_stats.json"),
        *("images/000000000.tif", "labels/000000000.xml"),
    ],
)
def test_a_folder_with_a_part_of_a_dataset_is_refused(
    sources: Path, tmp_path: Path, name: str
) -> None:
    file = tmp_path / "chips" / name
    file.parent.mkdir(parents=True)
    file.write_text("precious")
    with pytest.raises(InvalidRequest, match="^outputLocation: "):
        export_chips(image(sources), tmp_path / "chips")
    assert contents(tmp_path / "chips") == {name: b"precious"}


def test_what_was_in_the_folder_stays_when_the_export_fails(sources: Path, tmp_path: Path) -> None:
    (tmp_path / "chips").mkdir()
    (tmp_path / "chips/notes.txt").write_text("mine")
    with no_file_larger_than(1024), pytest.raises(UnwritableOutput):
        export_chips(image(sources), tmp_path / "chips", tile_size=Size(32, 32))
    assert contents(tmp_path / "chips") == {"notes.txt": b"mine"}


# sources that break while they are read


def broken(folder: Path) -> Path:
    """An image whose last rows are missing, which are those of the last strips."""
    path = noise_file(folder / "broken.tif", 64, 1500)
    os.truncate(path, path.stat().st_size - 64 * 100 * 3)
    return path


def test_an_image_that_breaks_is_told_by_its_name(sources: Path, tmp_path: Path) -> None:
    with pytest.raises(UnreadableSource, match="broken.tif"):
        export_chips(broken(sources), tmp_path / "chips", tile_size=Size(32, 32))


def test_an_image_that_breaks_leaves_the_chips_before(sources: Path, tmp_path: Path) -> None:
    """What broke may be a network. Of eight strips the seventh cannot be read."""
    with pytest.raises(UnreadableSource, match="86 chips are kept.*existingOutput=resume"):
        export_chips(broken(sources), tmp_path / "chips", tile_size=Size(32, 32))
    assert len(list((tmp_path / "chips" / "images").iterdir())) == 86


def test_an_image_that_breaks_at_once_leaves_nothing(sources: Path, tmp_path: Path) -> None:
    path = broken(sources)
    os.truncate(path, 64 * 100 * 3)
    with pytest.raises(UnreadableSource, match="Nothing of the dataset is left"):
        export_chips(path, tmp_path / "new/chips", tile_size=Size(32, 32))
    assert not (tmp_path / "new").exists()


def test_chips_were_written_before_the_image_broke(sources: Path, tmp_path: Path) -> None:
    listener = Listener()
    request = chip_request(broken(sources), tmp_path / "chips", tile_size=Size(32, 32))
    with pytest.raises(UnreadableSource):
        export(request, listener)
    assert listener.fractions


def test_a_class_raster_that_breaks_is_told_by_its_name(sources: Path, tmp_path: Path) -> None:
    raster = broken_classes(sources)
    with pytest.raises(UnreadableSource, match="classes.tif"):
        export_chips(
            noise_file(sources / "image.tif", 64, 640),
            tmp_path / "chips",
            **maps_of(raster),
            tile_size=Size(32, 32),
        )


@pytest.mark.parametrize("metadata_format", ["Export_Tiles", "CycleGAN"])
def test_a_second_image_that_breaks_is_told_by_its_name(
    sources: Path, tmp_path: Path, metadata_format: str
) -> None:
    second = {"additional_input_raster": picture(broken(sources)), "tile_size": Size(32, 32)}
    with pytest.raises(UnreadableSource, match="broken.tif"):
        export_chips(
            noise_file(sources / "image.tif", 64, 1500),
            tmp_path / "chips",
            metadata_format=metadata_format,
            **second,
        )


def test_a_second_domain_that_breaks_makes_no_dataset_of_the_first(
    sources: Path, tmp_path: Path
) -> None:
    """Its chips are kept, but not the files that would make it whole."""
    second = {"additional_input_raster": picture(broken(sources)), "tile_size": Size(32, 32)}
    with pytest.raises(UnreadableSource, match="98 chips are kept"):
        export_chips(image(sources), tmp_path / "chips", metadata_format="CycleGAN", **second)
    assert [path.name for path in (tmp_path / "chips" / "A").iterdir()] == ["images"]


def broken_classes(folder: Path) -> Path:
    path = raster_file(folder / "classes.tif", random_pixels((1, 640, 64)))
    os.truncate(path, path.stat().st_size - 64 * 100)
    return path


# cancelling


class Impatient(Listener):
    """Wants to stop after some time."""

    def __init__(self, patience: float) -> None:
        super().__init__()
        self.end = time.monotonic() + patience

    def cancelled(self) -> bool:
        return time.monotonic() > self.end


@pytest.mark.parametrize("workers", ["1", "2"])
@pytest.mark.parametrize("chip_format", CHIP_FORMATS)
def test_a_cancelled_export_ends_within_a_second(
    scene: Scene, tmp_path: Path, chip_format: str, workers: str
) -> None:
    """Of some 14,000 chips few are written by then, and none is left without being told."""
    settings = {"tile_size": Size(128, 128), "stride_size": Size(4, 4)}
    request = chip_request(
        scene.image,
        tmp_path / "chips",
        chip_format=chip_format,
        parallel_processing_factor=workers,
        **settings,
    )
    progress = Impatient(patience=0.3)
    with pytest.raises(ExportCancelled) as caught:
        export(request, progress)
    assert time.monotonic() - progress.end < 1
    assert ("existingOutput=resume" in str(caught.value)) == (tmp_path / "chips").exists()


@pytest.mark.parametrize("metadata_format", FORMATS)
def test_an_export_that_is_cancelled_at_once_writes_nothing(
    scene: Scene, tmp_path: Path, metadata_format: str
) -> None:
    settings = given_for(metadata_format, features(scene.labels), scene.image)
    with pytest.raises(ExportCancelled):
        export(chip_request(scene.image, tmp_path / "chips", **settings), Impatient(patience=-1))
    assert not (tmp_path / "chips").exists()


def test_a_folder_can_be_used_after_a_cancelled_export(sources: Path, tmp_path: Path) -> None:
    source = image(sources)
    with pytest.raises(ExportCancelled):
        export(chip_request(source, tmp_path / "chips"), Impatient(patience=-1))
    assert export_chips(source, tmp_path / "chips").chip_count == 2
