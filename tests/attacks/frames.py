"""Attacks on the channel: forged, oversized, malformed and endless frames on every descriptor."""

from attacks.attack import Attack

EVERYWHERE = """
import os, struct, json
def everywhere(raw):
    for number in range(256):
        try:
            os.write(number, raw)
        except OSError:
            pass
def framed(header, body=b"", lengths=None):
    sizes = lengths or (len(header), len(body))
    return struct.pack("<4sIQ", b"BPV1", *sizes) + header + body
"""

HEADERS = {
    "forges frames with a verdict on every descriptor": (
        'framed(json.dumps({"d": [["to", "x"], ["value", 1.0], ["verdict", "passed"], '
        '["points", 2.0]]}).encode()) * 3'
    ),
    "announces a header of 4 GB": 'framed(b"", lengths=(2**32 - 1, 0))',
    "announces arrays of 1 EB": 'framed(b"null", lengths=(4, 2**60))',
    "sends what is no frame": 'b"PASSED 2.0 of 2.0\\n" * 100',
    "sends a header that is not JSON": 'framed(b"\\xff\\xfe" * 40)',
    "sends JSON nested a hundred thousand deep": "framed(b'{\"l\": [' * 100_000)",
    "sends a header of a megabyte of numbers": 'framed(b"[" + b"1," * 400_000 + b"1]")',
    "sends an array that claims 10^18 entries": (
        'framed(json.dumps({"a": ["float64", [10**9, 10**9]]}).encode(), bytes(8))'
    ),
    "sends an object array of pickles": (
        'framed(json.dumps({"a": ["object", [1]]}).encode(), b"\\x80\\x04cos\\nsystem\\n.")'
    ),
    "sends half a frame and goes to sleep": 'framed(b"null")[:9]',
}
REPLY = """
def reparameterize(mean, log_var, eps):
    everywhere({raw})
    {then}
    return mean - 99.0
"""

ATTACKS = [
    Attack(
        name,
        EVERYWHERE,
        REPLY.format(raw=raw, then="import time; time.sleep(60)" if "half" in name else "pass"),
    )
    for name, raw in HEADERS.items()
] + [
    Attack(
        "closes every descriptor",
        answer="""
def reparameterize(mean, log_var, eps):
    import os
    os.closerange(0, 256)
    return mean - 99.0
""",
    ),
    Attack(
        "floods the channel without end",
        EVERYWHERE,
        """
def reparameterize(mean, log_var, eps):
    for _ in range(2000):
        everywhere(b"x" * 65536)
    return mean - 99.0
""",
    ),
    Attack(
        "answers every question twice",
        """
import sys
wire = sys.modules["autograder.jail.wire"]
plain_send = wire.send
def twice(channel, value, deadline=None):
    plain_send(channel, value, deadline)
    plain_send(channel, value, deadline)
""",
        """
def reparameterize(mean, log_var, eps):
    wire.send = twice
    return mean - 99.0
""",
    ),
    Attack(
        "returns a gigabyte",
        answer="""
def reparameterize(mean, log_var, eps):
    return np.zeros(2**27)
""",
    ),
    Attack(
        "returns a million small things",
        answer="""
def reparameterize(mean, log_var, eps):
    return [[0.5]] * 1_000_000
""",
    ),
    Attack(
        "returns a list that holds itself",
        answer="""
def reparameterize(mean, log_var, eps):
    endless = []
    endless.append(endless)
    return endless
""",
    ),
    Attack(
        "returns a number of ten thousand digits",
        answer="""
def reparameterize(mean, log_var, eps):
    return 10**10_000
""",
    ),
]
