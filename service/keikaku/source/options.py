"""What plan.toml may say of how its document is to be read: the table [source]."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from keikaku.closed import Closed

Encoding = Literal["utf-8", "shift_jis", "euc-jp", "utf-16"]
Hidden = Literal["read", "withhold"]
"""What is done with hidden rows and columns: read as what is shown, or not read and withheld."""

DELIMITERS = {"comma": ",", "tab": "\t", "semicolon": ";"}


class SourceKeys(Closed):
    """The encoding and delimiter of a CSV file, the worksheets of a workbook that are read.

    What is not given is found out from the document. `hidden` comes before that of the profile.
    The document itself is offered for download only with `publish_document`.
    """

    encoding: Encoding | None = None
    delimiter: Literal["comma", "tab", "semicolon"] | None = None
    sheets: tuple[str, ...] | None = Field(default=None, min_length=1)
    skip_sheets: tuple[str, ...] = ()
    hidden: Hidden | None = None
    publish_document: bool = False

    @model_validator(mode="after")
    def _either(self) -> Self:
        if self.sheets is not None and self.skip_sheets:
            raise ValueError("give sheets or skip_sheets, not both")
        return self
