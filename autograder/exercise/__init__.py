"""The words a lesson is written with: exercises, tests, wrong answers, and who is asked.

Nothing here knows a particular course; `registry` finds the one that is taught.
"""
