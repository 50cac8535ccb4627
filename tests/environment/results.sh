# SPDX-License-Identifier: GPL-3.0-or-later
# Verdicts of suites that passed, kept outside the tree until something changes. Sourced by tests/run.
# shellcheck shell=bash

kept_results=$cache/results

# Prints the key of all that a verdict depends on, or nothing where that cannot be known: every file
# that git would track, the installed packages, the machine, the settings, the shared pictures.
# Files of a build are left out: they are made from these.
results_key() {
  local files
  files=$(mktemp)
  # Where the tree is no clone nothing is kept. A folder that belongs to somebody else is read all the same.
  git -c safe.directory='*' ls-files -z --cached --others --exclude-standard 2>/dev/null |
    while IFS= read -r -d '' file; do [ ! -e "$file" ] || printf '%s\0' "$file"; done | sort -z >"$files"
  if tr '\0' '\n' <"$files" | grep -qx tests/run; then
    {
      xargs -0 sha256sum <"$files"
      xargs -0 stat -c '%A %n' <"$files"
      in_environment dpkg-query -W -f '${Package} ${Version} ${Architecture} ${db:Status-Status}\n'
      uname -sm
      id -u
      # All settings; in all looks is in some as well.
      env | sort | sed -n '/^HEMOGRAM_PIVOT=/d; /^HEMOGRAM_MATRIX=some$/d; /^HEMOGRAM_/p'
      [ ! -d ../shared/data ] || find -L ../shared/data -type f -printf '%P %s %T@\n' | sort
    } | sha256sum | cut -d ' ' -f 1
  fi
  rm -f "$files"
}

has_results() {
  [ -n "$2" ] && [ -s "$kept_results/$1-$2.xml" ] && [ -s "$kept_results/$1-$2.json" ]
}

# reuse_results SUITE KEY FOLDER: puts what the suite ended with under this key into the folder, and says so.
reuse_results() {
  local kept=$kept_results/$1-$2
  has_results "$1" "$2" || return 1
  cp "$kept.xml" "$3/$1.xml"
  cp "$kept.json" "$3/$1.json"
  touch "$3/$1.reused"
  printf '== %s: passed at %s, nothing changed since; %d tests (use --again to run them)\n' "$1" \
    "$(date -u -r "$kept.xml" '+%Y-%m-%d %H:%M UTC')" "$(grep -o '<testcase ' "$kept.xml" | wc -l)"
}

# keep_results SUITE KEY FOLDER: of each suite the last four that passed, for thirty days. One of which a whole program
# was skipped, as there was no sandbox, or nothing could be fetched, is tried again.
keep_results() {
  [ -n "$2" ] && [ -s "$3/$1.xml" ] && [ -s "$3/$1.json" ] || return 0
  ! grep -qF '1..0 # SKIP' "$3/$1.json" || return 0
  mkdir -p "$kept_results"
  local kept=$kept_results/$1-$2 old
  cp "$3/$1.json" "$kept.json"
  # The one that is looked at comes last, and whole.
  cp "$3/$1.xml" "$kept.part" && mv "$kept.part" "$kept.xml"
  find "$kept_results" -type f -mtime +30 -delete
  # shellcheck disable=SC2012
  ls -t "$kept_results/$1"-*.xml | tail -n +5 | while read -r old; do rm -f "$old" "${old%.xml}.json"; done
}
