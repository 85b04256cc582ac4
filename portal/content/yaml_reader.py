"""YAML read safely: plain values only, errors with the line in the file, and no bombs."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

import yaml

from portal.domain.errors import ContentError

#: Values a document may hold once its aliases are followed; a bomb of a few lines holds billions.
MAX_VALUES = 10_000

_Loader: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class YamlDocument:
    """A YAML document and the lines where its topmost keys stand.

    Attributes:
        value: Strings, numbers, booleans, dates, None, lists and dicts of these.
        key_lines: 1-based lines in the file of the keys of a topmost mapping; empty for any other document.
        item_lines: The same of the items of a topmost list.
    """

    value: object
    key_lines: Mapping[str, int] = field(default_factory=dict)
    item_lines: tuple[int, ...] = ()


def read_yaml(text: str, *, path: str, first_line: int = 1) -> YamlDocument:
    """Read one YAML document.

    Args:
        text: The YAML; blank text reads as None.
        path: The file it comes from, for messages.
        first_line: 1-based line of that file on which the text begins.

    Raises:
        ContentError: If the text is not YAML, names its file and line; or if it is unreasonably large.
    """
    try:
        node = yaml.compose(text, Loader=_Loader)
        if node is None:
            return YamlDocument(None)
        if _count(node, MAX_VALUES) <= 0:
            raise ContentError(
                f"The YAML holds more than {MAX_VALUES} values. Shorten it, and use no aliases (*name).",
                path=path,
                line=first_line,
            )
        value: object = yaml.load(text, Loader=_Loader)  # noqa: S506 - both loaders are safe ones
        return YamlDocument(value, _key_lines(node, first_line), _item_lines(node, first_line))
    except yaml.MarkedYAMLError as error:
        raise _syntax_error(error, path, first_line) from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise ContentError(f"The YAML cannot be read: {error}.", path=path, line=first_line) from error


def plain_values(value: object) -> object:
    """Turn what YAML reads into what JSON can hold: dates become ISO strings, keys become strings."""
    match value:
        case dict():
            return {str(key): plain_values(item) for key, item in value.items()}
        case list() | tuple() | set():
            return [plain_values(item) for item in value]
        case date() | datetime():
            return value.isoformat()
        case bytes():
            return value.decode("utf-8", "replace")
        case float() if not math.isfinite(value):
            return str(value)
        case _:
            return value


def _syntax_error(error: yaml.MarkedYAMLError, path: str, first_line: int) -> ContentError:
    mark = error.problem_mark or error.context_mark
    line = first_line + mark.line if mark else first_line
    reason = " ".join(part for part in (error.context, error.problem) if part)
    hint = "Check the indentation, and put values with a colon or a quotation mark in quotes."
    return ContentError(f"The YAML cannot be read: {reason}. {hint}", path=path, line=line)


def _key_lines(node: yaml.Node, first_line: int) -> dict[str, int]:
    if not isinstance(node, yaml.MappingNode):
        return {}
    return {str(key.value): first_line + key.start_mark.line for key, _ in node.value}


def _item_lines(node: yaml.Node, first_line: int) -> tuple[int, ...]:
    if not isinstance(node, yaml.SequenceNode):
        return ()
    return tuple(first_line + item.start_mark.line for item in node.value)


def _count(node: yaml.Node, budget: int) -> int:
    """Return what is left of the budget after every value below the node, aliases followed, has taken one."""
    budget -= 1
    if isinstance(node, yaml.ScalarNode) or budget <= 0:
        return budget
    children = node.value
    if isinstance(node, yaml.MappingNode):
        children = [part for pair in node.value for part in pair]
    for child in children:
        budget = _count(child, budget)
        if budget <= 0:
            break
    return budget
