"""The metadata formats in a sentence and a picture each."""

from __future__ import annotations

from pathlib import Path

from qgis.PyQt.QtCore import QCoreApplication

PICTURES = Path(__file__).parent.parent / "resources" / "formats"
translate = QCoreApplication.translate


def picture_of(metadata_format: str) -> str:
    """Path of an SVG, twice as wide as it is high."""
    return str(PICTURES / f"{metadata_format}.svg")


def format_texts() -> dict[str, str]:
    """What is written in each format, by its name, in the order of the dialog."""
    return {
        "PASCAL_VOC_rectangles": translate(
            "Chipwright", "A box around each object, in an XML file for each chip."
        ),
        "KITTI_rectangles": translate(
            "Chipwright", "A box around each object, in a text file for each chip."
        ),
        "Classified_Tiles": translate(
            "Chipwright",
            "The class of each pixel, as an image. With a second image, pairs to detect changes.",
        ),
        "RCNN_Masks": translate(
            "Chipwright", "The pixels of each single object, as an image for each class."
        ),
        "Labeled_Tiles": translate(
            "Chipwright", "One class for each chip; every feature has a chip of its own."
        ),
        "MultiLabeled_Tiles": translate("Chipwright", "The names of all classes in each chip."),
        "Export_Tiles": translate(
            "Chipwright", "Chips without labels. With a second image, pairs of the same place."
        ),
        "CycleGAN": translate(
            "Chipwright", "Chips of two images, A and B, to turn the one style into the other."
        ),
        "Imagenet": translate(
            "Chipwright",
            "A folder of chips for each class; every feature has a chip of its own.",
        ),
        "Panoptic_Segmentation": translate(
            "Chipwright", "The class of each pixel and the pixels of each single object."
        ),
        "PASCAL_VOC_layout": translate(
            "Chipwright", "A box around each object, in the layout form of XML files."
        ),
        "COCO": translate(
            "Chipwright", "A box and a polygon for each object, in one JSON file for all chips."
        ),
        "YOLO": translate(
            "Chipwright", "A box around each object, as Ultralytics reads it to detect objects."
        ),
        "YOLO_OBB": translate(
            "Chipwright", "A turned box around each object, as Ultralytics reads it."
        ),
        "YOLO_Segmentation": translate(
            "Chipwright", "A polygon around each object, as Ultralytics reads it to segment."
        ),
    }
