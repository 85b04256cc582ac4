from __future__ import annotations

from portal.web.insights.tables import csv_text


def test_cells_are_plain_and_no_formulas() -> None:
    rows = (("name", "share"), ("=1+1", 0.123456), ("+49 30", None), ('Grüße, "x"', -3))
    assert csv_text(rows) == '\ufeffname,share\r\n\'=1+1,0.1235\r\n\'+49 30,\r\n"Grüße, ""x""",-3\r\n'
