"""Labels from features: objects, class maps and instance masks of a strip's chips."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Optional

import numpy as np
from numpy.typing import NDArray

from .blobs import Blobs, packed
from .box_index import BoxIndex, box_index
from .burning import burned
from .classes import ClassTable
from .clipping import Clips, clip
from .features import Features
from .found_features import FoundFeatures, chosen_clips
from .instances import InstanceRaster, instance_raster
from .labels import LabeledObject, LabelKind, Labels, Outline
from .outlines import polygons_in
from .overlaps import burn_layers
from .plan import place_pixels
from .shapes import Indices, Shapes
from .slivers import widened
from .statistics import LabelStatistics
from .wkb import shapes_of_wkb

if TYPE_CHECKING:
    from .files import Pixels
    from .labels import StripLabels
    from .plan import Strip

RATIO_TOLERANCE = 1e-9
NEW_OBJECT = partial(tuple.__new__, LabeledObject)
"""An object from its five numbers; half of the time that LabeledObject._make takes."""


@dataclass(frozen=True, eq=False)
class FeatureLabels:
    """A source of labels that are features; immutable, so any number of workers may use it."""

    kind: LabelKind
    shapes: Shapes
    index: BoxIndex
    """Finds shapes."""
    blobs: Blobs
    values: NDArray[np.int64]
    classes: ClassTable
    min_overlap_ratio: float = 0.0
    whole_areas: Optional[NDArray[np.float64]] = None
    """Areas of the whole features on the map, where `shapes` are parts of them."""

    @property
    def from_features(self) -> bool:
        """Labels can be counted."""
        return True

    @property
    def map_type(self) -> str:
        """The narrowest unsigned type that holds all class values; one for the whole dataset."""
        return np.min_scalar_type(int(self.values.max(initial=0))).name

    @property
    def is_empty(self) -> bool:
        """Whether it is known that there is no label at all."""
        return not len(self.blobs)

    def with_classes(self, classes: ClassTable) -> FeatureLabels:
        """The same labels with other names and colours of their classes."""
        return replace(self, classes=classes)

    def labels(self, strip: Strip) -> StripLabels:
        """Find, clip and burn the features of a strip."""
        chosen = self.index.meeting(strip.grid.bounds)
        shapes = self.shapes.select(chosen).on(strip.grid)
        everything = clip(shapes, strip.lefts, strip.tops, strip.tile.columns, strip.tile.rows)
        large_enough = self._large_enough(chosen, shapes, everything)
        found = FoundFeatures(
            strip,
            shapes,
            self.blobs.select(chosen),
            self.values[chosen],
            chosen_clips(everything, large_enough),
            np.unique(everything.place[~large_enough]),
        )
        if self.kind is LabelKind.CLASS_MAP:
            return ClassMapLabels(found, self.map_type)
        if self.kind is LabelKind.INSTANCE_MASKS:
            return instance_labels(found, self.classes, burn_layers(found.shapes, found.blobs))
        return COUNTED[self.kind](found)

    def _large_enough(self, chosen: Indices, shapes: Shapes, clips: Clips) -> NDArray[np.bool_]:
        if not self.min_overlap_ratio:
            return np.ones(len(clips.place), bool)
        areas = shapes.areas()
        if self.whole_areas is not None:
            areas = areas * (self.whole_areas / self.shapes.areas())[chosen]
        share = clips.area / areas[clips.shape]
        return share >= self.min_overlap_ratio - RATIO_TOLERANCE


def feature_labels(
    features: Features, kind: LabelKind, min_overlap_ratio: float = 0.0
) -> FeatureLabels:
    """The labels that features make."""
    blobs = packed(features.blobs)
    shapes = shapes_of_wkb(blobs)
    return FeatureLabels(
        kind,
        shapes,
        box_index(shapes.left, shapes.bottom, shapes.right, shapes.top),
        blobs,
        features.values,
        features.classes,
        min_overlap_ratio,
        features.whole_areas,
    )


class StripFeatures:
    """Base of the labels of a strip: what can be told of its features in any form."""

    def __init__(self, found: FoundFeatures) -> None:
        self._found = found
        self.labeled = found.labeled

    def class_counts(self) -> dict[int, NDArray[np.int64]]:
        """For each class, its features in each place."""
        return self._found.class_counts()

    def labeled_shares(self) -> NDArray[np.float64]:
        """For each place, the share of its pixels whose centre lies in a feature."""
        return self._found.labeled_shares()

    def statistics(self, wanted: NDArray[np.bool_]) -> LabelStatistics:
        """Features and areas per class over the wanted places."""
        return self._found.statistics(wanted)


class ObjectLabels(StripFeatures):
    """Boxes of features."""

    def __init__(self, found: FoundFeatures) -> None:
        super().__init__(found)
        clips, tile = found.clips, found.strip.tile
        self._values = found.values[clips.shape]
        sides = np.stack([clips.left, clips.top, clips.right, clips.bottom])
        sides = np.maximum(sides, 0.0) + 0.0  # rounding may leave -0.0
        self._boxes = widened(sides, tile.columns, tile.rows)

    def of_place(self, place: int) -> Labels:
        """The objects of a place, in the order of the features."""
        return Labels(objects=self.objects(place))

    def objects(self, place: int) -> list[LabeledObject]:
        """The boxes of a place."""
        pairs = self._found.pairs[place]
        sides = self._boxes[:, pairs].tolist()
        return list(map(NEW_OBJECT, zip(self._values[pairs].tolist(), *sides)))


class OutlineLabels(ObjectLabels):
    """Features with the shapes of their parts in chips."""

    def of_place(self, place: int) -> Labels:
        """The outlines of a place, in the order of the features."""
        return Labels(outlines=list(self._outlines(place)))

    def _outlines(self, place: int) -> Iterator[Outline]:
        found, pairs = self._found, self._found.pairs[place]
        shapes = found.clips.shape[pairs]
        blobs = [found.blobs[shape] for shape in shapes.tolist()]
        lie_in = found.lies_in(place, shapes).tolist()
        parts = polygons_in(blobs, lie_in, found.strip.place_grid(place)) if blobs else []
        areas = found.clips.area[pairs].tolist()
        for labeled_object, area, polygons in zip(self.objects(place), areas, parts):
            if polygons:
                yield Outline(labeled_object, area, polygons)


class ClassLabels(StripFeatures):
    """Which classes are in a chip."""

    def of_place(self, place: int) -> Labels:
        """The class values of a place, ascending."""
        shapes = self._found.clips.shape[self._found.pairs[place]]
        return Labels(class_values=np.unique(self._found.values[shapes]).tolist())


class ClassMapLabels(StripFeatures):
    """Class maps of features, burned once for the strip.

    A chip in which a feature is left out for its small part is burned again without it, so that
    what lies below shows.
    """

    def __init__(self, found: FoundFeatures, data_type: str) -> None:
        super().__init__(found)
        self._data_type = data_type
        self._map = burned(found.strip.grid, found.blobs, found.values, data_type)

    def of_place(self, place: int) -> Labels:
        """The class map of a place."""
        return Labels(class_map=self._class_map(place))

    def _class_map(self, place: int) -> Pixels:
        found = self._found
        if place in found.incomplete:
            values = found.values[found.clips.shape[found.pairs[place]]]
            grid = found.strip.place_grid(place)
            return burned(grid, found.kept(place), values, self._data_type)
        return place_pixels(self._map, found.strip, place)


COUNTED: dict[LabelKind, type[ObjectLabels] | type[ClassLabels]] = {
    LabelKind.NONE: ClassLabels,
    LabelKind.OBJECTS: ObjectLabels,
    LabelKind.OUTLINES: OutlineLabels,
    LabelKind.CLASSES: ClassLabels,
}
"""Labels that need no pixels."""


def instance_labels(
    found: FoundFeatures, classes: ClassTable, layer_of: NDArray[np.intp]
) -> InstanceLabels:
    """Instance masks of a strip; a feature that covers no pixel centre of a chip is not in it."""
    raster = instance_raster(found.strip.grid, found.blobs, found.values, layer_of)
    clips = found.clips
    left, top = np.array([found.strip.corner(place) for place in range(found.strip.place_count)]).T
    visible = raster.visible(
        clips.shape,
        clips.left + left[clips.place],
        clips.top + top[clips.place],
        clips.right + left[clips.place],
        clips.bottom + top[clips.place],
    )
    seen = replace(found, clips=chosen_clips(clips, visible))
    return InstanceLabels(seen, raster, classes, found.labeled)


class InstanceLabels(StripFeatures):
    """Instance masks of features, burned once for the strip."""

    def __init__(
        self,
        found: FoundFeatures,
        raster: InstanceRaster,
        classes: ClassTable,
        labeled: NDArray[np.bool_],
    ) -> None:
        super().__init__(found)
        self._raster = raster
        self._classes = classes
        self.labeled = labeled

    def of_place(self, place: int) -> Labels:
        """The masks of a place, ascending by class value."""
        shapes = self._found.clips.shape[self._found.pairs[place]]
        window = place_pixels(self._raster.numbers, self._found.strip, place)
        return Labels(instance_masks=self._raster.masks(window, shapes, self._classes))
