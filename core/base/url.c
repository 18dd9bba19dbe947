/* SPDX-License-Identifier: MIT */
#include "core/base/url.h"

#include <string.h>

#include "core/base/buf.h"
#include "core/base/text.h"

static const char MASK[] = "***";

static const char RAW_PASSWORD[] =
    "its user name or password holds a raw \"@\", \"/\" or \":\": percent-encode your password "
    "(\"@\" is %40, \"/\" is %2F, \":\" is %3A, \"%\" is %25)";
static const char BAD_PORT[] =
    "its port is not a number from 1 to 65535: if that is a part of the password, percent-encode "
    "your password (\"@\" is %40, \"/\" is %2F, \":\" is %3A, \"%\" is %25)";
static const char BAD_PERCENT[] =
    "a \"%\" in it is not followed by two hexadecimal digits (or it is %00): percent-encode your "
    "password (\"%\" itself is %25)";

/* The offset of the first byte of `text` that is one of `set`, or text.len. */
static size_t
find_any(Slice text, const char *set)
{
    size_t i = 0;

    while (i < text.len && (text.at[i] == '\0' || strchr(set, text.at[i]) == NULL))
        i++;
    return i;
}

static size_t
find_last(Slice text, char c)
{
    size_t i = text.len;

    while (i > 0 && text.at[i - 1] != c)
        i--;
    return i == 0 ? text.len : i - 1;
}

static Slice
first_of(Slice text, size_t n)
{
    return (Slice){text.at, n};
}

/* The length of the scheme with its "+driver", 0 if `text` does not begin with one and "://". */
static size_t
scheme_length(Slice text)
{
    size_t i = 0;

    if (text.len == 0 || !ascii_is_letter(text.at[0]))
        return 0;
    while (i < text.len &&
           (ascii_is_letter(text.at[i]) || ascii_is_digit(text.at[i]) ||
            strchr("+-._", text.at[i]) != NULL) &&
           text.at[i] != '\0')
        i++;
    return slice_starts_with(slice_after(text, i), "://") ? i : 0;
}

bool
url_split(Slice text, Url *url)
{
    const size_t length = scheme_length(text);

    *url = (Url){0};
    if (length == 0)
        return false;
    url->scheme = slice_cut(first_of(text, length), '+', &url->driver);
    Slice rest = slice_after(text, length + 3);
    const size_t user_end = find_any(rest, "@/");
    if (user_end < rest.len && rest.at[user_end] == '@') {
        url->user = slice_cut(first_of(rest, user_end), ':', &url->password);
        rest = slice_after(rest, user_end + 1);
    }
    const size_t hosts_end = find_any(rest, "/?");
    url->hosts = first_of(rest, hosts_end);
    rest = slice_after(rest, hosts_end);
    Slice path = slice_cut(rest, '?', &url->query);
    if (path.len > 0)
        url->path = path;
    return true;
}

bool
url_next_host(Slice *hosts, Slice *host, Slice *port)
{
    if (hosts->at == NULL)
        return false;
    Slice one = slice_cut(*hosts, ',', hosts);
    const size_t closed = one.len > 0 && one.at[0] == '[' ? find_any(one, "]") : one.len;
    if (closed < one.len) {
        *host = (Slice){one.at + 1, closed - 1};
        const Slice behind = slice_after(one, closed + 1);
        *port = behind.len == 0 ? (Slice){NULL, 0} : slice_after(behind, behind.at[0] == ':');
        return true;
    }
    *host = slice_cut(one, ':', port);
    return true;
}

bool
url_next_parameter(Slice *query, Slice *key, Slice *value)
{
    while (query->at != NULL) {
        const Slice one = slice_cut(*query, '&', query);
        if (one.len == 0)
            continue;
        *key = slice_cut(one, '=', value);
        return true;
    }
    return false;
}

