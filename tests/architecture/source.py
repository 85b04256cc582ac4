"""The source as the architecture tests read it: parsed, never run."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("portal", "search_index")


@dataclass(frozen=True)
class SourceFile:
    """One Python file."""

    path: Path

    @property
    def name(self) -> str:
        """Its path below the root, such as ``portal/app.py``."""
        return self.path.relative_to(ROOT).as_posix()

    @cached_property
    def tree(self) -> ast.Module:
        """What it says."""
        return ast.parse(self.path.read_text(encoding="utf-8"), filename=self.name)

    def imported_modules(self) -> Iterator[str]:
        """Every module it imports anywhere, in full: ``from a.b import c`` is ``a.b``."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
                yield node.module

    def functions(self) -> Iterator[ast.FunctionDef]:
        """Every function in it, nested ones too."""
        return (node for node in ast.walk(self.tree) if isinstance(node, ast.FunctionDef))

    def calls(self) -> Iterator[ast.Call]:
        """Every call in it."""
        return (node for node in ast.walk(self.tree) if isinstance(node, ast.Call))


def source_files(*folders: str) -> list[SourceFile]:
    """Return the Python files below some folders, all packages when none is named."""
    return [SourceFile(path) for folder in folders or PACKAGES for path in sorted((ROOT / folder).rglob("*.py"))]


def length_in_lines(node: ast.FunctionDef) -> int:
    """Return how many lines a function has, without its decorators and its docstring."""
    assert node.end_lineno is not None
    first = node.body[0]
    documented = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    docstring = (first.end_lineno or 0) - first.lineno + 1 if documented else 0
    return node.end_lineno - node.lineno + 1 - docstring
