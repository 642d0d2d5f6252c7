from __future__ import annotations

from pathlib import Path
from typing import Any, Optional

import numpy as np
import pytest

from chipwright.core.chip_format import Placement
from chipwright.core.covering import Covering
from chipwright.core.errors import InvalidRequest
from chipwright.core.formats import FORMATS
from chipwright.core.labels import LabelKind
from chipwright.core.masking import Mask
from chipwright.core.plan import Plan
from chipwright.core.preparation import prepare
from chipwright.core.prepared import Prepared
from chipwright.core.progress import StopSignal
from chipwright.core.request import Size

from .exporting import Listener, chip_request, classes, features, given_for, picture
from .made_sources import LEFT, PIXEL, TOP, Row, box, features_file, noise_file, raster_file

ROOF: Row = (box(30, 30, 50, 50), {"value": 2})
TREE: Row = (box(100, 70, 110, 90), {"value": 5})
LABELLED = [name for name, it in FORMATS.items() if it.needs_labels]
PER_FEATURE = [name for name, it in FORMATS.items() if it.placement is Placement.PER_FEATURE]
ON_THE_GRID = [name for name in FORMATS if name not in PER_FEATURE]


@pytest.fixture
def image(tmp_path: Path) -> Path:
    """Three chips of 64 × 64 pixels, two below."""
    return noise_file(tmp_path / "image.tif", 192, 128)


def all_prepared(
    image: Path, progress: Optional[Listener] = None, **settings: Any
) -> tuple[Prepared, ...]:
    request = chip_request(image, image.parent / "chips", **settings)
    return prepare(request, progress or Listener(), StopSignal())


def prepared(image: Path, progress: Optional[Listener] = None, **settings: Any) -> Prepared:
    (found,) = all_prepared(image, progress, **settings)
    return found


def refused(image: Path, **settings: Any) -> InvalidRequest:
    with pytest.raises(InvalidRequest) as caught:
        all_prepared(image, **settings)
    return caught.value


def roofs(image: Path, metadata_format: str, *rows: Row) -> dict[str, Any]:
    """All that a format needs."""
    layer = features(features_file(image.parent / "labels.gpkg", rows or [ROOF, TREE]))
    return given_for(metadata_format, layer, image)


def class_raster(image: Path) -> Path:
    return raster_file(image.parent / "classes.tif", np.ones((1, 128, 192), np.uint8))


def second_image(image: Path, columns: int = 192, bands: int = 3, **more: Any) -> Path:
    return noise_file(image.parent / "second.tif", columns, 128, bands=bands, **more)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (Size(0, 0), Size(64, 32)),
        (Size(0, 5), Size(64, 5)),
        (Size(5, 0), Size(5, 32)),
        (Size(100, 200), Size(100, 200)),
    ],
)
def test_a_stride_of_0_is_that_of_the_tile(given: Size, expected: Size) -> None:
    request = chip_request(Path("a.tif"), Path("b"), tile_size=Size(64, 32), stride_size=given)
    assert request.stride == expected


def test_places_are_counted_before_anything_is_read(image: Path) -> None:
    assert prepared(image).plan.place_count == 6


@pytest.mark.parametrize("name", FORMATS)
def test_nothing_is_written(image: Path, name: str) -> None:
    settings = roofs(image, name)
    before = sorted(image.parent.iterdir())
    all_prepared(image, **settings)
    assert sorted(image.parent.iterdir()) == before


@pytest.mark.parametrize("name", FORMATS)
def test_nothing_is_said_of_flawless_sources(image: Path, name: str) -> None:
    progress = Listener()
    all_prepared(image, progress, **roofs(image, name))
    assert progress.warnings == []


# where chips lie


def test_without_a_mask_chips_may_lie_anywhere(image: Path) -> None:
    assert list(prepared(image).choice.regions) == []


def test_a_mask_is_where_chips_may_lie(image: Path) -> None:
    mask = features(features_file(image.parent / "mask.gpkg", [(box(0, 0, 70, 70), {})]))
    (region,) = prepared(image, input_mask_polygons=mask).choice.regions
    assert isinstance(region, Mask)


def test_chips_of_two_images_lie_in_the_mask_and_on_the_second_image(image: Path) -> None:
    mask = features(features_file(image.parent / "mask.gpkg", [(box(0, 0, 70, 70), {})]))
    second = picture(second_image(image))
    found = prepared(image, input_mask_polygons=mask, additional_input_raster=second)
    assert [type(region) for region in found.choice.regions] == [Mask, Covering]


