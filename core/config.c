/* SPDX-License-Identifier: MIT */
#include "core/config.h"

#include <stddef.h>
#include <string.h>

#include "core/base/file.h"
#include "core/base/path.h"
#include "core/base/text.h"
#include "core/base/url.h"
#include "core/revision.h"
#include "core/variables.h"
#include "core/yaml.h"

typedef enum KeyKind {
    KEY_TEXT,
    KEY_TABLE,
    KEY_TEMPLATE,
    KEY_NUMBER,
    KEY_BOOL,
    KEY_DURATION,
    KEY_TRANSACTION,
    KEY_FOLDERS,
    KEY_SETTINGS,
    KEY_ENVIRONMENTS,
} KeyKind;

/* What each kind wants, for messages. */
static const char *const EXPECTED[] = {
    [KEY_TEXT] = "a text",
    [KEY_TABLE] = "a text",
    [KEY_TEMPLATE] = "a text",
    [KEY_NUMBER] = "a number",
    [KEY_BOOL] = "true or false",
    [KEY_DURATION] = "a duration",
    [KEY_TRANSACTION] = "\"revision\" or \"all\"",
    [KEY_FOLDERS] = "a list of folders",
    [KEY_SETTINGS] = "a map of settings",
    [KEY_ENVIRONMENTS] = "a map of environments",
};

typedef struct Key {
    const char *name;
    KeyKind kind;
    bool may_be_null; /* ~ is "none", or the default */
    size_t offset;    /* in Config */
} Key;

static const Key KEYS[] = {
    {"url", KEY_TEXT, true, offsetof(Config, url)},
    {"direct_url", KEY_TEXT, true, offsetof(Config, direct_url)},
    {"migrations", KEY_FOLDERS, false, offsetof(Config, migrations)},
    {"recursive", KEY_BOOL, false, offsetof(Config, recursive)},
    {"file_template", KEY_TEMPLATE, false, offsetof(Config, file_template)},
    {"truncate_slug_length", KEY_NUMBER, false, offsetof(Config, truncate_slug_length)},
    {"timezone", KEY_TEXT, false, offsetof(Config, timezone)},
    {"version_table", KEY_TABLE, false, offsetof(Config, version_table)},
    {"version_table_schema", KEY_TEXT, true, offsetof(Config, version_table_schema)},
    {"history_table", KEY_TABLE, true, offsetof(Config, history_table)},
    {"transaction", KEY_TRANSACTION, false, offsetof(Config, transaction_all)},
    {"search_path", KEY_TEXT, true, offsetof(Config, search_path)},
    {"role", KEY_TEXT, true, offsetof(Config, role)},
    {"settings", KEY_SETTINGS, true, offsetof(Config, settings)},
    {"application_name", KEY_TEXT, false, offsetof(Config, application_name)},
    {"lock_timeout", KEY_DURATION, false, offsetof(Config, lock_timeout)},
    {"retry_for", KEY_DURATION, false, offsetof(Config, retry_for)},
    {"statement_timeout", KEY_DURATION, false, offsetof(Config, statement_timeout)},
    {"wait_for_lock", KEY_DURATION, false, offsetof(Config, wait_for_lock)},
    {"connect_timeout", KEY_DURATION, false, offsetof(Config, connect_timeout)},
    {"connect_retries", KEY_NUMBER, false, offsetof(Config, connect_retries)},
    {"protected", KEY_BOOL, false, offsetof(Config, protected)},
    {"allow_reset", KEY_BOOL, false, offsetof(Config, allow_reset)},
    {"dotenv", KEY_BOOL, false, offsetof(Config, dotenv)},
    {"environments", KEY_ENVIRONMENTS, true, 0},
};

enum { KEY_COUNT = sizeof KEYS / sizeof KEYS[0], GREATEST_NUMBER = 1000 };

static const char DEFAULT_FILE[] = "migrate.yaml";

typedef struct Loader {
    const ConfigRequest *request;
    Arena *arena;
    Config *config;
    Variables variables;
    const YamlNode *root;        /* NULL: no file, or nothing in it */
    const YamlNode *environment; /* the chosen one; NULL: none, or nothing in it */
    Error problems;
} Loader;

/* Where values go. */
typedef struct Pass {
    Config *into;
    bool is_check; /* of every environment: ${NAME} is not expanded, its value not looked at */
} Pass;

