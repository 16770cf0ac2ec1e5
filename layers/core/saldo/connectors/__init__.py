"""ERPs that Saldo asks by itself: what is owed comes in, what was paid goes back."""
