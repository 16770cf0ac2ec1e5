"""Creditsafe Connect: company search and credit reports.

Source: https://doc.creditsafe.com (Connect 1.10.9: authentication, Company Search and Report, the
common data dictionary 2.0.5). Never run against Creditsafe itself: the exchanges in the tests are
made after its documentation.
"""
