"""The ways a notice can go: mail, text message, letter, call, registered mail."""
