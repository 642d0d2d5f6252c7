"""Annotations in XML, read without entities and without the network."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any, NamedTuple, Optional

from ..foreign_xml import NotXml, root_in
from .documents import unreadable
from .findings import Finding, error

EDGES = ("xmin", "ymin", "xmax", "ymax")


class AnnotatedObject(NamedTuple):
    """An object or part, its texts as they are written; None where an element is missing."""

    name: Optional[str]
    box: Optional[tuple[Optional[str], ...]]


class Unreadable(Exception):
    """The file is no XML; carries the finding."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.message)
        self.finding = finding


def annotation(folder: str, path: str) -> Any:
    """The root element of an annotation. Raises Unreadable."""
    try:
        with open(os.path.join(folder, path), "rb") as file:
            return root_in(file)
    except NotXml as problem:
        raise Unreadable(
            error(
                "label-not-xml",
                path,
                f"The label is not the XML it should be ({problem}); a trainer stops at it. It may "
                "have been cut off or edited: copy it again, or export again.",
            )
        ) from problem
    except OSError as problem:
        raise Unreadable(unreadable(path, problem)) from problem


def annotated_objects(root: Any, element: str, name: str) -> Iterator[AnnotatedObject]:
    """The elements of this kind right under the root, with their name and box."""
    for found in root.findall(element):
        box = found.find("bndbox")
        edges = None if box is None else tuple(text(box, edge) for edge in EDGES)
        yield AnnotatedObject(text(found, name), edges)


def text(element: Any, path: str) -> Optional[str]:
    """The text of an element below, without blanks around it; None if there is none."""
    found = element.findtext(path)
    return found.strip() if found is not None else None
