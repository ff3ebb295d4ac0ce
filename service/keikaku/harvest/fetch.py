"""Fetching from other people's sites: bounded, polite, resumable, and never from inside."""

from __future__ import annotations

import hashlib
import sys
import time
import zlib
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urljoin
from urllib.robotparser import RobotFileParser

import httpx

from keikaku import __version__
from keikaku.deadline import within
from keikaku.errors import HarvestError
from keikaku.harvest.open_address import place_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from types import TracebackType

AGENT = "keikaku"
"""How the harvester is called in robots.txt."""

MOST_REDIRECTS = 5
MOST_CATALOGUE_BYTES = 20_000_000
LONGEST_WAIT = 60.0
"""How long a site that asks to be asked later is waited for, in seconds."""

LONGEST_FETCH = 3600.0
"""How long one file may take, in seconds; what was fetched is kept for the next time."""

LONGEST_DOCUMENT = 300.0
"""How long a catalogue may take, with the robots.txt of its site and its redirects, in seconds."""

_BETWEEN = 0.5  # seconds between two requests to a site, unless its robots.txt wants more
_LONGEST_BETWEEN = 10.0
_MOST_ROBOTS_BYTES = 512_000  # 500 KiB, as RFC 9309 asks for in 2.5
_MOST_SAID_BYTES = 100_000  # of what an address says of itself that is gone
_TIMEOUT = httpx.Timeout(30.0, connect=10.0)
_TRIES = 3
_LATER = (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE)
_MOVED = (301, 302, 303, 307, 308)
_GZIP = 16 + zlib.MAX_WBITS


class BrokenOffError(HarvestError):
    """A file broke off midway; what came of it is kept."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What tells whether something has changed since it was fetched."""

    etag: str = ""
    modified: str = ""

    @property
    def headers(self) -> dict[str, str]:
        """The headers of a conditional request."""
        known = {"If-None-Match": self.etag, "If-Modified-Since": self.modified}
        return {name: value for name, value in known.items() if value}


@dataclass(frozen=True, slots=True)
class Fetched:
    """A document: from where in the end, its media type, its bytes, how to ask again."""

    url: str
    media_type: str
    body: bytes
    seen: Seen


@dataclass(frozen=True, slots=True)
class FetchedFile:
    """A file that was fetched: its SHA-256, and what tells whether it has changed."""

    sha256: str
    seen: Seen