@pytest.mark.parametrize("name", ON_THE_GRID)
def test_chips_lie_on_a_grid(image: Path, name: str) -> None:
    assert all(isinstance(it.plan, Plan) for it in all_prepared(image, **roofs(image, name)))


@pytest.mark.parametrize("name", PER_FEATURE)
def test_chips_of_one_object_lie_around_features(image: Path, name: str) -> None:
    settings = roofs(image, name, (box(40, 40, 50, 60), {"value": 2}), TREE)
    assert prepared(image, **settings).plan.place_count == 2


@pytest.mark.parametrize("name", PER_FEATURE)
def test_chips_of_one_class_lie_on_a_grid_where_labels_are_pixels(image: Path, name: str) -> None:
    labels = given_for(name, classes(class_raster(image)), image)
    assert prepared(image, **labels).plan.place_count == 6


@pytest.mark.parametrize("name", PER_FEATURE)
def test_chips_as_large_as_their_features_need_no_image_as_large_as_a_tile(
    image: Path, name: str
) -> None:
    found = prepared(image, **roofs(image, name), tile_size=Size(999, 999), fix_chip_size=False)
    assert found.plan.place_count == 2


# labels


def test_a_format_without_labels_has_no_label_source(image: Path) -> None:
    assert prepared(image).labels is None


def test_chips_without_labels_may_be_chosen_by_labels(image: Path) -> None:
    layer = features(features_file(image.parent / "labels.gpkg", [ROOF]))
    found = prepared(image, input_class_data=layer, export_all_tiles=False)
    assert found.labels is not None and not found.dataset.has_labels


@pytest.mark.parametrize("name", LABELLED)
def test_features_are_labels_of_every_format_with_labels(image: Path, name: str) -> None:
    labels = prepared(image, **roofs(image, name)).labels
    assert labels is not None and labels.from_features


@pytest.mark.parametrize("name", ["Classified_Tiles", *PER_FEATURE])
def test_a_classified_raster_is_no_features(image: Path, name: str) -> None:
    dataset = prepared(image, **given_for(name, classes(class_raster(image)), image)).dataset
    assert dataset.has_labels and not dataset.from_features


@pytest.mark.parametrize(
    "name",
    [
        name
        for name, kind in FORMATS.items()
        if kind.needs in (LabelKind.OBJECTS, LabelKind.INSTANCE_MASKS, LabelKind.OUTLINES)
    ],
)
def test_objects_of_a_classified_raster_are_counted(image: Path, name: str) -> None:
    settings = given_for(name, classes(class_raster(image)), image)
    assert prepared(image, **settings).dataset.from_features


@pytest.mark.parametrize("name", FORMATS)
def test_only_panoptic_datasets_have_classes_of_single_objects(image: Path, name: str) -> None:
    found = [it.dataset.instance_classes for it in all_prepared(image, **roofs(image, name))]
    assert all((table is not None) == FORMATS[name].needs_instances for table in found)


# blackenAroundFeature and fixChipSize

CUT_DIFFERENTLY = {"blacken_around_feature": True, "fix_chip_size": False}


@pytest.mark.parametrize("name", PER_FEATURE)
def test_chips_around_features_may_be_blackened_and_of_variable_size(
    image: Path, name: str
) -> None:
    found = prepared(image, **roofs(image, name), **CUT_DIFFERENTLY)
    assert found.blackening is not None
    assert (found.dataset.is_blackened, found.dataset.has_variable_size) == (True, True)


@pytest.mark.parametrize("name", PER_FEATURE)
def test_nothing_is_blackened_unless_asked_for(image: Path, name: str) -> None:
    found = prepared(image, **roofs(image, name))
    assert (found.blackening, found.dataset.is_blackened) == (None, False)


@pytest.mark.parametrize("name", ON_THE_GRID)
def test_on_a_grid_both_are_ignored_with_a_warning(image: Path, name: str) -> None:
    progress = Listener()
    found = all_prepared(image, progress, **roofs(image, name), **CUT_DIFFERENTLY)
    first, second = progress.warnings
    assert first.startswith("blackenAroundFeature: ") and name in first
    assert second.startswith("fixChipSize: ") and name in second
    assert {(it.blackening, it.dataset.is_blackened) for it in found} == {(None, False)}


@pytest.mark.parametrize("name", PER_FEATURE)
def test_around_pixels_both_are_ignored_with_a_warning(image: Path, name: str) -> None:
    progress = Listener()
    settings = given_for(name, classes(class_raster(image)), image)
    found = prepared(image, progress, **settings, **CUT_DIFFERENTLY)
    starts = [warning.partition(": ")[0] for warning in progress.warnings]
    assert starts == ["blackenAroundFeature", "fixChipSize"]
    assert (found.dataset.is_blackened, found.dataset.has_variable_size) == (False, False)


