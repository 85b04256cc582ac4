"""A model that is not there is named, and nothing heavy is loaded to find that out."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from portal.integrations.embedding_models import CHECKS_FILE, LocalModels
from search_index import ModelNotFound, exported_model_folder


def test_a_wrong_path_is_named(tmp_path: Path) -> None:
    models = LocalModels("/no/such/folder", tmp_path)
    for load in (models.for_many, models.for_few):
        with pytest.raises(ModelNotFound, match="/no/such/folder"):
            load()


def test_a_folder_that_holds_no_model_is_named(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(ModelNotFound, match="empty"):
        LocalModels(str(tmp_path / "empty"), tmp_path / "index").for_many()


def test_asking_for_a_model_loads_no_pytorch(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; import portal.container\n"
        "from portal.integrations.embedding_models import LocalModels\n"
        f"LocalModels('', Path({str(tmp_path)!r}))._source\n"
        "print('torch' in sys.modules or 'sentence_transformers' in sys.modules)"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "False"
    assert (tmp_path / CHECKS_FILE).is_file()


@pytest.mark.model
def test_the_default_model_is_exported_once_and_then_stands_in_for_few(tmp_path: Path) -> None:
    many = LocalModels("", tmp_path).for_many()
    graph = exported_model_folder(tmp_path, many.fingerprint) / "model.onnx"
    made = graph.stat().st_mtime_ns
    again = LocalModels("", tmp_path)
    few = again.for_few()
    assert few.fingerprint == many.fingerprint
    assert again.for_many().fingerprint == many.fingerprint
    assert graph.stat().st_mtime_ns == made
    one, other = (encoder.encode_passages(["The Hub is offline."])[0] for encoder in (many, few))
    assert float(one @ other) > 0.999