class Fetcher:
    """Asks one thing after the other; use it in a `with`."""

    def __init__(self, contact: str = "", *, allow_private: bool = False) -> None:
        """Say who asks: `contact` is an address that the other site can write to.

        Addresses inside a network are refused unless `allow_private`.
        """
        who = f"{AGENT}/{__version__}" + (f" (+{contact})" if contact.isascii() and contact else "")
        self._allow_private = allow_private
        self._client = httpx.Client(
            timeout=_TIMEOUT,
            headers={"User-Agent": who, "Accept-Encoding": "identity"},
            trust_env=False,
            follow_redirects=False,
        )
        self._last: dict[str, float] = {}
        self._robots: dict[str, RobotFileParser] = {}

    def __enter__(self) -> Fetcher:
        """Begin."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close what is open."""
        self._client.close()

    def document(self, url: str, accept: str, seen: Seen | None = None) -> Fetched | None:
        """Return a small document, or None where it has not changed since it was `seen`.

        Raises HarvestError, also where it is not whole within LONGEST_DOCUMENT.
        """
        return within(
            LONGEST_DOCUMENT,
            lambda: self._document(url, accept, seen),
            lambda: _too_slow(url, LONGEST_DOCUMENT),
        )

    def _document(self, url: str, accept: str, seen: Seen | None) -> Fetched | None:
        headers = {"Accept": accept, **(seen.headers if seen else {})}
        with self._answer(url, headers) as answer:
            if answer.status == HTTPStatus.NOT_MODIFIED and seen is not None:
                return None
            answer.check()
            body = answer.whole(MOST_CATALOGUE_BYTES)
            return Fetched(answer.url, answer.media_type, body, answer.seen)

    def gone(self, url: str, accept: str, seen: Seen) -> Fetched | None:
        """Return what an address says that answers 410, None where it answers anything else.

        Caches on the way are asked to ask anew. Raises HarvestError where nothing answers.
        """
        return within(
            LONGEST_DOCUMENT,
            lambda: self._gone(
                url, {"Accept": accept, "Cache-Control": "no-cache", **seen.headers}
            ),
            lambda: _too_slow(url, LONGEST_DOCUMENT),
        )

    def _gone(self, url: str, headers: dict[str, str]) -> Fetched | None:
        with self._answer(url, headers) as answer:
            if answer.status != HTTPStatus.GONE:
                return None
            body = b""
            with suppress(HarvestError):  # it is gone, whatever it says
                body = answer.beginning(_MOST_SAID_BYTES)
            return Fetched(answer.url, answer.media_type, body, answer.seen)

    def file(self, url: str, path: Path, most: int) -> FetchedFile:
        """Fetch a file to `path`, going on where an earlier try ended.

        What was fetched before lies at `path`.part, and the ETag that it belongs to beside it.
        Raises HarvestError.
        """
        for attempt in range(_TRIES):
            try:
                seen = within(
                    LONGEST_FETCH,
                    lambda: self._rest_of(url, path, most),
                    lambda: _too_slow(url, LONGEST_FETCH),
                )
                break
            except BrokenOffError:
                if attempt == _TRIES - 1:
                    raise
        with path.open("rb") as file:
            return FetchedFile(hashlib.file_digest(file, "sha256").hexdigest(), seen)

    def _rest_of(self, url: str, path: Path, most: int) -> Seen:
        part, mark = path.with_name(f"{path.name}.part"), path.with_name(f"{path.name}.etag")
        start = part.stat().st_size if part.is_file() and mark.is_file() else 0
        headers = {"Accept": "*/*"}
        if start:
            headers |= {"Range": f"bytes={start}-", "If-Range": mark.read_text("utf-8")}
        with self._answer(url, headers) as answer:
            if start and answer.status == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
                mark.unlink()
                raise BrokenOffError(
                    f"{url} を途中から取れません。",
                    f"{url} cannot be gone on with",
                )
            answer.check()
            resumed = bool(start) and answer.begins_at(start)
            mark.unlink(missing_ok=True)
            if answer.seen.etag and not answer.seen.etag.startswith("W/"):
                mark.write_text(answer.seen.etag, "utf-8")
            with part.open("ab" if resumed else "wb") as file:
                for piece in answer.pieces(most - (start if resumed else 0), "max_harvest_bytes"):
                    file.write(piece)
            seen = answer.seen
        mark.unlink(missing_ok=True)
        part.replace(path)
        return seen

    @contextmanager
    def _answer(
        self, url: str, headers: dict[str, str], *, ask_leave: bool = True
    ) -> Iterator[_Answer]:
        """Give the answer to a GET, its body not yet read; each redirect is looked at anew."""
        for _ in range(MOST_REDIRECTS + 1):
            place_of(url, allow_private=self._allow_private)
            if ask_leave:
                self._ask_leave(url)
            response = self._asked(url, headers)
            if response.status_code not in _MOVED or "location" not in response.headers:
                break
            response.close()
            url = _joined(url, response.headers["location"])
        else:
            raise HarvestError(
                f"{url} は転送が多すぎます。", f"{url} redirects more than {MOST_REDIRECTS} times"
            )
        try:
            yield _Answer(url, response)
        finally:
            response.close()

    def _asked(self, url: str, headers: dict[str, str]) -> httpx.Response:
        """Return the answer of a site, waiting as long as it says, if that is not long."""
        attempt = 1
        while True:
            response = self._once(url, headers)
            if response.status_code not in _LATER or attempt == _TRIES:
                return response
            response.close()
            time.sleep(_later(response.headers.get("retry-after", "")))
            attempt += 1

    def _once(self, url: str, headers: dict[str, str]) -> httpx.Response:
        place = place_of(url, allow_private=self._allow_private)
        self._be_polite(url)
        for machine in place.machines:
            try:
                return self._client.send(place.request(self._client, machine, headers), stream=True)
            except (httpx.ConnectError, httpx.ConnectTimeout) as error:
                if machine == place.machines[-1]:
                    raise _unreachable(url, error) from error
            except httpx.HTTPError as error:
                raise _unreachable(url, error) from error
        raise AssertionError  # a place has a machine

    def _be_polite(self, url: str) -> None:
        origin = _origin(url)
        robots = self._robots.get(origin)
        between = min(float(robots.crawl_delay(AGENT) or 0), _LONGEST_BETWEEN) if robots else 0.0
        wait = self._last.get(origin, 0.0) + max(between, _BETWEEN) - time.monotonic()
        if wait > 0:
            time.sleep(wait)
        self._last[origin] = time.monotonic()

    def _ask_leave(self, url: str) -> None:
        """Raise HarvestError where a site's robots.txt does not want us (RFC 9309)."""
        origin = _origin(url)
        if origin not in self._robots:
            self._robots[origin] = self._robots_at(f"{origin}/robots.txt")
        if not self._robots[origin].can_fetch(AGENT, url):
            raise HarvestError(
                f"{origin}/robots.txt が {url} の自動取得を断っています。"
                "そのサイトの運営者に尋ねてください。",
                f"{origin}/robots.txt does not want {url} to be fetched by programs; ask whoever "
                "runs the site",
            )

    def _robots_at(self, url: str) -> RobotFileParser:
        with self._answer(url, {"Accept": "text/plain"}, ask_leave=False) as answer:
            if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
                raise HarvestError(
                    f"{url} から {answer.status} が返りました。後でもう一度試してください。",
                    f"{url} answers {answer.status}; try again later",
                )
            text = answer.beginning(_MOST_ROBOTS_BYTES) if answer.status == HTTPStatus.OK else b""
        robots = RobotFileParser()
        robots.parse(text.decode("utf-8", "replace").splitlines())
        return robots


