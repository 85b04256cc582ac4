"""`portal init`: everything an instance needs before articles come in."""

from __future__ import annotations

from pathlib import Path

import click

from portal.domain.errors import SetupError

#: Only the owner of the instance may look into it: it holds the secret key and what customers wrote.
PRIVATE_FOLDER = 0o700


@click.command(name="init")
@click.option("--demo", is_flag=True, help="Also open accounts for a customer, an agent, a writer and an admin to try.")
def command(demo: bool) -> None:
    """Create the instance folder, its secret key and the database, or bring them up to date.

    Run it again after every upgrade: what is there already stays as it is.
    """
    from portal.cli.instance import open_container
    from portal.cli.people_words import demo_table
    from portal.cli.screen import screen
    from portal.storage.schema import current_revision, upgrade

    container = open_container()
    folder = container.settings.instance
    new = make_private(folder)
    _ = container.secret_key
    before = current_revision(container.database)
    upgrade(container.database)
    after = current_revision(container.database)
    console = screen()
    console.print(f"{'Created' if new else 'Found'} the instance folder [bold]{folder}[/bold].")
    container.canned_replies.seed()
    console.print("The database is up to date." if before == after else f"The database is at revision {after}.")
    if demo:
        console.print(demo_table(container.people.add_demo_people()))


def make_private(folder: Path) -> bool:
    """Make the instance folder; return whether it is new.

    Raises:
        SetupError: If it cannot be made.
    """
    new = not folder.exists()
    try:
        folder.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
    except OSError as error:
        raise SetupError(
            f"The instance folder {folder} cannot be made ({error}). Set PORTAL_INSTANCE to another."
        ) from error
    return new
