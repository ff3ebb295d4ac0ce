"""The beginning of a plan: its folder, its plan.toml, and the table that staff fill in."""
