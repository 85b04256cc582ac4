"""The application factory: wiring only. Each set-up function has one concern and lives with its concern."""

from __future__ import annotations

from flask import Flask

from portal.container import Container
from portal.settings import Settings
from portal.web import admin, agents, ops, site, writers


def create_app(settings: Settings | None = None, container: Container | None = None) -> Flask:
    """Build the web application.

    Args:
        settings: Defaults to those of the environment.
        container: Built from the settings unless a test hands over its own.
    """
    built = container or Container(settings or Settings())
    app = Flask("portal", static_folder="static", template_folder="templates")
    app.extensions["portal"] = built
    for surface in (site, agents, writers, admin, ops):
        app.register_blueprint(surface.register_views())
    return app
