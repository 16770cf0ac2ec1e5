"""The paths and words of another receivables service, so that an ERP that speaks to it speaks to
us by changing an address: `/payt/v1/...` answers as https://docs.paytsoftware.com describes it.

Nothing is decided or written here. Every operation is translated into one of ours and handed to the
same models and services as `/v1`. docs/parity-payt.md says which operations there are.
"""
