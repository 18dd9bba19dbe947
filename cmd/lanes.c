/* SPDX-License-Identifier: MIT */
#include "cmd/lanes.h"

#include <stdint.h>
#include <string.h>

#include "core/base/text.h"

/* Lane i stands in column 2i; what leads from one to the next in the column between. */
struct Lane {
    size_t node; /* at its end */
    unsigned char colour;
    Lane *before;
    Lane *behind;
};

/* SGR codes of the colours of lanes, one after the other. */
enum { COLOUR_FIRST = 31, COLOURS = 6 };

void
lanes_init(Lanes *lanes, size_t nodes)
{
    enum { PART_OF_WIDTH = 4 }; /* half of it, at two columns a lane */

    lanes->of_node = ARENA_ARRAY(lanes->arena, Lane *, nodes);
    lanes->limit = lanes->width == 0 ? SIZE_MAX / PART_OF_WIDTH : lanes->width / PART_OF_WIDTH;
    if (lanes->limit == 0)
        lanes->limit = 1;
}

/* ---- the list ---- */

/* A new lane behind `before`; NULL: the first one. */
static Lane *
lane_add(Lanes *lanes, Lane *before, size_t node)
{
    Lane *lane = lanes->spare;

    if (lane == NULL)
        lane = ARENA_NEW(lanes->arena, Lane);
    else
        lanes->spare = lane->behind;
    *lane = (Lane){.node = node,
                   .colour = (unsigned char)(COLOUR_FIRST + lanes->opened++ % COLOURS),
                   .before = before,
                   .behind = before == NULL ? lanes->first : before->behind};
    *(before == NULL ? &lanes->first : &before->behind) = lane;
    *(lane->behind == NULL ? &lanes->last : &lane->behind->before) = lane;
    lanes->count++;
    return lane;
}

static void
lane_remove(Lanes *lanes, Lane *lane)
{
    *(lane->before == NULL ? &lanes->first : &lane->before->behind) = lane->behind;
    *(lane->behind == NULL ? &lanes->last : &lane->behind->before) = lane->before;
    lanes->count--;
    lane->behind = lanes->spare;
    lanes->spare = lane;
}

/* Its number from the left; the limit for one that is not seen. */
static size_t
lane_number(const Lanes *lanes, const Lane *lane)
{
    size_t number = 0;

    for (const Lane *at = lanes->first; at != lane && number < lanes->limit; at = at->behind)
        number++;
    return number;
}

/* ---- rows ---- */

static void
put(Lanes *lanes, size_t column, char character, unsigned char colour)
{
    while (lanes->row.len <= column)
        *VEC_ADD(lanes->arena, &lanes->row) = (LaneCell){' ', 0};
    lanes->row.at[column] = (LaneCell){character, colour};
}

/* Puts what stands between lanes, or beyond those that are seen. */
static void
put_leg(Lanes *lanes, size_t column, char character, unsigned char colour)
{
    if (column < 2 * lanes->limit)
        put(lanes, column, character, colour);
    else
        put(lanes, 2 * lanes->limit, '~', 0);
}

/* The lanes as they are; those from number `from` on lean: '\\' and '/' lead away to the right and
 * the left. */
static void
put_lanes(Lanes *lanes, size_t from, char lean)
{
    size_t number = 0;

    lanes->row.len = 0;
    for (const Lane *at = lanes->first; at != NULL && number <= lanes->limit; at = at->behind) {
        if (number >= from)
            put_leg(lanes, lean == '\\' ? 2 * number + 1 : 2 * number - 1, lean, at->colour);
        else if (number < lanes->limit)
            put(lanes, 2 * number, '|', at->colour);
        number++;
    }
    if (lanes->count > lanes->limit)
        put(lanes, 2 * lanes->limit, '~', 0);
}

static void
print_cell(const Lanes *lanes, LaneCell cell)
{
    if (lanes->is_coloured && cell.colour != 0)
        fprintf(lanes->stream, "\033[%um%c\033[0m", cell.colour, cell.character);
    else
        fputc(cell.character, lanes->stream);
}

/* As much of `text` as there is room for; the room that is left. */
static size_t
print_text(const Lanes *lanes, Slice text, const char *colour, size_t room)
{
    const size_t bytes = utf8_offset(text, room);
    const bool is_coloured = lanes->is_coloured && bytes > 0 && colour != NULL;

    if (is_coloured)
        fprintf(lanes->stream, "\033[%sm", colour);
    fwrite(text.at, 1, bytes, lanes->stream);
    if (is_coloured)
        fputs("\033[0m", lanes->stream);
    return room - utf8_count((Slice){text.at, bytes});
}

/* Prints the row with the next line of the entry beside it. */
static void
print_row(Lanes *lanes)
{
    const Slice line =
        lanes->text.len == 0 ? (Slice){"", 0} : slice_cut(lanes->text, '\n', &lanes->text);
    const bool has_text = lanes->name != NULL || line.len > 0;
    size_t room = lanes->width == 0 ? SIZE_MAX : lanes->width - lanes->margin;

    if (lanes->width != 0 && lanes->margin > lanes->width)
        room = 0;
    for (size_t i = 0; i < lanes->row.len; i++)
        print_cell(lanes, lanes->row.at[i]);
    for (size_t i = lanes->row.len; has_text && i < lanes->margin; i++)
        fputc(' ', lanes->stream);
    if (lanes->name != NULL)
        room = print_text(lanes, slice_of(lanes->name), lanes->colour, room);
    lanes->name = NULL;
    print_text(lanes, line, NULL, room);
    fputc('\n', lanes->stream);
}

