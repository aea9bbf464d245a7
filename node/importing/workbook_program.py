"""Program of the process that reads one workbook: file in, rows out, within limits.

Takes one argument, a JSON object with ``sheet`` (name or null), ``rows``, ``cells``, ``memory``
(bytes) and ``seconds``. Reads the file from standard input. Writes one line with the sheet's
name and the others', or ``{"error": …}``, then one line ``[number, [cells]]`` a row. Imports
nothing of the node, so that it starts quickly.
"""

import datetime as dt
import io
import json
import math
import sys
from collections.abc import Iterator
from typing import Any

import python_calamine as calamine

try:
    import resource
except ImportError:  # Windows has no such limits.
    resource = None  # type: ignore[assignment] # Only where the module is absent.


def main() -> None:
    """Read, answer, end."""
    wishes = json.loads(sys.argv[1])
    _limit(wishes["memory"], wishes["seconds"])
    content = io.BytesIO(sys.stdin.buffer.read())
    try:
        lines = list(_lines(content, wishes))
    except (calamine.PasswordError, calamine.CalamineError) as error:
        protected = isinstance(error, calamine.PasswordError) or "password" in str(error).lower()
        lines = [json.dumps({"error": "protected" if protected else "unreadable"})]
    except MemoryError:
        lines = [json.dumps({"error": "cells"})]
    sys.stdout.buffer.write(("\n".join(lines) + "\n").encode("utf-8", "surrogatepass"))


def _limit(memory: int, seconds: int) -> None:
    if resource is not None:
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _lines(content: io.BytesIO, wishes: dict[str, Any]) -> Iterator[str]:
    workbook = calamine.load_workbook(content)
    name = _choose(workbook, wishes["sheet"])
    if name is None:
        named = wishes["sheet"] is not None
        yield json.dumps({"error": "sheet" if named else "empty", "sheets": workbook.sheet_names})
        return
    rows, cells = [], 0
    table = workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
    for number, row in enumerate(table, 1):
        if not any(value != "" for value in row):
            continue
        cells += len(row)
        rows.append(json.dumps([number, [_plain(value) for value in row]]))
        if len(rows) > wishes["rows"] or cells > wishes["cells"]:
            yield json.dumps({"error": "rows" if len(rows) > wishes["rows"] else "cells"})
            return
    others = [other for other in workbook.sheet_names if other != name]
    yield json.dumps({"name": name, "others": others})
    yield from rows


def _choose(workbook: calamine.CalamineWorkbook, wanted: str | None) -> str | None:
    if wanted is not None:
        names = {_folded(name): name for name in reversed(workbook.sheet_names)}
        return wanted if wanted in workbook.sheet_names else names.get(_folded(wanted))
    tables = [
        sheet for sheet in workbook.sheets_metadata if sheet.typ == calamine.SheetTypeEnum.WorkSheet
    ]
    visible = [
        sheet for sheet in tables if sheet.visible == calamine.SheetVisibleEnum.Visible
    ] or tables
    return visible[0].name if visible else None


def _folded(name: str) -> str:
    return " ".join(name.split()).casefold()


def _plain(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, dt.date):  # and datetime, which is one
        return {"date": value.isoformat()}
    if isinstance(value, str | bool | int):
        return value
    return str(value)


if __name__ == "__main__":
    main()
