"""From lines to paragraphs: what the page added goes, what was broken is joined, nothing is changed."""