/* ---- an entry ---- */

/* The lane in which the node stands: the one that runs to it, or a new one at the right. */
static Lane *
lane_of(Lanes *lanes, size_t node)
{
    Lane *lane = lanes->of_node[node];

    if (lane == NULL && lanes->is_below_end) {
        put_lanes(lanes, SIZE_MAX, '|');
        print_row(lanes);
    }
    if (lane == NULL)
        lane = lane_add(lanes, lanes->last, node);
    lanes->of_node[node] = NULL;
    lanes->is_below_end = false;
    return lane;
}

/* Text begins behind the lanes as they are and as they will be. */
static void
begin_text(Lanes *lanes, const LanesEntry *entry, bool is_hidden)
{
    const size_t more = entry->parents->len > 1 ? entry->parents->len - 1 : 0;
    const size_t count = lanes->count + more;

    lanes->name = entry->name;
    lanes->colour = entry->colour;
    lanes->text = slice_of(entry->text);
    lanes->margin = count <= lanes->limit ? 2 * count : 2 * lanes->limit + 2 + is_hidden;
}

/* "*", with the roof of the lanes that will stand to the right of it: "*-.", "*---." */
static void
print_node(Lanes *lanes, size_t number, size_t roof)
{
    put_lanes(lanes, SIZE_MAX, '|');
    put(lanes, number < lanes->limit ? 2 * number : 2 * number + 1, '*', 0);
    for (size_t i = 1; i < roof; i++) {
        put_leg(lanes, 2 * (number + i) - 1, '-', 0);
        put_leg(lanes, 2 * (number + i), i + 1 < roof ? '-' : '.', 0);
    }
    print_row(lanes);
}

/* "|\ \": all further parents at once, where no lane is in the way. */
static void
fan_out(Lanes *lanes, const Indexes *parents, size_t number)
{
    put_lanes(lanes, SIZE_MAX, '|');
    for (size_t i = 1; i < parents->len; i++) {
        const Lane *opened = lane_add(lanes, lanes->last, parents->at[i]);
        put_leg(lanes, 2 * (number + i) - 1, '\\', opened->colour);
    }
    if (number < lanes->limit)
        print_row(lanes);
}

/* "|\ \": one further parent, and the lanes to the right make room. */
static void
open_lane(Lanes *lanes, Lane *lane, size_t node, size_t number)
{
    put_lanes(lanes, number + 1, '\\');
    const Lane *opened = lane_add(lanes, lane, node);
    put_leg(lanes, 2 * number + 1, '\\', opened->colour);
    if (number < lanes->limit)
        print_row(lanes);
}

/* A lane ends: "| * |", and below it "|  /". */
static void
end_lane(Lanes *lanes, Lane *lane, size_t number)
{
    lanes->is_below_end = lane->behind == NULL && number < lanes->limit && lanes->text.len == 0;
    if (lane->behind != NULL && number < lanes->limit) {
        put_lanes(lanes, number + 1, '/');
        put(lanes, 2 * number, ' ', 0);
        print_row(lanes);
    }
    lane_remove(lanes, lane);
}

/* The right one of two lanes to the same node goes over into the left one: "|/", or over what
 * stands between them: "| |_|/" and "|/| |". */
static void
join(Lanes *lanes, Lane *left, Lane *right)
{
    const size_t to = lane_number(lanes, left);
    const size_t from = lane_number(lanes, right);
    const unsigned char colour = right->colour;

    if (to < lanes->limit) {
        put_lanes(lanes, from, '/');
        put_leg(lanes, 2 * from - 1, '/', colour);
        for (size_t i = to + 1; i + 1 < from; i++)
            put(lanes, 2 * i + 1, '_', colour);
        print_row(lanes);
    }
    lane_remove(lanes, right);
    if (to < lanes->limit && from > to + 1) {
        put_lanes(lanes, SIZE_MAX, '|');
        put(lanes, 2 * to + 1, '/', colour);
        print_row(lanes);
    }
}

/* From `lane` on, `count` lanes are new: of two that run to the same node one goes on. */
static void
join_lanes(Lanes *lanes, Lane *lane, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        Lane *next = lane->behind;
        Lane *other = lanes->of_node[lane->node];
        const bool is_left = other != NULL && lane_number(lanes, lane) < lane_number(lanes, other);

        lanes->of_node[lane->node] = other == NULL || is_left ? lane : other;
        if (is_left)
            join(lanes, lane, other);
        else if (other != NULL)
            join(lanes, other, lane);
        lane = next;
    }
}

void
lanes_draw(Lanes *lanes, const LanesEntry *entry)
{
    const Indexes *parents = entry->parents;
    Lane *lane = lane_of(lanes, entry->node);
    const size_t number = lane_number(lanes, lane);
    const bool fans_out = parents->len > 2 && lane == lanes->last;

    begin_text(lanes, entry, number == lanes->limit);
    print_node(lanes, number, fans_out ? parents->len - 1 : 0);
    if (parents->len == 0) {
        end_lane(lanes, lane, number);
    } else {
        lane->node = parents->at[0];
        if (fans_out)
            fan_out(lanes, parents, number);
        for (size_t i = parents->len; !fans_out && i-- > 1;)
            open_lane(lanes, lane, parents->at[i], number);
        join_lanes(lanes, lane, parents->len);
    }
    while (lanes->text.len > 0) {
        put_lanes(lanes, SIZE_MAX, '|');
        print_row(lanes);
    }
}
