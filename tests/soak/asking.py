"""Random requests: everything that can be asked for, mostly such that it can be done."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any, Optional, TypeVar, Union

from chipwright.core.chip_format import Placement, SecondImage
from chipwright.core.formats import FORMATS
from chipwright.core.grid import Size
from chipwright.core.request import SMALLER_ON_TOP, Extent, FeatureSource, RasterSource
from chipwright.core.request_choices import (
    CHIP_FORMATS,
    COMPRESSIONS,
    EDGE_POLICIES,
    PIXEL_SCALINGS,
    RESPONSE_FORMATS,
)

from ..core.making import crs
from .samples import DEGREES, Layer, Raster, Sample

MOST_PLACES = 1_200
"""In one request; more of them are more of the same."""
Settings = dict[str, Any]
"""Fields of an ExportRequest but its output."""
Thing = TypeVar("Thing")
WORKERS = ("1", "2", "3", "50%", "100%")
ANGLES = (90.0, 180.0, 270.0, 45.0, 120.0)
SPLITS = ("80/10/10", "60/20/20", "70/30/0", "50/0/50", "100/0/0", "80", "1/1/1")
NONSENSE: Sequence[tuple[str, Any]] = (
    ("tile_size", Size(0, 10)),
    ("tile_size", Size(100_000, 100_000)),
    ("stride_size", Size(-1, 5)),
    ("rotation_angle", 360.0),
    ("rotation_angle", math.nan),
    ("cell_size", -1.0),
    ("cell_size", 1e-300),
    ("cell_size", 1e300),
    ("bands", (0,)),
    ("bands", (99,)),
    ("bands", (1, 1, 1)),
    ("class_value_field", "no such field"),
    ("class_priority", "no such field"),
    ("buffer_radius", -3.0),
    ("buffer_radius", 1e30),
    ("extent", Extent(0, 0, 0, 0)),
    ("extent", Extent(1e20, 1e20, 1e21, 1e21)),
    ("extent", Extent(math.nan, 0, 1, 1)),
    ("max_nodata_ratio", 1.5),
    ("min_label_ratio", 1.0),
    ("negative_ratio", 1e308),
    ("split", "eighty/twenty"),
    ("scaling_percentiles", (90.0, 10.0)),
    ("start_index", 10**12),
    ("start_index", -1),
    ("seed", 2**63),
    ("parallel_processing_factor", "many"),
    ("chip_format", "BMP"),
    ("metadata_format", "VOC"),
    ("reference_system", "IMAGE_SPACE"),
    ("jpeg_quality", 9),
    ("input_raster", RasterSource("/nowhere/image.tif")),
    ("input_raster", RasterSource("")),
    ("input_class_data", FeatureSource("/nowhere/labels.gpkg")),
    ("input_class_data", RasterSource("/nowhere/classes.tif")),
    ("input_mask_polygons", FeatureSource("/nowhere/mask.gpkg")),
)
"""Values that nothing, or hardly anything, can be made of."""


@dataclass(frozen=True)
class Dice:
    """What is random in a request."""

    random: Random

    def maybe(self, share: float) -> bool:
        """Whether something happens that does in this share of all cases."""
        return self.random.random() < share

    def one_of(self, things: Sequence[Thing]) -> Thing:
        """Any of some things."""
        return self.random.choice(things)

    def between(self, least: float, most: float) -> float:
        """A number, small ones as likely as large ones: their logarithm is even."""
        return math.exp(self.random.uniform(math.log(least), math.log(most)))


def random_settings(dice: Dice, sample: Sample, others: Sequence[Sample]) -> Settings:
    """A request over a sample; now and then with a source that has nothing to do with it."""
    settings: Settings = {"input_raster": RasterSource(sample.image.path)}
    settings["metadata_format"] = dice.one_of(list(FORMATS))
    settings["reference_system"] = _reference_system(dice, sample.image)
    for draw in (_sources, _labels, _chips, _pixels, _choice, _rest):
        settings.update(draw(dice, sample, settings))
    if others and dice.maybe(0.03):
        settings.update(_labels(dice, dice.one_of(others), settings))
    settings.update(_affordable(dice, sample.image, settings))
    if dice.maybe(0.06):
        settings.update([dice.one_of(NONSENSE)])
    return settings


def _reference_system(dice: Dice, image: Raster) -> str:
    return "PIXEL_SPACE" if dice.maybe(0.95 if image.lies_nowhere else 0.15) else "MAP_SPACE"


def _sources(dice: Dice, sample: Sample, settings: Settings) -> Settings:
    """A second image, a collection, a mask, an extent."""
    found: Settings = {}
    wanted = {SecondImage.DOMAIN: 1.0, SecondImage.PARTNER: 0.3, SecondImage.NONE: 0.01}
    if dice.maybe(wanted[FORMATS[settings["metadata_format"]].second_image]):
        found["additional_input_raster"] = RasterSource(dice.one_of(sample.rasters).path)
    if sample.alike and dice.maybe(0.25):
        items = dice.random.sample(sample.alike, dice.random.randint(1, min(4, len(sample.alike))))
        found["raster_items"] = tuple(RasterSource(each.path) for each in items)
    found["process_all_raster_items"] = dice.maybe(0.5 if "raster_items" in found else 0.05)
    masks = [layer for layer in sample.layers if layer.kind == "polygon"]
    if masks and dice.maybe(0.06):
        found["input_mask_polygons"] = _features(dice.one_of(masks))
    if dice.maybe(0.2):
        found["extent"] = _extent(dice, sample.image)
    return found


def _extent(dice: Dice, image: Raster) -> Optional[Extent]:
    box, wkt = image.own_box, ""
    if image.box is not None and dice.maybe(0.4):
        box, wkt = image.box, crs(DEGREES)
    if box is None:
        box = (0.0, -float(image.rows), float(image.columns), 0.0)
    left, right = _part(dice, box[0], box[2])
    bottom, top = _part(dice, box[1], box[3])
    return Extent(left, bottom, right, top, wkt)


def _part(dice: Dice, least: float, most: float) -> Sequence[float]:
    """Two ends, at times beyond those given."""
    shares = sorted((dice.random.uniform(-0.1, 0.6), dice.random.uniform(0.4, 1.1)))
    return [least + share * (most - least) for share in shares]


def _features(layer: Layer) -> FeatureSource:
    return FeatureSource(layer.path, layer.name)


def _labels(dice: Dice, sample: Sample, settings: Settings) -> Settings:
    chip_format = FORMATS[settings["metadata_format"]]
    found: Settings = {}
    if dice.maybe(0.99 if chip_format.needs_labels else 0.5):
        found.update(_label_source(dice, sample, "input_class_data", "class_value_field"))
    if dice.maybe(0.99 if chip_format.needs_instances else 0.01):
        found.update(
            _label_source(dice, sample, "input_instance_data", "instance_class_value_field")
        )
    areas = [layer for layer in sample.layers if layer.kind in ("point", "line")]
    needs_radius = any(_features(layer) == found.get("input_class_data") for layer in areas)
    if dice.maybe(0.9 if needs_radius else 0.1):
        found["buffer_radius"] = sample.image.pixel * dice.between(0.5, 40)
    return found


def _label_source(dice: Dice, sample: Sample, source: str, field: str) -> Settings:
    """Layers rather than rasters, and a field of the layer or none."""
    rasters: Sequence[Union[Layer, Raster]] = sample.class_maps
    layers: Sequence[Union[Layer, Raster]] = sample.layers
    preferred, rest = (layers, rasters) if dice.maybe(0.7) else (rasters, layers)
    choice = preferred or rest
    if not choice:
        return {}
    chosen = dice.one_of(choice)
    if isinstance(chosen, Raster):
        return {source: RasterSource(chosen.path)}
    given = {source: _features(chosen)}
    return {**given, field: dice.one_of(chosen.fields)} if _names_field(dice, chosen) else given


def _names_field(dice: Dice, layer: Layer) -> bool:
    return bool(layer.fields) and dice.maybe(0.6)


def _chips(dice: Dice, sample: Sample, settings: Settings) -> Settings:
    """Their size, the steps between them, what becomes of edges."""
    image = sample.image
    found: Settings = {"tile_size": _tile(dice, image)}
    tile = found["tile_size"]
    strides: Sequence[Callable[[], Size]] = (
        lambda: Size(0, 0),
        lambda: tile,
        lambda: Size(-(-tile.columns // 2), -(-tile.rows // 2)),
        lambda: Size(round(dice.between(1, 300)), round(dice.between(1, 300))),
    )
    found["stride_size"] = dice.one_of(strides)()
    found["edge_policy"] = dice.one_of(("drop", *EDGE_POLICIES))
    is_in_pixels = settings["reference_system"] == "PIXEL_SPACE"
    if dice.maybe(0.01 if is_in_pixels else 0.15):
        found["cell_size"] = image.pixel * dice.between(0.4, 4)
    if dice.maybe(0.15):
        found["rotation_angle"] = dice.one_of((*ANGLES, dice.random.uniform(20, 359)))
    around = FORMATS[settings["metadata_format"]].placement is Placement.PER_FEATURE
    found["blacken_around_feature"] = dice.maybe(0.3 if around else 0.02)
    found["fix_chip_size"] = dice.maybe(0.6 if around else 0.98)
    return found


def _tile(dice: Dice, image: Raster) -> Size:
    """At times larger than the image, or of one pixel."""
    most = max(9, min(512, 1.05 * min(image.columns, image.rows)))
    side = round(dice.between(8, most)) if dice.maybe(0.95) else 1
    return Size(side, side if dice.maybe(0.6) else round(dice.between(1, most)))


def _pixels(dice: Dice, sample: Sample, settings: Settings) -> Settings:
    """How pixels are written; what does not fit is made to fit, but not always."""
    image = sample.image
    found: Settings = {"chip_format": dice.one_of(("TIFF", *CHIP_FORMATS))}
    is_picture = found["chip_format"] in ("PNG", "JPEG")
    fits = dice.maybe(0.95)
    if dice.maybe(0.15) or (is_picture and image.bands > 3 and fits):
        count = dice.random.randint(1, min(image.bands, 3 if is_picture else 5))
        found["bands"] = tuple(dice.random.sample(range(1, image.bands + 1), count))
    if dice.maybe(0.15) or (is_picture and image.data_type != "uint8" and fits):
        found["pixel_scaling"] = dice.one_of(PIXEL_SCALINGS[1:])
        low = dice.random.uniform(0, 20)
        found["scaling_percentiles"] = (low, dice.random.uniform(low + 1, 100))
    if found["chip_format"] in ("TIFF", "MRF") and dice.maybe(0.4):
        found["compression"] = dice.one_of(COMPRESSIONS)
    found["jpeg_quality"], found["png_level"] = (
        dice.random.randint(10, 100),
        dice.random.randint(0, 9),
    )
    return found


def _choice(dice: Dice, sample: Sample, settings: Settings) -> Settings:
    """Which places become chips."""
    found: Settings = {}
    has_labels = "input_class_data" in settings
    if dice.maybe(0.15):
        found["max_nodata_ratio"] = dice.one_of((0.0, dice.random.random()))
    if dice.maybe(0.25 if has_labels else 0.02):
        found["export_all_tiles"] = False
    if dice.maybe(0.12 if has_labels else 0.01):
        found["negative_ratio"] = dice.one_of((0.0, 1.0, dice.random.uniform(0, 3)))
    if dice.maybe(0.08 if has_labels else 0.01):
        found["min_label_ratio"] = dice.random.uniform(0, 0.4)
    if dice.maybe(0.15 if has_labels else 0.02):
        found["min_polygon_overlap_ratio"] = dice.one_of((1.0, dice.random.random()))
    if dice.maybe(0.2):
        found["split"] = dice.one_of(SPLITS)
    return found


def _rest(dice: Dice, sample: Sample, settings: Settings) -> Settings:
    """Numbers, the report, workers, which label is on top."""
    fields = [
        field
        for layer in sample.layers
        if _features(layer) == settings.get("input_class_data")
        for field in layer.fields
    ]
    found: Settings = {"parallel_processing_factor": dice.one_of(WORKERS)}
    found["seed"] = dice.random.randrange(2**63)
    if fields and dice.maybe(0.15):
        found["class_priority"] = dice.one_of((SMALLER_ON_TOP, *fields))
    if dice.maybe(0.15):
        found["start_index"] = round(dice.between(1, 10**9))
    if dice.maybe(0.2):
        found["response_format"] = dice.one_of(RESPONSE_FORMATS)
    return found


def _affordable(dice: Dice, image: Raster, settings: Settings) -> Settings:
    """Longer steps where there would be too many places."""
    scale = image.pixel / settings.get("cell_size", image.pixel)
    tile, stride = settings["tile_size"], settings["stride_size"]
    step = Size(stride.columns or tile.columns, stride.rows or tile.rows)
    area = image.columns * image.rows * scale**2 / (step.columns * step.rows)
    angle = settings.get("rotation_angle", 0)
    images = 1 + len(settings.get("raster_items", ()))
    places = area * images * (math.ceil(360 / angle) if angle else 1)
    if places <= MOST_PLACES:
        return {}
    longer = math.sqrt(places / MOST_PLACES)
    return {"stride_size": Size(math.ceil(step.columns * longer), math.ceil(step.rows * longer))}
