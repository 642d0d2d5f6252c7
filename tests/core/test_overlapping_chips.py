"""Exports of chips that overlap: what they have in common is compressed once for all of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from chipwright.core import compressed_tiff, png_pieces, pools
from chipwright.core.encodings import is_offered
from chipwright.core.request import Size

from .dataset_reading import chips, contents, pixels, position
from .exporting import export_chips, features, picture
from .made_sources import box, features_file, noise_file

SETTINGS: dict[str, dict[str, Any]] = {
    "PNG": {"chip_format": "PNG"},
    **{
        name: {"chip_format": "TIFF", "compression": name}
        for name in ("LZW", "DEFLATE", "ZSTD")
        if is_offered("TIFF", name)
    },
}
EVERY_FORMAT = pytest.mark.parametrize("chip_format", SETTINGS)
COLUMNS, ROWS = 400, 330
TILE, STRIDE = Size(96, 96), Size(64, 48)
ACROSS, DOWN = 5, 5


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return noise_file(tmp_path_factory.mktemp("image") / "image.tif", COLUMNS, ROWS)


def exported(image: Path, folder: Path, chip_format: str, **settings: Any) -> Path:
    sizes = {"tile_size": TILE, "stride_size": STRIDE}
    export_chips(image, folder, **{**sizes, **SETTINGS[chip_format], **settings})
    return folder


def framed(image: Path) -> Any:
    """The pixels of the image with zeros around them."""
    return np.pad(pixels(image), ((0, 0), (0, 96), (0, 96)))


@EVERY_FORMAT
@pytest.mark.parametrize("edge_policy", ["drop", "shift", "pad"])
@pytest.mark.parametrize("workers", ["1", "2"])
def test_every_chip_is_the_image_at_its_place(
    image: Path, tmp_path: Path, chip_format: str, edge_policy: str, workers: str
) -> None:
    folder = exported(
        image,
        tmp_path / "chips",
        chip_format,
        edge_policy=edge_policy,
        parallel_processing_factor=workers,
    )
    found, whole = chips(folder), framed(image)
    assert len(found) == ACROSS * DOWN + (edge_policy != "drop") * (ACROSS + DOWN + 1)
    for chip in found:
        left, top = map(round, position(chip))
        assert np.array_equal(pixels(chip), whole[:, top : top + 96, left : left + 96])


@EVERY_FORMAT
def test_a_piece_is_compressed_once_in_a_strip(
    image: Path, tmp_path: Path, chip_format: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In strips of four rows of chips and of one: five pieces of half a chip, and two."""
    module = png_pieces if chip_format == "PNG" else compressed_tiff
    name = "filtered" if chip_format == "PNG" else "predictor"
    calls = []
    original = getattr(module, name)

    def counted(*given: Any) -> Any:
        calls.append(1)
        return original(*given)

    monkeypatch.setattr(module, name, counted)
    exported(image, tmp_path / "chips", chip_format, parallel_processing_factor="1")
    templates = 0 if chip_format == "PNG" else 1
    assert len(calls) == ACROSS * (5 + 2) + templates


@EVERY_FORMAT
def test_a_chip_does_not_depend_on_those_beside_it(
    image: Path, tmp_path: Path, chip_format: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pools, "CHIPS_ENCODED_TOGETHER", 3)
    labels = features(
        features_file(
            tmp_path / "labels.gpkg",
            [(box(10, 60, 20, 70), {"value": 1}), (box(200, 200, 300, 230), {"value": 1})],
        )
    )
    given = {"metadata_format": "PASCAL_VOC_rectangles", "input_class_data": labels}
    every = contents(exported(image, tmp_path / "all", chip_format, **given))
    some = exported(image, tmp_path / "some", chip_format, **given, export_all_tiles=False)
    places = {
        position(chip): chip.read_bytes() for chip in chips(some) if chip.suffix in (".tif", ".png")
    }
    assert 0 < len(places) < ACROSS * DOWN
    of_all = {position(chip): chip.read_bytes() for chip in chips(tmp_path / "all")}
    assert len(of_all) == ACROSS * DOWN and every
    assert places.items() <= of_all.items()


@EVERY_FORMAT
def test_the_second_image_has_pieces_of_its_own(
    image: Path, tmp_path: Path, chip_format: str
) -> None:
    second = noise_file(tmp_path / "second.tif", COLUMNS, ROWS, bands=1)
    folder = exported(
        image, tmp_path / "chips", chip_format, additional_input_raster=picture(second)
    )
    whole = pixels(second)
    found = sorted((folder / "images2").glob("*.*"))
    found = [path for path in found if path.suffix in (".tif", ".png")]
    assert len(found) == ACROSS * DOWN
    for chip in found:
        left, top = map(round, position(chip))
        assert np.array_equal(pixels(chip), whole[:, top : top + 96, left : left + 96])


@EVERY_FORMAT
def test_chips_that_are_turned_too_are_whole(image: Path, tmp_path: Path, chip_format: str) -> None:
    folder = exported(image, tmp_path / "chips", chip_format, rotation_angle=180.0)
    whole = pixels(image)
    found = chips(folder)
    assert len(found) == 2 * ACROSS * DOWN
    upright = [pixels(chip) for chip in found[: ACROSS * DOWN]]
    for chip, turned in zip(upright, found[ACROSS * DOWN :]):
        assert np.array_equal(pixels(turned), chip[:, ::-1, ::-1])
    for chip, path in zip(upright, found):
        left, top = map(round, position(path))
        assert np.array_equal(chip, whole[:, top : top + 96, left : left + 96])
