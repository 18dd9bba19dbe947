/* SPDX-License-Identifier: MIT */
#include "cmd/lanes.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/output.h"
#include "core/base/text.h"
#include "tests/support/suite.h"

enum { LARGEST = 14, GRAPHS = 3000, COLUMNS = 256, SIZE = 1 << 16 };

static Arena arena;

static void
set_up(void)
{
    arena = (Arena){0};
}

static void
tear_down(void)
{
    arena_release(&arena);
}

/* Nodes are drawn from the highest number down: parents have lower ones. */
typedef struct Sample {
    size_t count;
    Indexes parents[LARGEST];
} Sample;

static char *
drawn(const Sample *sample, size_t width, bool is_coloured, const char *text)
{
    char *printed = ARENA_ARRAY(&arena, char, SIZE);
    Lanes lanes = {.arena = &arena, .width = width, .is_coloured = is_coloured};

    lanes.stream = fmemopen(printed, SIZE, "w");
    ck_assert_ptr_nonnull(lanes.stream);
    lanes_init(&lanes, LARGEST);
    for (size_t i = sample->count; i-- > 0;) {
        const LanesEntry entry = {.node = i,
                                  .parents = &sample->parents[i],
                                  .name = arena_format(&arena, "n%zu", i),
                                  .colour = COLOUR_GOOD,
                                  .text = text};
        lanes_draw(&lanes, &entry);
    }
    ck_assert_ptr_null(lanes.first);
    fclose(lanes.stream);
    return printed;
}

static void
add_parent(Sample *sample, size_t node, size_t parent)
{
    *VEC_ADD(&arena, &sample->parents[node]) = parent;
}

/* ---- reading it back ---- */

typedef uint32_t Set;

/* What comes out of a row at the bottom of each column: straight down, and leaning to the left. */
typedef struct Ends {
    Set down[COLUMNS];
    Set leaning[COLUMNS];
} Ends;

typedef struct Reading {
    const Sample *sample;
    Set edges[LARGEST]; /* of each node the children whose lines came to it */
    Set lost;           /* of whom a line ends nowhere */
    Ends ends;
} Reading;

/* Where a line that leans at `column` comes out: behind the level part in front of it. */
static size_t
way_out(const char *row, size_t column)
{
    while (column >= 2 && row[column - 2] == '_')
        column -= 2;
    return column - 1;
}

/* What reaches the top of a column, in a row of lines or of a node. */
static void
read_column(Reading *reading, const char *row, size_t column, size_t node, Ends *next)
{
    const bool goes_on = row[column] == '|' || row[column] == '*';
    const bool leans = column > 0 && row[column - 1] == '/';
    Set down = reading->ends.down[column];
    Set leaning = reading->ends.leaning[column];

    if (leans) {
        next->leaning[way_out(row, column - 1)] |= goes_on ? leaning : leaning | down;
        leaning = 0;
        down = goes_on ? down : 0;
    }
    if (row[column + 1] == '\\') {
        next->down[column + 2] |= down | leaning;
        down = goes_on ? down : 0;
    }
    if (row[column] == '|')
        next->down[column] |= down | leaning;
    else if (row[column] == '*')
        reading->edges[node] |= down | leaning;
    else
        reading->lost |= down | leaning;
}

static void
read_row(Reading *reading, const char *line)
{
    char row[COLUMNS] = {0};
    const size_t len = strspn(line, "|\\/_*-. ");
    const size_t node = line[len] == 'n' ? (size_t)strtoul(line + len + 1, NULL, 10) : LARGEST;
    Ends next = {0};

    memset(row, ' ', sizeof row - 1);
    memcpy(row, line, len);
    ck_assert_int_eq(memchr(row, '*', len) != NULL, node != LARGEST);
    for (size_t i = 0; i + 2 < COLUMNS; i += 2)
        read_column(reading, row, i, node, &next);
    for (size_t i = 0; i < len; i += 2) {
        if (row[i] == '*' || row[i] == '-' || row[i] == '.')
            next.down[i] = (Set)1 << node;
    }
    reading->ends = next;
}

static void
check_drawing(const Sample *sample)
{
    Reading reading = {.sample = sample};
    const char *printed = drawn(sample, 0, false, "\n");
    Slice rest = slice_of(printed);

    while (rest.len > 0)
        read_row(&reading, arena_copy(&arena, slice_cut(rest, '\n', &rest)));
    for (size_t i = 0; i < sample->count; i++) {
        for (size_t k = 0; k < sample->parents[i].len; k++) {
            Set *children = &reading.edges[sample->parents[i].at[k]];
            ck_assert_msg((*children & (Set)1 << i) != 0, "no line from n%zu to n%zu in\n%s", i,
                          sample->parents[i].at[k], printed);
            *children &= ~((Set)1 << i);
        }
    }
    for (size_t i = 0; i < sample->count; i++)
        ck_assert_msg((reading.lost & (Set)1 << i) == 0 || sample->parents[i].len == 0,
                      "a line of n%zu ends in\n%s", i, printed);
    for (size_t i = 0; i < sample->count; i++)
        ck_assert_msg(reading.edges[i] == 0, "a line too many to n%zu in\n%s", i, printed);
}

