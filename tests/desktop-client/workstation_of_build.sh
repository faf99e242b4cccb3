# Sourced by tests that try what was built in a lab workstation:
#   start_workstation NAME AGENT PAM_MODULE NSS_MODULE [OPTION of workstation.sh start...]
# Then `inside COMMAND_LINE` runs as root in there, and $scratch is a folder outside. Both go away with the test.
source=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
workstation=$source/packaging/lab/workstation.sh
[ "$(id -u)" -eq 0 ] || {
    echo "skipped: needs root"
    exit 77
}

start_workstation() {
    name=$1-$$
    scratch=$(mktemp -d)
    export DOORWARD_LAB=$scratch/lab
    trap '"$workstation" stop "$name"; rm -rf "$scratch"' EXIT
    local clients=$scratch/build/desktop-client
    mkdir -p "$clients"/{agent,link,cli,pam,nss,tpm}
    cp "$2" "$clients/agent/doorward-agent"
    cp "$3" "$clients/pam/pam_doorward.so"
    cp "$4" "$clients/nss/libnss_doorward.so.2"
    cp /bin/true "$clients/link/doorward-link"
    cp /bin/true "$clients/cli/doorward"
    cp /bin/true "$clients/tpm/doorward-tpm"
    "$workstation" start "$name" --build "$scratch/build" "${@:5}" >/dev/null
}

inside() { "$workstation" enter "$name" bash -c "$1"; }
