#!/bin/sh
# The entrypoint of an image that beamctl has built:
#
#     ENTRYPOINT ["/beamctl/entrypoint"]
#     CMD ["start"]
#
# It gives this container's node a name, a cookie and its own copies of the release's configuration, with the values of
# environment variables filled in, and then becomes the release's start script. It writes into one folder, $BEAMCTL_DIR
# (/tmp/beamctl), and in $BEAMCTL_TMP (its tmp), and nowhere else; the release may be read-only.
#
#     <image> [COMMAND [ARGUMENT...]]                       a command of the release's start script, or a path with a slash
#     docker exec <container> /beamctl/entrypoint rpc ...   reaches the node that runs in the container
#     docker exec <container> /beamctl/entrypoint healthy   whether it runs and listens, without booting a VM (HEALTHCHECK)
#     docker exec <container> /beamctl/entrypoint drain 10  waits until nobody comes any more, 10 s at most (preStop)
#
# Exit codes: 78 when the configuration is wrong (everything that is wrong is told), 1 when a node runs already, or none
# where one is needed, else those of what was started.
set -eu

# What every -setcookie of a process shows. It opens nothing: two of them make the VM take neither, and read the real one
# from $HOME/.erlang.cookie, where no other user sees it.
decoy=not-the-cookie

fail() { # MESSAGE [WHAT TO TRY]
    printf 'beamctl: %s\n' "$1" >&2
    if [ -n "${2:-}" ]; then printf 'try: %s\n' "$2" >&2; fi
    exit 78
}

refuse() { # MESSAGE
    printf 'beamctl: %s\n' "$1" >&2
    exit 1
}

main() {
    case $0 in */*) here=${0%/*} ;; *) here=. ;; esac
    here=$(CDPATH='' cd -- "$here" && pwd)
    root=${BEAMCTL_ROOT:-/app}
    folder=${BEAMCTL_DIR:-/tmp/beamctl}
    case $root in /*) ;; *) fail "BEAMCTL_ROOT is '$root', and that is no absolute path" ;; esac
    case $folder in /*) ;; *) fail "BEAMCTL_DIR is '$folder', and that is no absolute path" ;; esac
    scratch=${BEAMCTL_TMP:-$folder/tmp}
    case $scratch in /*) ;; *) fail "BEAMCTL_TMP is '$scratch', and that is no absolute path" ;; esac
    theirs=$(umask)
    read_facts
    if [ $# -eq 0 ]; then
        if [ "$tool" = mix ]; then set -- start; else set -- foreground; fi
    fi
    if [ "$1" = healthy ]; then
        check_health
        exit 0
    fi
    if [ "$1" = drain ]; then
        drain "${2:-}"
        exit 0
    fi
    if needs_node "$1"; then
        join
    elif ! node_runs; then
        prepare
        # eval leaves no node behind; and a job that was started beside a node which boots does not take its place
        if is_boot "$1" || [ "$1" != eval ] && ! node_runs; then claim; fi
    elif is_boot "$1"; then
        refuse "a node runs in this container already, with what is in $folder"
    else
        join
    fi
    cap_open_files
    run "$@"
}

# Writes all that a node needs.
prepare() {
    make_folders
    clear_paths
    # a folder that is named apart may be one that outlives the container, and need not be in memory
    if [ -n "${BEAMCTL_TMP:-}" ]; then set_defaults "$scratch/erl_crash.dump"; else set_defaults "$folder/erl_crash.dump"; fi
    set_identity
    set_resolver
    write_configuration
    write_environment
}

# Takes what the node of this container was started with, and writes nothing.
join() {
    [ -r "$folder/config/env" ] || refuse "no node runs in this container: there is no $folder/config/env"
    # not where the node's own dump may lie
    set_defaults "$scratch/erl_crash.beside.dump"
    . "$folder/config/env"
    discovery=$BEAMCTL_DISCOVERY
}

# ---------------------------------------------------------------------------------------------------------------------------
# The release

# What the build has written down, a KEY=value on each line.
read_facts() {
    name='' tool='' version=''
    [ -r "$here/release" ] || fail "$here/release is missing: it says what release this image holds" "build the image anew"
    while IFS= read -r fact || [ -n "$fact" ]; do
        case $fact in
            name=*) name=${fact#*=} ;;
            tool=*) tool=${fact#*=} ;;
            version=*) version=${fact#*=} ;;
        esac
    done <"$here/release"
    erts='' current=''
    if [ -r "$root/releases/start_erl.data" ]; then
        read -r erts current <"$root/releases/start_erl.data" || :
    fi
    version=${version:-$current}
    case $name in '' | *[!A-Za-z0-9_.-]*) fail "$here/release: '$name' is no name of a release" ;; esac
    case $tool in mix | rebar3 | distillery) ;; *) fail "$here/release: '$tool' is no tool that is known here" ;; esac
    case $version in '' | *[!A-Za-z0-9._+~-]*) fail "$here/release: '$version' is no version of a release" ;; esac
    [ -d "$root/releases/$version" ] ||
        fail "$root/releases/$version is missing: there is no $name $version" "set BEAMCTL_ROOT to where the release lies"
    release=$root/releases/$version
}

# Commands that boot the release.
is_boot() {
    case $1 in
        start | start_iex | start_boot | daemon | daemon_iex | daemon_boot) true ;;
        foreground | console | console_clean | console_boot) true ;;
        *) false ;;
    esac
}

# Commands that are for a node which runs already.
needs_node() {
    case $1 in
        rpc | rpcterms | remote | remote_console | remsh | attach | daemon_attach | stop | restart | reboot | pid | ping) true ;;
        # of a node of its own with mix, of the one that runs with relx
        eval) [ "$tool" != mix ] ;;
        *) false ;;
    esac
}

# ---------------------------------------------------------------------------------------------------------------------------
# The folder of the node

make_folders() {
    umask 077
    mkdir -p "$folder" 2>/dev/null && chmod 700 "$folder" 2>/dev/null ||
        fail "cannot write to $folder" "mount a tmpfs or an emptyDir at /tmp, or set BEAMCTL_DIR to another folder"
    for part in home config var; do
        mkdir -p "$folder/$part" || fail "cannot write to $folder"
    done
    mkdir -p "$scratch" 2>/dev/null || fail "cannot write to $scratch"
    umask "$theirs"
}

# Writes a file that only its owner reads. It appears whole: what is there already stays until then.
write() { # PATH MODE <CONTENTS
    umask 077
    rm -f "$1.$$"
    cat >"$1.$$" || fail "cannot write $1"
    chmod "$2" "$1.$$"
    mv -f "$1.$$" "$1"
    umask "$theirs"
}

# When a process has begun, in ticks: it tells a process from a later one that has the same number.
beginning() { sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | awk '{ print $20 }'; }

# Whether the node that was started with this folder still runs. One from before a restart of the container does not.
node_runs() {
    [ -r "$folder/node" ] && [ -r "$folder/config/env" ] || return 1
    read -r process began <"$folder/node" || return 1
    [ "$process" != $$ ] && [ -n "$began" ] && [ "$(beginning "$process")" = "$began" ]
}

# Whether the node runs and, where PORT says that it serves, something listens there: in the kernel's own tables.
check_health() {
    node_runs || refuse "no node runs in this container"
    case ${PORT:-} in '' | *[!0-9]*) return 0 ;; esac
    cat /proc/net/tcp /proc/net/tcp6 2>/dev/null | awk -v port="$(printf ':%04X' "$PORT")" '
        $4 == "0A" && substr($2, length($2) - 4) == port { found = 1 }
        END { exit !found }' || refuse "nothing listens on port $PORT"
}

# For seconds that let the last request in, then for as long as anybody comes or is connected: those that route requests here learn only
# gradually that the container is to end. Nothing is sent to the node; the end of this is followed by SIGTERM.
drain() { # SECONDS
    case $1 in '' | *[!0-9]* | ??????*) fail "drain takes a number of seconds" "drain 10" ;; esac
    # Of a special builtin a redirection that fails would be the end: there is no folder before the node starts.
    (: >"$folder/draining") 2>/dev/null || :
    waited=0
    quiet=0
    arrived=$(count_arrivals)
    while [ "$waited" -lt "$1" ]; do
        sleep 1
        waited=$((waited + 1))
        before=$arrived
        arrived=$(count_arrivals)
        # A kubelet's probes come at most so often.
        if [ "$((arrived - before))" -gt 3 ] || is_connected; then quiet=0; else quiet=$((quiet + 1)); fi
        if [ "$waited" -ge 5 ] && [ "$quiet" -ge 3 ]; then return 0; fi
    done
}

# How many connections have come so far, in the kernel's own counters: of one that lasts a millisecond no table tells. 0 where there are
# none.
count_arrivals() {
    [ -r /proc/net/snmp ] || { echo 0 && return 0; }
    awk '$1 == "Tcp:" && column { count = $column; exit }
        $1 == "Tcp:" { for (i = 2; i <= NF; i++) if ($i == "PassiveOpens") column = i }
        END { print count + 0 }' /proc/net/snmp
}

# Whether somebody is connected to PORT: in the kernel's own tables.
is_connected() {
    case ${PORT:-} in '' | *[!0-9]*) return 1 ;; esac
    cat /proc/net/tcp /proc/net/tcp6 2>/dev/null | awk -v port="$(printf ':%04X' "$PORT")" '
        $4 == "01" && substr($2, length($2) - 4) == port { found = 1 }
        END { exit !found }'
}

# exec keeps the number of a process, so the node will have ours. What ran here before may have been told to end.
claim() {
    rm -f "$folder/draining"
    printf '%s %s\n' $$ "$(beginning $$)" | write "$folder/node" 600
}

# ---------------------------------------------------------------------------------------------------------------------------
# The environment

shared=''

# Sets a variable for the release, over what the project's own env.sh may say.
share() { # NAME VALUE
    export "$1=$2"
    shared="$shared $1"
}

# What would lead the start script to other files, or to another release.
clear_paths() {
    unset RELEASE_ROOT RELEASE_NAME RELEASE_VSN RELEASE_PROG RELEASE_COMMAND RELEASE_VM_ARGS RELEASE_REMOTE_VM_ARGS \
        RELEASE_SYS_CONFIG RELEASE_CONFIG_DIR RELEASE_MUTABLE_DIR VMARGS_PATH SYS_CONFIG_PATH RELX_CONFIG_PATH \
        RELX_OUT_FILE_PATH BEAMCTL_PEER_AGENT BEAMCTL_ENV_FILE
}

# What the user may change, in env.sh too.
set_defaults() { # CRASH DUMP
    if [ -z "${LC_ALL:-}${LC_CTYPE:-}${LANG:-}" ]; then export LANG=C.UTF-8; fi
    export ERL_CRASH_DUMP="${ERL_CRASH_DUMP:-$1}"
    # What people look at first stands at its beginning.
    export ERL_CRASH_DUMP_BYTES="${ERL_CRASH_DUMP_BYTES:-67108864}"
}

# The name of the node, who connects it to others, and its cookie.
set_identity() {
    discovery=${BEAMCTL_DISCOVERY:-auto}
    case $discovery in
        auto | app | none) ;;
        *) fail "BEAMCTL_DISCOVERY is '$discovery', but may be auto, app or none" ;;
    esac
    if [ "${RELEASE_DISTRIBUTION:-}" = none ]; then discovery=none; fi
    share HOME "$folder/home"
    share TMPDIR "$scratch"
    share RELEASE_TMP "$scratch"
    share BEAMCTL_DISCOVERY "$discovery"
    share BEAMCTL_ENV_FILE "$folder/config/env"
    case ${BEAMCTL_PROBE_PORT:-} in
        '') ;;
        *[!0-9]* | ??????*) fail "BEAMCTL_PROBE_PORT is '$BEAMCTL_PROBE_PORT', and that is no port" ;;
        # The agent answers probes, whoever connects the nodes.
        *) share BEAMCTL_PEER_AGENT "$here/peer_agent.erl" ;;
    esac
    if [ "$discovery" = none ]; then
        share RELEASE_DISTRIBUTION "${RELEASE_DISTRIBUTION:-none}"
        # Whoever sets up distribution on his own gets the release's own cookie.
        if [ "$RELEASE_DISTRIBUTION" = none ] && [ "$tool" = mix ]; then share RELEASE_COOKIE "$decoy"; fi
        return
    fi
    port=${BEAMCTL_DISTRIBUTION_PORT:-4370}
    case $port in *[!0-9]* | ??????*) fail "BEAMCTL_DISTRIBUTION_PORT is '$port', and that is no port" ;; esac
    set_node
    write_cookie
    # Where no EPMD listens: a node tells one of itself even when it is told to start none.
    share ERL_EPMD_PORT 1
    if [ -n "${BEAMCTL_PEERS:-}" ]; then
        share BEAMCTL_PEERS "$BEAMCTL_PEERS"
        share DNS_CLUSTER_QUERY "${DNS_CLUSTER_QUERY:-$BEAMCTL_PEERS}"
        if [ "$discovery" = auto ]; then share BEAMCTL_PEER_AGENT "$here/peer_agent.erl"; fi
    fi
    unset ERL_DIST_PORT
}

set_node() {
    node=${RELEASE_NODE:-${BEAMCTL_CLUSTER:-$name}}
    case $node in
        *@*) ;;
        *)
            # of several, as Kubernetes lists them, the first, or the first of the wanted family
            address=$(printf '%s\n' "${POD_IP:-$(own_address)}" | tr ',' '\n' |
                awk -v six="${BEAMCTL_IP_FAMILY:-}" 'six != "ipv6" || /:/ { print; exit }')
            [ -n "$address" ] || fail "no IPv6 address is among ${POD_IP:-those of this machine}" "kubernetes.ip_family: ipv4"
            case ${BEAMCTL_NODE_NAME:-ip} in
                ip) node=$node@$address ;;
                # as the DNS of a cluster names what a headless Service lists
                hostname)
                    [ -n "${BEAMCTL_PEERS:-}" ] || fail "BEAMCTL_NODE_NAME is hostname, and BEAMCTL_PEERS names no Service"
                    node=$node@$(printf '%s' "$address" | sed 's/[.:]/-/g').$BEAMCTL_PEERS
                    ;;
                *) fail "BEAMCTL_NODE_NAME is '$BEAMCTL_NODE_NAME', but may be ip or hostname" ;;
            esac
            ;;
    esac
    case $node in
        @* | *@ | *@*@* | *[!A-Za-z0-9_.:@-]*) fail "'$node' is no name of a node" "set RELEASE_NODE to <name>@<address>" ;;
    esac
    address=${node#*@}
    share RELEASE_NODE "$node"
    share RELEASE_DISTRIBUTION name
}

# The first address of the container by which others can reach it.
own_address() {
    own_addresses 2>/dev/null | awk '
        /^127[.]/ || /^::1$/ || /^fe80:/ || /^0[.]/ { next }
        { found = 1; print; exit }
        END { if (!found) print "127.0.0.1" }'
}

# Docker and Kubernetes write it into /etc/hosts. What follows is for other runtimes, and for images without hostname.
own_addresses() {
    awk -v host="$(cat /proc/sys/kernel/hostname)" '
        { sub(/#.*/, ""); for (i = 2; i <= NF; i++) if (($i "") == (host "")) print $1 }' /etc/hosts || :
    hostname -I | awk '{ for (i = 1; i <= NF; i++) print $i }' || :
    awk '/32 host LOCAL/ { print last } { last = $2 }' /proc/net/fib_trie || :
    # addresses that are valid everywhere: eight groups of four digits
    awk '$4 == "00" { gsub(/..../, "&:", $1); print substr($1, 1, 39) }' /proc/net/if_inet6 || :
}

