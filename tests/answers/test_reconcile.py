"""Damaged names find what they mean, and things of one name in two cities are kept apart."""

from __future__ import annotations

import csv
import sqlite3
from collections import Counter, defaultdict
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyroaring import BitMap

from keikaku.answers.reconcile.candidates import SURE, Wanted, candidates
from keikaku.answers.reconcile.ids import id_of, iris_of
from keikaku.answers.reconcile.names import NameIndex, Shares
from keikaku.answers.reconcile.properties import PROPERTIES, values_of
from keikaku.answers.reconcile.release import NamedRelease
from keikaku.answers.service import Answers
from keikaku.build import graphs_of, read_source
from keikaku.errors import QueryTimeoutError, ReleaseError, ResultSizeError
from keikaku.names import DCTERMS, KEI, RDF, RDFS, SHARED
from keikaku.release.dumps import canonical
from keikaku.release.listing.names_index import KINDS, NAMES, write_names_index
from keikaku.release.shelf import Release
from keikaku.settings import Settings
from keikaku.store.embedded import EmbeddedStore, load
from other_layouts import EVALUATION, REGISTER

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyoxigraph import Quad

    from keikaku.answers.reconcile.candidates import Candidate

LABELLED = Path(__file__).parents[1] / "expected" / "reconcile.csv"
"""Names as they are found in other people's tables, and what each means; written by hand."""

OURS, THEIRS = "352039", "352021"
"""山口市, and 宇部市, which stands here for a city whose plan has the same names and numbers."""


class Names:
    """The index and the store of one release."""

    def __init__(self, folder: Path, lines: bytes, base: str = SHARED) -> None:
        """Write both from canonical N-Quads."""
        write_names_index(folder / NAMES, [lines])
        (folder / "all.nq").write_bytes(lines)
        with (folder / "all.nq").open("rb") as file:
            load(folder / "store", file)
        index = NameIndex(f"file:{folder / NAMES}?mode=ro&immutable=1")
        self.release = NamedRelease(index, EmbeddedStore.open(folder / "store"), base)

    def find(self, name: str, *kinds: str, limit: int = 5, **given: str) -> list[Candidate]:
        """Return the candidates for a name, narrowed by the values of properties."""
        properties = tuple((key, (value,)) for key, value in given.items())
        return candidates(self.release, Wanted(name, kinds or KINDS, properties, limit))


@pytest.fixture(scope="module")
def yamaguchi(plan_quads: frozenset[Quad], tmp_path_factory: pytest.TempPathFactory) -> Names:
    """Yamaguchi alone."""
    return Names(tmp_path_factory.mktemp("one"), canonical(plan_quads))


@pytest.fixture(scope="module")
def three_cities(plan_quads: frozenset[Quad], tmp_path_factory: pytest.TempPathFactory) -> Names:
    """Yamaguchi, and the two fictional cities whose plans have other layouts."""
    others = (graphs_of(read_source(plan, Settings()), SHARED) for plan in (REGISTER, EVALUATION))
    lines = canonical(plan_quads.union(*(other.quads for other in others)))
    return Names(tmp_path_factory.mktemp("three"), lines)


@pytest.fixture(scope="module")
def two_cities(plan_quads: frozenset[Quad], tmp_path_factory: pytest.TempPathFactory) -> Names:
    """Yamaguchi, and another city whose plan is the same to the letter."""
    lines = canonical(plan_quads).splitlines(keepends=True)
    ours, theirs = OURS.encode(), THEIRS.encode()
    others = [
        line.replace(ours, theirs).replace("山口市".encode(), "宇部市".encode())
        for line in lines
        if ours in line
    ]
    return Names(tmp_path_factory.mktemp("two"), b"".join(sorted({*lines, *others})))


def labelled() -> Iterator[tuple[tuple[str, ...], str, set[str]]]:
    """The kinds, the damaged name, and the ids of what it may mean."""
    with LABELLED.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            groups = ("DepartmentGroup",) if row["type"] == "Department" else ()
            kinds = (row["type"], *groups) if row["type"] else KINDS
            yield kinds, row["query"], set(row["meant"].split("|"))


def test_the_labels_name_things_that_are_there(three_cities: Names) -> None:
    meant = {name for _, _, some in labelled() for name in some}
    iris = {iri for name in meant for iri in iris_of(name, SHARED)}
    known = {id_of(iri, SHARED) for iri in three_cities.release.index.entities(iris)}
    assert meant - known == set()


def test_damaged_names_find_what_they_mean(three_cities: Names) -> None:
    first: defaultdict[bool, list[str]] = defaultdict(list)
    among: defaultdict[bool, list[str]] = defaultdict(list)
    for kinds, name, meant in labelled():
        found = [id_of(one.entity.iri, SHARED) for one in three_cities.find(name, *kinds)]
        first[bool(meant & set(found[:1]))].append(name)
        among[bool(meant & set(found))].append(name)
    count = len(first[True]) + len(first[False])
    assert count >= 250
    assert len(first[True]) / count >= 0.97, first[False]
    assert len(among[True]) / count >= 0.98, among[False]


