"""Datasets of other people: tables, RDF, endpoints; hostile ones end with a clear error."""

from __future__ import annotations

import gzip
import socket
import threading
import time
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

import pytest
from pyoxigraph import QueryResultsFormat, Store

from keikaku.closed import Bilingual
from keikaku.errors import LinkError
from keikaku.graph.link import fetch as fetching
from keikaku.graph.link.dataset import is_endpoint, records_of
from keikaku.graph.link.endpoint import MOST_ROWS, read_endpoint
from keikaku.graph.link.fetch import check_redirect, fetch
from keikaku.graph.link.tables import read_table
from keikaku.graph.link.target import TargetKeys
from keikaku.graph.link.triples import FORMATS, read_rdf

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

MOST = 1_000_000
ADDRESS = "https://data.example.jp/f.csv"
NEW = "全国地方公共団体コード,ID,地方公共団体名,名称,名称_カナ"
OLD = "都道府県コード又は市区町村コード,NO,都道府県名,市区町村名,名称"


def read(text: str, codec: str = "utf-8", **columns: str) -> list[tuple[str, str, str, str]]:
    records = read_table(text.encode(codec), "f.csv", columns, ADDRESS, max_bytes=MOST)
    return [(one.name, one.code, one.municipality, one.iri) for one in records]


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "cp932", "utf-16"])
def test_the_columns_of_the_standard_data_sets_are_known_in_any_encoding(codec: str) -> None:
    new = f"{NEW}\n352039,0001,山口市,市民会館,シミンカイカン\n"
    old = f"{OLD}\n352039,0001,山口県,山口市,市民会館\n"
    for text in (new, old):
        assert read(text, codec) == [("市民会館", "0001", "352039", f"{ADDRESS}#row=2")]


def test_a_column_can_be_named_and_a_wrong_name_is_told_with_the_nearest() -> None:
    text = "事務事業の名前,整理番号,リンク\n防災訓練,7,https://a.example.jp/7\n"
    assert read(text, name="事務事業の名前", code="整理番号", iri="リンク") == [
        ("防災訓練", "7", "", "https://a.example.jp/7")
    ]
    with pytest.raises(LinkError, match="事務事業の名前") as caught:
        read(text, name="事務事業の名")
    assert (caught.value.problems[0].file, caught.value.problems[0].line) == ("f.csv", 1)
    with pytest.raises(LinkError, match="--column name"):
        read(text)


def test_a_record_has_the_same_key_after_rows_moved_and_zeros_are_lost() -> None:
    before = read_table(
        f"{OLD}\n352039,0000010947,山口県,山口市,市民会館\n".encode(),
        "f",
        {},
        ADDRESS,
        max_bytes=MOST,
    )
    after = read_table(
        f"{OLD}\n352039,1,山口県,山口市,別\n352039,10947,山口県,山口市,市民会館\n".encode(),
        "f", {}, ADDRESS, max_bytes=MOST,
    )  # fmt: skip
    assert before[0].key == after[1].key
    assert before[0].iri != after[1].iri


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "空です"),
        (b"\x00\x01\x02\xff\xfe" * 100, "NUL"),
        ("名称\n".encode(), "表がありません"),
        ("名称,番号\nあ,1,2\n".encode(), "見出し"),
        ('名称,番号\n"あ,1\n'.encode(), "引用符"),
        ("名称,番号\n".encode() + b"a,1\n" * 600_000, "大きすぎ"),
    ],
)
def test_a_table_that_is_none_is_refused(content: bytes, says: str) -> None:
    with pytest.raises(LinkError, match=says) as caught:
        read_table(content, "f.csv", {}, ADDRESS, max_bytes=MOST)
    assert caught.value.problems[0].file == "f.csv"


IMI = """@prefix ic: <http://{}/ns/core/rdf#> .
<https://a.example.jp/1> a ic:制度型 ;
  ic:ID [ ic:体系 <urn:x> ; ic:識別値 "0012" ] ;
  ic:名称 [ ic:表記 "出生届"@ja ] ; ic:対象者 "市民の方"@ja .
"""


