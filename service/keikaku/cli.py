"""The command line: arguments in, exit code out.

Exit codes: 0 done, 1 violations that stop a release, 2 an error.
"""

from __future__ import annotations

import argparse
import io
import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING

from keikaku import __version__
from keikaku.commands import asking, plans, releases, serving
from keikaku.errors import KeikakuError
from keikaku.release.dumps import FORMATS
from keikaku.release.tabular import table_names
from keikaku.settings import settings_from

if TYPE_CHECKING:
    from collections.abc import Sequence

DONE, VIOLATIONS, ERROR = 0, 1, 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; say errors on standard error, one line each."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal that cannot show Japanese
    try:
        given = vars(parser().parse_args(arguments))
        run = given.pop("run")
        settings = settings_from(given)
        return DONE if run(settings, given) else VIOLATIONS
    except KeikakuError as error:
        for problem in error.problems:
            sys.stderr.write(f"{problem}\n")
        return ERROR
    except BrokenPipeError:
        sys.stderr.close()
        return DONE
    except Exception:  # noqa: BLE001  (a fault of ours is still exit code 2, not 1)
        traceback.print_exc()
        return ERROR
    except KeyboardInterrupt:
        sys.stderr.write("中断しました。 (interrupted)\n")
        return ERROR


def parser() -> argparse.ArgumentParser:
    """Return the parser of all commands."""
    parser = argparse.ArgumentParser(
        prog="keikaku",
        description="行政計画の文書を、検証されたリンクトデータにして公開します。"
        " Turns municipal action plans into checked linked data.",
    )
    parser.add_argument("--version", action="version", version=f"keikaku {__version__}")
    add = parser.add_subparsers(required=True, metavar="COMMAND").add_parser
    _build(add("build", help="計画を検証してリリースを作る (check plans, make a release)"))
    _check(add("check", help="計画を検査して報告を書く (check plans, write reports)"))
    _serve(add("serve", help="現在のリリースを公開する (serve the current release)"))
    _query(add("query", help="SPARQL で問い合わせる (answer a SPARQL query)"))
    _ask(add("ask", help="日本語で問い合わせる (answer a question in Japanese)"))
    _export(add("export", help="現在のリリースを書き出す (write the current release out)"))
    _diff(add("diff", help="二つのリリースの違いを示す (tell how two releases differ)"))
    _publish(
        add(
            "publish",
            help="現在のリリースをエンジンに載せる (put the release into a server engine)",
        )
    )
    _publish_api(add("publish-api", help="公開 API を動かす (take plans over HTTP)"))
    _token(add("token", help="公開 API のトークンを作る (make a token for the publishing API)"))
    _releases(add("releases", help="リリースの一覧・切替え・取下げ (list, choose, withdraw)"))
    return parser


def _plans(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "plans",
        nargs="?",
        type=Path,
        metavar="PLANS",
        help="計画フォルダ、またはその置き場所 (a plan folder, or a folder of them)",
    )


