"""The field of a layer that most likely holds the class."""

from __future__ import annotations

from qgis.core import QgsVectorLayer

from ...core.class_field import MOST_CLASSES, default_field, likely_field

QUICK_PROVIDERS = ("ogr", "memory", "delimitedtext")
MOST_FEATURES = 200_000
"""Looking for the values of more would be felt."""


def guessed_field(layer: QgsVectorLayer) -> str:
    """The field, or nothing where it is not sure. Looks at values where names do not tell."""
    named = default_field(layer.fields().names())
    return named or likely_field(_candidates(layer), lambda name: _values(layer, name))


def _candidates(layer: QgsVectorLayer) -> list[str]:
    """All fields but those that number the features."""
    keys = layer.primaryKeyAttributes()
    return [name for index, name in enumerate(layer.fields().names()) if index not in keys]


def _values(layer: QgsVectorLayer, name: str) -> list[object]:
    """Whole numbers and texts in a field; none where it would take long to find them."""
    if layer.providerType() not in QUICK_PROVIDERS or layer.featureCount() > MOST_FEATURES:
        return []
    index = layer.fields().lookupField(name)
    values = layer.uniqueValues(index, MOST_CLASSES + 1)
    return [value for value in values if isinstance(value, (int, str)) and value != ""]
