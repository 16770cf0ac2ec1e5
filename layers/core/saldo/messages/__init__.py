"""Messages to payers: whole texts per message and language, rendered by Jinja2."""
