# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2034
# Sourced by migrations-example/run, tests/run and .ci/run: what each of them needs from the machine.
# dependencies_install LIST... installs what is missing by apt, as root or through sudo, and never
# asks a question; where that cannot be, it says what to install and fails.

# A line is: how to see that it is there (kind and name), the Debian package, what it is.
DEPENDENCIES_BUILD='
program gcc            gcc            a C11 compiler, gcc
header  stdio.h        libc6-dev      the headers of the C library
program make           make           make
program pkg-config     pkg-config     pkg-config
cmake   3.21           cmake          CMake 3.21 or later
library libpq>=14      libpq-dev      libpq 14 or later, with its headers
library sqlite3>=3.35  libsqlite3-dev SQLite 3.35 or later, with its headers
library yaml-0.1       libyaml-dev    libyaml, with its headers
library libpcre2-8     libpcre2-dev   PCRE2 (8 bit), with its headers'
DEPENDENCIES_TESTS='
library check          check          Check, the test framework
server  initdb         postgresql     the PostgreSQL server, 13 or later (or MIGRATE_TEST_PG_BIN)
client  psql           postgresql-client  psql
program pgbouncer      pgbouncer      PgBouncer 1.18 or later
program sqlite3        sqlite3        the sqlite3 shell
program mandoc         mandoc         mandoc
program flock          util-linux     flock
program openssl        openssl        openssl'
DEPENDENCIES_CI='
program zsh            zsh            zsh
program fish           fish           fish
program dpkg-shlibdeps dpkg-dev       dpkg-shlibdeps, for the package
program clang          clang          clang
program clang-tidy     clang-tidy     clang-tidy
program clang-format   clang-format   clang-format
program shellcheck     shellcheck     shellcheck'

# The first folder that has a program of PostgreSQL: of those named, else of the installed ones, the
# newest first.
postgres_folder() {
    local name=$1 folder
    shift
    for folder in "$@" $(printf '%s\n' /usr/lib/postgresql/*/bin | sort -t/ -k5 -Vr) \
        "$(dirname "$(command -v "$name" || echo /)")" "$(pg_config --bindir 2>/dev/null || true)"; do
        [ ! -x "$folder/$name" ] || { echo "$folder" && return; }
    done
    return 1
}

# The folder of the server's programs: MIGRATE_TEST_PG_BIN, else the newest that is installed.
postgres_bin() {
    if [ -n "${MIGRATE_TEST_PG_BIN:-}" ]; then
        echo "$MIGRATE_TEST_PG_BIN"
        return
    fi
    postgres_folder initdb
}

# The folder of psql and pg_dump: the same, where they are beside the server.
postgres_clients() {
    postgres_folder psql ${MIGRATE_TEST_PG_BIN:+"$MIGRATE_TEST_PG_BIN"}
}

# Tests see nothing of the caller's own databases and settings, but which server to take.
forget_settings() {
    local bin=${MIGRATE_TEST_PG_BIN:-}
    unset DATABASE_URL "${!MIGRATE_@}" "${!PG@}"
    [ -z "$bin" ] || export MIGRATE_TEST_PG_BIN="$bin"
}

# The folders of servers are not in the PATH of an ordinary user.
find_program() {
    PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin command -v "$1"
}

dependency_is_there() {
    local kind=$1 name=$2 version
    case $kind in
    program) find_program "$name" >/dev/null ;;
    header) echo "#include <$name>" | gcc -E - >/dev/null 2>&1 ;;
    library) pkg-config --exists "${name/>=/ >= }" 2>/dev/null ;;
    server) [ -x "$(postgres_bin)/$name" ] ;;
    client) [ -n "$(postgres_clients)" ] ;;
    cmake)
        version=$(cmake --version 2>/dev/null | sed -n '1s/.* //p')
        [ -n "$version" ] && printf '%s\n' "$name" "$version" | sort -CV
        ;;
    esac
}

# Prints the lines of what is missing, without the first two words.
dependencies_missing() {
    local list kind name rest
    for list in "$@"; do
        while read -r kind name rest; do
            [ -z "$kind" ] || dependency_is_there "$kind" "$name" || echo "$rest"
        done <<<"$list"
    done
}

dependencies_refuse() {
    {
        echo "$1"
        echo "please install:"
        while read -r package description; do
            echo "    $description (Debian and Ubuntu: $package)"
        done <<<"$2"
    } >&2
    return 1
}

# apt with the rights it needs. A fresh machine has no package lists: the second try gets them. Where
# another apt holds its locks (a second run beside this one), there are more tries.
dependencies_apt() {
    local become=() options=(-y -q --no-install-recommends -o DPkg::Lock::Timeout=300) log tries
    [ "$(id -u)" -eq 0 ] || become=(sudo -n)
    become+=(env DEBIAN_FRONTEND=noninteractive)
    log=$(mktemp "${TMPDIR:-/tmp}/migrate-apt.XXXXXX")
    for tries in 1 2 3 4 5 6; do
        if "${become[@]}" apt-get install "${options[@]}" "$@" >"$log" 2>&1 </dev/null; then
            rm -f "$log"
            return 0
        fi
        "${become[@]}" apt-get update -q >>"$log" 2>&1 </dev/null && [ "$tries" -eq 1 ] && continue
        grep -q 'Could not get lock' "$log" || break
        sleep 5
    done
    cat "$log" >&2
    rm -f "$log"
    return 1
}

dependencies_install() {
    local missing packages
    missing=$(dependencies_missing "$@")
    [ -n "$missing" ] || return 0
    if ! command -v apt-get >/dev/null; then
        dependencies_refuse "some things are missing that only you can install here" "$missing"
        return
    fi
    if [ "$(id -u)" -ne 0 ] && ! sudo -n true 2>/dev/null; then
        dependencies_refuse "some things are missing, and this user may not install (sudo wants a password)" "$missing"
        return
    fi
    mapfile -t packages < <(cut -d ' ' -f 1 <<<"$missing")
    echo "installing: ${packages[*]}" >&2
    if ! dependencies_apt "${packages[@]}"; then
        dependencies_refuse "apt could not install what is missing" "$missing"
        return
    fi
    hash -r
    missing=$(dependencies_missing "$@")
    [ -z "$missing" ] || dependencies_refuse "apt installed its packages, but they are too old here" "$missing"
}
