"""Damage to labels in XML and text."""

from __future__ import annotations

import pytest

from .datasets import STATE, Dataset, change, checked, codes, findings, replace

VOC, KITTI = "PASCAL_VOC_rectangles", "KITTI_rectangles"
XML, TXT = "labels/000000000.xml", "labels/000000000.txt"


@pytest.mark.parametrize("name", [VOC, "Labeled_Tiles", "MultiLabeled_Tiles", "PASCAL_VOC_layout"])
def test_what_is_no_xml_is_found(dataset: Dataset, name: str) -> None:
    folder = dataset(name)
    label = sorted(folder.glob("labels/*.xml"))[0]
    label.write_bytes(label.read_bytes()[:-5])
    assert codes(folder) == ["label-not-xml"]


def test_an_entity_is_not_expanded(dataset: Dataset) -> None:
    folder = dataset(VOC)
    replace(folder / XML, "<annotation>", '<!DOCTYPE a [<!ENTITY e "1">]><annotation>')
    replace(folder / XML, "<name>1</name>", "<name>&e;</name>")
    assert "unknown-class" in codes(folder)


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("<width>32</width>", "<width>31</width>", "label-size-differs"),
        ("000000000.tif", "000000001.tif", "label-names-other-chip"),
        ("<xmax>12.00</xmax>", "<xmax>twelve</xmax>", "box-not-numbers"),
        ("<xmax>12.00</xmax>", "<xmax>inf</xmax>", "box-not-numbers"),
        ("<xmax>12.00</xmax>", "", "box-not-numbers"),
        ("<xmax>12.00</xmax>", "<xmax>4.00</xmax>", "box-empty"),
        ("<xmax>12.00</xmax>", "<xmax>32.50</xmax>", "box-outside-chip"),
        ("<ymin>4.00</ymin>", "<ymin>-1</ymin>", "box-outside-chip"),
    ],
)
def test_an_odd_annotation_is_found(dataset: Dataset, old: str, new: str, code: str) -> None:
    folder = dataset(VOC)
    replace(folder / XML, old, new)
    assert findings(folder) == [(code, XML)]


def test_a_box_may_reach_to_the_edge(dataset: Dataset) -> None:
    folder = dataset(VOC)
    replace(folder / XML, "<xmax>12.00</xmax>", "<xmax>32.00</xmax>")
    replace(folder / XML, "<xmin>4.00</xmin>", "<xmin>0.00</xmin>")
    assert codes(folder) == []


def test_the_name_of_a_class_in_the_place_of_its_value_is_found(dataset: Dataset) -> None:
    folder = dataset(VOC)
    replace(folder / XML, "<name>1</name>", "<name>pool</name>")
    first, *others = checked(folder).findings
    assert first.code == "name-for-value" and "Write 1." in first.message
    assert {each.code for each in others} == {"count-differs"}


@pytest.mark.parametrize(
    ("name", "label", "old"), [(VOC, XML, "<name>1<"), (KITTI, TXT, "  1 0.00")]
)
def test_an_unknown_class_is_found(dataset: Dataset, name: str, label: str, old: str) -> None:
    folder = dataset(name)
    replace(folder / label, old, old.replace("1", "9"))
    assert findings(folder)[0] == ("unknown-class", label)
    assert set(codes(folder)) == {"unknown-class", "count-differs"}


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        (" 0 0 0 0 0 0 0\r\n", " 0 0 0 0 0 0\r\n", ["kitti-columns"]),
        (" 0 0 0 0 0 0 0\r\n", " 0 0 0 0 0 0 -1\r\n", ["kitti-minus-sign"]),
        ("   4.00", "  -4.00", ["kitti-minus-sign", "box-outside-chip"]),
        ("  12.00", "   4.00", ["box-empty"]),
        ("  12.00", "  33.00", ["box-outside-chip"]),
        ("  12.00", "  x", ["box-not-numbers"]),
    ],
)
def test_an_odd_line_is_found(dataset: Dataset, old: str, new: str, found: list[str]) -> None:
    folder = dataset(KITTI)
    replace(folder / TXT, old, new)
    assert codes(folder) == found


@pytest.mark.parametrize("end", [b"\r\n", b"\n", b"   \n"])
def test_a_blank_line_at_the_end_is_found(dataset: Dataset, end: bytes) -> None:
    folder = dataset(KITTI)
    (folder / TXT).write_bytes((folder / TXT).read_bytes() + end)
    assert findings(folder) == [("kitti-blank-line", TXT)]


def test_what_is_no_text_is_found(dataset: Dataset) -> None:
    folder = dataset(KITTI)
    (folder / TXT).write_bytes(b"\xff\xfe\x00")
    assert findings(folder) == [("file-unreadable", TXT)]


@pytest.mark.parametrize("name", [VOC, KITTI])
def test_features_are_counted(dataset: Dataset, name: str) -> None:
    folder = dataset(name)
    change(folder / STATE, lambda state: state["FeatureStats"]["NumFeaturesPerClass"].reverse())
    change(folder / STATE, lambda state: state["FeatureStats"]["NumFeaturesPerClass"].append(1))
    assert set(findings(folder)) == {("count-differs", STATE)}
    assert checked(folder).ok


@pytest.mark.parametrize("old", ["images = 4", "features = 6"])
def test_the_summary_is_compared_with_the_files(dataset: Dataset, old: str) -> None:
    folder = dataset(KITTI)
    replace(folder / "stats.txt", old, old[:-1] + "9")
    assert findings(folder) == [("count-differs", "stats.txt")]


def test_chips_are_counted(dataset: Dataset) -> None:
    folder = dataset(KITTI)
    change(folder / STATE, lambda state: state.update(NumTiles=5))
    assert findings(folder) == [("count-differs", STATE)]


@pytest.mark.parametrize("name", ["Labeled_Tiles", "MultiLabeled_Tiles"])
def test_a_chip_of_two_objects_is_found(dataset: Dataset, name: str) -> None:
    folder = dataset(name)
    label = sorted(folder.glob("labels/*.xml"))[0]
    text = label.read_text()
    found = text[text.index("<object>") : text.index("</annotation>")]
    replace(label, found, found + found)
    assert codes(folder) == ["not-one-object"]


@pytest.mark.parametrize(
    ("names", "code"),
    [
        ("pool, roof", "blank-in-names"),
        ("pool,2", "value-for-name"),
        ("pool,ruin", "unknown-class"),
    ],
)
def test_odd_names_of_several_classes_are_found(dataset: Dataset, names: str, code: str) -> None:
    folder = dataset("MultiLabeled_Tiles")
    replace(folder / "labels/000000000001.xml", "pool,roof", names)
    assert codes(folder) == [code, "count-differs"]


def test_parts_of_a_layout_are_checked(dataset: Dataset) -> None:
    folder = dataset("PASCAL_VOC_layout")
    replace(folder / XML, "<xmax>9.5</xmax>", "<xmax>17</xmax>")
    assert codes(folder) == ["box-outside-chip"]


def test_a_layout_of_another_chip_is_found(dataset: Dataset) -> None:
    folder = dataset("PASCAL_VOC_layout")
    replace(folder / XML, "<image>000000000<", "<image>000000001<")
    assert codes(folder) == ["label-no-layout"]
