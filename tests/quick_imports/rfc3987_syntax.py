"""In place of a package that jsonschema imports where it finds it, to check addresses.

It takes two and a half seconds to build its grammar, in every process that reads a notebook, and
no notebook here has an address to be checked. Without it jsonschema skips that check.
"""

raise ImportError("left out: two and a half seconds for a grammar that no test needs")
