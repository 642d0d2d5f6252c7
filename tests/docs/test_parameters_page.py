from __future__ import annotations

import re
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any

import pytest

from chipwright.core.plan import EDGE_POLICIES as BEGINNINGS
from chipwright.core.request import FEATURE_ORDER, SMALLER_ON_TOP, ExportRequest
from chipwright.core.request_choices import (
    CHIP_FORMATS,
    COMPRESSIONS,
    EDGE_POLICIES,
    EXISTING_OUTPUT,
    PIXEL_SCALINGS,
    REFERENCE_SYSTEMS,
    RESPONSE_FORMATS,
    parameter_name,
)
from chipwright.tests.docs.commands import (
    ALGORITHMS,
    PAGES,
    Command,
    commands,
    declared,
    request_of,
)
from chipwright.tests.docs.page import ROOT

EXPORT = "chipwright:exporttrainingdata"
PAGE = ROOT / "docs" / "parameters.md"
TEXT = PAGE.read_text("utf-8")
ROW = re.compile(r"^\| (`\w+`(?: `\w+`)*) \| (`[^|]*`|needed|–) \| (.+) \|$", re.MULTILINE)
ROWS = [
    (name, default, meaning)
    for names, defaults, meaning in ROW.findall(TEXT)
    for name, default in zip(re.findall(r"`(\w+)`", names), re.findall(r"`[^`]*`|\w+|–", defaults))
]
DESCRIBED = {name: (default, meaning) for name, default, meaning in ROWS}
SHOWN = [(page, command) for page in PAGES for command in commands(page.read_text("utf-8"))]
EXPORTS = [
    (page, command)
    for page, command in SHOWN
    if command.algorithm == EXPORT and page.name != "own_format.md"  # which adds a format first
]
LINK = re.compile(r"\]\((?!https?:)([^)#]*)(?:#([\w-]+))?\)")


def defaults() -> dict[str, Any]:
    """Of every parameter of the export."""
    found: dict[str, Any] = {parameter_name(it.name): it.default for it in fields(ExportRequest)}
    for name in ("tileSize", "strideSize"):
        size = found.pop(name)
        found |= {f"{name}X": size.columns, f"{name}Y": size.rows}
    ours = {"selectedFeaturesOnly": False, "f": RESPONSE_FORMATS[0], "footprints": None}
    return {**found, **ours}


def shown(default: Any) -> str:
    """A default as the page writes it."""
    if default is MISSING:
        return "needed"
    if default in (None, "", ()):
        return "–"
    if isinstance(default, bool):
        return f"`{str(default).lower()}`"
    if isinstance(default, tuple):
        return f"`{'-'.join(f'{it:g}' for it in default)}`"
    return f"`{default:g}`" if isinstance(default, float) else f"`{default}`"


def test_the_parameters_that_are_looked_for_are_those_declared() -> None:
    assert declared(EXPORT) == defaults().keys()


def test_every_parameter_is_described_once() -> None:
    assert sorted(name for name, _, _ in ROWS) == sorted(declared(EXPORT))


@pytest.mark.parametrize(("name", "default"), defaults().items())
def test_a_parameter_has_the_default_that_the_page_says(name: str, default: Any) -> None:
    assert DESCRIBED[name][0] == shown(default)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("chipFormat", CHIP_FORMATS),
        ("compression", COMPRESSIONS),
        ("referenceSystem", REFERENCE_SYSTEMS),
        ("existingOutput", EXISTING_OUTPUT),
        ("edgePolicy", EDGE_POLICIES),
        ("pixelScaling", PIXEL_SCALINGS),
        ("f", RESPONSE_FORMATS),
    ],
)
def test_every_choice_is_named(name: str, words: tuple[str, ...]) -> None:
    default, meaning = DESCRIBED[name]
    assert [word for word in words if f"`{word}`" not in default + meaning] == []


@pytest.mark.parametrize("policy", EDGE_POLICIES)
def test_chips_at_the_edge_begin_where_the_page_says(policy: str) -> None:
    begins = ", ".join(map(str, BEGINNINGS[policy](1000, 256, 256)))
    assert f"\n| `{policy}` | {begins} |" in TEXT


def test_the_orders_of_overlapping_features_are_named() -> None:
    assert f"`{FEATURE_ORDER}`" in TEXT
    assert f"`{SMALLER_ON_TOP}`" in TEXT


def test_every_section_with_parameters_has_an_example() -> None:
    sections = TEXT.split("\n## ")[1:]
    without = [it.splitlines()[0] for it in sections if not list(commands(it))]
    assert without == []


def test_every_parameter_that_a_command_can_give_is_in_an_example() -> None:
    given = {name for page, it in EXPORTS if page == PAGE for name, _ in it.values}
    assert declared(EXPORT) - given == {"selectedFeaturesOnly"}  # which needs a project


@pytest.mark.parametrize(("page", "command"), SHOWN, ids=lambda it: getattr(it, "name", str(it)))
def test_commands_name_real_parameters(page: Path, command: Command) -> None:
    assert command.algorithm in (EXPORT, *ALGORITHMS)
    assert {name for name, _ in command.values} <= declared(command.algorithm)


@pytest.mark.parametrize(("page", "command"), EXPORTS, ids=lambda it: getattr(it, "name", str(it)))
def test_commands_are_requests_that_are_accepted(page: Path, command: Command) -> None:
    assert request_of(command).output_location


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    for path, heading in LINK.findall(page.read_text("utf-8")):
        target = page.parent / path if path else page
        assert target.exists(), path
        if heading:
            assert heading in headings(target), f"{path}#{heading}"


def headings(page: Path) -> set[str]:
    """What links to headings of a page are called."""
    found = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", it).lower().replace(" ", "-") for it in found}
