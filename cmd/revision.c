/* SPDX-License-Identifier: MIT */
#include "cmd/command.h"
#include "cmd/draft.h"

static const Option OPTIONS[] = {
    {"message", 'm', OPTION_TEXT, "MESSAGE", VALUE_TEXT,
     "what the revision is for; also makes its file name"},
    {"head", '\0', OPTION_TEXTS, "REV", VALUE_REVISION,
     "the revision to stand on (head); base begins anew, heads or several merge"},
    {"splice", '\0', OPTION_FLAG, NULL, VALUE_NONE, "allow a REV that is not a head"},
    {"branch-label", '\0', OPTION_TEXTS, "LABEL", VALUE_TEXT, "name the branch that begins here"},
    {"depends-on", '\0', OPTION_TEXTS, "REV", VALUE_REVISION,
     "run only after REV, which stays in its own branch"},
    {"rev-id", '\0', OPTION_TEXT, "ID", VALUE_TEXT, "the id, instead of 12 random digits"},
    {"version-path", '\0', OPTION_TEXT, "FOLDER", VALUE_FOLDER,
     "the migrations folder to write to, where there are several"},
    {.name = NULL},
};

static bool
run(Context *context, Error *err)
{
    const char *message = option_text(context, "message");
    Indexes parents = {0};

    return draft_parents(context, option_texts(context, "head"), &parents, err) &&
           draft_write(context, &parents, message == NULL ? "" : message, err);
}

const Command COMMAND_REVISION = {
    .name = "revision",
    .group = "Write revisions",
    .operands = "",
    .summary = "write a new, empty revision file",
    .description = "Writes a revision file on top of the head and prints its path. Write the SQL "
                   "between its directives, -- migrate:up and -- migrate:down. Everything is "
                   "checked before the file is written.\n"
                   "\n"
                   "REV is a revision id or the first characters of one, a branch label, head, "
                   "heads, base, or one of them in a branch: LABEL@head.",
    .examples = "migrate revision -m \"create account table\"\n"
                "migrate revision -m \"bill\" --head base --branch-label billing\n"
                "migrate revision -m \"more bills\" --head billing@head\n"
                "migrate revision -m \"use bills\" --depends-on billing\n"
                "$EDITOR \"$(migrate revision -m 'add index')\"",
    .flags = NEEDS_CONFIG | NEEDS_REVISIONS,
    .options = OPTIONS,
    .run = run,
};
