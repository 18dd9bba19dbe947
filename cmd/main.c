/* SPDX-License-Identifier: MIT */
/* main: reads the command line, prepares the context, runs the command, prints what went wrong, and
 * exits with its status. The one place with state of its own: the signal that came. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/context.h"
#include "cmd/help.h"
#include "cmd/output.h"
#include "core/base/url.h"

extern char **environ;

/* The signal number once one came; a run looks at it between its steps. */
static volatile sig_atomic_t interrupted = 0;

/* What is printed goes out in pieces of this size, unless somebody is watching. */
static char output[1 << 16];

/* The first signal asks, the second ends at once. */
static void
on_signal(int number)
{
    enum { SIGNAL_STATUS = 128 };

    if (interrupted != 0)
        _exit(SIGNAL_STATUS + number);
    interrupted = number;
}

/* Large revision files are mapped: one that is cut short while it is read has no bytes to give. The
 * database rolls back what was being sent. */
static void
on_lost_file(int number)
{
    static const char MESSAGE[] = "error: a revision file became shorter while it was being read\n"
                                  "hint: run the command again\n";

    (void)number;
    _exit(write(STDERR_FILENO, MESSAGE, sizeof MESSAGE - 1) < 0 ? EXIT_FAILURE
                                                                : error_exit_status(ERR_REVISION));
}

static void
catch_signals(void)
{
    struct sigaction action = {.sa_handler = on_lost_file};

    sigemptyset(&action.sa_mask);
    sigaction(SIGBUS, &action, NULL);
    action.sa_handler = on_signal;
    sigaddset(&action.sa_mask, SIGINT); /* the two do not interrupt each other */
    sigaddset(&action.sa_mask, SIGTERM);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    action.sa_handler = SIG_IGN;
    sigaction(SIGPIPE, &action, NULL);
}

/* A standard stream that the caller has closed would be the number of the next file that is opened,
 * such as the connection, and what we say would go into it. It gets one on which our reads and
 * writes fail as they would on the closed one. */
static void
keep_streams_apart(void)
{
    for (int handle = STDIN_FILENO; handle <= STDERR_FILENO; handle++) {
        if (fcntl(handle, F_GETFD) == -1 && errno == EBADF)
            (void)open("/dev/null", handle == STDIN_FILENO ? O_WRONLY : O_RDONLY);
    }
}

/* A terminal that knows more than to print one character behind the other. */
static bool
is_screen(FILE *stream)
{
    const char *terminal = getenv("TERM");

    return isatty(fileno(stream)) && terminal != NULL && strcmp(terminal, "dumb") != 0;
}

static bool
may_colour(const CommandLine *line, FILE *stream)
{
    const char *no_color = getenv("NO_COLOR");

    if (line->globals[GLOBAL_NO_COLOR].is_given || (no_color != NULL && no_color[0] != '\0'))
        return false;
    return is_screen(stream);
}

static LogLevel
log_level(const CommandLine *line)
{
    if (line->globals[GLOBAL_QUIET].is_given)
        return LOG_QUIET;
    return line->globals[GLOBAL_VERBOSE].is_given ? LOG_VERBOSE : LOG_NORMAL;
}

static Context
context_from(const CommandLine *line, const Log *log, Arena *arena)
{
    return (Context){
        .arena = arena,
        .log = log,
        .out = stdout,
        .command = line->command,
        .operands = line->operands,
        .values = line->values,
        .request = {.file = line->globals[GLOBAL_CONFIG].text,
                    .environment = line->globals[GLOBAL_NAME].text,
                    .url = line->globals[GLOBAL_URL].text,
                    .variables = (const char *const *)environ,
                    .log = log},
        .interrupted = &interrupted,
        .json = line->globals[GLOBAL_JSON].is_given,
        .is_verbose = line->globals[GLOBAL_VERBOSE].is_given,
        .is_terminal = isatty(STDOUT_FILENO) != 0,
        .is_coloured = may_colour(line, stdout),
        .reports_progress = is_screen(stderr),
    };
}

/* Results come before what is said about them, also where both streams are one. */
static void
print_errors(const CommandLine *line, const Context *context, const Error *err)
{
    const bool is_run = context != NULL && (context->command->flags & WRITES) != 0;

    if (is_run && context->json)
        output_error_json(err, context->has_stopped ? &context->runner.state.rows : NULL, stdout);
    fflush(stdout);
    output_error(err, stderr, may_colour(line, stderr));
    if (context != NULL && context->closing != NULL)
        fprintf(stderr, "%s\n", context->closing);
}

