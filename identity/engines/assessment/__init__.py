"""How good the face check is, measured: error rates, what the quality gate turns away, and what attacks get through.

`puppet`, `attacks` and `camera` make what is presented to the check. Nothing here decides about anybody.
"""
