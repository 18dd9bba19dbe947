/* SPDX-License-Identifier: MIT */
/* edit: hands files to the user's editor. No shell is between: file names are arguments, whatever
 * they are made of. */
#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cmd/command.h"
#include "cmd/context.h"
#include "core/base/buf.h"
#include "core/base/file.h"
#include "core/base/path.h"
#include "core/base/text.h"

extern char **environ;

/* Tried in this order when the environment names none; those that `edit` of Alembic tries. */
static const char *const EDITORS[] = {
    "sensible-editor", "editor", "nano", "vim", "vi", "code", NULL};

/* The editor with its arguments, and who named it. */
typedef struct Editor {
    Names words;
    const char *source; /* "$EDITOR"; NULL: it was found */
} Editor;

/* Cuts a command into words as a shell would, as far as blanks and quotes go: EDITOR="emacs -nw",
 * EDITOR="'/opt/my editor/bin/edit' --wait". */
static Names
split_words(const char *text, Arena *arena)
{
    Names words = {0};

    while (*text != '\0') {
        Buf word = {.arena = arena};
        char quote = '\0';

        while (ascii_is_space(*text))
            text++;
        if (*text == '\0')
            break;
        for (; *text != '\0' && (quote != '\0' || !ascii_is_space(*text)); text++) {
            if (*text == quote)
                quote = '\0';
            else if (quote == '\0' && (*text == '\'' || *text == '"'))
                quote = *text;
            else
                buf_add_char(&word, *text);
        }
        *VEC_ADD(arena, &words) = buf_text(&word);
    }
    return words;
}

/* Is there a program of this name on the search path? */
static bool
is_installed(const char *name, Arena *arena)
{
    const char *folders = getenv("PATH");
    Slice rest = slice_of(folders == NULL ? "" : folders);

    while (rest.at != NULL) {
        const char *folder = arena_copy(arena, slice_cut(rest, ':', &rest));
        const char *path = path_join(arena, folder, name);
        if (access(path, X_OK) == 0 && !file_is_folder(path))
            return true;
    }
    return false;
}

static bool
find_editor(Arena *arena, Editor *editor, Error *err)
{
    static const char *const VARIABLES[] = {"EDITOR", "VISUAL"};

    for (size_t i = 0; i < sizeof VARIABLES / sizeof VARIABLES[0]; i++) {
        const char *text = getenv(VARIABLES[i]);

        editor->words = split_words(text == NULL ? "" : text, arena);
        editor->source = arena_format(arena, "$%s", VARIABLES[i]);
        if (editor->words.len > 0)
            return true;
    }
    editor->source = NULL;
    for (size_t i = 0; EDITORS[i] != NULL; i++) {
        if (!is_installed(EDITORS[i], arena))
            continue;
        *VEC_ADD(arena, &editor->words) = EDITORS[i];
        return true;
    }
    error_set(err, ERR_CONFIG, "no editor is found: neither $EDITOR nor $VISUAL is set");
    return error_hint(err, "export EDITOR=vi, or the editor that you use");
}

/* The argument list, ended by NULL. A name that begins with a dash would be taken for an option. */
static char **
arguments_of(const Editor *editor, const Names *files, Arena *arena)
{
    const size_t count = editor->words.len + files->len;
    char **arguments = ARENA_ARRAY(arena, char *, count + 1);

    for (size_t i = 0; i < editor->words.len; i++)
        arguments[i] = arena_copy(arena, slice_of(editor->words.at[i]));
    for (size_t i = 0; i < files->len; i++) {
        const char *prefix = files->at[i][0] == '-' ? "./" : "";
        const char *name = arena_format(arena, "%s%s", prefix, files->at[i]);
        arguments[editor->words.len + i] = arena_copy(arena, slice_of(name));
    }
    return arguments;
}

/* The editor gets the signals that we keep to ourselves as a program of its own would. */
static int
spawn(char **arguments, pid_t *child)
{
    posix_spawnattr_t attributes;
    sigset_t signals;

    sigemptyset(&signals);
    sigaddset(&signals, SIGPIPE);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    int problem = posix_spawnattr_init(&attributes);
    if (problem != 0)
        return problem;
    posix_spawnattr_setsigdefault(&attributes, &signals);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
    problem = posix_spawnp(child, arguments[0], NULL, &attributes, arguments, environ);
    posix_spawnattr_destroy(&attributes);
    return problem;
}

static bool
run_editor(const Editor *editor, const Names *files, Arena *arena, Error *err)
{
    enum { NOT_FOUND = 127 };
    const char *from =
        editor->source == NULL ? "" : arena_format(arena, " (from %s)", editor->source);
    char **arguments = arguments_of(editor, files, arena);
    pid_t child = 0;
    int status = 0;

    errno = spawn(arguments, &child);
    if (errno != 0)
        return error_set_errno(err, ERR_FAILED, "cannot run the editor \"%s\"%s", arguments[0],
                               from);
    while (waitpid(child, &status, 0) < 0) {
        if (errno != EINTR)
            return error_set_errno(err, ERR_FAILED, "cannot wait for the editor");
    }
    if (WIFSIGNALED(status))
        return error_set(err, ERR_FAILED, "the editor \"%s\"%s was ended by signal %d",
                         arguments[0], from, WTERMSIG(status));
    if (WEXITSTATUS(status) == NOT_FOUND) {
        error_set(err, ERR_FAILED, "cannot run the editor \"%s\"%s", arguments[0], from);
        return error_hint(err, "export EDITOR=vi, or the editor that you use");
    }
    return WEXITSTATUS(status) == 0 ||
           error_set(err, ERR_FAILED, "the editor \"%s\"%s ended with status %d", arguments[0],
                     from, WEXITSTATUS(status));
}

/* The files of the operands, each once. */
static bool
find_files(Context *context, Names *files, Error *err)
{
    const Graph *graph = &context->graph;
    Indexes nodes = {0};

    if (!context_nodes(context, &context->operands, &nodes, err))
        return false;
    for (size_t i = 0; i < nodes.len; i++)
        *VEC_ADD(context->arena, files) = graph->nodes[nodes.at[i]].revision->file;
    if (files->len > 0)
        return true;
    error_set(err, ERR_REVISION, "\"%s\" names no revision file",
              names_join(context->arena, &context->operands, " "));
    return error_hint(err, "migrate history lists the revisions");
}

static bool
run(Context *context, Error *err)
{
    Editor editor = {0};
    Names files = {0};

    if (!find_files(context, &files, err) || !find_editor(context->arena, &editor, err))
        return false;
    fflush(context->out);
    context_close(context); /* the database need not wait for the editor */
    if (!run_editor(&editor, &files, context->arena, err))
        return false;
    /* what was broken by the edit is told now, not by the next run */
    return context_revisions(context, err);
}

const Command COMMAND_EDIT = {
    .name = "edit",
    .group = "Write revisions",
    .operands = "REV...",
    .min_operands = 1,
    .max_operands = SIZE_MAX,
    .completes = VALUE_RANGE,
    .summary = "open revision files in your editor",
    .description = "Opens the files of REV... in $EDITOR, else $VISUAL, else the first of "
                   "sensible-editor, editor, nano, vim, vi and code that is installed, and reads "
                   "all files again when it ends, so that a mistake is told at once. REV is as for "
                   "show.",
    .examples = "migrate edit head\n"
                "migrate edit 1975ea billing\n"
                "migrate edit current",
    .flags = NEEDS_CONFIG | NEEDS_REVISIONS,
    .run = run,
};
