"""Liveness and readiness, as JSON."""

from __future__ import annotations

from dataclasses import asdict

from flask import Response, jsonify

from portal.web.access import anyone
from portal.web.context import container
from portal.web.ops import blueprint

#: Load balancers send visitors elsewhere on this one.
NOT_READY = 503


@blueprint.get("/healthz")
@anyone
def healthz() -> Response:
    """Say that the process is up; asks nothing else."""
    return _never_kept(jsonify({"status": "up"}))


@blueprint.get("/readyz")
@anyone
def readyz() -> Response:
    """Say whether visitors can be sent here, and how the index is."""
    readiness = container().health.readiness()
    answer = jsonify({"status": "ready" if readiness.ready else "not ready", **asdict(readiness)})
    if not readiness.ready:
        answer.status_code = NOT_READY
    return _never_kept(answer)


def _never_kept(answer: Response) -> Response:
    answer.headers["Cache-Control"] = "no-store"
    return answer
