"""GoCardless behind the payment provider's port: bank payments, debits by mandate, payouts."""
