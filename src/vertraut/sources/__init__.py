"""Where entries come from: one module a format, all through the contract in ``contract.py``.

May use: ledger (the values only), settings, clock, errors. Reads, never writes.
"""