def _base(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--base", metavar="IRI", help="公開者の IRI の基点 (where the publisher's own IRIs begin)"
    )


def _shelf(parser: argparse.ArgumentParser, flag: str = "--releases") -> None:
    parser.add_argument(
        flag,
        dest="releases",
        type=Path,
        metavar="DIR",
        help="リリースの置き場所 (folder of the releases)",
    )


def _build(parser: argparse.ArgumentParser) -> None:
    _plans(parser)
    _base(parser)
    _shelf(parser, "--out")
    parser.set_defaults(run=plans.build_release)


def _check(parser: argparse.ArgumentParser) -> None:
    _plans(parser)
    _base(parser)
    parser.add_argument(
        "--out",
        type=Path,
        default=Path("report"),
        metavar="DIR",
        help="報告の置き場所 (folder of the reports)",
    )
    parser.set_defaults(run=plans.check_plans)


def _serve(parser: argparse.ArgumentParser) -> None:
    _base(parser)
    _shelf(parser)
    parser.add_argument("--host", help="待ち受けるアドレス (address to listen on)")
    parser.add_argument("--port", type=int, help="待ち受けるポート (port to listen on)")
    _engine(parser)
    parser.add_argument(
        "--data",
        nargs="+",
        type=Path,
        metavar="FILE",
        help="リリースの代わりに公開する RDF ファイル (RDF files to serve instead of a release)",
    )
    parser.set_defaults(run=serving.serve)


def _engine(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--engine",
        metavar="URL",
        help="内蔵エンジンの代わりの SPARQL エンドポイント (an endpoint instead of our own engine)",
    )


def _publish(parser: argparse.ArgumentParser) -> None:
    _shelf(parser)
    _engine(parser)
    parser.add_argument(
        "--engine-update", metavar="URL", help="SPARQL Update のアドレス (address for updates)"
    )
    parser.add_argument(
        "--engine-graphs", metavar="URL", help="Graph Store のアドレス (address of its graphs)"
    )
    parser.set_defaults(run=serving.publish_release)


def _publish_api(parser: argparse.ArgumentParser) -> None:
    _base(parser)
    _shelf(parser)
    parser.add_argument(
        "--plans", type=Path, metavar="DIR", help="計画フォルダの置き場所 (folder of the plans)"
    )
    parser.add_argument("--host", help="待ち受けるアドレス (address to listen on)")
    parser.add_argument(
        "--port", dest="publish_port", type=int, help="待ち受けるポート (port to listen on)"
    )
    parser.set_defaults(run=serving.publish_api)


def _token(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(run=serving.token)


def _query(parser: argparse.ArgumentParser) -> None:
    _shelf(parser)
    parser.add_argument(
        "query", metavar="SPARQL|FILE|-", help="問合せ、そのファイル、または標準入力"
    )
    parser.add_argument(
        "--format",
        choices=(*asking.RESULT_FORMATS, *asking.GRAPH_FORMATS),
        help="結果の形式 (format)",
    )
    parser.set_defaults(run=asking.query)


def _ask(parser: argparse.ArgumentParser) -> None:
    _shelf(parser)
    parser.add_argument(
        "words",
        nargs="*",
        metavar="SENTENCE|NAME=VALUE",
        help="日本語の文、または --question の引数 (a sentence, or values for --question)",
    )
    parser.add_argument("--question", metavar="ID", help="問の ID (id of a question)")
    parser.add_argument("--list", action="store_true", help="問の一覧 (list the questions)")
    parser.add_argument(
        "--format", choices=("table", "csv", "json"), default="table", help="結果の形式 (format)"
    )
    parser.set_defaults(run=asking.ask)


def _export(parser: argparse.ArgumentParser) -> None:
    _shelf(parser)
    parser.add_argument(
        "--format", choices=(*FORMATS, "csv", "xlsx"), default="nq", help="形式 (format)"
    )
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--graph", metavar="IRI", help="一つのグラフだけ (one graph only)")
    what.add_argument(
        "--table", choices=table_names(), help="CSV の表 (the table, with --format csv)"
    )
    parser.set_defaults(run=releases.export)


def _diff(parser: argparse.ArgumentParser) -> None:
    _shelf(parser)
    for name, metavar, ja, en in (
        ("before", "A", "前のリリース", "the release before"),
        ("after", "B", "後のリリース", "the release after"),
    ):
        parser.add_argument(
            name,
            metavar=metavar,
            help=f"{ja}: ID、その初めの部分、current、previous、フォルダ ({en}: an id or its "
            "beginning, current, previous, or a folder)",
        )
    parser.add_argument(
        "--format", choices=("text", "csv", "json"), default="text", help="形式 (format)"
    )
    parser.add_argument(
        "--language", choices=("ja", "en"), default="ja", help="text と csv の言語 (language)"
    )
    for name, ja, en in (
        ("removed", "B にない言明を N-Quads で書くファイル", "what B lacks"),
        ("added", "B で加わった言明を N-Quads で書くファイル", "what B adds"),
    ):
        parser.add_argument(
            f"--{name}",
            metavar="FILE",
            help=f"{ja}、- なら標準出力 (N-Quads of {en}; -: standard output)",
        )
    parser.set_defaults(run=releases.diff)


def _releases(parser: argparse.ArgumentParser) -> None:
    _shelf(parser)
    parser.add_argument(
        "--use", metavar="ID", help="このリリースを現在のものにする (make it current)"
    )
    parser.add_argument(
        "--withdraw",
        metavar="ID",
        help="このリリースを取り下げ、理由だけを残す (take it back, and leave only the reason)",
    )
    parser.add_argument(
        "--reason", metavar="TEXT", help="取り下げの理由。公開される (why; it is published)"
    )
    parser.add_argument(
        "--keep", type=int, metavar="N", help="新しい N 個だけを残す (keep the last N only)"
    )
    parser.set_defaults(run=releases.releases)


if __name__ == "__main__":
    sys.exit(main())
