"""What plan.toml may say of how its document is to be read: the table [source]."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from keikaku.closed import Closed

Encoding = Literal["utf-8", "shift_jis", "euc-jp", "utf-16"]
DELIMITERS = {"comma": ",", "tab": "\t", "semicolon": ";"}


class SourceKeys(Closed):
    """The encoding and delimiter of a CSV file, the worksheets of a workbook that are read.

    What is not given is found out from the document.
    """

    encoding: Encoding | None = None
    delimiter: Literal["comma", "tab", "semicolon"] | None = None
    sheets: tuple[str, ...] | None = Field(default=None, min_length=1)
    skip_sheets: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _either(self) -> Self:
        if self.sheets is not None and self.skip_sheets:
            raise ValueError("give sheets or skip_sheets, not both")
        return self
