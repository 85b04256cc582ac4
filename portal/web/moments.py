"""Times on pages, said in the words and the time zone that mails use too."""

from __future__ import annotations

from datetime import datetime

from flask import Flask

from portal.container import Container
from portal.web.i18n import interface_locale


def configure_moments(app: Flask, container: Container) -> None:
    """Give templates the filter `say_moment`."""

    def say_moment(at: datetime) -> str:
        """Say when something was, as in “22 Nov, 19:25”."""
        locale = interface_locale(container.settings.default_locale)
        return container.phrase_book.phrases(locale).moment(at, now=container.clock.now())

    app.add_template_filter(say_moment)
