/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "cmd/command.h"

/* The lines of packaging/completion, put into the program by the build; NULL at the end. */
extern const char *const COMPLETION_BASH[];
extern const char *const COMPLETION_ZSH[];
extern const char *const COMPLETION_FISH[];

typedef struct Shell {
    const char *name;
    const char *const *lines;
} Shell;

static const Shell SHELLS[] = {
    {"bash", COMPLETION_BASH},
    {"zsh", COMPLETION_ZSH},
    {"fish", COMPLETION_FISH},
};

static const Shell *
find_shell(const char *name)
{
    for (size_t i = 0; i < sizeof SHELLS / sizeof SHELLS[0]; i++) {
        if (strcmp(SHELLS[i].name, name) == 0)
            return &SHELLS[i];
    }
    return NULL;
}

static bool
run(Context *context, Error *err)
{
    const Shell *shell = find_shell(context->operands.at[0]);

    if (shell == NULL) {
        error_set(err, ERR_USAGE, "there is no completion for the shell \"%s\"",
                  context->operands.at[0]);
        return error_hint(err, "there is for bash, zsh and fish");
    }
    for (const char *const *line = shell->lines; *line != NULL; line++)
        fprintf(context->out, "%s\n", *line);
    return true;
}

const Command COMMAND_COMPLETION = {
    .name = "completion",
    .group = "Help",
    .operands = "bash|zsh|fish",
    .min_operands = 1,
    .max_operands = 1,
    .completes = VALUE_CHOICE,
    .summary = "the script with which a shell completes our command lines",
    .description = "Prints the completion of a shell, for where it is not installed with the "
                   "program. It knows commands, options, the environments of migrate.yaml and the "
                   "revisions and branch labels of the files.",
    .examples = "source <(migrate completion bash)      in ~/.bashrc\n"
                "source <(migrate completion zsh)       in ~/.zshrc, behind compinit\n"
                "migrate completion fish | source       in ~/.config/fish/config.fish",
    .run = run,
};
