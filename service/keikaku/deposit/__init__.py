"""Deposits: one change to one plan, made whole or not at all, with the release that it gives."""
