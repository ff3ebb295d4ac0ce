"""What the catalogue says of a release and its quads do not: who publishes it, when."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode

from keikaku.errors import SettingsError
from keikaku.names import PREFIXES, is_iri

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from keikaku.closed import Bilingual
    from keikaku.records.harvested import Harvested
    from keikaku.release.linksets import LinksetFile

_MAIL = re.compile(r"[^@\s<>\"]+@[^@\s<>\"]+")


@dataclass(frozen=True, slots=True)
class Publisher:
    """Who publishes the releases: a name, a web site and an address for mail, each if it is set.

    `site` is the address at which the releases are served, if it is not the base. Raises
    SettingsError for a web site or an address that is none.
    """

    name: str = ""
    url: str = ""
    email: str = ""
    site: str = ""

    def __post_init__(self) -> None:
        """Refuse what would not be an IRI in the catalogue."""
        if self.url and not (self.url.startswith(("http://", "https://")) and is_iri(self.url)):
            raise SettingsError(
                f"publisher_url「{self.url}」は http(s):// で始まるアドレスにしてください。",
                f"publisher_url {self.url!r} has to be an address that begins with http(s)://",
            )
        if self.site and not (self.site.startswith(("http://", "https://")) and is_iri(self.site)):
            raise SettingsError(
                f"site「{self.site}」は http(s):// で始まるアドレスにしてください。",
                f"site {self.site!r} has to be an address that begins with http(s)://",
            )
        if self.email and not (_MAIL.fullmatch(self.email) and is_iri(f"mailto:{self.email}")):
            raise SettingsError(
                f"publisher_email「{self.email}」はメールアドレスではありません。",
                f"publisher_email {self.email!r} is no address for mail",
            )

    @property
    def key(self) -> bytes:
        """What makes a release of another publisher another release; nothing where none is set.

        A release's files never change, and its catalogue says where they are: so the site counts.
        """
        said = (self.name, self.url, self.email, *([self.site] if self.site else []))
        return "\n".join(said).encode() if any(said) else b""


@dataclass(frozen=True, slots=True)
class Example:
    """A query that can be tried: its name, its purpose, what it asks, and its SPARQL."""

    name: str
    group: Bilingual
    title: Bilingual
    description: Bilingual
    query: str


@dataclass(frozen=True, slots=True)
class Publication:
    """A release as it is published under a base.

    `files` gives the size in bytes and the SHA-256 of each file; `first` is when the first release
    was published, `before` the release before this one.
    """

    base: str
    id: str
    issued: datetime
    files: Mapping[str, tuple[int, str]]
    first: datetime | None = None
    before: str | None = None
    publisher: Publisher = field(default_factory=Publisher)
    examples: tuple[Example, ...] = ()
    linksets: tuple[LinksetFile, ...] = ()
    harvested: tuple[Harvested, ...] = ()

    @property
    def catalog(self) -> NamedNode:
        """The catalogue."""
        return NamedNode(f"{self.base}catalog")

    @property
    def dataset(self) -> NamedNode:
        """The release."""
        return NamedNode(f"{self.base}releases/{self.id}")

    @property
    def latest(self) -> NamedNode:
        """The data whichever release is current: what portals list."""
        return NamedNode(f"{self.base}releases/latest")

    def shared(self, name: str) -> NamedNode:
        """Return a thing that all releases' catalogues tell of: the publisher, a service."""
        return NamedNode(f"{self.catalog.value}#{name}")

    def part(self, name: str) -> NamedNode:
        """Return a thing that this release alone has: a file as it is offered, a partition."""
        return NamedNode(f"{self.dataset.value}#{name}")

    def at(self, path: str) -> NamedNode:
        """Return where a page, a file or a service can be had: on the site, else under the base."""
        site = self.publisher.site
        return NamedNode(f"{site.rstrip('/')}/{path}" if site else f"{self.base}{path}")

    def file(self, name: str) -> NamedNode:
        """Return the address of a file."""
        return self.at(f"releases/{self.id}/{name}")


def curie(iri: str, separator: str = ":") -> str:
    """Return a term by its prefix, or by its last step where no prefix is known."""
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace):
            return f"{prefix}{separator}{iri.removeprefix(namespace)}"
    return re.split(r"[#/]", iri)[-1] or iri
