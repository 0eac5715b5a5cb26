"""What the image installs: its bill of materials, its licenses, and what is said of known vulnerabilities."""

import json
import re
import sys
import tomllib
from collections import Counter
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

import pytest
from plotly.offline import get_plotlyjs_version

from tools import audit
from tools.packages import Package, read

ROOT = Path(__file__).resolve().parents[1]
LOCK = (ROOT / "requirements.txt").read_text()
PINS = re.findall(r"^([\w.-]+)==([^\s;]+)", LOCK, re.MULTILINE)
BILL = (ROOT / "sbom.cdx.json").read_text()
PACKAGES = [one for one in json.loads(BILL)["components"] if one["purl"].startswith("pkg:pypi/")]

#: What may be in the image. What is not here needs a decision: whoever passes the image on has to keep to it.
ALLOWED = set("0BSD Apache-2.0 BSD-2-Clause BSD-3-Clause CC0-1.0 ISC MIT MIT-CMU MPL-2.0 PSF-2.0 Zlib".split())


def spdx(component: dict) -> str:
    (entry,) = component["licenses"]
    return entry["expression"] if "expression" in entry else entry["license"]["id"]


def test_bill_has_each_pin_once_with_the_hashes_of_the_lock() -> None:
    assert Counter((one["name"], one["version"]) for one in PACKAGES) == Counter(PINS)
    assert all(one["purl"] == f"pkg:pypi/{one['name']}@{one['version']}" for one in PACKAGES)
    blocks = re.split(r"^(?=[\w.-]+==)", LOCK, flags=re.MULTILINE)[1:]
    pinned = {block.partition("==")[0]: set(re.findall(r"sha256:(\w{64})", block)) for block in blocks}
    assert {one["name"]: {hash_["content"] for hash_ in one["hashes"]} for one in PACKAGES} == pinned
    assert all(pinned.values())


def test_bill_leads_from_the_project_to_each_component() -> None:
    bill = json.loads(BILL)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    root = bill["metadata"]["component"]
    assert (root["name"], root["version"]) == (project["name"], project["version"])
    edges = {one["ref"]: set(one.get("dependsOn", [])) for one in bill["dependencies"]}
    direct = {re.match(r"[\w.-]+", one)[0] for one in project["dependencies"]}
    assert edges[root["bom-ref"]] == direct
    reached, ahead = set(), {root["bom-ref"]}
    while ahead:
        reached |= ahead
        ahead = set().union(*(edges[one] for one in ahead)) - reached
    assert reached == edges.keys() == {root["bom-ref"], *(one["bom-ref"] for one in bill["components"])}


def test_bill_names_the_script_that_is_served() -> None:
    (script,) = [one for one in json.loads(BILL)["components"] if one["name"] == "plotly.js"]
    assert script["version"] == get_plotlyjs_version()
    assert f"plotly.js {script['version']}" in (ROOT / "THIRD_PARTY.md").read_text()


def test_bill_tells_neither_when_nor_where_it_was_made() -> None:
    bill = json.loads(BILL)
    assert "serialNumber" not in bill
    assert "timestamp" not in bill["metadata"]
    assert re.findall(r"\w+://[^\"]*", BILL) == [bill["$schema"]]
    assert not re.search(r'"/|~/|\\\\', BILL)


def test_every_license_is_allowed_and_listed() -> None:
    listed = re.findall(r"^\| ([\w.-]+) \| (\d\S*) \| ([^|]+) \|", (ROOT / "THIRD_PARTY.md").read_text(), re.MULTILINE)
    assert sorted(listed) == sorted((one["name"], one["version"], spdx(one)) for one in PACKAGES)
    found = {name: set(re.split(r" (?:AND|OR) ", expression)) for name, _, expression in listed}
    assert {name: kinds - ALLOWED for name, kinds in found.items() if not kinds <= ALLOWED} == {}


def test_licenses_are_those_that_packages_declare() -> None:
    """Where they do it in SPDX's words; the others' were read by a person."""
    declared = {}
    for one in PACKAGES:
        try:
            declared[one["name"]] = metadata(one["name"]).get("License-Expression") or spdx(one)
        except PackageNotFoundError:  # pinned for another system
            continue
    assert declared == {one["name"]: spdx(one) for one in PACKAGES if one["name"] in declared}
    assert len(declared) > len(PACKAGES) / 2


def test_packages_keep_markers_and_who_needs_them(tmp_path: Path) -> None:
    lock = tmp_path / "lock.txt"
    digest = "0" * 64
    lock.write_text(
        f"# made\na-b==1.0 \\\n    --hash=sha256:{digest}\n    # via descent-lab (pyproject.toml)\n"
        f"c==2 ; sys_platform != 'darwin' \\\n    --hash=sha256:{digest} \\\n    --hash=sha256:{digest}\n"
        "    # via\n    #   a-b\n    #   d\n"
    )
    assert read(lock) == [
        Package("a-b", "1.0", "", (digest,), ("descent-lab",)),
        Package("c", "2", "sys_platform != 'darwin'", (digest, digest), ("a-b", "d")),
    ]
    lock.write_text("a @ file.whl\n")
    with pytest.raises(ValueError, match="what is this"):
        read(lock)


