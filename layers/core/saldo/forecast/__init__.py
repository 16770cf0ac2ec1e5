"""When an invoice will be paid: a distribution, learnt from what was paid before. Pure."""
