"""Local stand-ins for the interfaces of ERPs, written from what is publicly known of them."""