BAD = {"id": "A-1", "aliases": ["CVE-1"], "fix_versions": ["9.9"]}

#: In the place of pip-audit, with its options: answers what ``{answers}`` has for the service, and ends as it does.
FAKE = """\
#!{python}
import argparse, json, sys
parser = argparse.ArgumentParser(allow_abbrev=False)
for option in "requirement vulnerability-service format progress-spinner timeout cache-dir".split():
    parser.add_argument("--" + option, required=True)
for option in "no-deps disable-pip".split():
    parser.add_argument("--" + option, action="store_true", required=True)
options = parser.parse_args()
service = options.vulnerability_service
pins = open(options.requirement).read().split()
answer = {answers}.get(service)
if answer is None:
    sys.exit("no such host")
known = [dict(name=pin.split("==")[0], version="1", vulns=answer.get(pin.split("==")[0], [])) for pin in pins]
print(json.dumps(dict(dependencies=[
    one if answer.get(one["name"]) != "skip" else dict(name=one["name"], skip_reason="not found") for one in known
])))
sys.exit(any(one["vulns"] for one in known))
"""


def program(folder: Path, text: str) -> Path:
    tool = folder / "pip-audit"
    tool.write_text(text)
    tool.chmod(0o755)
    return tool


def audited(folder: Path, capsys: pytest.CaptureFixture[str], answers: dict) -> tuple[int, str]:
    tool = program(folder, FAKE.format(python=sys.executable, answers=repr(answers)))
    code = audit.main(setup=["true"], tool=[str(tool)])
    return code, capsys.readouterr().out


def test_audit_is_content_where_all_were_looked_up(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, said = audited(tmp_path, capsys, {"pypi": {}})
    assert (code, said) == (0, f"No known vulnerability in {len(PINS)} packages.\n")


def test_audit_fails_for_what_is_found(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, said = audited(tmp_path, capsys, {"pypi": {"numpy": [BAD]}})
    assert code == 1
    assert re.search(r"^numpy \S+: A-1, CVE-1 \(mended in 9.9\)$", said, re.MULTILINE)


def test_audit_is_no_all_clear_where_nobody_answers(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    skipped = {name: "skip" for name, _ in PINS}
    for answers in ({}, {"pypi": skipped}, {"pypi": skipped, "osv": skipped}):
        code, said = audited(tmp_path, capsys, answers)
        assert code == 0
        assert said.startswith(f"Advisories could not be reached for {len(PINS)} of {len(PINS)} packages")


def test_audit_asks_the_second_service_for_what_the_first_does_not_know(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, said = audited(tmp_path, capsys, {"pypi": {"jax": "skip", "lark": "skip"}, "osv": {"jax": [BAD]}})
    assert code == 1
    assert said.startswith("jax ")
    code, said = audited(tmp_path, capsys, {"pypi": {"jax": "skip", "lark": "skip"}})
    assert (code, said.split(":")[0]) == (0, f"Advisories could not be reached for 2 of {len(PINS)} packages")


def test_audit_ends_what_does_not_answer(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With its children, which hold its output open: what waits for them finds that they came to their end."""
    ended = tmp_path / "ended"
    tool = program(tmp_path, f"#!/bin/sh\n(sleep 20; touch '{ended}') &\nwait\n")
    assert audit.main(setup=["true"], tool=[str(tool)], patience=1.0) == 0
    assert capsys.readouterr().out.startswith("Advisories could not be reached")
    assert not ended.exists()


def test_audit_says_that_its_tool_is_missing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert audit.main(setup=["false"], tool=[str(tmp_path / "none")]) == 0
    assert capsys.readouterr().out == "pip-audit could not be installed: nothing is audited.\n"


def test_audit_fails_where_the_tool_does_not_know_an_option(tmp_path: Path) -> None:
    tool = program(tmp_path, "#!/bin/sh\nexit 2\n")
    with pytest.raises(SystemExit) as ended:
        audit.main(setup=["true"], tool=[str(tool)])
    assert ended.value.code == 2


def test_audit_accepts_what_was_looked_into(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit, "ACCEPTED", {"CVE-1": "a reason"})
    assert audited(tmp_path, capsys, {"pypi": {"numpy": [BAD]}})[0] == 0


@pytest.mark.parametrize("lock", sorted(ROOT.glob("requirements*.txt")), ids=lambda path: path.name)
def test_locks_name_no_index_and_hash_every_pin(lock: Path) -> None:
    assert "://" not in lock.read_text()
    packages = read(lock)
    assert packages
    assert all(one.hashes for one in packages)
