"""Results as files: CSV, XLSX and PDF of what a page shows, and never more than it shows."""