@pytest.mark.parametrize("host", ["imi.go.jp", "imi.ipa.go.jp"])
def test_imi_is_read_in_its_new_and_in_its_old_namespace(host: str) -> None:
    (record,) = read_rdf(IMI.format(host).encode(), "f.ttl", FORMATS["ttl"], {}, "")
    assert (record.name, record.code, record.group) == ("出生届", "0012", "市民の方")


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("ttl", '<https://a.example.jp/1> <http://purl.org/dc/terms/title> "港"@ja, "Port"@en .'),
        ("nt", '<https://a.example.jp/1> <http://purl.org/dc/terms/title> "港"@ja .'),
        ("nq", '<https://a.example.jp/1> <https://schema.org/name> "港" <https://g.jp/> .'),
        (
            "rdf",
            '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
            'xmlns:s="http://www.w3.org/2004/02/skos/core#"><rdf:Description '
            'rdf:about="https://a.example.jp/1"><s:prefLabel xml:lang="ja">港</s:prefLabel>'
            "</rdf:Description></rdf:RDF>",
        ),
        ("jsonld", '{"@id": "https://a.example.jp/1", "http://schema.org/name": "港"}'),
    ],
)
def test_every_syntax_of_rdf_is_read(kind: str, content: str) -> None:
    (record,) = read_rdf(content.encode(), f"f.{kind}", FORMATS[kind], {}, "")
    assert (record.iri, record.name) == ("https://a.example.jp/1", "港")


GROWING = (
    '<!DOCTYPE r [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]>'
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    '<rdf:Description rdf:about="https://a.jp/1"><x:l xmlns:x="http://purl.org/dc/terms/">&b;</x:l>'
    "</rdf:Description></rdf:RDF>"
)


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("ttl", b"<a> <b> <c> ."),
        ("ttl", b"\xff\xfe\x00"),
        ("nt", b'<https://a.jp/1> <http://purl.org/dc/terms/title> "x" .\nrubbish\n'),
        ("rdf", b"<html><body>no</body></html>"),
        ("rdf", GROWING.encode()),
        ("jsonld", b'{"@context": "https://a.example.invalid/context.jsonld", "name": "x"}'),
        ("jsonld", b"[" * 2_000),
        ("ttl", b"<https://a.jp/1> <http://purl.org/dc/terms/creator> <https://a.jp/2> ."),
    ],
)
def test_rdf_that_is_none_or_says_nothing_is_refused(kind: str, content: bytes) -> None:
    begun = time.monotonic()
    with pytest.raises(LinkError) as caught:
        read_rdf(content, f"f.{kind}", FORMATS[kind], {}, "")
    assert caught.value.problems[0].file == f"f.{kind}"
    assert time.monotonic() - begun < 2


def test_rdf_of_too_many_triples_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("keikaku.graph.link.triples.MOST_TRIPLES", 10)
    lines = [f'<https://a.jp/{n}> <http://purl.org/dc/terms/title> "{n}" .' for n in range(11)]
    with pytest.raises(LinkError, match="大きすぎます"):
        read_rdf("\n".join(lines).encode(), "f.nt", FORMATS["nt"], {}, "")


