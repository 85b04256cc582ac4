"""`portal serve`: the site, with the worker beside it."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Sequence
from threading import Thread
from typing import TYPE_CHECKING, Any

import click

from portal.cli.logs import configure_logging

if TYPE_CHECKING:
    from portal.domain.demo import DemoPerson

#: For the worker to end the job in hand, in seconds; a little longer than it takes itself for that.
WORKER_PATIENCE_SECONDS = 25.0


@click.command(name="serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen at; 0.0.0.0 for all.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="0 takes any free one.")
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 64), help="Processes.")
@click.option(
    "--threads", default=8, show_default=True, type=click.IntRange(1, 256), help="Requests at a time in each."
)
@click.option(
    "--no-worker", is_flag=True, help="Do not start the worker beside the site; run `portal worker` yourself."
)
@click.option("--quiet", is_flag=True, help="Do not log requests.")
def command(*, host: str, port: int, workers: int, threads: int, no_worker: bool, quiet: bool) -> None:
    """Serve the site until Ctrl+C, and do the work that follows a change: mail, indexing.

    The database is not touched: bring it up to date with `portal init` first.
    """
    from portal.cli.instance import open_ready_container
    from portal.integrations.companion import Companion
    from portal.integrations.web_server import ServerHooks, ServerOptions, run_web_server

    configure_logging()
    if quiet:
        silence_request_log()
    container = open_ready_container()
    container.check_settings()
    _ = container.secret_key
    demo_people = container.people.list_demo_people()
    # Connections must not be shared with the processes that are forked from this one.
    container.database.dispose()
    companion = None if no_worker else Companion(worker_command())
    if companion:
        companion.keep_forks_apart()

    def when_ready(address: str) -> None:
        announce(container.settings.site_name, address, demo_people)
        if companion:
            companion.start()

    def on_exit() -> None:
        if companion:
            companion.stop(WORKER_PATIENCE_SECONDS)

    live_pages = container.settings.live_pages
    options = ServerOptions(host=host, port=port, workers=workers, threads=threads, live_pages=live_pages)
    hooks = ServerHooks(load_app=load_app, when_ready=when_ready, on_exit=on_exit, when_stopping=end_live_pages)
    run_web_server(options, hooks)


def load_app() -> Any:
    """Make the application, and have index and encoder loaded before the first visitor searches."""
    from portal.app import create_app
    from portal.container import Container
    from portal.settings import Settings

    container = Container(Settings())
    Thread(target=container.search_engine.warm_up, name="warm-up", daemon=True).start()
    return create_app(container=container)


def end_live_pages(app: Any) -> None:
    """End the streams of open pages, because this process is about to end; their browsers come back to the next."""
    app.extensions["portal"].live.close()


def worker_command() -> list[str]:
    """Return the command of a worker that ends with this process."""
    return [sys.executable, "-m", "portal", "worker", "--parent", str(os.getpid())]


def announce(site_name: str, address: str, demo_people: Sequence[DemoPerson]) -> None:
    """Say where the site is, and how to try it."""
    from portal.cli.people_words import demo_table
    from portal.cli.screen import screen

    console = screen()
    if demo_people:
        console.print(demo_table(demo_people))
        console.print()
    console.print(f"[bold]{site_name}[/bold] is at [bold]{address}[/bold] (Ctrl+C ends it)")


def silence_request_log() -> None:
    """Leave only the failed requests in the log."""
    from portal.web.request_log import LOGGER

    logging.getLogger(LOGGER).setLevel(logging.WARNING)
