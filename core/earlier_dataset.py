"""A dataset that is there already, to which chips are appended: what it says of itself."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, Optional

import numpy as np
from osgeo import osr

from .classes import ClassTable, LabelClass
from .errors import InvalidRequest, UnreadableSource
from .esri_dataset import Dataset
from .files import MAP_FILE
from .gdal_errors import GdalFailure, gdal_messages
from .grid import PixelGrid
from .manifest import Manifest
from .pixel_statistics import is_small_integer
from .raster import Raster, describe_raster
from .request import RasterSource
from .statistics import (
    AnyBandStatistics,
    BandStatistics,
    ClassStatistics,
    LabelStatistics,
    RealBandStatistics,
    Summary,
)

DEFINITION, STATE = "esri_model_definition.emd", "esri_accumulated_stats.json"
INSTANCE_CLASSES = "Panoptic_Segmentation_Instance_Classes"
Json = Mapping[str, Any]
Bands = tuple[RealBandStatistics, ...]


@dataclass(frozen=True, eq=False)
class EarlierDataset:
    """What is known of a dataset of the service's formats."""

    folder: str
    traits: Mapping[str, object]
    """What new chips must have in common with it, by the parameter that decides it."""
    next_number: int
    """Number after that of its last chip."""
    chip_count: int
    raster_count: int
    cells: tuple[PixelGrid, ...]
    """Grids of its smallest and largest cells; only these matter."""
    classes: ClassTable
    instance_classes: ClassTable
    labels: Optional[LabelStatistics]
    """None where there are no labels."""
    bands: Bands
    partner_bands: Bands
    partner_count: int
    """Bands of its second images; 0 where there are none."""
    first_images: tuple[str, ...]
    """Paths of its first image, and of that one's partner, in the folder."""

    def grown(self, path: str) -> Iterator[str]:
        """The lines of one of its files, with their ends."""
        if os.path.exists(os.path.join(self.folder, path)):
            with open(os.path.join(self.folder, path), encoding="utf-8", newline="") as lines:
                yield from lines

    def manifest(self, start_index: int, data_types: tuple[str, str]) -> Manifest:
        """Its sums, to be added to; data types are those of the images and their partners."""
        labels = self.labels or LabelStatistics()
        known = {entry.value: ClassStatistics() for entry in self.instance_classes.classes}
        return Manifest(
            start_index,
            self.chip_count,
            labels.per_image.count,
            _bands_of(self.bands, data_types[0]),
            replace(labels, instances=known),
            _bands_of(self.partner_bands, data_types[1]),
            earlier_count=self.chip_count,
        )

    def described_with(self, dataset: Dataset) -> Dataset:
        """The description of both together."""
        grids = [*self.cells, dataset.grid, dataset.coarsest or dataset.grid]
        grids.sort(key=lambda grid: grid.cell_area)
        single = dataset.instance_classes
        return replace(
            dataset,
            grid=grids[0],
            coarsest=grids[-1],
            raster_count=dataset.raster_count + self.raster_count,
            classes=None if dataset.classes is None else together(self.classes, dataset.classes),
            instance_classes=None if single is None else together(self.instance_classes, single),
        )


def earlier_dataset(folder: str) -> EarlierDataset:
    """Look at a dataset. Raises InvalidRequest naming existingOutput."""
    try:
        return _looked_at(folder)
    except (OSError, ValueError, LookupError, TypeError, ArithmeticError) as error:
        raise _damaged(folder, f"{type(error).__name__}: {error}") from error


def _damaged(folder: str, problem: str) -> InvalidRequest:
    return InvalidRequest(
        "existingOutput",
        f"'{folder}' holds no dataset that chips can be appended to ({problem}); it needs "
        f"{MAP_FILE}, {DEFINITION} and {STATE} as they were written. Choose another folder.",
    )


