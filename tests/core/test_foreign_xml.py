"""XML that is made to hurt whoever reads it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chipwright.core.checking import check_dataset
from chipwright.core.foreign_xml import NotXml, root_in, root_of

from .exporting import Listener, export_chips, features, given_for
from .made_sources import box, features_file, noise_file
from .making import examples

CORE = Path(__file__).absolute().parents[2] / "core"
LAUGHS = '<!ENTITY a0 "ha">' + "".join(
    f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12)
)
"""A hundred milliards of them."""
BOMBS = {
    "in a text": f"<!DOCTYPE a [{LAUGHS}]><annotation><object>&a11;</object></annotation>",
    "in an attribute": f'<!DOCTYPE a [{LAUGHS}]><annotation of="&a11;"/>',
    "by default": f'<!DOCTYPE a [{LAUGHS}<!ATTLIST annotation of CDATA "&a11;">]><annotation/>',
    "of itself": '<!DOCTYPE a [<!ENTITY b "&b;">]><annotation of="&b;"/>',
    "of parameters": '<!DOCTYPE a [<!ENTITY % b "%c;%c;"><!ENTITY % c "%b;">%b;]><annotation/>',
}


def secrets(path: Path) -> dict[str, str]:
    """Ways to have the content of a file read into a document."""
    return {
        "entity": f'<!DOCTYPE a [<!ENTITY b SYSTEM "{path.as_uri()}">]><a><b>&b;</b></a>',
        "types": f'<!DOCTYPE a SYSTEM "{path.as_uri()}"><a><b>&b;</b></a>',
        "parameter": f'<!DOCTYPE a [<!ENTITY % b SYSTEM "{path.as_uri()}">%b;]><a><b>&c;</b></a>',
        "inclusion": '<a xmlns:xi="http://www.w3.org/2001/XInclude">'
        f'<xi:include href="{path.as_uri()}" parse="text"/></a>',
    }


@pytest.mark.parametrize("name", BOMBS)
def test_little_does_not_become_much(name: str) -> None:
    try:
        root = root_of(BOMBS[name].encode())
    except NotXml:
        return
    assert len("".join(root.itertext())) + len(root.get("of") or "") < 100


@pytest.mark.parametrize("name", secrets(Path("/")))
def test_nothing_that_lies_elsewhere_is_read(tmp_path: Path, name: str) -> None:
    (tmp_path / "secret").write_text('<!ENTITY b "mine"><!ENTITY c "mine">')
    text = secrets(tmp_path / "secret")[name]
    try:
        found = "".join(root_in(BytesIO(text.encode())).itertext())
    except NotXml as error:
        found = str(error)
    assert "mine" not in found


@examples
@given(st.binary(max_size=100))
def test_any_bytes_are_xml_or_not(content: bytes) -> None:
    for each in (content, b"<a>" + content + b"</a>"):
        try:
            assert root_of(each) is not None
        except NotXml as error:
            assert str(error)


@pytest.mark.parametrize("name", BOMBS)
def test_a_label_that_is_a_bomb_is_a_finding(tmp_path: Path, name: str) -> None:
    image = noise_file(tmp_path / "image.tif", 64, 64)
    layer = features_file(tmp_path / "labels.gpkg", [(box(4, 4, 40, 40), {"value": 1})])
    export_chips(
        image, tmp_path / "chips", **given_for("PASCAL_VOC_rectangles", features(layer), image)
    )
    (tmp_path / "chips/labels/000000000.xml").write_text(BOMBS[name])
    report = check_dataset(str(tmp_path / "chips"), Listener())
    assert not report.ok
    assert all(len(str(finding)) < 1_000 for finding in report.findings)


PARSING = ("parse", "fromstring", "XML", "iterparse", "XMLParser")


def parsings(path: Path) -> Iterator[tuple[str, int]]:
    """What a module calls to parse XML, and with how many arguments."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        called = ast.unparse(node.func) if isinstance(node, ast.Call) else ""
        if called.startswith("etree.") and called.partition(".")[2] in PARSING:
            yield called, len(node.args)  # type: ignore[attr-defined]


def test_no_xml_is_read_by_a_parser_that_was_not_chosen() -> None:
    """Foreign files by one module alone; elsewhere it is GDAL's own text."""
    found = {path.relative_to(CORE).as_posix(): list(parsings(path)) for path in CORE.rglob("*.py")}
    used = {name: calls for name, calls in found.items() if calls}
    gdals_own = {"mosaics/layers.py", "mosaics/vrt.py", "item_sources/vrt_mosaics.py"}
    assert set(used) == {"foreign_xml.py", "vrt_xml.py", *gdals_own}
    for calls in used.values():
        assert all(count == 2 for call, count in calls if call != "etree.XMLParser")
