from __future__ import annotations

from pathlib import Path
from typing import Any, Optional

import numpy as np
import pytest
from osgeo import gdal

from chipwright.core.export import export
from chipwright.core.files import ChipImage
from chipwright.core.formats import FORMATS
from chipwright.core.labels import NO_LABELS
from chipwright.core.manifest import Manifest
from chipwright.core.request import Extent, Size

from ..dataset_reading import accumulated, chips, definition, geotransform, pixels, positions
from ..exporting import Listener, chip_request, features, picture
from ..made_sources import (
    LEFT,
    PIXEL,
    TOP,
    box,
    features_file,
    noise_file,
    random_pixels,
    raster_file,
)
from .chips import chip, files

NAME = "CycleGAN"
ROOT_FILES = ["esri_accumulated_stats.json", "esri_model_definition.emd", "map.txt", "stats.txt"]


def test_a_chip_becomes_its_image_and_nothing_else() -> None:
    (image,) = files(NAME, chip(NO_LABELS))
    assert isinstance(image, ChipImage) and image.stem == "images/000000042"


def test_a_second_image_at_the_same_place_is_no_file_of_the_chip() -> None:
    of = chip(NO_LABELS, partner=np.ones((1, 4, 6), np.uint8))
    assert len(files(NAME, of)) == 1


def test_no_labels_are_needed() -> None:
    assert not FORMATS[NAME].needs_labels


