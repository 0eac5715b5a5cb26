"""The one binary message that Python sends a page, and that a file holds which plays without Python."""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from typing import Any

import numpy as np

_ALIGN = 8  # bytes; the widest number a payload holds


def pack(header: Mapping[str, Any], arrays: Mapping[str, np.ndarray]) -> bytes:
    """One payload: u32 header length, JSON header, arrays; all little-endian, every array on a multiple of 8 bytes.

    The header gets an entry ``arrays`` of [name, kind, shape, offset from the end of the header]; kinds are NumPy's
    two letters ("f4", "u2", ...). Raises ``ValueError`` for a number in the header that JSON cannot hold: the
    browser would refuse the whole payload.
    """
    entries, parts, offset = [], [], 0
    for name, array in arrays.items():
        array = np.ascontiguousarray(array, array.dtype.newbyteorder("<"))
        part = array.tobytes()
        part += b"\0" * (-len(part) % _ALIGN)
        entries.append([name, f"{array.dtype.kind}{array.dtype.itemsize}", list(array.shape), offset])
        parts.append(part)
        offset += len(part)
    text = json.dumps(
        {**header, "arrays": entries}, ensure_ascii=False, allow_nan=False, separators=(",", ":")
    ).encode()
    text += b" " * (-(4 + len(text)) % _ALIGN)
    return struct.pack("<I", len(text)) + text + b"".join(parts)
