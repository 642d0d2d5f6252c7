"""Imagenet's folders, as supervision loads a folder of classes (and torchvision the same way)."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from chipwright.core.formats import FORMATS
from chipwright.core.request import Size
from chipwright.tests.core.dataset_reading import pixels
from chipwright.tests.core.exporting import export_chips, features
from chipwright.tests.core.made_sources import box, features_file, noise_file

from .conftest import Load
from .expected import NAMES
from .loading import picture
from .reading import Order, Reading, reading

pytestmark = pytest.mark.skipif("Imagenet" not in FORMATS, reason="there is no format Imagenet yet")

SIDE = 32
CENTRES = [(50, 40), (90, 60), (130, 50), (40, 100), (88, 110), (140, 104)]
VALUES = [3, 5, 3, 12, 5, 3]
FOLDERS = {value: re.sub(r"\s", "_", name) for value, name in NAMES.items() if value in VALUES}
"""Names without blanks, which would break the lines of the map."""
LOSS = {"TIFF": 1e-9, "JPEG": 8.0}
"""How far the mean of a block may be off; noise is the hardest for JPEG."""


@pytest.fixture(scope="module", params=LOSS)
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("folders")
    rows = [
        (box(x - 6, y - 4, x + 6, y + 4), {"classvalue": value, "classname": NAMES[value]})
        for (x, y), value in zip(CENTRES, VALUES)
    ]
    export_chips(
        noise_file(made / "image.tif", 192, 144),
        made / request.param,
        metadata_format="Imagenet",
        chip_format=request.param,
        input_class_data=features(features_file(made / "labels.gpkg", rows)),
        tile_size=Size(SIDE, SIDE),
    )
    return made / request.param


@pytest.fixture(scope="module")
def read(load: Load, folder: Path) -> Reading:
    (answer,) = load([Order("supervision folders", folder)])
    return reading(answer)


def test_folders_are_classes(read: Reading) -> None:
    assert read.classes == sorted(FOLDERS.values())


def test_every_feature_is_an_image_in_the_folder_of_its_class(read: Reading) -> None:
    found = Counter(it.class_name for image in read.images.values() for it in image.objects)
    assert found == Counter(FOLDERS[value] for value in VALUES)


def test_images_are_centred_on_their_feature(folder: Path, read: Reading) -> None:
    image = pixels(folder.with_name("image.tif")).transpose(1, 2, 0)
    half, loss = SIDE // 2, LOSS[folder.name]
    wanted = [picture(image[y - half : y + half, x - half : x + half]) for x, y in CENTRES]
    labels = [FOLDERS[value] for value in VALUES]
    for found in read.images.values():
        alike = [
            name
            for it, name in zip(wanted, labels)
            if found.size == it["size"] and np.allclose(found.means, it["means"], 0, loss)
        ]
        assert alike == [it.class_name for it in found.objects]
