"""Links and pictures as they stand in Markdown."""

from __future__ import annotations

import time

from portal.content.references import find_references


def test_links_and_pictures_of_every_kind() -> None:
    body = (
        "[a](one.md) ![b](two.png 'T') <a class='x' href=\"three.md\">c</a> <img src=four.png>\n"
        "[![badge](five.png)](six.md)\n"
        '[ref]\n\n[ref]: <seven eight.md> "T"\n'
        "![x]({{ site.baseurl }}/nine.png) [p](a_(b).md)\n"
    )
    found = find_references(body)
    assert [(item.target, item.is_picture, item.line) for item in found] == [
        ("one.md", False, 0),
        ("two.png", True, 0),
        ("three.md", False, 0),
        ("four.png", True, 0),
        ("six.md", False, 1),
        ("five.png", True, 1),
        ("seven eight.md", False, 4),
        ("/nine.png", True, 5),
        ("a_(b).md", False, 5),
    ]
    assert found[1].alt == "b"
    assert found[3].alt == ""


def test_code_and_comments_hold_no_links() -> None:
    assert find_references("`[a](b.md)`\n```\n[a](b.md)\n```\n<!-- [a](b.md) -->\n[^1]: note") == ()


def test_hostile_text_takes_no_time() -> None:
    began = time.perf_counter()
    for hostile in (
        "[" * 20_000,
        "![" * 10_000,
        "](" * 10_000,
        "<a " * 10_000,
        "`" * 20_001,
        "[a](" + "(" * 20_000,
        "{{" * 20_000,
        "{%" * 20_000,
    ):
        find_references(hostile)
    assert time.perf_counter() - began < 10
