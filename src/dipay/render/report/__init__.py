"""A report as tables for the terminal, as data for programs and spreadsheets, and as a page to look at and to print."""
