"""data.yaml: where the chips lie, and which classes there are."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Optional

from .dataset_kind import YAML
from .documents import contents, missing, unreadable
from .findings import Finding, error, warning
from .yaml_text import Value, yaml_values

NEEDED_SPLITS = ("train", "val")
SPLITS = (*NEEDED_SPLITS, "test")


@dataclass(frozen=True)
class YoloYaml:
    """What data.yaml says, and what is wrong with it."""

    values: Mapping[str, Value]
    findings: tuple[Finding, ...] = ()

    @property
    def names(self) -> Sequence[str]:
        """Names of the classes, from 0."""
        names = self.values.get("names", [])
        return list(names.values()) if isinstance(names, dict) else _listed(names)

    @property
    def class_count(self) -> Optional[int]:
        """How many classes there are, None if nothing says it."""
        stated = self.values.get("nc")
        if isinstance(stated, str) and stated.isdecimal():
            return int(stated)
        return len(self.names) or None


def yolo_yaml(folder: str) -> YoloYaml:
    """Read and check data.yaml."""
    try:
        values = yaml_values(contents(folder, YAML).decode("utf-8-sig"))
    except FileNotFoundError:
        return YoloYaml({}, (missing(YAML),))
    except OSError as problem:
        return YoloYaml({}, (unreadable(YAML, problem),))
    except ValueError as problem:
        return YoloYaml({}, (_not_yaml(str(problem)),))
    read = YoloYaml(values)
    return YoloYaml(values, (*_classes(read), *_splits(folder, read)))


def split_folders(folder: str, yaml: YoloYaml, split: str) -> list[str]:
    """The folders of a split, relative to the dataset; one elsewhere is left out."""
    root = os.path.join(folder, str(yaml.values.get("path", "")))
    whole = [os.path.join(root, place) for place in _listed(yaml.values.get(split, ""))]
    inside = [os.path.relpath(place, folder).replace(os.sep, "/") for place in whole]
    return [place for place in inside if place.split("/")[0] != ".."]


def _listed(value: Value) -> list[str]:
    if isinstance(value, list):
        return value
    return [value] if isinstance(value, str) and value else []


def _not_yaml(reason: str) -> Finding:
    return error(
        "yaml-unreadable",
        YAML,
        f"The file cannot be read: {reason}. A trainer does not know where the chips are. Export "
        "again, or write plain 'key: value' lines.",
    )


def _classes(yaml: YoloYaml) -> Iterator[Finding]:
    names, stated = yaml.values.get("names"), yaml.values.get("nc")
    if not yaml.names:
        yield error(
            "no-classes",
            YAML,
            "'names' is missing or empty; a trainer stops without the names of the classes. List "
            "them, beginning with class 0.",
        )
        return
    if isinstance(names, dict) and list(names) != [str(index) for index in range(len(names))]:
        yield error(
            "class-values-not-ascending",
            YAML,
            f"'names' numbers its classes {', '.join(names)}; trainers stop unless they go 0, 1, "
            "2 … without gaps. Renumber them here and in the labels.",
        )
    if len(set(yaml.names)) < len(yaml.names):
        yield error(
            "class-name-twice",
            YAML,
            "Two classes have the same name; their results cannot be told apart. Give each its "
            "own name.",
        )
    if stated is not None and stated != str(len(yaml.names)):
        yield error(
            "class-count-differs",
            YAML,
            f"'nc' is {stated}, but there are {len(yaml.names)} names; trainers stop at that. "
            f"Set it to {len(yaml.names)}.",
        )


def _splits(folder: str, yaml: YoloYaml) -> Iterator[Finding]:
    for split in SPLITS:
        if split in NEEDED_SPLITS and not yaml.values.get(split):
            yield error(
                "split-missing",
                YAML,
                f"'{split}' is missing; a trainer wants chips to train on and others to judge the "
                f"model by, and stops. Enter a folder, for instance images/{split}.",
            )
        if os.path.isabs(str(yaml.values.get("path", ""))) and split == "train":
            yield warning(
                "path-absolute",
                YAML,
                "'path' is a place on one computer; on another the chips are not found. Remove the "
                "line, or enter '.'.",
            )
        for place in split_folders(folder, yaml, split):
            if not os.path.exists(os.path.join(folder, place)):
                yield error(
                    "split-folder-missing",
                    YAML,
                    f"'{split}' is {place}, but there is no such folder; a trainer stops. Restore "
                    "it, or correct the path.",
                )
