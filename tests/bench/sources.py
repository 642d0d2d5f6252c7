"""The made-up scenes that the jobs cut, made once and kept under build/bench."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from osgeo import gdal, ogr

from ..scenes import Scene, make_scene

KEPT = Path("bench").absolute()
SIDE, FEATURES, SEED = 10240, 20_000, 1
READ_BYTES = 16 << 20


@dataclass(frozen=True)
class Source:
    """What a scene is like: a square of natural-looking pixels with polygons in five classes."""

    side: int = SIDE
    bands: int = 3
    dtype: str = "uint8"
    crowd: int = 1
    """How many polygons lie on it for each that the reference has."""

    @property
    def features(self) -> int:
        """As dense as 20,000 on the reference scene."""
        return FEATURES * self.side**2 // SIDE**2

    def at_most(self, side: int) -> Source:
        """The same, but not larger."""
        return replace(self, side=min(side, self.side))

    def scene(self) -> Scene:
        """The scene; its pixels are in the page cache afterwards."""
        kind = "" if (self.bands, self.dtype) == (3, "uint8") else f"-{self.bands}-{self.dtype}"
        scene = self._made(KEPT / f"scene{self.side}{kind}")
        if self.crowd > 1:
            path = scene.labels.with_name(f"labels-{self.crowd}.gpkg")
            scene = replace(scene, labels=_crowded(scene, path, self.crowd))
        _read(scene.image)
        return scene

    def _made(self, folder: Path) -> Scene:
        scene = Scene(folder / "image.tif", folder / "labels.gpkg")
        if not (folder / "done").exists():
            size = (self.side, self.side)
            scene = make_scene(folder, *size, self.features, SEED, self.bands, self.dtype)
            (folder / "done").touch()
        return scene


def _read(path: Path) -> None:
    with path.open("rb", buffering=0) as source:
        while source.read(READ_BYTES):
            pass


def _crowded(scene: Scene, path: Path, times: int) -> Path:
    """A layer with every polygon of the scene so many times, at random places of its own."""
    if path.exists():
        return path
    made = path.with_suffix(".part.gpkg")
    made.unlink(missing_ok=True)
    original = ogr.Open(str(scene.labels))
    layer = original.GetLayer(0)
    target = ogr.GetDriverByName("GPKG").CreateDataSource(str(made))
    copies = target.CreateLayer(layer.GetName(), layer.GetSpatialRef(), ogr.wkbPolygon)
    for number in range(layer.GetLayerDefn().GetFieldCount()):
        copies.CreateField(layer.GetLayerDefn().GetFieldDefn(number))
    places = _places(scene.image, layer.GetFeatureCount() * times)
    copies.StartTransaction()
    for _ in range(times):
        layer.ResetReading()
        for feature, place in zip(layer, places):
            feature.SetFID(-1)
            feature.SetGeometry(_moved(feature.geometry(), *place))
            copies.CreateFeature(feature)
    copies.CommitTransaction()
    del copies, target
    made.rename(path)
    return path


def _places(image: Path, count: int) -> zip[tuple[float, float]]:
    """Points of the map, anywhere on the image."""
    raster = gdal.Open(str(image))
    left, width, _, top, _, height = raster.GetGeoTransform()
    rng = np.random.default_rng(SEED)
    xs = left + width * rng.uniform(0, raster.RasterXSize, count)
    ys = top + height * rng.uniform(0, raster.RasterYSize, count)
    return zip(xs.tolist(), ys.tolist())


def _moved(geometry: ogr.Geometry, x: float, y: float) -> ogr.Geometry:
    """A polygon of one ring, moved so that its first corner lies at a point."""
    corners = np.array(geometry.GetGeometryRef(0).GetPoints())[:, :2]
    ring = ogr.Geometry(ogr.wkbLinearRing)
    for corner in (corners - corners[0] + (x, y)).tolist():
        ring.AddPoint_2D(*corner)
    polygon = ogr.Geometry(ogr.wkbPolygon)
    polygon.AddGeometry(ring)
    return polygon
