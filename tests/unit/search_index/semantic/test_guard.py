"""An encoder that may be missing, broken, slow, or of another model."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator

import numpy as np
import pytest

from search_index.errors import ModelNotFound
from search_index.records import DegradedReason
from search_index.semantic.guard import EncoderGuard, GuardLimits
from search_index.semantic.ports import TextVectors, Vector


class Encoder:
    """Counts what it is asked, fails when told to, and waits for a door."""

    fingerprint = "test"

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.broken = False
        self.door = threading.Event()
        self.door.set()

    def encode_query(self, text: str) -> Vector:
        return self.encode_question(text).vector

    def encode_question(self, text: str) -> TextVectors:
        self.asked.append(text)
        self.door.wait(10)
        if self.broken:
            raise RuntimeError("no weights")
        pieces = np.ones((1, 2), dtype=np.float32)
        return TextVectors(vector=pieces[0], pieces=pieces, spans=np.array([[0, 1]], dtype=np.int32))


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def encoder() -> Iterator[Encoder]:
    made = Encoder()
    yield made
    made.door.set()


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_a_query_is_embedded_once(encoder: Encoder) -> None:
    guard = EncoderGuard(encoder)
    for _ in range(3):
        assert guard.encode("parcel").vector is not None
    assert encoder.asked == ["parcel"]
    assert guard.fingerprint == "test"


def test_the_encoder_itself_is_asked_when_memory_will_not_do(encoder: Encoder) -> None:
    guard = EncoderGuard(encoder)
    guard.encode("parcel")
    encoder.broken = True
    assert guard.encode("parcel").vector is not None
    assert guard.encode("parcel", remembered=False).reason is DegradedReason.ENCODER_FAILED


def test_something_else_can_be_done_while_the_encoder_works(encoder: Encoder) -> None:
    guard = EncoderGuard(encoder)
    encoder.door.clear()
    encoding = guard.begin("parcel")
    encoder.door.set()
    assert encoding().vector is not None
    assert guard.begin("parcel")().vector is not None
    assert encoder.asked == ["parcel"]


def test_only_so_many_vectors_are_remembered(encoder: Encoder) -> None:
    guard = EncoderGuard(encoder, GuardLimits(remembered=2))
    for text in ("a", "b", "a", "c", "a", "b"):
        guard.encode(text)
    assert encoder.asked == ["a", "b", "c", "b"]


def test_no_encoder_is_named() -> None:
    encoded = EncoderGuard(None).encode("parcel")
    assert (encoded.vector, encoded.reason) == (None, DegradedReason.ENCODER_MISSING)
    assert encoded.detail


def test_a_loader_is_called_at_the_first_query_only(encoder: Encoder) -> None:
    loads: list[int] = []

    def load() -> Encoder:
        loads.append(1)
        return encoder

    guard = EncoderGuard(load)
    assert (loads, guard.fingerprint) == ([], "")
    guard.encode("a")
    guard.encode("b")
    assert loads == [1]


def test_a_model_that_is_not_there_is_missing_rather_than_failed() -> None:
    def load() -> Encoder:
        raise ModelNotFound("Put it there.")

    encoded = EncoderGuard(load).encode("a")
    assert (encoded.reason, encoded.detail) == (DegradedReason.ENCODER_MISSING, "Put it there.")


def test_a_failed_encoder_is_left_alone_for_a_while_and_tried_again(encoder: Encoder, clock: Clock) -> None:
    guard = EncoderGuard(encoder, GuardLimits(retry_seconds=30), clock)
    encoder.broken = True
    first = guard.encode("a")
    assert first.reason is DegradedReason.ENCODER_FAILED
    assert "no weights" in first.detail
    clock.now = 29
    assert guard.encode("b").reason is DegradedReason.ENCODER_FAILED
    assert encoder.asked == ["a"]
    encoder.broken = False
    clock.now = 31
    assert guard.encode("c").vector is not None


def test_a_slow_encoder_is_not_waited_for_and_recovers(encoder: Encoder) -> None:
    guard = EncoderGuard(encoder, GuardLimits(encode_ms=20, load_ms=20))
    encoder.door.clear()
    assert guard.encode("a").reason is DegradedReason.ENCODER_SLOW
    assert guard.encode("b").reason is DegradedReason.ENCODER_SLOW
    assert encoder.asked == ["a"], "nothing queues up behind a query that hangs"
    encoder.door.set()
    deadline = time.monotonic() + 10
    while guard.encode("c").vector is None:
        assert time.monotonic() < deadline, "the guard never recovered"
        time.sleep(0.01)


def test_the_first_query_may_wait_for_loading(encoder: Encoder) -> None:
    def load() -> Encoder:
        threading.Event().wait(0.05)
        return encoder

    assert EncoderGuard(load, GuardLimits(encode_ms=1)).encode("a").vector is not None


def test_an_encoder_of_another_model_is_loaded_anew_after_a_pause(encoder: Encoder, clock: Clock) -> None:
    loads: list[int] = []

    def load() -> Encoder:
        loads.append(1)
        return encoder

    guard = EncoderGuard(load, GuardLimits(retry_seconds=30), clock)
    guard.encode("a")
    guard.forget()
    assert guard.encode("a").reason is DegradedReason.VECTORS_MISSING
    clock.now = 31
    assert guard.encode("a").vector is not None
    assert loads == [1, 1]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_forked_worker_gets_a_thread_of_its_own(encoder: Encoder) -> None:
    guard = EncoderGuard(encoder)
    guard.encode("a")
    child = os.fork()
    if child == 0:
        os._exit(0 if guard.encode("b").vector is not None else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_many_threads_share_it(encoder: Encoder) -> None:
    guard = EncoderGuard(encoder)
    vectors: list[Vector | None] = []
    threads = [
        threading.Thread(target=lambda name=name: vectors.append(guard.encode(name).vector)) for name in "abcdefgh"
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(vector is not None for vector in vectors)
