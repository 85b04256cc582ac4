"""A link to a hit tells which search it stands on, wherever the site is mounted."""

from __future__ import annotations

import pytest
from flask import Flask

from portal.web.site.trail import trail_url

SEARCH = "a" * 32


@pytest.mark.parametrize(
    ("url", "search_id", "link"),
    [
        ("/articles/hub#reset", SEARCH, f"/articles/hub?s={SEARCH}#reset"),
        ("/articles/hub", SEARCH, f"/articles/hub?s={SEARCH}"),
        ("/articles/hub#reset", "", "/articles/hub#reset"),
        ("/articles/hub", "", "/articles/hub"),
    ],
)
@pytest.mark.parametrize("root", ["", "/help"])
def test_the_search_stands_before_the_anchor(app: Flask, root: str, url: str, search_id: str, link: str) -> None:
    with app.test_request_context("/search", base_url=f"http://localhost{root}/"):
        assert trail_url(url, search_id) == root + link
