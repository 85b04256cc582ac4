from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.container import Container
from portal.domain.jobs import JobKind
from tests.cast import Cast, Person
from tests.help_centre import open_help_centre

SignIn = Callable[[FlaskClient, Person], None]


def test_an_admin_sees_what_works(client: FlaskClient, container: Container, dan: Person, sign_in: SignIn) -> None:
    open_help_centre(container)
    sign_in(client, dan)
    html = client.get("/admin/health").text
    assert html.count("badge--good") == 3
    assert "badge--caution" not in html
    assert "<dt>Articles</dt><dd>3</dd>" in html
    assert 'class="banner"' not in html


def test_what_does_not_work_is_named_with_its_place(
    client: FlaskClient, container: Container, dan: Person, sign_in: SignIn
) -> None:
    sign_in(client, dan)
    with container.database.work() as work:
        work.jobs.add(JobKind.REINDEX, now=container.clock.now())
        job = work.jobs.claim(container.clock.now())
        assert job is not None
        work.jobs.bury(job.id, error="x")
    html = client.get("/admin/health").text
    assert "there is no index yet. Run “portal index”." in html
    assert str(container.settings.index_folder.resolve()) in html
    assert "1 job was given up." in html


def test_the_banner_leads_there_and_names_no_folder(client: FlaskClient, dan: Person, sign_in: SignIn) -> None:
    sign_in(client, dan)
    html = client.get("/").text
    banner = html[html.index('class="banner"') : html.index("<main")]
    assert 'href="/admin/health"' in banner
    assert "Run “portal index”." in banner
    assert "instance" not in banner


@pytest.mark.parametrize("name", ["ada", "ben", "chloe"])
def test_nobody_else_sees_it(strict_app: Flask, cast: Cast, sign_in: SignIn, name: str) -> None:
    client = strict_app.test_client()
    sign_in(client, getattr(cast, name))
    assert client.get("/admin/health").status_code == 403
