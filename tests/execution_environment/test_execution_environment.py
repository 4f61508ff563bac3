# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""execution-environment.yml is built into an image, and the collection works in it with nothing else.

What is built is the file that users get, on the base of the lab's hosts, which is Debian: the steps are the same but
for the package manager and for Python, which Debian leaves without pip. The collections come from here and not from
Galaxy.
"""

from __future__ import annotations

import importlib.metadata
import pathlib
import shutil
import ssl
import subprocess
import typing as t

import pytest
import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
TAG = "hotstandby-lab:execution-environment"
BASES = ("debian:12", "hotstandby-lab-base:bookworm")
#: Those that ours depends on, as the virtualenv has them.
OTHERS = ("ansible.posix", "community.general")


def run(*command: str) -> str:
    """What a command prints; it must end well."""
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout[-4000:]}{done.stderr[-4000:]}"
    return done.stdout


def copied(names: t.Sequence[str], target: pathlib.Path) -> pathlib.Path:
    """A collections path with those of the virtualenv, whose package leaves out files that a tarball must have."""
    for name in names:
        parts = name.split(".")
        found = importlib.metadata.distribution("ansible").locate_file(pathlib.Path("ansible_collections", *parts))
        into = target.joinpath("ansible_collections", *parts)
        shutil.copytree(str(found), into, ignore=shutil.ignore_patterns("__pycache__"))
    return target


def on_debian(definition: dict[str, t.Any], base: str, tarball: pathlib.Path, others: pathlib.Path) -> dict[str, t.Any]:
    """The definition with another base, and with collections from files."""
    definition["images"]["base_image"]["name"] = base
    definition["options"] = {"package_manager_path": "/usr/bin/apt-get"}
    definition["dependencies"]["python_interpreter"] = {"python_path": "/opt/ee/bin/python3"}
    definition["dependencies"]["galaxy"]["collections"] = [{"name": f"/build/ours/{tarball.name}", "type": "file"}]
    definition["additional_build_files"] = [
        {"src": str(tarball), "dest": "ours"},
        {"src": str(others), "dest": "others"},
    ]
    # The system's certificates: a company may have its own, by which it looks into what pip fetches.
    certificates = ssl.get_default_verify_paths().cafile
    trusting = []
    if certificates:
        definition["additional_build_files"].append({"src": certificates, "dest": "certificates"})
        trusting = [
            f"COPY _build/certificates/{pathlib.Path(certificates).name} /etc/ssl/of-the-lab.pem",
            "ENV PIP_CERT=/etc/ssl/of-the-lab.pem",
        ]
    programs = "ca-certificates git openssh-client python3 python3-pip python3-venv sshpass"
    definition["additional_build_steps"] = {
        "prepend_base": [
            f"RUN apt-get update && apt-get install -y --no-install-recommends {programs} && python3 -m venv /opt/ee",
            "ENV PATH=/opt/ee/bin:$PATH",
            *trusting,
        ],
        "prepend_galaxy": ["COPY _build/others /usr/share/ansible/collections"],
    }
    return definition


@pytest.fixture(scope="module")
def image(tmp_path_factory) -> t.Iterator[str]:
    """The image's tag."""
    place = tmp_path_factory.mktemp("image")
    run("ansible-galaxy", "collection", "build", "--output-path", str(place))
    (tarball,) = place.glob("hotstandby-vrrp-*.tar.gz")
    others = copied(OTHERS, place / "others")
    run("tests/lab/build_image.sh")
    known = run("docker", "image", "ls", "--format", "{{.Repository}}:{{.Tag}}").split()
    base = BASES[0] if BASES[0] in known else BASES[1]
    definition = on_debian(yaml.safe_load((ROOT / "execution-environment.yml").read_text()), base, tarball, others)
    written = place / "execution-environment.yml"
    written.write_text(yaml.safe_dump(definition, sort_keys=False))
    context = place / "context"
    to = ("--context", str(context), "--output-filename", "Dockerfile")
    run("ansible-builder", "create", "--file", str(written), *to)
    # As its images are built in the lab: a bridge may have no way out.
    build = ("docker", "build", "--quiet", "--network", "host")
    run(*build, "--tag", TAG, "--file", f"{context}/Dockerfile", str(context))
    yield TAG
    run("docker", "image", "rm", TAG)


def inside(image: str, place: pathlib.Path, *command: str) -> str:
    """What a command prints that is run in the image, with a folder to read."""
    start = ("docker", "run", "--rm", "--network", "none", "--workdir", "/runner/project")
    return run(*start, "--volume", f"{place}:/runner/project:ro", image, *command)


@pytest.fixture
def project(tmp_path) -> pathlib.Path:
    """The smallest inventory, with what is told of its hosts."""
    shutil.copy(ROOT / "tests/build/pair.yml", tmp_path / "inventory.yml")
    tmp_path.chmod(0o755)
    return tmp_path


def test_what_is_in_it(image, project):
    listed = inside(image, project, "ansible-galaxy", "collection", "list")
    assert all(name in listed for name in ("hotstandby.vrrp", *OTHERS))
    inside(image, project, "python3", "-c", "import ansible_runner, netaddr")
    inside(image, project, "sh", "-c", "command -v ssh && command -v sshpass")


def test_the_plan_of_a_pair(image, project):
    told = inside(image, project, "ansible-playbook", "hotstandby.vrrp.plan", "-i", "inventory.yml")
    assert "VI_1: 192.0.2.10/24 by VRRPv2, virtual_router_id 10, owner app1" in told
    assert "changed=0" in told