/* -1 if it is none. */
static int
hex_value(char c)
{
    const char lower = ascii_lower(c);

    if (ascii_is_digit(c))
        return c - '0';
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/* The byte that text.at[i] == '%' encodes; -1 if it encodes none. */
static int
percent_value(Slice text, size_t i)
{
    if (text.len - i < 3)
        return -1;
    const int high = hex_value(text.at[i + 1]);
    const int low = hex_value(text.at[i + 2]);
    const int value = high * 16 + low;
    return high < 0 || low < 0 || value == 0 ? -1 : value;
}

bool
url_decode(Slice text, Arena *arena, const char **decoded)
{
    char *out = arena_alloc(arena, text.len + 1);
    size_t len = 0;

    for (size_t i = 0; i < text.len; i++) {
        if (text.at[i] != '%') {
            out[len++] = text.at[i];
            continue;
        }
        const int value = percent_value(text, i);
        if (value < 0)
            return false;
        out[len++] = (char)value;
        i += 2;
    }
    *decoded = out;
    return true;
}

static bool
has_bad_percent(Slice text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (text.at[i] == '%' && percent_value(text, i) < 0)
            return true;
    }
    return false;
}

static bool
port_is_valid(Slice port)
{
    unsigned number = 0;

    if (port.len == 0) /* "host:" is libpq's default port, as is an absent one */
        return true;
    return slice_to_number(port, &number) && number >= 1 && number <= 65535;
}

static const char *
hosts_problem(Slice hosts)
{
    Slice host = {NULL, 0};
    Slice port = {NULL, 0};

    while (url_next_host(&hosts, &host, &port)) {
        if (find_any(host, "[") < host.len)
            return "a host begins with \"[\" and has no \"]\"";
        if (!port_is_valid(port))
            return BAD_PORT;
    }
    return NULL;
}

const char *
url_problem(const char *url)
{
    Url parts = {0};
    const Slice text = slice_of(url);

    for (size_t i = 0; i < text.len; i++) {
        if ((unsigned char)text.at[i] < 0x20 || text.at[i] == 0x7F)
            return "it holds a control character, such as a line end";
    }
    if (!url_split(text, &parts))
        return NULL;
    if (parts.hosts.len == 0 && parts.user.at == NULL)
        return has_bad_percent(parts.path) ? BAD_PERCENT : NULL;
    if (find_any(parts.hosts, "@") < parts.hosts.len || find_any(parts.path, "@") < parts.path.len)
        return RAW_PASSWORD;
    if (has_bad_percent(text))
        return BAD_PERCENT;
    return hosts_problem(parts.hosts);
}

static bool
contains_nocase(Slice text, const char *part)
{
    const size_t len = strlen(part);

    for (size_t i = 0; i + len <= text.len; i++) {
        if (slice_is_nocase((Slice){text.at + i, len}, part))
            return true;
    }
    return false;
}

/* Whether the value of this parameter or keyword is nobody's business. */
static bool
is_secret(Slice key, Arena *arena)
{
    static const char *const PARTS[] = {"passw", "passphrase", "pwd", "secret", "token", NULL};
    const char *decoded = NULL;
    const Slice name = slice_trim(url_decode(key, arena, &decoded) ? slice_of(decoded) : key);

    if (slice_is_nocase(name, "pass") || slice_is_nocase(name, "key") ||
        slice_is_nocase(name, "hexkey"))
        return true;
    for (size_t i = 0; PARTS[i] != NULL; i++) {
        if (contains_nocase(name, PARTS[i]))
            return true;
    }
    return false;
}

/* A value that holds another "password=", such as one behind a ';'. */
static bool
holds_secret(Slice value)
{
    return contains_nocase(value, "passw") || contains_nocase(value, "pwd=");
}

static void
add_value(Slice key, Slice value, bool is_hidden, Buf *out)
{
    buf_add_slice(out, key);
    buf_add_slice(out, is_hidden || holds_secret(value) ? slice_of(MASK) : value);
}