def _looked_at(folder: str) -> EarlierDataset:
    definition = _json(os.path.join(folder, DEFINITION))
    state = _json(os.path.join(folder, STATE))
    with open(os.path.join(folder, MAP_FILE), encoding="utf-8") as lines:
        images = next(lines, "").split("  ")[0].replace("\\", "/").split()
    next_number, chip_count = int(state["NextTileIndex"]), int(state["NumTiles"])
    if not 0 <= chip_count <= next_number:
        raise ValueError(f"{chip_count} chips do not end at number {next_number}")
    partner = definition["InputRastersProps2"]
    partner_count = len(partner["BandNames"]) if partner else 0
    band_count = int(state["NumBands"])
    has_chips = chip_count > 0
    return EarlierDataset(
        folder,
        {
            "metadataFormat": definition["MetaDataMode"],
            "tileSizeX": int(state["TileSizeX"]),
            "tileSizeY": int(state["TileSizeY"]),
            "bands": band_count,
            "fixChipSize": definition["CropTileMode"],
            "blackenAroundFeature": definition["BlackenAroundFeature"],
            "referenceSystem": definition["ImageSpaceUsed"],
            "inputClassData": _kind(_flag(state["OutputFeatures"])),
        },
        next_number,
        chip_count,
        int(definition["InputRastersProps"]["RasterCount"]),
        (_grid(definition["MinCellSize"]), _grid(definition["MaxCellSize"])),
        _table(definition.get("Classes", ())),
        _table(definition.get(INSTANCE_CLASSES, ())),
        _label_statistics(definition, state),
        _bands(state["BandStatsState"], band_count * has_chips),
        _bands(state["BandStatsState2"], partner_count * has_chips),
        partner_count,
        tuple(images),
    )


def _json(path: str) -> dict[str, Any]:
    with open(path, encoding="utf-8-sig") as file:
        content = json.load(file)
    if not isinstance(content, dict):
        raise ValueError(f"{path} is no JSON object")
    return content


# What does not fit


def check_fits(
    earlier: EarlierDataset,
    dataset: Dataset,
    raster: Raster,
    partner: Optional[Raster],
    ending: str,
) -> None:
    """Refuse what cannot be one dataset with what is there. Raises InvalidRequest.

    `raster` and `partner` are the image and the second image as they are read, `ending` is that of
    the names of chips.
    """
    asked: Mapping[str, object] = {
        "metadataFormat": dataset.metadata_format,
        "tileSizeX": dataset.tile.columns,
        "tileSizeY": dataset.tile.rows,
        "bands": len(dataset.band_names),
        "fixChipSize": "Variable_Size" if dataset.has_variable_size else "Fixed_Size",
        "blackenAroundFeature": dataset.is_blackened,
        "referenceSystem": "PIXEL_SPACE" if dataset.is_in_pixel_space else "MAP_SPACE",
        "inputClassData": _kind(dataset.from_features),
    }
    for parameter, there in earlier.traits.items():
        if there != asked[parameter]:
            raise _conflict(parameter, there, asked[parameter])
    if dataset.has_labels != (earlier.labels is not None):
        raise _damaged(earlier.folder, "what it says of its labels is not there")
    counts = earlier.partner_count, 0 if partner is None else len(partner.bands)
    if counts[0] != counts[1]:
        raise _conflict("additionalInputRaster", *map(_second_image, counts))
    parameters = ("inputRaster", "additionalInputRaster")
    for parameter, path, read in zip(parameters, earlier.first_images, (raster, partner)):
        there = os.path.splitext(path)[1]
        if there != ending:
            raise _conflict("chipFormat", there, ending)
        if read is not None:
            _check_pixels(os.path.join(earlier.folder, path), read, parameter)
    for parameter, known, table in (
        ("inputClassData", earlier.classes, dataset.classes),
        ("inputInstanceData", earlier.instance_classes, dataset.instance_classes),
    ):
        if table is not None:
            _check_classes(known, table, parameter)


def _check_pixels(path: str, raster: Raster, parameter: str) -> None:
    """Whether the chip of a path has pixels like those of a raster."""
    try:
        there = describe_raster(RasterSource(path)).data_type
    except (GdalFailure, UnreadableSource) as error:
        raise InvalidRequest(
            "existingOutput",
            f"its first chip '{path}' cannot be read ({error}), so nobody knows what fits to it; "
            "nothing was changed. Choose another folder.",
        ) from error
    if there != raster.data_type:
        raise _conflict(parameter, f"{there} pixels", f"{raster.data_type} pixels")


def _kind(from_features: bool) -> str:
    return "features" if from_features else "no features"


def _second_image(bands: int) -> str:
    return f"a second image of {bands} bands" if bands else "no second image"


def _conflict(parameter: str, there: object, asked: object) -> InvalidRequest:
    return InvalidRequest(
        parameter,
        f"is {asked} here, but {there} in the dataset that chips are to be appended to; nothing "
        "was changed. Choose the same, or another folder.",
    )


