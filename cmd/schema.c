/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "cmd/command.h"
#include "cmd/context.h"
#include "cmd/yaml_page.h"
#include "core/op_schema.h"

static const Option OPTIONS[] = {
    {"format", '\0', OPTION_TEXT, "json|markdown", VALUE_CHOICE,
     "a JSON Schema (the default), or a page that describes every operation"},
    {.name = NULL},
};

static bool
run(Context *context, Error *err)
{
    const char *format = option_text(context, "format");
    Buf text = {.arena = context->arena};

    if (format != NULL && strcmp(format, "json") != 0 && strcmp(format, "markdown") != 0) {
        error_set(err, ERR_USAGE, "--format: \"%s\" is not json or markdown", format);
        return error_hint(err, "--format markdown prints the page that describes every operation");
    }
    if (format == NULL || strcmp(format, "json") == 0)
        op_schema_write(&text);
    else if (!yaml_page_write(&text, err))
        return false;
    fputs(buf_text(&text), context->out);
    return true;
}

const Command COMMAND_SCHEMA = {
    .name = "schema",
    .group = "Look",
    .operands = "",
    .summary = "print the JSON Schema of YAML revisions, for editors",
    .description =
        "Prints the JSON Schema of YAML revisions. An editor that knows it completes and "
        "checks them; \"migrate check\" checks more.",
    .examples = "migrate schema >revision.schema.json",
    .options = OPTIONS,
    .run = run,
};
