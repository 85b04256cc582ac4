"""The list of articles of a generation."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from search_index.catalogue import entry_of, fingerprint_of, load_catalogue, save_catalogue
from search_index.errors import IndexCorrupt
from search_index.records import Section
from tests.unit.search_index.samples import DELIVERY, ERRORS


def test_every_part_of_an_article_is_in_its_fingerprint() -> None:
    changed = [
        replace(DELIVERY, title="x"),
        replace(DELIVERY, summary="x"),
        replace(DELIVERY, tags=("x",)),
        replace(DELIVERY, audience="agents"),
        replace(DELIVERY, locale="de"),
        replace(DELIVERY, sections=DELIVERY.sections[:1]),
        replace(DELIVERY, sections=(*DELIVERY.sections, Section(anchor="y", heading="y"))),
        replace(DELIVERY, id="x"),
    ]
    prints = {fingerprint_of(each) for each in (DELIVERY, *changed)}
    assert len(prints) == len(changed) + 1
    assert fingerprint_of(DELIVERY) == fingerprint_of(replace(DELIVERY))


def test_entries_come_back_as_they_were_written(tmp_path: Path) -> None:
    entries = [entry_of(each, fingerprint_of(each)) for each in (DELIVERY, ERRORS)]
    save_catalogue(entries, tmp_path / "articles.json")
    assert list(load_catalogue(tmp_path / "articles.json").values()) == entries
    assert entries[1].headings == (("e-101", "E-101: no internet"), ("e-204", "E-204: wrong time"))


@pytest.mark.parametrize("content", ["", "[[1]]", '{"a": 1}', '[["a","f","t","p","en",3]]', "\x00"])
def test_damage_is_named(tmp_path: Path, content: str) -> None:
    path = tmp_path / "articles.json"
    path.write_text(content)
    with pytest.raises(IndexCorrupt, match=r"articles\.json"):
        load_catalogue(path)


def test_a_missing_list_is_named(tmp_path: Path) -> None:
    with pytest.raises(IndexCorrupt):
        load_catalogue(tmp_path / "articles.json")
