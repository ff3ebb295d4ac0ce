"""SPARQL queries of finite work, which count rows that a VALUES clause makes.

They read no data and end by themselves: a deadline is passed, and no engine is harmed. CPU seconds
are pyoxigraph's (0.5.13, one core).
"""

from __future__ import annotations


def _rows(digits: int) -> str:
    """Patterns with ten to the power of `digits` rows of single digits."""
    return " ".join(f"VALUES ?d{n} {{ 0 1 2 3 4 5 6 7 8 9 }}" for n in range(digits))


SECONDS = f"""SELECT (COUNT(*) AS ?n) {{ {_rows(7)}
  FILTER ({" + ".join(f"?d{n}" for n in range(7))} > 5) }}"""
"""Five CPU seconds, and one row."""

QUARTER_MINUTE = f"SELECT (COUNT(*) AS ?n) {{ {_rows(8)} }}"
"""Fifteen CPU seconds, and one row."""

SORTED = f"SELECT * {{ {_rows(6)} }} ORDER BY ?d3 ?d0"
"""A million rows that are held in memory until all are there: a few hundred megabytes."""
