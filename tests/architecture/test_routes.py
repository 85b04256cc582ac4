"""Every route says who may enter, and is short."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable, Iterator
from typing import Any, cast

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.domain.users import Role
from portal.web.access import DECLARATION
from portal.web.limits import LIMIT, RateLimit
from tests.architecture.source import length_in_lines, source_files
from tests.cast import Cast, Person

MAX_VIEW_LINES = 25

SignIn = Callable[[FlaskClient, Person], None]

#: What a visitor may not do without end, by endpoint.
LIMITED = {
    "site.search": RateLimit.SEARCH,
    "site.suggest": RateLimit.SUGGEST,
    "site.vote": RateLimit.VOTE,
    "site.talk_to_a_human": RateLimit.HAND_OFF,
    "site.sign_in": RateLimit.SIGN_IN,
    "site.identify": RateLimit.SIGN_IN,
    "site.identify_by_form": RateLimit.SIGN_IN,
    "site.store_rating": RateLimit.VOTE,
}


def _views(app: Flask) -> Iterator[tuple[str, Callable[..., Any]]]:
    return ((endpoint, view) for endpoint, view in app.view_functions.items() if endpoint != "static")


def test_every_route_says_who_may_enter(app: Flask) -> None:
    roles = {role.value for role in Role}
    for endpoint, view in _views(app):
        declared = getattr(view, DECLARATION, None)
        assert declared in {"anyone", *roles}, f"{endpoint} does not say who may enter: add @anyone or @role_required."


def test_the_doors_of_staff_ask_for_a_role(app: Flask) -> None:
    wanted = {"agents": Role.AGENT, "writers": Role.WRITER, "insights": Role.AGENT, "admin": Role.ADMIN}
    for endpoint, view in _views(app):
        role = wanted.get(endpoint.split(".")[0])
        assert role is None or getattr(view, DECLARATION) == role.value, f"{endpoint} must ask for the role {role}."


def test_strangers_are_led_to_sign_in_and_customers_turned_away(app: Flask, cast: Cast, sign_in: SignIn) -> None:
    stranger, customer = app.test_client(), app.test_client()
    sign_in(customer, cast.ada)
    for rule in app.url_map.iter_rules():
        if getattr(app.view_functions[rule.endpoint], DECLARATION, "anyone") in ("anyone", Role.CUSTOMER.value):
            continue
        path = str(rule.build(dict.fromkeys(rule.arguments, 1), append_unknown=False)[1])  # type: ignore[index]
        method = "GET" if "GET" in (rule.methods or ()) else "POST"
        turned_away = stranger.open(path, method=method)
        assert turned_away.status_code in (303, 401), f"{method} {path} let a stranger in."
        assert customer.open(path, method=method).status_code == 403, f"{method} {path} let a customer in."


@pytest.mark.parametrize("endpoint", LIMITED)
def test_what_costs_is_limited(app: Flask, endpoint: str) -> None:
    view = app.view_functions.get(endpoint)
    assert view is not None, f"There is no {endpoint}: correct this test."
    assert getattr(view, LIMIT, (None,))[0] is LIMITED[endpoint], f"{endpoint} lacks @limited."


def test_views_are_short() -> None:
    for file in source_files("portal/web"):
        for function in file.functions():
            if not any(_is_route(decorator) for decorator in function.decorator_list):
                continue
            length = length_in_lines(function)
            assert length <= MAX_VIEW_LINES, (
                f"{file.name}: {function.name} has {length} lines. A view reads, calls one service, renders."
            )


def test_views_are_documented(app: Flask) -> None:
    for endpoint, view in _views(app):
        assert inspect.getdoc(inspect.unwrap(view)), f"{endpoint} has no docstring."


def test_no_state_is_changed_by_a_get(app: Flask) -> None:
    """Links are followed by machines: whatever changes something is a form."""
    for rule in app.url_map.iter_rules():
        verbs = ("delete", "send", "solve", "vote", "sign-out", "again", "answer")
        if any(rule.rule.rstrip("/").endswith(f"/{verb}") for verb in verbs):
            assert "GET" not in (rule.methods or ()), f"{rule.rule} changes something and can be opened by a link."


def _is_route(decorator: ast.expr) -> bool:
    if not isinstance(decorator, ast.Call) or not isinstance(decorator.func, ast.Attribute):
        return False
    owner = cast(ast.Attribute, decorator.func)
    return ast.unparse(owner.value) == "blueprint" and owner.attr in ("get", "post", "route", "put", "delete")
