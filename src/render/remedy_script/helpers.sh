
say() { printf '%s\n' "$*"; }

# Sets number to what a command prints; to 0 where AWS answers with the code that the first word gives: it does not know the thing.
# Whatever else goes wrong ends the run: nothing is removed about which something cannot be told.
count() {
    unknown=$1
    shift
    if number=$("$@" 2> /dev/null); then
        case $number in
            '' | *[!0-9]*) say "  stopping: this printed no number: $*" >&2; exit 1 ;;
        esac
    else
        answer=$("$@" 2>&1) || true
        case $answer in
            *"($unknown)"*) number=0 ;;
            *) say "  stopping: this cannot be told: $answer" >&2; exit 1 ;;
        esac
    fi
}

is_there() {
    count "$@"
    [ "$number" -eq 0 ] || return 0
    say '  already gone'
    return 1
}

# The first word is what is counted; the others are as for count.
is_free() {
    what=$1
    shift
    count "$@"
    [ "$number" -ne 0 ] || return 0
    say "  left where it is: $number $what"
    left=1
    return 1
}

# AWS takes some minutes to let go of what was deleted a moment ago.
is_free_in_time() {
    what=$1
    shift
    tries=30
    count "$@"
    while [ "$number" -ne 0 ] && [ "$tries" -gt 0 ]; do
        say "  waiting: $number $what"
        sleep "${REMEDY_PAUSE_SECONDS:-10}"
        tries=$((tries - 1))
        count "$@"
    done
    is_free "$what" "$@"
}

# Whoever gives --yes agrees to what is confirmed, and to nothing else.
agree() {
    if [ "$1" = confirmed ] && [ "$yes" = yes ]; then
        return 0
    fi
    printf '  remove it (%s)? [y/N] ' "$1"
    answer=no
    read -r answer || say ''
    case $answer in
        y | Y | yes) return 0 ;;
    esac
    say '  left where it is'
    left=1
    return 1
}

# The credentials have to be those of that account.
in_account() {
    if ! account=$(aws sts get-caller-identity --query Account --output text --region "$2"); then
        say 'stopping: whose credentials these are cannot be told' >&2
        exit 1
    fi
    say "account $1, Region $2"
    [ "$account" != "$1" ] || return 0
    say "  left where it is: these are the credentials of account $account"
    left=1
    return 1
}
