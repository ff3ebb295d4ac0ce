"""Fetching: what is asked, how it is asked, and what is refused."""

from __future__ import annotations

import gzip
import hashlib
import socket
import threading
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import pytest

from keikaku import __version__
from keikaku.errors import HarvestError
from keikaku.harvest import fetch
from keikaku.harvest.fetch import Fetcher, Seen

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from other_site import OtherSite

TURTLE = "text/turtle"
BODY = bytes(range(256)) * 1000


def test_a_site_is_told_who_asks(site: OtherSite, fetcher: Fetcher) -> None:
    site.files["/catalog"] = b"", TURTLE
    fetcher.document(f"{site.address}/catalog", TURTLE)
    _, headers = site.asked[-1]
    assert headers["user-agent"] == f"keikaku/{__version__} (+data@example.jp)"
    assert headers["accept"] == TURTLE
    assert headers["host"] == site.address.removeprefix("http://")


def test_what_has_not_changed_is_not_sent_again(site: OtherSite, fetcher: Fetcher) -> None:
    site.files["/catalog"] = b"<a> <b> <c> .", TURTLE
    url = f"{site.address}/catalog"
    found = fetcher.document(url, TURTLE)
    assert found is not None
    assert found.body == b"<a> <b> <c> ."
    assert fetcher.document(url, TURTLE, found.seen) is None
    site.files["/catalog"] = b"<a> <b> <d> .", TURTLE
    assert fetcher.document(url, TURTLE, found.seen) is not None


def test_last_modified_is_sent_back_as_it_came() -> None:
    seen = Seen("", "Mon, 23 Nov 2026 00:00:00 GMT")
    assert seen.headers == {"If-Modified-Since": "Mon, 23 Nov 2026 00:00:00 GMT"}


def test_a_file_that_breaks_off_is_gone_on_with(
    site: OtherSite, fetcher: Fetcher, tmp_path: Path
) -> None:
    site.files["/dump"] = BODY, "application/n-quads"
    site.breaks["/dump"] = 100_000
    found = fetcher.file(f"{site.address}/dump", tmp_path / "dump", 10**6)
    assert (tmp_path / "dump").read_bytes() == BODY
    assert found.sha256 == hashlib.sha256(BODY).hexdigest()
    (_, first), (_, second) = [one for one in site.asked if one[0] == "/dump"]
    assert "range" not in first
    assert second["range"] == "bytes=100000-"
    assert second["if-range"] == found.seen.etag


def test_a_file_that_changed_meanwhile_is_begun_anew(
    site: OtherSite, fetcher: Fetcher, tmp_path: Path
) -> None:
    (tmp_path / "dump.part").write_bytes(b"of an older file")
    (tmp_path / "dump.etag").write_text('"older"', "utf-8")
    site.files["/dump"] = BODY, "application/n-quads"
    fetcher.file(f"{site.address}/dump", tmp_path / "dump", 10**6)
    assert (tmp_path / "dump").read_bytes() == BODY
    assert not (tmp_path / "dump.part").exists()
    assert not (tmp_path / "dump.etag").exists()


def test_a_range_that_is_none_is_not_asked_for_again(
    site: OtherSite, fetcher: Fetcher, tmp_path: Path
) -> None:
    (tmp_path / "dump.part").write_bytes(BODY)
    (tmp_path / "dump.etag").write_text('"x"', "utf-8")
    site.files["/dump"] = BODY, "application/n-quads"
    site.special["/dump"] = lambda headers: (416, {}, b"") if "range" in headers else None
    fetcher.file(f"{site.address}/dump", tmp_path / "dump", 10**6)
    assert (tmp_path / "dump").read_bytes() == BODY


def test_a_file_larger_than_its_bound_is_refused(
    site: OtherSite, fetcher: Fetcher, tmp_path: Path
) -> None:
    site.files["/dump"] = BODY, "application/n-quads"
    with pytest.raises(HarvestError, match="max_harvest_bytes"):
        fetcher.file(f"{site.address}/dump", tmp_path / "dump", len(BODY) - 1)
    assert not (tmp_path / "dump").exists()


