"""Tables that become cards on a phone keep their meaning: a role for each element, a name for each cell."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import portal

TEMPLATES = Path(portal.__file__).parent / "templates"
TABLES = sorted(path for path in TEMPLATES.rglob("*.html") if "table--cards" in path.read_text())
ROLES = {
    "table": {"table"},
    "thead": {"rowgroup"},
    "tbody": {"rowgroup"},
    "tr": {"row"},
    "th": {"columnheader", "rowheader"},
    "td": {"cell"},
}


@pytest.mark.parametrize("path", TABLES, ids=lambda path: path.stem)
def test_every_element_of_a_table_says_what_it_is(path: Path) -> None:
    for tag, rest in re.findall(r"<(table|thead|tbody|tr|th|td)\b([^>]*)", path.read_text()):
        role = re.search(r'role="(\w+)"', rest)
        assert role is not None and role[1] in ROLES[tag], f"<{tag}{rest}> of {path.name}"


@pytest.mark.parametrize("path", TABLES, ids=lambda path: path.stem)
def test_a_named_cell_bears_the_name_of_its_column(path: Path) -> None:
    text = path.read_text()
    columns = re.findall(r'<th role="columnheader"[^>]*>\{\{ _\("([^"]+)"\) \}\}', text)
    cells = re.findall(r"<(?:td|th) role=\"(?:cell|rowheader)\"([^>]*)", text)
    assert len(cells) == len(columns)
    named = [(column, cell) for column, cell in zip(columns, cells, strict=True) if "data-label" in cell]
    assert len(named) >= len(columns) - 2, "all but the title of the card and a button"
    assert all(f"_('{column}')" in cell for column, cell in named)