# ---------------------------------------------------------------------------------------------------------------------------
# The cookie

# It goes into one file, and neither into an argument nor into the environment of the node.
write_cookie() {
    find_cookie
    printf '%s\n' "$cookie" | LC_ALL=C awk 'NR > 1 || /[^ -~]/ || /^$/ || length($0) > 255 { bad = 1 } END { exit bad }' ||
        fail "$origin is no cookie: it is empty, longer than 255 characters, or not printable ASCII on one line"
    printf '%s' "$cookie" | write "$folder/home/.erlang.cookie" 400
    unset RELX_COOKIE RELEASE_COOKIE
    if [ "$tool" = mix ]; then share RELEASE_COOKIE "$decoy"; fi
}

find_cookie() {
    origin=${BEAMCTL_COOKIE_FILE:-$here/secrets/cookie}
    if [ -e "$origin" ]; then
        cookie=$(cat "$origin") || fail "$origin, the file of the cookie, cannot be read"
        return
    fi
    origin=RELEASE_COOKIE cookie=${RELEASE_COOKIE:-}
    [ -z "$cookie" ] || return 0
    if [ "$tool" = rebar3 ]; then origin=RELX_COOKIE cookie=${RELX_COOKIE:-}; fi
    [ -z "$cookie" ] || return 0
    if [ "$tool" = mix ]; then
        origin=$root/releases/COOKIE
        if [ -r "$origin" ]; then cookie=$(cat "$origin"); fi
    else
        origin="the -setcookie of vm.args"
        cookie=$(own_cookie) || exit 78
    fi
    if [ -z "$cookie" ] && [ -z "${BEAMCTL_PEERS:-}" ]; then
        # A node that is to find no others gets one that nobody knows.
        cookie=$(od -An -N24 -tx1 /dev/urandom | tr -d ' \n')
    fi
    [ -n "$cookie" ] || fail "there is no cookie for the nodes to know each other by" \
        "mount one as ${BEAMCTL_COOKIE_FILE:-$here/secrets/cookie}, or set RELEASE_COOKIE"
}

# The cookie that the release's own vm.args has.
own_cookie() {
    source_of vm.args
    if [ ! -f "$source" ]; then return; fi
    flag=$(render cookie "$label" 0 0 <"$source")
    if is_ours "$source"; then flag=$(printf '%s\n' "$flag" | render vm.args "$label" 0 1); fi
    flag=${flag#-setcookie }
    case $flag in \'*\' | \"*\") flag=${flag#?} flag=${flag%?} ;; esac
    printf '%s' "$flag"
}

# ---------------------------------------------------------------------------------------------------------------------------
# The resolver

# Erlang's own, for a name server that the system's does not know. The lines are in this order because a resolv_conf line
# after the name server's would wipe it out (ERTS User's Guide, "Inet Configuration").
set_resolver() {
    [ -n "${BEAMCTL_NAMESERVER:-}" ] || return 0
    printf '%s\n' "$BEAMCTL_NAMESERVER" | awk '
        !/^[0-9]+[.][0-9]+[.][0-9]+[.][0-9]+:[0-9]+$/ { exit 1 }
        { split($0, part, /[.:]/); for (i = 1; i < 6; i++) if (part[i] + 0 > (i < 5 ? 255 : 65535)) exit 1 }' ||
        fail "BEAMCTL_NAMESERVER is '$BEAMCTL_NAMESERVER'" "BEAMCTL_NAMESERVER=<IPv4 address>:<port>"
    case ${BEAMCTL_SEARCH:-} in
        *[!A-Za-z0-9_.,\ -]*) fail "BEAMCTL_SEARCH is '$BEAMCTL_SEARCH', and these are no domains" ;;
    esac
    printf '%s\n' "$BEAMCTL_NAMESERVER" "${BEAMCTL_SEARCH:-}" | awk '
        NR == 1 { server = $0; sub(/:.*/, "", server); gsub(/[.]/, ",", server); port = $0; sub(/.*:/, "", port) }
        NR == 2 { gsub(/,/, " "); for (i = 1; i <= NF; i++) domains = domains (i > 1 ? ", " : "") "\"" $i "\"" }
        END {
            print "{resolv_conf, \"\"}.\n{lookup, [file, dns, native]}."
            print "{search, [" domains "]}.\n{nameserver, {" server "}, " port "}."
        }' | write "$folder/config/inetrc" 600
    share ERL_INETRC "$folder/config/inetrc"
}

