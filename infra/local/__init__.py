"""Saldo on one machine: a local AWS, the real deployment on it, and what the local AWS lacks.

`python -m infra.local up` starts MiniStack, deploys template.yaml and serves the mailbox, the
dashboard and the public addresses until it is interrupted. docs/operate.md has the addresses.
"""
