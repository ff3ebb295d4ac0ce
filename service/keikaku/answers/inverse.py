"""How a link is told from its other end: an item relists another, which is relisted by it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keikaku.closed import Bilingual
from keikaku.names import DCAT, DCTERMS, KEI, OA, ORG, PROV, RDF, RDFS, SH, SKOS, VOID

if TYPE_CHECKING:
    from pyoxigraph import NamedNode

_TOLD = {
    KEI["partOf"]: ("ここに属するもの", "contains"),
    KEI["inPlan"]: ("この計画の項目", "items of this plan"),
    KEI["inPolicy"]: ("この推進方針の項目", "items under this policy"),
    KEI["inMeasure"]: ("この推進施策の項目", "items under this measure"),
    KEI["planYear"]: ("この年度を含む計画", "plans that cover this year"),
    KEI["department"]: ("担当する項目", "items it is in charge of"),
    KEI["implementedBy"]: ("実施する項目", "items it implements"),
    KEI["targets"]: ("対象となる項目", "items meant for it"),
    KEI["involves"]: ("関わる項目", "items that involve it"),
    KEI["relists"]: ("再掲している項目", "relisted by"),
    KEI["schedule"]: ("この年次計画の項目", "the item of this entry"),
    KEI["fiscalYear"]: ("この年度の年次計画", "schedule entries for this year"),
    KEI["phase"]: ("この段階の年次計画", "schedule entries in this phase"),
    KEI["continues"]: ("次の年度に引き継ぐもの", "carried on by"),
    KEI["activeIn"]: ("この年度に取り組む項目", "items active in this year"),
    KEI["listsItem"]: ("一覧表での行", "listed in the overview as"),
    KEI["listsSection"]: ("一覧表での見出し行", "heading in the overview"),
    KEI["listedUnder"]: ("一覧表でこの下にある行", "rows listed under it"),
    KEI["listedTarget"]: ("対象とする一覧表の行", "overview rows that target it"),
    KEI["unheadedMark"]: ("この印のある一覧表の行", "overview row with this mark"),
    KEI["cell"]: ("この欄が述べるもの", "what this cell speaks of"),
    KEI["document"]: ("この文書の欄、行、公開しない範囲", "cells, lines, withheld regions"),
    KEI["kind"]: ("この種類の不整合", "discrepancies of this kind"),
    KEI["about"]: ("これについての不整合", "discrepancies about it"),
    KEI["decides"]: ("市の回答", "what the city says of it"),
    KEI["outcome"]: ("この区分の回答", "decisions of this outcome"),
    KEI["withheldBecause"]: ("この理由で公開しない範囲", "regions withheld for this reason"),
    KEI["field"]: ("この性質についての不整合", "discrepancies about this property"),
    DCAT["dataset"]: ("載せている目録", "catalogue that lists it"),
    DCAT["distribution"]: ("何の配布物か", "distribution of"),
    DCTERMS["isPartOf"]: ("含むもの", "has part"),
    DCTERMS["license"]: ("このライセンスのもの", "what is under this licence"),
    DCTERMS["provenance"]: ("この来歴のもの", "what has this provenance"),
    DCTERMS["publisher"]: ("公表したもの", "what it published"),
    DCTERMS["rights"]: ("この利用条件のもの", "what is under these terms"),
    DCTERMS["temporal"]: ("この期間のもの", "what covers this period"),
    OA["hasTarget"]: ("この欄についての不整合", "discrepancies found here"),
    ORG["unitOf"]: ("部署", "units"),
    PROV["wasDerivedFrom"]: ("ここから作られたもの", "what was derived from it"),
    RDF["type"]: ("この種類のもの", "things of this class"),
    RDF["predicate"]: ("この性質の根拠", "evidence for this property"),
    RDFS["isDefinedBy"]: ("定義している用語", "terms it defines"),
    RDFS["subClassOf"]: ("下位のクラス", "subclasses"),
    RDFS["subPropertyOf"]: ("下位の性質", "subproperties"),
    SH["class"]: ("この種類を求める条件", "shapes that ask for this class"),
    SH["path"]: ("この性質についての条件", "shapes about this property"),
    SH["prefixes"]: ("接頭辞を用いる条件", "constraints that use its prefixes"),
    SH["targetClass"]: ("この種類を対象とする条件", "shapes that target this class"),
    SKOS["broader"]: ("下位概念", "narrower"),
    SKOS["inScheme"]: ("含まれる概念", "concepts"),
    VOID["class"]: ("この種類の部分", "partitions of this class"),
    VOID["classPartition"]: ("何の部分か", "partition of"),
    VOID["property"]: ("この性質の部分", "partitions of this property"),
    VOID["propertyPartition"]: ("何の部分か", "partition of"),
}


def told_from_the_other_end(link: NamedNode, label: Bilingual) -> Bilingual:
    """Return how things are called that have this link to a thing.

    `label` is what the link itself is called: it is used where no better wording is known.
    """
    if link in _TOLD:
        ja, en = _TOLD[link]
        return Bilingual(ja=ja, en=en)
    return Bilingual(ja=f"「{label.ja}」でここを指すもの", en=f"whose “{label.en}” this is")