class _Answer:
    """An answer whose body is read in bounded pieces, as it is sent."""

    def __init__(self, url: str, response: httpx.Response) -> None:
        self.url = url
        self.status = response.status_code
        self._response = response

    @property
    def media_type(self) -> str:
        said: str = self._response.headers.get("content-type", "")
        return said.partition(";")[0].strip().lower()

    @property
    def seen(self) -> Seen:
        headers = self._response.headers
        return Seen(headers.get("etag", ""), headers.get("last-modified", ""))

    def begins_at(self, start: int) -> bool:
        """Tell whether this is the rest of a file from there."""
        said: str = self._response.headers.get("content-range", "")
        return self.status == HTTPStatus.PARTIAL_CONTENT and said.startswith(f"bytes {start}-")

    def check(self) -> None:
        """Raise HarvestError unless the answer is what was asked for."""
        if self.status not in (HTTPStatus.OK, HTTPStatus.PARTIAL_CONTENT):
            raise HarvestError(
                f"{self.url} から {self.status} が返りました。",
                f"{self.url} answers {self.status}",
            )

    def pieces(self, most: int, setting: str = "") -> Iterator[bytes]:
        """Yield the body as it is sent.

        Raises HarvestError where it has more than `most` bytes; `setting` is what would allow more.
        """
        size = 0
        try:
            for piece in self._response.iter_raw():
                size += len(piece)
                if size > most:
                    raise _too_large(self.url, most, setting)
                yield piece
        except httpx.HTTPError as error:
            raise BrokenOffError(
                f"{self.url} が途中で切れました({type(error).__name__})。もう一度実行すると続きから"
                "取ります。",
                f"{self.url} broke off ({error}); another run goes on where it ended",
            ) from error

    def beginning(self, most: int) -> bytes:
        """Return the body, or as many bytes of it as are wanted."""
        body = bytearray()
        for piece in self.pieces(sys.maxsize):
            body += piece
            if len(body) >= most:
                break
        return self._unpacked(bytes(body[:most]), most)[0]

    def whole(self, most: int) -> bytes:
        """Return the body, unpacked if the site packs what nobody asked it to."""
        body, is_whole = self._unpacked(b"".join(self.pieces(most)), most)
        if not is_whole:
            raise _too_large(self.url, most)
        return body

    def _unpacked(self, body: bytes, most: int) -> tuple[bytes, bool]:
        """Return at most `most` bytes of what is packed in a body, and whether that is all."""
        coding = self._response.headers.get("content-encoding", "identity").strip().lower()
        if coding in ("gzip", "x-gzip"):
            unpacking = zlib.decompressobj(_GZIP)
            try:
                return unpacking.decompress(body, most), not unpacking.unconsumed_tail
            except zlib.error as error:
                raise _unreachable(self.url, error) from error
        if coding not in ("", "identity"):
            raise HarvestError(
                f"{self.url} は「{coding}」で圧縮されていて読めません。",
                f"{self.url} is packed by {coding!r}, which nobody asked for",
            )
        return body, True


def _origin(url: str) -> str:
    address = httpx.URL(url)
    return f"{address.scheme}://{address.netloc.decode('ascii')}"


def _joined(url: str, location: str) -> str:
    try:
        return urljoin(url, location)
    except ValueError:
        return location


def _later(said: str) -> float:
    """Return how long to wait, as Retry-After says it: seconds or a date."""
    if said.isascii() and said.isdigit():
        return min(float(said), LONGEST_WAIT)
    try:
        wait = parsedate_to_datetime(said).timestamp() - time.time()
    except (TypeError, ValueError):
        return 1.0
    return min(max(wait, 0.0), LONGEST_WAIT)


def _too_slow(url: str, seconds: float) -> HarvestError:
    return HarvestError(
        f"{url} は {seconds:.0f} 秒かかっても終わりません。",
        f"{url} did not end within {seconds:.0f} s",
    )


def _too_large(url: str, most: int, setting: str = "") -> HarvestError:
    ja = f"信頼できるなら設定 {setting} を上げてください。" if setting else ""
    en = f"; raise {setting} if it is to be trusted" if setting else ""
    return HarvestError(
        f"{url} は {most:,} バイトを超えています。{ja}", f"{url} has more than {most:,} bytes{en}"
    )


def _unreachable(url: str, error: Exception) -> HarvestError:
    return HarvestError(
        f"{url} に届きません({type(error).__name__})。アドレスと接続を確かめてください。",
        f"{url} cannot be reached: {error}",
    )
