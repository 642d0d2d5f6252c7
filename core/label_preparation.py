"""The labels of a request: opened, checked against the image, and what is odd about them told."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Optional, Union, cast

import numpy as np
from numpy.typing import NDArray

from .blackening import Blackening
from .cancelling import stop_if_cancelled
from .chip_format import ChipFormat
from .classes import NO_CLASSES, ClassTable
from .errors import InvalidRequest
from .feature_labels import RATIO_TOLERANCE, FeatureLabels, feature_labels
from .feature_places import FeaturePlaces, centred_places, cropped_places, together
from .feature_query import FeatureQuery
from .features import Features
from .image import Image
from .image_features import features_on, held_to, smaller_on_top
from .image_readers import raster_on
from .instance_raster_labels import InstanceRasterLabels, instance_raster_labels
from .labels import LabelKind, LabelSource
from .main_object_labels import MajorityLabels, OwnFeatureLabels
from .panoptic_labels import PanopticLabels
from .progress import Progress, StopSignal
from .raster_labels import RasterLabels, raster_labels
from .raster_reader import RasterReader
from .region_labels import RegionLabels
from .request import FEATURE_ORDER, SMALLER_ON_TOP, ExportRequest, FeatureSource, RasterSource
from .shapes import MARGIN, Shapes
from .turned_plan import multiples
from .wkb import shapes_of_wkb

FROM_PIXELS = (LabelKind.NONE, LabelKind.CLASS_MAP, LabelKind.CLASSES)
"""What a classified raster tells by itself."""
NAME_SHOWN = 60
"""Characters of a class name in a message."""


@dataclass(frozen=True, eq=False)
class LabeledPlaces:
    """Places of features, and all that depends on them."""

    plan: FeaturePlaces
    labels: OwnFeatureLabels
    blackening: Blackening


@dataclass(frozen=True, eq=False)
class LabelPreparation:
    """What the labels of a request are made of."""

    request: ExportRequest
    chip_format: ChipFormat
    image: Image
    progress: Progress
    stop: StopSignal
    is_one_of_many: bool = False
    """Then it is no mistake if no label lies on the image."""

    def labels(self) -> Optional[LabelSource]:
        """The labels of a grid of chips; None where nobody asks for any."""
        source = self.request.input_class_data
        if source is None or not (self.chip_format.needs_labels or self.request.asks_for_labels):
            return None
        self._check_ratio()
        labels = self._semantic(source)
        if not self.chip_format.needs_instances:
            return labels
        return self._panoptic(labels)

    def places(self) -> LabeledPlaces:
        """A place for each feature."""
        source = self.request.input_class_data
        if not isinstance(source, FeatureSource):
            raise ValueError("places of features need features")
        features = self._features(source, "inputClassData", self.request.class_value_field)
        classes = self._table(features.classes, "inputClassData")
        places = self._wanted_places(features)
        return LabeledPlaces(
            places,
            OwnFeatureLabels(places, features.values, classes),
            Blackening(places, features.blobs),
        )

    def _semantic(self, source: Union[FeatureSource, RasterSource]) -> LabelSource:
        if isinstance(source, RasterSource):
            return self._of_raster(source)
        features = self._features(source, "inputClassData", self.request.class_value_field)
        return self._of_features(features, "inputClassData", self.chip_format.needs)

    def _panoptic(self, semantic: LabelSource) -> PanopticLabels:
        source = self.request.input_instance_data
        field = self.request.instance_class_value_field
        single: Union[FeatureLabels, InstanceRasterLabels]
        if isinstance(source, RasterSource):
            single = instance_raster_labels(source, field, self.stop)
            numbered = self._on_image(single.numbered, "inputInstanceData")
            single, table = replace(single, numbered=numbered), single.classes
        elif source is not None:
            features = self._features(source, "inputInstanceData", field)
            single = self._of_features(features, "inputInstanceData", LabelKind.INSTANCE_MASKS)
            table = features.classes
        else:
            raise ValueError("a request for single objects names some")
        named = self._writable(table).named_like(semantic.classes)
        self._tell_renamed(named, "inputInstanceData", semantic.classes)
        self._warn_of_foreign_classes(named, semantic.classes)
        return PanopticLabels(semantic, replace(single, classes=named))

    def _features(self, source: FeatureSource, parameter: str, field: str) -> Features:
        is_label = parameter == "inputClassData"
        priority = self.request.class_priority.strip() if is_label else FEATURE_ORDER
        query = FeatureQuery(
            source,
            parameter,
            self.image.grid,
            field,
            "classValueField" if is_label else "instanceClassValueField",
            buffer_radius=self.request.buffer_radius,
            radius_parameter="bufferRadius",
            may_find_nothing=self.is_one_of_many,
            priority_field="" if priority in (FEATURE_ORDER, SMALLER_ON_TOP) else priority,
            whole=self.image.raster.grid if self.request.extent else None,
        )
        features = features_on(self.image, query, lambda: stop_if_cancelled(self.progress))
        for warning in features.warnings:
            self.progress.warning(warning)
        self._warn_of_unknown_system(features.crs_wkt, parameter)
        if priority == SMALLER_ON_TOP:
            features = smaller_on_top(features)
        return held_to(self.image.grid, features) if self._fills_up else features

    @property
    def _fills_up(self) -> bool:
        """Whether chips reach beyond the image."""
        return self.request.edge_policy == "pad"

    def _of_features(self, features: Features, parameter: str, kind: LabelKind) -> FeatureLabels:
        labels = feature_labels(features, kind, self.request.min_polygon_overlap_ratio)
        self._warn_of_hopeless_features(labels)
        if parameter == "inputInstanceData":  # named when the classes of the labels are known
            return labels
        return replace(labels, classes=self._table(features.classes, parameter))

    def _of_raster(self, source: RasterSource) -> LabelSource:
        whole = raster_labels(source, self.stop)
        if self.chip_format.lists_all_classes:
            whole = whole.with_all_values()
        classified = self._on_image(whole, "inputClassData")
        classes = self._table(classified.classes, "inputClassData")
        classified = replace(classified, classes=classes)
        if self.chip_format.needs in FROM_PIXELS:
            return classified
        if self.chip_format.needs is LabelKind.MAIN_OBJECT:
            return MajorityLabels(classified)
        return RegionLabels(classified, self.chip_format.needs)

    def _on_image(self, classified: RasterLabels, parameter: str) -> RasterLabels:
        """The raster, read on the grid of the image."""
        reader = cast(RasterReader, classified.reader)  # as raster_labels gives it
        raster = reader.raster
        self._warn_of_unknown_system(raster.grid.crs_wkt, parameter)
        placed = raster_on(self.image, raster, parameter, self.is_one_of_many)
        limits = self.image.grid if self._fills_up else None
        return replace(classified, reader=placed.reader(reader), limits=limits)

    def _check_ratio(self) -> None:
        sources = (self.request.input_class_data, self.request.input_instance_data)
        has_features = any(isinstance(source, FeatureSource) for source in sources)
        if self.request.min_polygon_overlap_ratio and not has_features:
            raise InvalidRequest(
                "minPolygonOverlapRatio",
                "has a meaning for features only, but inputClassData is a raster; leave it at 0.",
            )

    def _table(self, classes: ClassTable, parameter: str) -> ClassTable:
        """The classes under names that can be written; the user is told of new ones."""
        writable = self._writable(classes)
        self._tell_renamed(writable, parameter, NO_CLASSES)
        return writable

    def _writable(self, classes: ClassTable) -> ClassTable:
        return classes.with_folder_names() if self.chip_format.has_class_folders else classes

    def _tell_renamed(self, classes: ClassTable, parameter: str, told: ClassTable) -> None:
        for renamed in classes.renamed:
            if renamed not in told.classes:
                self.progress.warning(
                    f"{parameter}: the class '{renamed.original_name[:NAME_SHOWN]}' is written as "
                    f"'{renamed.name[:NAME_SHOWN]}', which is safe in paths and unique."
                )

    def _wanted_places(self, features: Features) -> FeaturePlaces:
        """Places of features that are large enough a part of theirs and lie on the image."""
        shapes = shapes_of_wkb(features.blobs).on(self.image.grid)
        upright = self._places_at(shapes, 0.0)
        areas = shapes.areas()
        if features.whole_areas is not None:
            areas = features.whole_areas / self.image.grid.cell_area
        seen, fitting, large = self._judged(upright, shapes, areas)
        self._warn_of_left_out(int((seen & ~fitting).sum()), int((seen & fitting & ~large).sum()))
        wanted = [upright.select(np.flatnonzero(seen & fitting & large))]
        for degrees in multiples(self.request.rotation_angle):
            turned = self._places_at(shapes, degrees)
            wanted.append(
                turned.select(np.flatnonzero(np.all(self._judged(turned, shapes, areas), 0)))
            )
        return together(wanted).in_reading_order(self.request.tile_size.rows)

    def _places_at(self, shapes: Shapes, degrees: float) -> FeaturePlaces:
        grid, request = self.image.grid, self.request
        if not request.fix_chip_size:
            return cropped_places(shapes, grid, degrees)
        is_shifted = request.edge_policy == "shift"
        return centred_places(shapes, grid, request.tile_size, degrees, is_shifted)

    def _judged(
        self, places: FeaturePlaces, shapes: Shapes, areas: NDArray[np.float64]
    ) -> tuple[NDArray[np.bool_], NDArray[np.bool_], NDArray[np.bool_]]:
        """Whether a feature is to be seen in its place, the place fits, and enough is in it."""
        grid, ratio = self.image.grid, self.request.min_polygon_overlap_ratio
        on_image = np.zeros(len(shapes), bool)
        on_image[shapes.in_box((0, 0, grid.columns, grid.rows))] = True
        seen = on_image & (places.area > MARGIN * MARGIN) & (places.columns > 0) & (places.rows > 0)
        may_leave = (places.degrees == 0) & self._fills_up
        large = places.area >= (ratio - RATIO_TOLERANCE) * areas
        return seen, places.within_grid() | may_leave, large

    def _warn_of_left_out(self, beyond_edge: int, too_small: int) -> None:
        if beyond_edge:
            self.progress.warning(
                f"inputClassData: {beyond_edge} features are so near the edge of the image that "
                "their chip would leave it; they have no chip. Choose edgePolicy=shift, "
                "smaller chips, or fixChipSize=false."
            )
        if too_small:
            self.progress.warning(
                f"minPolygonOverlapRatio: {too_small} features have too small a part of theirs in "
                "their chip; they have no chip. Choose a smaller ratio or larger chips."
            )

    def _warn_of_unknown_system(self, crs_wkt: str, parameter: str) -> None:
        """Coordinates of which nobody knows the system are taken as they are."""
        if self.request.is_in_pixel_space:
            return
        for each, known in ((parameter, crs_wkt), ("inputRaster", self.image.grid.crs_wkt)):
            if not known:
                self.progress.warning(
                    f"{each}: has no coordinate system; labels and raster are taken to be in the "
                    "same one."
                )

    def _warn_of_hopeless_features(self, labels: FeatureLabels) -> None:
        """Features so large that no chip can hold the share of them that is asked for."""
        ratio, tile = self.request.min_polygon_overlap_ratio, self.request.tile_size
        tile_area = tile.columns * tile.rows * self.image.grid.cell_area
        count = int((labels.shapes.areas() * ratio > tile_area).sum()) if ratio else 0
        if count:
            self.progress.warning(
                f"minPolygonOverlapRatio: {count} features are so large that no chip holds "
                f"{ratio:g} of them; they are in no chip. Choose a smaller ratio or larger chips."
            )

    def _warn_of_foreign_classes(self, single: ClassTable, semantic: ClassTable) -> None:
        """Readers replace the pixels of a class by its single objects, so they share values."""
        foreign = [
            str(entry.value) for entry in single.classes if semantic.entry(entry.value) is None
        ]
        if foreign and semantic.classes:
            self.progress.warning(
                f"inputInstanceData: its class values {', '.join(foreign[:10])} are none of "
                "inputClassData; trainers take single objects for pixels of the class of the same "
                "value."
            )
