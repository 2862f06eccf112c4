"""Hostile submissions, and the proof that each earns what its honest parts deserve.

Every attack is bounded in itself, so that a jail that fails cannot hurt the machine: bombs
stop by themselves, processes that are to be killed are the test's own, and the only network
addresses tried are the test's own listeners on the loopback device.
"""
