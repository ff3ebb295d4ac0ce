"""The command line: arguments in, exit code out.

Exit codes: 0 done, 1 violations that stop a release, 2 an error.
"""

from __future__ import annotations

import argparse
import io
import os
import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING

from keikaku import __version__
from keikaku.commands import asking, harvest, link, new, plans, releases, serving, upgrade
from keikaku.errors import KeikakuError
from keikaku.graph.link.record import KINDS
from keikaku.release.dumps import FORMATS
from keikaku.release.tabular import table_names
from keikaku.settings import settings_from, unknown_in
from keikaku.starting.folder import BLANK

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
        _warn_of_unknown_variables()
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


def _warn_of_unknown_variables() -> None:
    """Say which environment variables look like settings and are none, as misspelt ones do."""
    for name, nearest in unknown_in(os.environ):
        ja, en = (f"{nearest} のことですか。", f"; is it {nearest}?") if nearest else ("", "")
        sys.stderr.write(
            f"注意: 環境変数 {name} という設定はありません。{ja}"
            f" (no setting is called {name}{en})\n"
        )


def parser() -> argparse.ArgumentParser:
    """Return the parser of all commands."""
    parser = argparse.ArgumentParser(
        prog="keikaku",
        description="行政計画の文書を、検証されたリンクトデータにして公開します。"
        " Turns municipal action plans into checked linked data.",
    )
    parser.add_argument("--version", action="version", version=f"keikaku {__version__}")
    add = parser.add_subparsers(required=True, metavar="COMMAND").add_parser
    _new(add("new", help="計画のフォルダと記入用の表を作る (begin a plan: its folder, a table)"))
    _build(add("build", help="計画を検証してリリースを作る (check plans, make a release)"))
    _check(add("check", help="計画を検査して報告を書く (check plans, write reports)"))
    _serve(add("serve", help="現在のリリースを公開する (serve the current release)"))
    _query(add("query", help="SPARQL で問い合わせる (answer a SPARQL query)"))
    _ask(add("ask", help="日本語で問い合わせる (answer a question in Japanese)"))
    _export(add("export", help="現在のリリースを書き出す (write the current release out)"))
    _link(add("link", help="ほかのデータとのリンクの候補を探す (propose links to other data)"))
    _diff(add("diff", help="二つのリリースの違いを示す (tell how two releases differ)"))
    _harvest(
        add("harvest", help="ほかのサイトの計画を集める (take plans that other sites publish)")
    )
    _publish(
        add(
            "publish",
            help="現在のリリースをエンジンに載せる (put the release into a server engine)",
        )
    )
    _publish_api(add("publish-api", help="公開 API を動かす (take plans over HTTP)"))
    _token(add("token", help="公開 API のトークンを作る (make a token for the publishing API)"))
    _releases(add("releases", help="リリースの一覧・切替え・取下げ (list, choose, withdraw)"))
    _upgrade(add("upgrade", help="前の版の計画とリリースを移行する (bring plans and releases on)"))
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


def _new(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "city",
        metavar="CITY",
        help="全国地方公共団体コードか市町村名 (a code or a name: 352039, 山口市)",
    )
    parser.add_argument(
        "name",
        metavar="NAME",
        help="計画の名。半角英小文字 (the plan's name in IRIs, such as kyodo)",
    )
    for flag, metavar, ja, en in (
        ("title", "TEXT", "計画の題名", "the plan's title"),
        ("years", "YEARS", "期間 H20-H24。なければ今年度から5年", "its years; else five from now"),
        ("profile", "NAME", "文書の読み方", "how the document is read"),
    ):
        parser.add_argument(f"--{flag}", metavar=metavar, help=f"{ja} ({en})")
    parser.add_argument(
        "--document",
        type=Path,
        metavar="FILE",
        help="計画の文書。なければ記入用の表を作る (the document; without it a table to fill in)",
    )
    parser.add_argument(
        "--party",
        dest="parties",
        action="append",
        metavar="NAME",
        help="市だけの主体。繰り返せる (a party of the city's own; may be given again)",
    )
    parser.add_argument(
        "--format", choices=tuple(BLANK), default="xlsx", help="記入用の表の形式 (of the table)"
    )
    parser.add_argument(
        "--out", type=Path, metavar="DIR", help="計画フォルダの置き場所 (where the folder goes)"
    )
    parser.set_defaults(run=new.new_plan)


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
    _serve_withheld(parser)
    parser.set_defaults(run=serving.serve)


def _serve_withheld(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--serve-withheld",
        action="store_true",
        default=None,
        help="今は公開しないとされている文字を含むリリースも提供する"
        " (serve releases too that hold what is withheld at present)",
    )


