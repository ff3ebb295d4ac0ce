"""What a release offers for download: each file's kind, told to people and to harvesters.

File types are those of the EU's authority table, media types those of IANA.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from functools import cache

from keikaku.closed import Bilingual
from keikaku.release.dumps import MEDIA_TYPES
from keikaku.release.linksets import FOLDER as LINKS
from keikaku.release.tabular import table_titles

DUMP = "keikaku"
"""How the names of the dumps begin."""

TABLES = "tables"
"""The folder of the CSV tables."""

METADATA = f"{TABLES}/csv-metadata.json"
"""What the columns of the CSV tables mean, for programs (CSV on the Web)."""

DICTIONARY = f"{TABLES}/dictionary.csv"
"""What the columns of the CSV tables mean, for people (データ項目定義書)."""

ARCHIVE = f"{DUMP}-csv.zip"
"""All tables in one archive."""

DOCUMENTS = "documents"
"""The folder of the documents themselves, where a plan offers its own."""

RESOURCES = "resources.txt"
"""The IRIs that a release describes under its base, one a line, in order of their bytes."""

GZIP = "application/gzip"


class Group(Enum):
    """The groups of files on a release's page, in this order."""

    SPREADSHEET = "spreadsheet"
    GRAPH = "graph"
    LINKS = "links"
    ABOUT = "about"


@dataclass(frozen=True, slots=True)
class Offer:
    """One file as it is offered.

    `media_type` is that of the content once unpacked, `file_type` its name in the EU's authority
    table, `compressed` and `packed` the media type of what it is wrapped in, if it is.
    """

    name: str
    group: Group
    title: Bilingual
    description: Bilingual
    media_type: str
    file_type: str
    compressed: str | None = None
    packed: str | None = None

    @property
    def sent_as(self) -> str:
        """The media type of the file itself."""
        return self.compressed or self.packed or self.media_type


_GRAPHS = {
    "nq": (
        "RDF_N_QUADS",
        "N-Quads",
        "一行に一つの文。グラフの名も入る正本で、並びも決まっている(差分や照合に向く)。",
        "A statement a line with the name of its graph, in canonical order; the master copy.",
    ),
    "trig": (
        "RDF_TRIG",
        "TriG",
        "グラフごとにまとめた、人にも読める RDF。",
        "RDF that people can read too, graph by graph.",
    ),
    "nt": (
        "RDF_N_TRIPLES",
        "N-Triples",
        "一行に一つの文。グラフの名はない。",
        "A statement a line, without the names of graphs.",
    ),
    "ttl": (
        "RDF_TURTLE",
        "Turtle",
        "人にも読める RDF。グラフの名はない。",
        "RDF that people can read too, without the names of graphs.",
    ),
    "rdf": (
        "RDF_XML",
        "RDF/XML",
        "XML で書いた RDF。古いソフトウェア向け。",
        "RDF written in XML, for older software.",
    ),
    "jsonld": (
        "JSON_LD",
        "JSON-LD",
        "JSON として読める RDF。ウェブのプログラム向け。",
        "RDF that reads as JSON, for programs of the web.",
    ),
}
_SINGLE = {
    f"{DUMP}.xlsx": (
        Group.SPREADSHEET,
        "XLSX",
        ("表計算ファイル(すべての表)", "Spreadsheet (all tables)"),
        (
            "Excel などで開けます。表ごとに一枚のシート。",
            "Opens in Excel and others; a sheet each.",
        ),
    ),
    METADATA: (
        Group.ABOUT,
        "JSON",
        ("CSVW メタデータ", "CSVW metadata"),
        (
            "CSV の列の意味・データ型・RDF の性質(W3C CSV on the Web)。",
            "What the columns of the CSV mean: data types, RDF properties (W3C CSV on the Web).",
        ),
    ),
    DICTIONARY: (
        Group.ABOUT,
        "CSV",
        ("データ項目定義書", "Data dictionary"),
        ("CSV の列を日本語で説明する表。", "A table that explains the columns, in Japanese."),
    ),
    "catalog.ttl": (
        Group.ABOUT,
        "RDF_TURTLE",
        ("目録(DCAT、VoID)", "Catalogue (DCAT, VoID)"),
        ("このリリースとファイルの目録情報。", "What catalogues want to know of this release."),
    ),
    RESOURCES: (
        Group.ABOUT,
        "TXT",
        ("IRI の一覧", "List of IRIs"),
        (
            "このリリースが述べるものの IRI を一行に一つ。",
            "What this release describes, an IRI a line.",
        ),
    ),
}