# the image and a second one


def test_8_bit_pictures_have_bands_without_names(image: Path) -> None:
    assert prepared(image).dataset.band_names == ("", "", "")


def test_without_a_second_image_there_is_none(image: Path) -> None:
    found = prepared(image)
    assert (found.partner, found.dataset.partner, found.folder) == (None, None, "")


@pytest.mark.parametrize("name", ["Classified_Tiles", "Export_Tiles"])
def test_a_second_image_may_have_other_bands(image: Path, name: str) -> None:
    second = picture(second_image(image, bands=4, dtype="float32"))
    found = prepared(image, **roofs(image, name), additional_input_raster=second)
    assert found.partner is not None and found.partner.raster.data_type == "float32"
    assert found.dataset.partner is not None
    assert found.dataset.partner.band_names == ("",) * 4
    assert found.dataset.partner.sensor == "MultiSpectral"


@pytest.mark.parametrize("chip_format", ["PNG", "JPEG"])
def test_a_second_image_with_too_many_bands_is_refused_by_its_own_name(
    image: Path, chip_format: str
) -> None:
    second = picture(second_image(image, bands=4))
    error = refused(image, additional_input_raster=second, chip_format=chip_format)
    assert (error.parameter, "4" in error.problem) == ("additionalInputRaster", True)


def test_bands_are_those_of_the_first_image(image: Path) -> None:
    found = prepared(image, additional_input_raster=picture(second_image(image)), bands=(3,))
    assert found.partner is not None
    assert (found.image.raster.bands, found.partner.raster.bands) == ((3,), (1, 2, 3))


def test_a_second_image_elsewhere_is_refused(image: Path) -> None:
    far = (LEFT + 90_000, PIXEL, 0.0, TOP, 0.0, -PIXEL)
    second = raster_file(image.parent / "second.tif", np.ones((1, 128, 192), np.uint8), far)
    error = refused(image, additional_input_raster=picture(second))
    assert error.parameter == "additionalInputRaster"


def test_a_second_image_that_is_not_there_is_refused(image: Path) -> None:
    error = refused(image, additional_input_raster=picture(image.parent / "gone.tif"))
    assert (error.parameter, "gone.tif" in error.problem) == ("additionalInputRaster", True)


# two domains


def cycle(image: Path, second: Path, **settings: Any) -> tuple[Prepared, ...]:
    given = {"additional_input_raster": picture(second), "metadata_format": "CycleGAN"}
    return all_prepared(image, **given, **settings)


def test_two_domains_are_two_datasets(image: Path) -> None:
    second = second_image(image, columns=64)
    assert [(it.folder, it.plan.place_count) for it in cycle(image, second)] == [
        ("A/", 6),
        ("B/", 2),
    ]


def test_neither_domain_is_the_partner_of_the_other(image: Path) -> None:
    assert [it.partner for it in cycle(image, second_image(image))] == [None, None]


def test_domains_may_lie_anywhere(image: Path) -> None:
    far = (LEFT + 90_000, 0.1, 0.0, TOP, 0.0, -0.1)
    second = raster_file(image.parent / "second.tif", np.ones((1, 64, 64), np.uint8), far)
    found = cycle(image, second)
    assert [it.dataset.grid.cell_size for it in found] == [(0.5, 0.5), (0.1, 0.1)]


def test_the_cell_size_is_that_of_both_domains(image: Path) -> None:
    found = cycle(image, second_image(image, columns=128), cell_size=1.0)
    assert [it.dataset.grid.cell_size for it in found] == [(1.0, 1.0)] * 2


def test_bands_are_those_of_the_first_domain(image: Path) -> None:
    found = cycle(image, second_image(image, bands=1), bands=(3, 1))
    assert [it.image.raster.bands for it in found] == [(3, 1), (1,)]


def test_a_second_domain_smaller_than_a_tile_is_refused(image: Path) -> None:
    settings = {"metadata_format": "CycleGAN"}
    settings["additional_input_raster"] = picture(second_image(image, columns=63))  # type: ignore[assignment]
    error = refused(image, **settings)
    assert (error.parameter, "additionalInputRaster" in error.problem) == ("tileSizeX", True)


def test_a_second_domain_that_is_not_there_is_refused(image: Path) -> None:
    given = {"additional_input_raster": picture(image.parent / "gone.tif")}
    error = refused(image, metadata_format="CycleGAN", **given)
    assert (error.parameter, "gone.tif" in error.problem) == ("additionalInputRaster", True)
