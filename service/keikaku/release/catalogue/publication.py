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
    from keikaku.release.parts import PartDump

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
    was published, `before` the release before this one. `documents` are the files of the source
    documents that are offered, by their IRIs.
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
    parts: tuple[PartDump, ...] = ()
    documents: Mapping[str, str] = field(default_factory=dict)

    @property
    def catalog(self) -> NamedNode:
        """The catalogue."""
        return catalog_of(self.base)

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
        return shared_by_catalogues(self.base, name)

    def part(self, name: str) -> NamedNode:
        """Return a thing that this release alone has: a file as it is offered, a partition."""
        return NamedNode(f"{self.dataset.value}#{_in_address(name)}")

    def at(self, path: str) -> NamedNode:
        """Return where a page, a file or a service can be had: on the site, else under the base."""
        return address(self.base, self.publisher.site, path)

    def file(self, name: str) -> NamedNode:
        """Return the address of a file."""
        return self.at(f"releases/{self.id}/{_in_address(name)}")


def _in_address(name: str) -> str:
    """Return the name of a file or a part as it stands in an IRI: a plan's folder has any name."""
    return re.sub(r"[\x00-\x20<>\"{}|\\^`%#?]", lambda found: f"%{ord(found[0]):02X}", name)


def catalog_of(base: str) -> NamedNode:
    """Return the catalogue under a base."""
    return NamedNode(f"{base}catalog")


def shared_by_catalogues(base: str, name: str) -> NamedNode:
    """Return a thing that the catalogues of all releases under a base tell of."""
    return NamedNode(f"{catalog_of(base).value}#{name}")


def address(base: str, site: str, path: str) -> NamedNode:
    """Return where a page, a file or a service can be had: on the site, else under the base."""
    return NamedNode(f"{site.rstrip('/')}/{path}" if site else f"{base}{path}")


def curie(iri: str, separator: str = ":") -> str:
    """Return a term by its prefix, or by its last step where no prefix is known."""
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace):
            return f"{prefix}{separator}{iri.removeprefix(namespace)}"
    return re.split(r"[#/]", iri)[-1] or iri
