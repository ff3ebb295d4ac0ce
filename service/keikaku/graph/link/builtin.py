"""The targets that keikaku knows: identifiers of the municipality, and areas by date.

What a rule makes of a code is sure; what it makes of a name is a guess, and scores as one. None of
the addresses is asked.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from typing import TYPE_CHECKING

from keikaku import codes
from keikaku.assets import shipped
from keikaku.graph.link.proposal import Proposal
from keikaku.graph.link.record import Text
from keikaku.names import SHARED

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from keikaku.codes import MunicipalityCode
    from keikaku.names import PlanNames

MUNICIPALITY, AREA = "municipality", "area"
BUILT_IN = (MUNICIPALITY, AREA)
"""The targets that need no dataset to be named."""

_LISTED = "municipality-links.csv"
_CC0 = "https://creativecommons.org/publicdomain/zero/1.0/"
_SURE, _GUESS = 100, 60


@dataclass(frozen=True, slots=True)
class Dataset:
    """A dataset that links lead to: its title, its home, how links are found, their licence.

    `of_city` says that they are the municipality's own, whichever of its plans they come with.
    """

    title: Text
    address: str
    method: Text
    licence: str
    of_city: bool = False


_BY_CODE = Text(
    "全国地方公共団体コードか法人番号から規則で作った IRI。人が一件ずつ承認した。",
    "IRIs made by rule from the code of the municipality or its corporate number; each link was "
    "accepted by a person.",
)
_BY_LIST = Text(
    "公開の情報源で確かめた一覧から、または名から推測した IRI。人が一件ずつ承認した。",
    "IRIs from a list that was checked against public sources, or guessed from the name; each link "
    "was accepted by a person.",
)
_BY_PERIOD = Text(
    "計画期間の初日に有効な区域と、期間中に有効となった区域。コードの変更の記録による。",
    "The area in force on the first day of the plan, and those that came into force within its "
    "period, by the record of code changes.",
)
_BY_HAND = Text("人が調べて書いたリンク。", "Links that people have found and written.")

DATASETS = {
    "estat": Dataset(
        Text("統計LOD 標準地域コード", "e-Stat Standard Area Codes"),
        "http://data.e-stat.go.jp/",
        _BY_CODE,
        _CC0,
        of_city=True,
    ),
    "houjin": Dataset(
        Text("法人インフォメーション", "Corporate Information (法人LOD)"),
        "http://hojin-info.go.jp/",
        _BY_CODE,
        _CC0,
        of_city=True,
    ),
    "wikidata": Dataset(
        Text("Wikidata", "Wikidata"), "http://www.wikidata.org/", _BY_LIST, _CC0, of_city=True
    ),
    "geonames": Dataset(
        Text("GeoNames", "GeoNames"), "http://www.geonames.org/", _BY_LIST, _CC0, of_city=True
    ),
    "dbpedia": Dataset(
        Text("DBpedia Japanese", "DBpedia Japanese"),
        "http://ja.dbpedia.org/",
        _BY_LIST,
        _CC0,
        of_city=True,
    ),
    "geonamesjp": Dataset(
        Text("GeoNames.jp", "GeoNames.jp"), "http://geonames.jp/", _BY_LIST, _CC0, of_city=True
    ),
    "ndl": Dataset(
        Text("国立国会図書館典拠データ", "NDL Authorities"),
        "http://id.ndl.go.jp/",
        _BY_LIST,
        _CC0,
        of_city=True,
    ),
    "area": Dataset(
        Text("日付のある区域", "areas by date"), f"{SHARED}graph/areas", _BY_PERIOD, _CC0
    ),
    "pages": Dataset(Text("ウェブページ", "web pages"), "", _BY_HAND, _CC0),
}
"""The datasets that need no description of their own. The licence is that of our links to them."""


def of_municipality(names: PlanNames) -> list[Proposal]:
    """Return the identifiers that a plan's municipality has elsewhere.

    What the list of checked identifiers has is not guessed; of a code that is in no list nothing is
    known.
    """
    city = codes.municipality(names.city.code)
    if city is None:
        return []
    listed = {one.dataset: one for one in _listed(names, city)}
    made = {one.dataset: one for one in _made(names, city)}
    return list((made | listed).values())


def _made(names: PlanNames, city: MunicipalityCode) -> Iterator[Proposal]:
    plain = names.city.code[:5]
    yield _proposal(
        names,
        city,
        "estat",
        "rdfs:seeAlso",
        f"http://data.e-stat.go.jp/lod/sac/C{plain}",
        Text(f"全国地方公共団体コード {names.city.code} から", f"from the code {names.city.code}"),
    )
    if city.corporate_number:
        yield _proposal(
            names,
            city,
            "houjin",
            "rdfs:seeAlso",
            f"http://hojin-info.go.jp/data/basic/{city.corporate_number}",
            Text(
                f"法人番号 {city.corporate_number} から",
                f"from the corporate number {city.corporate_number}",
            ),
        )
    yield _proposal(
        names,
        city,
        "dbpedia",
        "skos:closeMatch",
        f"http://ja.dbpedia.org/resource/{city.name}",
        Text("市町村名からの推測(同名に注意)", "guessed from the name; beware of namesakes"),
        _GUESS,
    )
    if city.name.endswith(("市", "区")):  # of towns and villages the name of the county is part
        yield _proposal(
            names,
            city,
            "geonamesjp",
            "skos:broadMatch",
            f"http://geonames.jp/resource/{city.prefecture}{city.name}",
            Text("都道府県名と市町村名からの推測", "guessed from the names of prefecture and city"),
            _GUESS,
        )


def _listed(names: PlanNames, city: MunicipalityCode) -> Iterator[Proposal]:
    """Yield what the list of checked identifiers has of the municipality."""
    with (shipped("codes") / _LISTED).open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["code"] == names.city.code:
                yield _proposal(
                    names,
                    city,
                    row["dataset"],
                    row["relation"],
                    row["iri"],
                    Text(
                        f"確かめた一覧 {_LISTED} にある({row['date']})",
                        f"in the list of checked identifiers, {_LISTED} ({row['date']})",
                    ),
                    other=row["name"],
                )


def _proposal(
    names: PlanNames,
    city: MunicipalityCode,
    dataset: str,
    relation: str,
    iri: str,
    reason: Text,
    score: int = _SURE,
    other: str = "",
) -> Proposal:
    return Proposal(
        dataset,
        names.city.municipality.value,
        city.name,
        relation,
        iri,
        other or city.name,
        iri,
        score,
        (reason,),
    )


def of_area(names: PlanNames, title: str, first: date, last: date) -> list[Proposal]:
    """Return the areas of a plan that runs from `first` to `last`.

    As adopted it covers the area in force on its first day; what came later is only referred to.
    """
    found: list[Proposal] = []
    for area in codes.areas_of(names.city.code[:5]):
        in_force = area.in_force(first)
        if in_force:
            reason = Text(
                f"計画の初日 {first} に有効", f"in force on the plan's first day, {first}"
            )
        elif first < area.issued <= last:
            reason = Text(
                f"計画期間中の {area.issued} に有効になった",
                f"came into force within the plan's period, on {area.issued}",
            )
        else:
            continue
        iri = f"{SHARED}id/area/{area.key}"
        found.append(
            Proposal(
                AREA,
                names.plan.value,
                title,
                "dcterms:spatial" if in_force else "rdfs:seeAlso",
                iri,
                f"{area.name}({area.issued} から{_until(area.valid)})",
                iri,
                _SURE,
                (reason,),
            )
        )
    return found


def _until(valid: date | None) -> str:
    return f" {valid} の前日まで" if valid else ""
