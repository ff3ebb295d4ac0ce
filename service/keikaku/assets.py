"""Where the files lie that ship with keikaku: ontology, shapes, profiles, plans."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_INSTALLED = _PACKAGE / "_files"
_CHECKOUT = _PACKAGE.parent.parent
_IN_CHECKOUT = {
    "ontology": "ontology",
    "shapes": "shapes",
    "plans": "data/plans",
    "profiles": "data/profiles",
    "codes": "data/codes",
}


def shipped(room: str) -> Path:
    """Return the folder of shipped files called `room`, in the wheel or in the checkout.

    `room` is one of ontology, shapes, plans, profiles, codes. Raises KeyError for another name.
    """
    in_checkout = _CHECKOUT / _IN_CHECKOUT[room]
    installed = _INSTALLED / room
    return installed if installed.is_dir() else in_checkout
