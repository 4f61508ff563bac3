# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Blocks of HMAC as people write them, and not quite as they should, for property tests. The oldest Pythons run it."""

from hypothesis import strategies as st

# Every word of every secret has it, and nothing else does.
MARK = "s3cr3t"
PLAIN = MARK * 6
WORDS = st.sampled_from(
    [PLAIN, "hex:" + MARK, MARK + "=", "'" + MARK + "'", MARK + "}" + MARK, MARK + "{" + MARK, MARK + "#" + MARK]
)
QUOTED = st.lists(WORDS, min_size=1, max_size=3).map(lambda words: '"' + " ".join(words) + '"')
SECRETS = st.one_of(WORDS, QUOTED)
IDS = st.sampled_from(["1", "2", "255", '"3"'])
NAMES = st.sampled_from(["key", '"key"'])
GAPS = st.sampled_from([" ", "\t", "   "])
HARMLESS = ["active_key 1", "time_window 5", "anti_replay monotonic", "mode receive-only", "key 9 file:/etc/key"]
REMARKS = ["", " # formerly " + PLAIN, " ! " + PLAIN]


@st.composite
def _key(draw):
    """One line: "key ID SECRET", in some spelling."""
    name, gap, number = draw(NAMES), draw(GAPS), draw(IDS)
    return name + gap + number + gap + draw(SECRETS) + draw(st.sampled_from(REMARKS))


# Lines that keepalived refuses, which have a secret all the same: it says so, and we say what it said.
ODD = st.sampled_from(
    ["key %s", "kye 1 %s", "keys 1 %s", "1 %s", "%s", "secret %s", "key %s 1", "key 1\n%s", "key { 1 %s }",
     "key {\n1 %s\n2 %s\n}", "active_key 1 key 1 %s", "mode %s", "@app1 key 1 %s", "key 1 x %s", "key 4 file:/a %s"]
).map(lambda line: line.replace("%s", PLAIN))  # fmt: skip
LINES = st.lists(st.one_of(_key(), st.sampled_from(HARMLESS)), min_size=1, max_size=5)
ODD_LINES = st.lists(st.one_of(_key(), ODD), min_size=1, max_size=5)
BEFORE = "interface eth0\n"
AFTER = "\npriority 100\nSSL {\n    key /etc/ssl/private.pem\n}\n"


def without_remark(line):
    """A line without the comment behind it."""
    for remark in REMARKS[1:]:
        line = line.replace(remark, "")
    return line


@st.composite
def blocks(draw, lines=LINES):
    """A configuration with one block, or with what once was one: text."""
    inner = draw(lines)
    bare = [without_remark(line).replace("\n", " ") for line in inner]
    many = "\n".join(["auth_hmac {"] + ["        " + line for line in inner] + ["}"])
    form = draw(st.sampled_from(["many", "one line", "brace below", "definitions", "whole definition", "comment"]))
    if form == "one line":
        text = "auth_hmac { " + bare[0] + " }"
    elif form == "brace below":
        text = many.replace(" {", "\n{", 1)
    elif form == "definitions":
        text = "$A=" + bare[0] + "\n$B=" + PLAIN + "\nauth_hmac {\n$A\nkey 7 ${B}\n}"
    elif form == "whole definition":
        text = " \\\n".join(["$A=auth_hmac {"] + bare + ["}\n$A"])
    elif form == "comment":
        sign = draw(st.sampled_from(["#", "! ", "    # "]))
        text = "\n".join(sign + line for line in many.split("\n"))
    else:
        text = many
    return BEFORE + text + AFTER
