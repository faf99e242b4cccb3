#!/bin/bash
# A lab workstation: Debian's own sshd, sudo, login, su and PAM, with what our package installs, in namespaces of its
# own (mount, pid, network, uts, ipc). Nothing of the host is changed; everything ends with its first process.
#
# usage: workstation.sh start NAME [--build FOLDER] [--number N] [--config AGENT_TOML] [--with agent,link]
#        workstation.sh enter NAME [COMMAND...]      a command (or a shell) inside, as root
#        workstation.sh run   NAME agent|link        (re)starts one of ours inside
#        workstation.sh cut   NAME                   takes the network link to the host away
#        workstation.sh join  NAME                   and gives it back
#        workstation.sh stop  NAME
#        workstation.sh list
# The host end is 10.89.N.1, the workstation 10.89.N.2 with sshd on port 22. DOORWARD_LAB names the folder that
# remembers what runs (default: build/lab).
set -euo pipefail

script=$(readlink -f "${BASH_SOURCE[0]}")
packaging=$(dirname "$(dirname "$script")")
source=$(dirname "$packaging")
lab=${DOORWARD_LAB:-$source/build/lab}
inside_path=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin

fail() {
    echo "workstation: $*" >&2
    exit 1
}

usage() {
    sed -n 's/^# \{0,1\}//; /^usage:/,/^remembers/p' "$script" >&2
    exit 2
}

# Inside ------------------------------------------------------------------------------------------------------------

furnish() {
    local build=$1 config=$2 rooms=/run/rooms
    mount --make-rprivate /
    mount -t tmpfs -o mode=755 tmpfs /run
    mkdir -p $rooms/usr $rooms/usr-work $rooms/var $rooms/var-work /run/sshd /run/lock
    mount -t overlay -o lowerdir=/usr,upperdir=$rooms/usr,workdir=$rooms/usr-work overlay /usr
    mount -t overlay -o lowerdir=/var,upperdir=$rooms/var,workdir=$rooms/var-work overlay /var
    cp -a /etc $rooms/etc
    mount --bind $rooms/etc /etc
    rm -rf /etc/doorward /etc/ssh/ssh_host_* /etc/*.lock /etc/sudoers.d/doorward /etc/ssh/sshd_config.d/50-doorward.conf
    rm -rf /var/lib/doorward
    rm -rf /var/log && mkdir /var/log && : >/var/log/wtmp && : >/var/log/lastlog
    : >/run/utmp
    hostname "$name"
    echo "$name" >/etc/hostname
    printf '127.0.0.1 localhost %s\n10.89.%s.1 portal.localhost app.localhost\n' "$name" "$number" >/etc/hosts
    ssh-keygen -q -t ed25519 -N '' -f /etc/ssh/ssh_host_ed25519_key

    if [ -n "$build" ]; then
        "$packaging/install-agent.sh" "$build" /
        [ -z "$config" ] || install -m 0644 "$config" /etc/doorward/agent.toml
        /usr/lib/doorward/configure-agent install
        # What the tests put in the way, where they are built.
        local tool
        for tool in integration/lab_clock.so faults/{kill_point,crowd,old_cipher.so}; do
            [ ! -e "$build/tests/$tool" ] || cp "$build/tests/$tool" /run/
        done
    fi

    cp "$script" /run/workstation.sh
    # Last, because the build and this script may lie in any of them.
    local folder
    for folder in /home /root /srv /mnt /tmp /var/tmp /dev/shm; do
        mount -t tmpfs -o "mode=$(stat -c %a $folder)" tmpfs $folder
    done
    mount -t devpts -o newinstance,ptmxmode=0666,mode=0620,gid=5 devpts /dev/pts
    mount --bind /dev/pts/ptmx /dev/ptmx
    cd /
}

# One of ours, as its unit would run it: the agent without a network, the link without anything else.
run_inside() {
    local program=$1 old
    old=$(cat "/run/$program.pid" 2>/dev/null || true)
    if [ -n "$old" ] && kill "$old" 2>/dev/null; then
        for _ in $(seq 100); do kill -0 "$old" 2>/dev/null || break; sleep 0.05; done
        kill -KILL "$old" 2>/dev/null || true
    fi
    mkdir -p -m 0755 /run/doorward
    local -a command
    case $program in
    agent) command=(unshare --net /usr/sbin/doorward-agent) ;;
    link)
        command=(setpriv --reuid doorward-link --regid doorward-link --clear-groups --no-new-privs --inh-caps=-all
            --bounding-set=-all /usr/sbin/doorward-link)
        ;;
    *) fail "no such program: $program" ;;
    esac
    # Where a test sets the agent's clock, it does so from its start.
    local -a clock=()
    if [ "$program" = agent ] && [ -e /run/agent-clock ]; then
        [ -e /run/lab_clock.so ] || fail "to set a clock, build the target lab_clock"
        clock=(LD_PRELOAD=/run/lab_clock.so)
    fi
    env -i PATH=$inside_path "${clock[@]}" setsid "${command[@]}" </dev/null >>"/var/log/doorward-$program.log" 2>&1 &
    echo $! >"/run/$program.pid"
    disown
}

# The first process of the workstation: bash reaps what is left to it, and when it goes everything goes.
inside() {
    name=$1 number=$2
    local build=$3 config=$4 with=$5 program
    trap 'exit 0' TERM
    furnish "$build" "$config"
    ip link set lo up
    # The host puts its end in as soon as it knows who we are.
    for _ in $(seq 500); do ip link show "dw$number-in" >/dev/null 2>&1 && break; sleep 0.01; done
    ip link set "dw$number-in" name eth0
    ip address add "10.89.$number.2/24" dev eth0
    ip link set eth0 up
    ip route add default via "10.89.$number.1"
    env -i PATH=$inside_path /usr/sbin/sshd
    for program in ${with//,/ }; do run_inside "$program"; done
    echo ready >&3
    exec 3>&-
    while :; do sleep infinity & wait $! || true; done
}

# Outside -----------------------------------------------------------------------------------------------------------

# The workstation's first process, seen from here; fails if it does not run.
first_process() {
    local holder
    holder=$(cat "$lab/$1/holder" 2>/dev/null) && pgrep --parent "$holder" --oldest
}

numbers_in_use() { cat "$lab"/*/number 2>/dev/null || true; }

