"""What goes beyond the service; each is off by default."""

from __future__ import annotations

from collections.abc import Iterator

from qgis.core import (
    QgsProcessingParameterBand,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterDefinition,
)
from qgis.PyQt.QtCore import QCoreApplication

from ..core.request_choices import COMPRESSIONS, EDGE_POLICIES, EXISTING_OUTPUT, PIXEL_SCALINGS
from .declaring import choice, explained, number, text, whole_number

translate = QCoreApplication.translate


def further_parameters() -> Iterator[QgsProcessingParameterDefinition]:
    """Output, pixels, labels, and the choice of chips."""
    yield from _output()
    yield from _sources()
    yield from _chip_choice()


def _output() -> Iterator[QgsProcessingParameterDefinition]:
    yield choice(
        "existingOutput",
        translate("Chipwright", "When the folder already holds a dataset"),
        translate(
            "Chipwright",
            "refuse: it is not touched. append: chips are added, with the numbers after its last; "
            "what does not fit to it is refused. replace: it is made anew; the old one is only "
            "gone when the new one is whole. resume: an export that was cancelled, failed or was "
            "killed goes on, with the same settings and sources.",
        ),
        EXISTING_OUTPUT,
    )
    yield choice(
        "edgePolicy",
        translate("Chipwright", "Chips at the edge of the image"),
        translate(
            "Chipwright",
            "drop: only whole chips. shift: the last chip of a row or column moves inwards. pad: "
            "it is filled up with no-data, and chips may be larger than the image.",
        ),
        EDGE_POLICIES,
    )
    yield choice(
        "compression",
        translate("Chipwright", "Compression of TIFF and MRF chips"),
        translate(
            "Chipwright",
            "Without loss. TIFF: DEFLATE is read by nearly everything, LZW by most. ZSTD takes "
            "least time, but GDAL and readers must be built with it: OpenCV and older versions of "
            "Pillow (and so torchvision) are not. MRF: DEFLATE or ZSTD. PNG and JPEG chips have a "
            "compression of their own. Label images, always TIFF, are compressed by DEFLATE unless "
            "this is NONE.",
        ),
        COMPRESSIONS,
    )
    yield whole_number(
        "jpegQuality",
        translate("Chipwright", "JPEG quality"),
        translate("Chipwright", "From 10 to 100; for JPEG chips."),
        least=10,
        most=100,
    )
    yield whole_number(
        "pngLevel",
        translate("Chipwright", "PNG compression level"),
        translate(
            "Chipwright",
            "For PNG chips: 0 does not compress, 1 is fast, 2 to 9 make files up to a tenth or so "
            "smaller and take several times as long.",
        ),
        most=9,
    )


def _sources() -> Iterator[QgsProcessingParameterDefinition]:
    yield explained(
        QgsProcessingParameterBoolean(
            "selectedFeaturesOnly",
            translate("Chipwright", "Use only the selected features of the label layer"),
            defaultValue=False,
        ),
        translate("Chipwright", "Needs a label layer of the project with a selection."),
    )
    yield explained(
        QgsProcessingParameterBand(
            "bands",
            translate("Chipwright", "Bands of the image, in this order"),
            parentLayerParameterName="inputRaster",
            optional=True,
            allowMultiple=True,
        ),
        translate("Chipwright", "Such as 4,3,2. Left empty: all bands as they are."),
    )
    yield choice(
        "pixelScaling",
        translate("Chipwright", "Scaling of pixel values to 8 bit"),
        translate(
            "Chipwright",
            "One stretch for all chips, from all pixels of the image but no-data. minmax: from the "
            "least to the greatest value of a band. percentile: without the darkest and brightest "
            "pixels. stddev: two standard deviations about the mean. Where the image may have "
            "no-data, 0 stands for it.",
        ),
        PIXEL_SCALINGS,
    )
    yield text(
        "scalingPercentiles",
        translate("Chipwright", "Percentiles of the scaling"),
        translate("Chipwright", "For the scaling percentile: such as 2-98."),
    )


def _chip_choice() -> Iterator[QgsProcessingParameterDefinition]:
    yield number(
        "maxNodataRatio",
        translate("Chipwright", "Most no-data in a chip"),
        translate(
            "Chipwright",
            "From 0 to 1: a chip with a greater share is left out; chips of nothing else always "
            "are.",
        ),
        most=1,
    )
    yield number(
        "negativeRatio",
        translate("Chipwright", "Most chips without labels for each chip with labels"),
        translate(
            "Chipwright",
            "With all chips exported: of those without labels, a random choice is kept. "
            "Left empty: all.",
        ),
    )
    yield number(
        "minLabelRatio",
        translate("Chipwright", "Least labelled share of a chip"),
        translate("Chipwright", "From 0 to 1: a chip of which less is labelled is left out."),
        most=1,
    )
    yield text(
        "split",
        translate("Chipwright", "Shares of training, validation and test"),
        translate(
            "Chipwright",
            "Such as 80/10/10. The image is divided into blocks, balanced by labels of each class; "
            "chips that would share pixels with a chip of another part are left out. Written to "
            "splits.json and, for YOLO, COCO and PASCAL VOC, as their trainers expect it.",
        ),
    )
    yield whole_number(
        "seed",
        translate("Chipwright", "Seed of random choices"),
        translate("Chipwright", "The same seed gives the same dataset."),
    )
    yield text(
        "classPriority",
        translate("Chipwright", "Which class wins where labels overlap"),
        translate(
            "Chipwright",
            "feature order: the later feature. smaller on top: the smaller feature. Or the name of "
            "a field of the labels: the feature with the greater value.",
        ),
    )
