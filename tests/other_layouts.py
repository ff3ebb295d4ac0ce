"""The two fictional plans of other layouts that lie in tests/plans, read and lifted."""

from __future__ import annotations

from pathlib import Path

PLANS = Path(__file__).parent / "plans"
REGISTER = PLANS / "139904-kurashi"
EVALUATION = PLANS / "479900-shima"
