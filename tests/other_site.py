"""A site of somebody else's: files in memory, served over HTTP as a careful server does."""

from __future__ import annotations

import hashlib
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    Told = tuple[int, dict[str, str], bytes]


@dataclass
class OtherSite:
    """What a site has, and what it was asked: `files` by path, each with its media type.

    `special` answers instead, until it returns None; `breaks` paths break off after so many bytes,
    once each.
    """

    files: dict[str, tuple[bytes, str]] = field(default_factory=dict)
    special: dict[str, Callable[[Mapping[str, str]], Told | None]] = field(default_factory=dict)
    breaks: dict[str, int] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    address: str = ""

    def paths(self) -> list[str]:
        """The paths that were asked for, but for robots.txt."""
        return [path for path, _ in self.asked if path != "/robots.txt"]

    def answer(self, path: str, headers: Mapping[str, str]) -> Told:
        """Answer a request: 304, 206 and 404 too."""
        told = self.special[path](headers) if path in self.special else None
        if told is not None:
            return told
        if path not in self.files:
            return 404, {}, b"none"
        body, media_type = self.files[path]
        etag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        said = {"Content-Type": media_type, "ETag": etag}
        if headers.get("if-none-match") == etag:
            return 304, said, b""
        asked = headers.get("range", "")
        if asked and headers.get("if-range") == etag:
            start = int(asked.removeprefix("bytes=").removesuffix("-"))
            where = f"bytes {start}-{len(body) - 1}/{len(body)}"
            return 206, said | {"Content-Range": where}, body[start:]
        return 200, said, body


@contextmanager
def serving(site: OtherSite) -> Iterator[OtherSite]:
    """Serve the site on a free port of this machine."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            site.asked.append((self.path, headers))
            status, said, body = site.answer(self.path, headers)
            self.send_response(status)
            for name, value in said.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            end = site.breaks.pop(self.path, None)
            self.wfile.write(body[:end])
            if end is not None:
                self.close_connection = True

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    site.address = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
