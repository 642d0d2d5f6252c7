"""gdal_retile.py as it comes with GDAL; prints seconds. IMAGE FOLDER TILE OVERLAP"""

from __future__ import annotations

import sys
import time

from osgeo_utils import gdal_retile


def main(image: str, folder: str, tile: str, overlap: str) -> None:
    """Cut an image into tiles that overlap."""
    options = ["-q", "-ps", tile, tile, "-overlap", overlap, "-targetDir", folder]
    began = time.perf_counter()
    gdal_retile.main(["gdal_retile.py", *options, image])
    print(time.perf_counter() - began)


if __name__ == "__main__":
    main(*sys.argv[1:])
