"""What is found out of a release: how much it holds that is withheld at present, never what."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from keikaku.errors import ReleaseError

if TYPE_CHECKING:
    from collections.abc import Mapping


class ReleaseHeldBackError(ReleaseError):
    """A release that is kept but not served, since it holds what is withheld at present."""


@dataclass(frozen=True, slots=True)
class Held:
    """How many cells, lines and comments of TOML files a plan has in it, and whole documents.

    `plan` is its IRI without the base.
    """

    plan: str
    cells: int = 0
    lines: int = 0
    comments: int = 0
    documents: int = 0

    @property
    def ja(self) -> str:
        """What it has, in Japanese."""
        counts = (
            (self.cells, "欄"),
            (self.lines, "行"),
            (self.comments, "注記"),
            (self.documents, "文書のファイル"),
        )
        said = "、".join(f"{what} {count:,}" for count, what in counts if count)
        return f"{self.plan.removeprefix('id/')} の{said}"

    @property
    def en(self) -> str:
        """What it has, in English."""
        counts = (
            (self.cells, "cells"),
            (self.lines, "lines"),
            (self.comments, "comments"),
            (self.documents, "files of documents"),
        )
        said = ", ".join(f"{count:,} {what}" for count, what in counts if count)
        return f"{said} of {self.plan.removeprefix('id/')}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found out of a release: what it has `held`, and the plans of which nothing is known.

    One whose N-Quads are `unreadable` may hold anything.
    """

    id: str
    held: tuple[Held, ...] = ()
    unknown: tuple[str, ...] = ()
    unreadable: bool = False

    @property
    def is_held(self) -> bool:
        """Whether it holds what is withheld at present, or may do so."""
        return bool(self.held) or self.unreadable

    @property
    def why(self) -> tuple[str, str]:
        """Why it is held back, in Japanese and English, without any of the text."""
        if self.unreadable:
            return (
                "N-Quads が読めず、公開しない文字を含むかどうかを確かめられません",
                "its N-Quads cannot be read, so that it cannot be judged",
            )
        return (
            "今は公開しないとされている文字を含みます"
            f"(計画 {'、'.join(each.ja for each in self.held)})",
            f"it holds what is withheld at present ({', '.join(each.en for each in self.held)})",
        )

    def error(self) -> ReleaseHeldBackError:
        """Return what tells of it to whoever asks for the release."""
        return ReleaseHeldBackError(
            f"リリース {self.id} は、今は公開しないとされている部分を含むため、提供していません。"
            "新しいリリースをお使いください。",
            f"release {self.id} holds parts that are no longer published, and is held back; use a "
            "newer one",
        )

    def told(self) -> tuple[str, str]:
        """Return what tells of it to the publisher's staff, in Japanese and English."""
        ja, en = self.why
        return (
            f"リリース {self.id} は提供しません。{ja}。取り下げるには keikaku releases --withdraw "
            f"{self.id} --reason 理由、承知のうえで提供するには serve_withheld = true",
            f"release {self.id} is not served: {en}; withdraw it by `keikaku releases --withdraw "
            f"{self.id} --reason TEXT`, or serve it knowingly by serve_withheld = true",
        )

    def told_as_served(self) -> tuple[str, str]:
        """Return what tells the staff that it is served all the same."""
        ja, en = self.why
        return (
            f"リリース {self.id} を serve_withheld の設定により提供します。{ja}",
            f"release {self.id} is served as serve_withheld says: {en}",
        )

    def not_judged(self) -> tuple[str, str]:
        """Return what tells the staff of plans of which it is not known what is withheld."""
        plans = [plan.removeprefix("id/") for plan in self.unknown]
        return (
            f"リリース {self.id} の計画 {'、'.join(plans)} は、今何を公開しないかがわからないので、"
            "確かめずに提供します。keikaku build で新しいリリースを作ると確かめられます",
            f"release {self.id} is served without being judged, as it is not known what of "
            f"{', '.join(plans)} is withheld at present; `keikaku build` makes that known",
        )

    def as_current(self) -> ReleaseHeldBackError:
        """Return what tells the staff that the current release cannot be served as it is."""
        ja, en = self.why
        return ReleaseHeldBackError(
            f"現在のリリース {self.id} は{ja}。公開を始めません。keikaku build で作り直して"
            "ください。承知のうえで公開するには --serve-withheld を付けます。",
            f"the current release {self.id} is not served: {en}; make a new one by `keikaku "
            "build`, or serve it knowingly by --serve-withheld",
        )

    def as_json(self) -> dict[str, Any]:
        """Return it as it is remembered."""
        return {"held": [asdict(each) for each in self.held], "unknown": list(self.unknown)}

    @classmethod
    def from_json(cls, name: str, said: Mapping[str, Any]) -> Verdict:
        """Return what `as_json` gave of the release of this id."""
        return cls(name, tuple(Held(**each) for each in said["held"]), tuple(said["unknown"]))
