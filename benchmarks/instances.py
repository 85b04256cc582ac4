"""Instances of the site with as many articles as wanted: database, index and model, kept from run to run."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from benchmarks.corpus import INVENTED_MARK, load_articles, make_articles, to_markdown
from benchmarks.echo_encoder import EchoEncoder
from portal.container import Container
from portal.settings import Settings
from portal.storage.schema import upgrade
from search_index import (
    IndexedArticle,
    Indexer,
    IndexReport,
    Progress,
    exported_model_folder,
    load_exported_encoder,
    resolve_model,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Instance:
    """A site that is ready to be searched.

    Attributes:
        articles: As indexed.
        invented: How many of them are not shipped ones.
    """

    container: Container
    articles: list[IndexedArticle]
    invented: int
    report: IndexReport


def settings_of(folder: Path) -> Settings:
    """Settings of an instance; those of the environment must not lead to a real one's database."""
    return Settings(instance=folder, articles=folder / "articles", database_url="", rate_limits=False)


def prepare_model(folder: Path) -> str:
    """Export the model into a folder unless it was done before; returns its fingerprint.

    Done by another process, so that this one stays free of PyTorch.
    """
    source = resolve_model(checks_file=folder / "model_checks.json")
    if not exported_model_folder(folder, source.fingerprint).is_dir():
        script = (
            "import sys, pathlib; from search_index import *; export_model(resolve_model(), pathlib.Path(sys.argv[1]))"
        )
        subprocess.run([sys.executable, "-c", script, str(folder)], check=True)
    return source.fingerprint


def prepare_instance(home: Path, shipped: Path, size: int, fingerprint: str, progress: Progress) -> Instance:
    """Make or bring up to date an instance with `size` articles.

    Args:
        home: Holds the exported model and all instances.
        shipped: Folder of the Markdown articles to start from.
        size: Articles, agents' and writers' ones included.
        fingerprint: Of the exported model.
        progress: Called with the stages of syncing and indexing.
    """
    folder = home / f"{size}-articles"
    settings = settings_of(folder)
    _write_articles(shipped, size, settings.articles)
    _share_models(home, settings.index_folder)
    container = Container(settings)
    upgrade(container.database)
    container.sync.sync(settings.articles, progress=progress)
    with container.database.read() as work:
        articles = list(work.articles.iterate_indexed())
    real = [article for article in articles if INVENTED_MARK not in article.title]
    model = load_exported_encoder(home, fingerprint, threads=os.cpu_count() or 1)
    report = Indexer(settings.index_folder, EchoEncoder(model, real)).sync(articles, progress)
    return Instance(container=container, articles=articles, invented=len(articles) - len(real), report=report)


def _write_articles(shipped: Path, size: int, folder: Path) -> None:
    """Write the articles folder of an instance; files that are right already are left alone."""
    invented = make_articles(load_articles(shipped), size)
    paths = sorted(path for path in shipped.rglob("*.md") if not path.name.startswith("_"))
    files = {path.relative_to(shipped): path.read_text(encoding="utf-8") for path in paths[:size]}
    for article in invented[len(paths) :]:
        files[Path("troubleshooting") / f"{article.id}.md"] = to_markdown(article)
    for path, text in files.items():
        _write(folder / path, text)
    for path in set(folder.rglob("*.md")) - {folder / path for path in files}:
        path.unlink()


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.is_file() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")


def _share_models(home: Path, index_folder: Path) -> None:
    index_folder.mkdir(parents=True, exist_ok=True)
    link = index_folder / "models"
    if not link.exists():
        link.symlink_to((home / "models").resolve(), target_is_directory=True)
