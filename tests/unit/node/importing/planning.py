"""Plans as the tests of the import make and read them."""

import datetime as dt
from dataclasses import replace
from typing import Any

from node.importing.import_plan import ImportDefaults, ImportPlan, plan_import
from node.importing.mapping import parse_mapping
from node.importing.member_rows import MemberRow
from node.importing.problems import Code
from tests.unit.node.importing.sheet_files import sheet

NORWAY = ImportDefaults(country="NO", language="nb", today=dt.date(2026, 11, 23))
DENMARK = replace(NORWAY, country="DK", language="da")
NUMBERS = ("951303488", "972281867", "900407939", "960888448", "978842372")


def plan(*rows: tuple[Any, ...], existing: Any = None, mapping: str = "") -> ImportPlan:
    return plan_import(sheet(*rows), parse_mapping(mapping), existing, NORWAY)


def members(plan: ImportPlan) -> dict[str, MemberRow]:
    return {row.member.key: row.member for row in plan.rows}


def found(plan: ImportPlan) -> list[tuple[int | None, Code, str]]:
    return [(problem.row, problem.code, problem.severity) for problem in plan.problems]
