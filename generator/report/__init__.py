"""Problems as people and machines read them; one problem, several forms.

What a problem says may quote a contributor's file, so each form makes it harmless in its own way.
"""

from generator.report.github import as_github, as_summary
from generator.report.plain import as_json, as_text, counted, counts, one_line
from generator.report.sarif import as_sarif

__all__ = [
    "as_github",
    "as_json",
    "as_sarif",
    "as_summary",
    "as_text",
    "counted",
    "counts",
    "one_line",
]
