"""How the text of a VRT is read."""

from __future__ import annotations

from lxml import etree

XML_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
"""For what GDAL itself writes: a VRT may hold the text of another one, of any length."""
