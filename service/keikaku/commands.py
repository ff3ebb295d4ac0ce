"""What the commands do: each takes settings and arguments, and tells whether all is well."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pyoxigraph import NamedNode, QueryResultsFormat, RdfFormat, parse

from keikaku.answers.catalogue import Catalogue
from keikaku.answers.service import Answers
from keikaku.answers.written import written
from keikaku.build import build, check_plan, graphs_of, plan_folders, read_source
from keikaku.checks.publish import as_csv, as_text, as_xlsx
from keikaku.checks.report import Severity, report_errors
from keikaku.errors import KeikakuError, QuestionError, ReadError, SettingsError
from keikaku.publish import publish
from keikaku.publish_api.app import publish_app
from keikaku.publish_api.token import new_token
from keikaku.release.dumps import dump
from keikaku.release.shelf import Shelf
from keikaku.release.tabular import table_names
from keikaku.release.write import DUMP
from keikaku.store.base import Query
from keikaku.store.configured import bounds_of
from keikaku.store.embedded import EmbeddedStore
from keikaku.web.operation.metrics import Metrics
from keikaku.web.operation.operate import operated
from keikaku.web.operation.server import run
from keikaku.web.site import site_of_files, site_of_shelf

if TYPE_CHECKING:
    from keikaku.checks.report import Report
    from keikaku.errors import Problem
    from keikaku.release.shelf import Release
    from keikaku.settings import Settings

Arguments = dict[str, Any]

RESULT_FORMATS = {
    "json": QueryResultsFormat.JSON,
    "xml": QueryResultsFormat.XML,
    "csv": QueryResultsFormat.CSV,
    "tsv": QueryResultsFormat.TSV,
}
GRAPH_FORMATS = {
    "ttl": RdfFormat.TURTLE,
    "nt": RdfFormat.N_TRIPLES,
    "rdf": RdfFormat.RDF_XML,
    "jsonld": RdfFormat.JSON_LD,
}


def build_release(settings: Settings, given: Arguments) -> bool:
    """Build the plans into a release; print the counts, or the violations that stop it."""
    del given
    built = build(settings, _progress)
    for report in built.reports:
        counts = len(report.of(Severity.DISCREPANCY))
        if report.conforms:
            _say(f"{report.plan}: 違反 0 件、不整合 {counts} 件")
        else:
            _say(as_text(_violations_of(report)))
    if built.release is None:
        sys.stderr.write(
            "違反があるため、リリースは作られませんでした。 (violations: no release was made)\n"
        )
        return False
    _say(f"リリース {built.release.id}: {built.release.manifest['triples']:,} トリプル")
    _say(str(built.release.folder))
    return True


def check_plans(settings: Settings, given: Arguments) -> bool:
    """Check the plans, print what was found in Japanese, and write it as Turtle, CSV and XLSX."""
    reports = []
    problems: list[Problem] = []
    for folder in plan_folders(settings.plans):
        _progress(f"{folder.name}: 検査")
        target = given["out"] / folder.name
        try:
            checked = check_plan(graphs_of(read_source(folder, settings), settings.base))
        except KeikakuError as error:
            _write_report(report_errors(folder.name, error), target)
            Path(f"{target}.ttl").unlink(missing_ok=True)
            problems += error.problems
            continue
        reports.append(checked.report)
        _write_report(checked.report, target)
        _write(Path(f"{target}.ttl"), checked.turtle)
        _say(as_text(checked.report))
        _say(f"報告: {target}.csv、{target}.xlsx、{target}.ttl")
    if problems:
        raise ReadError.of(problems)
    return all(report.conforms for report in reports)


def _write_report(report: Report, target: Path) -> None:
    _write(Path(f"{target}.csv"), as_csv(report))
    _write(Path(f"{target}.xlsx"), as_xlsx(report))


def _violations_of(report: Report) -> Report:
    return replace(report, findings=report.of(Severity.VIOLATION))


def serve(settings: Settings, given: Arguments) -> bool:
    """Serve the current release, or the given RDF files, until interrupted."""
    app = site_of_files(given["data"], settings) if given["data"] else site_of_shelf(settings)
    _say(f"http://{settings.host}:{settings.port}/")
    sys.stdout.flush()
    run(app, settings)
    return True


def publish_release(settings: Settings, given: Arguments) -> bool:
    """Put the current release into the server engine of the settings, and send readers there."""
    del given
    if not settings.engine:
        raise SettingsError(
            "公開先のエンジンを --engine で指定してください。",
            "name the engine to publish to by --engine",
        )
    served = publish(settings, Shelf(settings.releases).current(), _progress)
    _say(f"リリース {served.release}: {served.endpoint}")
    return True


def publish_api(settings: Settings, given: Arguments) -> bool:
    """Take plans over HTTP from whoever has the token, until interrupted."""
    del given
    if settings.engine:
        raise SettingsError(
            "公開 API は内蔵エンジンのサイトのためのものです。エンジンには、build の後に "
            "keikaku publish で公開してください。",
            "the publishing API serves sites with the embedded engine; an engine gets a release "
            "by `keikaku publish` after a build",
        )
    limitless = replace(settings, requests_per_minute=0)
    app = operated(publish_app(settings), limitless, Metrics())
    _say(f"http://{settings.host}:{settings.publish_port}/")
    sys.stdout.flush()
    run(app, settings, port=settings.publish_port)
    return True


def token(settings: Settings, given: Arguments) -> bool:
    """Make a token for the publishing API, and print it with its hash; neither is kept."""
    del settings, given
    made, digest = new_token()
    _say(f"トークン (token): {made}")
    _say(f'publish_token_hash = "{digest}"')
    return True


def query(settings: Settings, given: Arguments) -> bool:
    """Answer a SPARQL query from the current release, on standard output."""
    store = EmbeddedStore.open(Shelf(settings.releases).current().store, bounds_of(settings))
    rows, graphs = _offers(given["format"])
    result = store.serialize(Query(_query_text(given["query"]), rows=rows, graphs=graphs))
    _put(result.body)
    return True


def _offers(name: str | None) -> tuple[QueryResultsFormat | None, RdfFormat | None]:
    """Return the formats of a table and of a graph that `name` stands for.

    Without a name they are CSV and Turtle.
    """
    rows = RESULT_FORMATS["csv"] if name is None else RESULT_FORMATS.get(name)
    graphs = GRAPH_FORMATS["ttl"] if name is None else GRAPH_FORMATS.get(name)
    return rows, graphs


def _query_text(given: str) -> str:
    """Return the query itself, or the content of the file or of standard input that is named."""
    if given == "-":
        return sys.stdin.read()
    if "{" in given or "<" in given or " " in given:
        return given
    try:
        return Path(given).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            "SPARQL でも、読めるファイルの名でもありません。",
            "this is neither SPARQL nor the name of a file that can be read",
            file=given,
        ) from error


def ask(settings: Settings, given: Arguments) -> bool:
    """Answer a sentence in Japanese, or a question of the catalogue by its id."""
    if given["list"]:
        for question in Catalogue.load():
            parameters = " ".join(f"{item.name}=" for item in question.parameters)
            _say(f"{question.name}\t{question.title.ja}\t{parameters}")
        return True
    release = Shelf(settings.releases).current()
    answers = Answers.over(EmbeddedStore.open(release.store), release.id)
    if given["question"]:
        answer = answers.answer(given["question"], _values(given["words"]))
    elif given["words"]:
        answer = answers.ask(" ".join(given["words"]))
    else:
        raise QuestionError(
            "質問を書いてください。例: keikaku ask H22に事業者が関わる項目は？",
            "write a question, for example: keikaku ask H22に事業者が関わる項目は？",
        )
    _put(written(answer, given["format"]))
    return True


def _values(words: list[str]) -> dict[str, str]:
    values = dict(word.split("=", 1) for word in words if "=" in word)
    if len(values) < len(words):
        raise QuestionError(
            "--question の条件は 名=値 の形で書いてください。例: party=事業者 year=H22",
            "write the values of --question as name=value, for example: party=事業者 year=H22",
        )
    return values


def export(settings: Settings, given: Arguments) -> bool:
    """Write the current release, one graph or one table of it to standard output."""
    release = Shelf(settings.releases).current()
    wanted = given["format"]
    if given["table"]:
        if wanted not in ("nq", "csv"):
            raise SettingsError(
                "--table で書き出せるのは --format csv だけです。", "--table goes with --format csv"
            )
        _put(release.file(f"tables/{given['table']}.csv").read_bytes())
    elif wanted == "csv":
        raise SettingsError(
            f"CSV では表を選んでください: --table {'|'.join(table_names())}",
            f"choose a table for CSV: --table {'|'.join(table_names())}",
        )
    elif given["graph"]:
        _put(_one_graph(release, given["graph"], wanted))
    else:
        _put(release.file(f"{DUMP}.{wanted}").read_bytes())
    return True


def _one_graph(release: Release, graph: str, wanted: str) -> bytes:
    if wanted == "xlsx":
        raise SettingsError(
            "--graph は RDF の形式で書き出します。", "--graph goes with a format of RDF"
        )
    dumped = release.file(f"{DUMP}.nq").read_bytes()
    quads = [
        quad
        for quad in parse(dumped, format=RdfFormat.N_QUADS)
        if isinstance(quad.graph_name, NamedNode) and quad.graph_name.value == graph
    ]
    if not quads:
        known = ", ".join(release.manifest["graphs"])
        raise SettingsError(
            f"「{graph}」というグラフはありません。あるもの: {known}",
            f"there is no graph {graph}",
        )
    return dump(quads, wanted)


def releases(settings: Settings, given: Arguments) -> bool:
    """List the releases on the shelf, or make another one the current one."""
    shelf = Shelf(settings.releases)
    if given["use"]:
        with shelf.writing():
            shelf.point_to(shelf.release(given["use"]))
    current = shelf.current().id
    latest = {entry.id: entry for entry in shelf.index()}
    for entry in latest.values():
        mark = "*" if entry.id == current else " "
        _say(f"{mark} {entry.id}\t{entry.date.isoformat()}")
    return True


def _write(path: Path, body: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)
    except OSError as error:
        raise SettingsError(
            f"書き込めません: {error.strerror}",
            f"it cannot be written: {error.strerror}",
            file=str(path),
        ) from error


def _put(body: bytes) -> None:
    sys.stdout.flush()
    sys.stdout.buffer.write(body)
    sys.stdout.buffer.flush()


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")


def _progress(text: str) -> None:
    """Tell on a terminal what is being done."""
    if sys.stderr.isatty():
        sys.stderr.write(f"… {text}\n")