bool
duration_parse(Slice text, int64_t *milliseconds)
{
    static const struct {
        const char *name;
        int64_t factor;
    } UNITS[] = {{"ms", 1}, {"s", 1000}, {"m", 60000}, {"h", 3600000}};
    unsigned number = 0;
    size_t digits = 0;

    while (digits < text.len && ascii_is_digit(text.at[digits]))
        digits++;
    if (!slice_to_number((Slice){text.at, digits}, &number))
        return false;
    const Slice unit = slice_after(text, digits);
    for (size_t i = 0; i < sizeof UNITS / sizeof UNITS[0]; i++) {
        if (slice_is(unit, UNITS[i].name)) {
            *milliseconds = (int64_t)number * UNITS[i].factor;
            return true;
        }
    }
    *milliseconds = 0;
    return number == 0 && unit.len == 0;
}

static void
config_defaults(Config *config)
{
    *config = (Config){
        .folder = ".",
        .file_template = "%(rev)s_%(slug)s",
        .truncate_slug_length = 40,
        .timezone = "UTC",
        .version_table = "migrate_version",
        .history_table = "migrate_history",
        .keeps_history = true,
        .application_name = "migrate",
        .lock_timeout = 5000,
        .retry_for = 60000,
        .wait_for_lock = 600000,
        .connect_timeout = 10000,
        .connect_retries = 5,
    };
}

/* What a message may show of a text that may hold a password. */
static const char *
shown(const Loader *loader, const char *text)
{
    return url_redact(text, loader->arena);
}

static const Key *
key_find(Slice name)
{
    for (size_t i = 0; i < KEY_COUNT; i++) {
        if (slice_is(name, KEYS[i].name))
            return &KEYS[i];
    }
    return NULL;
}

static void *
field(Config *config, const Key *key)
{
    return (char *)config + key->offset;
}

/* The setters: one text, expanded, into its field; NULL, or why it cannot be. */

static const char *
set_text(const Key *key, const char *text, Config *config)
{
    if (text[0] == '\0')
        return "it is empty";
    if (key->kind == KEY_TABLE && strchr(text, '.') != NULL)
        return "the name holds a \".\"; the schema is named by version_table_schema";
    if (key->kind == KEY_TEMPLATE && revision_template_problem(text) != NULL)
        return revision_template_problem(text);
    *(const char **)field(config, key) = text;
    return NULL;
}

static const char *
set_number(const Key *key, const char *text, Config *config)
{
    unsigned number = 0;

    if (!slice_to_number(slice_of(text), &number) || number > GREATEST_NUMBER)
        return "not a number from 0 to 1000";
    *(unsigned *)field(config, key) = number;
    return NULL;
}

static const char *
set_bool(const Key *key, const char *text, Config *config)
{
    const YamlNode value = {.kind = YAML_TEXT, .is_plain = true, .text = slice_of(text)};

    return yaml_to_bool(&value, field(config, key)) ? NULL : "not true or false";
}

static const char *
set_duration(const Key *key, const char *text, Config *config)
{
    if (!duration_parse(slice_of(text), field(config, key)))
        return "not a duration: a number with ms, s, m or h, or 0";
    return NULL;
}

static const char *
set_transaction(const char *text, Config *config)
{
    config->transaction_all = strcmp(text, "all") == 0;
    return config->transaction_all || strcmp(text, "revision") == 0 ? NULL
                                                                    : "not \"revision\" or \"all\"";
}

static const char *
add_folder(const Loader *loader, const char *text, Config *config)
{
    if (text[0] == '\0')
        return "the name of a folder is empty";
    *VEC_ADD(loader->arena, &config->migrations) =
        path_join(loader->arena, loader->config->folder, text);
    return NULL;
}

/* Setting names are written into statements: PostgreSQL's grammar of them, and nothing else. */
static const char *
add_setting(const Loader *loader, const YamlNode *node, const char *text, Config *config)
{
    const Slice name = node->key->text;

    for (size_t i = 0; i < name.len; i++) {
        const bool is_start = i == 0 || name.at[i - 1] == '.';
        if (!ascii_is_letter(name.at[i]) && name.at[i] != '_' &&
            (is_start || !(ascii_is_digit(name.at[i]) || name.at[i] == '.' || name.at[i] == '$')))
            return "not the name of a setting";
    }
    if (name.len == 0 || name.at[name.len - 1] == '.')
        return "not the name of a setting";
    *VEC_ADD(loader->arena, &config->settings) = (Setting){name.at, text};
    return NULL;
}

