# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lets ansible-test make its virtualenvs where the one file it downloads from outside PyPI cannot be reached.

ansible-test bootstraps pip with a script from Ansible's own server. Where that answers this does nothing; else it
lays a stand-in into ansible-test's cache, which bootstraps with Python's own ensurepip.
"""

from __future__ import annotations

import pathlib
import sys
import types
import urllib.error
import urllib.request

from ansible_test._internal.python_requirements import get_venv_packages

URL = "https://ci-files.testing.ansible.com/ansible-test/get-pip-{version}.py"
STAND_IN = '''\
"""Stands in for get-pip.py where that cannot be downloaded."""
import subprocess
import sys

# In a process of its own: ensurepip switches pip's configuration off in the one it runs in.
subprocess.check_call([sys.executable, "-m", "ensurepip"], stdout=subprocess.DEVNULL)
arguments = [argument for argument in sys.argv[1:] if argument not in ("--no-setuptools", "--no-wheel")]
sys.exit(subprocess.call([sys.executable, "-m", "pip", "install"] + arguments))
'''


def main() -> None:
    """Entry point."""
    python = types.SimpleNamespace(version="{}.{}".format(*sys.version_info[:2]))
    version = get_venv_packages(python)["pip"]
    cached = pathlib.Path("~/.ansible/test/cache").expanduser() / f"get_pip_{version.replace('.', '_')}.py"
    if cached.exists():
        return
    try:
        urllib.request.urlopen(urllib.request.Request(URL.format(version=version), method="HEAD"), timeout=10).close()
    except (urllib.error.URLError, OSError) as error:
        print(f"ansible-test's get-pip.py cannot be downloaded ({error}): {cached} stands in for it.")
        cached.parent.mkdir(parents=True, exist_ok=True)
        cached.write_text(STAND_IN)


if __name__ == "__main__":
    main()
