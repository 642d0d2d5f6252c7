"""XML labels held against a schema, by lxml."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from lxml import etree
from osgeo import gdal

from chipwright.core.formats import FORMATS
from chipwright.tests.core.exporting import export_chips, features

from .conftest import Sources
from .expected import Source

GRAMMAR = r"""
<grammar xmlns="http://relaxng.org/ns/structure/1.0"
         datatypeLibrary="http://www.w3.org/2001/XMLSchema-datatypes">
  <define name="annotation">
    <element name="annotation">
      <element name="filename">
        <data type="string"><param name="pattern">[0-9]{9,}\.(tif|png|jpg|mrf)</param></data>
      </element>
      <element name="source">
        <element name="annotation"><value>PASCAL VOC2007</value></element>
      </element>
      <element name="size">
        <element name="width"><ref name="count"/></element>
        <element name="height"><ref name="count"/></element>
        <element name="depth"><ref name="count"/></element>
      </element>
      <ref name="objects"/>
    </element>
  </define>
  <define name="valued-object">
    <element name="object">
      <element name="name"><ref name="count"/></element>
      <ref name="box"/>
    </element>
  </define>
  <define name="named-object">
    <element name="object">
      <element name="name">
        <data type="string">
          <param name="pattern">[^,\s]([^,]*[^,\s])?(,[^,\s]([^,]*[^,\s])?)*</param>
        </data>
      </element>
      <ref name="box"/>
    </element>
  </define>
  <define name="layout">
    <element name="layout">
      <element name="image">
        <data type="string"><param name="pattern">[0-9]{9,}</param></data>
      </element>
      <element name="object"><value>1</value></element>
      <zeroOrMore>
        <element name="part">
          <element name="class"><ref name="count"/></element>
          <ref name="box"/>
        </element>
      </zeroOrMore>
    </element>
  </define>
  <define name="box">
    <element name="bndbox">
      <element name="xmin"><ref name="edge"/></element>
      <element name="ymin"><ref name="edge"/></element>
      <element name="xmax"><ref name="edge"/></element>
      <element name="ymax"><ref name="edge"/></element>
    </element>
  </define>
  <define name="count">
    <data type="string"><param name="pattern">[1-9][0-9]*</param></data>
  </define>
  <define name="edge">
    <data type="string"><param name="pattern">[0-9]+\.[0-9]{2}</param></data>
  </define>
  CONTENT