static const char *
set_value(const Loader *loader, const Key *key, const YamlNode *node, const char *text,
          Config *config)
{
    switch (key->kind) {
    case KEY_TEXT:
    case KEY_TABLE:
    case KEY_TEMPLATE:
        return set_text(key, text, config);
    case KEY_NUMBER:
        return set_number(key, text, config);
    case KEY_BOOL:
        return set_bool(key, text, config);
    case KEY_DURATION:
        return set_duration(key, text, config);
    case KEY_TRANSACTION:
        return set_transaction(text, config);
    case KEY_FOLDERS:
        return add_folder(loader, text, config);
    case KEY_SETTINGS:
        return add_setting(loader, node, text, config);
    case KEY_ENVIRONMENTS:
        return NULL;
    }
    return NULL;
}

/* One text of a key: the value itself, a folder of the list, a setting of the map. */
static void
take_text(Loader *loader, const Key *key, const YamlNode *node, const Pass *pass)
{
    const char *text = node->text.at;
    const char *name = key->name;

    if (key->kind == KEY_SETTINGS)
        name = arena_format(loader->arena, "%s.%s", key->name, shown(loader, node->key->text.at));
    if (node->kind != YAML_TEXT || yaml_is_null(node)) {
        error_add_at(&loader->problems, ERR_CONFIG, node->place, "%s: expected %s, not %s", name,
                     key->kind < KEY_FOLDERS ? EXPECTED[key->kind] : "a text",
                     yaml_kind_name(node));
        return;
    }
    const bool has_variable = strstr(text, "${") != NULL;
    if (has_variable && pass->is_check)
        return;
    if (has_variable &&
        !variables_expand(&loader->variables, node->text, node->place, &text, &loader->problems))
        return;
    const char *problem = set_value(loader, key, node, text, pass->into);
    if (problem == NULL && key->kind == KEY_BOOL && !node->is_plain && !has_variable)
        problem = "not true or false: write it without quotes";
    if (problem == NULL)
        return;
    if (key->kind == KEY_NUMBER || key->kind == KEY_BOOL || key->kind == KEY_DURATION ||
        key->kind == KEY_TRANSACTION)
        error_add_at(&loader->problems, ERR_CONFIG, node->place, "%s: \"%s\" is %s", name,
                     shown(loader, text), problem);
    else
        error_add_at(&loader->problems, ERR_CONFIG, node->place, "%s: %s", name, problem);
    if (key->kind == KEY_TEMPLATE)
        error_hint(&loader->problems, "%s", REVISION_TEMPLATE_HINT);
}

/* `~`: none, where the default is not that already. */
static void
take_null(const Key *key, Config *config)
{
    if (key->kind == KEY_TABLE)
        config->keeps_history = false;
}

static void
take_key(Loader *loader, const Key *key, const YamlNode *node, const Pass *pass)
{
    const bool is_list = key->kind == KEY_FOLDERS && node->kind == YAML_LIST;
    const bool is_map = key->kind == KEY_SETTINGS && node->kind == YAML_MAP;

    if (key->may_be_null && yaml_is_null(node)) {
        take_null(key, pass->into);
        return;
    }
    if (is_list || is_map) {
        for (const YamlNode *item = node->children; item != NULL; item = item->next)
            take_text(loader, key, item, pass);
        if (is_list && node->count == 0)
            error_add_at(&loader->problems, ERR_CONFIG, node->place, "%s: the list is empty",
                         key->name);
        return;
    }
    if (key->kind == KEY_SETTINGS || (key->kind == KEY_FOLDERS && node->kind == YAML_MAP)) {
        error_add_at(&loader->problems, ERR_CONFIG, node->place, "%s: expected %s, not %s",
                     key->name, EXPECTED[key->kind], yaml_kind_name(node));
        return;
    }
    take_text(loader, key, node, pass);
}

