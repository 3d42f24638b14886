"""Exports: files as a PMS wrote them, to records and problems. The only place that knows a file format."""
