# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hosts that are not there: what hot_standby_info has told on real ones answers for them, see fleet.py."""

from __future__ import annotations

import os
import pathlib
import re
import time

from ansible.plugins.connection import ConnectionBase

DOCUMENTATION = """
name: recorded
short_description: Answers from recordings
description:
  - Takes the call of a module, as pipelining sends it, and answers with the recording of the host. Runs nothing.
  - The folder of the environment's C(FLEET_FOLDER) has C(HOST.json) for each host, and gets a line in C(calls) for
    each call.
author: hotstandby.vrrp contributors
"""

MODULE = re.compile(rb"ansible_collections\.hotstandby\.vrrp\.plugins\.modules\.(\w+)")


class Connection(ConnectionBase):
    """See DOCUMENTATION."""

    transport = "recorded"
    has_pipelining = True

    def _connect(self) -> Connection:
        self._connected = True
        return self

    def exec_command(self, cmd: str, in_data: bytes | None = None, sudoable: bool = True) -> tuple[int, bytes, bytes]:
        """Answers for a module, and for nothing else."""
        folder, host = pathlib.Path(os.environ["FLEET_FOLDER"]), self._play_context.remote_addr
        found = MODULE.search(in_data or b"")
        name = found.group(1).decode() if found else f"something else: {cmd[:60]}"
        with (folder / "calls").open("a") as calls:
            calls.write(f"{host} {name}\n")
        if name != "hot_standby_info":
            return 1, b"", b"there is no recording of that"
        answer = (folder / f"{host}.json").read_text().replace('"NOW"', str(time.time()))
        return 0, answer.encode(), b""

    def put_file(self, in_path: str, out_path: str) -> None:
        """Nothing is copied with pipelining."""
        raise NotImplementedError

    def fetch_file(self, in_path: str, out_path: str) -> None:
        """Nothing is fetched."""
        raise NotImplementedError

    def close(self) -> None:
        """Nothing is open."""
        self._connected = False