def _check_classes(known: ClassTable, table: ClassTable, parameter: str) -> None:
    """A class has one name, and a name is that of one class."""
    owners = {entry.name.casefold(): entry for entry in known.classes}
    for entry in table.classes:
        there = known.entry(entry.value) or owners.get(entry.name.casefold())
        if there is not None and (there.value, there.name) != (entry.value, entry.name):
            raise InvalidRequest(
                parameter,
                f"class {entry.value} is called '{entry.name}' here, but class {there.value} is "
                f"called '{there.name}' in the dataset that chips are to be appended to; nothing "
                "was changed. Give them the same names and values, or choose another folder.",
            )


def together(first: ClassTable, second: ClassTable) -> ClassTable:
    """The classes of both; of a class that both have, what the first says of it."""
    entries = {entry.value: entry for table in (second, first) for entry in table.classes}
    return ClassTable(tuple(entries[value] for value in sorted(entries)))


# What the files say


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError(f"{value!r} is neither true nor false")
    return value


def _number(value: Any) -> Any:
    """A number, whole or not, as it is."""
    if not isinstance(value, (int, float)) or not math.isfinite(value):
        raise TypeError(f"{value!r} is no number")
    return value


def _table(entries: Any) -> ClassTable:
    return ClassTable(tuple(_label_class(entry) for entry in entries))


def _label_class(entry: Json) -> LabelClass:
    red, green, blue = map(int, entry["Color"])
    name = str(entry["Name"])
    return LabelClass(int(entry["Value"]), name, (red, green, blue), name)


def _grid(cell: Json) -> PixelGrid:
    """A grid of such cells."""
    x, y = float(cell["x"]), float(cell["y"])
    return PixelGrid(1, 1, (0.0, x, 0.0, 0.0, 0.0, -y), _crs_wkt(cell["spatialReference"]))


def _crs_wkt(reference: Json) -> str:
    if "wkid" not in reference:
        return str(reference["wkt"])
    code, made = int(reference["wkid"]), osr.SpatialReference()
    for authority in ("EPSG", "ESRI"):
        with suppress(GdalFailure), gdal_messages():
            if made.SetFromUserInput(f"{authority}:{code}") == 0:
                return str(made.ExportToWkt())
    raise ValueError(f"there is no coordinate system {code}")


def _bands(states: Any, count: int) -> Bands:
    if len(states) != count:
        raise ValueError(f"there are sums of {len(states)} bands for {count}")
    return tuple(_band(state) for state in states)


def _band(state: Json) -> RealBandStatistics:
    """The sums of a band, least and greatest as they are: whole numbers or not."""
    mean, squares, least, greatest = (_number(state[it]) for it in ("M1", "M2", "Min", "Max"))
    count = int(state["Num"])
    return (
        RealBandStatistics(count, mean, squares, least, greatest) if count else RealBandStatistics()
    )


def _bands_of(bands: Bands, data_type: str) -> tuple[AnyBandStatistics, ...]:
    """As they are summed for pixels of a type."""
    return tuple(map(_whole, bands)) if is_small_integer(np.dtype(data_type)) else bands


def _whole(band: RealBandStatistics) -> AnyBandStatistics:
    """Sums of whole numbers, which the means tell to the last unit."""
    if not band.count:
        return BandStatistics()
    total = round(Fraction(band.mean) * band.count)
    squares = round(Fraction(band.squared_deviations) + Fraction(total * total, band.count))
    return BandStatistics(band.count, total, squares, band.minimum, band.maximum)


def _label_statistics(definition: Json, state: Json) -> Optional[LabelStatistics]:
    values = [int(entry["ClassValue"]) for entry in state["Classes"]]
    if "Classes" not in definition:
        return None
    if _flag(state["OutputFeatures"]):
        stats = state["FeatureStats"]
        sizes, per_image = stats["FeatureAreaPerClass"], stats["NumFeaturesPerImage"]
    else:
        stats = state["ClassPixelStats"]
        sizes, per_image = stats["PixelsPerClass"], stats["NumClassesPerImage"]
    images = stats["NumImagesPerClass"]
    if not len(values) == len(definition["Classes"]) == len(images) == len(sizes):
        raise ValueError("its files do not agree on the number of classes")
    return LabelStatistics(
        {
            value: ClassStatistics(int(count), _summary(size))
            for value, count, size in zip(values, images, sizes)
        },
        _summary(per_image),
    )


def _summary(state: Json) -> Summary:
    sums = tuple(_number(state[name]) for name in ("Sum", "Min", "Max"))
    count = int(state["Count"])
    return Summary(count, *sums) if count else Summary()