/* "key=value&…": a piece without '=' behind a secret may be the rest of it, cut at a raw '&'. */
static void
redact_query(Slice query, Arena *arena, Buf *out)
{
    bool was_secret = false;

    while (query.at != NULL) {
        Slice value = {NULL, 0};
        const Slice one = slice_cut(query, '&', &query);
        const Slice key = slice_cut(one, '=', &value);
        if (value.at == NULL) {
            add_value((Slice){NULL, 0}, key, was_secret, out);
        } else {
            was_secret = is_secret(key, arena);
            add_value(first_of(one, key.len + 1), value, was_secret, out);
        }
        buf_add(out, query.at == NULL ? "" : "&");
    }
}

/* Where the user part of `rest` (what follows "://") ends: at its '@' if there is no doubt, else at
 * the last one of all; rest.len if there is none. */
static size_t
user_part_end(Slice rest)
{
    const size_t first_at = find_any(rest, "@/?#");
    const size_t last_at = find_last(rest, '@');

    if (last_at == rest.len || first_at == rest.len || rest.at[first_at] != '@')
        return last_at;
    const Slice behind = slice_after(rest, first_at + 1);
    const Slice hosts = first_of(behind, find_any(behind, "/?#"));
    /* an '@' in a parameter is no doubt */
    const bool is_clear = find_any(hosts, "@") == hosts.len && hosts_problem(hosts) == NULL &&
                          find_any(behind, "@") >= find_any(behind, "?");
    return is_clear ? first_at : last_at;
}

static void
redact_url(Slice text, size_t authority, Arena *arena, Buf *out)
{
    Buf masked = {.arena = arena};
    Slice password = {NULL, 0};
    Slice query = {NULL, 0};
    const Slice rest = slice_after(text, authority);
    size_t end = user_part_end(rest);

    /* "user:password" alone reads as a host and a port that is no number */
    const Slice hosts = first_of(rest, find_any(rest, "/?#"));
    const bool is_cut = end == rest.len && hosts_problem(hosts) != NULL;
    if (end == rest.len && !is_cut)
        end = 0;
    buf_add_slice(&masked, first_of(text, authority));
    buf_add_slice(&masked, slice_cut(first_of(rest, end), ':', &password));
    buf_add(&masked, password.at == NULL ? "" : ":");
    buf_add(&masked, password.at == NULL ? "" : MASK);
    buf_add_slice(&masked, slice_after(rest, end));
    buf_add_slice(out, slice_cut(buf_slice(&masked), '?', &query));
    buf_add(out, query.at == NULL ? "" : "?");
    redact_query(query, arena, out);
}

/* The end of a keyword's value that begins at `i`: libpq's quotes and backslashes, and the ';' of
 * other drivers' strings, but in a password. */
static size_t
keyword_value_end(Slice text, size_t i, bool is_hidden)
{
    const bool is_quoted = i < text.len && text.at[i] == '\'';

    for (i += is_quoted; i < text.len; i++) {
        const char c = text.at[i];
        if (c == '\\' && i + 1 < text.len)
            i++;
        else if (is_quoted && c == '\'')
            return i + 1;
        else if (!is_quoted && (ascii_is_space(c) || (c == ';' && !is_hidden)))
            return i;
    }
    return text.len;
}

static bool
ends_keyword(char c)
{
    return ascii_is_space(c) || c == ';';
}

static size_t
skip_spaces(Slice text, size_t i)
{
    while (i < text.len && ends_keyword(text.at[i]))
        i++;
    return i;
}

/* "host=… password='…'": a word without '=' behind a secret may be the rest of it. */
static void
redact_keywords(Slice text, Arena *arena, Buf *out)
{
    bool was_secret = false;
    size_t i = 0;

    while (i < text.len) {
        const size_t word = skip_spaces(text, i);
        buf_add_slice(out, (Slice){text.at + i, word - i});
        size_t end = word;
        while (end < text.len && text.at[end] != '=' && !ends_keyword(text.at[end]))
            end++;
        const Slice key = {text.at + word, end - word};
        const size_t equals = skip_spaces(text, end);
        i = end;
        if (equals == text.len || text.at[equals] != '=') {
            add_value((Slice){NULL, 0}, key, was_secret && key.len > 0, out);
            continue;
        }
        const size_t value = skip_spaces(text, equals + 1);
        was_secret = is_secret(key, arena);
        i = keyword_value_end(text, value, was_secret);
        add_value((Slice){text.at + word, value - word}, (Slice){text.at + value, i - value},
                  was_secret, out);
    }
}

