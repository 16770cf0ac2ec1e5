"""What is held about a debtor: handed out whole, erased as far as the law lets it go."""
