from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.integrations.incoming_html import html_to_text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>Hello</p><p>It blinks.</p>", "Hello\n\nIt blinks."),
        ("<div>One</div><div>Two<br>Three</div>", "One\nTwo\nThree"),
        ("<div>One</div><div><br></div><div>Two</div>", "One\n\nTwo"),
        ("3 &lt; 4 &amp; 5&nbsp;&euro;", "3 < 4 & 5 €"),
        ("<ul><li>first</li><li>second</li></ul>", "- first\n- second"),
        ("<b>bold</b>,   <i>wide\n   space</i>", "bold, wide space"),
        ("<pre>a  b\n  c</pre>", "a  b\n  c"),
        ("a<table><tr><td>1</td></tr><tr><td>2</td></tr></table>b", "a\n\n1\n2\n\nb"),
        ('<a href="https://x.example/a">here</a>.', "here (https://x.example/a)."),
        ('<a href="https://x.example/">x.example</a>', "x.example"),
        ('<a href="javascript:alert(1)">here</a>', "here"),
        ("", ""),
    ],
)
def test_html_reads_as_it_looks(html: str, text: str) -> None:
    assert html_to_text(html) == text


@pytest.mark.parametrize(
    "hidden",
    [
        "<script>steal()</script>",
        "<style>p { color: red }</style>",
        "<head><title>Newsletter</title></head>",
        '<div style="display: none">preview <b>text</b></div>',
        '<span style="font-size:0">x</span>',
        "<p hidden>secret</p>",
        '<img src="https://track.example/pixel.gif" alt="">',
        "<svg><script>steal()</script></svg>",
        "<!-- comment -->",
    ],
)
def test_what_nobody_sees_is_left_out(hidden: str) -> None:
    assert html_to_text(f"<p>before</p>{hidden}<p>after</p>") == "before\n\nafter"


def test_what_a_mail_repeats_is_marked() -> None:
    html = '<div>Thanks!</div><div class="gmail_quote">On Tue Ben wrote:<blockquote>One<br>Two</blockquote></div>'
    assert html_to_text(html) == "Thanks!\nOn Tue Ben wrote:\n\n> One\n> Two"


def test_an_element_that_is_never_closed_does_not_swallow_the_rest() -> None:
    assert html_to_text("<div><div hidden><b>x</div>seen</div>") == "seen"


@given(st.text(alphabet="<>/abdiv pre\"'=&;!- \n", max_size=200))
def test_no_html_makes_trouble(html: str) -> None:
    assert "\n\n\n" not in html_to_text(html) or "pre" in html
