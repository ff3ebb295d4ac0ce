"""The fiscal years that all cities share, as the calendar gives them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyoxigraph import Literal, Quad

from keikaku.names import DCAT, FY, KEI, RDF, RDFS, SHARED_GRAPHS, SKOS, TIME, XSD
from keikaku.text import (
    PUBLISHED_YEARS,
    fiscal_year_codes,
    fiscal_year_interval,
    fiscal_year_labels,
)

if TYPE_CHECKING:
    from collections.abc import Iterator


def fiscal_years() -> Iterator[Quad]:
    """Yield what is known of each fiscal year: label, notations, first and last day, next year.

    2019 is one year with two names: its label holds both, each is an alternative label.
    """
    for year in PUBLISHED_YEARS:
        yield from _fiscal_year(year)


def _fiscal_year(year: int) -> Iterator[Quad]:
    def say(predicate: object, value: object) -> Quad:
        return Quad(FY[year], predicate, value, SHARED_GRAPHS.concepts)  # type: ignore[arg-type]

    first, last = fiscal_year_interval(year)
    yield say(RDF["type"], KEI["FiscalYear"])
    yield say(RDF["type"], TIME["ProperInterval"])
    labels = fiscal_year_labels(year)
    yield say(RDFS["label"], Literal("・".join(labels), language="ja"))
    if len(labels) > 1:
        for label in labels:
            yield say(SKOS["altLabel"], Literal(label, language="ja"))
    yield say(RDFS["label"], Literal(f"FY{year}", language="en"))
    for code in fiscal_year_codes(year):
        yield say(SKOS["notation"], Literal(code))
    yield say(DCAT["startDate"], Literal(first.isoformat(), datatype=XSD["date"]))
    yield say(DCAT["endDate"], Literal(last.isoformat(), datatype=XSD["date"]))
    if year + 1 in PUBLISHED_YEARS:
        yield say(TIME["intervalMeets"], FY[year + 1])