static void
report_unknown_key(Loader *loader, const YamlNode *key, bool in_environment)
{
    const char *names[KEY_COUNT + 1] = {NULL};
    const size_t count = in_environment ? KEY_COUNT - 1 : KEY_COUNT;

    if (key->kind != YAML_TEXT)
        return; /* told already */
    if (in_environment && slice_is(key->text, "environments")) {
        error_add_at(&loader->problems, ERR_CONFIG, key->place, "environments cannot be nested");
        return;
    }
    for (size_t i = 0; i < count; i++)
        names[i] = KEYS[i].name;
    error_add_at(&loader->problems, ERR_CONFIG, key->place, "unknown key \"%s\"",
                 shown(loader, key->text.at));
    const char *nearest = text_nearest(key->text, names);
    const Names all = {.at = names, .len = count};
    if (nearest != NULL)
        error_hint(&loader->problems, "did you mean \"%s\"?", nearest);
    else
        error_hint(&loader->problems, "the keys are %s", names_join(loader->arena, &all, ", "));
}

/* Checks the keys of the file, or of one environment, and the types of their values. */
static void
check_keys(Loader *loader, const YamlNode *map, bool in_environment)
{
    Config checked = {0};
    const Pass pass = {.into = &checked, .is_check = true};

    for (const YamlNode *node = map->children; node != NULL; node = node->next) {
        const Key *key = node->key->kind == YAML_TEXT ? key_find(node->key->text) : NULL;
        if (key == NULL || (in_environment && key->kind == KEY_ENVIRONMENTS))
            report_unknown_key(loader, node->key, in_environment);
        else if (key->kind != KEY_ENVIRONMENTS)
            take_key(loader, key, node, &pass);
    }
}

static void
check_environments(Loader *loader, const YamlNode *environments)
{
    if (environments == NULL || yaml_is_null(environments))
        return;
    if (environments->kind != YAML_MAP) {
        error_add_at(&loader->problems, ERR_CONFIG, environments->place,
                     "environments: expected %s, not %s", EXPECTED[KEY_ENVIRONMENTS],
                     yaml_kind_name(environments));
        return;
    }
    for (const YamlNode *node = environments->children; node != NULL; node = node->next) {
        if (node->kind == YAML_MAP)
            check_keys(loader, node, true);
        else if (!yaml_is_null(node))
            error_add_at(&loader->problems, ERR_CONFIG, node->place,
                         "environment \"%s\": expected a map of keys, not %s",
                         shown(loader, node->key->text.at), yaml_kind_name(node));
    }
}

/* The file's path; NULL when there is none. */
static bool
find_file(Loader *loader, const char **file, Error *err)
{
    const Variable *named = variables_find(&loader->variables, SLICE("MIGRATE_CONFIG"));

    *file = loader->request->file;
    if (*file == NULL && named != NULL && named->value[0] != '\0')
        *file = named->value;
    if (*file != NULL)
        return true;
    if (file_exists(DEFAULT_FILE)) {
        *file = DEFAULT_FILE;
        return true;
    }
    if (file_exists("migrate.yml")) {
        error_set(err, ERR_CONFIG, "\"migrate.yml\" is not read: the name is \"%s\"", DEFAULT_FILE);
        return error_hint(err, "rename it, or name it with -c migrate.yml");
    }
    return true;
}

static bool
read_text(Loader *loader, Slice text, Error *err)
{
    YamlNode *root = NULL;

    /* what is wrong is told with what else is found */
    const bool is_right =
        yaml_parse(loader->config->file, text, ERR_CONFIG, loader->arena, &root, &loader->problems);
    if (root == NULL || yaml_is_null(root))
        return true;
    if (root->kind != YAML_MAP && is_right)
        return error_set_at(err, ERR_CONFIG, root->place, "expected a map of keys, not %s",
                            yaml_kind_name(root));
    loader->root = root->kind == YAML_MAP ? root : NULL;
    return true;
}

static void
name_environments(Loader *loader, const YamlNode *environments)
{
    if (environments == NULL || environments->kind != YAML_MAP)
        return;
    for (const YamlNode *node = environments->children; node != NULL; node = node->next) {
        if (node->key->kind == YAML_TEXT)
            *VEC_ADD(loader->arena, &loader->config->environments) = node->key->text.at;
    }
}

static bool
report_unknown_environment(const Loader *loader, Error *err)
{
    const Names *all = &loader->config->environments;
    Names names = names_copy(loader->arena, all);
    const char *wanted = loader->request->environment;

    error_set(err, ERR_CONFIG, "%s has no environment \"%s\"", loader->config->file, wanted);
    if (names.len == 0)
        return error_hint(err, "it has no environments at all; write them under \"environments:\"");
    *VEC_ADD(loader->arena, &names) = NULL;
    const char *nearest = text_nearest(slice_of(wanted), names.at);
    names.len--;
    if (nearest != NULL)
        return error_hint(err, "did you mean \"%s\"?", nearest);
    return error_hint(err, "it has %s", names_join(loader->arena, &names, ", "));
}

