"""Leftovers of Liquid sites."""

from __future__ import annotations

import time

import pytest

from portal.content.liquid import find_liquid, resolve_liquid


def test_captured_notes_are_put_where_they_are_included() -> None:
    body = (
        "{% capture note %}\nMind the **gap**.\n{% endcapture %}\n{% include alert.html type='warning' content=note %}"
    )
    assert '!!! warning ""\n    Mind the **gap**.' in resolve_liquid(body, {})


def test_lists_of_the_front_matter() -> None:
    body = (
        "{% include icon-list.html items=page.bring icon_shape='check_circle' %}\n"
        "{% include l.html items=page.no icon_color='error' %}"
    )
    resolved = resolve_liquid(body, {"bring": ["Your **ID**", "A pen"], "no": ["A copy"]})
    assert "* ✓ Your **ID**\n* ✓ A pen" in resolved
    assert "* ✗ A copy" in resolved


def test_pictures_of_includes_keep_their_words() -> None:
    resolved = resolve_liquid(
        "{%\n include wrong.html\n image_alt_text='A \"bad\" photo' image='/a.png' text='Use flash' %}", {}
    )
    assert '<img src="/a.png" alt="A &quot;bad&quot; photo">' in resolved
    assert "<p>✗ Use flash</p>" in resolved


@pytest.mark.parametrize(
    ("body", "resolved"),
    [
        ("![x]({{ site.baseurl }}/a.png)", "![x](/a.png)"),
        ("Call {{ page.phone }}.", "Call 112."),
        ("Call {{ page.absent }}.", "Call ."),
        ("A {% unknown tag %}B", "A B"),
        ("A {% comment %}not this{% endcomment %}B", "A B"),
        ("No tags at all.", "No tags at all."),
    ],
)
def test_variables_and_unknown_tags(body: str, resolved: str) -> None:
    assert resolve_liquid(body, {"phone": 112}) == resolved


@pytest.mark.parametrize("code", ["`{{ name }}`", "```\n{% if x %}\n```", "~~~\n{{ page.phone }}\n~~~"])
def test_code_is_left_alone(code: str) -> None:
    assert resolve_liquid(f"Text {{{{ x }}}}\n\n{code}\n", {"phone": 1}) == f"Text \n\n{code}\n"


def test_writers_are_told_what_was_dropped() -> None:
    body = "a\n{% include table.html %}\n`{% include code.html %}`\n{% include l.html items=page.x %}"
    assert list(find_liquid(body)) == [(1, "{% include table.html %}")]


@pytest.mark.parametrize("unclosed", ["{%", "{{", "{% capture a %}", "{% comment %}", "{% include a "])
def test_unclosed_tags_take_no_time(unclosed: str) -> None:
    began = time.perf_counter()
    resolve_liquid(unclosed * 3_000, {})
    list(find_liquid(unclosed * 3_000))
    assert time.perf_counter() - began < 5
