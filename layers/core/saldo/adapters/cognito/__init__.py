"""Amazon Cognito as the identity provider of the console."""
