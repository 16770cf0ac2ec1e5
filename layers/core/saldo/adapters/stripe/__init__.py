"""Stripe behind the payment provider's port: Checkout, refunds, payouts, saved payment methods."""
