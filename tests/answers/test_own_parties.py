"""Questions about a shared party find the items of the city's own party that is aligned to it.

Expected is what stands in tests/plans/139904-kurashi/jigyo.csv, where 企業 is 事業者.
"""

from __future__ import annotations

import pytest

from keikaku.answers.service import Answers
from keikaku.build import graphs_of, read_source
from keikaku.graph.dataset import vocabulary
from keikaku.names import SHARED
from keikaku.settings import Settings
from keikaku.store.embedded import EmbeddedStore
from other_layouts import REGISTER


@pytest.fixture(scope="module")
def answers() -> Answers:
    graphs = graphs_of(read_source(REGISTER, Settings()), SHARED)
    return Answers.over(EmbeddedStore.in_memory(graphs.quads | vocabulary()), "register")


@pytest.mark.parametrize("party", ["事業者", f"{SHARED}id/139904/party/企業"])
@pytest.mark.parametrize(
    ("role", "titles"),
    [
        ("actor", ["配食サービスの拡大", "空き店舗の活用"]),
        ("target", ["配食サービスの拡大", "空き店舗の活用", "漁業体験の受入れ"]),
        ("either", ["配食サービスの拡大", "空き店舗の活用", "漁業体験の受入れ"]),
    ],
)
def test_a_role_of_an_aligned_party_is_one_of_the_shared_party(
    answers: Answers, party: str, role: str, titles: list[str]
) -> None:
    for question, given in (("items-by-party-year", {"year": "H30"}), ("items-by-party", {})):
        answer = answers.answer(question, {"party": party, "role": role, **given})
        place = list(answer.columns).index("title")
        assert [row[place].value for row in answer.rows if row[place]] == titles, question
