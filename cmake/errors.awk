# SPDX-License-Identifier: MIT
# The catalogue of errors of the manual, as mdoc: every message of the sources with its hints, by exit
# status. Values of a message are shown as three dots. Read from the calls of error_set and its kin, so
# that the catalogue cannot drift from what is said.
#
#   awk -f cmake/errors.awk FILE.c... >errors.mdoc
#   awk -v plain=1 -f cmake/errors.awk FILE.c...     status, place or not, file:line, message, hints

BEGIN {
    status["ERR_FAILED"] = 1; status["ERR_USAGE"] = 2; status["ERR_CONFIG"] = 2; status["ERR_BEHIND"] = 3
    status["ERR_REVISION"] = 4; status["ERR_CONNECT"] = 5; status["ERR_LOCKED"] = 6; status["ERR_STATE"] = 7
    status["ERR_INTERRUPTED"] = 130; status["ERR_TERMINATED"] = 143
    split("1 2 3 4 5 6 7 130", order, " ")
    title[1] = "the database refused, or something could not be done"
    title[2] = "usage or configuration"
    title[3] = "not up to date"
    title[4] = "revision files, graph or target"
    title[5] = "no connection"
    title[6] = "a lock was not obtained"
    title[7] = "the database is not as recorded"
    title[130] = "interrupted"
    CALL = "(^|[^a-z_])(error_set|error_set_at|error_add_at|error_set_errno|error_hint)\\("
}

# The first run of string literals behind byte `from` of `call`, joined; RUN_END is behind it.
function literal(call, from,    i, c, text, inside, found) {
    for (i = from; i <= length(call); i++) {
        c = substr(call, i, 1)
        if (inside && c == "\\") {
            text = text unescaped(substr(call, ++i, 1))
        } else if (c == "\"") {
            inside = !inside
            found = 1
        } else if (inside) {
            text = text c
        } else if (found && c ~ /[A-Za-z]/) {
            # a macro such as PRId64
            while (substr(call, i + 1, 1) ~ /[A-Za-z0-9_]/)
                i++
        } else if (found && c !~ /[ \t]/) {
            break
        }
    }
    RUN_END = i
    return shown(text)
}

function unescaped(c) {
    return c == "n" ? " " : c
}

function shown(text) {
    gsub(/%%/, "\001", text)
    gsub(/%[-+0-9.*]*(l|ll|z)?[sducxf]/, "...", text)
    gsub(/%/, "...", text)
    gsub(/\001/, "%", text)
    gsub(/(\.\.\.)+/, "...", text)
    gsub(/  +/, " ", text)
    return text
}

# How many more ( than ) outside of literals.
function depth(text,    i, c, inside, n) {
    for (i = 1; i <= length(text); i++) {
        c = substr(text, i, 1)
        if (inside && c == "\\")
            i++
        else if (c == "\"")
            inside = !inside
        else if (!inside && c == "(")
            n++
        else if (!inside && c == ")")
            n--
    }
    return n
}

function take_error(call,    rest, code, n) {
    n = ++count
    # of an if and its else the hint is behind both
    if (has_hint || is_returned)
        first_pending = n
    has_hint = 0
    where[n] = FILENAME ":" begun
    has_place[n] = call ~ /error_(set|add)_at\(/
    rest = call
    while (match(rest, /ERR_[A-Z]+/)) {
        code = substr(rest, RSTART, RLENGTH)
        codes[n] = codes[n] " " status[code]
        rest = substr(rest, RSTART + RLENGTH)
    }
    if (codes[n] == "") # passed on: the YAML of the configuration, files of any kind
        codes[n] = FILENAME ~ /yaml|config/ ? " 2" : " 1"
    message[n] = literal(call, match(call, /\(/))
    if (call ~ /error_set_errno\(/)
        message[n] = message[n] ": ..."
    hints[n] = ""
}

function take_hint(call,    at, text, i) {
    at = match(call, /\(/)
    while (at > 0 && at <= length(call)) {
        text = literal(call, at)
        if (text == "")
            break
        # of what is chosen between, each; a word that is only put in is none
        for (i = first_pending; text ~ / / && i <= count; i++) {
            if (index(hints[i], text) == 0)
                hints[i] = hints[i] (hints[i] == "" ? "" : "\n") text
        }
        has_hint = 1
        at = match(substr(call, RUN_END), /[?:]/) && call ~ /\?/ ? RUN_END : 0
    }
}

FNR == 1 { call = "" }
/^}/ {
    is_open = 0
    is_returned = 1
}
/^[ \t]*(\/\*|\*)/ { next }
{
    before = previous
    previous = $0
}
call == "" && match($0, CALL) {
    call = substr($0, RSTART)
    sub(/^[^a-z_]/, "", call)
    begun = FNR
    returns = $0 ~ /return / || before ~ /return[^;]*$/
    if (depth(call) <= 0)
        finish()
    next
}
call != "" {
    line = $0
    sub(/^[ \t]+/, "", line)
    call = call " " line
    if (depth(call) <= 0)
        finish()
}

function finish() {
    if (call ~ /^error_hint/) {
        if (is_open)
            take_hint(call)
    } else if (call !~ /\(Error \*err/) {
        take_error(call)
        is_open = 1
        is_returned = returns
    }
    call = ""
}

function escaped(text) {
    gsub(/\\/, "\\e", text)
    gsub(/"/, "\\(dq", text)
    gsub(/-/, "\\-", text)
    return text
}

# In lines of at most 76 bytes.
function filled(text,    n, i, words, line, result) {
    n = split(text, words, " ")
    for (i = 1; i <= n; i++) {
        if (line != "" && length(line " " words[i]) > 74) {
            result = result "\\&" line "\n"
            line = ""
        }
        line = line (line == "" ? "" : " ") words[i]
    }
    return result "\\&" line "\n"
}

function print_status(number,    i, n, list, key, seen, lines, j, m) {
    n = 0
    for (i = 1; i <= count; i++) {
        key = message[i] "\n" hints[i]
        if ((codes[i] " ") ~ (" " number " ") && message[i] !~ /^[. :]*$/ && !((number, key) in seen)) {
            seen[number, key] = 1
            list[++n] = message[i] "\034" hints[i]
        }
    }
    if (n == 0)
        return
    for (i = 2; i <= n; i++) {
        key = list[i]
        for (j = i - 1; j >= 1 && tolower(plain_of(list[j])) > tolower(plain_of(key)); j--)
            list[j + 1] = list[j]
        list[j + 1] = key
    }
    printf ".Ss Exit status %s: %s\n.Bl -tag -width Ds\n", number, title[number]
    for (i = 1; i <= n; i++) {
        split(list[i], lines, "\034")
        printf ".It \"\\&%s\"\n", escaped(lines[1])
        m = split(lines[2], lines, "\n")
        for (j = 1; j <= m; j++)
            printf "%s%s", j == 1 ? "" : ".br\n", filled(escaped(lines[j]))
    }
    print ".El"
}

# Sorted by words, not by what is put in or quoted.
function plain_of(text) {
    gsub(/[".]/, "", text)
    sub(/^ +/, "", text)
    return text
}

END {
    if (plain) {
        for (i = 1; i <= count; i++) {
            gsub(/\n/, " | ", hints[i])
            printf "%s\t%s\t%s\t%s\t%s\n", codes[i], has_place[i] ? "place" : "-", where[i], message[i], hints[i]
        }
        exit
    }
    for (i = 1; i in order; i++)
        print_status(order[i])
}
