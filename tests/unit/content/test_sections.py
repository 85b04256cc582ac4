"""Sections and contents, read from the rendered page."""

from __future__ import annotations

import re

from portal.content.sections import plain_text, split_sections
from portal.domain.articles import SafeHtml
from tests.content_samples import render


def test_sections_with_their_paths() -> None:
    sections = render("Before.\n\n## One\n\nText *one*.\n\n### Deep\n\nText.\n\n## Two\n").sections
    assert [(item.anchor, item.heading, item.path, item.text) for item in sections] == [
        ("", "", (), "Before."),
        ("one", "One", (), "Text one."),
        ("deep", "Deep", ("One",), "Text."),
        ("two", "Two", (), ""),
    ]


def test_every_anchor_is_an_id_of_the_page() -> None:
    rendered = render("## A\n\n<div><h3>B</h3></div>\n\n## A\n\n> ## C\n")
    ids = re.findall(r'<h\d id="([^"]+)"', rendered.html.text)
    assert [section.anchor for section in rendered.sections] == ids
    assert [entry.anchor for entry in rendered.toc] == ids


def test_no_text_no_sections() -> None:
    assert render("").sections == ()
    assert split_sections(SafeHtml("")) == ()


def text_of(markdown: str) -> str:
    return render(markdown).sections[0].text


def test_items_stand_on_lines_with_their_marks() -> None:
    marked = "Do:\n\n1. One\n2. Two\n- Two a\n3. Three\n\nDone."
    assert text_of("Do:\n\n1. One\n2. Two\n   - Two a\n3. Three\n\nDone.") == marked
    assert text_of("- One\n\n- Two") == "- One\n- Two"


def test_steps_count_from_where_the_list_does() -> None:
    assert text_of('<ol start="4"><li>Four</li><li><p>Five</p><p>still</p></li></ol>\n') == "4. Four\n5. Five\nstill"


def test_an_empty_step_marks_nothing_else() -> None:
    assert text_of("<ol><li>One</li><li></li></ol><p>Done.</p>\n") == "1. One\n\nDone."


def test_table_rows_stand_on_lines() -> None:
    assert text_of("| You see | Do |\n| --- | --- |\n| Red | Wait |\n| Off | |") == "You see · Do\nRed · Wait\nOff"
    assert text_of("| | Old | New |\n| --- | --- | --- |\n| Lamp | | Yes |") == "Old · New\nLamp · Yes"


def test_notes_keep_their_titles() -> None:
    assert text_of('!!! warning "Mind this"\n    Hot.') == "> Mind this\n\n> Hot."
    assert text_of('??? question "And if?"\n    Then.') == "And if?\n\nThen."


def test_pictures_keep_their_words() -> None:
    assert text_of("See ![the box](../media/box.svg) and ![a lost one](no.png).") == "See the box and a lost one."


def test_a_picture_by_itself_is_beside_the_text() -> None:
    assert text_of("Look:\n\n![the box](../media/box.svg)\n\nDone.") == "Look:\n\n> the box\n\nDone."


def test_code_and_breaks_keep_their_lines() -> None:
    assert text_of("```\none\ntwo\n```") == "one\ntwo"
    assert text_of("one  \ntwo\nthree") == "one\ntwo three"


def test_definitions() -> None:
    assert text_of("Hub\n:   The box.\n\nPlug\n:   The switch.") == "Hub: The box.\nPlug: The switch."
    assert text_of("Which?\n:   One.\n:   Two.") == "Which? One.\nTwo."


def test_footnotes_lose_their_way_back() -> None:
    text = text_of("Text.[^1]\n\n[^1]: A note.")
    assert "A note." in text
    assert "↩" not in text


def test_plain_text_has_headings_too() -> None:
    assert plain_text(render("Before.\n\n## One\n\nText.").html) == "Before.\n\nOne\n\nText."


def headings_of(markdown: str) -> list[str]:
    return [section.heading for section in render(markdown).sections]


def test_sections_that_only_lead_elsewhere_are_left_out() -> None:
    links = "- [One](https://example.org/one)\n- [Two](https://example.org/two)\n"
    assert headings_of(f"## Do\n\nThis.\n\n## Elsewhere\n\n{links}") == ["Do"]
    assert headings_of("## Do\n\nThis.\n\n## See also\n\n[One](https://example.org/one)\n") == ["Do"]
    assert headings_of("## Do\n\nThis.\n\n## Manual\n\n[One](https://example.org/one)\n") == ["Do", "Manual"]
    assert headings_of(f"## Do\n\nThis.\n\n## Elsewhere\n\nChoose what fits:\n\n{links}") == ["Do", "Elsewhere"]


def test_how_to_reach_people_is_an_answer() -> None:
    reached = "- [Write](mailto:a@example.org)\n- [Call](tel:+491234)\n"
    assert headings_of(f"## Do\n\nThis.\n\n## Reach us\n\n{reached}") == ["Do", "Reach us"]


def test_an_article_of_links_alone_keeps_them() -> None:
    assert headings_of("## All\n\n- [One](https://example.org/one)\n- [Two](https://example.org/two)\n") == ["All"]


def test_a_heading_within_a_note_ends_what_is_marked() -> None:
    rendered = render('!!! note "Mind"\n    Hot.\n\n    ## Deep\n\n    Cold.\n\nAfter.\n')
    assert [section.text for section in rendered.sections] == ["> Mind\n\n> Hot.", "Cold.\n\nAfter."]
