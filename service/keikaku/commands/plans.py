"""Commands on plans: check them, and build a release of them."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from keikaku.assets import shipped
from keikaku.build import Source, build, check_plan, graphs_of, plan_folders, read_source
from keikaku.checks.publish import as_csv, as_text, as_xlsx, offered_whole, summary
from keikaku.checks.report import Severity, report_errors
from keikaku.commands.output import progress, say, write
from keikaku.errors import DecisionError, KeikakuError, ReadError
from keikaku.starting.hints import alike_departments

if TYPE_CHECKING:
    from collections.abc import Collection

    from keikaku.build import AnySource
    from keikaku.checks.check import Checked
    from keikaku.checks.report import Report
    from keikaku.errors import Problem
    from keikaku.records.decisions import Decision, Decisions
    from keikaku.settings import Settings

Arguments = dict[str, Any]


def build_release(settings: Settings, given: Arguments) -> bool:
    """Build the plans into a release; print the counts, or the violations that stop it."""
    del given
    _tell_of_sample(settings)
    built = build(settings, progress)
    for report in built.reports:
        if report.conforms:
            say(summary(report))
            if report.coverage and (warning := offered_whole(report.coverage)):
                say(warning)
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
    _tell_of_sample(settings)
    folders = plan_folders(settings.plans)
    swiftly = settings.judges_swiftly(len(folders))
    for folder in folders:
        progress(f"{folder.name}: 検査")
        target = given["out"] / folder.name
        try:
            source = read_source(folder, settings)
            checked, wrong = _checked(source, settings.base, swiftly=swiftly)
        except DecisionError as error:  # the report of the document stays, with the names in it
            problems += error.problems
            continue
        except KeikakuError as error:
            _write_report(report_errors(folder.name, error), target)
            Path(f"{target}.ttl").unlink(missing_ok=True)
            problems += error.problems
            continue
        reports.append(checked.report)
        _write_report(checked.report, target)
        write(Path(f"{target}.ttl"), [checked.turtle])
        say(as_text(checked.report))
        for hint in alike_departments(source.plan) if isinstance(source, Source) else ():
            say(hint)
        say(f"報告: {target}.csv、{target}.xlsx、{target}.ttl")
        problems += wrong
    if problems:
        raise ReadError.of(problems)
    return all(report.conforms for report in reports)


def _checked(source: AnySource, base: str, *, swiftly: bool) -> tuple[Checked, tuple[Problem, ...]]:
    """Return what the checks find in a plan, and what is decided that the plan does not have.

    The latter is left out, so that the report has all names that can be decided.
    """
    try:
        return check_plan(graphs_of(source, base), swiftly=swiftly), ()
    except DecisionError as error:
        lines = {problem.line for problem in error.problems}
        right = replace(source, decisions=_without(source.decisions, lines))
        return check_plan(graphs_of(right, base), swiftly=swiftly), error.problems


def _without(decisions: Decisions | None, lines: Collection[int | None]) -> Decisions | None:
    """Return decisions without those of which something stands in one of the lines."""
    if decisions is None:
        return None

    def stands(decision: Decision) -> bool:
        said = (decision.discrepancy, decision.value, decision.field)
        return any(each is not None and each.at.line in lines for each in said)

    return replace(decisions, made=tuple(each for each in decisions.made if not stands(each)))


def _tell_of_sample(settings: Settings) -> None:
    """Say that the plan that ships with keikaku is meant, where no plans are given."""
    samples = shipped("plans")
    if settings.plans == samples and samples != Path("data/plans").resolve():
        sys.stderr.write(
            "計画フォルダの指定がないので、同梱の見本(山口市協働推進プラン)を使います。"
            "自分の計画は keikaku new で始めます。"
            " (no plans are given: the sample that ships with keikaku is used)\n"
        )


def _write_report(report: Report, target: Path) -> None:
    write(Path(f"{target}.csv"), [as_csv(report)])
    write(Path(f"{target}.xlsx"), [as_xlsx(report)])


def _violations_of(report: Report) -> Report:
    return replace(report, findings=report.of(Severity.VIOLATION))
