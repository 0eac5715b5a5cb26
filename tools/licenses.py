"""What no machine reads out of a package: what it is for, licenses in words of its own, what it carries inside."""

import re
from importlib.metadata import Distribution, distributions
from pathlib import Path

from tools.packages import ROOT, Package

#: What a direct dependency is for.
PURPOSE = {
    "httptools": "parses requests",
    "jax": "the engine: traced, compiled, differentiated",
    "lark": "reads typed formulas",
    "markdown-it-py": "reads the lessons",
    "mdit-py-plugins": "mathematics in the lessons",
    "numpy": "arrays",
    "plotly": "plotly.js in the page; figures in notebooks",
    "prometheus-client": "the numbers of a server",
    "redis": "rooms that servers share",
    "scipy": "nearest neighbors of very many points",
    "segno": "the code that a class scans",
    "starlette": "routes and middleware",
    "streamlit": "the page and its sessions",
    "uvloop": "the server's event loop",
    "ziamath": "formulas as SVG",
}

#: The SPDX name of what a package writes about itself where it has no license expression (PEP 639).
WRITTEN = {
    "MIT": "MIT",
    "MIT License": "MIT",
    "Apache-2.0": "Apache-2.0",
    "Apache License 2.0": "Apache-2.0",
    "3-Clause BSD License": "BSD-3-Clause",
    "MPL-2.0": "MPL-2.0",
}

#: Read in the package's license file: "BSD License" leaves open which, or the package is installed on few systems.
READ = {
    "altair": "BSD-3-Clause",
    "async-timeout": "Apache-2.0",
    "itsdangerous": "BSD-3-Clause",
    "jinja2": "BSD-3-Clause",
    "scipy": "BSD-3-Clause",
    "segno": "BSD-3-Clause",
}

#: What else is in the tree or in the packages' files: (what, where, license).
INSIDE = (
    (
        "Optical Recognition of Handwritten Digits, test set (E. Alpaydin and C. Kaynak, UCI, doi 10.24432/C50P49), "
        "stored as NPZ",
        "this repository: `visualizer/networks/data/_digits.npz`",
        "CC-BY-4.0",
    ),
    ("plotly.js {plotly_js}, which a race saved as a web page carries too", "plotly", "MIT"),
    ("STIX Two Math, whose outlines are in the formulas' SVG", "ziamath", "OFL-1.1"),
    ("DejaVu Sans", "ziafont", "Bitstream-Vera"),
    ("Source Sans, Source Serif and Source Code", "streamlit", "OFL-1.1"),
    ("OpenBLAS", "numpy, scipy", "BSD-3-Clause"),
    ("LAPACK", "numpy, scipy", "BSD-3-Clause-Open-MPI"),
    ("libgfortran, from the compiler", "numpy, scipy", "GPL-3.0-or-later WITH GCC-exception-3.1"),
    ("libquadmath, from the compiler, as a library of its own", "numpy, scipy", "LGPL-2.1-or-later"),
)


def installed(folder: Path = ROOT / ".venv") -> dict[str, Distribution]:
    """The packages of a virtual environment, by normalized name."""
    found = distributions(path=[str(path) for path in folder.glob("lib/python*/site-packages")])
    return {re.sub(r"[-_.]+", "-", str(one.metadata["Name"])).lower(): one for one in found}


def license_of(package: Package, known: dict[str, Distribution]) -> str:
    """Its license as an SPDX expression. ``ValueError`` where a person has to read it, or another version is there."""
    one = known.get(package.name)
    if one and one.version != package.version:
        raise ValueError(f"{package.name} is installed as {one.version}, not as {package.version}.")
    spdx = (declared(one) if one else None) or READ.get(package.name)
    if not spdx:
        raise ValueError(f"{package.name}: read its license, and add it to READ in tools/licenses.py.")
    return spdx


def declared(one: Distribution) -> str | None:
    """What the metadata say, if it can be told which license that is."""
    data = one.metadata
    if "License-Expression" in data:
        return data["License-Expression"]
    kinds = [kind.rpartition(" :: ")[2] for kind in data.get_all("Classifier", []) if kind.startswith("License ::")]
    words = [*data.get_all("License", []), *kinds]
    return next((WRITTEN[word] for word in words if word in WRITTEN), None)


def plotly_js(known: dict[str, Distribution]) -> str:
    """The version of plotly.js inside the Python package."""
    head = Path(str(known["plotly"].locate_file("plotly/package_data/plotly.min.js"))).read_bytes()[:500]
    version = re.search(rb"plotly\.js v(\S+)", head)
    if not version:
        raise ValueError("plotly.min.js does not say its version.")
    return version[1].decode()