free_number() {
    local candidate
    for candidate in $(seq 1 250); do
        numbers_in_use | grep -qx "$candidate" && continue
        ip link show "dw$candidate" >/dev/null 2>&1 && continue
        echo "$candidate"
        return
    done
    fail "no free number"
}

start() {
    local name=$1 build='' config='' with='' number=''
    shift
    while [ $# -gt 0 ]; do
        [ $# -ge 2 ] || usage
        case $1 in
        --build) build=$(readlink -f "$2") ;;
        --config) config=$(readlink -f "$2") ;;
        --with) with=$2 ;;
        --number) number=$2 ;;
        *) usage ;;
        esac
        shift 2
    done
    [[ $name =~ ^[a-z][a-z0-9-]{0,30}$ ]] || fail "a name is lower-case letters, digits and dashes"
    ! first_process "$name" >/dev/null || fail "$name runs already"
    stop "$name"
    mkdir -p "$lab/$name"
    number=${number:-$(free_number)}
    echo "$number" >"$lab/$name/number"
    trap 'stop "$name"' EXIT
    trap 'exit 130' INT TERM

    local ready
    mkfifo "$lab/$name/ready"
    setsid unshare --fork --kill-child --mount --pid --mount-proc --uts --ipc --net -- \
        env -i PATH=$inside_path bash "$script" --inside "$name" "$number" "$build" "$config" "$with" \
        </dev/null >"$lab/$name/log" 2>&1 3>"$lab/$name/ready" &
    echo $! >"$lab/$name/holder"
    exec 4<"$lab/$name/ready"
    local first='' _
    for _ in $(seq 200); do first=$(first_process "$name") && break; sleep 0.01; done
    [ -n "$first" ] || fail "did not start: $(cat "$lab/$name/log")"
    ip link add "dw$number" type veth peer name "dw$number-in"
    ip address add "10.89.$number.1/24" dev "dw$number"
    # No IPv6 link-local address: it would come up two seconds later, as a change of network that a browser on the host
    # answers by dropping what it was loading.
    ip link set "dw$number" addrgenmode none
    ip link set "dw$number" up
    ip link set "dw$number-in" netns "$first"
    read -r -t 60 ready <&4 || fail "did not become ready: $(tail -n 20 "$lab/$name/log")"
    exec 4<&-
    rm "$lab/$name/ready"
    trap - EXIT INT TERM
    echo "$name runs at 10.89.$number.2"
}

stop() {
    local name=$1 holder number
    [ -d "$lab/$name" ] || return 0
    holder=$(cat "$lab/$name/holder" 2>/dev/null || true)
    number=$(cat "$lab/$name/number" 2>/dev/null || true)
    if first_process "$name" >/dev/null; then
        kill -KILL "$(first_process "$name")" 2>/dev/null || true
        for _ in $(seq 200); do [ -e "/proc/$holder" ] || break; sleep 0.01; done
    fi
    [ -z "$number" ] || ip link delete "dw$number" 2>/dev/null || true
    rm -rf "${lab:?}/$name"
    rmdir "$lab" 2>/dev/null || true
}

enter() {
    local name=$1 first
    shift
    first=$(first_process "$name") || fail "$name does not run"
    [ $# -gt 0 ] || set -- bash -l
    exec nsenter --target "$first" --mount --uts --ipc --net --pid --wd=/ -- \
        env -i PATH=$inside_path HOME=/root USER=root LOGNAME=root TERM="${TERM:-dumb}" LANG=C.UTF-8 "$@"
}

number_of() {
    first_process "$1" >/dev/null || fail "$1 does not run"
    cat "$lab/$1/number"
}

main() {
    [ "$(id -u)" -eq 0 ] || fail "needs root, for namespaces and mounts"
    local verb=${1-}
    shift || usage
    case $verb in
    --inside)
        inside "$@"
        return
        ;;
    --run-inside)
        run_inside "$@"
        return
        ;;
    list)
        local folder
        for folder in "$lab"/*/; do
            folder=$(basename "$folder")
            ! first_process "$folder" >/dev/null || echo "$folder 10.89.$(cat "$lab/$folder/number").2"
        done
        return
        ;;
    esac
    [ $# -ge 1 ] || usage
    case $verb in
    start) start "$@" ;;
    stop) stop "$1" ;;
    enter) enter "$@" ;;
    cut) ip link set "dw$(number_of "$1")" down ;;
    join) ip link set "dw$(number_of "$1")" up ;;
    run)
        [ $# -eq 2 ] || usage
        enter "$1" bash /run/workstation.sh --run-inside "$2"
        ;;
    *) usage ;;
    esac
}

main "$@"
