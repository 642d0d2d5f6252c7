"""A single value of the wrong kind, or out of its range. They are texts, as from a command line."""

from __future__ import annotations

from typing import Any

from .row import BadInput, always

NO_WORD = "'{}' is none of {}."
FORMATS = (
    "PASCAL_VOC_rectangles, KITTI_rectangles, Classified_Tiles, RCNN_Masks, Labeled_Tiles, "
    "MultiLabeled_Tiles, Export_Tiles, CycleGAN, Imagenet, Panoptic_Segmentation, "
    "PASCAL_VOC_layout, COCO, YOLO, YOLO_OBB, YOLO_Segmentation"
)
WORKERS = (
    "is neither a number of workers, such as 4 and at most 1024, nor a share of the cores, such as "
    "50% and at most 1000%."
)
SHARES = (
    "; give the shares of training, validation and, if you want, test, which add up to 100: "
    "80/10/10."
)
A_BOX = (
    " is no box with an area; give it as 'west,east,south,north [EPSG:code]', or leave it empty."
)


def _of(name: str, value: Any, problem: str) -> BadInput:
    return BadInput(f"{name} of {value!r}", always(**{name: value}), f"{name}: {problem}")


def _kinds() -> tuple[BadInput, ...]:
    number, whole, flag = (
        "is {!r}, but must be a number.",
        "is {}, but must be a whole number.",
        "is {!r}, but must be true or false.",
    )
    share = "is {}, but must lie between 0 and 1."
    words = {
        "chipFormat": ("GIF", "TIFF, PNG, JPEG, MRF"),
        "metadataFormat": ("VOC", FORMATS),
        "referenceSystem": ("EPSG:4326", "MAP_SPACE, PIXEL_SPACE"),
        "f": ("xml", "html, json, pjson"),
        "existingOutput": ("overwrite", "refuse, append, resume, replace"),
        "edgePolicy": ("mirror", "drop, shift, pad"),
        "compression": ("JPEG", "NONE, LZW, DEFLATE, ZSTD"),
        "pixelScaling": ("log", "none, minmax, percentile, stddev"),
    }
    numbers = (
        "tileSizeX tileSizeY strideSizeX strideSizeY bufferRadius rotationAngle cellSize startIndex "
        "minPolygonOverlapRatio jpegQuality pngLevel maxNodataRatio negativeRatio minLabelRatio seed"
    ).split()
    flags = (
        "processAllRasterItems blackenAroundFeature fixChipSize exportAllTiles selectedFeaturesOnly"
    ).split()
    wholes = "tileSizeX strideSizeY startIndex jpegQuality pngLevel seed".split()
    shares = "minPolygonOverlapRatio maxNodataRatio minLabelRatio".split()
    texts = ("wide", "nan", "inf")
    return (
        *(_of(name, word, NO_WORD.format(word, known)) for name, (word, known) in words.items()),
        *(_of(name, texts[i % 3], number.format(texts[i % 3])) for i, name in enumerate(numbers)),
        *(_of(name, "perhaps", flag.format("perhaps")) for name in flags),
        *(_of(name, 2.5, whole.format(2.5)) for name in wholes),
        *(_of(name, -0.5, share.format(-0.5)) for name in shares),
        *(_of(name, 1.5, share.format(1.5)) for name in shares),
    )


