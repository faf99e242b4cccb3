# Completion of doorward, doorward-portal and doorward-verify for bash.

_doorward_words() {
    mapfile -t COMPREPLY < <(compgen -W "$1" -- "$2")
}

_doorward() {
    local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
    case $previous in
    --token-file | --recovery-file | --socket)
        mapfile -t COMPREPLY < <(compgen -f -- "$current")
        return
        ;;
    --kind)
        _doorward_words 'domain non_domain' "$current"
        return
        ;;
    --store-key)
        _doorward_words 'auto tpm2 systemd-creds file' "$current"
        return
        ;;
    --homes)
        _doorward_words 'keep archive' "$current"
        return
        ;;
    --name) return ;;
    esac
    local verb='' word
    for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
        case $word in purge | status | enrol | sync | sessions | diag | code-schemes | accounts | log-head | keys | show | move) verb=$word ;; esac
    done
    case $verb in
    '') _doorward_words 'status enrol sync sessions diag code-schemes accounts log-head keys purge --json --socket --help --version' "$current" ;;
    enrol) _doorward_words '--token-file --name --kind --store-key --recovery-file --json --socket --help' "$current" ;;
    purge) _doorward_words '--yes --force --homes --help' "$current" ;;
    keys) _doorward_words 'show move' "$current" ;;
    move) _doorward_words 'file tpm2 systemd-creds --recovery-file --json --socket --help' "$current" ;;
    *) _doorward_words '--json --socket --help' "$current" ;;
    esac
}

_doorward_portal() {
    local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
    case $previous in
    --config | --to | --from | --data | --keys | --portal-web | --app-web)
        mapfile -t COMPREPLY < <(compgen -f -- "$current")
        return
        ;;
    --portal-origin | --app-origin | --portal-listen | --app-listen | --team | --tenant | --name) return ;;
    esac
    local verb='' word
    for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
        case $word in init | serve | status | check | export-log | backup | restore | team | owner | create | recover) verb=$word ;; esac
    done
    case $verb in
    '') _doorward_words 'init serve status check export-log backup restore team owner --config --help --version' "$current" ;;
    init) _doorward_words '--portal-origin --app-origin --portal-listen --app-listen --data --keys --portal-web --app-web --team --json --help' "$current" ;;
    serve) _doorward_words '--help' "$current" ;;
    status | check) _doorward_words '--json --help' "$current" ;;
    export-log) _doorward_words '--team --tenant --help' "$current" ;;
    backup) _doorward_words '--to --help' "$current" ;;
    restore) _doorward_words '--from --help' "$current" ;;
    team) _doorward_words 'create --help' "$current" ;;
    create) _doorward_words '--name --json --help' "$current" ;;
    owner) _doorward_words 'recover --help' "$current" ;;
    recover) _doorward_words '--team --json --help' "$current" ;;
    esac
}

_doorward_verify() {
    local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
    [ "$previous" = --portal-key ] && return
    case $current in
    -*) _doorward_words '--earlier --portal-key --held-head --json --help --version' "$current" ;;
    *) mapfile -t COMPREPLY < <(compgen -f -- "$current") ;;
    esac
}

complete -F _doorward doorward
complete -F _doorward_verify doorward-verify
complete -F _doorward_portal doorward-portal
