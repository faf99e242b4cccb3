#!/bin/bash
# Measures each figure beside its peer in one run; called by ./dev bench after a release build.
# usage: run.sh [NAME...]    (no name: all). Every NAME ends with one line "NAME VALUE (pass <= X)" and leaves
# build/bench/NAME.json; the status is 0 only where every one passed.
set -uo pipefail
cd "$(dirname "$(readlink -f "$0")")/../.."
export LC_ALL=C.UTF-8
export DOORWARD_BUILD="${DOORWARD_BUILD:-$PWD/build/release}"
export DOORWARD_BENCH_FOLDER="$PWD/build/bench"
PROGRAMS="$DOORWARD_BUILD/tests/bench"
mkdir -p "$DOORWARD_BENCH_FOLDER"

WORKSTATION="offline-vs-oath offline-vs-google offline-scale wrong-code absent-agent agent-memory agent-idle cold-start-agent"
PORTAL="idle-memory cold-start-portal online-latency online-throughput group-commit"
ALL="webauthn verify $WORKSTATION $PORTAL revocation phone-open"

# Both sides come before whatever else this machine does, which is not what is measured.
first() {
    if chrt --rr 10 true 2>/dev/null; then chrt --rr 10 "$@"; else "$@"; fi
}

measure() {
    case " $WORKSTATION " in *" $1 "*) first "$PROGRAMS/agent_bench" "$1"; return ;; esac
    case " $PORTAL " in *" $1 "*) first "$PROGRAMS/portal_bench" "$1"; return ;; esac
    case "$1" in
    webauthn) first "$PROGRAMS/webauthn_bench" ;;
    verify) first "$PROGRAMS/verify_bench" ;;
    revocation) node tests/bench/revocation.ts ;;
    phone-open) npm run --silent --workspace mobile-bridge/app bench ;;
    esac
}

# cold-start is both programs' figure.
names=()
for name in "${@:-$ALL}"; do
    for one in $name; do
        case "$one" in
        cold-start) names+=(cold-start-agent cold-start-portal) ;;
        *)
            case " $ALL " in
            *" $one "*) names+=("$one") ;;
            *)
                echo "bench: no figure '$one'; there are: $ALL" >&2
                exit 2
                ;;
            esac
            ;;
        esac
    done
done

table='' failed=0
for name in "${names[@]}"; do
    load=$(cut -d' ' -f1 /proc/loadavg)
    log="$DOORWARD_BENCH_FOLDER/$name.log"
    echo "$name:"
    status=0
    measure "$name" >"$log" 2>&1 </dev/null || status=$?
    sed 's/^ */  /' "$log"
    # A program that broke down has measured nothing.
    line=$(tail -n 1 "$log")
    case "$line" in "$name "*) ;; *) line="$name not measured" ;; esac
    verdict=pass
    if [ "$status" -ne 0 ]; then
        verdict=FAIL
        failed=$((failed + 1))
    fi
    table+=$(printf '%-4s  load %5s  %s' "$verdict" "$load" "$line")$'\n'
done

echo
printf '%s' "$table"
echo "$((${#names[@]} - failed)) of ${#names[@]} figures passed"
[ "$failed" -eq 0 ]
