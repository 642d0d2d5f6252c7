"""Findings, and the report they add up to."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

ERROR, WARNING = "error", "warning"
LONGEST_MESSAGE = 1_200
"""Characters."""
MOST_LISTED = 100
"""Findings of a kind that are listed one by one; further ones are counted."""


@dataclass(frozen=True)
class Finding:
    """Something in a dataset that a trainer would stumble over."""

    severity: str
    """ERROR: training fails or learns wrong things. WARNING: it may not be what was wanted."""
    code: str
    """The kind of finding, for programs: "box-outside-chip"."""
    path: str
    """The file in the dataset, with forward slashes; empty for the dataset as a whole."""
    message: str
    """What was found, what a trainer would do with it, what to do."""

    def __str__(self) -> str:
        return f"{self.path}: {self.message}" if self.path else self.message

    def within(self, folder: str) -> Finding:
        """The finding, seen from the folder that holds this folder."""
        return replace(self, path=f"{folder}/{self.path}" if self.path else folder)


def error(code: str, path: str, message: str) -> Finding:
    """A finding that spoils a training."""
    return Finding(ERROR, code, path, message)


def warning(code: str, path: str, message: str) -> Finding:
    """A finding that may be meant."""
    return Finding(WARNING, code, path, message)


@dataclass(frozen=True)
class CodeCount:
    """How many findings of a kind there are, and how many of them are listed."""

    severity: str
    code: str
    found: int
    listed: int


@dataclass(frozen=True)
class Report:
    """What a check came to."""

    metadata_format: str
    """The format of the dataset, "" where nothing says it."""
    findings: tuple[Finding, ...]
    """At most MOST_LISTED of a kind."""
    counts: tuple[CodeCount, ...]

    @property
    def ok(self) -> bool:
        """Whether there is no error; warnings do not matter."""
        return self.error_count == 0

    @property
    def error_count(self) -> int:
        """All errors, listed or not."""
        return sum(each.found for each in self.counts if each.severity == ERROR)

    @property
    def warning_count(self) -> int:
        """All warnings, listed or not."""
        return sum(each.found for each in self.counts if each.severity == WARNING)

    def lines(self) -> Iterator[Finding]:
        """The findings, and a line for those of a kind that are not listed."""
        yield from self.findings
        for each in self.counts:
            if each.found > each.listed:
                more = f"… and {each.found - each.listed} more of {each.code}"
                yield Finding(each.severity, each.code, "", more)

    def to_json(self) -> str:
        """The report as a JSON object."""
        names = ("severity", "code", "path", "message")
        return json.dumps(
            {
                "metadataFormat": self.metadata_format,
                "ok": self.ok,
                "numberOfErrors": self.error_count,
                "numberOfWarnings": self.warning_count,
                "counts": [vars(each) for each in self.counts],
                "findings": [{name: getattr(it, name) for name in names} for it in self.findings],
            },
            indent=4,
            ensure_ascii=False,
        )


def report_of(metadata_format: str, findings: Iterable[Finding]) -> Report:
    """The report of some findings, in their order; takes them one by one."""
    found: Counter[tuple[str, str]] = Counter()
    listed: list[Finding] = []
    for finding in findings:
        kind = finding.severity, finding.code
        found[kind] += 1
        if found[kind] <= MOST_LISTED:
            listed.append(_printable(finding))
    counts = [CodeCount(*kind, count, min(count, MOST_LISTED)) for kind, count in found.items()]
    return Report(_text(metadata_format), tuple(listed), tuple(counts))


def _printable(finding: Finding) -> Finding:
    return replace(finding, path=_text(finding.path), message=_shortened(_text(finding.message)))


def _shortened(text: str) -> str:
    """A message without the middle of whatever long thing it repeats."""
    if len(text) <= LONGEST_MESSAGE:
        return text
    return f"{text[: LONGEST_MESSAGE // 2]} … {text[-LONGEST_MESSAGE // 2 :]}"


def _text(text: str) -> str:
    """File names that are no UTF-8 become something that can be written."""
    return text.encode("utf-8", "replace").decode("utf-8")
