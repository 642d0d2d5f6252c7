"""Broken vector layers, as labels and as a mask."""

from __future__ import annotations

from osgeo import ogr

from chipwright.core.request import FeatureSource
from chipwright.tests.core.made_sources import DEGREES

from . import broken_layers as broken
from .row import BadInput
from .scene import ROOF, box, boxes, image, labelled, layer

FAR_BOX = box(90_000, 0, 90_010, 10)
CROSSED = "POLYGON ((10 10, 30 30, 30 10, 10 30, 10 10))"
LEFT_TOP = ((500_005.0, 5_399_990.0), (500_015.0, 5_399_990.0))

FILES = (
    BadInput("labels that are not there", lambda f: labelled(broken.missing(f)),
        "inputClassData: '{sources}/nothing.gpkg' cannot be opened: there is nothing of this "
        "name; check it, or choose another one."),
    BadInput("an empty file of labels", lambda f: labelled(broken.empty_file(f)),
        "inputClassData: '{sources}/empty.gpkg' cannot be opened: it is empty; make or fetch it "
        "anew, or choose another one."),
    BadInput("a text called .gpkg", lambda f: labelled(broken.text_file(f)),
        "inputClassData: '{sources}/text.gpkg' cannot be opened: it is in no format that GDAL can "
        "read here; choose another one."),
    BadInput("a GeoPackage of zeros", lambda f: labelled(broken.corrupt(f)),
        "inputClassData: '{sources}/labels.gpkg' cannot be opened: it is damaged or incomplete "
        "({reason}); make or fetch it anew, or choose another one."),
    BadInput("a layer that is not there", lambda f: labelled(broken.without_a_layer(f)),
        "inputClassData: '{sources}/labels.gpkg' has no layer 'trees'; it has labels."),
    BadInput("a layer of nothing", lambda f: boxes(f),
        "inputClassData: '{sources}/labels.gpkg' has no features; choose another layer.",
        "inputClassData: 'labels' has no geometries; choose another layer."),
    BadInput("a shapefile without .shx", lambda f: labelled(broken.shapefile(f, ".shx")),
        "inputClassData: '{sources}/roofs.shp' cannot be opened: it is damaged or incomplete "
        "({reason}); make or fetch it anew, or choose another one."),
    BadInput("a shapefile without .dbf", lambda f: {
        **labelled(broken.shapefile(f, ".dbf")), "classValueField": "value"},
        "classValueField: the label layer has no field 'value'; it has no fields at all.",
        "classValueField: 'roofs' has no field 'value'; it has no fields at all."),
    BadInput("a GeoJSON cut short", lambda f: labelled(broken.geojson_cut_short(f)),
        "inputClassData: '{sources}/roofs.geojson' cannot be opened: it is damaged or incomplete "
        "({reason}); make or fetch it anew, or choose another one."),
    BadInput("a table", lambda f: labelled(broken.table(f)),
        "inputClassData: '{sources}/roofs.csv' has no geometries; choose another "
        "layer.",
        "inputClassData: 'roofs' has no geometries; choose another layer."),
)  # fmt: skip
GEOMETRIES = (
    BadInput("labels without a geometry", lambda f: labelled(
        broken.of_geometries(f, None, None)),
        "inputClassData: '{sources}/labels.gpkg' has no geometries; choose another "
        "layer.",
        "inputClassData: 'labels' has no geometries; choose another layer."),
    BadInput("empty geometries", lambda f: labelled(
        broken.of_geometries(f, "POLYGON EMPTY")),
        "inputClassData: '{sources}/labels.gpkg' has no geometries; choose another "
        "layer."),
    BadInput("polygons that are lines", lambda f: labelled(
        broken.of_geometries(f, "POLYGON ((10 10, 30 30, 10 10, 10 10))")),
        "inputClassData: has no feature with an area; choose polygons."),
    BadInput("coordinates of nan", lambda f: labelled(
        broken.of_points(f, *LEFT_TOP, (broken.NAN, 5_399_980.0), LEFT_TOP[0])),
        "inputClassData: has no feature to use (features with coordinates that are no numbers or "
        "far too great, left out: 1); mend them, or choose another layer."),
    BadInput("coordinates of infinity", lambda f: labelled(
        broken.of_points(f, *LEFT_TOP, (broken.INFINITE, 5_399_980.0), LEFT_TOP[0])),
        "inputClassData: has no feature to use (features with coordinates that are no numbers or "
        "far too great, left out: 1); mend them, or choose another layer."),
    BadInput("coordinates beyond any map", lambda f: labelled(
        broken.of_points(f, *LEFT_TOP, (1e200, 5_399_980.0), LEFT_TOP[0])),
        "inputClassData: has no feature to use (features with coordinates that are no numbers or "
        "far too great, left out: 1); mend them, or choose another layer."),
    BadInput("points without a radius", lambda f: labelled(
        broken.of_geometries(f, "POINT (9 9)")),
        "bufferRadius: inputClassData has points, which cover no area; give a radius above 0 to "
        "make circles (or strips) of them."),
    BadInput("lines without a radius", lambda f: labelled(
        broken.of_geometries(f, "LINESTRING (9 9, 30 30)")),
        "bufferRadius: inputClassData has lines, which cover no area; give a radius above 0 to "
        "make circles (or strips) of them."),
    BadInput("a collection of points", lambda f: labelled(
        broken.of_geometries(f, "GEOMETRYCOLLECTION (POINT (9 9))")),
        "bufferRadius: inputClassData has points, which cover no area; give a radius above 0 to "
        "make circles (or strips) of them."),
    BadInput("a chip per point without a radius", lambda f: labelled(
        broken.of_geometries(f, "POINT (9 9)"), "Labeled_Tiles"),
        "bufferRadius: inputClassData has points, which cover no area; give a radius above 0 to "
        "make circles (or strips) of them."),
    BadInput("a radius in degrees", lambda f: {
        **boxes(f, ROOF, epsg=DEGREES), "bufferRadius": 5},
        "bufferRadius: 5.0 is in the unit of the label layer, which is degrees; save the layer in "
        "a projected system (metres) and use that."),
    BadInput("labels far away", lambda f: boxes(f, (FAR_BOX, {"value": 1})),
        "inputClassData: no feature lies on inputRaster: the features cover x 545000 to 545005, y "
        "5399995 to 5400000 (WGS 84 / UTM zone 33N), the raster covers x 500000 to 500064, y "
        "5399952 to 5400000 (WGS 84 / UTM zone 33N). Check both layers' coordinate systems."),
    BadInput("a chip per feature far away", lambda f: {
        **boxes(f, (FAR_BOX, {"value": 1})), "metadataFormat": "Imagenet"},
        "inputClassData: no feature lies on inputRaster: the features cover x 545000 to 545005, y "
        "5399995 to 5400000 (WGS 84 / UTM zone 33N), the raster covers x 500000 to 500064, y "
        "5399952 to 5400000 (WGS 84 / UTM zone 33N). Check both layers' coordinate systems."),
    BadInput("labels that claim another system", lambda f: labelled(
        broken.of_geometries(f, ROOF[0], epsg=DEGREES)),
        "inputClassData: no feature lies on inputRaster: the features cover x 500005 to 500015, y "
        "5399985 to 5399995 (WGS 84), the raster covers x 500000 to 500064, y 5399952 to 5400000 "
        "(WGS 84 / UTM zone 33N). Check both layers' coordinate systems."),
)  # fmt: skip
CLASSES = (
    BadInput("a field that the layer does not have", lambda f: {
        **boxes(f, ROOF), "classValueField": "kind"},
        "classValueField: the label layer has no field 'kind'; its fields are value, species.",
        "classValueField: 'labels' has no field 'kind'; its fields are fid, value, species."),
    BadInput("a field of fractions", lambda f: {
        **labelled(broken.with_field(f, ogr.OFTReal, 1.5)), "classValueField": "kind"},
        "classValueField: 'kind' holds 1.5, but class values are whole numbers; choose another "
        "field, or use its text."),
    BadInput("a field of infinity", lambda f: {
        **labelled(broken.with_field(f, ogr.OFTReal, broken.INFINITE)), "classValueField": "kind"},
        "classValueField: 'kind' holds inf, but class values are whole numbers; choose another "
        "field, or use its text."),
    BadInput("a field of dates", lambda f: {
        **labelled(broken.with_field(f, ogr.OFTDate, "2026-01-01")), "classValueField": "kind"},
        "classValueField: 'kind' holds neither numbers nor texts; choose another field."),
    BadInput("a field of bytes", lambda f: {
        **labelled(broken.with_field(f, ogr.OFTBinary, "6162")), "classValueField": "kind"},
        "classValueField: 'kind' holds neither numbers nor texts; choose another field."),
    BadInput("labels without a class", lambda f: {
        **labelled(broken.with_field(f, ogr.OFTInteger, None)), "classValueField": "kind"},
        "inputClassData: has no feature to use (features without a class (NULL or blank), left "
        "out: 1); mend them, or choose another layer."),
    BadInput("a class of 0", lambda f: boxes(f, (ROOF[0], {"value": 0})),
        "classValueField: 'value' holds the class value 0; class values start at 1, because 0 is "
        "the background. Give these features another value, or NULL to leave them out."),
    BadInput("a class below 0", lambda f: boxes(f, (ROOF[0], {"value": -3})),
        "classValueField: 'value' holds the class value -3; class values start at 1, because 0 is "
        "the background. Give these features another value, or NULL to leave them out."),
    BadInput("a class that no pixel can hold", lambda f: boxes(f, (ROOF[0], {"value": 2**32})),
        "classValueField: 'value' holds the class value 4294967296; the greatest that a pixel can "
        "hold is 4294967295. Give these features another value, or choose a field of texts, which "
        "are numbered."),
    BadInput("a rank by no field", lambda f: {
        **boxes(f, ROOF), "metadataFormat": "Classified_Tiles", "classPriority": "height"},
        "classPriority: 'height' is neither 'feature order', 'smaller on top' nor a field of the "
        "label layer; its fields are value, species."),
)  # fmt: skip
MASKS = (
    BadInput("a mask that is not there", lambda f: {"inputMaskPolygons": broken.missing(f)},
        "inputMaskPolygons: '{sources}/nothing.gpkg' cannot be opened: there is nothing of this "
        "name; check it, or choose another one."),
    BadInput("a mask that is no layer", lambda f: {"inputMaskPolygons": broken.text_file(f)},
        "inputMaskPolygons: '{sources}/text.gpkg' cannot be opened: it is in no format that GDAL "
        "can read here; choose another one."),
    BadInput("a raster for a mask", lambda f: {
        "inputMaskPolygons": FeatureSource(image(f, "mask.tif").path)},
        "inputMaskPolygons: '{sources}/mask.tif' cannot be opened: it holds pixels, but no "
        "features; choose a vector layer."),
    BadInput("a table for a mask", lambda f: {"inputMaskPolygons": broken.table(f)},
        "inputMaskPolygons: '{sources}/roofs.csv' has no geometries; choose another "
        "layer.",
        "inputMaskPolygons: 'roofs' has no geometries; choose another layer."),
    BadInput("a mask of points", lambda f: {
        "inputMaskPolygons": layer(f, ("POINT (9 9)", {}))},
        "inputMaskPolygons: has points, which cover no area; choose polygons.",
        "inputMaskPolygons: 'labels' is a layer of the kind Point; choose one with polygons."),
    BadInput("a mask of lines", lambda f: {
        "inputMaskPolygons": layer(f, ("LINESTRING (9 9, 30 30)", {}))},
        "inputMaskPolygons: has lines, which cover no area; choose polygons.",
        "inputMaskPolygons: 'labels' is a layer of the kind Line; choose one with polygons."),
    BadInput("a mask far away", lambda f: {"inputMaskPolygons": layer(f, (FAR_BOX, {}))},
        "inputMaskPolygons: no feature lies on inputRaster: the features cover x 545000 to "
        "545005, y 5399995 to 5400000 (WGS 84 / UTM zone 33N), the raster covers x 500000 to "
        "500064, y 5399952 to 5400000 (WGS 84 / UTM zone 33N). Check both layers' coordinate "
        "systems."),
    BadInput("a mask without a geometry", lambda f: {
        "inputMaskPolygons": broken.of_geometries(f, None)},
        "inputMaskPolygons: '{sources}/labels.gpkg' has no geometries; choose another "
        "layer.",
        "inputMaskPolygons: 'labels' has no geometries; choose another layer."),
)  # fmt: skip
LAYERS = (*FILES, *GEOMETRIES, *CLASSES, *MASKS)
