# Copyright (c) hotstandby.vrrp contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to the collection: may change at any time.
"""keepalived's keywords: how each is written, in which block it stands, and which version first knew it.

From keepalived.conf(5) and the keywords that keepalived 2.2.7 to 2.3.4 itself installs in its parser. A keyword that is
not here is written by the shape of its value.
"""

from __future__ import annotations

import dataclasses
import difflib
import enum
import typing as t

#: Keys of an instance that are ours and not keepalived's.
OWN_KEYS = frozenset({"name", "unicast", "owner"})


class Kind(enum.Enum):
    """How a keyword is written."""

    #: The bare keyword, or nothing.
    FLAG = "true or false (without quotes)"
    #: The bare keyword, or nothing; off behind it would be taken for on, by some versions.
    SWITCH = "true or false (as a word on)"
    #: The bare keyword, or with a value behind it.
    OPTIONAL = "true, false or a value"
    #: The bare keyword for on (as every version takes it), or with off behind it.
    BOOLEAN = "true or false"
    #: The keyword with one or more words behind it.
    VALUE = "a number or a text"
    #: The keyword with one word behind it, in quotes where it needs them.
    TEXT = "a text"
    #: The keyword with a command line behind it, always in quotes.
    COMMAND = "a command line"
    #: The keyword with a command line in quotes behind it, and maybe the user and the group to run it as.
    NOTIFY = "a command line, or a list of command line, user and group"
    #: A block with one entry a line.
    LIST = "a list"
    #: A block of other keywords.
    BLOCK = "a mapping"


@dataclasses.dataclass(frozen=True)
class Keyword:
    """One keyword in its block.

    C(header) are those keys of a block, or of an entry of C(repeated), that stand behind the keyword instead of in the
    braces. C(since) is the first version that knows it; C(()) if 1.3.5 did, or if it is not known. A block with
    C(lines) may also be a list of its lines, as it was written while it was not known here.
    """

    kind: Kind
    repeated: bool = False
    header: tuple[str, ...] = ()
    block: t.Mapping[str, Keyword] = dataclasses.field(default_factory=dict)
    since: tuple[int, ...] = ()
    lines: bool = False


Block = t.Mapping[str, Keyword]

#: Where the lines of a block stand that has a name and lines, but no keywords in it.
ENTRIES = "entries"
#: Keys of a header that stand there themselves, in front of their value: C(virtual_server fwmark 5).
NAMED_HEADERS = frozenset({"fwmark", "group"})
#: What keepalived takes for on and off.
BOOLEANS = {"on": True, "true": True, "yes": True, "off": False, "false": False, "no": False}
#: Our own name for a repeated block, where a list reads better in the plural.
PLURALS = {"real_servers": "real_server"}
#: Lines that are written as they are: the way out for what has no other spelling.
RAW = "raw"


def _table(*parts: Block, **kinds: str) -> dict[str, Keyword]:
    """A block's keywords: each argument names a kind, and lists keywords; C(word@2.2.3) was new in that version."""
    table: dict[str, Keyword] = {}
    for part in parts:
        table.update(part)
    for kind, words in kinds.items():
        for entry in words.split():
            word, _at, since = entry.partition("@")
            table[word] = Keyword(Kind[kind], since=tuple(int(part) for part in since.split(".")) if since else ())
    return table


def _block(table: Block, *, repeated: bool = False, header: str = "", since: tuple[int, ...] = ()) -> Keyword:
    return Keyword(Kind.BLOCK, repeated, tuple(header.split()), table, since)


