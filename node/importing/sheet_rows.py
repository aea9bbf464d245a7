"""Rows of cells, however the file was made."""

import datetime as dt
from dataclasses import dataclass

Cell = str | float | bool | dt.date | dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetLimits:
    """What a file may ask of us; a workbook is read in a process that ends beyond them."""

    bytes: int = 50 << 20
    rows: int = 100_000
    cells: int = 3_000_000
    memory: int = 1 << 30
    seconds: int = 60


DEFAULT_LIMITS = SheetLimits()


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row that is not blank, with its number in the file."""

    number: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """The rows of one sheet; ``name`` is empty for CSV."""

    rows: tuple[Row, ...]
    name: str = ""
    other_sheets: tuple[str, ...] = ()