def _engine(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--engine",
        metavar="URL",
        help="内蔵エンジンの代わりの SPARQL エンドポイント (an endpoint instead of our own engine)",
    )


def _harvest(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "urls",
        nargs="+",
        metavar="URL",
        help="keikaku のサイト、または DCAT の目録のアドレスかファイル"
        " (a site of keikaku, or a DCAT catalogue, by address or file)",
    )
    parser.add_argument(
        "--out", dest="harvested", type=Path, metavar="DIR", help="集めた計画の置き場所 (folder)"
    )
    parser.add_argument(
        "--allow-private",
        action="store_true",
        help="内部のネットワークのアドレスにも尋ねる (ask addresses inside a network too)",
    )
    parser.add_argument(
        "--again",
        action="store_true",
        help="変わっていないものも取り直す (take what has not changed, too)",
    )
    _shelf(parser)
    parser.set_defaults(run=harvest.take)


def _publish(parser: argparse.ArgumentParser) -> None:
    _shelf(parser)
    _engine(parser)
    parser.add_argument(
        "--engine-update", metavar="URL", help="SPARQL Update のアドレス (address for updates)"
    )
    parser.add_argument(
        "--engine-graphs", metavar="URL", help="Graph Store のアドレス (address of its graphs)"
    )
    _serve_withheld(parser)
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
        "--format",
        choices=(*FORMATS, "csv", "xlsx", *releases.TEMPLATES),
        default="nq",
        help="形式。template は記入用の表 (format; template: the table of `keikaku new`)",
    )
    parser.add_argument(
        "--plan", metavar="CODE/NAME", help="template にする計画 (the plan, with template)"
    )
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--graph", metavar="IRI", help="一つのグラフだけ (one graph only)")
    what.add_argument(
        "--table", choices=table_names(), help="CSV の表 (the table, with --format csv)"
    )
    parser.set_defaults(run=releases.export)


def _link(parser: argparse.ArgumentParser) -> None:
    _plans(parser)
    _base(parser)
    for flag, metavar, ja, en in (
        ("target", "NAME", "リンク先の名。なければすべて", "the target; without it all of them"),
        (
            "with",
            "FILE|URL|ENDPOINT",
            "新しいリンク先のデータ: CSV か RDF のファイル、そのアドレス、SPARQL エンドポイント",
            "new data: a CSV or RDF file, its address, a SPARQL endpoint",
        ),
        ("title", "TEXT", "そのデータの名前", "what the data are called"),
        ("licence", "IRI", "そのデータの利用条件", "their licence"),
        ("address", "URL", "ファイルが公開されている場所", "where the file is published"),
        ("type", "IRI", "RDF でこのクラスのものだけ", "only things of this class"),
        ("encoding", "NAME", "CSV の文字コード", "the encoding of CSV"),
    ):
        parser.add_argument(f"--{flag}", metavar=metavar, help=f"{ja} ({en})")
    parser.add_argument(
        "--kind",
        dest="kinds",
        action="append",
        choices=KINDS,
        help="計画の何をリンクするか。繰り返せる (what of the plan; may be given again)",
    )
    parser.add_argument(
        "--column",
        action="append",
        metavar="ROLE=NAME",
        help="役割 (name, code, municipality, iri, group) の列名か性質 (its column or property)",
    )
    parser.add_argument(
        "--query",
        type=Path,
        metavar="FILE",
        help="エンドポイントへの問合せ (a query of ?iri ?name ?code ?municipality ?group)",
    )
    parser.set_defaults(run=link.link_plans)


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
        "--use",
        metavar="ID",
        help="このリリースを現在のものにする。ID は初めの部分でよく、previous も使える "
        "(make it current; an id or its beginning, previous)",
    )
    parser.add_argument(
        "--withdraw",
        metavar="ID",
        help="このリリースを取り下げ、理由だけを残す。ID は初めの部分でよい "
        "(take it back, and leave only the reason; an id or its beginning)",
    )
    parser.add_argument(
        "--reason", metavar="TEXT", help="取り下げの理由。公開される (why; it is published)"
    )
    parser.add_argument(
        "--keep", type=int, metavar="N", help="新しい N 個だけを残す (keep the last N only)"
    )
    parser.set_defaults(run=releases.releases)


def _upgrade(parser: argparse.ArgumentParser) -> None:
    _plans(parser)
    _base(parser)
    _shelf(parser)
    parser.add_argument(
        "--keep-furniture",
        action="store_true",
        help="読み方の [furniture] の行を、これまでどおり公開する"
        " (let the furniture of profiles stay public)",
    )
    parser.set_defaults(run=upgrade.upgrade)


if __name__ == "__main__":
    sys.exit(main())
