"""What a dataset says about itself, as far as it can be understood."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, Optional

from .dataset_kind import DEFINITION, STATE
from .documents import Document, json_document, objects, whole


class ClassEntry(NamedTuple):
    """An item of a list of classes; None where there is no such value or name."""

    value: Optional[int]
    name: Optional[str]


@dataclass(frozen=True)
class Description:
    """The two JSON files of a dataset, and what the labels are checked against."""

    folder: str
    metadata_format: str
    definition: Document
    state: Document

    @cached_property
    def classes(self) -> Mapping[int, str]:
        """Names by value: those of the definition, of the state where it has none."""
        entries = class_entries(self.definition) or class_entries(self.state)
        return {value: name or "" for value, name in entries if value is not None}

    @cached_property
    def values(self) -> Mapping[str, int]:
        """Values by name."""
        return {name: value for value, name in self.classes.items()}

    @cached_property
    def instance_class_names(self) -> frozenset[str]:
        """Names of the classes that have single objects, in Panoptic_Segmentation."""
        found = objects(self.definition.content.get("Panoptic_Segmentation_Instance_Classes"))
        return frozenset(str(each.get("Name")) for each in found)

    @property
    def has_variable_size(self) -> bool:
        """Whether chips are cropped to their features."""
        return self.definition.content.get("CropTileMode") == "Variable_Size"

    @property
    def band_count(self) -> Optional[int]:
        """Bands of the chips, as the state says."""
        return whole(self.state.content.get("NumBands"))


def described(folder: str, metadata_format: str) -> Description:
    """Read the two JSON files."""
    return Description(
        folder, metadata_format, json_document(folder, DEFINITION), json_document(folder, STATE)
    )


def class_entries(document: Document) -> list[ClassEntry]:
    """The classes of the definition (Value, Name) or of the state (ClassValue, ClassName)."""
    found = objects(document.content.get("Classes"))
    prefix = "Class" if document.path == STATE else ""
    return [
        ClassEntry(whole(each.get(f"{prefix}Value")), _text(each.get(f"{prefix}Name")))
        for each in found
    ]


def _text(value: object) -> Optional[str]:
    return value if isinstance(value, str) and value else None
