"""One rule of reading per file; tests/reader/rules holds one table of cases for each."""
