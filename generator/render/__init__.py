"""From evidence to pages and data files: the only stage that knows Jinja and Markdown's escapes."""
