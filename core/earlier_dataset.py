"""A dataset that is there already, to which chips are appended: what it says of itself."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Optional

from .classes import ClassTable
from .earlier_values import (
    Bands,
    bands_as_summed,
    bands_of_states,
    class_table_of,
    flag,
    grid_of_cells,
    kind_of_labels,
    label_statistics,
)
from .errors import InvalidRequest
from .esri_dataset import Dataset
from .files import MAP_FILE
from .grid import PixelGrid
from .manifest import Manifest
from .statistics import (
    ClassStatistics,
    LabelStatistics,
)

DEFINITION, STATE = "esri_model_definition.emd", "esri_accumulated_stats.json"
INSTANCE_CLASSES = "Panoptic_Segmentation_Instance_Classes"


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
            bands_as_summed(self.bands, data_types[0]),
            replace(labels, instances=known),
            bands_as_summed(self.partner_bands, data_types[1]),
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
        raise damaged(folder, f"{type(error).__name__}: {error}") from error


def damaged(folder: str, problem: str) -> InvalidRequest:
    """The refusal of a dataset that does not say what is needed."""
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
            "inputClassData": kind_of_labels(flag(state["OutputFeatures"])),
        },
        next_number,
        chip_count,
        int(definition["InputRastersProps"]["RasterCount"]),
        (grid_of_cells(definition["MinCellSize"]), grid_of_cells(definition["MaxCellSize"])),
        class_table_of(definition.get("Classes", ())),
        class_table_of(definition.get(INSTANCE_CLASSES, ())),
        label_statistics(definition, state),
        bands_of_states(state["BandStatsState"], band_count * has_chips),
        bands_of_states(state["BandStatsState2"], partner_count * has_chips),
        partner_count,
        tuple(images),
    )


def _json(path: str) -> dict[str, Any]:
    with open(path, encoding="utf-8-sig") as file:
        content = json.load(file)
    if not isinstance(content, dict):
        raise ValueError(f"{path} is no JSON object")
    return content


def together(first: ClassTable, second: ClassTable) -> ClassTable:
    """The classes of both; of a class that both have, what the first says of it."""
    entries = {entry.value: entry for table in (second, first) for entry in table.classes}
    return ClassTable(tuple(entries[value] for value in sorted(entries)))
