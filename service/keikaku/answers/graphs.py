"""What each named graph of a release is for."""

from __future__ import annotations

from keikaku.closed import Bilingual

_SHARED = {
    "ontology": (
        "オントロジー",
        "ontology",
        "用語とその定義、ほかの語彙との対応。",
        "The terms with their definitions, and mappings to other vocabularies.",
    ),
    "shapes": (
        "条件",
        "shapes",
        "データが満たすべき条件(SHACL)。",
        "The SHACL shapes that the data must conform to.",
    ),
    "concepts": (
        "概念",
        "concepts",
        "主体、段階、年度、不整合の種類。どの市でも同じもの。",
        "Parties, phases, fiscal years and kinds of discrepancy, which all cities share.",
    ),
    "areas": (
        "区域",
        "areas",
        "このリリースの市町村の、期間ごとの区域とその変更(統計LOD の標準地域コードによる)。",
        "The areas of this release's cities by date, and what changed them (by e-Stat's codes).",
    ),
    "publisher": (
        "公開者と出所",
        "publisher",
        "公開者とその連絡先、ほかのサイトから集めた計画の出所。目録の一部。",
        "Who publishes, with the contact, and where plans of other sites come from: a part of the "
        "catalogue.",
    ),
    "catalog": (
        "目録",
        "catalogue",
        "このリリースの目録(DCAT、VoID、PROV)。",
        "The catalogue of this release (DCAT, VoID, PROV).",
    ),
}
_OF_PLAN = {
    "stated": (
        "原文の値",
        "stated",
        "文書の個別の表と plan.toml から読み取った値。",
        "What was read from the sheets of the document and from plan.toml.",
    ),
    "overview": (
        "一覧表の値",
        "overview",
        "文書の一覧表から読み取った値。",
        "What was read from the overview table of the document.",
    ),
    "inferred": (
        "導かれた値",
        "inferred",
        "規則で導いた値。関わる主体、取り組む年度、再掲元、表示名など。",
        "What rules concluded: involvement, active years, relistings, labels and so on.",
    ),
    "evidence": (
        "根拠",
        "evidence",
        "原文の欄と行、どの値をどの欄が述べているか。",
        "The cells and lines of the document, and which of them says which value.",
    ),
    "located": (
        "原文の所在",
        "located",
        "原文の欄と行の表示名など、それらについて規則で導いたもの。",
        "What rules concluded of the document, its cells and lines: what they are called.",
    ),
    "quality": (
        "不整合",
        "quality",
        "文書が自らと食い違う箇所。",
        "Where the document contradicts itself.",
    ),
    "decisions": (
        "市の回答",
        "decisions",
        "不整合について市が述べたこと。",
        "What the city said of the discrepancies.",
    ),
    "links": ("リンク", "links", "ほかのデータへのリンク。", "Links to other data."),
}
_CITY = (
    "市町村",
    "municipality",
    "市町村とその担当課、市町村独自の主体。",
    "The municipality, its departments and its own parties.",
)


def graph_kind(name: str) -> tuple[Bilingual, Bilingual]:
    """Return what kind of graph it is and what it holds, by its name below /graph/.

    A name is `ontology`, `352039`, `352039/kyodo/stated`, `352039/kyodo/links/<target>`,
    `352039/links/<target>`.
    """
    steps = name.split("/")
    if len(steps) == 1:
        ja, en, holds_ja, holds_en = _SHARED.get(name, _CITY)
    elif steps[1] == "links":
        ja, en, holds_ja, holds_en = _OF_PLAN["links"]
    else:
        other = ("グラフ", "graph", "名前のついたグラフ。", "A named graph.")
        ja, en, holds_ja, holds_en = _OF_PLAN.get(steps[2] if len(steps) > 2 else "", other)
    return Bilingual(ja=ja, en=en), Bilingual(ja=holds_ja, en=holds_en)
