from __future__ import annotations

from typing import Any, Optional

import pytest

from chipwright.core import tiff_templates
from chipwright.core.gdal_errors import checked
from chipwright.core.tiff_templates import Layout, written_by_gdal


@pytest.mark.parametrize("options", [(), ("COMPRESS=LZW",)], ids=["plain", "LZW"])
@pytest.mark.parametrize("nodata", [None, 0.0, 1.0, 2.0])
def test_a_template_is_whole_though_somebody_else_holds_its_dataset(
    nodata: Optional[float], options: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a profiler or a debugger does that looks at the variables of a running function."""
    held: list[Any] = []
    monkeypatch.setattr(
        tiff_templates,
        "checked",
        lambda made, messages: held.append(made) or checked(made, messages),
    )
    layout = Layout((3, 20, 30), "uint8", (2.0, 0.0, 0.0, -2.0), "", nodata)
    content = written_by_gdal(layout, options)
    held.clear()
    assert content == written_by_gdal(layout, options)
    assert options or len(content) > 3 * 20 * 30
