// PCRE2 has one API per code unit width; ours is UTF-8.
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

// What MatchingWork knows of one item of a pattern.
typedef struct {
    // What one letter costs to go over.
    long letter;
    // Where the repetition right before it stands in the pattern, or -1.
    long repetition;
    // Whether it fails at once at places it ran over, and what it ran over last.
    long is_spared;
    // Whether it looks for what a group has found.
    long is_reference;
    long ran_from, ran_to;
} replyd_work_item;

typedef struct {
    // By their place in the pattern.
    replyd_work_item *items;
    long work, limit, backtracks, backtrack_limit;
    // Of the callout before: the item, the place in the text, and where in it the attempt began.
    long last_item, last_place, last_start;
} replyd_work;

// A callout that counts work. It runs for every step, so it is here, where it is quick in every build.
static inline int replyd_count_work(pcre2_callout_block_8 *block, void *data) {
    replyd_work *work = (replyd_work *)data;
    long index = (long)block->pattern_position, place = (long)block->current_position, before = work->last_item;
    long distance = place > work->last_place ? place - work->last_place : work->last_place - place;
    // To go back over the letters of a repetition is but a short loop.
    work->work += (index == before ? 2 : 12) + distance * work->items[before].letter;
    work->last_item = index;
    work->last_place = place;
    // The compiled pattern counts anew from each place at which it begins.
    if ((long)block->start_match != work->last_start) work->backtracks = 0;
    work->last_start = (long)block->start_match;
    replyd_work_item *item = &work->items[index];
    if (item->is_reference) {
        // How much of it is compared before it fails nobody tells: at most the longest that was found.
        size_t longest = 0;
        for (uint32_t group = 1; group < block->capture_top; group++) {
            size_t from = block->offset_vector[2 * group], to = block->offset_vector[2 * group + 1];
            if (from != PCRE2_UNSET && to >= from && to - from > longest) longest = to - from;
        }
        work->work += 4 * (long)longest;
    }
    if (work->work >= work->limit) return PCRE2_ERROR_CALLOUT;
    if (item->is_spared) {
        if (item->ran_from <= place && place <= item->ran_to) return 1;
        item->ran_from = item->ran_to = place;
    }
    if (item->repetition < 0) return 0;
    replyd_work_item *repetition = &work->items[item->repetition];
    if (place > repetition->ran_to) repetition->ran_to = place;
    // Of these one match may take so many; then it is given up.
    if (before != index && before != item->repetition) work->backtracks++;
    return work->backtracks < work->backtrack_limit ? 0 : PCRE2_ERROR_MATCHLIMIT;
}
