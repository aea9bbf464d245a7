"""Read XLSX, ODS and XLS in a process of its own.

A workbook of a few kilobytes can name one cell in the last column of the last row, or unpack
to gigabytes; the reading library then asks for more memory than there is and takes the whole
process with it. So ``workbook_program.py`` reads under limits of memory and computing time,
and what it cannot read ends there.
"""

import datetime as dt
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from node.importing.problems import Code, SheetError
from node.importing.sheet_rows import Cell, Row, Sheet, SheetLimits

PROGRAM = Path(__file__).with_name("workbook_program.py")
#: Name of the stream that an encrypted workbook keeps its content in.
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


def read_workbook(content: bytes, *, sheet: str | None, limits: SheetLimits) -> Sheet:
    """Return the sheet named *sheet*, or the first visible one; raises SheetError."""
    if ENCRYPTED in content:
        raise SheetError(Code.FILE_PROTECTED)
    answer = _run(content, sheet, limits)
    header, *lines = answer.splitlines()
    found = json.loads(header)
    if "error" in found:
        raise _refusal(found, sheet or "", limits)
    return Sheet(
        name=found["name"],
        other_sheets=tuple(found["others"]),
        rows=tuple(_row(json.loads(line)) for line in lines),
    )


def _run(content: bytes, sheet: str | None, limits: SheetLimits) -> bytes:
    wishes = {
        "sheet": sheet,
        "rows": limits.rows,
        "cells": limits.cells,
        "memory": limits.memory,
        "seconds": limits.seconds,
    }
    try:
        # The program is ours, by its full path; nothing of the file is on the command line.
        outcome = subprocess.run(  # noqa: S603
            [sys.executable, "-I", str(PROGRAM), json.dumps(wishes)],
            input=content,
            capture_output=True,
            timeout=2 * limits.seconds,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise SheetError(Code.TOO_MANY_CELLS) from error
    if outcome.returncode != 0 or not outcome.stdout.endswith(b"\n"):
        raise SheetError(Code.TOO_MANY_CELLS)
    return outcome.stdout


def _refusal(found: dict[str, Any], sheet: str, limits: SheetLimits) -> SheetError:
    match found["error"]:
        case "protected":
            return SheetError(Code.FILE_PROTECTED)
        case "sheet":
            return SheetError(Code.SHEET_UNKNOWN, sheet=sheet, sheets=", ".join(found["sheets"]))
        case "rows":
            return SheetError(Code.TOO_MANY_ROWS, limit=f"{limits.rows:,}")
        case "cells":
            return SheetError(Code.TOO_MANY_CELLS)
        case "empty":
            return SheetError(Code.FILE_EMPTY)
    return SheetError(Code.FILE_UNREADABLE)


def _row(numbered: list[Any]) -> Row:
    number, cells = numbered
    return Row(number=number, cells=tuple(map(_cell, cells)))


def _cell(value: Any) -> Cell:
    """Dates come as ``{"date": …}``, all else as JSON has it."""
    if isinstance(value, dict):
        moment = dt.datetime.fromisoformat(value["date"])
        return moment.date() if moment.time() == dt.time() else moment
    cell: Cell = value
    return cell
