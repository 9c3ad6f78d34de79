"""How far two ways of adding up the same products may differ."""

ROUNDING = 1e-6  # of two unit vectors in float32, as seen: some 1e-7
_HALF_ULP = 2.0**-24  # of a float32 near 1


def product_rounding(dim: int) -> float:
    """Bound the difference between two sums of the products of unit vectors, in any order.

    A sum of n rounded products is off by n half ulps of their absolute sum at most, which by
    Cauchy–Schwarz is 1 at most; twice that lies between two sums, and as much again is margin.
    """
    return 4 * dim * _HALF_ULP
