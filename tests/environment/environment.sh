# SPDX-License-Identifier: GPL-3.0-or-later
# The build environment: Debian 13's packages, on the host itself where it is new enough,
# else in a Debian 13 root that is made once and reused. Sourced by tests/shell and its callers.
# shellcheck shell=bash

set -euo pipefail

# A user's PATH may lack the folders where chroot and debootstrap are.
PATH=$PATH:/usr/sbin:/sbin
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cache=${HEMOGRAM_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/hemogram}
root=$cache/debian-13

say() { printf '%s\n' "$*" >&2; }

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo -- "$@"; fi
}

host_is_new_enough() {
  local ID= VERSION_ID=
  # shellcheck disable=SC1091
  . /etc/os-release
  case $ID in
    debian) [ -z "$VERSION_ID" ] || [ "${VERSION_ID%%.*}" -ge 13 ] ;;
    ubuntu) [ "$(printf '%s\n' 25.04 "$VERSION_ID" | sort -V | head -n 1)" = 25.04 ] ;;
    *) return 1 ;;
  esac
}

package_names() { sed 's/#.*//' "$top/tests/environment/$1"; }

# The first Debian mirror that the host itself uses: the root is made from the same.
host_mirror() {
  find /etc/apt -name '*.sources' -o -name '*.list' | sort | xargs -r cat 2>/dev/null |
    awk '/^URIs:/ { print $2 } $1 == "deb" { for (i = 2; i <= NF; i++) if ($i ~ /^https?:/) { print $i; break } }' |
    grep -v security | head -n 1 || true
}

make_root() {
  local mirror partial=$root.partial
  mirror=$(host_mirror)
  [ -n "$mirror" ] || { say 'No Debian mirror found in /etc/apt.'; return 1; }
  say 'Making a Debian 13 build root (once; about three minutes).'
  if ! command -v debootstrap >/dev/null; then
    as_root apt-get -q update >&2
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y install debootstrap >&2
  fi
  mkdir -p "$cache"
  as_root rm -rf --one-file-system "$partial"
  as_root debootstrap --variant=minbase trixie "$partial" "$mirror" >"$cache/debootstrap.log" 2>&1 ||
    { tail -n 20 "$cache/debootstrap.log" >&2; return 1; }
  as_root cp -a /etc/apt/apt.conf.d/. "$partial/etc/apt/apt.conf.d/"
  [ ! -d /etc/apt/auth.conf.d ] || as_root cp -a /etc/apt/auth.conf.d/. "$partial/etc/apt/auth.conf.d/"
  printf '#!/bin/sh\nexit 101\n' | as_root tee "$partial/usr/sbin/policy-rc.d" >/dev/null
  as_root chmod +x "$partial/usr/sbin/policy-rc.d"
  # A mirror inside an organisation may have a certificate of the organisation.
  [ ! -d /usr/local/share/ca-certificates ] || as_root cp -a /usr/local/share/ca-certificates "$partial/usr/local/share/"
  # Documentation and translations of the tools are of no use here and half of the bytes.
  printf 'path-exclude=/usr/share/doc/*\npath-exclude=/usr/share/man/*\nforce-confold\n' |
    as_root tee "$partial/etc/dpkg/dpkg.cfg.d/slim" >/dev/null
  as_root mv "$partial" "$root"
}

# Runs "$@" as root inside the build root, to change the root itself.
change_root() {
  as_root unshare --mount --propagation private sh -c '
    root=$1; shift
    cp -L /etc/resolv.conf /etc/hosts "$root/etc/" 2>/dev/null || true
    for dir in proc sys dev; do mount --rbind "/$dir" "$root/$dir"; done
    exec chroot "$root" /usr/bin/env DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 HOME=/root \
      PATH=/usr/sbin:/usr/bin:/sbin:/bin "$@"' sh "$root" "$@"
}

