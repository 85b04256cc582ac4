"""From a PyTorch module to an ONNX graph for any number of texts of any length."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from search_index.errors import ModelUnsupported

if TYPE_CHECKING:
    import torch


def write_graph(
    module: torch.nn.Module,
    inputs: Mapping[str, torch.Tensor],
    path: Path,
    *,
    output: str,
    max_pieces: int,
    way_out: str,
) -> None:
    """Write a module, whose only argument is a dictionary of tensors called ``inputs``, as a graph.

    Args:
        inputs: An example, each of shape (texts, pieces); two texts at least: with one the exporter would fix the size
            of the batch.
        output: What the graph's only output is called.
        max_pieces: Most pieces of one text.
        way_out: A sentence for who cannot use the model.

    Raises:
        ModelUnsupported: PyTorch cannot turn the module into a graph.
        OSError: The graph cannot be written.
    """
    import torch

    axes = {0: torch.export.Dim("texts"), 1: torch.export.Dim("pieces", max=max_pieces)}
    try:
        with torch.no_grad():
            torch.onnx.export(
                module.eval(),
                f=str(path),
                kwargs={"inputs": dict(inputs)},
                input_names=list(inputs),
                output_names=[output],
                dynamic_shapes={"inputs": dict.fromkeys(inputs, axes)},
                dynamo=True,
                external_data=True,
                verbose=False,
            )
    except (torch.onnx.errors.OnnxExporterError, RuntimeError) as error:
        reason = str(error).partition("\n")[0]
        raise ModelUnsupported(f"PyTorch cannot export this model to ONNX: {reason} {way_out}") from error
