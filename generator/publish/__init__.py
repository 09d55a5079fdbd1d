"""From generated Markdown to the published site: the stage that knows the site builder."""
