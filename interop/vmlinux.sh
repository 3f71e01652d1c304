#!/usr/bin/env bash
# Fetches the vmlinux with debug symbols of a Debian kernel, and prints its path. Where it is not
# available, prints nothing, and says why on standard error. A kernel of another Debian release is
# looked for in the lists of SUITE, which are kept apart from this system's.
#   interop/vmlinux.sh RELEASE [FOLDER [SUITE]]         (.lab/vmlinux)
set -euo pipefail
cd "$(dirname "$0")/.."
release=$1
mkdir -p "${2:-.lab/vmlinux}"
folder=$(realpath "${2:-.lab/vmlinux}")
file=$folder/vmlinux-$release

if [ ! -e "$file" ]; then
  cd "$folder"
  apart=()
  if [ -n "${3:-}" ]; then
    lists=$folder/apt-$3
    mkdir -p "$lists/state/lists/partial" "$lists/cache/archives/partial"
    # shellcheck source=/dev/null
    own=$(. /etc/os-release; echo "$VERSION_CODENAME")
    apt-get indextargets --format 'deb $(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' |
      sed "s/ $own/ $3/" | sort -u > "$lists/sources.list"
    apart=(-o "Dir::Etc::SourceList=$lists/sources.list" -o Dir::Etc::SourceParts=/dev/null
      -o "Dir::State=$lists/state" -o Dir::State::Status=/var/lib/dpkg/status
      -o "Dir::Cache=$lists/cache")
    apt-get "${apart[@]}" update > apt.log 2>&1 || { tail -n 1 apt.log >&2; exit 0; }
  fi
  apt-get "${apart[@]}" download "linux-image-$release-dbg" > apt.log 2>&1 ||
    { tail -n 1 apt.log >&2; exit 0; }
  # Newer packages keep it with the modules. The other place has a link, which unpacks to nothing.
  debug=./usr/lib/debug
  for path in "$debug/boot/vmlinux-$release" "$debug/lib/modules/$release/vmlinux"; do
    dpkg-deb --fsys-tarfile linux-image-"$release"-dbg_*.deb |
      tar -x --to-stdout "$path" > part 2> /dev/null && [ -s part ] && mv part "$file" && break
  done
  rm -f part linux-image-"$release"-dbg_*.deb
fi
[ ! -e "$file" ] || echo "$file"
