"""The live switch: under steady load releases come and go, and no request notices."""

from __future__ import annotations

import http.client
import json
import threading
import time
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

import pytest

from desk import Desk, served
from keikaku.release.shelf import Shelf
from keikaku.release.write import write_release
from keikaku.store.embedded import load
from small_release import content_of

if TYPE_CHECKING:
    from pathlib import Path

    from keikaku.release.shelf import Release

CLIENTS = 4
SWITCHES = 12
COUNTS = (1, 3)
"""How many items the first release has, and the second."""

TEXT = "SELECT (COUNT(?s) AS ?n) { ?s a kei:Item }"


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    """A shelf with nothing on it."""
    return Shelf(tmp_path / "releases")


def written(shelf: Shelf, count: int) -> Release:
    return write_release(content_of(*(f"item{n}" for n in range(count))), shelf, load)


def asked(address: str, path: str) -> tuple[http.client.HTTPResponse, bytes]:
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=20)
    connection.request("GET", path)
    response = connection.getresponse()
    body = response.read()
    connection.close()
    return response, body


class Client(threading.Thread):
    """A client that asks over one connection until it is told to stop; it keeps what went wrong."""

    def __init__(self, address: str, number: int, counts: dict[str, int]) -> None:
        """Ask the server at `address`; `counts` has the right answer of each release."""
        super().__init__()
        self.answered: dict[str, int] = dict.fromkeys(counts, 0)
        self.faults: list[str] = []
        self.stopped = False
        self._address, self._number, self._counts = address, number, counts

    def run(self) -> None:
        """Ask; every other query is new to the cache."""
        connection = http.client.HTTPConnection(urlsplit(self._address).netloc, timeout=20)
        asked = 0
        while not self.stopped:
            asked += 1
            text = TEXT if asked % 2 else f"{TEXT} # {self._number} {asked}"
            try:
                connection.request("GET", f"/sparql?format=json&query={quote(text)}")
                response = connection.getresponse()
                self._judge(response, response.read())
            except (OSError, http.client.HTTPException) as error:
                self.faults.append(repr(error))
                connection.close()
        connection.close()

    def _judge(self, response: http.client.HTTPResponse, body: bytes) -> None:
        if response.status != http.client.OK:
            self.faults.append(f"{response.status} {body[:200]!r}")
            return
        [row] = json.loads(body)["results"]["bindings"]
        release = (response.headers["Content-Location"] or "").split("/")[2]
        self.answered[release] += 1
        if int(row["n"]["value"]) != self._counts[release]:
            self.faults.append(f"release {release} answered {row}")


@pytest.mark.xdist_group("site")
def test_under_load_no_request_is_lost_and_no_answer_mixed(shelf: Shelf) -> None:
    releases = [written(shelf, count) for count in COUNTS]
    counts = dict(zip((release.id for release in releases), COUNTS, strict=True))
    assert len(counts) == len(COUNTS)
    with served(Desk(shelf.folder.parent)) as address:
        clients = [Client(address, number, counts) for number in range(CLIENTS)]
        for client in clients:
            client.start()
        for turn in range(SWITCHES):
            release = releases[turn % 2]
            with shelf.writing():
                shelf.point_to(release)
            wait_until_current(address, release.id)
        for client in clients:
            client.stopped = True
        for client in clients:
            client.join()
    assert [fault for client in clients for fault in client.faults] == []
    for release in releases:
        assert sum(client.answered[release.id] for client in clients) > SWITCHES


def wait_until_current(address: str, release: str) -> None:
    until = time.monotonic() + 20
    while time.monotonic() < until:
        response, _ = asked(address, f"/sparql?query={quote(TEXT)}")
        if release in (response.headers["Content-Location"] or ""):
            return
        time.sleep(0.05)
    pytest.fail(f"{release} was not taken up")


@pytest.mark.xdist_group("site")
def test_an_older_release_stays_queryable_by_its_id(shelf: Shelf) -> None:
    old, new = (written(shelf, count) for count in COUNTS)
    with served(Desk(shelf.folder.parent)) as address:
        for release, count in ((old, COUNTS[0]), (new, COUNTS[1]), (old, COUNTS[0])):
            path = f"/releases/{release.id}/sparql?format=csv&query={quote(TEXT)}"
            response, body = asked(address, path)
            assert body.decode().split() == ["n", str(count)]
            assert "immutable" in (response.headers["Cache-Control"] or "")
        response, _ = asked(address, f"/releases/{'0' * 16}/sparql?query={quote(TEXT)}")
        assert response.status == http.client.NOT_FOUND