_GLOBAL_DEFS = _table(
    SWITCH="vrrp_strict vrrp_check_unicast_src vrrp_skip_check_adv_addr",
    FLAG="""v3_checksum_as_v2@2.2.8 process_names@2.0.16 no_email_faults disable_local_igmp@2.2.0 lvs_flush
        vrrp_no_swap checker_no_swap bfd_no_swap@2.0.0 enable_traps enable_snmp_vrrp enable_snmp_keepalived
        enable_snmp_rfc enable_snmp_rfcv2 enable_snmp_rfcv3 enable_snmp_checker enable_dbus enable_script_security
        nftables_counters@2.1.5 nftables_ifindex@2.0.11 fifo_write_vrrp_states_on_reload@2.2.7 reload_repeat@2.2.0
        log_unknown_vrids""",
    OPTIONAL="""dynamic_interfaces@2.0.10 lvs_flush_on_stop lvs_flush_onstop vrrp_garp_extra_if@2.2.3
        vrrp_vmac_garp_intvl vrrp_iptables vrrp_ipsets nftables@2.0.11 nftables_ipvs@2.1.5 reload_check_config@2.2.0
        include_check@2.2.0 tmp_config_directory@2.2.0 vrrp_rt_priority@2.0.10 checker_rt_priority@2.0.10
        bfd_rt_priority@2.0.10 max_auto_priority@2.1.0 state_dump_file@2.3.3 stats_dump_file@2.3.3
        json_dump_file@2.3.3 reload_time_file@2.1.0 reload_file@2.2.0""",
    BOOLEAN="""use_symlink_paths@2.3.3 smtp_alert smtp_alert_vrrp smtp_alert_checker checker_log_all_failures
        vrrp_min_garp@2.0.12 vrrp_lower_prio_no_advert vrrp_higher_prio_send_advert
        vrrp_notify_priority_changes@2.0.16 vrrp_netlink_cmd_rcv_bufs_force vrrp_netlink_monitor_rcv_bufs_force
        process_monitor_rcv_bufs_force@2.0.11 lvs_netlink_cmd_rcv_bufs_force lvs_netlink_monitor_rcv_bufs_force
        rs_init_notifies no_checker_emails vrrp_owner_ignore_adverts@2.3.3 data_use_instance@2.2.3""",
    VALUE="""process_name@2.0.16 vrrp_process_name@2.0.16 checker_process_name@2.0.16 lvs_process_name@2.0.16
        bfd_process_name@2.0.16 smtp_server smtp_connect_timeout startup_script_timeout@2.1.0
        shutdown_script_timeout@2.1.0 min_auto_priority_delay@2.1.0 default_interface
        lvs_timeouts lvs_sync_daemon vrrp_mcast_group4 vrrp_mcast_group6 vrrp_garp_master_delay vrrp_garp_master_repeat
        vrrp_garp_master_refresh vrrp_garp_master_refresh_repeat vrrp_garp_lower_prio_delay vrrp_garp_lower_prio_repeat
        vrrp_down_timer_adverts@2.2.3 vrrp_garp_interval vrrp_gna_interval vrrp_version nftables_priority@2.0.11
        vrrp_priority vrrp_cpu_affinity@2.0.17 vrrp_rlimit_rttime@2.1.5 vrrp_rlimit_rtime nftables_ipvs_priority@2.1.5
        nftables_ipvs_start_fwmark@2.1.5 notify_fifo@1.3.6 vrrp_notify_fifo@1.3.6 lvs_notify_fifo@1.3.6
        checker_priority checker_cpu_affinity@2.0.17 checker_rlimit_rttime@2.1.5 checker_rlimit_rtime
        bfd_priority@2.0.0 bfd_cpu_affinity@2.0.17 bfd_rlimit_rttime@2.1.5 bfd_rlimit_rtime snmp_socket
        snmp_vs_stats_update_interval@2.2.8 snmp_rs_stats_update_interval@2.2.8 dbus_service_name@1.3.7
        dbus_no_interface_name@2.2.8 script_user vrrp_netlink_cmd_rcv_bufs vrrp_netlink_monitor_rcv_bufs
        process_monitor_rcv_bufs@2.0.11 lvs_netlink_cmd_rcv_bufs lvs_netlink_monitor_rcv_bufs vrrp_rx_bufs_policy
        vrrp_rx_bufs_multiplier vrrp_startup_delay@2.0.14 vrrp_delay_after_boot@2.4.0 vmac_prefix@2.2.0
        vmac_addr_prefix@2.2.0 umask@2.0.9 random_seed json_version@2.2.8 config_save_dir@2.2.3
        iproute_usr_dir@2.2.8 iproute_etc_dir@2.2.8""",
    TEXT="router_id notification_email_from smtp_helo_name",
    NOTIFY="""startup_script@2.1.0 shutdown_script@2.1.0 notify_fifo_script@1.3.6 vrrp_notify_fifo_script@1.3.6
        lvs_notify_fifo_script@1.3.6""",
    LIST="notification_email",
)

#: What follows a change of state, of instances and of sync groups.
_NOTIFY = _table(
    BOOLEAN="smtp_alert notify_priority_changes@2.0.16",
    NOTIFY="notify notify_master notify_backup notify_fault notify_stop",
)
_TRACKING = _table(LIST="track_interface track_script track_file@2.0.0 track_process@2.0.11 track_bfd@2.0.0")

_AUTHENTICATION = _table(VALUE="auth_type", TEXT="auth_pass")
#: Each entry of the list is an ID and a secret.
_HMAC = {
    "key": Keyword(Kind.VALUE, repeated=True),
    **_table(VALUE="active_key@2.4.0 time_window@2.4.0 anti_replay@2.4.0 mode@2.4.0"),
}

