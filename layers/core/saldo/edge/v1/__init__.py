"""Version 1 of the API that ERPs speak to: what is read, what is answered, and its description."""
