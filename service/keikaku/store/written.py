"""Results as bytes: the same formats, media types and refusals whichever engine answered."""

from __future__ import annotations

from contextlib import contextmanager
from functools import partial
from io import BytesIO, RawIOBase
from typing import IO, TYPE_CHECKING, cast
from xml.parsers import expat

import pyoxigraph
from pyoxigraph import QueryResultsFormat, QueryTriples, RdfFormat

from keikaku.names import PREFIXES
from keikaku.store.base import FormatError, Serialized

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from pyoxigraph import QueryBoolean, QuerySolutions, Triple
    from typing_extensions import Buffer

    Answered = QuerySolutions | QueryBoolean | QueryTriples
    Opened = Callable[[str], IO[bytes]]


def written(
    result: Answered, rows: QueryResultsFormat | None, graphs: RdfFormat | None
) -> Serialized:
    """Write a result in the format of its family. Raises FormatError where that cannot be."""
    return _collected(partial(write, result, rows, graphs))


def written_rows(
    result: QuerySolutions | QueryBoolean, rows: QueryResultsFormat | None
) -> Serialized:
    """Write a table or a truth value. Raises FormatError for None, and for what XML cannot say."""
    return _collected(partial(_write_rows, result, rows))


def written_triples(triples: Iterable[Triple], graphs: RdfFormat | None) -> Serialized:
    """Write a graph, with the prefixes that it uses.

    Raises FormatError for None, and for what the format cannot say.
    """
    whole = tuple(triples)
    used = {prefix: iri for prefix, iri in PREFIXES.items() if _uses(whole, iri)}
    return _collected(partial(_write_triples, whole, graphs, prefixes=used))


def _uses(triples: Iterable[Triple], namespace: str) -> bool:
    """Tell whether a term of these triples, or a literal's datatype, is in a namespace."""
    return any(f"<{namespace}" in str(term) for triple in triples for term in triple)


def _collected(write_to: Callable[[Opened], None]) -> Serialized:
    out, media_types = BytesIO(), list[str]()

    def opened(media_type: str) -> IO[bytes]:
        media_types.append(media_type)
        return out

    write_to(opened)
    return Serialized(out.getvalue(), media_types[0])


def write(
    result: Answered, rows: QueryResultsFormat | None, graphs: RdfFormat | None, opened: Opened
) -> None:
    """Write a result piece by piece to what `opened` gives, which is told the media type first.

    Raises FormatError where it cannot be written; some of it may have been by then.
    """
    if isinstance(result, QueryTriples):
        _write_triples(result, graphs, opened)
    else:
        _write_rows(result, rows, opened)


def once(triples: Iterable[Triple]) -> tuple[Triple, ...]:
    """Return each triple once, in the order in which they come."""
    return tuple(dict.fromkeys(triples))


def _write_rows(
    result: QuerySolutions | QueryBoolean, rows: QueryResultsFormat | None, opened: Opened
) -> None:
    if rows is None:
        raise not_a_graph()
    out = opened(rows.media_type)
    with _checked(out, xml=rows == QueryResultsFormat.XML) as checked:
        result.serialize(checked, rows)


def _write_triples(
    triples: Iterable[Triple],
    graphs: RdfFormat | None,
    opened: Opened,
    prefixes: Mapping[str, str] = PREFIXES,
) -> None:
    if graphs is None:
        raise not_a_table()
    out = opened(graphs.media_type)
    try:
        with _checked(out, xml=graphs == RdfFormat.RDF_XML) as checked:
            pyoxigraph.serialize(once(triples), checked, graphs, prefixes=dict(prefixes))
    except OSError as error:
        if graphs != RdfFormat.JSON_LD:
            raise
        raise _unwritable(graphs) from error  # triples as terms


def not_a_graph() -> FormatError:
    """Return the error of a SELECT or ASK whose caller takes graphs only."""
    return FormatError(
        "SELECT と ASK の結果は表です。RDF の形式では書けません。",
        "the result of a SELECT or ASK is a table, which has no RDF format",
    )


def not_a_table() -> FormatError:
    """Return the error of a CONSTRUCT or DESCRIBE whose caller takes tables only."""
    return FormatError(
        "CONSTRUCT と DESCRIBE の結果はグラフです。表の形式では書けません。",
        "the result of a CONSTRUCT or DESCRIBE is a graph, which has no table format",
    )


@contextmanager
def _checked(out: IO[bytes], *, xml: bool) -> Iterator[IO[bytes]]:
    """Give what is to be written to: `out` itself, or what checks XML on its way there."""
    if not xml:
        yield out
        return
    checked = _CheckedXml(out)
    yield cast("IO[bytes]", checked)
    checked.finish()


class _CheckedXml(RawIOBase):
    """Lets XML pass that parsers read as it was meant. Raises FormatError for other.

    pyoxigraph 0.5.13 writes control characters as they are, gives a predicate without a local
    name an element name that ends in a colon, and leaves CR raw, which parsers turn into LF.
    """

    def __init__(self, out: IO[bytes]) -> None:
        self._out = out
        self._parser = expat.ParserCreate(namespace_separator=" ")

    def writable(self) -> bool:
        """Tell that it can be written to."""
        return True

    def write(self, piece: Buffer, /) -> int:
        """Check a piece, and pass it on."""
        said = bytes(piece).replace(b"\r", b"&#xD;")
        self._parse(said)
        self._out.write(said)
        return len(bytes(piece))

    def finish(self) -> None:
        """Check that all that was begun was ended."""
        self._parse(b"", last=True)

    def _parse(self, piece: bytes, *, last: bool = False) -> None:
        try:
            self._parser.Parse(piece, last)
        except expat.ExpatError as error:
            raise _unwritable(RdfFormat.RDF_XML) from error


def _unwritable(rdf_format: RdfFormat) -> FormatError:
    name = "XML" if rdf_format == RdfFormat.RDF_XML else rdf_format.name
    return FormatError(
        f"結果には {name} では表せない文字か述語があります。JSON か Turtle で受け取ってください。",
        f"the result holds a character or a predicate that {name} cannot express; "
        "ask for JSON or Turtle",
    )