# ---------------------------------------------------------------------------------------------------------------------------
# The configuration

# The file that a release has under this name: its source with placeholders, if there is one.
source_of() { # NAME
    source=$release/$1
    if [ -f "$source.src" ] && [ "$1" != remote.vm.args ]; then source=$source.src; fi
    label=releases/$version/${source##*/}
}

# What people write to switch something off is off here, although Distillery takes any text at all as on.
is_on() {
    case $1 in
        '' | 0 | [Nn][Oo] | [Oo][Ff][Ff] | [Ff][Aa][Ll][Ss][Ee]) false ;;
        *) true ;;
    esac
}

# Whether we replace the placeholders of a file: always in a source, else where the environment asks for it.
is_ours() { # SOURCE
    case $1 in *.src) return 0 ;; esac
    is_on "${REPLACE_OS_VARS:-}" || is_on "${RELX_REPLACE_OS_VARS:-}"
}

write_configuration() {
    tell_paths
    failed=false
    if [ "$discovery" = none ]; then stripped=0; else stripped=1; fi
    copy vm.args "$stripped"
    copy remote.vm.args "$stripped"
    source_of sys.config
    has_config=false
    if [ -f "$source" ] && is_ours "$source"; then
        has_config=true
        copy sys.config 0
    fi
    if $failed; then
        rm -f "$folder"/config/*.own."$$"
        fail "the release is not started: its configuration cannot be filled in"
    fi
    boot_arguments | write "$folder/config/vm.args" 600
    remote_arguments | write "$folder/config/remote.vm.args" 600
    if $has_config; then own sys.config | write "$folder/config/sys.config" 600; fi
    rm -f "$folder"/config/*.own."$$"
    tell_rendered
}

# The release's own file, filled in, beside where it will be. Others may do so at the same time.
copy() { # NAME STRIPPED
    source_of "$1"
    rm -f "$folder/config/$1.own.$$"
    if is_ours "$source"; then filled=1; else filled=0; fi
    umask 077
    if [ -f "$source" ]; then
        render "${1#remote.}" "$label" "$2" "$filled" <"$source" >"$folder/config/$1.own.$$" || failed=true
    else
        : >"$folder/config/$1.own.$$"
    fi
    umask "$theirs"
}

# How each tool's start script is told of the node's own files.
tell_paths() {
    case $tool in
        mix)
            share RELEASE_VM_ARGS "$folder/config/vm.args"
            share RELEASE_REMOTE_VM_ARGS "$folder/config/remote.vm.args"
            ;;
        rebar3)
            share VMARGS_PATH "$folder/config/vm.args"
            share RELX_OUT_FILE_PATH "$folder/config"
            ;;
        distillery)
            share VMARGS_PATH "$folder/config/vm.args"
            share RELEASE_MUTABLE_DIR "$folder/var"
            ;;
    esac
}

# A value that holds a placeholder is that text, so the start script must not fill in the files once more.
tell_rendered() {
    if $has_config; then
        case $tool in
            mix) share RELEASE_SYS_CONFIG "$folder/config/sys" ;;
            rebar3) share RELX_CONFIG_PATH "$folder/config/sys.config" ;;
            distillery) share SYS_CONFIG_PATH "$folder/config/sys.config" ;;
        esac
    fi
    case $tool in
        rebar3) unset RELX_REPLACE_OS_VARS ;;
        distillery) unset REPLACE_OS_VARS ;;
    esac
}

# The arguments of the node.
boot_arguments() {
    cat <<EOF
## Written by beamctl for ${RELEASE_NODE:-$name}.
## Schedulers that wait sleep, and the port table does not follow an unlimited number of open files: the machine is
## shared. The release's own flags come later and win.
+sbwt none
+sbwtdcpu none
+sbwtdio none
+Q 65536
EOF
    schedulers=$(limited_schedulers)
    if [ -n "$schedulers" ]; then
        echo "## As many schedulers as processors are given."
        echo "+S $schedulers:$schedulers"
        echo "+SDcpu $schedulers:$schedulers"
    fi
    echo "## The release's own."
    own_lines vm.args
    if [ "$discovery" != none ]; then cluster_arguments; fi
    [ -n "${BEAMCTL_PEER_AGENT:-}" ] || return 0
    cat <<'EOF'
## Connects the nodes that DNS lists, and answers probes.
-eval 'case os:getenv("BEAMCTL_PEER_AGENT") of false -> ok; Agent -> file:eval(Agent) end.'
EOF
}

cluster_arguments() {
    echo "## A cluster without EPMD: one port for all, an address for each."
    reach
    case $address in
        # Several nodes can share a machine by these. On others a node listens everywhere, so that what is forwarded to a
        # port of the container reaches it.
        127.*) echo "-kernel inet_dist_use_interface {$(printf '%s' "$address" | sed 's/[.]/,/g')}" ;;
    esac
    if [ "$tool" = mix ]; then
        echo "## With the one that the start script gives, two: then the VM reads .erlang.cookie instead."
        echo "-setcookie $decoy"
    else
        # The start script wants it here, at the beginning of a line.
        echo "-name $RELEASE_NODE"
    fi
}

# The arguments of rpc and remote, which run beside the node.
remote_arguments() {
    echo "## Written by beamctl for ${RELEASE_NODE:-$name}."
    echo "## The release's own."
    own_lines remote.vm.args
    [ "$discovery" != none ] || return 0
    echo "## Reaches nodes as they reach each other, and listens nowhere itself."
    reach
    echo "-dist_listen false"
    echo "-setcookie $decoy"
}

# A file of the release as it was filled in.
own() { cat "$folder/config/$1.own.$$"; }

# With an end to its last line.
own_lines() { own "$1" | awk '{ print }'; }

reach() {
    echo "-start_epmd false"
    echo "-erl_epmd_port $port"
    # Twice is as good as never to the VM, so not where another protocol is asked for, as for TLS.
    if is_ipv6 && ! has_flag '^-proto_dist$'; then echo "-proto_dist inet6_tcp"; fi
}

is_ipv6() {
    case $address in
        *:*) true ;;
        # a host name: what addresses it has is known from the one that we were given
        *[!0-9.]*) case ${POD_IP:-} in *:*) true ;; *) false ;; esac ;;
        *) false ;;
    esac
}

# Whether the release or the user has set a flag.
has_flag() { # PATTERN
    { own_lines vm.args; printf '%s\n' "${ERL_AFLAGS:-}" "${ERL_FLAGS:-}" "${ERL_ZFLAGS:-}" "${ELIXIR_ERL_OPTIONS:-}"; } |
        LC_ALL=C awk -v flag="$1" '
            { sub(/^#.*/, ""); sub(/[ \t]#.*/, ""); for (i = 1; i <= NF; i++) if ($i ~ flag) found = 1 }
            END { exit !found }'
}

# How many schedulers the CPU limit of the container allows, when that is fewer than there are processors and nobody has
# said how many there shall be.
limited_schedulers() {
    limit=$(cpu_limit)
    [ -n "$limit" ] && [ "$limit" -lt "$(processors)" ] || return 0
    if ! has_flag '^[+]SP?[0-9:]*$'; then echo "$limit"; fi
}

# The limit in whole processors, rounded up; nothing when there is none.
cpu_limit() {
    groups=${BEAMCTL_CGROUP:-/sys/fs/cgroup}
    quota='' period=''
    if [ -r "$groups/cpu.max" ]; then
        read -r quota period <"$groups/cpu.max" || :
    else
        for group in cpu cpu,cpuacct; do
            if [ -r "$groups/$group/cpu.cfs_quota_us" ]; then
                quota=$(cat "$groups/$group/cpu.cfs_quota_us")
                period=$(cat "$groups/$group/cpu.cfs_period_us")
                break
            fi
        done
    fi
    case $quota$period in '' | *[!0-9]*) return 0 ;; esac
    if [ -n "$period" ] && [ "$period" -gt 0 ]; then echo $(((quota + period - 1) / period)); fi
}

processors() { nproc 2>/dev/null || awk '/^processor/ { n++ } END { print n + 0 }' /proc/cpuinfo; }

# The VM makes room for as many files as it may open, and some runtimes set no limit.
cap_open_files() {
    most=$(ulimit -n)
    case $most in
        unlimited) ulimit -S -n 65536 || : ;;
        *) if [ "$most" -gt 1048576 ]; then ulimit -S -n 65536 || :; fi ;;
    esac
}

# ---------------------------------------------------------------------------------------------------------------------------
# The environment file

# env.sh of a mix release ends by sourcing it, so that what is set here wins over what stands there. It also tells the
# commands that are run beside the node what it was started with.
write_environment() { environment_text | write "$folder/config/env" 600; }

environment_text() {
    echo "# Written by beamctl; sourced last by env.sh of the release."
    for variable in $shared; do
        eval "value=\$$variable"
        printf 'export %s=%s\n' "$variable" "$(quoted "$value")"
    done
    case $tool in
        rebar3) echo "unset RELX_REPLACE_OS_VARS" ;;
        distillery) echo "unset REPLACE_OS_VARS" ;;
    esac
    [ "$discovery" != none ] || return 0
    if [ "$tool" != mix ]; then
        echo "unset RELX_COOKIE RELEASE_COOKIE ERL_DIST_PORT"
        return
    fi
    # Elixir before 1.13 gives vm.args to rpc and remote too, which would then try to listen where the node does.
    cat <<'EOF'
