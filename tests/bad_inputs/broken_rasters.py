"""Rasters that are none, or that are broken in some way."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
from osgeo import gdal

from chipwright.core.grid import PixelGrid
from chipwright.core.request import RasterSource
from chipwright.tests.core.made_sources import GEOTRANSFORM, random_pixels, raster_file
from chipwright.tests.core.making import UTM, write_raster

from .scene import COLUMNS, ROWS, image

BOX = 'xOff="0" yOff="0" xSize="128" ySize="96"'


def missing(folder: Path) -> RasterSource:
    return RasterSource(str(folder / "nothing.tif"))


def empty_folder(folder: Path) -> RasterSource:
    (folder / "pictures").mkdir()
    return RasterSource(str(folder / "pictures"))


def empty_file(folder: Path) -> RasterSource:
    (folder / "empty.tif").touch()
    return RasterSource(str(folder / "empty.tif"))


def text_file(folder: Path, name: str = "text.tif") -> RasterSource:
    (folder / name).write_text("neither a picture nor a map")
    return RasterSource(str(folder / name))


def only_a_header(folder: Path) -> RasterSource:
    """A TIFF of which eight bytes arrived."""
    return cut_short(image(folder, "cut.tif"), 8)


def without_its_last_rows(folder: Path) -> RasterSource:
    source = image(folder, "cut.tif")
    return cut_short(source, Path(source.path).stat().st_size - 128 * 3 * 40)


def cut_short(source: RasterSource, size: int) -> RasterSource:
    os.truncate(source.path, size)
    return source


def with_a_bad_block(folder: Path) -> RasterSource:
    """A compressed TIFF in whose middle some bytes are others."""
    grid = PixelGrid(COLUMNS, ROWS, GEOTRANSFORM, UTM)
    path = write_raster(
        folder / "bad.tif", random_pixels((3, ROWS, COLUMNS)), grid, options=["COMPRESS=DEFLATE"]
    )
    content = bytearray(Path(path).read_bytes())
    middle = len(content) // 2
    content[middle : middle + 2000] = bytes(2000)
    Path(path).write_bytes(content)
    return RasterSource(path)


def vrt(folder: Path, content: str, name: str = "image.vrt") -> RasterSource:
    """128 × 96 pixels of whatever the content says."""
    path = folder / name
    opening = f'<VRTDataset rasterXSize="{COLUMNS}" rasterYSize="{ROWS}">'
    path.write_text(f"{opening}<SRS>EPSG:32633</SRS>{content}</VRTDataset>")
    return RasterSource(str(path))


def vrt_of(folder: Path, name: str, **kwargs: Any) -> RasterSource:
    """One band of a file beside it."""
    source = (
        f'<SimpleSource><SourceFilename relativeToVRT="1">{name}</SourceFilename>'
        f"<SourceBand>1</SourceBand><SrcRect {BOX}/><DstRect {BOX}/></SimpleSource>"
    )
    numbers = ", ".join(map(str, GEOTRANSFORM))
    return vrt(
        folder,
        f"<GeoTransform>{numbers}</GeoTransform>"
        f'<VRTRasterBand dataType="Byte" band="1">{source}</VRTRasterBand>',
        **kwargs,
    )


def without_bands(folder: Path) -> RasterSource:
    return vrt(folder, "")


def of_several_rasters(folder: Path) -> RasterSource:
    """A GeoPackage of two, neither of which is the file's own."""
    path = str(folder / "rasters.gpkg")
    for name in ("first", "second"):
        options = [f"RASTER_TABLE={name}", "APPEND_SUBDATASET=YES"]
        gdal.Translate(path, image(folder).path, format="GPKG", creationOptions=options)
    return RasterSource(path)


def of_complex_numbers(folder: Path) -> RasterSource:
    pixels = random_pixels((1, ROWS, COLUMNS), "float32").astype(np.complex64)
    return RasterSource(str(raster_file(folder / "complex.tif", pixels)))


def without_georeference(folder: Path, bands: int = 3) -> RasterSource:
    return RasterSource(write_raster(folder / "nowhere.tif", random_pixels((bands, ROWS, COLUMNS))))


def without_system(folder: Path) -> RasterSource:
    grid = PixelGrid(COLUMNS, ROWS, GEOTRANSFORM, "")
    return RasterSource(
        write_raster(folder / "system.tif", random_pixels((3, ROWS, COLUMNS)), grid)
    )


def placed(folder: Path, *geotransform: float) -> RasterSource:
    """Where six numbers say."""
    numbers = ", ".join(map(str, geotransform))
    band = '<VRTRasterBand dataType="Byte" band="1"/>'
    return vrt(folder, f"<GeoTransform>{numbers}</GeoTransform>{band}")


def of_a_huge_size(folder: Path) -> RasterSource:
    """It says to have as many columns and rows as GDAL can count."""
    source = placed(folder, *GEOTRANSFORM)
    text = Path(source.path).read_text()
    most = f'rasterXSize="{2**31 - 1}" rasterYSize="{2**31 - 1}"'
    Path(source.path).write_text(
        text.replace(f'rasterXSize="{COLUMNS}" rasterYSize="{ROWS}"', most)
    )
    return source


def picture_cut_short(folder: Path) -> RasterSource:
    """A PNG of which half arrived."""
    path = str(folder / "image.png")
    memory = gdal.GetDriverByName("MEM").Create("", COLUMNS, ROWS, 3)
    memory.WriteArray(random_pixels((3, ROWS, COLUMNS)))
    gdal.GetDriverByName("PNG").CreateCopy(path, memory)
    return cut_short(RasterSource(path), Path(path).stat().st_size // 2)


def without_data(folder: Path) -> RasterSource:
    pixels = np.full((3, ROWS, COLUMNS), 7, np.uint8)
    return RasterSource(str(raster_file(folder / "nodata.tif", pixels, nodata=7)))
