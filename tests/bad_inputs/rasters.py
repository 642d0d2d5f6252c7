"""Broken rasters, as the image, a second image, a further image, and the labels."""

from __future__ import annotations

from typing import Any

import numpy as np

from chipwright.core.request import RasterSource
from chipwright.tests.core.made_sources import LEFT, PIXEL, TOP, raster_file

from . import broken_rasters as broken
from .row import BadInput
from .scene import COLUMNS, ROOF, ROWS, boxes, image, labelled, layer

FAR = (LEFT + 90_000, PIXEL, 0.0, TOP, 0.0, -PIXEL)


def class_raster(folder: Any, value: Any, bands: int = 1, **kwargs: Any) -> RasterSource:
    """All of one value."""
    pixels = np.full((bands, ROWS, COLUMNS), value)
    return RasterSource(str(raster_file(folder / "classes.tif", pixels, **kwargs)))


def classified(folder: Any, value: Any, **kwargs: Any) -> dict[str, Any]:
    return labelled(class_raster(folder, value, **kwargs), "Classified_Tiles")


IMAGES = (
    BadInput("an image that is not there", lambda f: {"inputRaster": broken.missing(f)},
        "inputRaster: '{sources}/nothing.tif' cannot be opened: there is nothing of this name; "
        "check it, or choose another one."),
    BadInput("a folder for an image", lambda f: {"inputRaster": broken.empty_folder(f)},
        "inputRaster: '{sources}/pictures' cannot be opened: it is a folder; choose a file."),
    BadInput("an empty file", lambda f: {"inputRaster": broken.empty_file(f)},
        "inputRaster: '{sources}/empty.tif' cannot be opened: it is empty; make or fetch it anew, "
        "or choose another one."),
    BadInput("a text called .tif", lambda f: {"inputRaster": broken.text_file(f)},
        "inputRaster: '{sources}/text.tif' cannot be opened: it is in no format that GDAL can "
        "read here; choose another one."),
    BadInput("features for an image", lambda f: {
        "inputRaster": RasterSource(layer(f, ROOF).path)},
        "inputRaster: '{sources}/labels.gpkg' cannot be opened: it holds features, but no pixels; "
        "choose a raster."),
    BadInput("a TIFF of eight bytes", lambda f: {"inputRaster": broken.only_a_header(f)},
        "inputRaster: '{sources}/cut.tif' cannot be opened: it is damaged or incomplete ({reason}); "
        "make or fetch it anew, or choose another one."),
    BadInput("a TIFF without its last rows", lambda f: {
        "inputRaster": broken.without_its_last_rows(f)},
        "inputRaster: '{sources}/cut.tif' cannot be read: it is cut short or damaged{told}; "
        "make or fetch it anew. Nothing of the dataset is left."),
    BadInput("a TIFF with a bad block", lambda f: {"inputRaster": broken.with_a_bad_block(f)},
        "inputRaster: '{sources}/bad.tif' cannot be read: it is cut short or damaged{told}; "
        "make or fetch it anew. Nothing of the dataset is left."),
    BadInput("an image of a huge size", lambda f: {"inputRaster": broken.of_a_huge_size(f)},
        "strideSizeX: is 0 (strideSizeY 0), which makes 1125899839733761 places for chips of "
        "2147483647 × 2147483647 pixels; a dataset has at most 1000000000 chips. Choose larger "
        "steps, larger cells (cellSize), or a part of the image (extent)."),
    BadInput("a PNG of which half arrived", lambda f: {
        "inputRaster": broken.picture_cut_short(f)},
        "inputRaster: '{sources}/image.png' cannot be read: it is cut short or damaged{told}; "
        "make or fetch it anew. Nothing of the dataset is left."),
    BadInput("an image without bands", lambda f: {"inputRaster": broken.without_bands(f)},
        "inputRaster: '{sources}/image.vrt' cannot be opened: it is damaged or incomplete "
        "({reason}); make or fetch it anew, or choose another one."),
    BadInput("a file of several images", lambda f: {"inputRaster": broken.of_several_rasters(f)},
        "inputRaster: '{sources}/rasters.gpkg' has no bands of its own; choose one of the rasters "
        "in it, its subdatasets."),
    BadInput("complex numbers", lambda f: {"inputRaster": broken.of_complex_numbers(f)},
        "inputRaster: '{sources}/complex.tif' has complex pixels, which chips cannot hold; make "
        "real numbers of them first (gdal_calc.py)."),
    BadInput("a mosaic of what is gone", lambda f: {"inputRaster": broken.vrt_of(f, "gone.tif")},
        "inputRaster: '{sources}/image.vrt' cannot be read: a file that it is made of is not "
        "there ({reason}); put it there, or make it anew. Nothing of the dataset is left."),
    BadInput("a mosaic of itself", lambda f: {"inputRaster": broken.vrt_of(f, "image.vrt")},
        "inputRaster: '{sources}/image.vrt' cannot be read: it is cut short or damaged{told}; "
        "make or fetch it anew. Nothing of the dataset is left."),
    BadInput("a mosaic cut short", lambda f: {
        "inputRaster": broken.cut_short(broken.vrt_of(f, "image.tif"), 60)},
        "inputRaster: '{sources}/image.vrt' cannot be opened: it is damaged or incomplete "
        "({reason}); make or fetch it anew, or choose another one."),
    BadInput("labels on an image that lies nowhere", lambda f: {
        **boxes(f, ROOF), "inputRaster": broken.without_georeference(f)},
        "inputRaster: '{sources}/nowhere.tif' has no georeference, so labels cannot be placed on "
        "it; georeference it, or choose referenceSystem PIXEL_SPACE."),
    BadInput("MRF chips of a turned image", lambda f: {
        "chipFormat": "MRF", "inputRaster": broken.placed(f, LEFT, 0.4, 0.3, TOP, 0.3, -0.4)},
        "chipFormat: MRF chips are always north up, but '{sources}/image.vrt' is not; choose "
        "chipFormat TIFF."),
    BadInput("pixels of no size", lambda f: {
        "inputRaster": broken.placed(f, LEFT, 0, 0, TOP, 0, 0)},
        "inputRaster: '{sources}/image.vrt' has a georeference in which pixels have no area "
        "(500000, 0, 0, 5.4e+06, 0, 0); georeference it anew (gdal_edit.py -a_ullr)."),
    BadInput("pixels that are lines", lambda f: {
        "inputRaster": broken.placed(f, LEFT, 0.5, 0.5, TOP, 0.5, 0.5)},
        "inputRaster: '{sources}/image.vrt' has a georeference in which pixels have no area "
        "(500000, 0.5, 0.5, 5.4e+06, 0.5, 0.5); georeference it anew (gdal_edit.py -a_ullr)."),
    BadInput("pixels that are nowhere", lambda f: {
        "inputRaster": broken.placed(f, float("nan"), 0.5, 0, TOP, 0, -0.5)},
        "inputRaster: '{sources}/image.vrt' has a georeference in which pixels have no area (nan, "
        "0.5, 0, 5.4e+06, 0, -0.5); georeference it anew (gdal_edit.py -a_ullr)."),
)  # fmt: skip
FURTHER = (
    BadInput("a further image that is not there", lambda f: {
        "rasterItems": [broken.missing(f)]},
        "rasterItems: '{sources}/nothing.tif' cannot be opened: there is nothing of this name; "
        "check it, or choose another one."),
    BadInput("a folder without images", lambda f: {"rasterItems": [broken.empty_folder(f)]},
        "rasterItems: the folder '{sources}/pictures' has no raster that GDAL can open (its "
        "subfolders are not searched); choose a folder with rasters in it, or the rasters "
        "themselves."),
    BadInput("an image cut short beside another", lambda f: {
        "inputRaster": broken.without_its_last_rows(f), "rasterItems": [image(f, "b.tif")]},
        "inputRaster: '{sources}/cut.tif and 1 more' cannot be read: it is cut short or damaged "
        "({reason}); make or fetch it anew. Nothing of the dataset is left."),
    BadInput("a further image of other bands", lambda f: {
        "rasterItems": [image(f, "grey.tif", bands=1)]},
        "rasterItems: '{sources}/grey.tif' has 1 band, but inputRaster has 3 bands; bring all "
        "items to the same bands and data type (gdal_translate), or export them on their own."),
    BadInput("a further image on its own of other bands", lambda f: {
        "rasterItems": [image(f, "grey.tif", bands=1)], "processAllRasterItems": "true"},
        "rasterItems: '{sources}/grey.tif' has uint8 pixels in 1 bands, inputRaster uint8 in 3; "
        "chips of one dataset are alike. Choose bands (bands=1,2,3), scale the pixels "
        "(pixelScaling), or leave the item out."),
    BadInput("a further image that lies nowhere", lambda f: {
        "rasterItems": [broken.without_georeference(f)]},
        "rasterItems: '{sources}/nowhere.tif' has no georeference, so it has no place among the "
        "other items; georeference it, or export it on its own."),
    BadInput("a first image that lies nowhere", lambda f: {
        "inputRaster": broken.without_georeference(f), "rasterItems": [image(f, "b.tif")]},
        "inputRaster: '{sources}/nowhere.tif' has no georeference, so it has no place among the "
        "other items; georeference it, or export it on its own."),
    BadInput("a second image that is not there", lambda f: {
        "additionalInputRaster": broken.missing(f)},
        "additionalInputRaster: '{sources}/nothing.tif' cannot be opened: there is nothing of "
        "this name; check it, or choose another one."),
    BadInput("a second image that is none", lambda f: {
        "additionalInputRaster": broken.text_file(f)},
        "additionalInputRaster: '{sources}/text.tif' cannot be opened: it is in no format that "
        "GDAL can read here; choose another one."),
    BadInput("a second domain that is none", lambda f: {
        "metadataFormat": "CycleGAN", "additionalInputRaster": broken.text_file(f)},
        "additionalInputRaster: '{sources}/text.tif' cannot be opened: it is in no format that "
        "GDAL can read here; choose another one."),
    BadInput("a second image cut short", lambda f: {
        "additionalInputRaster": broken.without_its_last_rows(f)},
        "additionalInputRaster: '{sources}/cut.tif' cannot be read: it is cut short or damaged{told}; "
        "make or fetch it anew. Nothing of the dataset is left."),
    BadInput("a second image far away", lambda f: {
        "additionalInputRaster": class_raster(f, np.uint8(1), geotransform=FAR)},
        "additionalInputRaster: the raster does not lie on inputRaster; check both rasters' "
        "coordinate systems."),
    BadInput("a second image of too many bands", lambda f: {
        "additionalInputRaster": image(f, "second.tif", bands=4), "chipFormat": "PNG"},
        "additionalInputRaster: PNG chips have 1 or 3 bands, but the raster has 4; choose another "
        "raster, or chipFormat TIFF."),
    BadInput("a second domain of too many bands", lambda f: {
        "additionalInputRaster": image(f, "second.tif", bands=4), "chipFormat": "JPEG",
        "metadataFormat": "CycleGAN"},
        "additionalInputRaster: JPEG chips have 1 or 3 bands, but the raster has 4; choose "
        "another raster, or chipFormat TIFF."),
    BadInput("a second image that no picture holds", lambda f: {
        "additionalInputRaster": image(f, "second.tif", dtype="float32"), "chipFormat": "PNG"},
        "chipFormat: PNG chips hold uint8 or uint16 pixels, but additionalInputRaster has "
        "float32; scale them to 8 bits (pixelScaling), or choose chipFormat TIFF."),
    BadInput("a second domain of 16 bits in JPEG", lambda f: {
        "additionalInputRaster": image(f, "second.tif", dtype="uint16"), "chipFormat": "JPEG",
        "metadataFormat": "CycleGAN"},
        "chipFormat: JPEG chips hold uint8 pixels, but additionalInputRaster has uint16; scale "
        "them to 8 bits (pixelScaling), or choose chipFormat TIFF."),
    BadInput("a second domain narrower than a tile", lambda f: {
        "additionalInputRaster": image(f, "second.tif", columns=63),
        "metadataFormat": "CycleGAN"},
        "tileSizeX: is 64, but additionalInputRaster has only 63 columns; choose a smaller tile, "
        "or edgePolicy=pad to fill chips up with no-data."),
    BadInput("a second domain lower than a tile", lambda f: {
        "additionalInputRaster": image(f, "second.tif", rows=63),
        "metadataFormat": "CycleGAN"},
        "tileSizeY: is 64, but additionalInputRaster has only 63 rows; choose a smaller tile, or "
        "edgePolicy=pad to fill chips up with no-data."),
)  # fmt: skip
CLASSES = (
    BadInput("a class raster that is not there", lambda f: labelled(
        broken.missing(f), "Classified_Tiles"),
        "inputClassData: '{sources}/nothing.tif' cannot be opened: there is nothing of this name; "
        "check it, or choose another one."),
    BadInput("a class raster that is none", lambda f: labelled(
        broken.text_file(f), "Classified_Tiles"),
        "inputClassData: '{sources}/text.tif' cannot be opened: it is in no format that GDAL can "
        "read here; choose another one."),
    BadInput("a class raster cut short", lambda f: labelled(
        broken.cut_short(class_raster(f, np.uint8(1)), 1000), "Classified_Tiles"),
        "inputClassData: '{sources}/classes.tif' cannot be read: it is cut short or damaged{told}; "
        "make or fetch it anew. Nothing of the dataset is left."),
    BadInput("a wide class raster cut short", lambda f: labelled(
        broken.cut_short(class_raster(f, np.uint16(1)), 1000), "Classified_Tiles"),
        "inputClassData: '{sources}/classes.tif' cannot be read: it is cut short or damaged{told}; "
        "make or fetch it anew."),
    BadInput("a class raster of several bands", lambda f: classified(f, np.uint8(1), bands=3),
        "inputClassData: '{sources}/classes.tif' has 3 bands, but class values lie in one; choose "
        "a raster of one band."),
    BadInput("a class raster of negative values", lambda f: classified(f, np.int16(-1)),
        "inputClassData: '{sources}/classes.tif' holds the class value -1; class values are 1 to "
        "4294967295. Reclassify it, or declare the value as no-data."),
    BadInput("a class raster of fractions", lambda f: classified(f, np.float32(1.5)),
        "inputClassData: '{sources}/classes.tif' holds 1.5, but class values are whole numbers; "
        "choose a classified raster. Nothing of the dataset is left."),
    BadInput("a class raster of infinity", lambda f: classified(f, np.float32("inf")),
        "inputClassData: '{sources}/classes.tif' holds inf, but class values are whole numbers; "
        "choose a classified raster. Nothing of the dataset is left."),
    BadInput("a class raster far away", lambda f: classified(
        f, np.uint8(1), geotransform=FAR),
        "inputClassData: the raster does not lie on inputRaster; check both rasters' coordinate "
        "systems."),
    BadInput("a class raster that lies nowhere", lambda f: labelled(
        broken.without_georeference(f, bands=1), "Classified_Tiles"),
        "inputClassData: the raster does not lie on inputRaster; check both rasters' coordinate "
        "systems."),
    BadInput("a share of a class raster", lambda f: {
        **classified(f, np.uint8(1)), "minPolygonOverlapRatio": 0.5},
        "minPolygonOverlapRatio: has a meaning for features only, but inputClassData is a raster; "
        "leave it at 0."),
    BadInput("a share of a majority", lambda f: {
        **classified(f, np.uint8(1)), "metadataFormat": "Labeled_Tiles",
        "minPolygonOverlapRatio": 0.5},
        "minPolygonOverlapRatio: has a meaning for features only, but inputClassData is a raster; "
        "leave it at 0."),
)  # fmt: skip
RASTERS = (*IMAGES, *FURTHER, *CLASSES)
