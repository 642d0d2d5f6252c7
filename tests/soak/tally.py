"""What a soak came to, in tables."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from ..bench.table import Column, Report, Table
from .steps import MADE, REFUSED, Outcome
from .trials import Trial

FORMATS = Table(
    [
        Column("format", 22, is_text=True),
        Column("requests", 8),
        Column("made", 6),
        Column("chips", 9),
        Column("labels", 9),
        Column("refused", 7),
        Column("failed", 6),
    ]
)
SCENARIOS = Table(
    [Column("what was done", 14, is_text=True), Column("requests", 8), Column("made", 6)]
)
REFUSALS = Table([Column("refused for", 26, is_text=True), Column("requests", 8)])


@dataclass
class Tally:
    """Counts over all trials."""

    requests: Counter[str] = field(default_factory=Counter)
    """By format, as are those that follow."""
    made: Counter[str] = field(default_factory=Counter)
    chips: Counter[str] = field(default_factory=Counter)
    labels: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)
    refusals: Counter[str] = field(default_factory=Counter)
    """By parameter."""
    scenarios: Counter[str] = field(default_factory=Counter)
    made_scenarios: Counter[str] = field(default_factory=Counter)
    peak: int = 0
    """Most bytes of memory that any process had."""

    def add(self, trial: Trial, outcome: Outcome) -> None:
        """Count a trial that ended as it may."""
        name = self._begin(trial)
        self.peak = max(self.peak, outcome.peak)
        if outcome.kind == MADE:
            self.made[name] += 1
            self.chips[name] += outcome.chips
            self.labels[name] += outcome.labels
            self.made_scenarios[trial.scenario] += 1
        if outcome.kind == REFUSED:
            self.refused[name] += 1
            self.refusals[outcome.parameter] += 1

    def add_failure(self, trial: Trial) -> None:
        """Count one that did not."""
        self.failed[self._begin(trial)] += 1

    def _begin(self, trial: Trial) -> str:
        name = str(trial.settings["metadata_format"])
        self.requests[name] += 1
        self.scenarios[trial.scenario] += 1
        return name

    def tell(self, report: Report) -> None:
        """The tables."""
        columns = (self.requests, self.made, self.chips, self.labels, self.refused, self.failed)
        report.begin(FORMATS)
        for name in sorted(self.requests):
            report.row([name, *(f"{column[name]:,}" for column in columns)])
        report.row(["all", *(f"{sum(column.values()):,}" for column in columns)])
        report.begin(SCENARIOS)
        for name, count in self.scenarios.most_common():
            report.row([name, str(count), str(self.made_scenarios[name])])
        report.begin(REFUSALS)
        for name, count in self.refusals.most_common():
            report.row([name, str(count)])
        report.say(
            f"{sum(self.requests.values()):,} requests, {sum(self.chips.values()):,} chips, "
            f"{sum(self.failed.values())} failures; {self.peak / 1e6:.0f} MB of memory at most."
        )
