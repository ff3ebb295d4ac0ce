"""Damage that the reader takes for content is stopped by a shape, which names the right line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from damage import SHAPES, Fault, damaged
from keikaku.assets import shipped
from keikaku.build import check_plan, graphs_of, read_source
from keikaku.checks.publish import as_text
from keikaku.checks.report import Severity
from keikaku.names import SHARED
from keikaku.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

    from keikaku.build import PlanGraphs
    from keikaku.checks.report import Report

FOLDER = shipped("plans") / "352039-kyodo"


def report_on(fault: Fault, folder: Path) -> Report:
    """Check the plan with the fault; remarks of plan.toml on lines that moved are left out."""
    text = (FOLDER / "source.md").read_text(encoding="utf-8")
    keys = (FOLDER / "plan.toml").read_text(encoding="utf-8").split("\n[[remark]]")[0]
    (folder / "source.md").write_text(damaged(text, fault.change), encoding="utf-8")
    (folder / "plan.toml").write_text(keys, encoding="utf-8")
    return check_plan(graphs_of(read_source(folder, Settings()), SHARED), swiftly=True).report


@pytest.mark.parametrize("fault", SHAPES, ids=lambda fault: fault.name)
def test_a_fault_is_stopped_with_its_line(fault: Fault, tmp_path: Path) -> None:
    report = report_on(fault, tmp_path)
    assert not report.conforms
    violations = report.of(Severity.VIOLATION)
    lines = {place.line for found in violations for place in found.places}
    assert fault.at in lines, as_text(report)
    for found in violations:
        assert found.message.ja
        assert found.message.en
        assert found.advice.ja
        assert found.kind.ja


def test_the_plan_as_it_is_conforms(kyodo_graphs: PlanGraphs) -> None:
    report = check_plan(kyodo_graphs).report
    assert report.conforms
    assert report.of(Severity.VIOLATION) == ()
    assert len(report.of(Severity.DISCREPANCY)) == 46
    assert report.focus_nodes["Item"] == 52
    assert report.focus_nodes["ScheduleEntry"] == 232
