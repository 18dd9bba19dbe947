# SPDX-License-Identifier: MIT
# What differs from run to run in the output of a case, by the name of what it is; sed -E. The paths,
# the databases' names and new revision ids are replaced by tests/cli/run, which knows them.
s/[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?(Z|[+-][0-9]{2}(:?[0-9]{2})?)?/<time>/g
s/(^|[^0-9.])[0-9]+ min [0-9]+ s([^a-z]|$)/\1<duration>\2/g
s/(^|[^0-9.])[0-9]+(\.[0-9]+ s| ms)([^a-z]|$)/\1<duration>\3/g
s/("milliseconds": ?)[0-9]+/\1<duration>/g
s/("run_by": ?)"[^"]*"/\1"<user>"/g
s/("run_from": ?)"[^"]*"/\1"<host>"/g
s/(<time> +)[^ ]+( +<duration>)/\1<user>\2/g
s/^(<time> +[a-z]+ .* )[^ ]+( +<duration>)/\1<user>\2/
s/^(by|from): +[^ ]+$/\1: <user>/
s/migrate [0-9]+\.[0-9]+\.[0-9]+/migrate <version>/g
s/SQLite [0-9]+\.[0-9]+(\.[0-9]+)?/SQLite <version>/g
s/PostgreSQL [0-9]+(\.[0-9]+)?([a-z0-9]*)( \([^()]*\))?/PostgreSQL <version>/g
s/127\.0\.0\.1:[0-9]+/127.0.0.1:<port>/g
s/port([ =])[0-9]{4,5}/port\1<port>/g
s/(pid|process) [0-9]+/\1 <pid>/g
s/(<pid>), [0-9]{2}:[0-9:.]+ UTC/\1, <time>/
s/(Runtime|Parse) error near line ([0-9]+: .*) \([0-9]+\)$/Error: near line \2/
s/(Runtime|Parse) error near line/Error: near line/
s/ for [0-9]+ s([,;: ]|$)/ for <duration>\1/g
/the slowest statements:$/,/done: /{//!d
}
