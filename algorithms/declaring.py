"""Short ways to declare a Processing parameter, with the default that core's request has."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import fields
from typing import Any, Optional, TypeVar

from qgis.core import (
    QgsProcessingParameterBoolean,
    QgsProcessingParameterDefinition,
    QgsProcessingParameterEnum,
    QgsProcessingParameterNumber,
    QgsProcessingParameterString,
)

from ..core.request import ExportRequest
from ..core.request_choices import RESPONSE_FORMATS, parameter_name

Definition = TypeVar("Definition", bound=QgsProcessingParameterDefinition)
REPORT = RESPONSE_FORMATS[0]
MOST = sys.float_info.max
MOST_WHOLE = 2**31 - 1


def default_of(name: str) -> Any:
    """The request's own default; of the report, which those who look at windows want, ours.

    >>> default_of("chipFormat"), default_of("tileSizeX")
    ('TIFF', 256)
    """
    sizes = {
        "tileSizeX": ExportRequest.tile_size.columns,
        "tileSizeY": ExportRequest.tile_size.rows,
        "strideSizeX": ExportRequest.stride_size.columns,
        "strideSizeY": ExportRequest.stride_size.rows,
    }
    defaults = {parameter_name(field.name): field.default for field in fields(ExportRequest)}
    low, high = ExportRequest.scaling_percentiles
    ours = {"scalingPercentiles": f"{low:g}-{high:g}", "f": REPORT}
    return {**defaults, **sizes, **ours}[name]


def explained(definition: Definition, explanation: str) -> Definition:
    """The definition with its tooltip, which `qgis_process help` prints as well."""
    definition.setHelp(explanation)
    return definition


def with_own_widget(definition: Definition, widget: str) -> Definition:
    """The definition with a widget of ours, which QGIS loads by its name when a dialog opens.

    `widget` is a module of the folder gui, and a class in it.
    """
    definition.setMetadata({"widget_wrapper": {"class": f"{__package__}.gui.{widget}"}})
    return definition


def advanced(definition: Definition) -> Definition:
    """The definition, shown only when the advanced parameters are unfolded."""
    flag = QgsProcessingParameterDefinition.Flag.FlagAdvanced
    definition.setFlags(definition.flags() | flag)
    return definition


def choice(
    name: str, label: str, explanation: str, options: Sequence[str]
) -> QgsProcessingParameterDefinition:
    """One of several words; the word itself is stored, never its position."""
    definition = QgsProcessingParameterEnum(
        name,
        label,
        options=list(options),
        allowMultiple=False,
        defaultValue=default_of(name),
        optional=False,
        usesStaticStrings=True,
    )
    return explained(definition, explanation)


def whole_number(
    name: str, label: str, explanation: str, least: int = 0, most: int = MOST_WHOLE
) -> QgsProcessingParameterDefinition:
    """A number without a fraction."""
    definition = QgsProcessingParameterNumber(
        name,
        label,
        type=QgsProcessingParameterNumber.Type.Integer,
        defaultValue=default_of(name),
        optional=False,
        minValue=least,
        maxValue=most,
    )
    return explained(definition, explanation)


def number(
    name: str, label: str, explanation: str, most: float = MOST, decimals: int = 3
) -> QgsProcessingParameterDefinition:
    """A number of at least 0; optional when the request's default is None."""
    default: Optional[float] = default_of(name)
    definition = QgsProcessingParameterNumber(
        name,
        label,
        type=QgsProcessingParameterNumber.Type.Double,
        defaultValue=default,
        optional=default is None,
        minValue=0,
        maxValue=most,
    )
    definition.setMetadata({"widget_wrapper": {"decimals": decimals}})
    return explained(definition, explanation)


def flag(name: str, label: str, explanation: str) -> QgsProcessingParameterDefinition:
    """Yes or no."""
    definition = QgsProcessingParameterBoolean(name, label, defaultValue=default_of(name))
    return explained(definition, explanation)


def text(name: str, label: str, explanation: str) -> QgsProcessingParameterDefinition:
    """A line of text; an empty one means the default."""
    definition = QgsProcessingParameterString(
        name, label, defaultValue=default_of(name) or None, multiLine=False, optional=True
    )
    return explained(definition, explanation)
