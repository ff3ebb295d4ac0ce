"""rdflib-endpoint over an N-Quads file in memory.

Run it with `python -m tests.bench.rdflib_server FILE PORT`.
"""

from __future__ import annotations

import sys

import uvicorn
from rdflib import Dataset
from rdflib_endpoint import SparqlEndpoint


def main(file: str, port: int) -> None:
    """Load `file` and serve it at /, its default graph the union of all."""
    dataset = Dataset(default_union=True)
    dataset.parse(file, format="nquads")
    uvicorn.run(SparqlEndpoint(graph=dataset), host="127.0.0.1", port=port, log_level="warning")


main(sys.argv[1], int(sys.argv[2]))
