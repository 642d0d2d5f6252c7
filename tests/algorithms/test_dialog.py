"""The form in the dialog: what it shows, fills in and says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from qgis.core import (
    QgsProcessingAlgorithm,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingProvider,
    QgsProject,
    QgsRasterLayer,
    QgsVectorLayer,
)
from qgis.gui import QgsProcessingModelerParameterWidget

from chipwright.core.formats import FORMATS
from chipwright.core.relevance import RELEVANT_IF, Choice, Given, irrelevant

from .dialogs import (
    ADVANCED,
    BatchAlgorithmDialog,
    Form,
    ModelerParametersDialog,
    own_wrapper,
)


@pytest.fixture
def form(algorithm: QgsProcessingAlgorithm, context: QgsProcessingContext) -> Iterator[Form]:
    form = Form(algorithm, context)
    yield form
    form.close()


@pytest.fixture
def batch(algorithm: QgsProcessingAlgorithm, context: QgsProcessingContext) -> Iterator[Form]:
    row = Form(algorithm, context, BatchAlgorithmDialog())
    yield row
    row.close()


@pytest.fixture
def labels(context: QgsProcessingContext, squares: QgsVectorLayer) -> str:
    """Polygons of the project."""
    return added(squares)


@pytest.fixture
def points(context: QgsProcessingContext) -> str:
    return added(QgsVectorLayer("Point?crs=EPSG:32636&field=kind:string", "wells", "memory"))


@pytest.fixture
def raster(context: QgsProcessingContext, raster_path: Path) -> str:
    return added(QgsRasterLayer(str(raster_path), "classified"))


def added(layer: Any) -> str:
    assert layer.isValid()
    QgsProject.instance().addMapLayer(layer)
    return str(layer.id())


@pytest.mark.parametrize("name", FORMATS)
def test_what_has_no_meaning_is_hidden_and_all_else_is_shown(
    form: Form, labels: str, points: str, raster: str, name: str
) -> None:
    layers = {Given.POLYGONS: labels, Given.POINTS: points, Given.RASTER: raster}
    form.unfold()
    form.set(metadataFormat=name)
    hidden = {Given.NOTHING: RELEVANT_IF.keys() - form.shown()}
    for given, layer in layers.items():
        form.set(inputClassData=layer)
        hidden[given] = RELEVANT_IF.keys() - form.shown()
    assert hidden == {given: irrelevant(Choice(name, given)) for given in hidden}


@pytest.mark.parametrize(
    ("values", "shown", "hidden"),
    [
        ({"chipFormat": "JPEG"}, "jpegQuality", "compression"),
        ({"chipFormat": "PNG"}, "pngLevel", "jpegQuality"),
        ({"pixelScaling": "percentile"}, "scalingPercentiles", "seed"),
        ({"split": "80/20"}, "seed", "scalingPercentiles"),
        ({"referenceSystem": "PIXEL_SPACE"}, "extent", "cellSize"),
        ({"exportAllTiles": False}, "minLabelRatio", "negativeRatio"),
    ],
)
def test_other_choices_show_and_hide_as_well(
    form: Form, values: dict[str, Any], shown: str, hidden: str
) -> None:
    form.unfold()
    form.set(**values)
    assert shown in form.shown() and hidden not in form.shown()


def test_a_label_goes_and_comes_with_its_widget(form: Form) -> None:
    form.set(metadataFormat="CycleGAN")
    label = form.label("additionalInputRaster")
    assert label is not None and not label.isHidden()
    form.set(metadataFormat="YOLO")
    assert label.isHidden()


def test_unfolding_shows_no_advanced_parameter_without_a_meaning(
    form: Form, algorithm: QgsProcessingAlgorithm
) -> None:
    advanced = {it.name() for it in algorithm.parameterDefinitions() if it.flags() & ADVANCED}
    assert form.shown() & advanced == set()
    form.set(chipFormat="PNG")
    assert form.shown() & advanced == set()
    form.unfold()
    hidden = irrelevant(Choice(chip_format="PNG"))
    assert form.shown() & advanced == advanced - hidden


def test_a_preview_shows_what_the_export_shows(
    provider: QgsProcessingProvider, form: Form, context: QgsProcessingContext, raster: str
) -> None:
    preview = Form(provider.algorithm("previewchips").create(), context)
    for each in (preview, form):
        each.unfold()
        each.set(metadataFormat="CycleGAN", inputRaster=raster, additionalInputRaster=raster)
        each.set(metadataFormat="YOLO")
    assert form.shown() - preview.shown() == {"outputLocation", "existingOutput", "f", "footprints"}
    assert "additionalInputRaster" not in preview.values()
    preview.close()


def test_hidden_values_are_kept_and_left_out(form: Form, labels: str, raster: str) -> None:
    form.set(metadataFormat="CycleGAN", additionalInputRaster=raster, inputClassData=labels)
    assert form.values()["additionalInputRaster"]
    form.set(metadataFormat="YOLO")
    assert "additionalInputRaster" not in form.values()
    form.set(metadataFormat="CycleGAN")
    assert form.values()["additionalInputRaster"]


def test_a_buffer_that_is_hidden_does_not_stand_in_the_way(
    form: Form,
    algorithm: QgsProcessingAlgorithm,
    context: QgsProcessingContext,
    raster: str,
    labels: str,
    tmp_path: Path,
) -> None:
    form.set(inputClassData=labels, bufferRadius=3, minPolygonOverlapRatio=0.5)
    form.set(inputRaster=raster, inputClassData=raster, bands=[1])
    values = {**form.values(), "outputLocation": str(tmp_path / "chips")}
    assert not {"bufferRadius", "minPolygonOverlapRatio"} & values.keys()
    assert algorithm.checkParameterValues(values, context) == (True, "")


def test_a_run_from_the_form_writes_chips(
    form: Form,
    algorithm: QgsProcessingAlgorithm,
    context: QgsProcessingContext,
    raster: str,
    labels: str,
    tmp_path: Path,
) -> None:
    form.set(metadataFormat="CycleGAN", additionalInputRaster=raster)
    form.set(metadataFormat="YOLO", inputRaster=raster, inputClassData=labels)
    form.set(tileSizeX=20, tileSizeY=20, strideSizeX=0, strideSizeY=0)
    values = {**form.values(), "outputLocation": str(tmp_path / "chips")}
    results, ok = algorithm.run(values, context, QgsProcessingFeedback())
    assert ok and results["numberOfChips"] == 6


def test_the_class_field_of_a_chosen_layer_is_filled_in(form: Form, labels: str) -> None:
    form.set(inputClassData=labels)
    assert form.value("classValueField") == "Value"


def test_a_class_field_that_was_chosen_is_kept(form: Form, labels: str) -> None:
    form.set(inputClassData=labels, classValueField="species")
    assert form.value("classValueField") == "species"


def test_a_field_with_few_values_is_taken_for_the_class(
    form: Form, memory_squares: QgsVectorLayer
) -> None:
    provider = memory_squares.dataProvider()
    provider.deleteAttributes([memory_squares.fields().lookupField("Value")])
    memory_squares.updateFields()
    form.set(inputClassData=added(memory_squares))
    assert form.value("classValueField") == "species"


def test_what_an_empty_class_field_means_is_said(form: Form, labels: str, points: str) -> None:
    form.set(inputClassData=points, bufferRadius=2)
    assert "all features are of one class" in form.note()
    form.set(inputClassData=labels, classValueField=None)
    assert "'Value' is used" in form.note()


def test_the_note_tells_of_the_format(form: Form) -> None:
    form.set(metadataFormat="COCO")
    assert "one JSON file" in form.note()
    form.set(metadataFormat="CycleGAN")
    assert "two images" in form.note()


def test_the_note_says_what_is_missing_under_the_name_that_the_dialog_has(
    form: Form, labels: str, points: str, raster: str
) -> None:
    form.set(metadataFormat="YOLO")
    assert "Labels (features or classified raster): YOLO needs labels" in form.note()
    form.set(inputClassData=points)
    assert "Buffer around label features: inputClassData has points" in form.note()
    form.set(bufferRadius=5)
    assert "color" not in form.note()


def test_the_format_is_the_one_that_was_set(form: Form) -> None:
    assert form.value("metadataFormat") == "PASCAL_VOC_rectangles"
    form.set(metadataFormat="RCNN_Masks")
    assert form.value("metadataFormat") == "RCNN_Masks"


def is_of_qgis(wrapper: object) -> bool:
    return type(wrapper).__module__.startswith("qgis.")


@pytest.mark.parametrize("name", ["metadataFormat", "classValueField"])
def test_the_modeler_has_the_stock_widget(
    algorithm: QgsProcessingAlgorithm, context: QgsProcessingContext, name: str
) -> None:
    definition = algorithm.parameterDefinition(name)
    widget = own_wrapper(definition, ModelerParametersDialog(context))
    assert isinstance(widget, QgsProcessingModelerParameterWidget) and is_of_qgis(widget)


def test_batch_has_the_stock_list_of_formats(algorithm: QgsProcessingAlgorithm) -> None:
    definition = algorithm.parameterDefinition("metadataFormat")
    assert is_of_qgis(own_wrapper(definition, BatchAlgorithmDialog()))


def test_fields_in_a_batch_are_those_of_the_layer_in_the_same_row(
    batch: Form, labels: str, raster: str
) -> None:
    batch.set(inputClassData=raster)
    assert batch.value("classValueField") is None
    batch.set(inputClassData=labels)
    assert batch.value("classValueField") == "Value"


def test_few_parameters_have_widgets_of_their_own(algorithm: QgsProcessingAlgorithm) -> None:
    own = {
        it.name(): it.metadata()["widget_wrapper"]["class"].rpartition(".")[2]
        for it in algorithm.parameterDefinitions()
        if "class" in (it.metadata().get("widget_wrapper") or {})
    }
    fields = dict.fromkeys(("classValueField", "instanceClassValueField"), "FieldChoice")
    assert own == {"metadataFormat": "FormatChoice", **fields}
