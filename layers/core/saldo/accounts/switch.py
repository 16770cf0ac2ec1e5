"""The one switch that stops all sending of this installation."""

from saldo.accounts.model import INSTALLATION, Installation
from saldo.store import Store


def installation_sends(store: Store) -> bool:
    """Whether anything may leave: so it is until somebody switched it off."""
    kept = store.get(Installation, INSTALLATION)
    return kept is None or kept.sending
