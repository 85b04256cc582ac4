from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from portal.web.return_to import safe_path, sign_in_url


@pytest.mark.parametrize("target", ["/", "/account", "/search?q=a+b", "/articles/x#y", "/ü", "/a//b"])
def test_ways_within_the_site_are_kept(target: str) -> None:
    assert safe_path(target) == target


@pytest.mark.parametrize(
    "target",
    [
        "",
        "account",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        " /evil",
        "https://evil.example",
        "https:/evil.example",
        "javascript:alert(1)",
        "/a\r\nSet-Cookie: x=y",
        "/\x00",
        "/" + "x" * 3000,
    ],
)
def test_ways_that_may_lead_elsewhere_are_forgotten(target: str) -> None:
    assert safe_path(target) == ""


@given(st.text(alphabet=st.sampled_from("/\\:.@?#evil \t\n%25"), max_size=12))
def test_whatever_is_kept_has_neither_scheme_nor_host(target: str) -> None:
    kept = safe_path(target)
    assert kept in ("", target)
    parts = urlsplit(kept)
    assert not parts.scheme
    assert not parts.netloc
    assert not kept.startswith(("//", "/\\"))


def test_the_way_back_survives_a_prefix(app: Flask) -> None:
    with app.test_request_context("/account?x=1", environ_overrides={"SCRIPT_NAME": "/help"}):
        assert sign_in_url() == "/help/sign-in?next=%2Fhelp%2Faccount%3Fx%3D1"
    with app.test_request_context("/account/name?x=1", method="POST"):
        assert sign_in_url() == "/sign-in?next=%2Faccount%2Fname"