_INSTANCE = _table(
    _NOTIFY,
    _TRACKING,
    FLAG="""use_vmac_addr@2.2.0 vmac_xmit_base unicast_fault_no_peer@2.2.5 native_ipv6 dont_track_primary
        track_src_ip@2.0.10 no_virtual_ipaddress@2.2.8 promote_secondaries linkbeat_use_polling accept no_accept preempt
        nopreempt""",
    OPTIONAL="""use_vmac use_ipvlan@2.0.17 check_unicast_src@2.1.0 old_unicast_checksum@2.0.10 garp_extra_if@2.2.3
        vmac_garp_intvl timer_expired_backup@2.2.8 thread_timer_expired@2.3.2""",
    SWITCH="skip_check_adv_addr",
    BOOLEAN="""v3_checksum_as_v2@2.2.8 strict_mode lower_prio_no_advert higher_prio_send_advert
        owner_ignore_adverts@2.3.3""",
    VALUE="""state interface vrf@2.0.11 mcast_src_ip unicast_src_ip mcast_dst_ip virtual_router_id unicast_ttl@2.1.0
        version priority advert_int preempt_delay debug lvs_sync_daemon_interface garp_master_delay garp_master_refresh
        garp_master_repeat garp_master_refresh_repeat garp_lower_prio_delay garp_lower_prio_repeat
        down_timer_adverts@2.2.3 kernel_rx_buf_size""",
    NOTIFY="notify_deleted@2.1.0 notify_master_rx_lower_pri@2.0.6",
    LIST="unicast_peer virtual_ipaddress virtual_ipaddress_excluded virtual_routes virtual_rules",
)
_INSTANCE["authentication"] = _block(_AUTHENTICATION)
_INSTANCE["auth_hmac"] = Keyword(Kind.BLOCK, block=_HMAC, since=(2, 4, 0), lines=True)

_SYNC_GROUP = _table(_NOTIFY, _TRACKING, FLAG="global_tracking sync_group_tracking_weight@2.0.10", LIST="group")

_TRACK_FILE = _table(VALUE="file weight", OPTIONAL="init_file")

#: What every checker knows of where and how to connect.
_CHECKER = _table(
    VALUE="""connect_ip connect_port bindto bind_port bind_if connect_timeout fwmark retry delay_before_retry warmup
        delay_loop""",
    BOOLEAN="alpha log_all_failures",
)
_URL = _table(
    VALUE="status_code regex_options regex_min_offset regex_max_offset regex_stack",
    TEXT="path digest virtualhost regex",
    FLAG="regex_no_match",
    BOOLEAN="tls_compliant@2.2.8",
)
_HTTP = _table(
    _CHECKER,
    VALUE="nb_get_retry http_protocol",
    TEXT="virtualhost",
    BOOLEAN="enable_sni fast_recovery@2.0.17 tls_compliant@2.2.8",
)
_HTTP["url"] = _block(_URL, repeated=True)
_SMTP = _table(_CHECKER, TEXT="helo_name")
_SMTP["host"] = _block(_CHECKER, repeated=True)
_CHECKERS: dict[str, Keyword] = {
    "TCP_CHECK": _block(_CHECKER, repeated=True),
    "HTTP_GET": _block(_HTTP, repeated=True),
    "SSL_GET": _block(_HTTP, repeated=True),
    "SMTP_CHECK": _block(_SMTP, repeated=True),
    "DNS_CHECK": _block(_table(_CHECKER, VALUE="type name"), repeated=True),
    "MISC_CHECK": _block(
        _table(_CHECKER, COMMAND="misc_path", VALUE="misc_timeout user", FLAG="misc_dynamic"), repeated=True
    ),
    "BFD_CHECK": _block(_table(VALUE="name", BOOLEAN="alpha"), repeated=True, since=(2, 0, 8)),
    "UDP_CHECK": _block(
        _table(_CHECKER, VALUE="payload min_reply_length max_reply_length", OPTIONAL="require_reply"),
        repeated=True, since=(2, 1, 0),
    ),
    "PING_CHECK": _block(_CHECKER, repeated=True, since=(2, 1, 0)),
    "FILE_CHECK": _block(_table(_CHECKER, VALUE="track_file weight"), repeated=True, since=(2, 1, 0)),
}  # fmt: skip
_REAL_SERVER = _table(
    _CHECKERS,
    VALUE="""weight lvs_method uthreshold lthreshold retry delay_before_retry warmup connect_timeout delay_loop""",
    TEXT="virtualhost snmp_name",
    BOOLEAN="inhibit_on_failure alpha smtp_alert log_all_failures",
    NOTIFY="notify_up notify_down",
)
_VIRTUAL_SERVER = _table(
    FLAG="""inhibit_on_failure hashed ops flag-1 flag-2 flag-3 sh-port sh-fallback mh-port mh-fallback ha_suspend alpha
        omega sorry_server_inhibit""",
    BOOLEAN="smtp_alert",
    VALUE="""ip_family retry delay_before_retry warmup connect_timeout delay_loop lb_algo lvs_sched lb_kind lvs_method
        persistence_engine protocol quorum hysteresis weight sorry_server sorry_server_lvs_method
        persistence_granularity""",
    OPTIONAL="persistence_timeout",
    TEXT="virtualhost snmp_name",
    NOTIFY="quorum_up quorum_down",
)
_VIRTUAL_SERVER["real_server"] = _block(_REAL_SERVER, repeated=True, header="address port")

