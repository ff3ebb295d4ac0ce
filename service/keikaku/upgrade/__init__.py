"""Brings plans, profiles and shelves of earlier versions on to the present format."""
