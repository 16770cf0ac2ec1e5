"""Messages that a person writes to a debtor: by mail, text message or letter, each sent once."""
