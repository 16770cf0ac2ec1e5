"""What people are to do: who looks after an account, and the list that their day begins with."""
