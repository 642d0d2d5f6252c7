"""A dataset that is there already, to which chips are appended: what it says of itself."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np

from .classes import ClassTable, LabelClass
from .errors import InvalidRequest, UnreadableSource
from .esri_files import Dataset
from .files import MAP_FILE
from .gdal_errors import GdalFailure
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
Json = Mapping[str, Any]


@dataclass(frozen=True, eq=False)
class EarlierDataset:
    """What is known of a dataset of the service's formats."""

    folder: str
    definition: Json
    state: Json
    first_chip: str
    """Path of its first image in the folder."""

    def grown(self, path: str) -> Iterator[str]:
        """The lines of one of its files, with their ends."""
        if os.path.exists(os.path.join(self.folder, path)):
            with open(os.path.join(self.folder, path), encoding="utf-8", newline="") as lines:
                yield from lines

    @property
    def next_number(self) -> int:
        """Number after that of its last chip."""
        return int(self.state["NextTileIndex"])

    @property
    def _raster_count(self) -> int:
        return int(self.definition["InputRastersProps"]["RasterCount"])

    def manifest(self, start_index: int, data_types: tuple[str, str]) -> Manifest:
        """Its sums, to be added to; data types are those of the images and their partners."""
        count = int(self.state["NumTiles"])
        labels = _label_statistics(self.state)
        instances = self.definition.get("Panoptic_Segmentation_Instance_Classes", ())
        known = {int(entry["Value"]): ClassStatistics() for entry in instances}
        return Manifest(
            start_index,
            count,
            labels.per_image.count,
            _bands(self.state["BandStatsState"], data_types[0]),
            replace(labels, instances=known),
            _bands(self.state["BandStatsState2"], data_types[1]),
            earlier_count=count,
        )

    def described_with(self, dataset: Dataset) -> Dataset:
        """The description of both together."""
        grids = [dataset.grid, dataset.coarsest or dataset.grid]
        cells = [self.definition["MinCellSize"], self.definition["MaxCellSize"]]
        grids += [_with_cells(dataset.grid, cell) for cell in cells]
        grids.sort(key=lambda grid: grid.cell_area)
        earlier = _table(self.definition.get("Classes", ()))
        single = _table(self.definition.get("Panoptic_Segmentation_Instance_Classes", ()))
        return replace(
            dataset,
            grid=grids[0],
            coarsest=grids[-1],
            raster_count=dataset.raster_count + self._raster_count,
            classes=None if dataset.classes is None else together(earlier, dataset.classes),
            instance_classes=None
            if dataset.instance_classes is None
            else together(single, dataset.instance_classes),
        )


def earlier_dataset(folder: str) -> EarlierDataset:
    """Look at a dataset. Raises InvalidRequest naming existingOutput."""
    try:
        definition, state = (_json(os.path.join(folder, name)) for name in (DEFINITION, STATE))
        with open(os.path.join(folder, MAP_FILE), encoding="utf-8") as lines:
            first = next(lines, "").split(" ")[0].strip().replace("\\", "/")
        int(state["NextTileIndex"]), int(state["NumTiles"]), state["BandStatsState2"]
    except (OSError, ValueError, KeyError) as error:
        raise InvalidRequest(
            "existingOutput",
            f"'{folder}' holds no dataset that chips can be appended to ({error}); it needs "
            f"{MAP_FILE}, {DEFINITION} and {STATE}. Choose another folder.",
        ) from error
    return EarlierDataset(folder, definition, state, first)


def _json(path: str) -> dict[str, Any]:
    with open(path, encoding="utf-8-sig") as file:
        content = json.load(file)
    if not isinstance(content, dict):
        raise ValueError(f"{path} is no JSON object")
    return content


def check_fits(earlier: EarlierDataset, dataset: Dataset, raster: Raster, ending: str) -> None:
    """Refuse what cannot be one dataset with what is there. Raises InvalidRequest."""
    definition, state = earlier.definition, earlier.state
    size = (int(state["TileSizeX"]), int(state["TileSizeY"]))
    crop = "Variable_Size" if dataset.has_variable_size else "Fixed_Size"
    space = "PIXEL_SPACE" if dataset.is_in_pixel_space else "MAP_SPACE"
    pairs = (
        ("metadataFormat", definition.get("MetaDataMode"), dataset.metadata_format),
        ("tileSizeX", size[0], dataset.tile.columns),
        ("tileSizeY", size[1], dataset.tile.rows),
        ("bands", int(state["NumBands"]), len(dataset.band_names)),
        ("fixChipSize", definition.get("CropTileMode"), crop),
        ("blackenAroundFeature", definition.get("BlackenAroundFeature"), dataset.is_blackened),
        ("referenceSystem", definition.get("ImageSpaceUsed"), space),
        ("inputClassData", _kind(bool(state["OutputFeatures"])), _kind(dataset.from_features)),
        ("chipFormat", os.path.splitext(earlier.first_chip or ending)[1] or ending, ending),
    )
    for parameter, there, asked in pairs:
        if there != asked:
            raise _conflict(parameter, there, asked)
    has_partner = bool(definition.get("InputRastersProps2"))
    if has_partner != (dataset.partner is not None):
        asked = "a second image" if dataset.partner else "none"
        raise _conflict("additionalInputRaster", "a second image" if has_partner else "none", asked)
    _check_pixels(earlier, raster)
    for table, known in (
        (dataset.classes, definition.get("Classes", ())),
        (dataset.instance_classes, definition.get("Panoptic_Segmentation_Instance_Classes", ())),
    ):
        if table is not None:
            _check_classes(_table(known), table)