def test_what_is_called_a_match_is_what_is_meant(three_cities: Names) -> None:
    wrong = [
        (name, one.entity.iri)
        for kinds, name, meant in labelled()
        for wanted in {kinds, KINDS}
        for one in three_cities.find(name, *wanted)
        if one.match and id_of(one.entity.iri, SHARED) not in meant
        and (one.entity.kind in kinds or one.entity.kind != "Plan")  # 協働推進プラン names the plan
    ]  # fmt: skip
    assert wrong == []


@pytest.mark.parametrize("name", ["協働推進課", "協働推進室", "協動推進課", "企画経営課"])
def test_departments_of_one_name_in_two_cities_do_not_merge(two_cities: Names, name: str) -> None:
    first, second, *_ = two_cities.find(name, "Department")
    assert first.entity.label == second.entity.label
    assert {first.entity.city[-6:], second.entity.city[-6:]} == {OURS, THEIRS}
    assert first.score == second.score
    assert not first.match
    assert not second.match


@pytest.mark.parametrize(("city", "code"), [("山口市", OURS), ("宇部市", THEIRS)])
def test_the_municipality_tells_which_is_meant(two_cities: Names, city: str, code: str) -> None:
    for found in (
        two_cities.find("協働推進課", "Department", municipality=city),
        two_cities.find(f"{city}協働推進課", "Department"),
        two_cities.find("I-(4)-③", "Item", municipality=city),
        two_cities.find("協働推進室", "Department", municipality=f"{SHARED}id/{code}"),
        two_cities.find("協働推進課", "Department", municipality=code),
    ):
        assert found[0].match, found
        assert found[0].entity.city.endswith(code)
        assert not any(one.match for one in found[1:])


def test_a_city_of_another_base_keeps_its_whole_iri(tmp_path: Path) -> None:
    own = "https://hub.example.jp/"
    lines = [
        f'<{base}id/352039/department/a> <{predicate}> {value} <{base}graph/352039> .\n'
        for base in (own, SHARED)
        for predicate, value in (
            ("http://www.w3.org/1999/02/22-rdf-syntax-ns#type", f"<{KEI.iri}Department>"),
            ("http://www.w3.org/2000/01/rdf-schema#label", '"協働推進課"@ja'),
        )
    ]  # fmt: skip
    names = Names(tmp_path, "".join(sorted(lines)).encode(), own)
    ids = {id_of(one.entity.iri, own) for one in names.find("協働推進課")}
    assert ids == {"352039/department/a", f"{SHARED}id/352039/department/a"}
    assert not any(one.match for one in names.find("協働推進課"))
    for name in ids:
        (found, *_) = names.find(name)
        assert (id_of(found.entity.iri, own), found.match) == (name, True)


def test_of_a_thousand_cities_the_one_that_is_named_is_found(tmp_path: Path) -> None:
    def city(number: int) -> Iterator[str]:
        code, graph = 480_000 + number, f"<{SHARED}graph/all>"
        for path, kind, name in (
            ("", "Municipality", f"架空{number}市"),
            ("/department/総務課", "Department", "総務課"),
            ("/department/税務課", "Department", "税務課"),
        ):
            node = f"<{SHARED}id/{code}{path}>"
            yield f'{node} <{DCTERMS.iri}identifier> "{code}" {graph} .\n' if not path else ""
            yield f"{node} <{RDF.iri}type> <{KEI.iri}{kind}> {graph} .\n"
            yield f'{node} <{RDFS.iri}label> "{name}"@ja {graph} .\n'

    lines = sorted(line for number in range(1000) for line in city(number))
    names = Names(tmp_path, "".join(lines).encode())
    assert not any(one.match for one in names.find("総務課", limit=50))
    for name, narrowed in (
        ("架空777市総務課", {}),
        ("総務課", {"municipality": "架空777市"}),
        ("總務課", {"municipality": "480777"}),
    ):
        found = names.find(name, "Department", **narrowed)
        assert found[0].match, found
        assert id_of(found[0].entity.iri, SHARED) == "480777/department/総務課"
    assert not any(one.match for one in names.find("架空777市", "Department"))


def test_divisions_tell_departments_of_one_name_apart(three_cities: Names) -> None:
    found = three_cities.find("総務課", "Department")
    assert [one.entity.label.ja for one in found[:2]] == ["総務課", "総務課"]
    assert not any(one.match for one in found)
    assert three_cities.find("福祉部総務課", "Department")[0].match
    (first, *_) = three_cities.find("総務課", "Department", municipality="架空島町")
    assert not first.match


def test_equal_numbers_of_two_plans_do_not_merge(two_cities: Names) -> None:
    found = two_cities.find("I-(4)-③", "Item")
    assert [one.score for one in found[:2]] == [100.0, 100.0]
    assert not any(one.match for one in found)


def test_a_shared_party_is_one_thing_in_two_cities(two_cities: Names) -> None:
    found = two_cities.find("事業者", "Party")
    assert found[0].match
    assert found[0].entity.iri == f"{SHARED}id/party/事業者"


