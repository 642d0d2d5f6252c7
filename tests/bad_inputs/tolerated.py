"""What is odd, but no mistake."""

from __future__ import annotations

from . import broken_layers, broken_rasters
from .layers import CROSSED
from .row import OddInput
from .scene import ROOF, box, boxes, labelled

SAME_SYSTEM = "has no coordinate system; labels and raster are taken to be in the same one."
NO_CHIP = "No chip was written: none fits the mask, the labels and the data."

TOLERATED = (
    OddInput("an image of no data", lambda f: {
        "inputRaster": broken_rasters.without_data(f)}, (NO_CHIP,), 0),
    OddInput("an image of no system", lambda f: {
        **boxes(f, ROOF), "inputRaster": broken_rasters.without_system(f)}, (f"inputRaster: {SAME_SYSTEM}",), 2),
    OddInput("labels of no system", lambda f: labelled(
        broken_layers.of_geometries(f, ROOF[0], epsg=None)), (f"inputClassData: {SAME_SYSTEM}",), 2),
    OddInput("a shapefile without .prj", lambda f: labelled(
        broken_layers.shapefile(f, ".prj")), (f"inputClassData: {SAME_SYSTEM}",), 2),
    OddInput("a shapefile without .dbf, and no field", lambda f: labelled(
        broken_layers.shapefile(f, ".dbf")), (), 2),
    OddInput("a roof beside no geometry", lambda f: labelled(
        broken_layers.of_geometries(f, ROOF[0], None)), (), 2),
    OddInput("a roof beside an empty geometry", lambda f: labelled(
        broken_layers.of_geometries(f, ROOF[0], "POLYGON EMPTY")), (), 2),
    OddInput("a polygon that crosses itself", lambda f: labelled(
        broken_layers.of_geometries(f, CROSSED)), ("inputClassData: features with an invalid geometry, repaired: 1.",), 2),
    OddInput("a roof beside one of no class", lambda f: boxes(
        f, ROOF, (box(40, 40, 50, 50), {"value": None})), ("inputClassData: features without a class (NULL or blank), left out: 1.",), 2),
    OddInput("a roof beside points in a collection", lambda f: labelled(
        broken_layers.of_geometries(f, f"GEOMETRYCOLLECTION (POINT (9 9), {ROOF[0]})")), (), 2),
    OddInput("a round polygon", lambda f: labelled(
        broken_layers.of_geometries(f, "CURVEPOLYGON (CIRCULARSTRING (10 10, 30 10, 10 10))")), (), 2),
    OddInput("a mask that crosses itself", lambda f: {
        "inputMaskPolygons": broken_layers.of_geometries(f, CROSSED)}, (NO_CHIP,), 0),
)  # fmt: skip
