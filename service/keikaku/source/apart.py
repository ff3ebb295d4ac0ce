"""Reads a document in a process of its own, which may take only so much memory and time.

Workbooks, Word documents and PDFs are read by large programs that were not made for hostile files.
One that would take all memory, or never end, ends with its process and with a clear error.
"""

from __future__ import annotations

import os
import pickle
import resource
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from keikaku.errors import KeikakuError, SourceError

if TYPE_CHECKING:
    from keikaku.source.grid import Document
    from keikaku.source.options import SourceKeys


@dataclass(frozen=True, slots=True)
class Limits:
    """What reading one document may take: seconds, and bytes of memory."""

    seconds: int = 300
    memory: int = 2_000_000_000


LIMITS = Limits()
_TOO_MUCH = 75  # the exit code of one that ran out of memory, as EX_TEMPFAIL of sysexits.h


def read_apart(
    content: bytes, name: str, suffix: str, options: SourceKeys | None, limits: Limits = LIMITS
) -> Document:
    """Return a document of a kind that is read by a large program.

    Raises what reading raises, and SourceError where it takes more than the limits.
    """
    asked = pickle.dumps((content, name, suffix, options, limits))
    try:
        done = subprocess.run(
            # -P: a file of the working folder is no module, whatever it is called
            [sys.executable, "-P", "-m", "keikaku.source.apart"],
            input=asked,
            capture_output=True,
            timeout=2 * limits.seconds,
            check=False,
            env=os.environ | {"PYTHONIOENCODING": "utf-8"},
        )
    except subprocess.TimeoutExpired as error:
        raise _too_much(name, limits) from error
    if done.returncode < 0 or done.returncode == _TOO_MUCH:
        raise _too_much(name, limits)
    if done.returncode or not done.stdout:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()[-1:]
        kind = "".join(said).partition(":")[0]  # what comes behind may quote the document
        raise SourceError(
            f"文書を読むプログラムが失敗しました: {kind}",
            f"the program that reads the document failed: {kind}",
            file=name,
        )
    answer = pickle.loads(done.stdout)  # noqa: S301  (from ourselves)
    if isinstance(answer, KeikakuError):
        raise answer
    return answer  # type: ignore[no-any-return]


def _too_much(name: str, limits: Limits) -> SourceError:
    return SourceError(
        f"文書を読むのに、時間かメモリの上限({limits.seconds} 秒、{limits.memory // 10**6:,} MB)を"
        "超えました。計画の部分だけの文書にするか、CSV で保存し直してください。",
        f"reading the document took more than {limits.seconds} seconds or "
        f"{limits.memory // 10**6:,} MB; make one of the plan only, or save it as CSV",
        file=name,
    )


def _main() -> None:
    """Read the document that standard input asks for, and write it, or the error, as a pickle."""
    content, name, suffix, options, limits = pickle.loads(sys.stdin.buffer.read())  # noqa: S301
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory, limits.memory))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.seconds, limits.seconds))
    answer: Document | KeikakuError
    try:
        answer = _read(content, name, suffix, options)
    except (MemoryError, RecursionError):
        sys.exit(_TOO_MUCH)
    except KeikakuError as error:
        answer = error
    sys.stdout.buffer.write(pickle.dumps(answer))


def _read(content: bytes, name: str, suffix: str, options: SourceKeys | None) -> Document:
    if suffix == ".xlsx":
        from keikaku.source.excel import read_excel

        return read_excel(content, name, options)
    if suffix == ".docx":
        from keikaku.source.word import read_word

        return read_word(content, name)
    from keikaku.source.pdf import read_pdf

    return read_pdf(content, name)


if __name__ == "__main__":
    _main()