#: The top level: what stands alone in front of the blocks, then the blocks in the order in which they are written.
ROOT: dict[str, Keyword] = {
    **_table(
        FLAG="linkbeat_use_polling namespace_with_ipsets use_pid_dir",
        VALUE="net_namespace net_namespace_ipvs@2.0.11 instance child_wait_time@2.0.10",
    ),
    "include": Keyword(Kind.VALUE, repeated=True),
    "global_defs": _block(_GLOBAL_DEFS),
    "linkbeat_interfaces": Keyword(Kind.LIST, since=(2, 0, 10)),
    "interface_up_down_delays": Keyword(Kind.LIST, since=(2, 2, 3)),
    "static_ipaddress": Keyword(Kind.LIST),
    "static_routes": Keyword(Kind.LIST),
    "static_rules": Keyword(Kind.LIST),
    "track_group": _block(_table(LIST="group"), repeated=True, header="name", since=(2, 0, 5)),
    "garp_group": _block(
        _table(VALUE="garp_interval gna_interval interface", LIST="interfaces"), repeated=True
    ),
    "vrrp_script": _block(
        _table(COMMAND="script", VALUE="interval timeout weight rise fall user", FLAG="init_fail"),
        repeated=True, header="name",
    ),
    "vrrp_track_file": _block(_TRACK_FILE, repeated=True, header="name", since=(2, 0, 0)),
    "track_file": _block(_TRACK_FILE, repeated=True, header="name", since=(2, 1, 0)),
    "vrrp_track_process": _block(
        _table(
            VALUE="process weight quorum quorum_max delay terminate_delay fork_delay",
            OPTIONAL="param_match", FLAG="full_command",
        ),
        repeated=True, header="name", since=(2, 0, 11),
    ),
    "bfd_instance": _block(
        _table(
            VALUE="source_ip neighbor_ip neighbour_ip min_rx min_tx idle_tx multiplier ttl hoplimit max_hops weight",
            BOOLEAN="multihop@2.2.8", FLAG="passive vrrp checker",
        ),
        repeated=True, header="name", since=(2, 0, 0),
    ),
    "vrrp_sync_group": _block(_SYNC_GROUP, repeated=True, header="name"),
    "vrrp_instance": _block(_INSTANCE, repeated=True, header="name"),
    "SSL": _block(_table(TEXT="password", VALUE="ca certificate key")),
    "virtual_server_group": Keyword(Kind.LIST, repeated=True, header=("name",)),
    "virtual_server": _block(_VIRTUAL_SERVER, repeated=True, header="address port fwmark group"),
}  # fmt: skip
#: Root keywords that the user writes among C(global_defs), where keepalived.conf(5) describes them.
ROOT_LINES = frozenset(word for word, keyword in ROOT.items() if keyword.kind in (Kind.FLAG, Kind.VALUE)) - {"include"}

#: Other spellings of the same keyword: what is read as what is written.
SYNONYMS = {"track_file": "vrrp_track_file"}


def everything(block: Block | None = None) -> t.Iterator[tuple[str, Keyword]]:
    """Each keyword of a block, by default of the whole table, with its name, those in blocks too."""
    for word, keyword in (ROOT if block is None else block).items():
        yield word, keyword
        yield from everything(keyword.block)


#: Keywords with a command line that keepalived runs.
SCRIPTS = frozenset(word for word, keyword in everything() if keyword.kind in (Kind.COMMAND, Kind.NOTIFY))


def nearest(word: str, block: Block) -> str | None:
    """The keyword of a block that the user may have meant."""
    found = difflib.get_close_matches(word, [*block, RAW], n=1, cutoff=0.7)
    return found[0] if found else None
