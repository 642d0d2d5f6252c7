"""Requests in text that are none, or in which a name or a value is wrong."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class BadText:
    """A request in text, and the sentence it is answered with."""

    name: str
    text: str
    says: str
    """The whole message."""
    in_qgis: str = ""
    """The same unless the algorithm reads the text otherwise."""

    @property
    def says_in_qgis(self) -> str:
        return self.in_qgis or self.says


DEEP = '{"a":' * 100_000
TEXTS = (
    BadText(
        "no text",
        "",
        "request: is empty; give a JSON object, a query string or a URL.",
    ),
    BadText(
        "a word",
        "hello",
        "request: 'hello' is no name=value, such as seed=1.",
        "request: 'hello' is neither a request nor a file with one; give a JSON object, a query "
        "string, a URL or the path of a text file.",
    ),
    BadText(
        "half an object",
        '{"seed": 1',
        "request: '{\"seed\": 1' cannot be read as a JSON object: {reason}; correct it.",
    ),
    BadText(
        "no object",
        "{hello}",
        "request: '{hello}' cannot be read as a JSON object: {reason}; correct it.",
    ),
    BadText(
        "an object deeper than the stack",
        DEEP,
        'request: \'{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":…\' cannot be '
        "read as a JSON object: it is nested too deeply; correct it.",
    ),
    BadText(
        "no number",
        '{"cellSize": NaN}',
        "request: '{\"cellSize\": NaN}' cannot be read as a JSON object: NaN is no number; "
        "correct it.",
    ),
    BadText(
        "a name given twice",
        '{"seed": 1, "seed": 2}',
        "seed: is given twice; keep one of the two.",
    ),
    BadText(
        "a name given twice in a query",
        "seed=1&seed=2",
        "seed: is given twice; keep one of the two.",
    ),
    BadText(
        "a side given in two ways",
        '{"tileSize": {"x": 64}, "tileSizeX": 32}',
        "tileSizeX: is given twice; keep one of the two.",
    ),
    BadText(
        "a setting given in two places",
        '{"context": {"cellSize": 5}, "cellSize": 6}',
        "cellSize: is given twice; keep one of the two.",
    ),
    BadText(
        "a name in other letters",
        "tilesize=5",
        "tilesize: is no parameter of the request; is tileSize meant?",
    ),
    BadText(
        "a setting in other letters",
        'context={"cellsize":5}',
        "cellsize: is no parameter of context; is cellSize meant?",
    ),
    BadText(
        "a setting that is none",
        '{"context": {"seed": 5}}',
        "seed: is no parameter of context; it has cellSize, extent, parallelProcessingFactor, "
        "exportAllTiles, startIndex.",
    ),
    BadText(
        "no word of the list",
        "chipFormat=BMP",
        "chipFormat: 'BMP' is none of TIFF, PNG, JPEG, MRF.",
    ),
    BadText(
        "no system of the list",
        "referenceSystem=MOON",
        "referenceSystem: 'MOON' is none of MAP_SPACE, PIXEL_SPACE.",
    ),
    BadText(
        "a word for a number",
        "bufferRadius=wide",
        "bufferRadius: is 'wide', but must be a number.",
    ),
    BadText(
        "true for a number",
        '{"bufferRadius": true}',
        "bufferRadius: is true, but must be a number.",
    ),
    BadText(
        "infinity for a number",
        '{"bufferRadius": "inf"}',
        "bufferRadius: is 'inf', but must be a number.",
    ),
    BadText(
        "a part of a whole number",
        "startIndex=1.5",
        "startIndex: is '1.5', but must be a whole number.",
    ),
    BadText(
        "a word for a flag",
        "fixChipSize=maybe",
        "fixChipSize: is 'maybe', but must be true or false.",
    ),
    BadText(
        "a number for a flag",
        '{"fixChipSize": 1}',
        "fixChipSize: is 1, but must be true or false.",
    ),
    BadText(
        "a size that is a number",
        "tileSize=256",
        'tileSize: is \'256\', but must be an object such as {"x": 256, "y": 256}.',
    ),
    BadText(
        "a size with a depth",
        'tileSize={"x":256,"z":1}',
        'tileSize: is {"x": 256, "z": 1}, but must be an object such as {"x": 256, "y": 256}.',
    ),
    BadText(
        "half a size",
        'tileSize={"x":256',
        'tileSize: is \'{"x":256\', but must be an object such as {"x": 256, "y": 256}.',
    ),
    BadText(
        "a size in words",
        'tileSize={"x":"big"}',
        "tileSize: is 'big', but must be a number.",
    ),
    BadText(
        "a context that is a number",
        "context=5",
        "context: is '5', but must be an object such as {\"cellSize\": 0.5}.",
    ),
    BadText(
        "a list for a text",
        '{"metadataFormat": ["COCO"]}',
        'metadataFormat: is ["COCO"], but must be a text.',
    ),
    BadText(
        "a list for a number",
        '{"cellSize": [1, 2]}',
        "cellSize: is [1, 2], but must be a number.",
    ),
    BadText(
        "a number for a source",
        '{"inputRaster": 5}',
        'inputRaster: is 5, but must be an object such as {"url": "https://…"}.',
    ),
    BadText(
        "a source of another kind",
        '{"inputRaster": {"link": "a"}}',
        "inputRaster: has 'link', which is none of itemId, url, uri, serviceProperties, "
        "itemProperties.",
    ),
    BadText(
        "a source of nothing",
        '{"inputRaster": {}}',
        "inputRaster: is {}, but must have one of itemId, url, uri, serviceProperties, "
        "itemProperties.",
    ),
    BadText(
        "an item with a path for an id",
        '{"inputRaster": {"itemId": "../x"}}',
        "inputRaster: has the itemId '../x'; it must be made of letters and digits.",
    ),
    BadText(
        "an extent of one side",
        '{"extent": {"xmin": 1}}',
        'extent: is {"xmin": 1}, but must be an object with xmin, ymin, xmax and ymax.',
    ),
    BadText(
        "an extent in no system",
        '{"extent": {"xmin": 0, "ymin": 0, "xmax": 1, "ymax": 1, "spatialReference": "UTM"}}',
        'extent: has the spatialReference UTM; give it as {"wkid": 32633}.',
    ),
    BadText(
        "percentiles of one number",
        '{"scalingPercentiles": [1]}',
        "scalingPercentiles: is [1], but must be two numbers such as 2-98.",
    ),
    BadText(
        "a query without a value",
        "chipFormat=TIFF&seed",
        "request: 'seed' is no name=value, such as seed=1.",
    ),
)
