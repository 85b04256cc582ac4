"""The application factory: wiring only. Each set-up function has one concern and lives with its concern."""

from __future__ import annotations

from flask import Flask

from portal.container import Container
from portal.settings import Settings
from portal.web import admin, agents, insights, ops, site, writers
from portal.web.auth import configure_auth
from portal.web.errors import configure_errors
from portal.web.i18n import configure_i18n
from portal.web.limits import configure_limits
from portal.web.moments import configure_moments
from portal.web.request_log import configure_request_log
from portal.web.security import configure_security
from portal.web.template_context import configure_template_context
from portal.web.uploads import configure_uploads


def create_app(settings: Settings | None = None, container: Container | None = None) -> Flask:
    """Build the web application.

    Args:
        settings: Defaults to those of the environment.
        container: Built from the settings unless a test hands over its own.
    """
    built = container or Container(settings or Settings())
    built.check_settings()
    app = Flask("portal", static_folder="static", template_folder="templates")
    app.extensions["portal"] = built
    configure_request_log(app)
    configure_uploads(app, built.settings)
    configure_security(app, built.settings, built.secret_key)
    configure_i18n(app, built.settings, built.clock)
    configure_moments(app, built)
    configure_auth(app)
    configure_template_context(app, built.settings)
    configure_errors(app)
    for surface in (site, agents, writers, insights, admin, ops):
        app.register_blueprint(surface.register_views())
    configure_limits(app, built.settings)
    return app
