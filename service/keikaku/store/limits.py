"""What queries may take, and what is said to one that would take more."""

from __future__ import annotations

from dataclasses import dataclass

from keikaku.errors import (
    BusyError,
    EngineCrashError,
    EngineError,
    QueryMemoryError,
    QueryTimeoutError,
    ResultSizeError,
)


@dataclass(frozen=True, slots=True)
class Limits:
    """What queries may take: seconds, bytes of a result, workers of each lane, places to wait."""

    seconds: float = 30.0
    result_bytes: int = 100_000_000
    workers: int = 2
    waiting: int = 256

    @property
    def long(self) -> int:
        """How many long queries run at a time."""
        return 2 * self.workers


def too_much_memory() -> QueryMemoryError:
    """Return the error of a query that needs more memory than it may have."""
    return QueryMemoryError(
        "この問い合わせは、使えるメモリの上限を超えました。"
        "条件を加えるか、並べ替えや GROUP BY の対象を減らしてください。",
        "the query needs more memory than a query may have; "
        "narrow it, or sort and group fewer rows",
    )


def busy(seconds: int) -> BusyError:
    """Return the error of a query for which there is no place."""
    return BusyError(
        f"いま問い合わせが混み合っています。{seconds} 秒ほど後にもう一度送ってください。",
        f"there are too many queries just now; try again in {seconds} seconds",
        seconds=seconds,
    )


def too_late(seconds: float) -> QueryTimeoutError:
    """Return the error of a query that ran to its deadline."""
    return QueryTimeoutError(
        f"制限時間の {seconds:g} 秒までに答えが出ませんでした。途中までの結果もありません。"
        "条件を加えるか、LIMIT のある小さな問い合わせに分けてください。",
        f"there was no answer by the deadline of {seconds:g} seconds, not even a part of one; "
        "narrow the query, or split it",
    )


def too_large(limit: int) -> ResultSizeError:
    """Return the error of a result beyond the limit of bytes."""
    return ResultSizeError(
        f"結果が上限の {limit} バイトを超えています。LIMIT と OFFSET で分けるか、"
        "全データのダウンロードを使ってください。",
        f"the result is larger than the limit of {limit} bytes; "
        "fetch it in parts by LIMIT and OFFSET, or download the dumps",
    )


def too_slow(seconds: float) -> ResultSizeError:
    """Return the error of a large result that was not fetched in time."""
    return ResultSizeError(
        f"結果の受取りに {seconds:g} 秒以上かかったため、打ち切りました。",
        f"the result was not fetched within {seconds:g} seconds",
    )


def no_place(error: OSError) -> EngineError:
    """Return the error of a large result for which the disk has no place."""
    return EngineError(
        f"大きい結果を一時ファイルに書けません（{error.strerror}）。",
        f"a large result cannot be written to a temporary file: {error.strerror}",
    )


def crashed() -> EngineCrashError:
    """Return the error of a query on which the engine broke down."""
    return EngineCrashError(
        "この問い合わせで検索エンジンが異常終了しました。ほかの問い合わせには影響しません。",
        "the engine crashed on this query; other queries are not affected",
    )
