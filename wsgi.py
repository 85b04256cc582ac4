"""The application for any WSGI host: ``gunicorn wsgi:app``."""

from __future__ import annotations

from portal.app import create_app

app = create_app()