/* xorshift64 (Marsaglia 2003) */
static size_t
draw_number(uint64_t *state, size_t limit)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return (size_t)((*state >> 11) % limit);
}

static void
draw_sample(uint64_t *state, Sample *sample)
{
    *sample = (Sample){.count = 1 + draw_number(state, LARGEST)};
    for (size_t i = 1; i < sample->count; i++) {
        Set taken = 0;
        for (size_t k = draw_number(state, 5); k > 0; k--) {
            const size_t parent = draw_number(state, i);
            if ((taken & (Set)1 << parent) == 0)
                add_parent(sample, i, parent);
            taken |= (Set)1 << parent;
        }
    }
}

START_TEST(the_lines_lead_from_each_node_to_its_parents_and_nowhere_else)
{
    uint64_t state = UINT64_C(0x9e3779b97f4a7c15);

    for (size_t i = 0; i < GRAPHS; i++) {
        Sample sample;
        draw_sample(&state, &sample);
        check_drawing(&sample);
        arena_reset(&arena);
    }
}
END_TEST

START_TEST(no_line_is_wider_than_the_terminal)
{
    uint64_t state = UINT64_C(0x2545f4914f6cdd1d);

    for (size_t i = 0; i < GRAPHS; i++) {
        const size_t width = 1 + draw_number(&state, 24);
        Sample sample;
        size_t entries = 0;
        draw_sample(&state, &sample);
        Slice rest = slice_of(
            drawn(&sample, width, false, ", a text \xc3\xa4\xc3\xb6\xc3\xbc that is long\n"));
        while (rest.len > 0) {
            const Slice line = slice_cut(rest, '\n', &rest);
            const size_t room = width < 8 ? width + 4 : width; /* "| ~*" is always there */
            ck_assert_msg(utf8_count(line) <= room, "%zu: %.*s", width, SLICE_ARGS(line));
            entries += memchr(line.at, '*', line.len) != NULL;
        }
        ck_assert_uint_eq(entries, sample.count);
        arena_reset(&arena);
    }
}
END_TEST

START_TEST(lanes_beyond_half_of_the_terminal_are_a_tilde)
{
    Sample sample = {.count = 12};

    for (size_t i = 1; i <= 10; i++) {
        add_parent(&sample, i, 0);
        add_parent(&sample, 11, i);
    }
    ck_assert_str_eq(drawn(&sample, 16, false, ", text\n"), "*-------~ n11, t\n"
                                                            "|\\ \\ \\ \\~\n"
                                                            "| | | | ~* n10, \n"
                                                            "| | | | ~* n9, t\n"
                                                            "| | | | ~* n8, t\n"
                                                            "| | | | ~* n7, t\n"
                                                            "| | | | ~* n6, t\n"
                                                            "| | | | ~* n5, t\n"
                                                            "| | | * ~ n4, te\n"
                                                            "| | | |/~\n"
                                                            "| | * | n3, text\n"
                                                            "| | |/\n"
                                                            "| * | n2, text\n"
                                                            "| |/\n"
                                                            "* | n1, text\n"
                                                            "|/\n"
                                                            "* n0, text\n");
}
END_TEST

START_TEST(lines_have_the_colour_of_their_lane)
{
    Sample sample = {.count = 4};

    add_parent(&sample, 3, 1);
    add_parent(&sample, 3, 2);
    add_parent(&sample, 2, 0);
    add_parent(&sample, 1, 0);
    ck_assert_str_eq(drawn(&sample, 0, true, " text\nmore\n"),
                     "*   \033[32mn3\033[0m text\n"
                     "\033[31m|\033[0m\033[32m\\\033[0m  more\n"
                     "\033[31m|\033[0m * \033[32mn2\033[0m text\n"
                     "\033[31m|\033[0m \033[32m|\033[0m more\n"
                     "* \033[32m|\033[0m \033[32mn1\033[0m text\n"
                     "\033[31m|\033[0m\033[32m/\033[0m  more\n"
                     "* \033[32mn0\033[0m text\n"
                     "  more\n");
}
END_TEST

static void
add(TCase *tcase)
{
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_test(tcase, the_lines_lead_from_each_node_to_its_parents_and_nowhere_else);
    tcase_add_test(tcase, no_line_is_wider_than_the_terminal);
    tcase_add_test(tcase, lanes_beyond_half_of_the_terminal_are_a_tilde);
    tcase_add_test(tcase, lines_have_the_colour_of_their_lane);
}

int
main(void)
{
    return suite_main("cmd/lanes", add);
}
