/* SPDX-License-Identifier: MIT */
#include "tests/support/ground.h"

Arena arena;
Error error;
TestDatabase database;
Project project;
Proxy *proxy;

void
ground_begin(const char *name)
{
    error = (Error){.arena = &arena};
    database = test_database_new(&arena, name);
    test_database_warm(&database);
}

void
ground_end(void)
{
    ground_proxy_end();
    test_database_drop(&database);
    arena_release(&arena);
}

const char *
ask(const char *sql)
{
    return test_database_read(&arena, database.direct, sql);
}

const char *
ground_proxy(int way, const ProxyOptions *options)
{
    ProxyOptions chosen = options == NULL ? (ProxyOptions){.record = NULL} : *options;
    const char *url = arena_format(&arena, "%s?sslmode=disable", test_database_url(&database, way));

    chosen.target_port = test_database_port(&database, way);
    proxy = proxy_start(&arena, &chosen);
    return proxy_url(proxy, url, &arena);
}

void
ground_proxy_end(void)
{
    if (proxy != NULL)
        proxy_stop(proxy);
    proxy = NULL;
}