def test_a_document_that_unfolds_to_too_much_is_refused(
    site: OtherSite, fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetch, "MOST_CATALOGUE_BYTES", 1_000)
    packed = gzip.compress(b" " * 5_000)
    site.special["/catalog"] = lambda _: (200, {"Content-Encoding": "gzip"}, packed)
    with pytest.raises(HarvestError, match="1,000 "):
        fetcher.document(f"{site.address}/catalog", TURTLE)


def test_a_document_that_is_packed_unasked_is_unpacked(site: OtherSite, fetcher: Fetcher) -> None:
    said = {"Content-Encoding": "gzip", "Content-Type": TURTLE}
    site.special["/catalog"] = lambda _: (200, said, gzip.compress(b"<a> <b> <c> ."))
    found = fetcher.document(f"{site.address}/catalog", TURTLE)
    assert found is not None
    assert found.body == b"<a> <b> <c> ."


def test_a_site_that_asks_for_patience_gets_it(site: OtherSite, fetcher: Fetcher) -> None:
    answers = [(429, {"Retry-After": "1"}, b""), None]
    site.files["/catalog"] = b"", TURTLE
    site.special["/catalog"] = lambda _: answers.pop(0)
    start = time.monotonic()
    assert fetcher.document(f"{site.address}/catalog", TURTLE) is not None
    assert time.monotonic() - start >= 1
    assert site.paths() == ["/catalog", "/catalog"]


def test_robots_are_heeded(site: OtherSite, fetcher: Fetcher) -> None:
    site.files["/robots.txt"] = b"User-agent: *\nDisallow: /releases/\n", "text/plain"
    site.files["/releases/dump"] = BODY, "application/n-quads"
    site.files["/catalog"] = b"", TURTLE
    assert fetcher.document(f"{site.address}/catalog", TURTLE) is not None
    with pytest.raises(HarvestError, match=r"robots\.txt"):
        fetcher.document(f"{site.address}/releases/dump", TURTLE)
    assert site.paths() == ["/catalog"]
    assert [path for path, _ in site.asked].count("/robots.txt") == 1


@pytest.mark.parametrize("packed", [False, True])
def test_of_an_endless_robots_txt_the_beginning_counts(
    site: OtherSite, fetcher: Fetcher, *, packed: bool
) -> None:
    """RFC 9309, 2.5: at least 500 kibibytes are read, what follows may be left."""
    text = b"User-agent: *\nDisallow: /releases/\n" + b"# nothing\n" * 200_000 + b"Disallow: /\n"
    body, said = (gzip.compress(text), {"Content-Encoding": "gzip"}) if packed else (text, {})
    site.special["/robots.txt"] = lambda _: (200, {"Content-Type": "text/plain", **said}, body)
    site.files["/catalog"] = b"", TURTLE
    assert fetcher.document(f"{site.address}/catalog", TURTLE) is not None
    with pytest.raises(HarvestError, match=r"robots\.txt"):
        fetcher.document(f"{site.address}/releases/dump", TURTLE)


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "ftp://example.jp/dump",
        "gopher://example.jp/",
        "http://user:secret@example.jp/",
        "http:///catalog",
        "http://[::1",
        "catalog",
    ],
)
def test_only_addresses_of_the_web_are_asked(fetcher: Fetcher, url: str) -> None:
    with pytest.raises(HarvestError):
        fetcher.document(url, TURTLE)


INSIDE = [
    "127.0.0.1",
    "0.0.0.0",  # noqa: S104  (not listened on)
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "224.0.0.1",
    "::1",
    "fe80::1",
    "fd00::1",
    "::ffff:127.0.0.1",
    "64:ff9b::7f00:1",
    "2002:7f00:1::",
    "::127.0.0.1",
    "64:ff9b:1::7f00:1",
    "fec0::1",
    "192.88.99.1",
    "5f00::1",
    "ff02::1",
]


