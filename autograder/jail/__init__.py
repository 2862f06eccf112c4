"""Where learners' code runs when its result counts: processes, limits and the wire format.

Nothing here knows an exercise. Values come out of a jailed child, never verdicts.
"""
