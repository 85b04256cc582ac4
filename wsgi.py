"""The application for any WSGI host: ``gunicorn wsgi:app``."""

from __future__ import annotations

from portal.app import create_app
from portal.settings import Settings


def _settings() -> Settings:
    """Return the settings; open pages stay connected only where that is set, since each of them holds a thread."""
    settings = Settings()
    return settings if "live_pages" in settings.model_fields_set else settings.model_copy(update={"live_pages": 0})


app = create_app(_settings())