static bool
choose_environment(Loader *loader, Error *err)
{
    const char *wanted = loader->request->environment;

    loader->config->environment = wanted;
    if (wanted == NULL)
        return true;
    if (loader->config->file == NULL) {
        error_set(err, ERR_CONFIG, "environment \"%s\": there is no %s here", wanted, DEFAULT_FILE);
        return error_hint(err, "name the file with -c FILE, or leave -n out");
    }
    const YamlNode *environments =
        loader->root == NULL ? NULL : yaml_find(loader->root, "environments");
    const YamlNode *found = environments == NULL || environments->kind != YAML_MAP
                                ? NULL
                                : yaml_find(environments, wanted);
    if (found == NULL)
        return report_unknown_environment(loader, err);
    loader->environment = found->kind == YAML_MAP ? found : NULL;
    return true;
}

/* The chosen environment's value of a key, else the file's; NULL: neither has it. */
static const YamlNode *
choose(const Loader *loader, const char *key)
{
    const YamlNode *node = loader->environment == NULL ? NULL : yaml_find(loader->environment, key);

    if (node == NULL && loader->root != NULL)
        node = yaml_find(loader->root, key);
    return node;
}

static bool
read_dotenv(Loader *loader, const Pass *pass)
{
    Slice text = {NULL, 0};
    const YamlNode *node = choose(loader, "dotenv");
    const char *file = path_join(loader->arena, loader->config->folder, ".env");

    if (node != NULL)
        take_key(loader, key_find(SLICE("dotenv")), node, pass);
    if (!loader->config->dotenv || !file_exists(file))
        return true;
    log_debug(loader->request->log, "environment variables are also read from %s", file);
    Error unread = {.arena = loader->problems.arena};
    if (!file_read(file, loader->arena, &text, &unread)) {
        unread.code = ERR_CONFIG;
        return error_append(&loader->problems, &unread);
    }
    return variables_add_file(&loader->variables, file, text, &loader->problems);
}

/* Expands a URL now, for whoever may need it: a variable that is missing is an error only then. */
static const char *
take_url(const Loader *loader, const char *key, const YamlNode *node, const Error **problem)
{
    const char *url = NULL;
    Error *found = ARENA_NEW(loader->arena, Error);

    found->arena = loader->problems.arena;
    if (!variables_expand(&loader->variables, node->text, node->place, &url, found)) {
        *problem = found;
        return NULL;
    }
    if (url[0] == '\0') {
        error_set_at(found, ERR_CONFIG, node->place, "%s: it is empty", key);
        *problem = found;
        return NULL;
    }
    return url;
}

/* The value of a key of `map`, NULL if it is absent or null. */
static const YamlNode *
find_value(const YamlNode *map, const char *key)
{
    const YamlNode *node = map == NULL ? NULL : yaml_find(map, key);

    return node == NULL || yaml_is_null(node) ? NULL : node;
}

static void
choose_url(Loader *loader)
{
    Config *config = loader->config;
    const YamlNode *in_environment = find_value(loader->environment, "url");
    const YamlNode *in_file = find_value(loader->root, "url");
    const Variable *variable = variables_find(&loader->variables, SLICE("DATABASE_URL"));

    if (loader->request->url != NULL) {
        config->url = loader->request->url;
        config->url_source = "--url";
        return;
    }
    if (in_environment == NULL && variable != NULL && variable->value[0] != '\0') {
        config->url = variable->value;
        config->url_source = "$DATABASE_URL";
        if (variable->file != NULL) {
            config->url_source = arena_format(loader->arena, "DATABASE_URL of %s", variable->file);
            config->url_folder = config->folder;
        }
        return;
    }
    if (in_environment == NULL && in_file == NULL)
        return;
    config->url_folder = config->folder;
    config->url_source = in_environment == NULL
                             ? config->file
                             : arena_format(loader->arena, "environment \"%s\" of %s",
                                            config->environment, config->file);
    config->url = take_url(loader, "url", in_environment == NULL ? in_file : in_environment,
                           &config->url_problem);
}

