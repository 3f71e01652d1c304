#!/usr/bin/env bash
# Runs the interop tests with the peers of a newer Debian release, in a chroot. Where none can be
# made, it says why and succeeds.
#   interop/newer-peers.sh [SUITE [FOLDER [OPTION...]]]     (trixie, .lab/peers-SUITE)
# The options are those of mocha.
set -euo pipefail
cd "$(dirname "$0")/.."
suite=${1:-trixie}
root=$(realpath -m "${2:-.lab/peers-$suite}")
options=("${@:3}")
secondsToMake=240
secondsToTest=420

skip() { echo "skipped: $1"; exit 0; }

[ "$(id -u)" = 0 ] || skip 'a chroot needs root'
command -v debootstrap > /dev/null || skip 'debootstrap is not installed'
unshare --mount true 2> /dev/null || skip 'no mount namespace is to be had here'
if [ ! -x "$root/usr/bin/makedumpfile" ]; then
  # Where an older debootstrap does not know the suite, all suites are made alike.
  script=/usr/share/debootstrap/scripts/$suite
  [ -e "$script" ] || script=/usr/share/debootstrap/scripts/sid
  mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 2> /dev/null |
    grep -m 1 '/debian/*$' || true)
  mkdir -p "$root"
  timeout $secondsToMake unshare --mount --propagation private bash -euc '
    suite=$1 root=$2 mirror=$3 script=$4
    debootstrap --variant=minbase "$suite" "$root" "$mirror" "$script"
    mount -t proc proc "$root/proc"
    export DEBIAN_FRONTEND=noninteractive
    get() { chroot "$root" apt-get install -y -q --no-install-recommends "$@"; }
    get crash makedumpfile python3-drgn gdb-multiarch
    # The bindings to libkdumpfile became a separate package.
    get python3-libkdumpfile || get python3-pykdumpfile
    # A server of S3; without it, that test is pending.
    get python3-moto python3-flask python3-flask-cors || true
  ' bash "$suite" "$root" "$mirror" "$script" > "$root.log" 2>&1 ||
    { rm -rf "$root"; skip "$suite could not be made: $(tail -n 1 "$root.log")"; }
fi

export VMCOREKIT_PEERS_ROOT=$root
VMCOREKIT_LAB_DUMPS=$(realpath "${VMCOREKIT_LAB_DUMPS:-.lab}")
TMPDIR=$(mktemp -d)
export VMCOREKIT_LAB_DUMPS TMPDIR
trap 'rm -rf "$TMPDIR"' EXIT
mounts=("$TMPDIR" "$VMCOREKIT_LAB_DUMPS")
IFS=: read -r -a vmlinux <<< "${VMCOREKIT_VMLINUX:-}"
for file in "${vmlinux[@]}"; do
  mounts+=("$(dirname "$(realpath "$file")")")
done
# A mount namespace of its own: whatever becomes of this run, nothing stays mounted.
status=0
timeout $secondsToTest unshare --mount --propagation private bash -euc '
  root=$1; shift
  mount -t proc proc "$root/proc"
  while [ "$1" != -- ]; do
    mkdir -p "$root$1"
    mount --bind "$1" "$root$1"
    shift
  done
  shift
  npm run --silent interop -- --bail "$@"
' bash "$root" "${mounts[@]}" -- "${options[@]}" || status=$?
[ $status != 124 ] || skip "not finished in $secondsToTest seconds; what was tried before went well"
exit $status
