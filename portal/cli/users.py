"""`portal users`: who has an account."""

from __future__ import annotations

import secrets
import sys
from collections.abc import Callable

import click

from portal.domain.users import Role, User

#: Bytes of randomness in a password made up here; 24 characters.
GENERATED_BYTES = 18


def password_options(function: Callable[..., None]) -> Callable[..., None]:
    """Add the options that say where a password comes from."""
    from_stdin = click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
    generate = click.option("--generate", is_flag=True, help="Make a password up and show it once.")
    return from_stdin(generate(function))


@click.group(name="users")
def command() -> None:
    """Open and close accounts, list them, set passwords."""


@command.command(name="add")
@click.argument("email")
@click.option("--name", required=True, help="What to call the person.")
@click.option(
    "--role", type=click.Choice([role.value for role in Role]), default=Role.CUSTOMER.value, show_default=True
)
@password_options
def add(email: str, name: str, role: str, password_stdin: bool, generate: bool) -> None:
    """Open an account. Asks for a password, unless told otherwise."""
    from portal.cli.instance import open_ready_container

    container = open_ready_container()
    password, made_up = _new_password(from_stdin=password_stdin, generate=generate)
    user = container.people.add(email=email, name=name, role=Role(role), password=password)
    click.echo(f"{user.name} ({user.email}) has an account as {user.role.value}.")
    _show_once(password, made_up)


@command.command(name="list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON for a machine.")
def list_people(as_json: bool) -> None:
    """List all accounts."""
    from portal.cli.instance import open_ready_container
    from portal.cli.people_words import people_table
    from portal.cli.screen import print_json, screen

    people = open_ready_container().people.list_all()
    if as_json:
        print_json([_as_json(user) for user in people])
    elif people:
        screen().print(people_table(people))
    else:
        click.echo("Nobody has an account yet. Open one with: portal users add EMAIL --name NAME --role admin")


@command.command(name="password")
@click.argument("email")
@password_options
def set_password(email: str, password_stdin: bool, generate: bool) -> None:
    """Set somebody's password and sign them out everywhere."""
    from portal.cli.instance import open_ready_container

    container = open_ready_container()
    password, made_up = _new_password(from_stdin=password_stdin, generate=generate)
    user = container.people.set_password(email, password)
    click.echo(f"{user.email} has a new password and is signed out everywhere.")
    _show_once(password, made_up)


@command.command(name="role")
@click.argument("email")
@click.argument("role", type=click.Choice([role.value for role in Role]))
def set_role(email: str, role: str) -> None:
    """Make somebody a customer, an agent, a writer or an admin."""
    from portal.cli.instance import open_ready_container

    user = open_ready_container().people.set_role(email, Role(role))
    click.echo(f"{user.name} ({user.email}) has an account as {user.role.value}.")


@command.command(name="deactivate")
@click.argument("email")
def deactivate(email: str) -> None:
    """Close an account: nobody signs in with it any more, open sessions end."""
    from portal.cli.instance import open_ready_container

    user = open_ready_container().people.set_active(email, False)
    click.echo(f"The account of {user.email} is closed. Reopen it with: portal users activate {user.email}")


@command.command(name="activate")
@click.argument("email")
def activate(email: str) -> None:
    """Reopen an account that was closed."""
    from portal.cli.instance import open_ready_container

    user = open_ready_container().people.set_active(email, True)
    click.echo(f"The account of {user.email} is open again.")


def _new_password(*, from_stdin: bool, generate: bool) -> tuple[str, bool]:
    """Return a password and whether it was made up here."""
    if from_stdin and generate:
        raise click.UsageError("Use either --password-stdin or --generate.")
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n"), False
    if generate or not sys.stdin.isatty():
        return secrets.token_urlsafe(GENERATED_BYTES), True
    return str(click.prompt("Password", hide_input=True, confirmation_prompt=True)), False


def _show_once(password: str, made_up: bool) -> None:
    if made_up:
        click.echo(f"Password (shown only now): {password}")


def _as_json(user: User) -> dict[str, object]:
    return {
        "email": user.email,
        "name": user.name,
        "role": user.role.value,
        "active": user.active,
        "created_at": user.created_at.isoformat(),
    }
