"""The files about a whole dataset that the service writes (formats.md, section 1)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from .classes import NO_CLASSES, ClassTable
from .esri_dataset import Dataset, Scaling
from .esri_stats import stats_text
from .files import MAP_FILE, DatasetFile
from .grid import PixelGrid
from .manifest import Manifest
from .reference_systems import spatial_reference
from .statistics import (
    AnyBandStatistics,
    ClassStatistics,
    LabelStatistics,
    Summary,
    finite,
    standard_deviation,
)

WELL_KNOWN_BANDS = (
    "Red Green Blue Infrared CoastalBlue Yellow RedEdge ShortWaveInfrared NearInfrared "
    "NearInfrared_1 NearInfrared_2 MidInfrared MidInfrared_1 MidInfrared_2 Thermal Thermal_1 "
    "Thermal_2 Panchromatic PseudoRed PseudoGreen PseudoBlue QA"
).split()

Json = dict[str, Any]
"""A JSON object on its way to a file; its keys are those of the service's files."""


def dataset_files(
    dataset: Dataset, manifest: Manifest, map_lines: Iterable[str]
) -> Iterator[DatasetFile]:
    """All of them, the map last: it makes a dataset whole."""
    definition = json.dumps(model_definition(dataset, manifest), indent=4, allow_nan=False)
    yield DatasetFile("esri_model_definition.emd", [definition])
    state = json.dumps(accumulated_stats(dataset, manifest), indent=4, allow_nan=False)
    yield DatasetFile("esri_accumulated_stats.json", [state])
    yield DatasetFile("stats.txt", [stats_text(dataset, manifest)])
    yield DatasetFile(MAP_FILE, map_lines)


def model_definition(dataset: Dataset, manifest: Manifest) -> Json:
    """esri_model_definition.emd, its keys in the service's order."""
    head = {
        "Framework": "e.g. TensorFlow, PyTorch, Keras",
        "ModelConfiguration": "e.g. name of a configuration or path of its file",
        "ModelType": "e.g. ObjectDetection, ImageClassification, InstanceDetection",
        "ModelFile": "e.g. path of the trained model",
        "Description": "e.g. what the model finds, and in what imagery",
        "ImageHeight": dataset.tile.rows,
        "ImageWidth": dataset.tile.columns,
        "ExtractBands": "e.g. [0, 1, 2]",
        "DataRange": "e.g. [0, 1]",
        "ModelPadding": "e.g. 64",
        "BatchSize": "e.g. 8",
        "PerProcessGPUMemoryFraction": "e.g. 0.8",
        "MetaDataMode": dataset.metadata_format,
        "BlackenAroundFeature": dataset.is_blackened,
        "IsMultidimensional": False,
        "CropTileMode": "Variable_Size" if dataset.has_variable_size else "Fixed_Size",
        "ImageSpaceUsed": "PIXEL_SPACE" if dataset.is_in_pixel_space else "MAP_SPACE",
        "MinCellSize": _cell_size(dataset.grid),
        "MaxCellSize": _cell_size(dataset.coarsest or dataset.grid),
    }
    if dataset.has_labels:
        head["Classes"] = _class_items(_classes(dataset, manifest))
    if dataset.instance_classes is not None:
        occurring = _listed(dataset.instance_classes, manifest.labels.instances)
        head["Panoptic_Segmentation_Instance_Classes"] = _class_items(occurring)
    scaling = dataset.scaling
    return {
        **head,
        "InputRastersProps": _raster_properties(dataset, dataset.band_names, dataset.sensor),
        "InputRastersProps2": _partner_properties(dataset),
        "AllTilesStats": _band_summaries(dataset.band_names, manifest.bands),
        "AllTilesStats2": _band_summaries(
            dataset.partner.band_names if dataset.partner else (), manifest.partner_bands
        ),
        "WellKnownBandNames (FYI, these band names can be used in ExtractBands)": WELL_KNOWN_BANDS,
        **({} if scaling is None else {"PixelScaling": _scaling(scaling)}),
    }


def _scaling(scaling: Scaling) -> Json:
    return {"Method": scaling.method, "Low": list(scaling.lows), "High": list(scaling.highs)}


