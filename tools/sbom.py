"""Writes the bill of materials and the list of licenses: python -m tools.sbom (`make sbom`).

Both follow from requirements.txt, pyproject.toml and the installed packages' metadata, and from nothing else: no time,
no serial number, no machine. ``cyclonedx-py`` is made of the same library; it names the index for each package,
numbers packages by the lock's lines, and knows either hashes or licenses, never the graph of a lock for all systems.
"""

import tomllib

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import HashAlgorithm, HashType
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.license import LicenseAcknowledgement
from cyclonedx.output.json import JsonV1Dot6
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packageurl import PackageURL

from tools.licenses import INSIDE, PURPOSE, installed, license_of, plotly_js
from tools.packages import PROJECT, ROOT, Package, read

BOM = ROOT / "sbom.cdx.json"
LIST = ROOT / "THIRD_PARTY.md"

TEXT = """\
# What others made

Descent Lab is under the MIT license ([LICENSE](LICENSE)). `make sbom` writes this file and `sbom.cdx.json` from
`requirements.txt`. Licenses are SPDX expressions, as the packages declare them for their own code; their full texts are
installed with them (`*.dist-info`). For tests and benchmarks there are further packages, which no image contains.

## Packages

| package | version | license | what for |
|---|---|---|---|
{packages}

## Inside

What this repository or the packages' files carry under licenses of its own: data, scripts and fonts that reach a
browser, and compiled libraries beside NumPy and SciPy. What else is inside a package, its own notices say.

| what | where | license |
|---|---|---|
{inside}

The compose file and the manifest also pull images of HAProxy (GPL-2.0-or-later) and of Redis 8 (one of RSALv2, SSPLv1,
AGPL-3.0-only); a single container needs neither.
"""


def component(package: Package, spdx: str) -> Component:
    return Component(
        name=package.name,
        version=package.version,
        bom_ref=package.name,
        type=ComponentType.LIBRARY,
        purl=PackageURL("pypi", None, package.name, package.version),
        licenses=[LicenseFactory().make_from_string(spdx, license_acknowledgement=LicenseAcknowledgement.DECLARED)],
        hashes=[HashType(alg=HashAlgorithm.SHA_256, content=one) for one in package.hashes],
    )


def bill(packages: list[Package], licenses: dict[str, str], js: str) -> str:
    """CycloneDX 1.6 as JSON; a component's hashes are those of all files in which its version is published."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    bom = Bom()
    bom.serial_number, bom.metadata.timestamp = None, None
    root = Component(
        name=PROJECT,
        version=project["version"],
        description=project["description"],
        bom_ref=PROJECT,
        type=ComponentType.APPLICATION,
        licenses=[LicenseFactory().make_from_string(project["license"])],
    )
    inside = Component(
        name="plotly.js",
        version=js,
        bom_ref="plotly.js",
        type=ComponentType.LIBRARY,
        purl=PackageURL("npm", None, "plotly.js", js),
        licenses=[LicenseFactory().make_from_string("MIT")],
    )
    parts = {one.name: component(one, licenses[one.name]) for one in packages}
    bom.metadata.component = root
    bom.components.update(parts.values(), [inside])
    for name, user in [(PROJECT, root), *parts.items()]:
        bom.register_dependency(user, [parts[one.name] for one in packages if name in one.needed_by])
    bom.register_dependency(parts["plotly"], [inside])
    text = JsonV1Dot6(bom).output_as_string(indent=1) + "\n"
    if problem := JsonStrictValidator(SchemaVersion.V1_6).validate_str(text):
        raise ValueError(f"not CycloneDX: {problem}")
    return text


def purpose(package: Package) -> str:
    if PROJECT in package.needed_by:
        return PURPOSE[package.name]
    text = "needed by " + ", ".join(package.needed_by)
    return f"{text}; only where `{package.marker}`" if package.marker else text


def listing(packages: list[Package], licenses: dict[str, str], js: str) -> str:
    rows = [(one.name, one.version, licenses[one.name], purpose(one)) for one in packages]
    inside = [(what.format(plotly_js=js), where, spdx) for what, where, spdx in INSIDE]
    return TEXT.format(packages=table(rows), inside=table(inside))


def table(rows: list[tuple[str, ...]]) -> str:
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def main() -> None:
    packages, known = read(), installed()
    licenses = {one.name: license_of(one, known) for one in packages}
    js = plotly_js(known)
    BOM.write_text(bill(packages, licenses, js))
    LIST.write_text(listing(packages, licenses, js))
    print(f"{len(packages)} packages: {BOM.name}, {LIST.name}")


if __name__ == "__main__":
    main()