def offer_of(name: str) -> Offer | None:
    """Return how the file called `name` is offered, or None if it is none that is catalogued."""
    if name.endswith(".gz"):
        return _compressed(offer_of(name.removesuffix(".gz")), name)
    if name == ARCHIVE:
        return Offer(
            name,
            Group.SPREADSHEET,
            Bilingual(ja="CSV 一式(ZIP)", en="All CSV tables (ZIP)"),
            Bilingual(
                ja="すべての CSV とデータ項目定義書。Excel で文字化けしないよう BOM 付き。",
                en="All tables and their dictionary, with a byte order mark for Excel.",
            ),
            MEDIA_TYPES["csv"],
            "CSV",
            packed="application/zip",
        )
    if name in _SINGLE:
        group, file_type, title, description = _SINGLE[name]
        return Offer(name, group, _both(title), _both(description), media_type_of(name), file_type)
    suffix = name.rsplit(".", 1)[-1]
    if name == f"{DUMP}.{suffix}" and suffix in _GRAPHS:
        file_type, known_as, ja, en = _GRAPHS[suffix]
        return Offer(
            name,
            Group.GRAPH,
            Bilingual(ja=known_as, en=known_as),
            Bilingual(ja=ja, en=en),
            media_type_of(name),
            file_type,
        )
    if name.startswith(f"{TABLES}/") and suffix == "csv":
        return _table(name)
    if name.startswith(f"{LINKS}/") and suffix == "nq":
        return _linkset(name)
    return None


def media_type_of(name: str) -> str:
    """Return the media type of a file by its name, without a charset."""
    if name == METADATA:
        return "application/csvm+json"  # RFC-registered by W3C CSV on the Web
    return MEDIA_TYPES.get(name.rsplit(".", 1)[-1], "application/octet-stream")


def _both(texts: tuple[str, str]) -> Bilingual:
    return Bilingual(ja=texts[0], en=texts[1])


def _compressed(inner: Offer | None, name: str) -> Offer | None:
    if inner is None:
        return None
    return Offer(
        name,
        inner.group,
        Bilingual(ja=f"{inner.title.ja}(gzip 圧縮)", en=f"{inner.title.en} (gzip)"),
        inner.description,
        inner.media_type,
        inner.file_type,
        compressed=GZIP,
    )


def _table(name: str) -> Offer:
    stem = name.removeprefix(f"{TABLES}/").removesuffix(".csv")
    title = _titles().get(stem, Bilingual(ja=stem, en=stem))
    return Offer(
        name,
        Group.SPREADSHEET,
        Bilingual(ja=f"CSV: {title.ja}", en=f"CSV: {title.en}"),
        Bilingual(ja=f"「{title.ja}」の表。", en=f"The table of {title.en}."),
        MEDIA_TYPES["csv"],
        "CSV",
    )


def _linkset(name: str) -> Offer:
    target = name.removeprefix(f"{LINKS}/").removesuffix(".nq")
    return Offer(
        name,
        Group.LINKS,
        Bilingual(ja=f"リンク: {target}", en=f"Links: {target}"),
        Bilingual(
            ja="ほかのデータへの、人が承認したリンク。根拠と承認した者が付く。",
            en="Links to other data that people have accepted, with evidence and reviewer.",
        ),
        media_type_of(name),
        "RDF_N_QUADS",
    )


@cache
def _titles() -> dict[str, Bilingual]:
    return table_titles()
