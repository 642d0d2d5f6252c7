"""The report of an export: a page with pictures, or the same facts as JSON."""
