"""What commands share: the container of the instance they work on, and whether its database is ready."""

from __future__ import annotations

from pydantic import ValidationError

from portal.container import Container
from portal.domain.errors import SetupError
from portal.settings import Settings
from portal.storage.schema import require_schema


def open_container() -> Container:
    """Build the container of the instance that the environment names.

    Raises:
        SetupError: If a setting cannot be used; names it.
    """
    try:
        return Container(Settings())
    except ValidationError as error:
        wrong = "; ".join(f"PORTAL_{str(e['loc'][0]).upper()}: {e['msg']}" for e in error.errors())
        raise SetupError(f"The settings cannot be used. {wrong}.") from error


def open_ready_container() -> Container:
    """Build the container of an instance whose database is there and of today's shape.

    Raises:
        SetupError: If it is not; says what to run.
    """
    container = open_container()
    require_schema(container.database)
    return container
