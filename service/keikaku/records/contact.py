"""Reads the block of lines that gives the plan's title and the office that answers for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keikaku.records.plan import Contact, Said

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keikaku.records.profile import SheetsProfile
    from keikaku.records.reading import Reading
    from keikaku.source.grid import Line


def read_contact(
    lines: Sequence[Line], reading: Reading[SheetsProfile]
) -> tuple[Said[str], Contact]:
    """Return the plan's title, which stands above the block's heading, and the contact below it.

    Notes a problem and raises Unreadable where a line is missing.
    """
    labels = reading.profile.contact
    place = next((i for i, line in enumerate(lines) if line.text == labels.heading), None)
    if place is None or place == 0 or place + 1 >= len(lines):
        raise reading.stop(
            f"計画名と「{labels.heading}」の行がありません。",
            f"no line {labels.heading!r} with the plan's title above it",
            lines[-1] if lines else None,
        )
    title, heading, office, *rest = lines[place - 1 :]
    headings = tuple(level.heading for level in reading.profile.levels)
    if title.text.startswith(headings) or title.text in reading.profile.furniture.all_lines:
        raise reading.stop(
            f"「{labels.heading}」の上に計画名の行がありません。",
            f"no title of the plan stands above {labels.heading!r}",
            heading,
        )
    reading.take(title, heading, office)
    return Said(title.text, title), Contact(
        name=Said(office.text, office),
        address=_labelled(rest, labels.address, reading),
        telephone=_labelled(rest, labels.telephone, reading),
        fax=_labelled(rest, labels.fax, reading),
        email=_labelled(rest, labels.email, reading),
    )


def _labelled(lines: Sequence[Line], label: str, reading: Reading[SheetsProfile]) -> Said[str]:
    for line in lines:
        value = line.text.removeprefix(label)
        if value != line.text and value[:1].isspace():
            reading.take(line)
            return Said(value.strip(), line)
    raise reading.stop(
        f"問い合わせ先に「{label}」の行がありません。",
        f"the contact block has no line {label!r}",
        lines[-1] if lines else None,
    )
