"""What an export has at hand when it begins."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional

from .blackening import Blackening
from .chip_format import ChipFormat
from .choosing import ChipChoice
from .earlier_dataset import EarlierDataset
from .esri_dataset import Dataset
from .image import (
    Image,
)
from .image_readers import Partner
from .labels import LabelSource
from .plan import ChipPlan
from .request import ExportRequest


@dataclass(frozen=True, eq=False)
class Prepared:
    """A dataset whose sources were opened and found to fit its request."""

    request: ExportRequest
    image: Image
    plan: ChipPlan
    chip_format: ChipFormat
    labels: Optional[LabelSource]
    choice: ChipChoice
    dataset: Dataset
    partner: Optional[Partner] = None
    """The second image, read on the grid of the first."""
    blackening: Optional[Blackening] = None
    folder: str = ""
    """Where in outputLocation the dataset lies, with a slash at the end."""
    earlier: Optional[EarlierDataset] = None
    """What is there already, if chips are to be appended."""
    first_number: int = 0
    """Of the first new chip of the dataset."""