def test_a_relisted_item_is_told_from_its_original_by_its_number(yamaguchi: Names) -> None:
    found = yamaguchi.find("市民活動交流事業補助金の見直し", "Item")
    assert {one.entity.number for one in found[:2]} == {"I-(2)-⑤", "IV-(2)-①"}
    assert not found[0].match
    (first, *_) = yamaguchi.find("市民活動交流事業補助金の見直し", "Item", number="IV-(2)-①")
    assert first.entity.number == "IV-(2)-①"


def test_properties_narrow_by_department_party_and_year(yamaguchi: Names) -> None:
    fitting, other = (
        yamaguchi.find("市報の充実", "Item", department=name, limit=1)[0]
        for name in ("広報広聴室", "管財課")
    )
    assert fitting.entity.number == other.entity.number == "II-(2)-①"
    assert fitting.score > other.score
    (first, *_) = yamaguchi.find("市報の充実・活用", "Item", year="平成22年度", party="市民")
    assert first.features.keys() == {"name", "year", "party"}
    assert first.features["year"] == 100.0


def test_another_suffix_or_another_kind_of_office_is_no_match_by_itself(yamaguchi: Names) -> None:
    for name in ("協働推進室", "協働推進センター", "協働推進部", "協動推進課"):
        (first, *_) = yamaguchi.find(name, "Department")
        assert first.entity.label.ja == "協働推進課"
        assert not first.match
    assert yamaguchi.find("協働推進", "Department")[0].match


def test_a_poor_name_is_no_match_however_well_its_properties_fit(yamaguchi: Names) -> None:
    (first, *_) = yamaguchi.find("第2期山口市協働推進プラン", "Plan", municipality="山口市")
    assert first.features["municipality"] == 100.0
    assert first.score > SURE
    assert not first.match


@given(st.lists(st.sets(st.integers(0, 40)), max_size=12), st.integers(1, 20))
def test_the_most_shared_are_those_that_counting_finds(some: list[set[int]], most: int) -> None:
    shares = Shares(map(BitMap, some))
    counted = Counter(number for one in some for number in one)
    assert {number: shares.of(number) for number in counted} == dict(counted)
    found = [counted[number] for number in shares.most(most)]
    assert sorted(found, reverse=True) == [count for _, count in counted.most_common(most)]


def test_each_candidate_says_why(yamaguchi: Names) -> None:
    for _, name, _ in labelled():
        for one in yamaguchi.find(name):
            assert one.reasons
            assert 0 < one.score <= 100


def test_ids_lead_back_to_iris() -> None:
    own = "https://data.example.jp/"
    assert id_of(f"{own}id/352039/kyodo", own) == "352039/kyodo"
    assert id_of(f"{SHARED}id/party/市民", own) == "party/市民"
    assert id_of("https://other.example.jp/id/1", own) == "https://other.example.jp/id/1"
    assert f"{SHARED}id/party/市民" in iris_of("party/市民", own)
    assert iris_of("https://other.example.jp/id/1", own) == ("https://other.example.jp/id/1",)
    assert iris_of("352039/kyodo", own) == (f"{own}id/352039/kyodo",)


def test_a_release_of_another_version_is_served_without_matching(tmp_path: Path) -> None:
    release = Release(tmp_path, {})
    assert NameIndex.of(release) is None
    write_names_index(tmp_path / NAMES, [])
    with closing(sqlite3.connect(tmp_path / NAMES)) as database:
        database.execute("PRAGMA user_version = 1")
    assert NameIndex.of(release) is None
    answers = Answers(EmbeddedStore.in_memory([]), None, None, "a-release")  # type: ignore[arg-type]
    with pytest.raises(ReleaseError, match="keikaku build"):
        _ = answers.names
    (tmp_path / NAMES).write_bytes(b"no database at all" * 100)
    with pytest.raises(ReleaseError, match=NAMES):
        NameIndex.of(release)


def test_what_takes_too_long_is_an_error_and_no_shorter_answer(yamaguchi: Names) -> None:
    late = replace(yamaguchi.release, until=monotonic() - 1)
    wanted = Wanted("市報の充実", ("Item",), (("department", ("広報広聴課",)),))
    assert candidates(yamaguchi.release, wanted)
    with pytest.raises(QueryTimeoutError):
        candidates(late, wanted)
    with pytest.raises(QueryTimeoutError):
        late.check_time()


def test_more_values_than_can_be_fetched_are_an_error(
    yamaguchi: Names, monkeypatch: pytest.MonkeyPatch
) -> None:
    items = [one.entity for one in yamaguchi.find("地域づくり", "Item")]
    assert values_of(yamaguchi.release, items, PROPERTIES["year"])
    monkeypatch.setattr("keikaku.answers.reconcile.properties.MOST_VALUES", 3)
    with pytest.raises(ResultSizeError):
        values_of(yamaguchi.release, items, PROPERTIES["year"])
