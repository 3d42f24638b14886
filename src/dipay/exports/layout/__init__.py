"""Layout: where a file's header stands, which profile it fits, and which column holds which field."""
