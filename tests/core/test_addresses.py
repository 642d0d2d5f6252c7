from __future__ import annotations

import pytest

from chipwright.core.addresses import shown
from chipwright.core.request import FeatureSource, RasterSource


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("/maps/a.tif", "/maps/a.tif"),
        ("is it there? no: a@b", "is it there? no: a@b"),
        ("/vsicurl/https://example.org/a.tif", "/vsicurl/https://example.org/a.tif"),
        ("/vsicurl/https://me:pw@example.org/a.tif", "/vsicurl/https://example.org/a.tif"),
        ("/vsicurl/https://example.org/a@2.tif", "/vsicurl/https://example.org/a@2.tif"),
        ("https://example.org:8080/a.tif?key=1&sig=a%2Fb", "https://example.org:8080/a.tif?…"),
        (
            "'https://e.org/a?sig=1' and 'https://e.org/b'",
            "'https://e.org/a?…' and 'https://e.org/b'",
        ),
        ("<a>https://e.org/a?sig=1</a>", "<a>https://e.org/a?…</a>"),
        ("/vsicurl?pc_url_signing=yes&url=https://e.org/a?sig=1", "/vsicurl/https://e.org/a?…"),
        ("/vsicurl?userpwd=me:pw", "/vsicurl/…"),
        ("ftp://me@example.org/a.tif", "ftp://example.org/a.tif"),
        ("/vsis3/bucket/a.tif", "/vsis3/bucket/a.tif"),
    ],
)
def test_addresses_are_shown_without_what_is_secret(text: str, expected: str) -> None:
    assert shown(text) == expected


@pytest.mark.parametrize("kind", [RasterSource, FeatureSource])
def test_sources_are_shown_so(kind: type) -> None:
    source = kind("/vsicurl/https://me:pw@example.org/a.tif?sig=1")
    assert str(source) == "/vsicurl/https://example.org/a.tif?…"


def test_a_name_that_the_user_gave_is_shown() -> None:
    assert str(RasterSource("/vsicurl/https://e.org/a.tif", name="my layer")) == "my layer"