case "${RELEASE_COMMAND:-}" in
  rpc|remote|restart|stop|pid) export RELEASE_VM_ARGS="$RELEASE_REMOTE_VM_ARGS" ;;
esac
EOF
    # env.sh may have asked for the protocol of other addresses than the node has, or for ours a second time.
    for variable in ERL_AFLAGS ERL_FLAGS ERL_ZFLAGS ELIXIR_ERL_OPTIONS; do
        if eval "[ -n \"\${$variable+x}\" ]"; then continue; fi
        cat <<EOF
case "\${$variable:-}" in
  *-proto_dist*) $variable=\$(printf %s "\$$variable" | sed 's/-proto_dist  *inet6*_tcp//g'); export $variable ;;
esac
EOF
    done
}

# A text as one word of a shell, whatever is in it.
quoted() { # TEXT
    left=$1 word=''
    while :; do
        case $left in
            *\'*) word=$word${left%%\'*}"'\\''" left=${left#*\'} ;;
            *) break ;;
        esac
    done
    printf "'%s'" "$word$left"
}

# ---------------------------------------------------------------------------------------------------------------------------
# Starting

run() {
    case $1 in
        /*) exec "$@" ;;
        */*)
            program=$root/$1
            shift
            exec "$program" "$@"
            ;;
    esac
    if needs_node "$1"; then reach_node "$@"; fi
    exec "$root/bin/$name" "$@"
}

# The scripts of relx and Distillery put the cookie into the arguments of what they call, where every user of the machine
# reads it. So the same programs are called without them, and read .erlang.cookie.
reach_node() { # COMMAND [ARGUMENT...]
    if [ "$tool" = mix ]; then
        [ "$RELEASE_DISTRIBUTION" != none ] || refuse "the node stands alone, so nothing can reach it: it has no distribution"
        return 0
    fi
    [ "$discovery" != none ] || return 0
    programs=$root/erts-$erts/bin
    node=$RELEASE_NODE
    address=${node#*@}
    case $address in *:*) address=127.0.0.1 ;; esac
    case $1 in
        rpc | eval)
            [ $# -gt 1 ] || refuse "$1 needs an expression"
            shift
            # as relx has it: module, function and a list of arguments
            if [ $# -gt 1 ]; then set -- "apply($1, $2, ${3:-[]})"; fi
            call "$1"
            ;;
        stop | restart | reboot) call "init:$1()" >/dev/null ;;
        ping)
            call pong >/dev/null
            echo pong
            ;;
        pid)
            answer=$(call "list_to_integer(os:getpid())")
            answer=${answer#"{ok, "}
            echo "${answer%"}"}"
            ;;
        remote | remote_console | remsh) shell ;;
        *) return 0 ;;
    esac
    exit 0
}

call() { # EXPRESSION
    [ -x "$programs/erl_call" ] || refuse "the release has no ERTS of its own, and with it no erl_call: build it with include_erts"
    expression=$(printf '%s\n' "$1" | sed '$ s/[. ]*$//')
    # the standard output of the expression, which OTP 25 brought
    case ${erts%%.*} in [0-9] | 1[0-2]) fetch='' ;; *) fetch=-fetch_stdout ;; esac
    printf '%s.\n' "$expression" |
        "$programs/erl_call" -R -address "$address:${BEAMCTL_DISTRIBUTION_PORT:-4370}" -timeout 60 $fetch -e
}

shell() {
    boot=$release/start_clean
    if [ ! -f "$boot.boot" ]; then boot=$root/bin/start_clean; fi
    export ROOTDIR="$root" BINDIR="$programs" EMU=beam PROGNAME=erl
    exec "$programs/erlexec" -name "undefined@${RELEASE_NODE#*@}" -remsh "$RELEASE_NODE" -hidden -mode interactive \
        -boot "$boot" -boot_var SYSTEM_LIB_DIR "$root/lib" -boot_var RELEASE_LIB "$root/lib" \
        -args_file "$folder/config/remote.vm.args" -setcookie "$decoy"
}

# ---------------------------------------------------------------------------------------------------------------------------
# The renderer