@contextmanager
def serving(answer: Callable[[BaseHTTPRequestHandler, bytes], None]) -> Iterator[str]:
    """A server of this machine whose every answer the test writes."""

    class Handler(BaseHTTPRequestHandler):
        def handle_any(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            answer(self, self.rfile.read(length))

        do_GET = do_POST = handle_any  # noqa: N815

        def log_message(self, *_: object) -> None: ...

    class Quiet(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: object) -> None: ...

    server = Quiet(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


def sent(body: bytes, kind: str, status: int = 200, **headers: str) -> Callable[..., None]:
    def answer(request: BaseHTTPRequestHandler, _: bytes) -> None:
        request.send_response(status)
        request.send_header("Content-Type", kind)
        for name, value in headers.items():
            request.send_header(name, value)
        request.end_headers()
        request.wfile.write(body)

    return answer


def drip(request: BaseHTTPRequestHandler, _: bytes) -> None:
    """A byte now and then, for ever: no time limit between two bytes runs out."""
    request.send_response(200)
    request.send_header("Content-Type", "text/csv")
    request.end_headers()
    with suppress(OSError):
        for _ in range(200):
            request.wfile.write(b"a")
            request.wfile.flush()
            time.sleep(0.05)


def endless(request: BaseHTTPRequestHandler, _: bytes) -> None:
    request.send_response(200)
    request.send_header("Content-Type", "application/sparql-results+json")
    request.end_headers()
    with suppress(OSError):
        while True:
            request.wfile.write(b" " * 65_536)


def test_a_dump_is_fetched_and_read_by_its_media_type(tmp_path: Path) -> None:
    body = f"{NEW}\n352039,1,山口市,市民会館,\n".encode("cp932")
    with serving(sent(body, "text/csv; charset=Shift_JIS")) as url:
        keys = TargetKeys(title=Bilingual(ja="施設", en="facilities"), source=f"{url}/dump")
        (record,) = records_of(keys, tmp_path, max_bytes=MOST)
        assert (record.name, record.iri) == ("市民会館", f"{url}/dump#row=2")


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (sent(b"", "text/csv", 404), "404"),
        (sent(gzip.compress(b"x"), "text/csv", **{"Content-Encoding": "gzip, gzip"}), "圧縮"),
        (sent(b"x" * (MOST + 1), "text/csv"), "大きすぎます"),
        (endless, "大きすぎます"),
        (drip, "秒以内"),
        (sent(b"", "text/csv", 302, Location="http://169.254.169.254/latest"), "公開されていない"),
        (sent(b"", "text/csv", 302, Location="file:///etc/passwd"), "http"),
        (sent(b"", "text/csv", 302, Location="/again"), "転送が多すぎます"),
    ],
)
def test_a_server_that_misbehaves_ends_with_a_clear_error(
    answer: Callable[..., None], says: str
) -> None:
    begun = time.monotonic()
    with serving(answer) as url, pytest.raises(LinkError, match=says):
        fetch(f"{url}/f.csv", max_bytes=MOST, seconds=1.0)
    assert time.monotonic() - begun < 8


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "ftp://a.jp/", "https://u:p@a.jp/", "http://", "https://[x/"]
)
def test_only_addresses_of_the_web_are_fetched(url: str) -> None:
    with pytest.raises(LinkError, match="アドレスではありません"):
        fetch(url, max_bytes=MOST)


def test_nothing_answers_where_nobody_listens() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(LinkError, match="取り寄せられません"):
        fetch(f"http://127.0.0.1:{port}/", max_bytes=MOST, seconds=5)


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "10.0.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "[::1]",
        "localhost",
        "[64:ff9b::a9fe:a9fe]",
        "[2002:7f00:1::]",
        "224.0.0.1",
        "[fec0::1]",
    ],
)
def test_a_redirect_leads_into_no_private_network(host: str) -> None:
    with pytest.raises(LinkError, match="公開されていない"):
        check_redirect("https://data.example.jp/f.csv", f"http://{host}/f.csv")


def test_a_redirect_to_the_same_host_or_the_public_internet_is_followed() -> None:
    check_redirect("http://127.0.0.1:1/f.csv", "http://127.0.0.1:2/f.csv")
    check_redirect("https://data.example.jp/f.csv", "https://203.0.114.7/f.csv")


NAMES = '<https://a.jp/{0}> a <https://a.jp/T> ; <https://schema.org/name> "施設 {0}"@ja .'


@contextmanager
def endpoint(turtle: str) -> Iterator[str]:
    """A SPARQL endpoint of pyoxigraph on this machine."""
    store = Store()
    store.load(turtle.encode(), format=FORMATS["ttl"])

    def answer(request: BaseHTTPRequestHandler, body: bytes) -> None:
        (query,) = parse_qs(body.decode())["query"]
        rows = store.query(query)
        found = rows.serialize(format=QueryResultsFormat.JSON) or b""  # type: ignore[union-attr]
        sent(found, "application/sparql-results+json")(request, body)

    with serving(answer) as url:
        yield f"{url}/sparql"


