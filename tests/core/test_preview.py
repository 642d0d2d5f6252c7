"""What a preview says of places, and that it writes nothing; see also test_formats_contract."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from chipwright.core.errors import ExportCancelled, InvalidRequest
from chipwright.core.export import export
from chipwright.core.footprints import Footprint
from chipwright.core.preview import preview
from chipwright.core.progress import Silence
from chipwright.core.request import RasterSource, Size

from .dataset_reading import chips, contents, geotransform, pixels
from .exporting import Listener, chip_request, features
from .made_sources import box, features_file, noise_file, random_pixels, raster_file

NOWHERE = Path("/nowhere/at/all")


def footprints(image: Path, **settings: Any) -> list[Footprint]:
    return list(preview(chip_request(image, NOWHERE, **settings), Silence()).footprints)


@pytest.fixture
def image(tmp_path: Path) -> Path:
    """Three rows of four chips."""
    return noise_file(tmp_path / "image.tif", 256, 192)


@pytest.fixture
def labels(tmp_path: Path) -> Path:
    """Two roofs in the first chip, a tree that reaches into the first and the second."""
    rows = [
        (box(5, 5, 15, 15), {"kind": "roof"}),
        (box(25, 5, 35, 15), {"kind": "roof"}),
        (box(50, 30, 80, 60), {"kind": "tree"}),
    ]
    return features_file(tmp_path / "labels.gpkg", rows)


def test_places_are_numbered_by_rows_and_columns_of_the_grid_of_chips(image: Path) -> None:
    found = footprints(image)
    assert [(it.row, it.column) for it in found] == [(r, c) for r in range(3) for c in range(4)]
    assert [it.number for it in found] == list(range(12))


def test_chips_are_numbered_from_the_start_index(image: Path) -> None:
    assert [it.number for it in footprints(image, start_index=40)] == list(range(40, 52))


def test_labels_are_counted_by_the_names_of_their_classes(image: Path, labels: Path) -> None:
    found = footprints(image, input_class_data=features(labels), class_value_field="kind",
                       metadata_format="PASCAL_VOC_rectangles")  # fmt: skip
    assert [dict(it.labels) for it in found[:3]] == [{"roof": 2, "tree": 1}, {"tree": 1}, {}]


def test_places_without_labels_are_left_out_if_only_labels_are_wanted(
    image: Path, labels: Path
) -> None:
    found = footprints(image, input_class_data=features(labels), class_value_field="kind",
                       metadata_format="PASCAL_VOC_rectangles", export_all_tiles=False)  # fmt: skip
    assert reasons(found) == {"": 2, "no label": 10}
    assert [it.number for it in found[:3]] == [0, 1, None]


def reasons(found: list[Footprint]) -> Counter[str]:
    return Counter(it.reason for it in found)


def test_places_with_too_small_a_share_of_labels_are_left_out(image: Path, labels: Path) -> None:
    """The first chip has 200 + 420 labelled pixels of 4096, the second 480."""
    given = {"input_class_data": features(labels), "class_value_field": "kind"}
    found = footprints(image, **given, min_label_ratio=0.13)
    assert reasons(found) == {"": 1, "less labelled than minLabelRatio": 11}


def test_places_that_leave_the_mask_are_left_out(image: Path, tmp_path: Path) -> None:
    mask = features_file(tmp_path / "mask.gpkg", [(box(0, 0, 128, 64), {})])
    found = footprints(image, input_mask_polygons=features(mask))
    assert reasons(found) == {"": 2, "not wholly within inputMaskPolygons": 10}


@pytest.fixture
def holed(tmp_path: Path) -> Path:
    """The first chip is empty, a quarter of the second."""
    values = np.maximum(random_pixels((1, 64, 192)), 1)
    values[:, :, :80] = 0
    return raster_file(tmp_path / "holed.tif", values, nodata=0)


def test_places_without_data_are_left_out(holed: Path) -> None:
    found = footprints(holed)
    assert [it.reason for it in found] == ["nothing but no-data", "", ""]
    assert [it.nodata_share for it in found] == [1, 0.25, 0]


def test_places_with_too_much_no_data_are_left_out(holed: Path) -> None:
    found = footprints(holed, max_nodata_ratio=0.2)
    assert [it.reason for it in found[1:]] == ["more no-data than maxNodataRatio", ""]


def test_filling_at_the_edge_is_no_data(tmp_path: Path) -> None:
    image = noise_file(tmp_path / "narrow.tif", 80, 64)
    found = footprints(image, edge_policy="pad")
    assert [it.nodata_share for it in found] == [0, 0.75]


def test_a_surplus_without_labels_is_left_out(image: Path, labels: Path) -> None:
    given = {"input_class_data": features(labels), "class_value_field": "kind"}
    found = footprints(image, **given, negative_ratio=1.5)
    assert reasons(found) == {"": 5, "no label, and one too many by negativeRatio": 7}


def test_chips_between_two_splits_are_left_out(tmp_path: Path) -> None:
    settings = {"stride_size": Size(32, 32), "split": "60/20/20", "seed": 3}
    image, listener = noise_file(tmp_path / "large.tif", 640, 512), Listener()
    found = footprints(image, **settings)
    manifest = export(chip_request(image, tmp_path / "chips", **settings), listener)
    straddling = reasons(found)["split: shares pixels with chips of another split"]
    assert any(f"split: {straddling} chips" in it for it in listener.warnings)
    kept = Counter(it.split for it in found if it.kept)
    assert tuple(kept[name] for name in ("train", "val", "test")) == manifest.part_counts
    assert [it.number for it in found if it.kept] == list(range(manifest.chip_count))


@pytest.mark.parametrize("angle", [90.0, 40.0])
def test_turned_chips_lie_where_the_export_puts_them(
    image: Path, tmp_path: Path, angle: float
) -> None:
    found = footprints(image, rotation_angle=angle, stride_size=Size(32, 32))
    export(chip_request(image, tmp_path / "chips", rotation_angle=angle, stride_size=Size(32, 32)))
    written = chips(tmp_path / "chips")
    assert len(written) == len(found)
    for footprint, path in zip(found, written):
        np.testing.assert_allclose(footprint.corners, corners_of(path), rtol=0, atol=1e-6)


def corners_of(path: Path) -> list[tuple[float, float]]:
    x, x_column, x_row, y, y_column, y_row = geotransform(path)
    _, rows, columns = pixels(path).shape
    around = ((0, 0), (columns, 0), (columns, rows), (0, rows))
    return [(x + c * x_column + r * x_row, y + c * y_column + r * y_row) for c, r in around]


def test_turned_chips_have_their_angle_and_the_row_and_column_they_are_turned_about(
    image: Path,
) -> None:
    found = footprints(image, rotation_angle=120)
    assert {it.angle for it in found} == {0, 120, 240}
    turned = [(it.row, it.column) for it in found if it.angle == 240]
    assert turned == [(1, 1), (1, 2)]


def test_chips_around_features_have_no_row_and_column(image: Path, labels: Path) -> None:
    found = footprints(image, input_class_data=features(labels), class_value_field="kind",
                       metadata_format="Labeled_Tiles")  # fmt: skip
    assert {(it.row, it.column) for it in found} == {(None, None)}
    assert [dict(it.labels) for it in found].count({"tree": 1}) == 1


def test_each_of_several_images_is_named_and_the_numbers_go_on(image: Path, tmp_path: Path) -> None:
    other = noise_file(tmp_path / "other.tif", 64, 128)
    found = footprints(
        image, raster_items=(RasterSource(str(other)),), process_all_raster_items=True
    )
    assert Counter(it.image for it in found) == {str(image): 12, str(other): 2}
    assert [it.number for it in found] == list(range(14))


def test_footprints_in_pixel_space_are_in_pixels(image: Path) -> None:
    listener = Listener()
    request = chip_request(image, NOWHERE, reference_system="PIXEL_SPACE")
    found = preview(request, listener)
    assert next(found.footprints).corners == ((0, 0), (64, 0), (64, -64), (0, -64))
    assert found.crs_wkt == ""
    assert any("in pixels of the image" in it for it in listener.infos)


def test_a_preview_writes_nothing(image: Path, labels: Path, tmp_path: Path) -> None:
    before = contents(tmp_path)
    request = chip_request(image, tmp_path / "chips", input_class_data=features(labels))
    assert len(list(preview(request, Silence()).footprints)) == 12
    assert contents(tmp_path) == before and not (tmp_path / "chips").exists()


def test_a_preview_sums_up_what_becomes_of_the_places(holed: Path) -> None:
    listener = Listener()
    list(preview(chip_request(holed, NOWHERE), listener).footprints)
    assert listener.infos[-2:] == [
        "2 chips would be written.",
        "  1 places are left out: nothing but no-data",
    ]
    assert listener.fractions[-1] == 1


def test_a_preview_refuses_what_an_export_refuses(image: Path) -> None:
    with pytest.raises(InvalidRequest, match="tileSize"):
        footprints(image, tile_size=Size(1000, 64))


def test_a_preview_can_be_cancelled(image: Path) -> None:
    class Impatient(Listener):
        asked = 0

        def cancelled(self) -> bool:
            self.asked += 1
            return self.asked > 3

    with pytest.raises(ExportCancelled):
        list(preview(chip_request(image, NOWHERE, stride_size=Size(1, 1)), Impatient()).footprints)


@pytest.mark.parametrize("workers", ["1", "4"])
def test_any_number_of_workers_gives_the_same_footprints(
    image: Path, labels: Path, workers: str
) -> None:
    settings: dict[str, Any] = {
        "input_class_data": features(labels),
        "metadata_format": "RCNN_Masks",
        "class_value_field": "kind",
        "rotation_angle": 45,
    }
    found = footprints(image, **settings, parallel_processing_factor=workers)
    assert found == footprints(image, **settings)
