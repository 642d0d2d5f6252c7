"""Makes the blocks of docs/formats.md and its pictures anew."""

from __future__ import annotations

import shutil

from osgeo import gdal

from .page import PAGE, PICTURES, ROOT, rewritten
from .pictures import draw_formats
from .requests import export_all
from .sources import make_sources


def main() -> None:
    """The datasets stay in build/docs to be looked at."""
    gdal.UseExceptions()
    folder = ROOT / "build" / "docs"
    shutil.rmtree(folder, ignore_errors=True)
    datasets = export_all(make_sources(folder / "scene"), folder)
    page = PAGE.read_text("utf-8")
    PAGE.write_text(rewritten(page, folder), "utf-8")
    draw_formats(datasets, PICTURES)
    print(f"{PAGE} and {len(datasets)} pictures in {PICTURES} were made from datasets in {folder}.")


if __name__ == "__main__":
    main()
