"""Values that are right alone, but not together, or not with the image."""

from __future__ import annotations

from pathlib import Path

from chipwright.core.request import Extent, FeatureSource, RasterSource
from chipwright.tests.core.made_sources import LEFT, PIXEL, TOP

from .broken_rasters import text_file
from .row import BadInput, always
from .scene import COLUMNS, ROOF, ROWS, boxes, image


def part_of_a_dataset(folder: Path) -> str:
    (folder / "chips/images").mkdir(parents=True)
    (folder / "chips/stats.txt").write_text("precious")
    return str(folder / "chips")


ONLY_IN_CORE = (
    BadInput("an extent that is turned inside out", always(
        extent=Extent(LEFT + 9, 0, LEFT, TOP)),
        "extent: is empty: its left must be below its right, its bottom below its top."),
    BadInput("an extent that is no number", always(
        extent=Extent(float("nan"), 0, LEFT + 64, TOP)),
        "extent: has a side that is no number: (nan, 0, 500064.0, 5400000.0)."),
    BadInput("an image in memory for a cluster", always(
        inputRaster=RasterSource("/vsimem/of/this/process.tif"), daskScheduler="tcp://host:8786"),
        "inputRaster: '/vsimem/of/this/process.tif' lies in the memory of this process, where the "
        "workers of daskScheduler do not see it; save it to a file that they see, or leave "
        "daskScheduler empty."),
)  # fmt: skip
OUTPUT = (
    BadInput("appending to COCO", lambda f: {
        **boxes(f, ROOF), "metadataFormat": "COCO", "existingOutput": "append"},
        "existingOutput: append is not available for COCO, whose files do not say how to continue "
        "them; export both areas at once (rasterItems), or into two folders."),
    BadInput("appending under a stretch", always(
        pixelScaling="minmax", existingOutput="append"),
        "pixelScaling: would stretch the new chips otherwise than those that are there; export "
        "both areas at once (rasterItems), or into two folders."),
    BadInput("appending to a split", always(split="80/20", existingOutput="append"),
        "split: cannot divide the chips that are there already; with existingOutput=append, leave "
        "it empty."),
    BadInput("a folder that is a file", lambda f: {
        "outputLocation": text_file(f).path},
        "outputLocation: '{sources}/text.tif' is a file; choose a folder."),
    BadInput("a folder in a file", lambda f: {
        "outputLocation": f"{text_file(f).path}/chips/of/today"},
        "outputLocation: '{sources}/text.tif' is a file; choose a folder."),
    BadInput("a folder with a dataset", lambda f: {
        "outputLocation": part_of_a_dataset(f)},
        "outputLocation: '{sources}/chips' already holds a dataset (stats.txt, images); nothing "
        "was changed. Choose another folder, remove the dataset first, or choose existingOutput "
        "append or replace."),
    BadInput("a whole dataset to be gone on with", lambda f: {
        "outputLocation": part_of_a_dataset(f), "existingOutput": "resume"},
        "existingOutput: '{sources}/chips' holds a dataset that is whole (stats.txt, images), so "
        "there is nothing to resume; nothing was changed. To make it anew, choose replace."),
)  # fmt: skip
FOR_PREVIEWS = (
    BadInput("a format with labels without labels", always(metadataFormat="COCO"),
        "inputClassData: COCO needs labels, but none are given; choose a label layer, or export "
        "with metadataFormat Export_Tiles."),
    BadInput("only labelled chips without labels", always(exportAllTiles="false"),
        "inputClassData: is not given, but exportAllTiles=false asks for chips with labels only; "
        "choose a label layer, or export all tiles."),
    BadInput("a share of chips without labels", always(negativeRatio=1),
        "negativeRatio: is 1, but no labels are given to go by; choose inputClassData, or leave "
        "it as it is by default."),
    BadInput("a labelled share without labels", always(minLabelRatio=0.5),
        "minLabelRatio: is 0.5, but no labels are given to go by; choose inputClassData, or leave "
        "it as it is by default."),
    BadInput("MRF chips that are turned", always(chipFormat="MRF", rotationAngle=30),
        "chipFormat: MRF chips are always north up, so they cannot be turned; choose chipFormat "
        "TIFF, or rotationAngle 0."),
    BadInput("MRF chips by LZW", always(chipFormat="MRF", compression="LZW"),
        "compression: LZW is not available for MRF chips here; choose NONE, DEFLATE or ZSTD."),
    BadInput("stored pixels in cells", always(referenceSystem="PIXEL_SPACE", cellSize=2),
        "cellSize: PIXEL_SPACE keeps the pixels as they are stored; leave it empty, or choose "
        "referenceSystem MAP_SPACE."),
    BadInput("a second image beside boxes", lambda f: {
        **boxes(f, ROOF), "additionalInputRaster": image(f, "second.tif")},
        "additionalInputRaster: KITTI_rectangles has no place for a second image; leave it empty, "
        "or choose one of Classified_Tiles, CycleGAN, Export_Tiles."),
    BadInput("two domains of one image", always(metadataFormat="CycleGAN"),
        "additionalInputRaster: CycleGAN needs a second image, but none is given; choose the "
        "raster that inputRaster is to be translated into."),
    BadInput("single objects beside boxes", lambda f: {
        **boxes(f, ROOF), "inputInstanceData": FeatureSource(str(f / "labels.gpkg"))},
        "inputInstanceData: KITTI_rectangles has no place for single objects; leave it empty, or "
        "choose Panoptic_Segmentation."),
    BadInput("panoptic without single objects", lambda f: {
        **boxes(f, ROOF), "metadataFormat": "Panoptic_Segmentation"},
        "inputInstanceData: Panoptic_Segmentation needs single objects, but none are given; "
        "choose a layer of features, or a raster in which each object has a number."),
    BadInput("a field of single objects without them", always(
        instanceClassValueField="kind"),
        "instanceClassValueField: Export_Tiles has no place for single objects; leave it empty."),
    BadInput("four bands in PNG", lambda f: {
        "inputRaster": image(f, bands=4), "chipFormat": "PNG"},
        "bands: PNG chips have 1 or 3 bands, but the raster has 4; choose bands (bands=1,2,3), or "
        "chipFormat TIFF."),
    BadInput("two bands in JPEG", always(bands=[1, 2], chipFormat="JPEG"),
        "bands: JPEG chips have 1 or 3 bands, but the raster has 2; choose bands (bands=1,2,3), "
        "or chipFormat TIFF."),
    BadInput("fractions in PNG", lambda f: {
        "inputRaster": image(f, dtype="float32"), "chipFormat": "PNG"},
        "chipFormat: PNG chips hold uint8 or uint16 pixels, but inputRaster has float32; scale "
        "them to 8 bits (pixelScaling), or choose chipFormat TIFF."),
    BadInput("16 bits in JPEG", lambda f: {
        "inputRaster": image(f, dtype="uint16"), "chipFormat": "JPEG"},
        "chipFormat: JPEG chips hold uint8 pixels, but inputRaster has uint16; scale them to 8 "
        "bits (pixelScaling), or choose chipFormat TIFF."),
    BadInput("a tile wider than the image", always(tileSizeX=COLUMNS + 1),
        "tileSizeX: is 129, but inputRaster has only 128 columns; choose a smaller tile, or "
        "edgePolicy=pad to fill chips up with no-data."),
    BadInput("a tile higher than the image", always(tileSizeY=ROWS + 1),
        "tileSizeY: is 97, but inputRaster has only 96 rows; choose a smaller tile, or "
        "edgePolicy=pad to fill chips up with no-data."),
    BadInput("a tile larger than the image in large cells", always(cellSize=2),
        "tileSizeX: is 64, but inputRaster has only 32 columns at cellSize 2; choose a smaller "
        "tile, or edgePolicy=pad to fill chips up with no-data."),
    BadInput("a tile larger than the extent", always(
        extent=Extent(LEFT, TOP - 48, LEFT + 63 * PIXEL, TOP)),
        "tileSizeX: is 64, but inputRaster has only 63 columns within the extent; choose a "
        "smaller tile, or edgePolicy=pad to fill chips up with no-data."),
    BadInput("a tile larger than the image around features", lambda f: {
        **boxes(f, ROOF), "metadataFormat": "Imagenet", "tileSizeX": COLUMNS + 1},
        "tileSizeX: is 129, but inputRaster has only 128 columns; choose a smaller tile, or "
        "edgePolicy=pad to fill chips up with no-data."),
    BadInput("a tile larger than memory", always(
        edgePolicy="pad", tileSizeX=100_000, tileSizeY=50_000),
        "tileSizeX: is 100000, with which a chip of 100000 × 50000 pixels would take 14 GB; at "
        "most 2 GB are possible, so choose a smaller tile."),
    BadInput("a tile larger than JPEG", always(
        edgePolicy="pad", tileSizeX=70_000, chipFormat="JPEG"),
        "tileSizeX: is 70000, but JPEG chips have at most 65500 pixels side by side; choose a "
        "smaller tile, or chipFormat TIFF."),
    BadInput("more chips than names", always(
        cellSize=0.001, tileSizeX=1, tileSizeY=1, strideSizeX=1, strideSizeY=1),
        "strideSizeX: is 1 (strideSizeY 1), which makes 3072000000 places for chips of 64000 × "
        "48000 pixels; a dataset has at most 1000000000 chips. Choose larger steps, larger cells "
        "(cellSize), or a part of the image (extent)."),
    BadInput("an extent beside the image", always(extent=Extent(0, 0, 10, 10)),
        "extent: does not meet the raster, which covers x 500000 to 500064, y 5399952 to 5400000; "
        "choose a part of that, or leave it empty."),
)  # fmt: skip
COMBINATIONS = (*OUTPUT, *FOR_PREVIEWS)
