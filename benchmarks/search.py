"""Searches at several sizes, indexing, and the memory of a web worker.

python -m benchmarks.search [--sizes 60,1000,10000] [--queries 300] [--index-sizes 54,1000] [--json]
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from benchmarks.corpus import make_queries
from benchmarks.instances import prepare_instance, prepare_model
from benchmarks.measures import PARTS, SearchTimes, Spread, measure_searches
from search_index import Progress

#: Megabytes a web worker should stay below.
_MEMORY_TARGET_MB = 350
_WARM_UP_QUERIES = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What to measure.

    Attributes:
        folder: Keeps the model's export and the instances for the next run.
    """

    sizes: tuple[int, ...]
    index_sizes: tuple[int, ...]
    queries: int
    folder: Path
    articles: Path
    as_json: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SizeReport:
    """One size of index.

    Attributes:
        build_seconds: None when the index was kept from an earlier run.
    """

    articles: int
    invented: int
    passages: int
    build_seconds: float | None
    times: SearchTimes


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    options = _parse(arguments)
    _tell("Looking for the model; the first time it is exported …")
    fingerprint = prepare_model(options.folder)
    sizes = [_measure_size(options, size, fingerprint) for size in options.sizes]
    workers = [_measure_worker(options, size) for size in options.sizes]
    indexing = [_run_python("benchmarks.indexing", options.articles, size) for size in options.index_sizes]
    if options.as_json:
        report = {
            "machine": _machine(),
            "search": [asdict(each) for each in sizes],
            "workers": workers,
            "indexing": indexing,
        }
        print(json.dumps(report, indent=2))
        return
    print(f"{_machine()}\n")
    _print_searches(sizes)
    _print_workers(workers)
    _print_indexing(indexing)


def _parse(arguments: Sequence[str] | None) -> Options:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.search", description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", default="60,1000,10000", help="articles to search among (default: %(default)s)")
    parser.add_argument("--index-sizes", default="54,1000", help="articles to index, empty for none (%(default)s)")
    parser.add_argument("--queries", type=int, default=300, help="searches measured at each size (%(default)s)")
    parser.add_argument("--folder", type=Path, default=Path("instance/benchmark"), help="kept for the next run")
    parser.add_argument("--articles", type=Path, default=Path("articles"), help="Markdown articles to start from")
    parser.add_argument("--json", action="store_true", help="print JSON")
    given = parser.parse_args(arguments)
    return Options(
        sizes=_numbers(given.sizes) or parser.error("--sizes needs at least one number"),
        index_sizes=_numbers(given.index_sizes),
        queries=max(1, given.queries),
        folder=given.folder,
        articles=given.articles,
        as_json=given.json,
    )


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.replace(" ", "").split(",") if part)


def _measure_size(options: Options, size: int, fingerprint: str) -> SizeReport:
    instance = prepare_instance(options.folder, options.articles, size, fingerprint, _progress(size))
    _tell(f"Searching {len(instance.articles)} articles …")
    public = [article for article in instance.articles if article.audience == "public"]
    queries = make_queries(public, options.queries + _WARM_UP_QUERIES)
    times = measure_searches(instance.container, queries[: options.queries], queries[options.queries :])
    instance.container.database.dispose()
    report = instance.report
    return SizeReport(
        articles=report.articles,
        invented=instance.invented,
        passages=report.passages,
        build_seconds=round(report.total_seconds, 1) if report.promoted else None,
        times=times,
    )


def _measure_worker(options: Options, size: int) -> dict[str, Any]:
    worker = _run_python("benchmarks.worker", options.folder / f"{size}-articles")
    return {"articles": size, **worker}


def _run_python(module: str, *arguments: object) -> dict[str, Any]:
    _tell(f"Running {module} …")
    command = [sys.executable, "-m", module, *map(str, arguments)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def _progress(size: int) -> Progress:
    def show(stage: str, done: int, total: int) -> None:
        if done % 5_000 < 128 or done == total:
            _tell(f"  {size} articles: {stage} {done} of {total}", end="\r")

    return show


def _tell(text: str, end: str = "\n") -> None:
    if sys.stderr.isatty():
        print(f"\x1b[K{text}", file=sys.stderr, end=end, flush=True)


def _machine() -> str:
    return f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, {platform.system()}"


def _print_searches(sizes: Sequence[SizeReport]) -> None:
    print("A search in-process, milliseconds, p50 / p95. Queries are embedded by the real model, one thread.")
    heads = ["articles", "passages", "wait for vector", *PARTS[1:], "asked again", "keystroke"]
    rows = [
        [
            f"{each.articles:,}",
            f"{each.passages:,}",
            *(_pair(each.times.parts[part]) for part in PARTS),
            _pair(each.times.again),
            _pair(each.times.suggest),
        ]
        for each in sizes
    ]
    _print_table([heads, *rows])
    for each in sizes:
        print(_origin(each))
    print()


def _origin(report: SizeReport) -> str:
    times = report.times
    text = f"  {report.articles:,} articles: {times.queries} searches, {times.found} with hits, {times.hybrid} hybrid"
    if report.build_seconds is not None:
        text = f"{text}, index built in {report.build_seconds:.0f} s"
    if not report.invented:
        return f"{text}; all articles real, all vectors from the model."
    return (
        f"{text}; SYNTHETIC: {report.invented:,} articles are recombined sentences with made-up words, "
        "and their vectors are seeded noise around real ones."
    )


def _print_workers(workers: Sequence[Mapping[str, Any]]) -> None:
    print(f"A web worker, asked for result pages and articles (target: under {_MEMORY_TARGET_MB} MB resident):")
    for each in workers:
        verdict = "under" if each["resident_mb"] < _MEMORY_TARGET_MB else "OVER"
        request = each["request_ms"]
        print(
            f"  {each['articles']:,} articles, after {each['requests']} searches: {each['resident_mb']} MB resident, "
            f"{verdict} the target; {each['own_mb']} MB not shared; {each['resident_mb_before']} MB before the first"
        )
        print(
            f"    a result page {request['p50']:.1f} / {request['p95']:.1f} ms, "
            f"the very first {request['first']:.0f} ms; {each['refused']} refused; "
            f"{each['problem'] or 'hybrid'}; {_loaded(each['heavy_modules'])}"
        )
    print()


def _loaded(heavy: Sequence[str]) -> str:
    return f"LOADED: {', '.join(heavy)}" if heavy else "PyTorch and its companions are not loaded"


def _print_indexing(indexing: Sequence[Mapping[str, Any]]) -> None:
    for each in indexing:
        full, edit, small = each["full"], each["edit"], each["edit_without_pytorch"]
        print(f"Indexing {each['articles']:,} articles, {each['passages']:,} passages, all embedded by the real model:")
        print(f"  load the model {each['load_seconds']} s, export it once {each['export_seconds']} s")
        print(
            f"  from nothing {full['total_seconds']} s, of which {full['embed_seconds']} s in the model "
            f"({each['passages_per_second']} passages a second)"
        )
        print(f"  nothing changed {each['unchanged']['total_seconds']} s, promoted: {each['unchanged']['promoted']}")
        print(f"  one sentence edited {edit['total_seconds']} s, {edit['passages_embedded']} passages embedded")
        print(
            f"  the same without PyTorch {small['total_seconds']} s, {small['passages_embedded']} passages embedded "
            f"({small['with_loading_seconds']} s with loading the exported model)"
        )


def _pair(value: Spread) -> str:
    return f"{value.p50:.1f} / {value.p95:.1f}"


def _print_table(rows: Sequence[Sequence[str]]) -> None:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        print("  " + "  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)))


if __name__ == "__main__":
    main()
