"""Records are found by code and name, whatever an edition does to numbers and departments."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from keikaku.graph.link.groups import named_in
from keikaku.graph.link.match import proposals
from keikaku.graph.link.record import Record, municipality_codes, plain_number
from keikaku.graph.link.tables import read_table
from keikaku.graph.link.triples import FORMATS, read_rdf
from keikaku.names import PARTY, SHARED_PARTIES

LINKDATA = Path(__file__).parents[4] / "shared" / "linkdata"
MOST = 5_000_000
CENTRES = (
    "港地域交流センター",
    "焼津地域交流センター",
    "小川地域交流センター",
    "和田地域交流センター",
    "豊田地域交流センター",
    "大富地域交流センター",
    "大井川地域交流センター",
    "大村地域交流センター",
    "東益津地域交流センター",
)


def linkdata(name: str) -> Path:
    path = LINKDATA / name
    if not path.is_file():
        pytest.skip(f"{path} is not beside the project")
    return path


def table(name: str) -> list[Record]:
    content = linkdata(name).read_bytes()
    return read_table(content, name, {}, f"https://data.example.jp/{name}", max_bytes=MOST)


def thing(kind: str, name: str, municipality: str = "352039", code: str = "") -> Record:
    iri = f"https://data.example.jp/id/{municipality}/{kind}/{code or name}"
    return Record(iri, name, iri, code, municipality, kind=kind)


def test_the_nine_centres_of_two_editions_are_found_and_nothing_else() -> None:
    """Numbers have lost their zeros, the department another name, an address moved."""
    ours = table("yaizu_222127_community_center.csv")
    theirs = table("yaizu_222127_public_facility.csv")
    assert len(theirs) == 230
    names = {record.iri: record.name for record in theirs}
    found = proposals(ours, theirs, "facilities")
    best = {one.subject_name: names[one.object] for one in found}
    assert best == {name: name for name in CENTRES}
    assert len(found) == 9
    for one in found:
        assert "市町村のコードが同じ(222127)" in one.why.ja
        assert "先頭の 0 を除けば同じ" in one.why.ja
        assert one.relation == "skos:closeMatch"
        assert one.score == 100


def test_neither_number_department_nor_address_would_have_found_all_of_them() -> None:
    """What the editions disagree on, from the files themselves."""
    rows = []
    for name in ("yaizu_222127_community_center.csv", "yaizu_222127_public_facility.csv"):
        text = linkdata(name).read_text(encoding="utf-8-sig")
        rows.append({row["名称"]: row for row in csv.DictReader(text.splitlines())})
    for column in ("NO", "団体名", "住所"):
        assert all(rows[0][name][column] != rows[1][name][column] for name in CENTRES), column


def test_a_department_is_never_matched_with_one_of_another_city() -> None:
    ours = [thing("department", "協働推進課")]
    there = Record("https://a.jp/1", "協働推進課", "1", municipality="131016")
    here = Record("https://a.jp/2", "協働推進課", "2", municipality="35203")
    unknown = Record("https://a.jp/3", "協働推進課", "3")
    found = proposals(ours, [there, here, unknown], "a")
    assert {one.object for one in found} == {here.iri, unknown.iri}
    assert {one.relation for one in found} == {"rdfs:seeAlso"}


def test_an_item_of_another_city_is_related_at_most() -> None:
    ours = [thing("item", "市民活動支援センターの運営")]
    there = Record("https://a.jp/1", "市民活動支援センターの運営", "1", municipality="131016")
    here = Record("https://a.jp/2", "市民活動支援センターの運営", "2", municipality="352039")
    found = {one.object: one for one in proposals(ours, [there, here], "a")}
    assert found[here.iri].relation == "skos:closeMatch"
    assert found[there.iri].relation == "skos:relatedMatch"
    assert found[there.iri].score < found[here.iri].score
    assert "別の市町村(131016)" in found[there.iri].why.ja


def test_a_number_alone_matches_nothing() -> None:
    ours = [thing("item", "地域交流センターの設置", code="10947")]
    theirs = [Record("https://a.jp/1", "道路の舗装", "1", "0000010947", "352039")]
    assert proposals(ours, theirs, "a") == []


@pytest.mark.parametrize(
    ("code", "meant"),
    [
        ("222127", {"22212"}),
        ("22212", {"22212"}),
        ("011002", {"01100"}),
        ("11002", {"11002", "01100"}),  # 札幌市 without its zero; its check digit is right
        ("1100", {"01100"}),
        ("３５２０３９", {"35203"}),
        ("山口市", set()),
        ("", set()),
    ],
)
def test_a_code_is_read_with_and_without_check_digit_and_first_zero(
    code: str, meant: set[str]
) -> None:
    assert municipality_codes(code) == meant


def test_numbers_are_compared_as_a_spreadsheet_leaves_them() -> None:
    assert plain_number("0000010947") == plain_number("10947") == "10947"
    assert plain_number("000") == "0"
    assert plain_number("I-(1)-①") == "I-(1)-①"


RESIDENTS = {
    "tokutei-shikkan-kenkyu": False,  # of the prefecture, 住民票 alone
    "shoni-mansei-tokutei-shikkan-kenkyu": True,
    "shussho-todoke": False,  # お子さんが生まれた方
    "judosyogaisya-koreijudosyogaisya": True,
    "boshi-iryohi-josei": True,
    "kodomo-iryohi-josei": True,
    "koutou-kunren-sokushin": True,
    "ninshin-koketsuatsu": True,
    "ninpu-kenshin": True,
    "satogaeri-ninpu-kenshin": True,
    "kosodate-refresh-stay": True,
    "nini-yobo-sesshu": True,
    "teiki-yobo-sesshu": True,
    "3sai-kenshin": True,
    "1sai6kagetsu-kenshin": True,
    "9kagetsu-kenshin": True,
    "4kagetsu-kenshin": True,
    "kobeshi-chiiki-kosodate-shien-center": True,
    "jido-hattatu-shien-center": True,
    "ringi-fukushi-kyufu": False,  # 市民税 is a tax
    "shimin-kenshin": False,  # 市民健診 is an examination
    "josan": False,  # 市民税非課税世帯
    "kominkan": False,  # どなたでも
    "shiritsu-genmen": False,
}
"""Services of Kobe by whether their 対象者 says that they are for people of the city (read)."""


def test_the_services_of_kobe_are_found_by_their_target_group() -> None:
    """The file is in IMI's old namespace; the target group is its ic:対象者."""
    path = linkdata("kobe_mamahure_seido_20150221.ttl")
    kind = "http://universalmenu.org/umcore/0.2/rdf#制度型"
    services = read_rdf(path.read_bytes(), path.name, FORMATS["ttl"], {}, kind)
    assert len(services) == 70
    by_iri = {service.iri: service for service in services}
    birth = by_iri["http://kobe-city.mamafre.jp/service/shussho-todoke"]
    assert (birth.name, birth.code) == ("出生届", "39200000000030014")
    assert birth.group == "お子さんが生まれた方"
    parties = [
        Record(PARTY[name].value, name, name, municipality="352039", kind="party")
        for name in SHARED_PARTIES
    ]
    found = proposals(parties, services, "kobe")
    assert {one.relation for one in found} == {"skos:relatedMatch"}
    residents = {
        one.object.rsplit("/", 1)[-1] for one in found if one.subject == PARTY["市民"].value
    }
    assert {name: name in residents for name in RESIDENTS} == RESIDENTS
    assert all("対象者に「" in one.why.ja for one in found)
    assert {one.subject_name for one in found} == {"市民"}


def test_a_party_is_named_by_the_end_of_a_word_only() -> None:
    parties = list(SHARED_PARTIES)
    assert set(named_in("市内の事業者及び市民活動団体", parties)) == {"事業者", "市民活動団体"}
    assert set(named_in("市民税が課税されない方", parties)) == set()
    assert set(named_in("行政書士の方", parties)) == set()
    assert set(named_in("", parties)) == set()
    assert named_in("神戸市民の方", parties)["市民"].score > 80
    assert named_in("市内に住所を有する方", parties)["市民"].score < 80