class Domains:
    """A picture of 24 × 8 pixels, and noise of 8 × 16 larger ones elsewhere, as one dataset."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "chips"
        self.first = noise_file(folder / "first.tif", 24, 8)
        self.second = raster_file(
            folder / "second.tif",
            random_pixels((1, 16, 8), "float32", seed=1),
            (100_000.0, 2.0, 0.0, 6_000_000.0, 0.0, -2.0),
            epsg=32632,
        )

    def write(self, listener: Optional[Listener] = None, **settings: Any) -> Manifest:
        given = {
            "metadata_format": NAME,
            "additional_input_raster": picture(self.second),
            "tile_size": Size(8, 8),
        }
        return export(chip_request(self.first, self.folder, **{**given, **settings}), listener)

    def files(self) -> list[str]:
        paths = (path for path in self.folder.rglob("*") if path.is_file())
        return sorted(path.relative_to(self.folder).as_posix() for path in paths)


@pytest.fixture
def domains(tmp_path: Path) -> Domains:
    return Domains(tmp_path)


def test_two_domains_are_two_datasets_with_all_their_files(domains: Domains) -> None:
    domains.write()
    images = [f"A/images/00000000{n}.tif" for n in range(3)]
    images += [f"B/images/00000000{n}.tif" for n in range(2)]
    roots = [f"{domain}/{name}" for domain in "AB" for name in ROOT_FILES]
    assert domains.files() == sorted(images + roots)


def test_paths_of_a_map_begin_at_its_domain(domains: Domains) -> None:
    domains.write()
    lines = [f"images\\00000000{n}.tif \r\n" for n in range(3)]
    maps = [(domains.folder / domain / "map.txt").read_bytes().decode() for domain in "AB"]
    assert maps == ["".join(lines), "".join(lines[:2])]


def test_chips_of_each_domain_are_windows_of_its_image(domains: Domains) -> None:
    domains.write()
    first, second = pixels(domains.first), pixels(domains.second)
    for number, path in enumerate(chips(domains.folder / "A")):
        assert np.array_equal(pixels(path), first[:, :, 8 * number : 8 * number + 8])
    for number, path in enumerate(chips(domains.folder / "B")):
        assert np.array_equal(pixels(path), second[:, 8 * number : 8 * number + 8])


def test_each_domain_lies_where_its_image_lies(domains: Domains) -> None:
    domains.write()
    assert geotransform(chips(domains.folder / "A")[1]) == (LEFT + 4, PIXEL, 0, TOP, 0, -PIXEL)
    second = chips(domains.folder / "B")[1]
    assert geotransform(second) == (100_000, 2, 0, 6_000_000 - 16, 0, -2)
    assert "zone 32N" in gdal.Open(str(second)).GetProjection()


@pytest.mark.parametrize(
    ("domain", "expected"),
    [("A", ("images = 3 *3*8*8", 3, 0.5, 32633)), ("B", ("images = 2 *1*8*8", 1, 2.0, 32632))],
)
def test_each_domain_tells_what_is_true_of_its_chips(
    domains: Domains, domain: str, expected: tuple[str, int, float, int]
) -> None:
    domains.write()
    folder = domains.folder / domain
    cell = definition(folder)["MinCellSize"]
    found = (
        (folder / "stats.txt").read_text("utf-8").splitlines()[0],
        accumulated(folder)["NumBands"],
        cell["x"],
        cell["spatialReference"]["wkid"],
    )
    assert found == expected


@pytest.mark.parametrize("domain", ["A", "B"])
def test_each_domain_has_the_statistics_of_its_chips(domains: Domains, domain: str) -> None:
    """Readers cannot do without them."""
    domains.write()
    folder = domains.folder / domain
    every = np.concatenate([pixels(path) for path in chips(folder)], axis=1).astype(np.float64)
    found = [(it["Min"], it["Max"], it["Mean"]) for it in definition(folder)["AllTilesStats"]]
    expected = [(band.min(), band.max(), band.mean()) for band in every]
    assert np.allclose(found, expected, rtol=1e-9)


@pytest.mark.parametrize("domain", ["A", "B"])
def test_neither_domain_has_classes_or_a_second_image(domains: Domains, domain: str) -> None:
    domains.write()
    found = definition(domains.folder / domain)
    assert ("Classes" in found, found["InputRastersProps2"], found["AllTilesStats2"]) == (
        False,
        {},
        [],
    )


def test_both_domains_are_numbered_from_the_start_index(domains: Domains) -> None:
    domains.write(start_index=7)
    stems = [[path.stem for path in chips(domains.folder / domain)] for domain in "AB"]
    assert stems == [["000000007", "000000008", "000000009"], ["000000007", "000000008"]]
    ends = [accumulated(domains.folder / domain)["NextTileIndex"] for domain in "AB"]
    assert ends == [10, 9]


def test_chips_of_nothing_but_no_data_are_left_out_of_their_domain_alone(
    domains: Domains, tmp_path: Path
) -> None:
    values = random_pixels((1, 16, 8)).clip(1)
    values[:, :8] = 0
    empty_above = raster_file(tmp_path / "empty.tif", values, nodata=0)
    domains.write(additional_input_raster=picture(empty_above))
    assert [len(chips(domains.folder / domain)) for domain in "AB"] == [3, 1]


def test_the_stride_is_that_of_both_domains(domains: Domains) -> None:
    domains.write(stride_size=Size(4, 4))
    assert [len(chips(domains.folder / domain)) for domain in "AB"] == [5, 3]


def test_an_extent_limits_both_domains(domains: Domains, tmp_path: Path) -> None:
    """Where both have pixels."""
    extent = Extent(LEFT + 4, TOP - 4, LEFT + 12, TOP)
    second = picture(noise_file(tmp_path / "other.tif", 16, 8))
    domains.write(extent=extent, additional_input_raster=second)
    assert positions(domains.folder / "A") == [(8, 0), (16, 0)]
    assert positions(domains.folder / "B") == [(8, 0)]


def test_chips_may_be_limited_to_those_with_labels(domains: Domains, tmp_path: Path) -> None:
    layer = features_file(tmp_path / "labels.fgb", [(box(9, 1, 12, 3), {"value": 1})])
    second = picture(noise_file(tmp_path / "other.tif", 16, 8))
    domains.write(
        additional_input_raster=second, input_class_data=features(layer), export_all_tiles=False
    )
    assert positions(domains.folder / "A") == positions(domains.folder / "B") == [(8, 0)]


def test_what_was_written_is_told_of_both_domains(domains: Domains) -> None:
    listener = Listener()
    manifest = domains.write(listener)
    assert manifest.chip_count == 5
    assert listener.infos[0].startswith("5 chips ")
    assert listener.infos[1:] == ["  A: 3 chips", "  B: 2 chips"]


def test_progress_grows_to_the_end_over_both_domains(domains: Domains) -> None:
    listener = Listener()
    domains.write(listener)
    assert listener.fractions == sorted(listener.fractions) and listener.fractions[-1] == 1
    assert 0 < listener.fractions[0] < 1


def test_a_domain_without_chips_is_warned_of(domains: Domains, tmp_path: Path) -> None:
    mask = features(features_file(tmp_path / "mask.fgb", [(box(0, 0, 16, 8), {})]))
    second = raster_file(tmp_path / "empty.tif", np.zeros((1, 8, 8), np.uint8), nodata=0)
    listener = Listener()
    given = {"additional_input_raster": picture(second), "input_mask_polygons": mask}
    domains.write(listener, **given)
    (warning,) = listener.warnings
    assert warning.startswith("B: No chip was written")
    assert (domains.folder / "B/map.txt").read_bytes() == b""


def test_an_existing_domain_is_not_touched(domains: Domains) -> None:
    (domains.folder / "B").mkdir(parents=True)
    with pytest.raises(Exception, match="^outputLocation: "):
        domains.write()
    assert domains.files() == []
