"""Commands on plans: check them, and build a release of them."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from keikaku.build import build, check_plan, graphs_of, plan_folders, read_source
from keikaku.checks.publish import as_csv, as_text, as_xlsx, summary
from keikaku.checks.report import Severity, report_errors
from keikaku.commands.output import progress, say, write
from keikaku.errors import KeikakuError, ReadError

if TYPE_CHECKING:
    from keikaku.checks.report import Report
    from keikaku.errors import Problem
    from keikaku.settings import Settings

Arguments = dict[str, Any]


def build_release(settings: Settings, given: Arguments) -> bool:
    """Build the plans into a release; print the counts, or the violations that stop it."""
    del given
    built = build(settings, progress)
    for report in built.reports:
        if report.conforms:
            say(summary(report))
        else:
            say(as_text(_violations_of(report)))
    if built.release is None:
        sys.stderr.write(
            "違反があるため、リリースは作られませんでした。 (violations: no release was made)\n"
        )
        return False
    say(f"リリース {built.release.id}: {built.release.manifest['triples']:,} トリプル")
    say(str(built.release.folder))
    return True


def check_plans(settings: Settings, given: Arguments) -> bool:
    """Check the plans, print what was found in Japanese, and write it as Turtle, CSV and XLSX."""
    reports = []
    problems: list[Problem] = []
    for folder in plan_folders(settings.plans):
        progress(f"{folder.name}: 検査")
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
        write(Path(f"{target}.ttl"), [checked.turtle])
        say(as_text(checked.report))
        say(f"報告: {target}.csv、{target}.xlsx、{target}.ttl")
    if problems:
        raise ReadError.of(problems)
    return all(report.conforms for report in reports)


def _write_report(report: Report, target: Path) -> None:
    write(Path(f"{target}.csv"), [as_csv(report)])
    write(Path(f"{target}.xlsx"), [as_xlsx(report)])


def _violations_of(report: Report) -> Report:
    return replace(report, findings=report.of(Severity.VIOLATION))
