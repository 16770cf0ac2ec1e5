"""Pictures of everything that debtors and courts get to see, for people to look at."""
