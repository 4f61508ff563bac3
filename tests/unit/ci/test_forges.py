# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests that what the forges run is what ./test.sh runs."""

from __future__ import annotations

import importlib.util
import pathlib

import inventory
import yaml

ROOT = pathlib.Path(__file__).parents[3]
spec = importlib.util.spec_from_file_location("noxfile", ROOT / "noxfile.py")
noxfile = importlib.util.module_from_spec(spec)
spec.loader.exec_module(noxfile)


def test_github_runs_every_stage():
    job = yaml.safe_load((ROOT / ".github/workflows/test.yml").read_text(encoding="utf-8"))["jobs"]["test"]
    assert job["strategy"]["matrix"] == {"stage": noxfile.nox.options.sessions}
    assert [step["run"] for step in job["steps"] if "run" in step] == ["./test.sh ${{ matrix.stage }}"]


def test_gitlab_runs_every_stage():
    job = yaml.safe_load((ROOT / ".gitlab-ci.yml").read_text(encoding="utf-8"))["test"]
    assert job["parallel"]["matrix"] == [{"STAGE": noxfile.nox.options.sessions}]
    assert job["script"] == ['./test.sh "$STAGE"']


def test_hosts_of_scenarios_that_measure_time_come_first():
    """Those that ./test.sh runs one after the other, beside all the others."""
    assert set(noxfile.TIMED) <= set(inventory.TIMED)
    assert set(inventory.TIMED) <= {"costs", "demo", "outages", *noxfile.FOUND, *inventory.LABS}
