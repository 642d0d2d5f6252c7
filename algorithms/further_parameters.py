"""What goes beyond the service; each is off by default."""

from __future__ import annotations

from collections.abc import Iterator

from qgis.core import (
    QgsProcessingParameterBand,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterDefinition,
)
from qgis.PyQt.QtCore import QCoreApplication

from ..core.request import COMPRESSIONS, EDGE_POLICIES, EXISTING_OUTPUT, PIXEL_SCALINGS
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
            "refuse: it is not touched. append: chips are added. resume: an interrupted export "
            "goes on. replace: it is made anew. All but refuse: Not available yet.",
        ),
        EXISTING_OUTPUT,
    )
    yield choice(
        "edgePolicy",
        translate("Chipwright", "Chips at the edge of the image"),
        translate(
            "Chipwright",
            "drop: only whole chips. shift: the last chip moves inwards. pad: it is filled up "
            "with no-data. shift and pad: Not available yet.",
        ),
        EDGE_POLICIES,
    )
    yield choice(
        "compression",
        translate("Chipwright", "Compression of TIFF chips"),
        translate(
            "Chipwright", "For TIFF chips and label images; without loss. Not available yet."
        ),
        COMPRESSIONS,
    )
    yield whole_number(
        "jpegQuality",
        translate("Chipwright", "JPEG quality"),
        translate("Chipwright", "From 1 to 100; for JPEG chips."),
        least=1,
        most=100,
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
        translate("Chipwright", "The same for all chips, from the whole image. Not available yet."),
        PIXEL_SCALINGS,
    )


def _chip_choice() -> Iterator[QgsProcessingParameterDefinition]:
    yield number(
        "maxNodataRatio",
        translate("Chipwright", "Most no-data in a chip"),
        translate(
            "Chipwright",
            "From 0 to 1: a chip with a greater share is left out; chips of nothing else always "
            "are. Not available yet.",
        ),
        most=1,
    )
    yield number(
        "negativeRatio",
        translate("Chipwright", "Most chips without labels for each chip with labels"),
        translate(
            "Chipwright", "A random choice of them is kept. Left empty: all. Not available yet."
        ),
    )
    yield number(
        "minLabelRatio",
        translate("Chipwright", "Least labelled share of a chip"),
        translate("Chipwright", "From 0 to 1, in pixels. Not available yet."),
        most=1,
    )
    yield text(
        "split",
        translate("Chipwright", "Shares of training, validation and test"),
        translate(
            "Chipwright",
            "Such as 80/10/10. No two chips that share pixels end up in different parts. "
            "Not available yet.",
        ),
    )
    yield whole_number(
        "seed",
        translate("Chipwright", "Seed of random choices"),
        translate("Chipwright", "The same seed gives the same dataset. Not available yet."),
    )
    yield text(
        "classPriority",
        translate("Chipwright", "Which class wins where labels overlap"),
        translate(
            "Chipwright",
            "feature order: the later feature. Or: the name of a field with ranks, or smaller on "
            "top. Not available yet.",
        ),
    )
