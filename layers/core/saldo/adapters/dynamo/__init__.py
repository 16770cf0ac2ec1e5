"""The books in one DynamoDB table. Rows never leave this package."""
