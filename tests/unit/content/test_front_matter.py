"""Files taken apart into front matter and body."""

from __future__ import annotations

import pytest

from portal.content.front_matter import split_front_matter
from portal.domain.errors import ContentError


def test_keys_body_and_lines() -> None:
    found = split_front_matter("---\ntitle: Track\ntags: [a, b]\n---\nBody\n", path="a.md")
    assert found.values == {"title": "Track", "tags": ["a", "b"]}
    assert found.key_lines == {"title": 2, "tags": 3}
    assert found.body == "Body\n"
    assert found.body_line == 5


@pytest.mark.parametrize("text", ["Just text", "", "# Title\n\n---\n\nText", "----\nnot: this\n----\n"])
def test_files_without_front_matter(text: str) -> None:
    found = split_front_matter(text, path="a.md")
    assert (found.values, found.body, found.body_line) == ({}, text, 1)


def test_a_byte_order_mark_and_windows_line_ends() -> None:
    found = split_front_matter("\ufeff---\r\ntitle: Track\r\n---\r\nOne\r\nTwo", path="a.md")
    assert found.values == {"title": "Track"}
    assert found.body == "One\nTwo"


@pytest.mark.parametrize(
    "text", ["---\n---\nBody", "---\n# nothing\n---\nBody", "---  \n\n---\t\nBody", "---\n...\nBody"]
)
def test_empty_front_matter(text: str) -> None:
    found = split_front_matter(text, path="a.md")
    assert (found.values, found.body) == ({}, "Body")


@pytest.mark.parametrize("text", ["---", "---\n"])
def test_nothing_but_hyphens(text: str) -> None:
    assert split_front_matter(text, path="a.md").values == {}


def test_a_rule_above_prose_is_no_front_matter() -> None:
    assert split_front_matter("---\nSome prose.\n", path="a.md").body == "---\nSome prose.\n"


def test_front_matter_that_is_never_closed() -> None:
    with pytest.raises(ContentError, match=r"^a\.md:1: .*not closed"):
        split_front_matter("---\ntitle: Track\n\nBody", path="a.md")


def test_broken_yaml_names_the_line_of_the_file() -> None:
    with pytest.raises(ContentError) as caught:
        split_front_matter("---\ntitle: Track\nsummary: a: b: c\ntags: [x\n---\nBody", path="delivery/track.md")
    assert (caught.value.path, caught.value.line) == ("delivery/track.md", 3)
    assert str(caught.value).startswith("delivery/track.md:3: ")


@pytest.mark.parametrize("yaml", ["- a\n- b", "just words", "2026"])
def test_front_matter_must_be_keys(yaml: str) -> None:
    with pytest.raises(ContentError, match="must be keys"):
        split_front_matter(f"---\n{yaml}\n---\nBody", path="a.md")


def test_objects_are_never_built_from_yaml() -> None:
    with pytest.raises(ContentError):
        split_front_matter("---\nid: !!python/object/apply:os.getcwd []\n---\n", path="a.md")


def test_a_bomb_of_aliases_is_refused_quickly() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    with pytest.raises(ContentError, match="more than"):
        split_front_matter("---\n" + "\n".join(lines) + "\n---\n", path="a.md")


def test_deeply_nested_yaml_is_refused() -> None:
    with pytest.raises(ContentError):
        split_front_matter("---\na: " + "[" * 5_000 + "\n---\n", path="a.md")


def test_impossible_dates_are_refused() -> None:
    with pytest.raises(ContentError):
        split_front_matter("---\nupdated: 2026-13-45\n---\n", path="a.md")
