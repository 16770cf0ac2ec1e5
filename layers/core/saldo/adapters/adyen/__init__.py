"""Adyen: payment links, notifications, settlement reports; by plain HTTP.

The official client is generated for all of Adyen's services, of which five calls are made here; it
would stand for nothing but the transport that is there anyway.
"""
