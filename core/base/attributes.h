/* SPDX-License-Identifier: MIT */
/* The compiler attributes we use, each under one name. gcc and clang both know all of them. */
#ifndef MIGRATE_CORE_BASE_ATTRIBUTES_H
#define MIGRATE_CORE_BASE_ATTRIBUTES_H

/* The result of a function that can fail is looked at. */
#define MUST_CHECK __attribute__((warn_unused_result))

/* A printf-like function: the format is parameter `fmt`, its values begin at `first` (0: va_list).
 */
#define PRINTF_LIKE(fmt, first) __attribute__((format(printf, fmt, first)))

/* A scoped foreign handle: AUTO(stmt_finalize) sqlite3_stmt *stmt = NULL; */
#define AUTO(release) __attribute__((cleanup(release)))

#endif
