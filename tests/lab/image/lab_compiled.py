"""Keeps what Python has compiled of modules in zip archives, by the digest of their source.

Ansible sends a module, and all that it imports, as an archive of sources, and the host compiles them anew for each
call: two thirds of what a small module costs there. The labs' hosts get the same few modules thousands of times.
Loaded by lab_compiled.pth when a Python of the host starts; what runs is what was sent.
"""

import hashlib
import marshal
import os
import sys
import zipimport

FOLDER = "/var/cache/lab-compiled"


def keep():
    """Puts the cache in front of the compiler of zipimport, which is written in Python from 3.8 on."""
    compile_source = getattr(zipimport, "_compile_source", None)
    if compile_source is None or os.geteuid() != 0:
        return

    def cached(pathname, source):
        inner = pathname.rpartition(".zip")[2]
        name = hashlib.sha256(repr((sys.version, inner, source)).encode()).hexdigest()
        path = os.path.join(FOLDER, name)
        try:
            with open(path, "rb") as file:
                return marshal.load(file)
        except (OSError, EOFError, ValueError):
            pass
        code = compile_source(pathname, source)
        try:
            os.makedirs(FOLDER, exist_ok=True)
            draft = f"{path}.{os.getpid()}"
            with open(draft, "wb") as file:
                marshal.dump(code, file)
            os.rename(draft, path)
        except OSError:
            pass
        return code

    zipimport._compile_source = cached


keep()