def accumulated_stats(dataset: Dataset, manifest: Manifest) -> Json:
    """esri_accumulated_stats.json: the state that a later run continues from."""
    classes = list(_classes(dataset, manifest))
    state: Json = {
        "Version": 1,
        "NumBands": len(dataset.band_names),
        "TileSizeX": dataset.tile.columns,
        "TileSizeY": dataset.tile.rows,
        "NumClasses": len(classes),
        "NumTiles": manifest.chip_count,
        "NumTilesAsDouble": float(manifest.chip_count),
        "NextTileIndex": manifest.next_number,
        "OutputFeatures": dataset.from_features,
        "MetaDataMode": dataset.metadata_format,
        "MinCellSize": _cell_size(dataset.grid),
        "MaxCellSize": _cell_size(dataset.coarsest or dataset.grid),
        "Classes": [
            {"ClassValue": value, "ClassName": name, "Color": color}
            for value, name, color in classes
        ],
    }
    if dataset.has_labels:
        describe = _feature_stats if dataset.from_features else _pixel_stats
        key = "FeatureStats" if dataset.from_features else "ClassPixelStats"
        state[key] = describe(manifest.chip_count, manifest.labels)
    return {
        **state,
        "InputRastersProps": _raster_properties(dataset, dataset.band_names, dataset.sensor),
        "InputRastersProps2": _partner_properties(dataset),
        "BandStatsState": [_band_state(band) for band in manifest.bands],
        "BandStatsState2": [_band_state(band) for band in manifest.partner_bands],
    }


def _classes(dataset: Dataset, manifest: Manifest) -> Iterator[tuple[int, str, list[int]]]:
    """Value, name and colour of every class of the labels that occurs, ascending by value."""
    return _listed(dataset.classes or NO_CLASSES, manifest.labels.per_class)


def _listed(table: ClassTable, occurring: Iterable[int]) -> Iterator[tuple[int, str, list[int]]]:
    for value in sorted(occurring):
        yield value, table.name_of(value), list(table.color_of(value))


def _class_items(classes: Iterable[tuple[int, str, list[int]]]) -> list[Json]:
    return [{"Value": value, "Name": name, "Color": color} for value, name, color in classes]


def _cell_size(grid: PixelGrid) -> Json:
    width, height = grid.cell_size
    return {"x": width, "y": height, "spatialReference": _spatial_reference(grid.crs_wkt)}


def _spatial_reference(wkt: str) -> Json:
    """The service's form: a well-known id where there is one, else the text."""
    reference = spatial_reference(wkt)
    code = reference.GetAuthorityCode(None) if reference else None
    if code is not None and code.isdigit():
        return {"wkid": int(code), "latestWkid": int(code)}
    return {"wkt": wkt}


def _raster_properties(dataset: Dataset, band_names: Iterable[str], sensor: str) -> Json:
    return {
        "RasterCount": dataset.raster_count,
        "SensorName": sensor,
        "BandNames": list(band_names),
    }


def _partner_properties(dataset: Dataset) -> Json:
    partner = dataset.partner
    return _raster_properties(dataset, partner.band_names, partner.sensor) if partner else {}


def _band_summaries(names: Iterable[str], bands: Iterable[AnyBandStatistics]) -> list[Json]:
    return [_band_summary(name, band) for name, band in zip(names, bands)]


def _band_summary(name: str, band: AnyBandStatistics) -> Json:
    return {
        "BandName": name,
        "Min": finite(band.minimum),
        "Max": finite(band.maximum),
        "Mean": band.mean,
        "StdDev": standard_deviation(band),
    }


def _band_state(band: AnyBandStatistics) -> Json:
    return {
        "Min": finite(band.minimum),
        "Max": finite(band.maximum),
        "Mean": 0,
        "StdDev": 0,
        "M1": band.mean,
        "M2": band.squared_deviations,
        "Num": band.count,
    }


def _feature_stats(images: int, labels: LabelStatistics) -> Json:
    classes = _ascending(labels.per_class)
    return {
        "NumClasses": len(classes),
        "NumImagesTotal": images,
        "NumFeaturesTotal": sum(entry.sizes.count for entry in classes),
        "NumImagesPerClass": [entry.images for entry in classes],
        "NumFeaturesPerClass": [entry.sizes.count for entry in classes],
        "NumFeaturesPerImage": _summary(labels.per_image),
        "FeatureAreaPerClass": [_summary(entry.sizes) for entry in classes],
    }


def _pixel_stats(images: int, labels: LabelStatistics) -> Json:
    classes = _ascending(labels.per_class)
    return {
        "NumClasses": len(classes),
        "NumImagesTotal": images,
        "NumImagesPerClass": [entry.images for entry in classes],
        "NumPixelsPerClass": [entry.sizes.total for entry in classes],
        "NumClassesPerImage": _summary(labels.per_image),
        "PixelsPerClass": [_summary(entry.sizes) for entry in classes],
    }


def _ascending(per_class: Mapping[int, ClassStatistics]) -> list[ClassStatistics]:
    return [per_class[value] for value in sorted(per_class)]


def _summary(summary: Summary) -> Json:
    return {
        "Min": finite(summary.minimum),
        "Max": finite(summary.maximum),
        "Mean": summary.mean,
        "Sum": summary.total,
        "Count": summary.count,
    }
