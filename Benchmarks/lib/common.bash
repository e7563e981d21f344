# Sourced by the benchmarks: a home and a network of their own, medians, and clean-up.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
PROGRAMS=${BEAMCTL_PROGRAMS:-$PWD/.build/release}
export PATH="$PROGRAMS:$PATH" NO_COLOR=1
[ -x "$PROGRAMS/beamctl" ] || { echo "no $PROGRAMS/beamctl: make release" >&2; exit 1; }

WORK=$(mktemp -d "${TMPDIR:-/tmp}/bcb.XXXXXX")
export BEAMCTL_HOME=$WORK/home BEAMCTL_NETWORK=127.86.0.0/16

clean_up() {
    status=$?
    beamctl stop --all >/dev/null 2>&1 || true
    pkill -KILL -f "$WORK" 2>/dev/null || true
    chmod -R u+w "$WORK" 2>/dev/null || true
    rm -rf "$WORK"
    exit $status
}
trap clean_up EXIT
trap 'exit 130' INT TERM

# Milliseconds since 1970.
now() { date +%s%3N; }

# The median of the numbers on standard input.
median() { sort -n | awk '{v[NR]=$1} END {print NR % 2 ? v[(NR+1)/2] : (v[NR/2]+v[NR/2+1])/2}'; }

# The hello sample, built once.
hello() {
    [ -d "$WORK/hello" ] || {
        cp -a samples/hello "$WORK/hello"
        rm -rf "$WORK/hello/_build"
        (cd "$WORK/hello" && MIX_ENV=prod mix release --overwrite --quiet >/dev/null)
    }
    echo "$WORK/hello"
}