</grammar>
"""
OF_GRAMMAR = '<start><ref name="{}"/></start><define name="objects">{}</define>'
VALUED, NAMED = '<ref name="valued-object"/>', '<ref name="named-object"/>'
CONTENTS = {
    "PASCAL_VOC_rectangles": OF_GRAMMAR.format("annotation", f"<zeroOrMore>{VALUED}</zeroOrMore>"),
    "PASCAL_VOC_layout": OF_GRAMMAR.format("layout", "<notAllowed/>"),
    "Labeled_Tiles": OF_GRAMMAR.format("annotation", VALUED),
    "MultiLabeled_Tiles": OF_GRAMMAR.format("annotation", NAMED),
}
CHIP_FORMATS = {"PASCAL_VOC_rectangles": "PNG", "MultiLabeled_Tiles": "JPEG"}
ANNOTATIONS = [name for name in CONTENTS if name != "PASCAL_VOC_layout"]
GOOD_OBJECT = (
    "<object><name>3</name><bndbox><xmin>0.00</xmin><ymin>1.25</ymin><xmax>2.50</xmax>"
    "<ymax>4.00</ymax></bndbox></object>"
)
GOOD = (
    "<annotation><filename>000000000.tif</filename><source><annotation>PASCAL VOC2007</annotation>"
    "</source><size><width>6</width><height>4</height><depth>3</depth></size>"
    f"{GOOD_OBJECT}</annotation>"
)


def schema(format_name: str) -> etree.RelaxNG:
    return etree.RelaxNG(etree.XML(GRAMMAR.replace("CONTENT", CONTENTS[format_name])))


@dataclass(frozen=True)
class Labels:
    """The label files of a dataset, parsed."""

    format_name: str
    folder: Path
    source: Source

    @property
    def documents(self) -> dict[str, Any]:
        """By the stems of their files."""
        paths = sorted((self.folder / "labels").iterdir())
        return {path.stem: etree.parse(str(path)) for path in paths}

    def boxes(self, stem: str) -> list[list[float]]:
        found = self.documents[stem].findall(".//bndbox")
        return [[float(edge.text) for edge in it] for it in found]


@pytest.fixture(scope="module")
def labels(
    request: pytest.FixtureRequest, sources: Sources, tmp_path_factory: pytest.TempPathFactory
) -> Labels:
    name, source = request.param, sources["drawings"]
    if name not in FORMATS:
        pytest.skip(f"there is no format {name} yet")
    folder = tmp_path_factory.mktemp("labels") / name
    export_chips(
        source.image,
        folder,
        metadata_format=name,
        chip_format=CHIP_FORMATS.get(name, "TIFF"),
        input_class_data=features(source.labels),
        tile_size=source.tile,
    )
    return Labels(name, folder, source)


def labels_of(names: Iterable[str]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("labels", names, indirect=True, scope="module")


@labels_of(CONTENTS)
def test_labels_are_valid_by_the_schema(labels: Labels) -> None:
    valid = schema(labels.format_name)
    for stem, document in labels.documents.items():
        assert valid.validate(document), (stem, valid.error_log)


@labels_of(CONTENTS)
def test_there_are_as_many_labels_as_chips(labels: Labels) -> None:
    endings = {".tif", ".png", ".jpg"}
    chips = {it.stem for it in (labels.folder / "images").iterdir() if it.suffix in endings}
    assert set(labels.documents) == chips and chips


@labels_of(ANNOTATIONS)
def test_annotations_tell_name_and_size_of_their_image(labels: Labels) -> None:
    for stem, document in labels.documents.items():
        name = document.findtext("filename")
        image = gdal.Open(str(labels.folder / "images" / name))
        size = [str(side) for side in (image.RasterXSize, image.RasterYSize, image.RasterCount)]
        assert name.startswith(f"{stem}.") and [it.text for it in document.find("size")] == size


@labels_of(["PASCAL_VOC_layout"])
def test_layouts_tell_the_name_of_their_image(labels: Labels) -> None:
    assert [it.findtext("image") for it in labels.documents.values()] == list(labels.documents)


@labels_of(["PASCAL_VOC_rectangles", "PASCAL_VOC_layout"])
def test_boxes_are_the_bounds_of_the_clipped_features(labels: Labels) -> None:
    for stem, parts in zip(labels.documents, labels.source.parts):
        found, wanted = labels.boxes(stem), [part.box for part in parts]
        assert len(found) == len(wanted)
        assert np.allclose(found, wanted, rtol=0, atol=0.005 + 1e-6) or not wanted


@labels_of(["MultiLabeled_Tiles"])
def test_names_of_classes_are_joined_by_value(labels: Labels) -> None:
    found = [it.findtext("object/name") for it in labels.documents.values()]
    classes = [dict(sorted(it[:2] for it in parts)) for parts in labels.source.parts if parts]
    assert found == [",".join(names.values()) for names in classes]


@labels_of(["Labeled_Tiles"])
def test_boxes_of_labeled_tiles_lie_in_their_chip(labels: Labels) -> None:
    for stem, document in labels.documents.items():
        ((left, top, right, bottom),) = labels.boxes(stem)
        width, height = (float(document.findtext(f"size/{it}")) for it in ("width", "height"))
        assert 0 <= left < right <= width and 0 <= top < bottom <= height


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        ("<name>3</name>", "<name>house</name>"),
        ("<name>3</name>", "<name>0</name>"),
        ("<ymin>1.25</ymin>", "<ymin>-1.25</ymin>"),
        ("<ymin>1.25</ymin>", "<ymin>1.2</ymin>"),
        ("<ymin>1.25</ymin>", ""),
        ("<depth>3</depth>", ""),
        (".tif", ".bmp"),
    ],
)
def test_the_schema_refuses_other_labels(good: str, bad: str) -> None:
    valid = schema("PASCAL_VOC_rectangles")
    assert valid.validate(etree.XML(GOOD))
    assert not valid.validate(etree.XML(GOOD.replace(good, bad, 1)))


@pytest.mark.parametrize("objects", ["", GOOD_OBJECT * 2])
def test_the_schema_of_labeled_tiles_wants_one_object(objects: str) -> None:
    assert not schema("Labeled_Tiles").validate(etree.XML(GOOD.replace(GOOD_OBJECT, objects)))