static void
choose_values(Loader *loader)
{
    const Pass pass = {.into = loader->config};

    for (size_t i = 0; i < KEY_COUNT; i++) {
        const Key *key = &KEYS[i];
        const YamlNode *node = choose(loader, key->name);
        if (node == NULL || key->kind == KEY_ENVIRONMENTS || strcmp(key->name, "url") == 0)
            continue;
        if (strcmp(key->name, "direct_url") != 0)
            take_key(loader, key, node, &pass);
        else if (!yaml_is_null(node))
            loader->config->direct_url =
                take_url(loader, key->name, node, &loader->config->direct_url_problem);
    }
    const YamlNode *named = choose(loader, "file_template");
    if (named != NULL && strchr(loader->config->file_template, '/') != NULL &&
        !loader->config->recursive) {
        error_add_at(&loader->problems, ERR_CONFIG, named->place,
                     "file_template: it makes folders, which are read only with recursive: true");
        error_hint(&loader->problems,
                   "write recursive: true beside it, or a template without \"/\"");
    }
    if (loader->config->migrations.len == 0)
        *VEC_ADD(loader->arena, &loader->config->migrations) =
            path_join(loader->arena, loader->config->folder, "migrations");
}

static bool
finish(Loader *loader, Error *err)
{
    if (loader->problems.code == ERR_NONE)
        return true;
    error_sort(&loader->problems);
    *err = loader->problems;
    return false;
}

/* `file` NULL: there is none. */
static bool
load(Loader *loader, const char *file, Slice text, Error *err)
{
    const Pass pass = {.into = loader->config};

    config_defaults(loader->config);
    if (file != NULL) {
        loader->config->file = arena_text(loader->arena, file);
        loader->config->folder = path_folder(loader->arena, file);
        if (!read_text(loader, text, err))
            return false;
    }
    if (loader->root != NULL) {
        check_keys(loader, loader->root, false);
        check_environments(loader, yaml_find(loader->root, "environments"));
        name_environments(loader, yaml_find(loader->root, "environments"));
    }
    if (!finish(loader, err) || !choose_environment(loader, err))
        return false;
    if (read_dotenv(loader, &pass)) {
        choose_values(loader);
        choose_url(loader);
    }
    return finish(loader, err);
}

static void
loader_init(Loader *loader, const ConfigRequest *request, Arena *arena, Config *config,
            const Error *err)
{
    *loader = (Loader){.request = request,
                       .arena = arena,
                       .config = config,
                       .variables = {.values = {.arena = arena}},
                       .problems = {.arena = err->arena}};
    variables_add(&loader->variables, request->variables);
}

bool
config_load(const ConfigRequest *request, Arena *arena, Config *config, Error *err)
{
    Loader loader;
    Slice text = {NULL, 0};
    const char *file = NULL;

    loader_init(&loader, request, arena, config, err);
    if (!find_file(&loader, &file, err))
        return false;
    if (file != NULL && !file_read(file, arena, &text, err)) {
        err->code = ERR_CONFIG;
        return error_wrap(err, "configuration");
    }
    if (file != NULL)
        log_debug(request->log, "configuration is read from %s", file);
    return load(&loader, file, text, err);
}

bool
config_parse(const ConfigRequest *request, Slice text, Arena *arena, Config *config, Error *err)
{
    Loader loader;

    loader_init(&loader, request, arena, config, err);
    return load(&loader, request->file, text, err);
}

static bool
report_no_url(const Config *config, Error *err)
{
    if (config->environment != NULL)
        error_set(err, ERR_CONFIG, "no database URL: environment \"%s\" of %s has none",
                  config->environment, config->file);
    else
        error_set(err, ERR_CONFIG, "no database URL is configured");
    return error_hint(err,
                      "give one with --url URL, in $DATABASE_URL, or as \"url:\" in %s; such as "
                      "postgresql://user@host/database or sqlite:///app.db",
                      config->file == NULL ? DEFAULT_FILE : config->file);
}

bool
config_url(const Config *config, const char **url, Error *err)
{
    if (config->url_problem != NULL) {
        *err = *config->url_problem;
        return false;
    }
    if (config->url == NULL)
        return report_no_url(config, err);
    const char *problem = config->url[0] == '\0' ? "it is empty" : url_problem(config->url);
    if (problem != NULL) {
        error_set(err, ERR_CONFIG, "the URL from %s cannot be used: %s", config->url_source,
                  problem);
        return error_hint(err, "a URL is such as postgresql://user:password@host:5432/database or "
                               "sqlite:///app.db");
    }
    *url = config->url;
    return true;
}
