"""Colour profiles made by hand, after ICC.1:2001-04, whose colours are known."""

import struct
from collections.abc import Mapping

# Colourants of the spaces, adapted to D50, as their own specifications' profiles have them.
ADOBE_RGB = ((0.60974, 0.31111, 0.01947), (0.20528, 0.62567, 0.06087), (0.14919, 0.06322, 0.74457))
DISPLAY_P3 = (
    (0.51512, 0.24120, -0.00105),
    (0.29198, 0.69225, 0.04189),
    (0.15710, 0.06657, 0.78407),
)
SRGB = ((0.43607, 0.22249, 0.01392), (0.38515, 0.71687, 0.09708), (0.14307, 0.06061, 0.71410))
_D50 = (0.9642, 1.0, 0.8249)


def rgb_profile(colourants: tuple[tuple[float, ...], ...], gamma: float) -> bytes:
    tags = {f"{c}XYZ": _xyz(xyz) for c, xyz in zip("rgb", colourants, strict=True)}
    tags |= {f"{c}TRC": _curve(gamma) for c in "rgb"}
    return _profile(b"RGB ", b"XYZ ", {"wtpt": _xyz(_D50), **tags})


def grey_profile(gamma: float) -> bytes:
    return _profile(b"GRAY", b"XYZ ", {"wtpt": _xyz(_D50), "kTRC": _curve(gamma)})


def cmyk_profile(full_ink: Mapping[tuple[int, int, int, int], tuple[int, int, int]]) -> bytes:
    """A press whose full inks have these colours in Lab (0 to 255 each), all others black."""
    corners = [(c, m, y, k) for c in (0, 1) for m in (0, 1) for y in (0, 1) for k in (0, 1)]
    table = b"".join(bytes(full_ink.get(corner, (0, 128, 128))) for corner in corners)
    identity = b"".join(struct.pack(">i", int(i % 4 == 0) * 65536) for i in range(9))
    ramp = bytes(range(256))
    body = b"mft1" + bytes(4) + bytes([4, 3, 2, 0]) + identity + ramp * 4 + table + ramp * 3
    return _profile(b"CMYK", b"Lab ", {"wtpt": _xyz(_D50), "A2B0": body}, device=b"prtr")


def _profile(
    space: bytes, connection: bytes, tags: Mapping[str, bytes], *, device: bytes = b"mntr"
) -> bytes:
    tags = {"desc": _described("made by hand"), "cprt": b"text" + bytes(4) + b"none\0", **tags}
    table, data, offset = b"", b"", 128 + 4 + 12 * len(tags)
    for name, body in tags.items():
        padded = body + bytes(-len(body) % 4)
        table += name.encode() + struct.pack(">II", offset + len(data), len(body))
        data += padded
    whole = struct.pack(">I", len(tags)) + table + data
    header = struct.pack(
        ">I4sI4s4s4s12s4s4s", 128 + len(whole), bytes(4), 0x02400000, device, space, connection,
        struct.pack(">6H", 2026, 1, 1, 0, 0, 0), b"acsp", bytes(4),
    )  # fmt: skip
    light = b"".join(struct.pack(">i", round(value * 65536)) for value in _D50)
    header = header.ljust(68, b"\0") + light
    return header.ljust(128, b"\0") + whole


def _xyz(values: tuple[float, ...]) -> bytes:
    return b"XYZ " + bytes(4) + b"".join(struct.pack(">i", round(v * 65536)) for v in values)


def _curve(gamma: float) -> bytes:
    return b"curv" + bytes(4) + struct.pack(">IH", 1, round(gamma * 256))


def _described(text: str) -> bytes:
    raw = text.encode() + b"\0"
    return b"desc" + bytes(4) + struct.pack(">I", len(raw)) + raw + bytes(78)
