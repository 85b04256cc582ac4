"""A process like a web worker, to see how much memory it needs: the whole site imported, searches asked.

    python -m benchmarks.worker INDEX MODELS ARTICLES

prints one line of JSON.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

import psutil

from benchmarks.corpus import load_articles, make_queries
from benchmarks.measures import AUDIENCES
from portal.app import create_app
from portal.settings import Settings
from search_index import SearchEngine, SearchMode, SearchQuery, load_exported_encoder

_SEARCHES = 40
_HEAVY = ("torch", "transformers", "sentence_transformers")


def main(index: Path, models: Path, articles: Path) -> None:
    """Search and print."""
    fingerprint = next(path.name for path in (models / "models").iterdir() if not path.name.startswith("."))
    queries = [*make_queries(load_articles(articles), _SEARCHES - 1), "the parcel never arrived " * 200]
    with tempfile.TemporaryDirectory() as instance:
        app = create_app(Settings(instance=Path(instance)))
        engine = SearchEngine(index, lambda: load_exported_encoder(models, fingerprint))
        started = _resident_mb()
        modes = [engine.search(SearchQuery(text=text, audiences=AUDIENCES)).mode for text in queries]
    print(
        json.dumps(
            {
                "searches": len(modes),
                "hybrid": modes.count(SearchMode.HYBRID),
                "routes": len(list(app.url_map.iter_rules())),
                "resident_mb_before": started,
                "resident_mb": _resident_mb(),
                "own_mb": round(psutil.Process().memory_full_info().uss / 1e6, 1),
                "heavy_modules": [name for name in _HEAVY if name in sys.modules],
            }
        )
    )


def _resident_mb() -> float:
    return round(psutil.Process().memory_info().rss / 1e6, 1)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:4]))
