"""Appraisal: pure functions from the library to what the evidence says of each claim."""

from generator.appraise.evidence import (
    Appraisal,
    AppraisedClaim,
    Entry,
    Evidence,
    Subject,
    Vote,
    appraise,
    gather,
    subject_of,
)

__all__ = [
    "Appraisal",
    "AppraisedClaim",
    "Entry",
    "Evidence",
    "Subject",
    "Vote",
    "appraise",
    "gather",
    "subject_of",
]
