"""The land that the imitated services show: its pixels, its parcels, its pictures."""

from __future__ import annotations

import uuid
from typing import Any

import numpy as np
from numpy.typing import NDArray
from osgeo import gdal

COLUMNS, ROWS, CELL = 150, 90, 10.0
LEFT, TOP = 500_000.0, 4_600_000.0
RIGHT, BOTTOM = LEFT + COLUMNS * CELL, TOP - ROWS * CELL
REFERENCE = {"wkid": 32633, "latestWkid": 32633}
EXTENT = {"xmin": LEFT, "ymin": BOTTOM, "xmax": RIGHT, "ymax": TOP, "spatialReference": REFERENCE}
NODATA = -1
PARCELS = 25
"""Of 50 metres, in rows of ten, with gaps; their classes are texts."""
CLASSES = ("ash", "fir", "oak")

Pixels = NDArray[Any]


def values() -> Pixels:
    """(band, row, column): two bands of 16 bits in which no two neighbours are alike."""
    row, column = np.mgrid[0:ROWS, 0:COLUMNS]
    return np.stack([row * 200 + column, 30_000 - row * 150 - column]).astype(np.int16)


def classes() -> Pixels:
    """(1, row, column): stripes of the classes 1 to 3, and background."""
    column = np.mgrid[0:ROWS, 0:COLUMNS][1]
    return (column // 10 % 4).astype(np.uint8)[np.newaxis]


def cut(
    pixels: Pixels, box: tuple[float, ...], columns: int, rows: int, beyond: int
) -> tuple[Pixels, NDArray[np.bool_]]:
    """The nearest pixels of a box (left, bottom, right, top), and where there are some."""
    left, bottom, right, top = box
    xs = left + (np.arange(columns) + 0.5) * (right - left) / columns
    ys = top - (np.arange(rows) + 0.5) * (top - bottom) / rows
    column = np.floor((xs - LEFT) / CELL).astype(int)
    row = np.floor((TOP - ys) / CELL).astype(int)
    inside = ((row >= 0) & (row < ROWS))[:, None] & ((column >= 0) & (column < COLUMNS))[None]
    found = pixels[:, row.clip(0, ROWS - 1)][:, :, column.clip(0, COLUMNS - 1)]
    return np.where(inside, found, beyond).astype(pixels.dtype), inside


def picture(box: tuple[float, ...], columns: int, rows: int) -> Pixels:
    """Four bands of 8 bits: values as colours, transparent beyond the land."""
    found, inside = cut(values(), box, columns, rows, 0)
    red = (found[0] % 256).astype(np.uint8)
    return np.stack([red, 255 - red, red // 2, np.where(inside, 255, 0).astype(np.uint8)])


def encoded(pixels: Pixels, driver: str, nodata: float | None = None) -> bytes:
    """An image file of an array (band, row, column)."""
    bands, rows, columns = pixels.shape
    types = {"uint8": gdal.GDT_Byte, "int16": gdal.GDT_Int16}
    memory = gdal.GetDriverByName("MEM").Create("", columns, rows, bands, types[str(pixels.dtype)])
    memory.WriteArray(pixels)
    if nodata is not None:
        memory.GetRasterBand(1).SetNoDataValue(nodata)
    path = f"/vsimem/imitation-{uuid.uuid4().hex}"
    gdal.GetDriverByName(driver).CreateCopy(path, memory)
    file = gdal.VSIFOpenL(path, "rb")
    content = bytes(gdal.VSIFReadL(1, gdal.VSIStatL(path).size, file))
    gdal.VSIFCloseL(file)
    gdal.Unlink(path)
    return content


def parcel(number: int) -> dict[str, Any]:
    """A feature as services answer it, the first of which has the number 1."""
    row, column = divmod(number - 1, 10)
    left, top = LEFT + 100 * column + 20, TOP - 100 * row - 20
    ring = [[left, top], [left + 50, top], [left + 50, top - 50], [left, top - 50], [left, top]]
    attributes = {"OBJECTID": number, "kind": CLASSES[number % 3], "value": number % 3 + 1}
    return {"attributes": attributes, "geometry": {"rings": [ring]}}
