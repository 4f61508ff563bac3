# -*- coding: utf-8 -*-
# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""The program that stays on the host while a configuration is loaded, and takes it back unless it is confirmed.

It runs by itself, as a unit of systemd: neither the module that has started it nor the controller has to live on. It
needs nothing but Python, and is told everything by one file, in which it also says how far it has come. What is decided
is decided by renaming one file: the former configuration waits beside the live one under a name of its own, and whoever
renames it first, to confirm or to revert, has it so. So there is a whole configuration in place at any moment.

A watchdog that finds itself started again in the midst of a load does not know what it has missed, and reverts.

With the configuration goes what the run has put in place for it, and has kept as it was (see C(put_back)): where nobody
asks for it, since the controller is gone, and when the host was started anew. A run that is there does it itself, as it
may try again.
"""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import errno
import glob
import json
import os
import signal
import subprocess
import sys
import time

try:
    import put_back as _put_back  # it lies beside this program
except ImportError:
    from ansible_collections.hotstandby.vrrp.plugins.module_utils._host import put_back as _put_back

unlink = _put_back.unlink
BOOT = "boot.json"  # what is told to who brings things back without a load
TIMER = "hot-standby-change.timer"  # brings back what was touched before a load, see C(touched)
STATE, RELEASE, REQUEST = "load.json", "release.json", "revert.json"
POLL = 0.05  # seconds
FINE = 0.002  # seconds: before the instant it does not sleep for longer than what is left
# The process that does the work is looked for every so often, and may be away for as long as its parent takes to start
# it again.
CHILD_LOOK, CHILD_AWAY = 0.5, 3.0
OVER = ("confirmed", "reverted", "cancelled")


def monotonic():
    """Seconds since some moment, the same for all processes; see C(clock.monotonic)."""
    return time.monotonic() if hasattr(time, "monotonic") else os.times()[4]


def read(path):
    """What a file of JSON holds, C(None) where there is none, or not yet all of it."""
    try:
        with open(path) as stream:
            return json.load(stream)
    except (IOError, OSError, ValueError):
        return None


def write(path, content):
    """Writes a file of JSON whole, readable by root alone."""
    new = path + ".new"
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as stream:
        json.dump(content, stream)
        stream.flush()
        os.fsync(stream.fileno())
    os.rename(new, path)


def renamed(old, new):
    """Renames a file. Returns whether it was there."""
    try:
        os.rename(old, new)
    except OSError as error:
        if error.errno != errno.ENOENT:
            raise
        return False
    return True


def put_back(previous, path):
    """Puts the former configuration back; an empty one stands for none. Returns whether it was still there to decide.

    Also what the unit does that reverts after a reboot.
    """
    if not renamed(previous, path):
        return False
    if os.path.getsize(path) == 0:
        unlink(path)
    return True


def ticks(pid):
    """When a process was started, in clock ticks since the kernel was: tells it from a later one of the same number.

    C(None) where there is no such process, or only what its parent has not yet taken notice of.
    """
    try:
        with open("/proc/%d/stat" % pid, "rb") as stream:
            fields = stream.read().rsplit(b")", 1)[1].split()
    except (IOError, OSError, IndexError):
        return None
    return None if fields[0] in (b"Z", b"X") else int(fields[19])


def children(pid):
    """Whether a process has any. Where that cannot be told it is taken to."""
    try:
        entries = os.listdir("/proc")
    except OSError:
        return True
    for entry in entries:
        if entry.isdigit():
            try:
                with open("/proc/%s/stat" % entry, "rb") as stream:
                    fields = stream.read().rsplit(b")", 1)[1].split()
            except (IOError, OSError, IndexError):
                continue
            if int(fields[1]) == pid and fields[0] not in (b"Z", b"X"):
                return True
    return False


def systemctl(verb, unit):
    """Has systemd do something with a unit."""
    # There is no AnsibleModule, whose run_command this would be: it runs by itself, after the task.
    subprocess.call(["systemctl", verb, unit])  # pylint: disable=ansible-bad-function


def after_boot(path):
    """What the unit does that goes back when the host was started anew: no service runs yet.

    :arg path: of a file of JSON, as C(boot.prepare) writes it.
    """
    with open(path) as stream:
        # Damaged, it is an error, and the unit stays.
        found = json.load(stream)
    if found["previous"] is not None:
        if not put_back(found["previous"], found["path"]):
            return
        without_load(path)
    remove_staged(found)
    if found["kept"]:
        _put_back.whole(found["kept"])


def remove_staged(found):
    """Takes away what was staged and never loaded.

    :arg found: what is told, as C(boot.prepare) writes it.
    """
    for path in glob.glob(found["staged"]):
        unlink(path)


def without_load(path):
    """The former file is back, or there is no load: what the change has touched besides still has to come back.

    :arg path: as of C(after_boot).
    """
    found = read(path)
    if found:
        write(path, dict(found, previous=None, path=None))


def left(path):
    """What the timer does where nobody came to end a change: all goes back that was touched before a load.

    :arg path: as of C(after_boot).
    """
    found = read(path)
    if not found or found["previous"] is not None:
        return
    remove_staged(found)
    take_back(found["kept"], found["readers"])
    for made in found["made"]:
        unlink(made)
    remove_folder(os.path.dirname(path))
    systemctl("stop", TIMER)


def take_back(kept, readers):
    """What is kept, and has who reads it read it again."""
    there = _put_back.whole(kept)
    for path, (verb, unit) in sorted(readers.items()):
        if path in there:
            systemctl(verb, unit)


def remove_folder(path):
    """Removes a folder where nothing is in it."""
    try:
        os.rmdir(path)
    except OSError:
        pass


class Watchdog(object):
    """One load. Its state is a dict: see C(switch.arm).

    :arg folder: where the state is.
    """

    def __init__(self, folder):
        self._folder = folder
        self._state = read(os.path.join(folder, STATE))

    def _note(self, phase, **more):
        """Says how far it has come. That it cannot must not keep it from reverting."""
        self._state.update(more, phase=phase)
        try:
            write(os.path.join(self._folder, STATE), self._state)
        except (IOError, OSError):
            pass

    def run(self):
        """The whole life. Ended by an error it is started again, and then reverts."""
        phase = self._state["phase"]
        if phase == "armed":
            called_off = self._wait_for_the_instant()
            if called_off:
                return self._cancel(*called_off)
            if not os.path.exists(self._state["previous"]):
                return self._cancel("another run has ended it", True)
            self._load()
            return self._end(*self._wait_for_the_end())
        if phase in OVER:
            return None
        reason = self._state.get("reason") or "its watchdog was ended and started again"
        # Before the rename the live file is the former one.
        if phase == "cancelling" or (self._state.get("loaded_at") is None and os.path.exists(self._state["staged"])):
            return self._cancel(reason)
        return self._revert(reason, phase)

    def _put_back_the_rest(self):
        """What went with the configuration, and has who reads it read it again. Returns what is to be said, or nothing.

        That it cannot is no reason not to come to an end: it stays kept then.
        """
        if not self._state.get("kept"):
            return ""
        try:
            take_back(self._state["kept"], self._state["readers"])
        except (IOError, OSError) as error:
            return "; what went with it could not be brought back (%s)" % error
        return ""

    def _revert_at(self):
        """The moment of the reversion that was asked for, C(None) where none was."""
        request = read(os.path.join(self._folder, REQUEST))
        return request["at"] if request and request["id"] == self._state["id"] else None

    def _wait_for_the_instant(self):
        """Returns why not to load, and whether somebody has asked for that; C(None) if it is time to."""
        self._note("waiting")
        while True:
            if self._revert_at() is not None:
                return "it was called off", True
            if self._state["at"] is None and not self._released():
                if monotonic() >= self._state["deadline"]:
                    return "nobody has told it the instant within %d s" % self._state["confirm_timeout"], False
                time.sleep(POLL)
                continue
            left = self._state["at"] - monotonic()
            if left <= 0:
                return None
            # To the instant itself in one sleep: the last look at a request is POLL earlier.
            time.sleep(left if left <= POLL else min(POLL, left - POLL + FINE))

    def _released(self):
        """Whether it has been told the instant. Says so: whoever tells it waits for that."""
        told = read(os.path.join(self._folder, RELEASE))
        if not told or told["id"] != self._state["id"]:
            return False
        self._note("waiting", **dict((key, told[key]) for key in ("at", "deadline", "confirm_timeout")))
        return True

    def _load(self):
        os.rename(self._state["staged"], self._state["path"])
        if self._state["reload"]:
            self._tell_daemon()
        late = monotonic() - self._state["at"]
        self._note("loaded", loaded_at=time.time(), late=late)

    def _tell_daemon(self):
        """Has the daemon read its configuration, where it still runs. Returns whether it does."""
        if not self._is_alive():
            return False
        try:
            os.kill(self._state["pid"], signal.SIGHUP)
        except OSError as error:
            if error.errno != errno.ESRCH:
                raise
            return False
        return True

    def _is_alive(self):
        return self._state["pid"] is not None and ticks(self._state["pid"]) == self._state["pid_ticks"]

    def _wait_for_the_end(self):
        """Returns why to revert, C(None) if it was confirmed, and whether somebody has asked for that."""
        looked = seen = monotonic()
        while os.path.exists(self._state["previous"]):
            now, asked = monotonic(), self._revert_at()
            if asked is not None and now >= asked:
                return "it was asked for", True
            if now >= self._state["deadline"]:
                return "nobody has confirmed it within %d s" % self._state["confirm_timeout"], False
            if self._state["pid"] is not None:
                if not self._is_alive():
                    return "%s has ended" % self._state["name"], False
                if self._state["children"] and now - looked > CHILD_LOOK:
                    looked = now
                    seen = now if children(self._state["pid"]) else seen
                    if now - seen > CHILD_AWAY:
                        return "%s has lost the process that did its work" % self._state["name"], False
            time.sleep(POLL if asked is None else max(FINE, min(POLL, asked - now)))
        return None, True

    def _end(self, reason, asked=False):
        """What becomes of a load: C(None) if it was confirmed, else why it was not."""
        if reason is None:
            # Unless another run has found it left alone, and has reverted it.
            found = read(os.path.join(self._folder, STATE)) or {}
            return self._over("reverted" if found.get("phase") == "reverted" else "confirmed", found.get("reason"))
        return self._revert(reason, "loaded", asked)

    def _cancel(self, reason, asked=False):
        """Takes away what was to take the place of the live file."""
        self._note("cancelling", reason=reason)
        self._is_back()
        unlink(self._state["staged"])
        unlink(self._state["previous"])
        if not asked:
            reason += self._put_back_the_rest()
        return self._over("cancelled", reason, asked)

    def _revert(self, reason, phase, asked=False):
        """Takes the load back, and says why."""
        self._note("reverting", reason=reason)
        if not put_back(self._state["previous"], self._state["path"]) and phase != "reverting":
            return self._end(None)
        self._is_back()
        if self._state["together"] and self._state["pid"] is not None and not self._is_alive():
            # The others run the new configuration until they revert too: with the former one it would not hear them.
            systemctl("stop", self._state["unit"])
            self._wait_for_the_others()
        self._mend_daemon()
        if not asked:
            reason += self._put_back_the_rest()
        return self._over("reverted", reason, asked)

    def _wait_for_the_others(self):
        while monotonic() < self._state["deadline"]:
            asked = self._revert_at()
            if asked is not None and monotonic() >= asked:
                return
            time.sleep(POLL)

    def _over(self, phase, reason, asked=False):
        """The end. Where somebody has asked to go back, the rest is theirs; until then it is for a reboot."""
        if self._state["start"]:
            systemctl("start", self._state["unit"])
        if phase == "confirmed" and self._state["kept"]:
            # What was there before is nobody's any more, whatever becomes of who has confirmed it.
            unlink(self._state["kept"])
        if not (asked and self._state["kept"] and os.path.exists(self._state["kept"])):
            for path in self._state["made"]:
                unlink(path)
            remove_folder(self._state["folder"])
            if self._state["kept"]:
                systemctl("stop", TIMER)
        self._note(phase, reason=reason)

    def _is_back(self):
        """Says for a reboot that there is no load any more. That it cannot must not keep it from the rest."""
        try:
            without_load(os.path.join(self._state["folder"], BOOT))
        except (IOError, OSError):
            pass

    def _mend_daemon(self):
        """Has the daemon run the former configuration, or brings it to the state in which it was."""
        if self._state["pid"] is None:
            # It did not run: what was started meanwhile must not go on with what is gone.
            systemctl("try-restart" if os.path.exists(self._state["path"]) else "stop", self._state["unit"])
        elif not self._tell_daemon():
            systemctl("reset-failed", self._state["unit"])
            systemctl("restart", self._state["unit"])


if __name__ == "__main__":
    if sys.argv[1] == "--after-boot":
        after_boot(sys.argv[2])
    elif sys.argv[1] == "--left":
        left(sys.argv[2])
    else:
        Watchdog(sys.argv[1]).run()
