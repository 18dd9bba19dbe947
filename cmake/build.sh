# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2154
# Sourced by migrations-example/run, tests/run and .ci/run, with $root set: builds a preset, quietly.
# Several runs in one clone share the build folders: who builds is alone (descriptor 8 holds a lock on
# build/PRESET.lock), and who uses what was built keeps others from replacing it until it exits.

build_jobs() {
    nproc 2>/dev/null || sysctl -n hw.ncpu 2>/dev/null || echo 2
}

# Nothing has changed since the last build: who finds the folder in use needs no other one.
build_is_fresh() {
    [ -e "$1/.built" ] && [ -z "$(cd "$root" && find CMakeLists.txt CMakePresets.json cmake cmd core \
        docs drivers packaging tests -newer "$1/.built" -print -quit)" ]
}

build_now() {
    local preset=$1 folder=$2 log=$2.log home
    # a clone that was moved or copied with its build folder starts afresh
    home=$(sed -n 's/^CMAKE_HOME_DIRECTORY:INTERNAL=//p' "$folder/CMakeCache.txt" 2>/dev/null)
    [ -z "$home" ] || [ "$home" = "$root" ] || rm -rf "$folder"
    touch "$folder.begun"
    if (cd "$root" && cmake --preset "$preset" &&
        cmake --build --preset "$preset" --parallel "$(build_jobs)") >"$log" 2>&1 8>&-; then
        # as of the beginning: a file that was changed meanwhile is newer
        mv "$folder.begun" "$folder/.built"
        return 0
    fi
    grep -v '^\[ *[0-9]*%\] \(Building\|Linking\|Built\)' "$log" >&2
    echo "the build failed; the whole log is in $log" >&2
    return 1
}

# build_preset PRESET: configures and builds it in build/PRESET.
build_preset() {
    local preset=$1 folder=$root/build/$1
    mkdir -p "$root/build"
    command -v flock >/dev/null || flock() { :; }
    exec 8>"$folder.lock"
    if ! flock -n -x 8; then
        flock -s 8
        build_is_fresh "$folder" && return
        flock -u 8
        flock -x 8
    fi
    build_now "$preset" "$folder" || return
    flock -s 8
}