static int
run_command(const CommandLine *line, Arena *arena, Error *err)
{
    bool is_live = false;
    const Log log = {stderr, log_level(line), may_colour(line, stderr), &is_live};
    Context *context = ARENA_NEW(arena, Context);

    *context = context_from(line, &log, arena);
    const bool ok = context_prepare(context, err) && context->command->run(context, err);
    if (!ok)
        print_errors(line, context, err);
    context_close(context);
    return ok ? EXIT_SUCCESS : error_exit_status(err->code);
}

static int
run_line(const CommandLine *line, Arena *arena, Error *err)
{
    if (line->globals[GLOBAL_VERSION].is_given) {
        printf("%s\n", HELP_VERSION);
        return EXIT_SUCCESS;
    }
    if (line->globals[GLOBAL_HELP].is_given) {
        if (line->command == NULL)
            help_overview(COMMANDS, stdout);
        else
            help_command(line->command, stdout);
        return EXIT_SUCCESS;
    }
    if (line->command == NULL) {
        help_usage(stderr);
        return error_exit_status(ERR_USAGE);
    }
    return run_command(line, arena, err);
}

/* The reader of our pipe has gone: `migrate history | head`. */
static bool
is_pipe_closed(void)
{
    struct pollfd handle = {.fd = STDOUT_FILENO, .events = POLLOUT};

    return poll(&handle, 1, 0) == 1 && (handle.revents & POLLERR) != 0;
}

/* What was printed is on its way, or the status says that it is not. */
static int
finish_output(int status)
{
    errno = 0;
    const bool has_failed = fflush(stdout) != 0 || ferror(stdout) != 0;

    if (!has_failed)
        return status;
    if (!is_pipe_closed())
        fprintf(stderr, "error: cannot write to standard output%s%s\n", errno == 0 ? "" : ": ",
                errno == 0 ? "" : strerror(errno));
    return status == EXIT_SUCCESS ? EXIT_FAILURE : status;
}

/* Where the URL begins in a word: "-u URL", "-uURL", "--url=URL"; NULL if there is none. */
static char *
url_in(char *word, const char *before)
{
    if (strcmp(before, "-u") == 0 || strcmp(before, "--url") == 0)
        return word;
    if (strncmp(word, "--url=", 6) == 0)
        return word + 6;
    return strncmp(word, "-u", 2) == 0 ? word + 2 : NULL;
}

/* Writes over what others should not read. */
static void
hide_passwords(char *word, const char *before, Arena *arena)
{
    char *url = url_in(word, before);
    char *hidden = url == NULL ? word : url;
    const char *shown =
        url == NULL ? url_redact_message(word, arena) : url_redact(arena_text(arena, url), arena);
    const size_t len = strlen(hidden);

    if (strcmp(shown, hidden) == 0)
        return;
    memset(hidden, ' ', len);
    memcpy(hidden, shown, strlen(shown) < len ? strlen(shown) : len);
}

/* A copy of the words, behind which no password is left for `ps` to show: Linux and the BSDs show
 * what stands in argv now. */
static const char *const *
take_words(int argc, char **argv, Arena *arena)
{
    const char **words = ARENA_ARRAY(arena, const char *, (size_t)argc + 1);
    const char *before = "";

    for (int i = 1; i < argc && argv[i] != NULL; i++) {
        const char *word = arena_copy(arena, slice_of(argv[i]));
        words[i - 1] = word;
        hide_passwords(argv[i], before, arena);
        before = word;
    }
    return words;
}

int
main(int argc, char **argv)
{
    Arena arena = {0};
    Error err = {.arena = &arena};
    CommandLine line = {0};
    int status = 0;

    keep_streams_apart();
    const char *const *words = take_words(argc, argv, &arena);
    catch_signals();
    if (!isatty(STDOUT_FILENO))
        (void)setvbuf(stdout, output, _IOFBF, sizeof output);
    if (option_parse(COMMANDS, words, &arena, &line, &err)) {
        status = run_line(&line, &arena, &err);
    } else {
        print_errors(&line, NULL, &err);
        status = error_exit_status(err.code);
    }
    status = finish_output(status);
    arena_release(&arena);
    return status;
}
