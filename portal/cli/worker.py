"""`portal worker`: sends mail, indexes what was edited, settles searches."""

from __future__ import annotations

import signal
import sys
from threading import Event
from types import FrameType

import click

from portal.cli.logs import configure_logging
from portal.cli.main import EXIT_PROBLEMS


@click.command(name="worker")
@click.option("--once", is_flag=True, help="Do what is due now and end; exit code 1 if a job failed.")
@click.option("--parent", type=int, hidden=True, help="End as soon as the process with this id is gone.")
def command(once: bool, parent: int | None) -> None:
    """Do the work that follows a change: send mail, index articles that were edited, settle searches.

    Runs until it is stopped. `portal serve` starts one beside the site; run one of your own where another server
    serves the site. Several at a time do no harm.
    """
    from portal.cli.instance import open_ready_container
    from portal.integrations.companion import end_with_parent
    from portal.jobs.handlers import build_worker
    from portal.jobs.worker import JobOutcome

    worker = build_worker(open_ready_container())
    configure_logging()
    if not once:
        stop = stopped_by_signals()
        if parent is not None:
            end_with_parent(parent)
        worker.run(stop)
        return
    counts = worker.run_all_due()
    click.echo(
        f"Jobs: {counts[JobOutcome.DONE]} done, {counts[JobOutcome.AGAIN]} later, {counts[JobOutcome.FAILED]} failed."
    )
    if counts[JobOutcome.FAILED]:
        sys.exit(EXIT_PROBLEMS)


def stopped_by_signals() -> Event:
    """Return an event that is set when this process is asked to end; asked again, it ends at once."""
    stop = Event()

    def end(number: int, _frame: FrameType | None) -> None:
        stop.set()
        signal.signal(number, signal.SIG_DFL)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
    return stop