def test_an_endpoint_is_asked_for_what_has_a_name(tmp_path: Path) -> None:
    with endpoint("\n".join(map(NAMES.format, range(5)))) as url:
        assert is_endpoint(url)
        records = read_endpoint(url, {}, "https://a.jp/T", max_bytes=MOST)
        assert sorted((one.iri, one.name) for one in records) == [
            (f"https://a.jp/{n}", f"施設 {n}") for n in range(5)
        ]
        keys = TargetKeys(title=Bilingual(ja="施設", en="facilities"), source=url)
        assert len(records_of(keys, tmp_path, max_bytes=MOST)) == 5
        query = 'SELECT ?iri ?name { ?iri ?by ?name FILTER (STR(?name) = "施設 3") }'
        (only,) = records_of(keys, tmp_path, max_bytes=MOST, query=query)
        assert only.iri == "https://a.jp/3"


def test_more_rows_than_a_person_looks_through_are_refused() -> None:
    with (
        endpoint("\n".join(map(NAMES.format, range(MOST_ROWS + 1)))) as url,
        pytest.raises(LinkError, match="--type"),
    ):
        read_endpoint(url, {}, "", max_bytes=MOST * 10)


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (sent(b"<html>", "text/html"), "結果"),
        (sent(b'{"results": 7}', "application/sparql-results+json"), "結果"),
        (sent(b"[" * 2_000, "application/sparql-results+json"), "結果"),
        (
            sent(b'{"results": {"bindings": []}}', "application/sparql-results+json"),
            "名のあるもの",
        ),
        (sent(b"", "text/plain", 500), "500"),
        (sent(b"", "text/plain", 302, Location="http://169.254.169.254/"), "302"),
        (endless, "大きすぎます"),
        (drip, "秒以内"),
    ],
)
def test_an_endpoint_that_is_none_ends_with_a_clear_error(
    answer: Callable[..., None], says: str
) -> None:
    begun = time.monotonic()
    with serving(answer) as url, pytest.raises(LinkError, match=says) as caught:
        read_endpoint(f"{url}/sparql", {}, "", max_bytes=MOST, seconds=1.0)
    assert caught.value.problems[0].file == f"{url}/sparql"
    assert time.monotonic() - begun < 8


def test_what_does_not_speak_http_ends_with_a_clear_error() -> None:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()

        def answer() -> None:
            connection, _ = listening.accept()
            with connection:
                connection.recv(65_536)
                connection.sendall(b"SSH-2.0-x\r\n")

        thread = threading.Thread(target=answer)
        thread.start()
        url = f"http://127.0.0.1:{listening.getsockname()[1]}/sparql"
        with pytest.raises(LinkError, match="届きません"):
            read_endpoint(url, {}, "", max_bytes=MOST, seconds=5)
        thread.join()


def test_an_update_is_not_sent() -> None:
    with pytest.raises(LinkError, match="SELECT"):
        read_endpoint("http://127.0.0.1:9/sparql", {}, "", max_bytes=MOST, query="CLEAR ALL")


def test_a_file_needs_an_address_to_name_its_rows(tmp_path: Path) -> None:
    (tmp_path / "f.csv").write_text(f"{NEW}\n352039,1,山口市,市民会館,\n", encoding="utf-8")
    keys = TargetKeys(title=Bilingual(ja="施設", en="facilities"), source="f.csv")
    with pytest.raises(LinkError, match="--address"):
        records_of(keys, tmp_path, max_bytes=MOST)
    with pytest.raises(LinkError, match="大きすぎます"):
        records_of(keys, tmp_path, max_bytes=10)
    with pytest.raises(LinkError, match="ありません"):
        records_of(keys.model_copy(update={"source": "g.csv"}), tmp_path, max_bytes=MOST)
    (tmp_path / "f.docx").write_bytes(b"PK")
    with pytest.raises(LinkError, match="読めるもの"):
        records_of(keys.model_copy(update={"source": "f.docx"}), tmp_path, max_bytes=MOST)


def test_the_deadline_of_a_fetch_is_a_minute() -> None:
    assert fetching.DEADLINE == 60
