"""Rules of the house that a linter does not know. Each test names all places that break its rule."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from tests.architecture.source import ROOT, SourceFile, length_in_lines, source_files

MAX_FILE_LINES = 400
MAX_FUNCTION_LINES = 50

#: Library to the only files or folders that may import it.
HOMES = {
    "alembic": ("portal/storage/",),
    "argon2": ("portal/integrations/passwords.py",),
    "click": ("portal/cli/",),
    "email_validator": ("portal/integrations/email_addresses.py",),
    "flask": ("portal/app.py", "portal/web/"),
    "flask_babel": ("portal/web/",),
    "flask_limiter": ("portal/web/limits.py",),
    "flask_login": ("portal/web/auth.py", "portal/web/context.py"),
    "flask_wtf": ("portal/web/",),
    "gunicorn": ("portal/integrations/web_server.py",),
    "imaplib": ("portal/integrations/imap_mailbox.py",),
    "itsdangerous": ("portal/integrations/private_links.py",),
    "jwt": ("portal/integrations/identity_tokens.py",),
    "markdown": ("portal/content/",),
    "nh3": ("portal/content/sanitizer.py",),
    "onnxruntime": ("search_index/semantic/query_encoder.py",),
    "pydantic": ("portal/settings.py", "portal/cli/instance.py"),
    "pydantic_settings": ("portal/settings.py",),
    "pymdownx": ("portal/content/",),
    "rich": ("portal/cli/",),
    "sentence_transformers": ("search_index/semantic/encoder.py",),
    "simsimd": ("search_index/semantic/similarity.py",),
    "smtplib": ("portal/integrations/mail.py",),
    "sqlalchemy": ("portal/storage/",),
    "tokenizers": ("search_index/semantic/",),
    "torch": (
        "search_index/semantic/encoder.py",
        "search_index/semantic/graph_export.py",
        "search_index/semantic/reranker_export.py",
    ),
    "transformers": ("search_index/semantic/reranker_export.py",),
    "urllib3": ("portal/integrations/webhook_sender.py",),
    "usearch": ("search_index/semantic/graph.py",),
    "werkzeug": ("portal/web/",),
    "whoosh": ("search_index/keyword/whoosh_index.py",),
    "wtforms": ("portal/web/forms/",),
    "yaml": ("portal/content/yaml_reader.py",),
}

#: Where times are made: by the clock.
CLOCKED = ("portal/domain/", "portal/services/", "portal/storage/", "portal/web/", "portal/jobs/")
#: The clock itself, and the limiter's countdown, which the limiter keeps by the machine's time.
MACHINE_TIME = ("portal/domain/clock.py", "portal/web/limits.py")
ZONELESS = ("datetime.utcnow", "datetime.today", "date.today", "datetime.utcfromtimestamp")
LONG_LIVED = {
    "Container",
    "Settings",
    "Database",
    "SearchEngine",
    "Flask",
    "create_app",
    "threading.Lock",
    "dict",
    "list",
}
EVENTS = ("onclick", "onsubmit", "onload", "onchange", "oninput", "onerror", "onkeydown", "onfocus")


@cache
def _files() -> tuple[SourceFile, ...]:
    return tuple(source_files())


def _portal() -> Iterator[SourceFile]:
    return (file for file in _files() if file.name.startswith("portal/"))


def _calls(files: Iterable[SourceFile]) -> Iterator[tuple[SourceFile, ast.Call, str]]:
    return ((file, call, ast.unparse(call.func)) for file in files for call in file.calls())


def _templates() -> Iterator[Path]:
    return (path for path in sorted((ROOT / "portal" / "templates").rglob("*.*")) if path.suffix in (".html", ".xml"))


def _none(problems: Iterable[str]) -> None:
    found = sorted(problems)
    assert not found, "\n" + "\n".join(found)


def test_each_library_is_imported_where_it_is_at_home() -> None:
    _none(
        f"{file.name} imports {module}, which only {', '.join(homes)} may: put a function there and call it."
        for file in _files()
        for module in file.imported_modules()
        if (homes := HOMES.get(module.split(".", maxsplit=1)[0])) and not file.name.startswith(homes)
    )


def test_every_home_is_lived_in() -> None:
    imported = {module.split(".", maxsplit=1)[0] for file in _files() for module in file.imported_modules()}
    _none(
        f"Nothing imports {library} any more: take it from this list."
        for library in HOMES.keys() - imported - {"pymdownx"}
    )


def test_files_are_of_a_size_to_be_read() -> None:
    sizes = ((file.name, len(file.path.read_text(encoding="utf-8").splitlines())) for file in _files())
    _none(f"{name} has {lines} lines: split it by meaning." for name, lines in sizes if lines > MAX_FILE_LINES)


def test_functions_are_of_a_size_to_be_read() -> None:
    _none(
        f"{file.name}: {function.name} has {length_in_lines(function)} lines: split it by meaning."
        for file in _files()
        for function in file.functions()
        if length_in_lines(function) > MAX_FUNCTION_LINES and "/migrations/" not in file.name
    )


def test_annotations_are_not_evaluated() -> None:
    def lacks_it(file: SourceFile) -> bool:
        code = [node for node in file.tree.body if not isinstance(node, ast.Expr)]
        return bool(code) and not (isinstance(code[0], ast.ImportFrom) and code[0].module == "__future__")

    _none(f"{file.name} lacks: from __future__ import annotations" for file in _files() if lacks_it(file))


def test_times_have_a_zone() -> None:
    """Ruff sees most of it; this cannot be switched off in a line."""
    _none(
        f"{file.name}:{call.lineno}: {name} without a zone: use the clock, or datetime.now(UTC)."
        for file, call, name in _calls(_files())
        if name.endswith(ZONELESS)
        or (name.endswith("datetime.now") and not call.args and not call.keywords)
        or (name.endswith("datetime.fromtimestamp") and not call.args[1:] and not call.keywords)
    )


def test_the_time_comes_from_the_clock() -> None:
    _none(
        f"{file.name}:{call.lineno}: {name} asks the machine: ask the clock that is passed in."
        for file, call, name in _calls(file for file in _files() if file.name.startswith(CLOCKED))
        if name in ("datetime.now", "time.time") and file.name not in MACHINE_TIME
    )


def test_markup_is_called_safe_only_by_the_sanitizers_floor() -> None:
    _none(
        f"{file.name}:{call.lineno} builds {name}: only portal/content may, through the sanitizer."
        for file, call, name in _calls(_portal())
        if name.rsplit(".", maxsplit=1)[-1] in ("SafeHtml", "Markup") and not file.name.startswith("portal/content/")
    )


def test_templates_switch_escaping_off_nowhere() -> None:
    _none(
        f"{template.name} says {word!r}: hand a SafeHtml over instead."
        for template in _templates()
        for word in ("|safe", "| safe", "autoescape false")
        if word in template.read_text(encoding="utf-8")
    )


def test_no_template_holds_inline_script_or_style() -> None:
    """The site's Content-Security-Policy refuses them."""

    def is_inline(line: str) -> bool:
        script = "<script" in line and "src=" not in line
        return script or "<style" in line or " style=" in line or any(f" {event}=" in line for event in EVENTS)

    _none(
        f"{template.name}:{number}: {line.strip()}"
        for template in _templates()
        for number, line in enumerate(template.read_text(encoding="utf-8").splitlines(), start=1)
        if is_inline(line)
    )


def test_no_module_keeps_long_lived_objects() -> None:
    _none(
        f"{file.name}:{node.lineno} keeps a {name} at module level: put it into the container."
        for file in _portal()
        for node in file.tree.body
        if isinstance(node, ast.Assign | ast.AnnAssign)
        and isinstance(node.value, ast.Call)
        and (name := ast.unparse(node.value.func)) in LONG_LIVED
    )