@pytest.mark.parametrize("machine", INSIDE)
def test_addresses_inside_a_network_are_not_asked(
    monkeypatch: pytest.MonkeyPatch, machine: str
) -> None:
    family = socket.AF_INET6 if ":" in machine else socket.AF_INET
    found = [
        (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("203.0.114.1", 80)),
        (family, socket.SOCK_STREAM, 6, "", (machine, 80)),
    ]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    with Fetcher() as fetcher, pytest.raises(HarvestError, match="allow-private"):
        fetcher.document("http://city.example.jp/catalog", TURTLE)


def test_a_redirect_is_looked_at_like_any_address(site: OtherSite, fetcher: Fetcher) -> None:
    site.special["/catalog"] = lambda _: (302, {"Location": "file:///etc/passwd"}, b"")
    with pytest.raises(HarvestError, match="http"):
        fetcher.document(f"{site.address}/catalog", TURTLE)


def test_a_redirect_into_a_network_is_refused(
    site: OtherSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first site counts as one of the open internet; where it leads does not."""
    port = int(site.address.rpartition(":")[2])
    monkeypatch.setattr("keikaku.harvest.open_address.is_open", lambda one: one == "127.0.0.1")
    site.special["/catalog"] = lambda _: (302, {"Location": f"http://127.0.0.2:{port}/x"}, b"")
    site.files["/x"] = b"secret", TURTLE
    with Fetcher() as fetcher, pytest.raises(HarvestError, match="allow-private"):
        fetcher.document(f"{site.address}/catalog", TURTLE)
    assert site.paths() == ["/catalog"]


def test_redirects_end(site: OtherSite, fetcher: Fetcher) -> None:
    site.special["/catalog"] = lambda _: (302, {"Location": "/catalog"}, b"")
    with pytest.raises(HarvestError, match="redirects more than"):
        fetcher.document(f"{site.address}/catalog", TURTLE)
    assert len(site.paths()) == fetch.MOST_REDIRECTS + 1


def test_a_request_goes_to_the_machine_that_was_looked_at(
    site: OtherSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So a name that leads elsewhere the next time does not lead the request there."""
    port = int(site.address.rpartition(":")[2])
    asked: list[str] = []

    def found(host: str, *_: object, **__: object) -> list[object]:
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

    site.files["/catalog"] = b"", TURTLE
    monkeypatch.setattr(socket, "getaddrinfo", found)
    with Fetcher(allow_private=True) as fetcher:
        fetcher.document(f"http://city.example.jp:{port}/catalog", TURTLE)
    assert set(asked) == {"city.example.jp", "127.0.0.1"}  # the latter to connect to
    assert site.asked[-1][1]["host"] == f"city.example.jp:{port}"


def test_a_site_that_is_not_there_is_told(fetcher: Fetcher) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(HarvestError, match="cannot be reached"):
        fetcher.document(f"http://127.0.0.1:{port}/catalog", TURTLE)


@pytest.mark.parametrize("slow", ["head", "body"])
def test_an_answer_that_never_ends_is_given_up(
    fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, slow: str
) -> None:
    """A byte now and then keeps every time limit between two bytes from running out."""
    monkeypatch.setattr(fetch, "LONGEST_DOCUMENT", 0.5)
    monkeypatch.setattr(fetch, "LONGEST_FETCH", 0.5)
    begin = b"HTTP/1.1 200 OK\r\n" + (b"X: " if slow == "head" else b"\r\n")
    with dripping(begin) as url:
        with pytest.raises(HarvestError, match="did not end within"):
            fetcher.document(f"{url}/catalog", TURTLE)
        with pytest.raises(HarvestError, match="did not end within"):
            fetcher.file(f"{url}/dump", tmp_path / "dump", 10**6)


@contextmanager
def dripping(begin: bytes) -> Iterator[str]:
    """A server that answers every request with these bytes, and then a byte now and then."""
    ended = threading.Event()

    def answer(connection: socket.socket) -> None:
        with connection, suppress(OSError):
            connection.recv(10_000)
            connection.sendall(begin)
            while not ended.wait(0.02):
                connection.sendall(b"a")

    def accept() -> None:
        with suppress(OSError):
            while True:
                connection, _ = server.accept()
                threading.Thread(target=answer, args=(connection,), daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=accept, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
        ended.set()
