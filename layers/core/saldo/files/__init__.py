"""Files that came with something: an invoice's document, what a payer sent as proof."""
