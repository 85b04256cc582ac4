"""Languages in file names."""

from __future__ import annotations

import pytest

from portal.content.locales import split_locale


@pytest.mark.parametrize(
    ("name", "stem", "locale"),
    [
        ("returns", "returns", None),
        ("returns.de", "returns", "de"),
        ("returns._en", "returns", "en"),
        ("returns.pt-br", "returns", "pt-BR"),
        ("returns.zh-Hans", "returns", "zh-Hans"),
        ("a/b/returns.fr", "a/b/returns", "fr"),
        ("node.js", "node.js", None),
        ("version.2", "version.2", None),
        ("a/.de", "a/.de", None),
        ("de", "de", None),
    ],
)
def test_endings(name: str, stem: str, locale: str | None) -> None:
    assert split_locale(name) == (stem, locale)