OUT_OF_RANGE = (
    _of("tileSizeX", 0, "is 0, but must be a whole number of at least 1."),
    _of("tileSizeY", -5, "is -5, but must be a whole number of at least 1."),
    _of(
        "tileSizeX",
        2**31 - 1,
        "is 2147483647, but inputRaster has only 128 columns; choose a smaller tile, or "
        "edgePolicy=pad to fill chips up with no-data.",
    ),
    _of("tileSizeY", 1e300, "is 1e+300, but must be a whole number."),
    _of("strideSizeX", -1, "is -1, but must be a whole number of at least 0."),
    _of("strideSizeY", -1, "is -1, but must be a whole number of at least 0."),
    _of("startIndex", -1, "is -1, but must be a whole number of at least 0."),
    _of("seed", -1, "is -1, but must be a whole number from 0 on."),
    _of("seed", 2**63, "is 9223372036854775808, but must be a whole number."),
    _of("jpegQuality", 0, "is 0, but must lie between 10 and 100."),
    _of("jpegQuality", 101, "is 101, but must lie between 10 and 100."),
    _of("pngLevel", -1, "is -1, but must lie between 0 and 9."),
    _of("pngLevel", 10, "is 10, but must lie between 0 and 9."),
    _of(
        "bufferRadius",
        -0.5,
        "is -0.5, but must be a number of at least 0, in the unit of the label layer.",
    ),
    _of("rotationAngle", -1, "is -1, but must be at least 0 and below 360."),
    _of("rotationAngle", 360, "is 360, but must be at least 0 and below 360."),
    _of(
        "rotationAngle",
        1e-9,
        "is 1e-09, by which each chip would be turned more than 3600 times; give at least 0.1 "
        "degrees, or 0 for none.",
    ),
    _of("cellSize", 0, "is 0, but must be more than 0 map units."),
    _of("cellSize", -1, "is -1, but must be more than 0 map units."),
    _of(
        "cellSize",
        1e-300,
        "is 1e-300, so small that more than 2147483647 cells would lie side by side on "
        "inputRaster, which covers 64 × 48 map units; choose a larger one.",
    ),
    _of("cellSize", 1e9, "is 1e+09, but inputRaster is smaller than such a cell; choose less."),
    _of("negativeRatio", -1, "is -1, but must be a number of at least 0."),
    _of("bands", [0], "is [0], but bands are counted from 1; give such as 3,2,1."),
    _of(
        "bands",
        [1, 4],
        "[4] is not among the bands of inputRaster, which are 1 to 3; choose some of these.",
    ),
    _of("parallelProcessingFactor", "0", f"'0' {WORKERS}"),
    _of("parallelProcessingFactor", "1025", f"'1025' {WORKERS}"),
    _of("parallelProcessingFactor", "1001%", f"'1001%' {WORKERS}"),
    _of("parallelProcessingFactor", "-50%", f"'-50%' {WORKERS}"),
    _of("parallelProcessingFactor", "1.5", f"'1.5' {WORKERS}"),
    _of("parallelProcessingFactor", "all of them", f"'all of them' {WORKERS}"),
    _of(
        "scalingPercentiles",
        "98-2",
        "are 98 and 2, but must rise and lie between 0 and 100, such as 2-98.",
    ),
    _of(
        "scalingPercentiles",
        "0-101",
        "are 0 and 101, but must rise and lie between 0 and 100, such as 2-98.",
    ),
    _of("split", "80/90", f"'80/90' adds up to 170{SHARES}"),
    _of("split", "most", f"'most' is no list of shares{SHARES}"),
    _of("split", "100/-5", f"'100/-5' is no list of shares{SHARES}"),
    _of(
        "referenceSystem", "IMAGE_SPACE", "IMAGE_SPACE is not supported; choose MAP_SPACE or "
        "PIXEL_SPACE.",
    ),
    _of("outputLocation", " ", "is empty; choose the folder for the dataset."),
    _of("outputLocation", "", "is empty; choose the folder for the dataset."),
)  # fmt: skip
VALUES = (*_kinds(), *OUT_OF_RANGE)

ONLY_IN_QGIS = (
    BadInput(
        "no image", always(inputRaster=None), "inputRaster: is not given; choose the image to cut."
    ),
    _of("inputRaster", 5, "is 5, but must be a path, or a layer of the project."),
    _of(
        "inputClassData",
        ["a", "b"],
        'is ["a", "b"], but must be a path, or a layer of the project.',
    ),
    _of("rasterItems", [5], "is 5, but must be a path, or a layer of the project."),
    _of("tileSizeX", [1, 2], "is [1, 2], but must be a number."),
    _of("extent", "Europe", f"'Europe'{A_BOX}"),
    _of("extent", "1,1,2,4", f"'1,1,2,4'{A_BOX}"),
    _of("extent", "nan,1,2,3", f"'nan,1,2,3'{A_BOX}"),
    _of(
        "extent",
        "500000,500064,5399952,5400000 [EPSG:99]",
        "'500000,500064,5399952,5400000 [EPSG:99]' names an unknown coordinate system; give it as 'west,east,south,north [EPSG:code]'.",
    ),
    _of("bands", "1,red", "'1,red' is no list of whole numbers such as 3,2,1."),
    _of("scalingPercentiles", "a-b", "'a-b' is no range such as 2-98."),
    _of(
        "footprints",
        "/no/such/folder/footprints.gpkg",
        "there is no folder '/no/such/folder'; choose another file.",
    ),
)