def _check_pixels(earlier: EarlierDataset, raster: Raster) -> None:
    path = os.path.join(earlier.folder, earlier.first_chip)
    if not earlier.first_chip:
        return
    try:
        there = describe_raster(RasterSource(path)).data_type
    except (GdalFailure, UnreadableSource) as error:
        raise InvalidRequest(
            "existingOutput", f"its first chip '{path}' cannot be read: {error}"
        ) from error
    if there != raster.data_type:
        raise _conflict("inputRaster", f"{there} pixels", f"{raster.data_type} pixels")


def _kind(from_features: bool) -> str:
    return "features" if from_features else "no features"


def _conflict(parameter: str, there: object, asked: object) -> InvalidRequest:
    return InvalidRequest(
        parameter,
        f"is {asked} here, but {there} in the dataset that chips are to be appended to; nothing "
        "was changed. Choose the same, or another folder.",
    )


def _check_classes(known: ClassTable, table: ClassTable) -> None:
    for entry in table.classes:
        there = known.entry(entry.value)
        if there is not None and there.name != entry.name:
            raise InvalidRequest(
                "inputClassData",
                f"class {entry.value} is called '{entry.name}' here, but '{there.name}' in the "
                "dataset that chips are to be appended to; nothing was changed. Give it the same "
                "name, or choose another folder.",
            )


def _table(entries: Any) -> ClassTable:
    return ClassTable(
        tuple(
            LabelClass(int(it["Value"]), str(it["Name"]), tuple(it["Color"]), str(it["Name"]))
            for it in entries
        )
    )


def together(first: ClassTable, second: ClassTable) -> ClassTable:
    """The classes of both; of a class that both have, what the first says of it."""
    entries = {entry.value: entry for table in (second, first) for entry in table.classes}
    return ClassTable(tuple(entries[value] for value in sorted(entries)))


def _with_cells(grid: PixelGrid, cell: Json) -> PixelGrid:
    """A grid of other cells; only their size matters."""
    x, _, _, y, _, _ = grid.geotransform
    return replace(grid, geotransform=(x, cell["x"], 0.0, y, 0.0, -cell["y"]))


def _bands(states: Any, data_type: str) -> tuple[AnyBandStatistics, ...]:
    make = _whole if is_small_integer(np.dtype(data_type)) else _real
    return tuple(make(state) for state in states)


def _whole(state: Json) -> AnyBandStatistics:
    """Sums of whole numbers, which the means tell to the last unit."""
    count = int(state["Num"])
    if not count:
        return BandStatistics()
    total = round(state["M1"] * count)
    squares = round(Fraction(state["M2"]) + Fraction(total * total, count))
    return BandStatistics(count, total, squares, state["Min"], state["Max"])


def _real(state: Json) -> AnyBandStatistics:
    if not state["Num"]:
        return RealBandStatistics()
    return RealBandStatistics(
        int(state["Num"]), state["M1"], state["M2"], state["Min"], state["Max"]
    )


def _label_statistics(state: Json) -> LabelStatistics:
    values = [int(entry["ClassValue"]) for entry in state["Classes"]]
    stats = state.get("FeatureStats") or state.get("ClassPixelStats")
    if not stats:
        return LabelStatistics()
    sizes = stats.get("FeatureAreaPerClass") or stats.get("PixelsPerClass") or []
    per_image = stats.get("NumFeaturesPerImage") or stats["NumClassesPerImage"]
    return LabelStatistics(
        {
            value: ClassStatistics(int(images), _summary(size))
            for value, images, size in zip(values, stats["NumImagesPerClass"], sizes)
        },
        _summary(per_image),
    )


def _summary(state: Json) -> Summary:
    if not state["Count"]:
        return Summary()
    return Summary(int(state["Count"]), state["Sum"], state["Min"], state["Max"])
