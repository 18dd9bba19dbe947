/* SPDX-License-Identifier: MIT */
/* Fuzz target: migrate.yaml, its values and its URLs, and the same bytes as a .env file. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "core/base/url.h"
#include "core/config.h"
#include "core/variables.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check(bool is_true)
{
    if (!is_true)
        abort();
}

static void
try_config(Slice text, const char *environment)
{
    static const char *const VARIABLES[] = {"A=a", "EMPTY=", "URL=postgres://u:p@h/db", NULL};
    Arena arena = {0};
    Config config;
    const char *url = NULL;
    Error err = {.arena = &arena};
    const ConfigRequest request = {
        .file = "fuzz/fuzz.yaml", .environment = environment, .variables = VARIABLES};

    if (!config_parse(&request, text, &arena, &config, &err)) {
        check(err.code == ERR_CONFIG && err.message != NULL);
    } else {
        check(config.migrations.len > 0 && config.file_template[0] != '\0');
        if (config_url(&config, &url, &err))
            check(url_problem(url) == NULL && url_redact(url, &arena) != NULL);
        else
            check(err.code == ERR_CONFIG);
    }
    arena_release(&arena);
}

static void
try_variables(Slice text)
{
    Arena arena = {0};
    const char *expanded = NULL;
    Variables variables = {.values = {.arena = &arena}};
    Error err = {.arena = &arena};

    const bool is_read = variables_add_file(&variables, ".env", text, &err);
    check(is_read == (err.code == ERR_NONE));
    Error problems = {.arena = &arena};
    const bool is_expanded = variables_expand(&variables, text, (Place){0}, &expanded, &problems);
    check(is_expanded == (problems.code == ERR_NONE));
    check(url_redact(arena_copy(&arena, text), &arena) != NULL);
    arena_release(&arena);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const Slice text = {(const char *)data, size};

    try_config(text, NULL);
    try_config(text, "a");
    try_variables(text);
    return 0;
}