# Reads a file of the release and writes it with the values of environment variables; tells what is wrong with it, and
# fails then. ${NAME} and ${NAME:-default} are replaced, once: a value is never looked at for placeholders. The default
# holds when the variable is unset or empty. A value is escaped for the place where it goes, so it cannot be more there
# than a value. What stands in comments, and \${NAME}, stays as it is.
#
# awk counts octets here (LC_ALL=C), and reads a long line, as mix writes, a window at a time: so time grows with the length
# of the file, and with nothing else.
render() { # sys.config|vm.args|cookie LABEL STRIPPED FILLED <FILE
    # The full stop at the end shows whether the last line has an end.
    { cat; echo .; } | (
        if [ -n "${LC_ALL+x}" ]; then export BEAMCTL_LC_ALL="$LC_ALL"; fi
        export LC_ALL=C
        exec awk -v kind="$1" -v file="$2" -v stripped="$3" -v filled="$4" '
# ---- Reading and writing

BEGIN {
    ORS = ""
    longest = 16777216
    most_problems = 100
    state = kind == "sys.config" ? "code" : "gap"
    starts_line = 1
    for (i = 1; i < 256; i++) {
        octet = sprintf("%c", i)
        number_of[octet] = i
        octet_of[i] = octet
        escape_of[octet] = i >= 32 && i <= 126 ? octet : sprintf("\\x{%x}", i)
    }
    escape_of["\n"] = "\\n"
    escape_of["\r"] = "\\r"
    escape_of["\t"] = "\\t"
    escape_of["\""] = "\\\""
    escape_of["\\"] = "\\\\"
    split("after and andalso band begin bnot bor bsl bsr bxor case catch cond div end fun if let not of or orelse " \
        "receive rem try when xor", words, " ")
    for (i in words) reserved[words[i]] = 1
    any_space = "[\001-\040]*"
    any_atom = "([a-z][A-Za-z0-9_@]*|\047[^\047\\\\]*\047)"
    external_function = "^fun" any_space any_atom any_space ":" any_space any_atom any_space "/" any_space "[0-9]+"
}

NR <= 2 && kind == "sys.config" { declare($0) }
NR > 1 { feed(before "\n") }
{ before = $0 }

END {
    if (!gave_up) {
        feed(substr(before, 1, length(before) - 1))
        finish()
    }
    close("cat 1>&2")
    exit problems > 0
}

# A comment in one of the first two lines says what the octets of the file are.
function declare(text) {
    if (seen < 1024 && substr(text, 1, 1024 - seen) ~ /^ *%/) {
        if (tolower(substr(text, 1, 1024 - seen)) ~ /coding(: |=)latin-1/) is_latin1 = 1
    }
    seen += length(text) + 1
}

function feed(text) {
    if (kind == "cookie") find_cookie(text)
    else {
        if (stripped) text = without_ours(text)
        if (filled) {
            begin_line(text)
            while (at <= line_length) step()
        } else print text
    }
}

function step() {
    if (kind != "sys.config") arguments()
    else if (state == "code") code()
    else if (state == "quoted") quoted()
    else if (state == "block") block()
    else if (state == "numbers") more_numbers()
    else types()
}

function finish() {
    if (kind == "cookie") print cookie
    if (!filled) return
    if (state == "numbers") give_back()
    if (state == "types") end_types()
    if (segment) end_segment("binary")
    if (kind != "sys.config" && state == "quoted") problem(quote_line, quote_column, "", "a quote that never ends")
    if (written > longest) problem(1, 1, "", "filled in, the file is longer than " longest " bytes")
}

# A line is kept in chunks, since some awks walk through all of a text to take a part of it.
function begin_line(text,    i) {
    line_length = length(text)
    line_number++
    for (i = 0; i * 4096 < line_length; i++) chunk[first_chunk + i] = substr(text, i * 4096 + 1, 4096)
    last_chunk = first_chunk + i - 1
    at = counted = column = 1
    unclosed_before = plain_before = 0
    refill()
}

# Some octets of the line.
function octets(place, count,    i, text) {
    if (place > line_length) return ""
    i = int((place - 1) / 4096)
    text = substr(chunk[first_chunk + i], place - i * 4096, count)
    for (i += first_chunk + 1; i <= last_chunk && length(text) < count; i++)
        text = text substr(chunk[i], 1, count - length(text))
    return text
}

# The window: `rest` is what stands at `at`, at least 16 octets of it or all that there is.
function refill() {
    rest = octets(at, 400)
    have = length(rest)
}

function advance(count) {
    at += count
    if (count >= have || have > 800) refill()
    else {
        rest = substr(rest, count + 1)
        have -= count
        if (have < 16 && at + have <= line_length) refill()
    }
}

# Over octets that are written as they stand.
function skip(count) {
    if (at + count > line_length + 1) {
        overshot = 1
        count = line_length + 1 - at
    }
    if (!mute) emit(count <= have ? substr(rest, 1, count) : octets(at, count))
    advance(count)
}

function emit(text) {
    if (holding) held[++held_count] = text
    else {
        written += length(text)
        print text
    }
}

# The first place from here on that holds something other than the pattern leaves out.
function past(place, other) {
    for (; place <= line_length; place += 400)
        if (match(octets(place, 400), other)) return place + RSTART - 1
    return line_length + 1
}

# Counts the column of where the walk is, in characters.
function count_column() {
    column += characters(octets(counted, at - counted))
    counted = at
}

function characters(text,    place, count, piece, i) {
    if (text !~ /[^\001-\177]/) return length(text)
    for (place = 1; (piece = substr(text, place, 100)) != ""; place += 100)
        for (i = length(piece); i > 0; i--)
            if (!is_continuation(number_of[substr(piece, i, 1)])) count++
    return count + 0
}

function is_continuation(number) { return number >= 128 && number < 192 }

# No text in a reason comes from a value, which may be a secret.
function problem(its_line, its_column, variable, why) {
    problems++
    print "beamctl: " file ":" its_line ":" its_column ": " (variable == "" ? "" : variable ": ") why "\n" | "cat 1>&2"
    if (problems >= most_problems) give_up()
}

function give_up() {
    gave_up = 1
    exit 1
}

# ---- Placeholders

# Whether one begins here; then what it is.
function placeholder(    length_of_name, start, end) {
    if (substr(rest, 2, 1) != "{" || !match(rest, /^[$][{][A-Za-z_][A-Za-z0-9_]*/)) return 0
    while (RLENGTH + 2 > have && at + have <= line_length) {
        rest = octets(at, have * 4)
        have = length(rest)
        match(rest, /^[$][{][A-Za-z_][A-Za-z0-9_]*/)
    }
    length_of_name = RLENGTH - 2
    found_name = substr(rest, 3, length_of_name)
    found_default = ""
    found_has_default = 0
    found_length = length_of_name + 3
    if (substr(rest, length_of_name + 3, 1) == "}") return 1
    if (substr(rest, length_of_name + 3, 2) != ":-") return 0
    start = at + length_of_name + 4
    if (!(end = closing(start))) return 0
    found_has_default = 1
    found_default = octets(start, end - start)
    found_length = end - at + 1
    return 1
}

# The brace that ends a default, on the same line. A line without one is searched only once.
function closing(start,    end) {
    if (start < unclosed_before) return 0
    end = past(start, "[}\n]")
    if (octets(end, 1) == "}") return end
    unclosed_before = end
    return 0
}

# Over a placeholder, and writes down where it stands.
function begin_slot() {
    if (mute) {
        skip(found_length)
        return
    }
    count_column()
    slot_line = line_number
    slot_column = column
    slot_name = found_name
    slot_has_default = found_has_default
    slot_default = found_default
    advance(found_length)
    end_slot()
}

function end_slot() {
    last_slot_line = line_number
    last_slot_end = at
}

function is_set(name) { return (name == "LC_ALL" ? "BEAMCTL_LC_ALL" : name) in ENVIRON }

function value_of(name) { return is_set(name) ? ENVIRON[name == "LC_ALL" ? "BEAMCTL_LC_ALL" : name] "" : "" }

# Writes what stands for a placeholder.
function fill(    own, text) {
    if (mute) return
    own = value_of(slot_name)
    reason = ""
    if (slot_has_default && own == "") {
        text = slot_default
        if (!is_whole()) reason = "its default ends within a quote, an escape or a comment, or ends the quotes around it"
    } else if (!is_set(slot_name)) reason = unset(slot_name)
    else text = kind == "sys.config" ? term_value(own) : argument_value(own)
    settle(text)
}

function settle(text) {
    if (reason != "") problem(slot_line, slot_column, slot_name, reason)
    else emit(text)
    if (written > longest) {
        problem(slot_line, slot_column, slot_name, "with its value, the file is longer than " longest " bytes")
        give_up()
    }
}

function unset(name) { return "it is not set, and has no default: ${" name ":-…} would be one" }

# Whether a default leaves the quotes around it, or the lack of quotes, as it finds them.
function is_whole() {
    if (slot_setting == "block") return !(slot_begins_line && index(slot_default, slot_close))
    if (kind != "sys.config") {
        walk_over(slot_default, slot_setting == "between" ? "quoted" : "gap")
        if (ended_over) return 0
        if (slot_setting == "between") return ended_in == "quoted" && ended_quote == slot_close
        return ended_in == "gap" || ended_in == "word"
    }
    walk_over(slot_default, slot_setting == "quotes" ? "quoted" : "code")
    if (slot_setting == "quotes") return !ended_over && !ended_closed
    return !ended_over && ended_in != "quoted" && ended_in != "comment"
}

# Walks over a text that is not the file, as if it stood in such a state, and sees how it ends.
function walk_over(text, in_state,    i) {
    split("", saved)
    saved["first"] = first_chunk; saved["last"] = last_chunk; saved["length"] = line_length; saved["number"] = line_number; saved["at"] = at
    saved["counted"] = counted; saved["column"] = column; saved["unclosed"] = unclosed_before; saved["plain"] = plain_before
    saved["state"] = state; saved["close"] = quotes_close; saved["escapes"] = quotes_escapes; saved["segment"] = segment
    saved["starts"] = starts_line; saved["value"] = is_value; saved["flag"] = follows_flag; saved["extra"] = follows_extra
    saved["start"] = word_start; saved["head"] = word_first; saved["word"] = word_line
    saved["quote"] = quote; saved["opened"] = quote_at
    mute = 1
    state = in_state
    quotes_close = quote = slot_close
    quotes_escapes = slot_escapes
    starts_line = 1
    segment = is_value = follows_flag = follows_extra = overshot = closed = inner_comment = 0
    first_chunk = last_chunk + 1
    begin_line(text)
    while (at <= line_length) step()
    ended_in = state
    ended_quote = quote
    ended_over = overshot
    ended_closed = closed
    ended_comment = inner_comment
    mute = overshot = 0
    first_chunk = saved["first"]; last_chunk = saved["last"]; line_length = saved["length"]; line_number = saved["number"]; at = saved["at"]
    counted = saved["counted"]; column = saved["column"]; unclosed_before = saved["unclosed"]; plain_before = saved["plain"]
    state = saved["state"]; quotes_close = saved["close"]; quotes_escapes = saved["escapes"]; segment = saved["segment"]
    starts_line = saved["starts"]; is_value = saved["value"]; follows_flag = saved["flag"]; follows_extra = saved["extra"]
    word_start = saved["start"]; word_first = saved["head"]; word_line = saved["word"]
    quote = saved["quote"]; quote_at = saved["opened"]
    refill()
}

# ---- sys.config: a walk that knows the quotes, comments, characters, sigils and binaries of Erlang, and no grammar

function code(    two, one) {
    if (segment && is_after_string()) return
    if (!match(rest, /[]["%$~\\<>={}\047]/)) {
        skip(have)
        return
    }
    if (RSTART > 1) skip(RSTART - 1)
    two = substr(rest, 1, 2)
    one = substr(two, 1, 1)
    if (one == "{") bracket(one)
    else if (one == "}" || one == "]") end_bracket(1)
    else if (one == "[") { if (!numbers(one)) bracket(one) }
    else if (one == "\"") string()
    else if (one == "$") dollar()
    else if (one == "\047") {
        open_quotes("atom", one)
        skip(1)
    }
    else if (one == "%") comment()
    else if (two == "<<") { if (!numbers(two)) bracket(two) }
    else if (two == ">>") end_bracket(2)
    else if (two == "=>") skip(2)
    else if (one == "~") sigil()
    else if (one == "\\") skip(at < line_length ? 2 : 1)
    else skip(1)
}

function bracket(open) {
    if (!mute) brackets[++depth] = open
    skip(length(open))
}

function end_bracket(count) {
    if (!mute && depth > 0) depth--
    skip(count)
}

function comment() {
    skip(line_length + 1 - at)
    if (octets(line_length, 1) != "\n") state = "comment"
}

# A bare placeholder, or a character: $a, $", $\n.
function dollar(    touches) {
    if (!placeholder()) {
        skip(1)
        if (substr(rest, 1, 1) == "\\") skip(substr(rest, 2, 1) == "^" ? 3 : 2)
        else skip(1)
        return
    }
    # Whether what stands before or after makes one word with it.
    touches = at > 1 && octets(at - 1, 1) ~ /[A-Za-z0-9_@#.]|[^\001-\177]/
    if (last_slot_end == at && last_slot_line == line_number) touches = 1
    begin_slot()
    if (substr(rest, 1, 2) ~ /^([A-Za-z0-9_@#$]|[^\001-\177]|[.][A-Za-z0-9_@$])/) touches = 1
    slot_setting = touches ? "token" : "term"
    fill()
}

function open_quotes(content, close_mark) {
    state = "quoted"
    quotes_content = content
    quotes_close = close_mark
    quotes_escapes = 1
}

# A string, plain or triple-quoted (OTP 27).
function string(    quotes) {
    if (depth > 0 && brackets[depth] == "<<") {
        open_quotes("binary", "\"")
        # What its characters become is said behind it, so it is held back until then.
        if (!mute) segment = holding = 1
    } else open_quotes("string", "\"")
    if ((quotes = fence())) open_block(quotes, 0)
    else skip(1)
}

function quoted(    found, one) {
    found = quotes_close == "\"" ? match(rest, /["$\\]/) : match(rest, /[])}>\047\057|`#"$\\]/)
    if (!found) {
        skip(have)
        return
    }
    if (found > 1) skip(found - 1)
    one = substr(rest, 1, 1)
    if (one == quotes_close) {
        skip(1)
        state = "code"
        closed = 1
    } else if (one == "\\") skip(escape_length())
    else if (one == "$" && placeholder()) quoted_slot("quotes")
    else skip(1)
}

# Where there are no escapes, a backslash still keeps a placeholder from being one.
function escape_length() {
    if (quotes_escapes) return substr(rest, 2, 1) == "^" ? 3 : 2
    return substr(rest, 2, 1) ~ /[$\\]/ ? 2 : 1
}

# ~"…", ~b(…), ~B[…]: a binary; ~s"…", ~S"…": a string. The capital ones know no escapes.
function sigil(    name, mark, close_mark, quotes) {
    skip(1)
    name = substr(rest, 1, 1)
    if (name ~ /[bBsS]/) skip(1)
    else name = ""
    mark = substr(rest, 1, 1)
    if ((close_mark = sigil_close(mark)) == "") return
    open_quotes(name ~ /[sS]/ ? "string" : "utf8", close_mark)
    # without a letter, three quotes make the kind that knows no escapes
    if (mark == "\"" && (quotes = fence())) open_block(quotes, name ~ /[bs]/)
    else {
        quotes_escapes = name !~ /[BS]/
        skip(1)
    }
}

function sigil_close(mark,    place) {
    if (mark == "") return ""
    if ((place = index("()[]{}<>", mark)) % 2 == 1) return substr("()[]{}<>", place + 1, 1)
    return index("\"\047/|`#", mark) ? mark : ""
}

# How many quotes stand here, when they are at least three with nothing else on their line.
function fence(    end) {
    if (at < plain_before || substr(rest, 1, 3) != "\"\"\"") return 0
    end = past(at, "[^\"]")
    if (octets(past(end, "[^ \t\r]"), 1) == "\n") return end - at
    plain_before = end
    return 0
}

function open_block(quotes, has_escapes) {
    state = "block"
    block_fence = quotes
    quotes_escapes = has_escapes
    skip(line_length + 1 - at)
    block_line = line_number
}

# The lines up to one that begins with as many quotes.
function block(    one, quotes, start) {
    if (block_line != line_number) {
        block_line = line_number
        begins_line = 1
        start = past(1, "[^ \t]")
        quotes = past(start, "[^\"]") - start
        if (quotes >= block_fence) state = "code"
        skip(start - 1 + (quotes < block_fence ? quotes : block_fence))
        return
    }
    if (!match(rest, /["$\\]/)) RSTART = have + 1
    if (substr(rest, 1, RSTART - 1) ~ /[^ \t]/) begins_line = 0
    if (RSTART > 1) {
        skip(RSTART - 1)
        return
    }
    one = substr(rest, 1, 1)
    if (one == "\\") {
        begins_line = 0
        skip_in_line(escape_length())
    } else if (one == "$" && placeholder()) quoted_slot("block")
    else skip(1)
}

# Lines are told apart before escapes are read.
function skip_in_line(count,    left) {
    left = line_length - at + (octets(line_length, 1) != "\n")
    skip(count < left ? count : left)
}

function quoted_slot(setting) {
    begin_slot()
    slot_setting = setting
    slot_content = quotes_content
    slot_close = quotes_close
    slot_escapes = quotes_escapes
    slot_begins_line = begins_line
    if (holding) hold()
    else fill()
}

# ---- sys.config: the strings of a binary, whose type follows them: <<"…" "…"/utf8>>

function hold() {
    held[++held_count] = ""
    held_name[held_count] = slot_name
    held_has_default[held_count] = slot_has_default
    held_default[held_count] = slot_default
    held_line[held_count] = slot_line
    held_column[held_count] = slot_column
    held_setting[held_count] = slot_setting
    held_begins_line[held_count] = slot_begins_line
    held_escapes[held_count] = slot_escapes
}

# Whether all that is to do here has been done: over the space behind a string, or over the mark of its type.
function is_after_string(    one) {
    if (!match(rest, /[^\001-\040]/)) {
        skip(have)
        return 1
    }
    if (RSTART > 1) skip(RSTART - 1)
    one = substr(rest, 1, 1)
    if (one == "\"" || one == "%") return 0
    if (one != "/") {
        end_segment(one == ":" ? "string" : "binary")
        return 0
    }
    skip(1)
    state = "types"
    type_names = ""
    return 1
}

function types(    count) {
    match(rest, /^[-A-Za-z0-9_\001-\040]*/)
    count = RLENGTH
    if (count > 64 - length(type_names)) count = 64 - length(type_names)
    type_names = type_names substr(rest, 1, count)
    skip(count)
    if (at <= line_length || length(type_names) >= 64) end_types()
}

function end_types() {
    state = "code"
    end_segment(type_names ~ /(^|[- \t\n\013\014\r])utf/ ? "utf8" : "binary")
}

function end_segment(content,    i) {
    segment = holding = 0
    for (i = 1; i <= held_count; i++) {
        if (i in held_name) {
            slot_name = held_name[i]
            slot_has_default = held_has_default[i]
            slot_default = held_default[i]
            slot_line = held_line[i]
            slot_column = held_column[i]
            slot_setting = held_setting[i]
            slot_begins_line = held_begins_line[i]
            slot_escapes = held_escapes[i]
            slot_close = "\""
            slot_content = content
            fill()
        } else emit(held[i])
    }
    held_count = 0
    split("", held_name)
}

# ---- sys.config: strings and binaries that are written as numbers, as mix writes all of them

# Over a list or a binary of nothing but numbers, whose placeholders are replaced. False when none begins here.
function numbers(open,    end) {
    if (substr(rest, length(open) + 1, 1) !~ /[0-9\001-\040]/) return 0
    if (match(substr(rest, length(open) + 1), /[^0-9,\001-\040]/)) end = at + length(open) + RSTART - 1
    else end = past_numbers(at + length(open))
    numbers_open = open
    numbers_close = open == "[" ? "]" : ">>"
    if (end > line_length) {
        if (mute || octets(line_length, 1) != "\n") return 0
        # They may go on in the next line.
        begin_numbers()
        state = "numbers"
        take_numbers(end)
        return 1
    }
    if (octets(end, length(numbers_close)) != numbers_close) return 0
    end += length(numbers_close)
    if (mute || !has_placeholder(octets(at, end - at))) skip(end - at)
    else {
        begin_numbers()
        take_numbers(end)
        fill_numbers()
    }
    return 1
}

function past_numbers(place) {
    for (; place <= line_length; place += 400)
        if (match(octets(place, 400), /[^0-9,\001-\040]/)) return place + RSTART - 1
    return line_length + 1
}

# A quick look: "$" and "{".
function has_placeholder(text) { return text ~ /36[\001-\040]*,[\001-\040]*0*123/ }

function begin_numbers() {
    count_column()
    numbers_line = line_number
    numbers_column = column
    taken = 0
}

function take_numbers(end) {
    taken_text[++taken] = octets(at, end - at)
    advance(end - at)
}

function more_numbers(    end) {
    end = past_numbers(1)
    if (end > line_length) take_numbers(end)
    else if (octets(end, length(numbers_close)) == numbers_close) {
        take_numbers(end + length(numbers_close))
        state = "code"
        fill_numbers()
    } else {
        give_back()
        state = "code"
        brackets[++depth] = numbers_open
    }
}

# They are no numbers, or have nothing to replace.
function give_back(    i) {
    for (i = 1; i <= taken; i++) emit(taken_text[i])
}

# Writes them as text between quotes.
function fill_numbers(    i, start, end, next_one, is_binary, slots) {
    is_binary = numbers_open == "<<"
    if (!read_codes(is_binary)) {
        give_back()
        return
    }
    start = 1
    unclosed_code = 0
    for (i = 1; i <= codes; i = next_one) {
        next_one = i + (code_at[i] == 92 ? 2 : 1)
        if (code_at[i] != 36 || !(end = code_placeholder(i))) continue
        if (!slots++) emit(is_binary ? "<<\"" : "\"")
        emit_codes(start, i - 1)
        fill_code_slot(is_binary)
        start = next_one = end
    }
    if (slots) {
        emit_codes(start, codes)
        emit(is_binary ? "\">>" : "\"")
        end_slot()
    } else give_back()
}

# Reads what was taken; false when it is no text.
function read_codes(is_binary,    i, j, text, parts, part, pending) {
    codes = 0
    for (i = 1; i <= taken; i++) {
        text = taken_text[i]
        if (i == 1) text = substr(text, length(numbers_open) + 1)
        if (i == taken) text = substr(text, 1, length(text) - length(numbers_close))
        # some awks take the end of a line for a separator too
        gsub(/\n/, " ", text)
        parts = split(text, part, ",")
        for (j = 1; j <= parts; j++) {
            if (j > 1) {
                if (!add_code(pending, is_binary)) return 0
                pending = ""
            }
            if (part[j] !~ /[0-9]/) continue
            if (pending != "") return 0
            pending = part[j]
        }
    }
    return add_code(pending, is_binary)
}

function add_code(text, is_binary) {
    gsub(/^[\001-\040]+|[\001-\040]+$/, "", text)
    if (text !~ /^[0-9]+$/ || length(text) > 7) return 0
    code_at[++codes] = text = text + 0
    return is_binary ? text <= 255 : text < 55296 || text > 57343 && text <= 1114111
}

# Where what follows a placeholder begins; 0 when none begins here.
function code_placeholder(start,    i) {
    if (code_of(start + 1) != 123 || !is_name(code_of(start + 2)) || is_digit(code_of(start + 2))) return 0
    found_name = ""
    for (i = start + 2; is_name(code_of(i)); i++) found_name = found_name octet_of[code_at[i]]
    found_has_default = 0
    if (code_of(i) == 125) return i + 1
    if (code_of(i) != 58 || code_of(i + 1) != 45 || i + 2 < unclosed_code) return 0
    found_default_start = i += 2
    while (i <= codes && code_at[i] != 125 && code_at[i] != 10) i++
    if (code_of(i) != 125) {
        unclosed_code = i
        return 0
    }
    found_has_default = 1
    found_default_end = i - 1
    return i + 1
}

function code_of(i) { return i <= codes ? code_at[i] : 0 }

function is_digit(number) { return number >= 48 && number <= 57 }

function is_name(number) {
    return number >= 97 && number <= 122 || number >= 65 && number <= 90 || number == 95 || is_digit(number)
}

function fill_code_slot(is_binary,    own) {
    slot_name = found_name
    slot_line = numbers_line
    slot_column = numbers_column
    slot_setting = "quotes"
    slot_close = "\""
    own = value_of(found_name)
    reason = ""
    if (own == "" && found_has_default) emit_codes(found_default_start, found_default_end)
    else if (!is_set(found_name)) reason = unset(found_name)
    else own = escaped(own, "\"", is_binary ? "binary" : "string")
    settle(own)
}

function emit_codes(start, end,    piece) {
    for (; start <= end; start++) {
        piece = piece (code_at[start] in octet_of && code_at[start] < 128 ? escape_of[octet_of[code_at[start]]] \
            : sprintf("\\x{%x}", code_at[start]))
        if (length(piece) > 200) {
            emit(piece)
            piece = ""
        }
    }
    emit(piece)
}

# ---- sys.config: values

# A value as it is written for its place; `reason` when it cannot stand there.
function term_value(value) {
    if (slot_setting == "quotes" || slot_setting == "block") {
        if (slot_escapes) return escaped(value, slot_close, slot_content)
        refuse_latin1(value)
        refuse_plain(value)
        return value
    }
    refuse_latin1(value)
    if (reason != "") return ""
    if (slot_setting == "token") {
        if (value !~ /^[A-Za-z0-9_@.]*$/)
            reason = "its value may have only A-Z, a-z, 0-9, _, @ and . here, in a word: put the whole word between quotes"
    } else if (!is_sequence(value))
        reason = "its value is no Erlang term: put it between quotes if it is text: \"${" slot_name "}\""
    return value
}

function refuse_latin1(value) {
    if (is_latin1 && value ~ /[^\001-\177]/)
        reason = "its value is not ASCII, which cannot stand here in a file that declares Latin-1"
}

# Escapes are made of ASCII, so that the encoding of the file does not matter. Those of a binary stand for octets, those of
# all other quotes for characters.
function escaped(value, close_mark, content,    result, piece, place, window, i, one, number) {
    if (value ~ /^[A-Za-z0-9_ .,:;@=+-]*$/ && length(value) < 256) return value
    if (content == "atom" && characters(value) > 255) {
        reason = "its value has more than the 255 characters of an atom: a string \"…\" or a binary <<\"…\">> may have more"
        return ""
    }
    if (slot_setting == "block" && value ~ /\r$/) {
        reason = "its value ends with a carriage return, which is lost where a line of this kind of string ends"
        return ""
    }
    begin_characters()
    for (place = 1; (window = substr(value, place, 100)) != ""; place += 100) {
        piece = ""
        for (i = 1; i <= length(window); i++) {
            one = substr(window, i, 1)
            number = number_of[one]
            if (content == "binary" || number < 128) {
                if (missing) is_broken = 1
                piece = piece (one == close_mark && one != "\"" ? "\\" : "") escape_of[one]
            } else if ((number = character(number)) > 0) piece = piece sprintf("\\x{%x}", number)
        }
        result = result piece
    }
    if (content != "binary") refuse_characters()
    return result
}

# Characters are put together from the octets of UTF-8 (RFC 3629), one call for each octet that is no ASCII.
function begin_characters() { missing = is_broken = is_nothing = is_control = 0 }

# The character that an octet completes, or 0.
function character(number) {
    if (!missing) {
        lowest = number == 224 ? 160 : number == 240 ? 144 : 128
        highest = number == 237 ? 159 : number == 244 ? 143 : 191
        missing = number >= 194 && number < 224 ? 1 : number >= 224 && number < 240 ? 2 : number >= 240 && number < 245 ? 3 : 0
        made = number - (missing == 1 ? 192 : missing == 2 ? 224 : 240)
        if (!missing) is_broken = 1
        return 0
    }
    if (number < lowest || number > highest) {
        is_broken = 1
        missing = 0
        return 0
    }
    lowest = 128
    highest = 191
    made = made * 64 + number - 128
    if (--missing) return 0
    if (made == 65534 || made == 65535) is_nothing = 1
    if (made < 160) is_control = 1
    return made
}

function refuse_characters() {
    if (missing || is_broken) reason = "its value is not UTF-8, and only <<\"…\">> holds other octets"
    else if (is_nothing) reason = "its value holds U+FFFE or U+FFFF, which Erlang refuses here: in <<\"…\">> they may stand"
}

# Where there are no escapes, a value must not end what it stands in, nor break its lines.
function refuse_plain(value,    other, place, window, i, one) {
    other = ": use a kind of string that knows escapes, such as \"…\""
    if (reason != "") return
    begin_characters()
    if (value ~ /[^\001-\177]/)
        for (place = 1; (window = substr(value, place, 100)) != ""; place += 100)
            for (i = 1; i <= length(window); i++) {
                one = number_of[substr(window, i, 1)]
                if (one >= 128) character(one)
                else if (missing) is_broken = 1
            }
    if (missing || is_broken) refuse_characters()
    else if (value ~ /[\001-\037\177]/ || is_control || is_nothing)
        reason = "its value holds a control character, which this kind of string cannot" other
    else if (index(value, slot_close) && (slot_setting != "block" || slot_begins_line))
        reason = "its value holds the mark that ends this kind of string" other
    else if (slot_setting == "block" && slot_begins_line && value ~ /^ /)
        reason = "its value begins with a space, which is lost where a line of this kind of string begins" other
}

# ---- sys.config: whether a bare value is terms with commas between them, or none

function is_sequence(value,    token, want, open, level, last) {
    if (value ~ /^-?[0-9]+$/) return 1
    terms = value
    terms_length = length(value)
    terms_at = 1
    level = 0
    open[0] = ","
    # what may come: "first" a term or an end, "term", "number" after a sign, "more" a comma or an end
    want = "first"
    while ((token = next_token()) != "") {
        if (token == "number" || token == "term" || token == "string") {
            if (want == "number" && token != "number") return 0
            if (want == "more" && !(token == "string" && last == "string")) return 0
            want = "more"
        } else if (token == "size" || token == "type") {
            if (want != "more" || open[level] != "<<") return 0
        } else if (want == "number") return 0
        else if (token == "sign") {
            if (want == "more") return 0
            want = "number"
        } else if (token ~ /^([[{(]|<<|#)$/) {
            if (want == "more" || level == 256) return 0
            open[++level] = token
            want = token == "(" ? "term" : "first"
        } else if (want == "term") return 0
        else if (token ~ /^([])}]|>>)$/) {
            if (!level || !fits(open[level], token, want)) return 0
            level--
            want = "more"
        } else if (want == "first") return 0
        else if (token == ",") {
            if (open[level] == "|" || open[level] == "(" || open[level] == "#") return 0
            if (open[level] == "=>") open[level] = "#"
            want = "term"
        } else if (token == "|" && open[level] == "[" || token == "=>" && open[level] == "#") {
            open[level] = token
            want = "term"
        } else return 0
        last = token
    }
    return !level && (want == "first" || want == "more")
}

# A map is "#" before each key, and "=>" before each value; a list is "|" before its tail.
function fits(open, end, want) {
    if (end == "]") return open == "[" || open == "|"
    if (end == ")") return open == "("
    if (end == ">>") return open == "<<"
    return open == "{" || open == "=>" || open == "#" && want == "first"
}

# The next token of a value; "bad" when there is none, "" at the end.
function next_token(    window, one, count) {
    for (;;) {
        window = substr(terms, terms_at, 300)
        if (match(window, /^([\001-\040]|\302[\200-\240])+/)) terms_at += RLENGTH
        else if (substr(window, 1, 1) == "%") {
            # what follows the value would be in the comment too
            if (!(count = index(window, "\n")) && !(count = index(substr(terms, terms_at), "\n"))) return "bad"
            terms_at += count
        } else break
    }
    one = substr(window, 1, 1)
    if (one == "") return ""
    if (one ~ /[0-9]/) return number_token()
    if (one ~ /[a-z\303]/) return atom_token(window)
    if (one == "\"") return string_token(window, "string", 0)
    if (one == "\047") {
        terms_at++
        return past_quote(one, 1) ? "term" : "bad"
    }
    if (one == "$") return character_token(window)
    if (one == "~") return sigil_token(window)
    if (match(window, /^(<<|>>|=>)/)) {
        terms_at += 2
        return substr(window, 1, 2)
    }
    if (match(window, /^#[\001-\040]*[{]/) || match(window, /^[][{}(),|]/)) {
        terms_at += RLENGTH
        return one
    }
    if (match(window, /^[-+]/)) {
        terms_at++
        return "sign"
    }
    if (match(window, /^:[\001-\040]*[0-9]+/)) {
        terms_at += RLENGTH
        return "size"
    }
    if (match(window, /^\057[-a-z0-9\001-\040]+/)) {
        terms_at += RLENGTH
        return "type"
    }
    return "bad"
}

function number_token(    window, count) {
    window = substr(terms, terms_at, 300)
    match(window, /^[0-9]+/)
    if (RLENGTH == 300) {
        window = substr(terms, terms_at)
        match(window, /^[0-9]+/)
    }
    count = RLENGTH
    window = substr(window, count + 1)
    if (match(window, /^(_[0-9]+)+/)) {
        count += RLENGTH
        window = substr(window, RLENGTH + 1)
    }
    if (match(window, /^#[0-9A-Za-z]+(_[0-9A-Za-z]+)*/) || match(window, /^[.][0-9]+(_[0-9]+)*([eE][-+]?[0-9]+(_[0-9]+)*)?/)) {
        count += RLENGTH
        window = substr(window, RLENGTH + 1)
    }
    terms_at += count
    return window ~ /^([A-Za-z0-9_@]|\303)/ ? "bad" : "number"
}

# A name; one of Latin-1 may have letters of two octets.
function atom_token(window,    name) {
    if (window ~ /^fun[^A-Za-z0-9_@]/ && match(window, external_function)) {
        terms_at += RLENGTH
        return "term"
    }
    if (!match(window, /^([a-z]|\303[\237-\266\270-\277])([A-Za-z0-9_@]|\303[\200-\226\230-\266\270-\277])*/)) return "bad"
    name = substr(window, 1, RLENGTH)
    terms_at += RLENGTH
    if (RLENGTH == 300 || characters(name) > 255 || name in reserved) return "bad"
    return "term"
}

function character_token(window) {
    if (!match(window, /^[$](\\\^?)?([\001-\177]|[\300-\377][\200-\277]+)/)) return "bad"
    terms_at += RLENGTH
    return "number"
}

function string_token(window, result, is_plain) {
    if (match(window, /^"""+[ \t\r]*\n/)) return past_block(window) ? result : "bad"
    terms_at++
    return past_quote("\"", !is_plain) ? result : "bad"
}

# Over what stands between quotes, and the mark that ends it.
function past_quote(mark, has_escapes,    window, i) {
    for (;;) {
        window = substr(terms, terms_at, 300)
        if (window == "") return 0
        i = 0
        if (mark == "\"" ? match(window, /["\\]/) : match(window, /[])}>\047\057|`#"\\]/)) i = RSTART
        if (!i) {
            terms_at += length(window)
            continue
        }
        terms_at += i
        if (substr(window, i, 1) == mark) return 1
        if (substr(window, i, 1) != "\\" || !has_escapes) continue
        if (substr(terms, terms_at, 1) == "^" && substr(terms, ++terms_at, 1) !~ /[?-z]/) return 0
        terms_at++
    }
}

# Over the lines of a triple-quoted string.
function past_block(window,    quotes) {
    match(window, /^"+/)
    quotes = RLENGTH
    for (;;) {
        # on to the next line
        for (;;) {
            window = substr(terms, terms_at, 300)
            if (window == "") return 0
            if (match(window, /\n/)) break
            terms_at += 300
        }
        terms_at += RSTART
        window = substr(terms, terms_at, 300 + quotes)
        match(window, /^[ \t]*/)
        window = substr(window, RLENGTH + 1)
        terms_at += RLENGTH
        if (match(window, /^"+/) && RLENGTH >= quotes) {
            terms_at += quotes
            return 1
        }
    }
}

function sigil_token(window,    name, mark, close_mark) {
    terms_at++
    name = substr(window, 2, 1)
    if (name ~ /[bBsS]/) terms_at++
    else name = ""
    mark = substr(terms, terms_at, 1)
    if ((close_mark = sigil_close(mark)) == "") return "bad"
    if (mark == "\"") return string_token(substr(terms, terms_at, 300), name ~ /[sS]/ ? "string" : "term", name ~ /[BS]/)
    terms_at++
    if (!past_quote(close_mark, name !~ /[BS]/)) return "bad"
    return name ~ /[sS]/ ? "string" : "term"
}

# ---- vm.args: the rules by which erl -args_file reads

# White space ends a word; "…" and \047…\047 keep everything between them as it is, backslashes too; outside of them a
# backslash keeps the next octet as it is, and # begins a comment, also where it ends a word.
function arguments(    one, count) {
    if (state == "comment") {
        count = index(rest, "\n")
        skip(count ? count : have)
        if (count) {
            inner_comment = 1
            new_argument_line()
        }
        return
    }
    if (state == "quoted") {
        quoted_argument()
        return
    }
    if (!match(rest, /[ \t\n\013\014\r"$#\\\047]/)) RSTART = have + 1
    if (RSTART > 1) {
        begin_word()
        skip(RSTART - 1)
        return
    }
    one = substr(rest, 1, 1)
    if (one == "$" && placeholder()) argument_slot()
    else if (one == "$") {
        begin_word()
        skip(1)
    } else if (one == "\\") {
        begin_word()
        skip(2)
    } else if (one == "\"" || one == "\047") open_argument_quote(one)
    else {
        end_word()
        if (one == "#") state = "comment"
        skip(1)
        if (one == "\n") new_argument_line()
    }
}

function new_argument_line() {
    state = "gap"
    starts_line = 1
    follows_flag = 0
}

function begin_word() {
    if (state == "gap") {
        word_line = line_number
        word_start = at
        word_first = substr(rest, 1, 1)
        # whether erl would take it for a flag if it looked like one, where none is meant
        is_value = !starts_line && !follows_flag && !follows_extra
        follows_flag = 0
    }
    state = "word"
    starts_line = 0
}

function end_word() {
    if (state != "word") return
    # +S 4: the next word is its own, whatever it looks like
    follows_flag = word_first == "+"
    if (word_line == line_number && at - word_start == 6 && octets(word_start, 6) == "-extra") follows_extra = 1
    state = "gap"
}

function open_argument_quote(mark) {
    begin_word()
    state = "quoted"
    quote = mark
    quote_at = at
    if (!mute) {
        count_column()
        quote_line = line_number
        quote_column = column
    }
    skip(1)
}

function quoted_argument(    found, one, is_first) {
    found = quote == "\"" ? match(rest, /["$\\]/) : match(rest, /[\047$\\]/)
    if (found != 1) {
        skip(found ? found - 1 : have)
        return
    }
    one = substr(rest, 1, 1)
    if (one == quote) {
        skip(1)
        state = "word"
    } else if (one == "$" && placeholder()) {
        is_first = is_value && word_line == line_number && word_start == at - 1 && quote_at == at - 1
        begin_slot()
        if (mute) return
        slot_is_value = is_first
        slot_setting = "between"
        slot_close = quote
        fill()
    } else skip(one == "\\" && substr(rest, 2, 1) ~ /[$\\]/ ? 2 : 1)
}

function argument_slot(    starts, is_first, ends, next_one) {
    starts = state == "gap"
    is_first = starts && starts_line
    begin_word()
    begin_slot()
    if (mute) return
    next_one = substr(rest, 1, 1)
    ends = next_one == "" || next_one ~ /[ \t\n\013\014\r#]/
    slot_close = ""
    slot_is_value = starts && is_value
    slot_is_word = starts && (ends || next_one == "$")
    slot_setting = is_first && ends && octets(past(at, "[^ \t\013\014\r]"), 1) ~ /^[#\n]?$/ ? "line" : "word"
    fill()
}

function argument_value(value) {
    if (slot_setting == "line") return line_value(value)
    # erl looks at what a word holds, quoted or not
    if (slot_is_value && value ~ /^[-+]/) {
        reason = "its value begins with - or +, so erl would take it for a flag: if it is one, put it alone on its line"
        return ""
    }
    if (slot_setting == "between") return between(value, slot_close)
    # What is simple stays so: the start scripts of relx and Distillery look for -name and -setcookie with awk.
    if (value ~ /^[A-Za-z0-9_@%+=:,.\057-]*$/) return value == "" && slot_is_word ? "\"\"" : value
    return "\047" between(value, "\047") "\047"
}

# There are no escapes between quotes: they are closed for a quote, and opened again.
function between(value, mark,    parts, part, i, piece, result) {
    parts = mark == "\"" ? split(value, part, /"/) : split(value, part, /\047/)
    result = part[1]
    for (i = 2; i <= parts; i++) {
        piece = piece mark "\\" mark mark part[i]
        if (length(piece) > 500) {
            result = result piece
            piece = ""
        }
    }
    return result piece
}

# Alone on its line, a value may be any number of words.
function line_value(value) {
    walk_over(value, "gap")
    if (ended_over || ended_in == "quoted") reason = "its value ends within quotes or with a backslash"
    else if (ended_comment) reason = "its value has a comment before its last line, and its lines are joined here"
    gsub(/[\n\r]/, " ", value)
    return value
}

# ---- vm.args: flags that only the platform can set in a cluster

# A line that loses one says so; every other line stays as it is, and where it is.
function without_ours(text,    end, words, left, i, j, lost, group) {
    if (text !~ /-(name|sname|setcookie|start_epmd|erl_epmd_port|epmd_module|proto_dist|kernel)/) return text
    end = sub(/\n$/, "", text) ? "\n" : ""
    words = split_words(text)
    for (i = 1; i <= words; i = j) {
        # a flag with its values
        group = word_at[i]
        for (j = i + 1; j <= words && !is_flag(word_at[j]); j++) group = group " " word_at[j]
        if (is_ours(word_at[i], j > i + 1 ? word_at[i + 1] : "")) lost = 1
        else left = left (left == "" ? "" : " ") group
    }
    if (!lost) return text end
    return left (left == "" ? "" : " ") "## left out by beamctl: " text end
}

function is_flag(word) { return word ~ /^[-+]/ && word !~ /^-[0-9]+$/ }

function is_ours(flag, value) {
    if (flag == "-proto_dist") return value == "inet6_tcp"
    if (flag == "-kernel") return value ~ /^inet_dist_(use_interface|listen_min|listen_max)$/
    return flag ~ /^-(name|sname|setcookie|start_epmd|erl_epmd_port|epmd_module)$/
}

# The words of a line as they are written, quotes and all, without a comment.
function split_words(text,    count, place, window, i, one, word, mark, is_escaped) {
    for (place = 1; (window = substr(text, place, 100)) != ""; place += 100)
        for (i = 1; i <= length(window); i++) {
            one = substr(window, i, 1)
            if (mark == "" && !is_escaped) {
                if (one == "#") {
                    if (word != "") word_at[++count] = word
                    return count + 0
                }
                if (one ~ /[ \t\n\013\014\r]/) {
                    if (word != "") word_at[++count] = word
                    word = ""
                    continue
                }
            }
            word = word one
            if (is_escaped) is_escaped = 0
            else if (one == "\\" && mark == "") is_escaped = 1
            else if (one == mark) mark = ""
            else if (mark == "" && (one == "\"" || one == "\047")) mark = one
        }
    if (word != "") word_at[++count] = word
    return count + 0
}

function find_cookie(text,    words, i) {
    words = split_words(text)
    for (i = 1; i < words; i++)
        if (word_at[i] == "-setcookie") cookie = "-setcookie " word_at[i + 1]
}
'
    )
}

main "$@"
