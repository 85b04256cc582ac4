"""Boxes taken away."""

from __future__ import annotations

import re

import pytest

from tests.content_samples import render


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<div><p>a</p></div>", "<p>a</p>"),
        ("<div>a <b>b</b></div>", "<p>a <b>b</b></p>"),
        ("<div><div>a</div><div>b</div></div>", "<p>a</p><p>b</p>"),
        ("<div>a<ul><li>b</li></ul>c</div>", "<p>a</p><ul><li>b</li></ul><p>c</p>"),
        ("<ul><li><div>a</div></li></ul>", "<ul><li><p>a</p></li></ul>"),
        ('<div class="x y">a</div>', "<p>a</p>"),
        ("<div></div>", ""),
        ('<div class="admonition note"><p>a</p></div>', '<div class="admonition note"><p>a</p></div>'),
        ('<div dir="rtl">a</div>', '<div dir="rtl">a</div>'),
    ],
)
def test_boxes(html: str, expected: str) -> None:
    assert re.sub(r"\s*\n\s*", "", render(html).html.text) == expected


def test_pictures_that_stood_side_by_side_stand_below_each_other() -> None:
    html = render('<div><div><img src="a.png" alt="A"></div><div><img src="b.png" alt="B"></div></div>').html.text
    assert html == '<p><span class="missing-image">A</span></p><p><span class="missing-image">B</span></p>'
