"""Tables for the terminal and for a page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Column:
    """A column of a table; text is on the left, numbers are on the right."""

    title: str
    width: int
    is_text: bool = False

    def cell(self, text: str) -> str:
        """A text as wide as the column, or wider if it has to be."""
        return text.ljust(self.width) if self.is_text else text.rjust(self.width)


@dataclass(frozen=True)
class Table:
    """Columns and how their lines look."""

    columns: Sequence[Column]

    @property
    def head(self) -> str:
        """The titles, for the terminal."""
        return self.line([column.title for column in self.columns])

    def line(self, cells: Sequence[str]) -> str:
        """A row for the terminal."""
        return "  ".join(it.cell(text) for it, text in zip(self.columns, cells)).rstrip()

    def markdown(self, rows: Sequence[Sequence[str]]) -> str:
        """All rows for a page.

        >>> print(Table([Column("job", 9, is_text=True), Column("ratio", 5)]).markdown([("a", "2")]))
        | job | ratio |
        |---|--:|
        | a | 2 |
        """
        rules = "|".join("---" if column.is_text else "--:" for column in self.columns)
        lines = [[column.title for column in self.columns], *rows]
        first, *rest = (f"| {' | '.join(line)} |" for line in lines)
        return "\n".join([first, f"|{rules}|", *rest])


class Report:
    """Prints what is found as it is found, and keeps it for a page."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._table = Table([])
        self._rows: list[Sequence[str]] = []

    def say(self, text: str) -> None:
        """A paragraph."""
        self._end_table()
        self._parts.append(text)
        print(f"\n{text}", flush=True)

    def begin(self, table: Table) -> None:
        """A table whose rows follow."""
        self._end_table()
        self._table = table
        print(f"\n{table.head}", flush=True)

    def row(self, cells: Sequence[str]) -> None:
        """The next row."""
        self._rows.append(cells)
        print(self._table.line(cells), flush=True)

    def markdown(self) -> str:
        """All that was said, as a page."""
        self._end_table()
        return "\n\n".join(self._parts) + "\n"

    def _end_table(self) -> None:
        if self._rows:
            self._parts.append(self._table.markdown(self._rows))
            self._rows = []