/* A text that does not begin with "scheme://": a keyword string, perhaps with a URL in dbname, or
 * "scheme:user:password@host". */
static void
redact_text(Slice text, Arena *arena, Buf *out)
{
    Buf masked = {.arena = arena};
    Slice rest = text;
    const char *marker = strstr(text.at, "://");
    const size_t from = marker == NULL ? find_any(text, ":") : (size_t)(marker - text.at) + 2;
    const size_t last_at = find_last(text, '@');

    if (last_at < text.len && from < last_at) {
        buf_add_slice(&masked, first_of(text, from + 1));
        buf_add(&masked, MASK);
        rest = slice_after(text, last_at);
    }
    buf_add_slice(&masked, rest);
    redact_keywords(buf_slice(&masked), arena, out);
}

const char *
url_redact(const char *url, Arena *arena)
{
    Buf out = {.arena = arena};
    const Slice text = slice_of(url);
    const char *marker = strstr(url, "://");

    if (marker != NULL && (size_t)(marker - url) < find_any(text, "= "))
        redact_url(text, (size_t)(marker - url) + 3, arena, &out);
    else
        redact_text(text, arena, &out);
    for (size_t i = 0; i < out.len; i++) {
        if ((unsigned char)out.at[i] < 0x20 || out.at[i] == 0x7F)
            out.at[i] = '?';
    }
    return buf_text(&out);
}

/* Where the password begins in "user:password@host", and its '@'; false if there is none. */
static bool
find_password(Slice word, size_t *begin, size_t *end)
{
    const char *colon = word.len == 0 ? NULL : memchr(word.at, ':', word.len);

    *end = word.len;
    while (*end > 0 && word.at[*end - 1] != '@')
        (*end)--;
    if (colon == NULL || *end == 0)
        return false;
    (*end)--;
    *begin = (size_t)(colon - word.at) + 1;
    return *begin <= *end;
}

/* How long a password is whose first byte is at `at` in `word`, going by what stands before it. */
static size_t
password_length(Slice word, size_t at)
{
    static const char KEY[] = "password=";
    const size_t key = sizeof KEY - 1;
    const Slice value = slice_after(word, at);
    size_t len = 0;

    if (at < key || !slice_is_nocase((Slice){value.at - key, key}, KEY))
        return 0;
    while (len < value.len && value.at[len] != '&')
        len++;
    return len;
}

/* One word of a message: a URL, a pair of libpq's keywords, or anything else. */
static void
redact_word(Slice word, Buf *out)
{
    size_t begin = 0;
    size_t end = 0;
    size_t at = 0;
    Url url;

    if (url_split(word, &url)) {
        const size_t scheme = (size_t)(strstr(word.at, "://") + 3 - word.at);
        if (find_password(slice_after(word, scheme), &begin, &end)) {
            buf_add_slice(out, (Slice){word.at, scheme + begin});
            buf_add(out, "***");
            at = scheme + end;
        }
    }
    while (at < word.len) {
        const size_t len = password_length(word, at);
        if (len > 0)
            buf_add(out, "***");
        else
            buf_add_char(out, word.at[at]);
        at += len > 0 ? len : 1;
    }
}

const char *
url_redact_message(const char *text, Arena *arena)
{
    Buf out = {.arena = arena};

    while (*text != '\0') {
        const size_t len = strcspn(text, " \t\n\"',;)");
        redact_word((Slice){text, len}, &out);
        text += len;
        if (*text != '\0')
            buf_add_char(&out, *text++);
    }
    return buf_text(&out);
}
