"""The ways in for people and programs: each translates between its outside and ``application``, and decides nothing.

May use: everything below. So far the command line, ``cli``.
"""
