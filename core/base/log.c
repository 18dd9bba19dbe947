/* SPDX-License-Identifier: MIT */
#include "core/base/log.h"

#include <stdarg.h>

static void write_line(const Log *log, const char *prefix, const char *colour, const char *format,
                       va_list values) PRINTF_LIKE(4, 0);

static void
write_line(const Log *log, const char *prefix, const char *colour, const char *format,
           va_list values)
{
    log_live(log, "");
    if (log->is_coloured && prefix[0] != '\0')
        fprintf(log->stream, "\033[%sm%s\033[0m", colour, prefix);
    else
        fputs(prefix, log->stream);
    vfprintf(log->stream, format, values);
    fputc('\n', log->stream);
}

void
log_live(const Log *log, const char *line)
{
    if (log->is_live == NULL || (!*log->is_live && line[0] == '\0'))
        return;
    fprintf(log->stream, "\r%s\033[K", line);
    fflush(log->stream);
    *log->is_live = line[0] != '\0';
}

void
log_debug(const Log *log, const char *format, ...)
{
    va_list values;

    if (log == NULL || log->stream == NULL || log->level < LOG_VERBOSE)
        return;
    va_start(values, format);
    write_line(log, "debug: ", "2", format, values);
    va_end(values);
}

void
log_info(const Log *log, const char *format, ...)
{
    va_list values;

    if (log == NULL || log->stream == NULL || log->level < LOG_NORMAL)
        return;
    va_start(values, format);
    write_line(log, "", "0", format, values);
    va_end(values);
}

void
log_warn(const Log *log, const char *format, ...)
{
    va_list values;

    if (log == NULL || log->stream == NULL)
        return;
    va_start(values, format);
    write_line(log, "warning: ", "33", format, values);
    va_end(values);
}
