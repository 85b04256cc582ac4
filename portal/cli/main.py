"""The group that all commands hang from. A command's module is imported only when it is called or listed."""

from __future__ import annotations

import sys
from importlib import import_module

import click

from portal.domain.errors import PortalError

#: Command name to the module of `portal.cli` that defines it as ``command``.
COMMANDS = ("init", "sync", "index", "search", "evaluate", "serve", "worker", "mail", "users", "learn", "doctor")

#: Exit codes, the same for every command: fine, done with problems, could not be done.
EXIT_PROBLEMS = 1
EXIT_UNUSABLE = 2


class LazyGroup(click.Group):
    """Knows its commands by name and imports each on demand, so that `portal --help` stays quick."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the commands in the order in which they are first needed."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one command."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"portal.cli.{cmd_name}").command
        return command


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="portal")
def group() -> None:
    """Run a help centre: load articles, build the index, serve the site, see what customers could not find.

    Settings come from environment variables that begin with PORTAL_, or from a file .env here.
    """


def main() -> None:
    """Run the command line; an expected error becomes one sentence and an exit code, never a traceback."""
    try:
        group(standalone_mode=True)
    except Exception as error:
        if not isinstance(error, expected_errors()):
            raise
        click.secho(str(error), err=True, fg="red")
        sys.exit(EXIT_UNUSABLE)


def expected_errors() -> tuple[type[Exception], ...]:
    """Return the errors whose text is meant for the person at the terminal.

    The search library is slow to import, and a command that did not import it cannot raise its errors.
    """
    library = sys.modules.get("search_index")
    return (PortalError,) if library is None else (PortalError, library.SearchIndexError)
