"""Questions of payers and the creditor's answers, in one conversation per account."""
