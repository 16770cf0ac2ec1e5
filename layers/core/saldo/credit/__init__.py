"""How much a debtor may owe, how much it does, and what follows when that is too much."""
