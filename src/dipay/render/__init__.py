"""Rendering: results to a table, to JSON, to CSV. Nothing here decides; columns are data."""
