"""Tables that become cards on a phone keep their meaning: a role for each element, a name for each cell."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import portal

TEMPLATES = Path(portal.__file__).parent / "templates"
TABLE = re.compile(r"<table class=\"[^\"]*table--cards.*?</table>", re.DOTALL)
TABLES = [
    pytest.param(table, id=f"{path.stem}-{number}")
    for path in sorted(TEMPLATES.rglob("*.html"))
    for number, table in enumerate(TABLE.findall(path.read_text()))
]
ROLES = {
    "table": {"table"},
    "thead": {"rowgroup"},
    "tbody": {"rowgroup"},
    "tr": {"row"},
    "th": {"columnheader", "rowheader"},
    "td": {"cell"},
}


def test_there_are_such_tables() -> None:
    assert len(TABLES) > 5


@pytest.mark.parametrize("table", TABLES)
def test_every_element_of_a_table_says_what_it_is(table: str) -> None:
    for tag, rest in re.findall(r"<(table|thead|tbody|tr|th|td)\b([^>]*)", table):
        role = re.search(r'role="(\w+)"', rest)
        assert role is not None, f"<{tag}{rest}>"
        assert role[1] in ROLES[tag], f"<{tag}{rest}>"


@pytest.mark.parametrize("table", TABLES)
def test_a_named_cell_bears_the_name_of_its_column(table: str) -> None:
    columns = re.findall(r'<th role="columnheader"[^>]*>(?:<span[^>]*>)?\{\{ _\("([^"]+)"\) \}\}', table)
    cells = re.findall(r"<(?:td|th) role=\"(?:cell|rowheader)\"([^>]*)", table)
    assert len(cells) == len(columns)
    named = [(column, cell) for column, cell in zip(columns, cells, strict=True) if "data-label" in cell]
    assert len(named) >= len(columns) - 2, "all but the title of the card and a button"
    assert all(f"_('{column}')" in cell for column, cell in named)
