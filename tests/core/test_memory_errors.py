"""What lacks memory says so, and loses nothing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from chipwright.core.errors import NotEnoughMemory
from chipwright.core.export import export
from chipwright.core.footprints import FootprintLayer
from chipwright.core.memory_errors import memory_told
from chipwright.core.request import Size

from .dataset_reading import contents
from .exporting import chip_request, export_chips
from .made_sources import noise_file

WITHOUT_MEMORY = """
import resource, sys
from chipwright.core.export import export
from chipwright.core.request import ExportRequest, RasterSource
request = ExportRequest(RasterSource(sys.argv[1]), sys.argv[2], metadata_format="Export_Tiles")
resource.setrlimit(resource.RLIMIT_AS, (1 << 20, 1 << 20))
try:
    export(request)
except Exception as error:
    print(type(error).__name__, error)
"""


def unlucky(layer: FootprintLayer) -> None:
    """Finds no memory when the chips are there."""
    raise MemoryError


def test_chips_that_are_there_are_kept_and_gone_on_with(tmp_path: Path) -> None:
    image, folder = noise_file(tmp_path / "image.tif", 64, 64), tmp_path / "chips"
    settings = {"tile_size": Size(16, 16)}
    with pytest.raises(NotEnoughMemory, match=r"not enough memory .* 16 chips are kept"):
        export(chip_request(image, folder, **settings), take_footprints=unlucky)
    export_chips(image, folder, existing_output="resume", **settings)
    export_chips(image, tmp_path / "whole", **settings)
    assert contents(folder) == contents(tmp_path / "whole")


@pytest.mark.skipif(sys.platform != "linux", reason="others do not hold processes to a limit")
def test_a_process_that_gets_no_more_says_so(tmp_path: Path) -> None:
    image = noise_file(tmp_path / "image.tif", 512, 512)
    command = [sys.executable, "-c", WITHOUT_MEMORY, str(image), str(tmp_path / "chips")]
    said = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout
    assert said.startswith("NotEnoughMemory parallelProcessingFactor: there is not enough memory")
    assert not (tmp_path / "chips").exists()


def test_other_mistakes_stay_what_they_are() -> None:
    with pytest.raises(RuntimeError, match="else"), memory_told():
        raise RuntimeError("something else")
