"""Who works here: people of the seller, what they may do, and how long they stay signed in."""
