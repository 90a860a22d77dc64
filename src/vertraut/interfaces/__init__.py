"""The ways in for people and programs: each translates between its outside and ``application``, and decides nothing.

May use: everything below. ``cli``, ``http``, ``openai`` and ``mcp`` do not use each other; ``server`` joins the last three,
and ``shapes`` is the JSON that several tell.
"""
