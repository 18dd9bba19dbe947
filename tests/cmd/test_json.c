/* SPDX-License-Identifier: MIT */
#include "cmd/json.h"

#include "tests/support/suite.h"

enum { SIZE = 4096 };

static void
write_sample(Json *json)
{
    const char *list[] = {"a", "b"};
    const Names names = {list, 2, 2};
    const Names none = {0};

    json_object(json, NULL);
    json_text(json, "text", "x");
    json_text(json, "null", NULL);
    json_number(json, "number", -42);
    json_bool(json, "yes", true);
    json_names(json, "names", &names);
    json_names(json, "none", &none);
    json_array(json, "objects");
    json_object(json, NULL);
    json_object_end(json);
    json_object(json, NULL);
    json_bool(json, "no", false);
    json_object_end(json);
    json_array_end(json);
    json_object_end(json);
    json_end(json);
}

static FILE *
open_stream(char text[SIZE])
{
    FILE *stream = fmemopen(text, SIZE, "w");

    ck_assert_ptr_nonnull(stream);
    return stream;
}

START_TEST(an_event_is_one_line)
{
    char text[SIZE] = "";
    Json json = {.stream = open_stream(text)};

    write_sample(&json);
    json_object(&json, NULL);
    json_object_end(&json);
    json_end(&json);
    fclose(json.stream);
    ck_assert_str_eq(text, "{\"text\":\"x\",\"null\":null,\"number\":-42,\"yes\":true,"
                           "\"names\":[\"a\",\"b\"],\"none\":[],\"objects\":[{},{\"no\":false}]}\n"
                           "{}\n");
}
END_TEST

START_TEST(unknown_durations_are_null_and_pieces_of_text_are_texts)
{
    char text[SIZE] = "";
    Json json = {.stream = open_stream(text)};

    json_object(&json, NULL);
    json_duration(&json, "took", 12);
    json_duration(&json, "unknown", -1);
    json_slice(&json, "piece", (Slice){"a\"bc", 3});
    json_object_end(&json);
    fclose(json.stream);
    ck_assert_str_eq(text, "{\"took\":12,\"unknown\":null,\"piece\":\"a\\\"b\"}");
}
END_TEST

START_TEST(a_document_has_an_item_a_line)
{
    char text[SIZE] = "";
    Json json = {.stream = open_stream(text), .is_pretty = true};

    write_sample(&json);
    fclose(json.stream);
    ck_assert_str_eq(text, "{\n"
                           "  \"text\": \"x\",\n"
                           "  \"null\": null,\n"
                           "  \"number\": -42,\n"
                           "  \"yes\": true,\n"
                           "  \"names\": [\n"
                           "    \"a\",\n"
                           "    \"b\"\n"
                           "  ],\n"
                           "  \"none\": [],\n"
                           "  \"objects\": [\n"
                           "    {},\n"
                           "    {\n"
                           "      \"no\": false\n"
                           "    }\n"
                           "  ]\n"
                           "}\n");
}
END_TEST

typedef struct Escape {
    const char *text;
    const char *json;
} Escape;

static const Escape ESCAPES[] = {
    {"", "\"\""},
    {"a\"b\\c/", "\"a\\\"b\\\\c/\""},
    {"\n\t\r\x01\x1f\x7f", "\"\\n\\t\\u000d\\u0001\\u001f\\u007f\""},
    {"\xc3\xa9 \xf0\x9f\x90\x98", "\"\xc3\xa9 \xf0\x9f\x90\x98\""},
    {"\xff", "\"\xef\xbf\xbd\""},
    {"a\xc3", "\"a\xef\xbf\xbd\""},
    {"\xed\xa0\x80z", "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbdz\""},
};

START_TEST(text_is_escaped)
{
    char text[SIZE] = "";
    Json json = {.stream = open_stream(text)};

    json_text(&json, NULL, ESCAPES[_i].text);
    fclose(json.stream);
    ck_assert_str_eq(text, ESCAPES[_i].json);
}
END_TEST

static void
add(TCase *tcase)
{
    tcase_add_test(tcase, an_event_is_one_line);
    tcase_add_test(tcase, unknown_durations_are_null_and_pieces_of_text_are_texts);
    tcase_add_test(tcase, a_document_has_an_item_a_line);
    tcase_add_loop_test(tcase, text_is_escaped, 0, (int)(sizeof ESCAPES / sizeof ESCAPES[0]));
}

int
main(void)
{
    return suite_main("cmd/json", add);
}
