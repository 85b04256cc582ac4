"""Past questions on disk: written whole, followed at once, no words kept."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import numpy as np
import pytest

from search_index import (
    HashingEncoder,
    HistoryRecipe,
    HistoryStore,
    IndexNotWritable,
    LiveHistory,
    PastQuestion,
    SearchEngine,
    SearchQuery,
)
from search_index.history import text_hash
from search_index.semantic.ports import Vector
from tests.unit.search_index.samples import PUBLIC, engine, index

NOW = datetime(2026, 6, 1, tzinfo=UTC)


class CountingEncoder(HashingEncoder):
    """Counts what it embeds, and may be told to fail after so many."""

    def __init__(self, dimensions: int = 256, fails_after: int | None = None) -> None:
        super().__init__(dimensions)
        self.embedded: list[str] = []
        self._fails_after = fails_after

    def encode_query(self, text: str) -> Vector:
        if self._fails_after is not None and len(self.embedded) >= self._fails_after:
            raise RuntimeError("killed")
        self.embedded.append(text)
        return super().encode_query(text)


def question(text: str, article_id: str = "refunds", voter: str = "", **more: float) -> PastQuestion:
    return PastQuestion(text=text, article_id=article_id, at=NOW, voter=voter, **more)


def read(root: Path) -> int:
    history = LiveHistory(root).get(HashingEncoder().fingerprint, HistoryRecipe())
    return len(history) if history is not None else -1


def first(asked: SearchEngine, text: str, asked_at: datetime | None = None) -> str:
    hits = asked.search(SearchQuery(text=text, audiences=PUBLIC, asked_at=asked_at)).hits
    return hits[0].article_id if hits else ""


def test_no_history_is_no_evidence(tmp_path: Path) -> None:
    assert read(tmp_path / "nowhere") == -1


def test_what_is_written_is_read_and_replaced_whole(tmp_path: Path) -> None:
    store = HistoryStore(tmp_path)
    assert store.write([question("one"), question("two")], HashingEncoder()) == 2
    assert read(tmp_path) == 2
    assert store.write([question("three")], HashingEncoder()) == 1
    assert read(tmp_path) == 1
    assert store.write([], HashingEncoder()) == 0
    assert read(tmp_path) == 0


def test_questions_without_words_are_left_out(tmp_path: Path) -> None:
    assert HistoryStore(tmp_path).write([question(" \x00 "), question("?!"), question("card")], HashingEncoder()) == 1


def test_one_more_question_costs_one_embedding(tmp_path: Path) -> None:
    questions = [question(f"question number {number}") for number in range(20)]
    HistoryStore(tmp_path).write(questions, HashingEncoder())
    encoder = CountingEncoder()
    HistoryStore(tmp_path).write([*questions, question("a new one"), question(" a  new one ")], encoder)
    assert encoder.embedded == ["a new one"]


def test_no_words_and_no_names_lie_on_disk(tmp_path: Path) -> None:
    HistoryStore(tmp_path).write([question("zanzibar holiday", voter="quentin")], HashingEncoder())
    content = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert b"refunds" in content.replace(b"\0", b"")
    assert not any(word in content.replace(b"\0", b"") for word in (b"zanzibar", b"quentin"))


def test_a_killed_run_leaves_the_old_history_and_the_next_goes_on(tmp_path: Path) -> None:
    HistoryStore(tmp_path).write([question("old")], HashingEncoder())
    many = [question(f"question number {number}") for number in range(300)]
    with pytest.raises(RuntimeError):
        HistoryStore(tmp_path).write(many, CountingEncoder(fails_after=280))
    assert read(tmp_path) == 1
    encoder = CountingEncoder()
    HistoryStore(tmp_path).write(many, encoder)
    assert read(tmp_path) == 300
    assert len(encoder.embedded) < 100
    assert [path.suffix for path in (tmp_path / "history").iterdir() if path.name != "LOCK"] == [".npz"]


def test_another_model_writes_another_file_and_removes_the_first(tmp_path: Path) -> None:
    HistoryStore(tmp_path).write([question("one")], HashingEncoder())
    HistoryStore(tmp_path).write([question("one")], HashingEncoder(dimensions=32))
    assert read(tmp_path) == -1
    assert LiveHistory(tmp_path).get(HashingEncoder(dimensions=32).fingerprint, HistoryRecipe()) is not None


def test_clearing_forgets_all(tmp_path: Path) -> None:
    HistoryStore(tmp_path).write([question("one")], HashingEncoder())
    HistoryStore(tmp_path).clear()
    assert read(tmp_path) == -1


@pytest.mark.parametrize("damage", [b"", b"damage", None])
def test_a_damaged_file_is_left_alone_by_readers_and_written_anew(tmp_path: Path, damage: bytes | None) -> None:
    HistoryStore(tmp_path).write([question("one"), question("two")], HashingEncoder())
    path = next((tmp_path / "history").glob("*.npz"))
    content = bytearray(path.read_bytes())
    content[content.index(HashingEncoder().encode_query("one").astype(np.float16).tobytes())] ^= 0xFF
    path.write_bytes(bytes(content) if damage is None else damage)
    assert read(tmp_path) == -1
    HistoryStore(tmp_path).write([question("one")], HashingEncoder())
    assert read(tmp_path) == 1


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "history").write_text("a file")
    with pytest.raises(IndexNotWritable):
        HistoryStore(tmp_path).write([question("one")], HashingEncoder())


def test_a_reader_follows_the_file_and_keeps_what_it_has_read(tmp_path: Path) -> None:
    live, fingerprint, recipe = LiveHistory(tmp_path), HashingEncoder().fingerprint, HistoryRecipe()
    assert live.get(fingerprint, recipe) is None
    HistoryStore(tmp_path).write([question("one")], HashingEncoder())
    history = live.get(fingerprint, recipe)
    assert history is not None
    assert live.get(fingerprint, recipe) is history
    HistoryStore(tmp_path).write([question("one"), question("two")], HashingEncoder())
    renewed = live.get(fingerprint, recipe)
    assert renewed is not None
    assert len(renewed) == 2
    HistoryStore(tmp_path).clear()
    assert live.get(fingerprint, recipe) is None


def test_times_need_a_zone_and_weights_a_value() -> None:
    with pytest.raises(ValueError, match="time zone"):
        PastQuestion(text="x", article_id="a", at=datetime(2026, 1, 1))  # noqa: DTZ001
    for weight in (-1.0, float("nan"), float("inf")):
        with pytest.raises(ValueError, match="weight"):
            question("x", weight=weight)


def test_texts_that_are_searched_alike_share_a_hash() -> None:
    assert text_hash("  lost\x00 card ") == text_hash("lost card") != text_hash("lost cards")


def test_the_engine_finds_what_was_learned_without_a_rebuild(tmp_path: Path) -> None:
    asked = engine(index(tmp_path))
    words = "my purse was emptied twice"
    assert first(asked, words) != "refunds"
    HistoryStore(tmp_path).write([question(words)], HashingEncoder())
    assert first(asked, words) == "refunds"
    assert first(asked, words, NOW + timedelta(days=1)) == "refunds"
    assert first(asked, words, NOW) != "refunds", "only earlier questions count"
    HistoryStore(tmp_path).write([], HashingEncoder())
    assert first(asked, words) != "refunds"


def test_what_leads_to_no_visible_article_changes_nothing(tmp_path: Path) -> None:
    asked = engine(index(tmp_path))
    query = SearchQuery(text="get a refund", audiences=PUBLIC)
    before = asked.search(query).hits
    HistoryStore(tmp_path).write(
        [question("get a refund", "staff-refunds"), question("get a refund", "long gone")], HashingEncoder()
    )
    assert asked.search(query).hits == before


def test_other_time_zones_mean_the_same_moment(tmp_path: Path) -> None:
    asked = engine(index(tmp_path))
    east = timezone(timedelta(hours=9))
    words = "my purse was emptied twice"
    past = PastQuestion(text=words, article_id="refunds", at=(NOW - timedelta(hours=1)).astimezone(east))
    HistoryStore(tmp_path).write([past], HashingEncoder())
    assert first(asked, words, NOW) == "refunds"


def test_an_engine_without_an_encoder_goes_without(tmp_path: Path) -> None:
    index(tmp_path)
    HistoryStore(tmp_path).write([question("my purse was emptied twice")], HashingEncoder())
    assert first(SearchEngine(tmp_path, None), "refund") == "refunds"


def test_vectors_are_as_good_as_fresh_ones(tmp_path: Path) -> None:
    HistoryStore(tmp_path).write([question("lost card")], HashingEncoder())
    history = LiveHistory(tmp_path).get(HashingEncoder().fingerprint, HistoryRecipe())
    assert history is not None
    assert history.evidence(HashingEncoder().encode_query("lost card")).nearest == pytest.approx(1.0, abs=1e-3)
    assert history.evidence(np.zeros(256, dtype=np.float32)).nearest == 0.0
