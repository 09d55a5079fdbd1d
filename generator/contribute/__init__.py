"""What helps a person bring new evidence: templates, one form, what a change does."""