install_packages() {
  local list=$1 names missing
  names=$(package_names "$list" | tr '\n' ' ')
  if host_is_new_enough; then
    # shellcheck disable=SC2086
    missing=$(for name in $names; do
      dpkg-query -W -f '${db:Status-Status}\n' "$name" 2>/dev/null | grep -q '^installed$' || printf '%s ' "$name"
    done)
    [ -n "$missing" ] || return 0
    say "Installing $list."
    as_root apt-get -q update >&2
    # shellcheck disable=SC2086
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y --no-install-recommends install $missing >"/dev/null"
  else
    local stamp=$root/var/lib/hemogram-$list
    [ "$(cat "$stamp" 2>/dev/null)" = "$names" ] && return 0
    say "Installing $list in the build root."
    change_root apt-get -q update >"$cache/apt.log" 2>&1 || { tail -n 20 "$cache/apt.log" >&2; return 1; }
    # shellcheck disable=SC2086
    change_root apt-get -q -y --fix-broken --no-install-recommends install $names >>"$cache/apt.log" 2>&1 ||
      { tail -n 20 "$cache/apt.log" >&2; return 1; }
    change_root apt-get -q clean
    change_root update-ca-certificates >>"$cache/apt.log" 2>&1
    printf '%s' "$names" | as_root tee "$stamp" >/dev/null
  fi
}

# Makes sure that the environment holds the packages of each list named.
prepare_environment() {
  mkdir -p "$cache"
  exec 9>"$cache/lock"
  flock 9
  host_is_new_enough || [ -d "$root" ] || make_root
  local list
  for list in "$@"; do install_packages "$list"; done
  # Where the host's folders will be seen; making these is the last that needs root.
  if ! host_is_new_enough; then
    local folder
    while read -r folder; do
      [ -d "$root$folder" ] || as_root mkdir -p "$root$folder"
    done < <(bound_folders)
  fi
  exec 9>&-
}

# Runs "$@" in the environment, in the working directory, with the built programs on PATH.
# HEMOGRAM_BIND names further folders of the host, a line each, that must be seen inside.
in_environment() {
  local build=${HEMOGRAM_BUILD:-$top/build} path
  path=$build/ui:$build/ui/cli:$build/resources/demo:$top/tests
  mkdir -p "$cache/ccache"
  if host_is_new_enough; then
    env PATH="$path:$PATH" CCACHE_DIR="$cache/ccache" "$@"
    return
  fi
  local mapping=()
  [ "$(id -u)" = 0 ] || mapping=(--user --map-root-user)
  # A sandbox cannot be made in a root that was only changed: HEMOGRAM_PIVOT=1 makes it the root of all.
  unshare "${mapping[@]}" --mount --propagation private bash -c '
    set -e
    root=$1 here=$PWD; shift
    count=$1; shift
    [ -z "${HEMOGRAM_PIVOT:-}" ] || mount --bind "$root" "$root"
    for dir in proc sys dev tmp; do mount --rbind "/$dir" "$root/$dir"; done
    while [ "$count" -gt 0 ]; do
      dir=$1; shift; count=$((count - 1))
      mount --rbind "$dir" "$root$dir"
    done
    if [ -n "${HEMOGRAM_PIVOT:-}" ]; then
      mount -t tmpfs -o mode=755 tmpfs "$root/run"
      cd "$root"
      pivot_root . mnt
      umount -l /mnt
      exec /usr/bin/env -C "$here" "$@"
    fi
    exec chroot "$root" /usr/bin/env -C "$here" "$@"' \
    bash "$root" "$(bound_folders | wc -l)" $(bound_folders) \
    PATH="$path:/usr/sbin:/usr/bin:/sbin:/bin" LC_ALL=C.UTF-8 CCACHE_DIR="$cache/ccache" "$@"
}

# No white space in these, as Meson itself asks of a build folder's neighbours.
bound_folders() {
  printf '%s\n' "$HOME" "$cache" "$top"
  [ ! -d "$top/../shared" ] || (cd "$top/../shared" && pwd)
  printf '%s\n' "$PWD"
  [ -z "${HEMOGRAM_BIND:-}" ] || printf '%s\n' "$HEMOGRAM_BIND"
}
